//! Where the tiles of a tree are (C2SP tlog-tiles): 256 hashes, or 256 entries, a file.

use crate::tlog::hash::{HASH_LENGTH, MAX_SIZE};
use crate::tlog::merkle::Nodes;
use std::{fmt, iter, str::FromStr};

/// Hashes or entries of a full tile.
pub const TILE_WIDTH: u16 = 256;

/// What a tile holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TileLevel {
    /// The entries themselves.
    Entries,
    /// Hashes of complete subtrees of 256^level leaves.
    Hashes(u8),
}

/// The path of a tile below a log's address: `tile/0/x001/x234/067`, `tile/entries/002.p/193`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TilePath {
    level: TileLevel,
    index: u64,
    width: u16,
}

/// A text that is no tile's path.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a tile's path, such as `tile/0/x001/234` or `tile/entries/000.p/5`")]
pub struct TilePathError(String);

/// The levels of hashes that a tree of at most [`MAX_SIZE`] leaves can have.
const LEVELS: u8 = 7;

impl TilePath {
    /// The tile that holds the hashes (or entries) from `index * 256` on in a tree of `size`
    /// leaves. None where that tile would be empty.
    pub fn in_tree(level: TileLevel, index: u64, size: u64) -> Option<Self> {
        let start = index.checked_mul(u64::from(TILE_WIDTH))?;
        let width = level.count(size).checked_sub(start).filter(|width| *width > 0)?;
        let width = u16::try_from(width).unwrap_or(TILE_WIDTH).min(TILE_WIDTH);
        Some(Self { level, index, width })
    }

    /// What the tile holds.
    pub fn level(&self) -> TileLevel {
        self.level
    }

    /// Its place on its level.
    pub fn index(&self) -> u64 {
        self.index
    }

    /// How many hashes or entries it holds: 1 to 256.
    pub fn width(&self) -> u16 {
        self.width
    }

    /// Whether it holds all that it can.
    pub fn is_full(&self) -> bool {
        self.width == TILE_WIDTH
    }

    /// The full tile at the same place.
    #[must_use]
    pub fn full(self) -> Self {
        Self { width: TILE_WIDTH, ..self }
    }

    /// All tiles of a tree: its bundles of entries, then its hashes from the leaves up.
    pub fn of_tree(size: u64) -> impl Iterator<Item = Self> {
        Self::new_since(0, size)
    }

    /// The tiles of a tree of `new` leaves that its first `old` leaves did not have: what growth
    /// must write.
    pub fn new_since(old: u64, new: u64) -> impl Iterator<Item = Self> {
        let levels = iter::once(TileLevel::Entries).chain((0..LEVELS).map(TileLevel::Hashes));
        levels.flat_map(move |level| {
            let width = u64::from(TILE_WIDTH);
            let (before, after) = (level.count(old), level.count(new));
            let changed = if after > before { before / width..after.div_ceil(width) } else { 0..0 };
            changed.filter_map(move |index| Self::in_tree(level, index, new))
        })
    }

    /// The bytes of a tile of hashes; none for a bundle.
    pub fn bytes<N: Nodes>(&self, nodes: &N) -> Result<Option<Vec<u8>>, N::Error> {
        let TileLevel::Hashes(level) = self.level else { return Ok(None) };
        let start = self.index * u64::from(TILE_WIDTH);
        let mut bytes = Vec::with_capacity(usize::from(self.width) * HASH_LENGTH);
        for index in start..start + u64::from(self.width) {
            bytes.extend(nodes.node(level * 8, index)?.as_bytes());
        }
        Ok(Some(bytes))
    }
}

impl TileLevel {
    /// How many hashes (or entries) of this level a tree of `size` leaves has.
    pub(in crate::tlog) fn count(self, size: u64) -> u64 {
        match self {
            Self::Entries => size,
            Self::Hashes(level) => size.checked_shr(8 * u32::from(level)).unwrap_or(0),
        }
    }
}

impl fmt::Display for TilePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.level {
            TileLevel::Entries => f.write_str("tile/entries/")?,
            TileLevel::Hashes(level) => write!(f, "tile/{level}/")?,
        }
        let (mut rest, mut groups) = (self.index, vec![self.index % 1000]);
        while rest >= 1000 {
            rest /= 1000;
            groups.push(rest % 1000);
        }
        let (last, upper) = groups.split_first().expect("every number has a last group");
        upper.iter().rev().try_for_each(|group| write!(f, "x{group:03}/"))?;
        write!(f, "{last:03}")?;
        if self.is_full() { Ok(()) } else { write!(f, ".p/{}", self.width) }
    }
}

impl FromStr for TilePath {
    type Err = TilePathError;

    fn from_str(path: &str) -> Result<Self, TilePathError> {
        let read = read(path).filter(|tile| tile.to_string() == path);
        read.ok_or_else(|| TilePathError(path.to_owned()))
    }
}

/// Reads a path loosely: whether it is the one spelling of its tile is seen by writing it again.
fn read(path: &str) -> Option<TilePath> {
    let (level, place) = path.strip_prefix("tile/")?.split_once('/')?;
    let level = match level {
        "entries" => TileLevel::Entries,
        number => TileLevel::Hashes(number.parse().ok().filter(|level| *level < LEVELS)?),
    };
    let (place, width) = match place.split_once(".p/") {
        Some((place, width)) => (place, width.parse().ok().filter(|w| *w < TILE_WIDTH)?),
        None => (place, TILE_WIDTH),
    };
    let last = level.count(MAX_SIZE).div_ceil(u64::from(TILE_WIDTH));
    let index = place.split('/').try_fold(0_u64, |index, group| {
        let group: u64 = group.trim_start_matches('x').parse().ok()?;
        Some(index * 1000 + group).filter(|index| group < 1000 && *index < last)
    })?;
    (width > 0).then_some(TilePath { level, index, width })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(size: u64) -> Vec<String> {
        TilePath::of_tree(size).map(|tile| tile.to_string()).collect()
    }

    #[test]
    fn a_tree_has_the_tiles_that_the_specification_lists() {
        assert_eq!(paths(0), [""; 0]);
        assert_eq!(
            paths(705),
            [
                "tile/entries/000",
                "tile/entries/001",
                "tile/entries/002.p/193",
                "tile/0/000",
                "tile/0/001",
                "tile/0/002.p/193",
                "tile/1/000.p/2",
            ]
        );
        // tlog-tiles: “a tree of size 70,000 will be represented by …”
        let large = paths(70_000).split_off(274);
        assert_eq!(large.len(), 273 + 1 + 1 + 1 + 1);
        assert_eq!(
            large[273..],
            ["tile/0/273.p/112", "tile/1/000", "tile/1/001.p/17", "tile/2/000.p/1"]
        );
    }

    #[test]
    fn a_tree_of_whole_tiles_has_no_empty_one() {
        assert_eq!(paths(256), ["tile/entries/000", "tile/0/000", "tile/1/000.p/1"]);
        assert_eq!(paths(512).last().unwrap(), "tile/1/000.p/2");
        assert_eq!(TilePath::in_tree(TileLevel::Hashes(0), 2, 512), None);
        assert_eq!(TilePath::in_tree(TileLevel::Hashes(0), u64::MAX, u64::MAX), None);
    }

    #[test]
    fn a_path_has_one_spelling() {
        for path in [
            "tile/0/x001/x234/067",
            "tile/entries/000.p/1",
            "tile/6/000.p/32",
            "tile/0/x035/x184/x372/x088/831",
        ] {
            assert_eq!(path.parse::<TilePath>().unwrap().to_string(), path);
        }
        for path in [
            "",
            "tile",
            "tile/",
            "tile/0",
            "tile/0/",
            "/tile/0/000",
            "tile/0/0",
            "tile/00/000",
            "tile/0/x000/001",
            "tile/0/001/002",
            "tile/0/x001",
            "tile/0/1000",
            "tile/0/xx1/000",
            "tile/0/000.p/0",
            "tile/0/000.p/256",
            "tile/0/000.p/01",
            "tile/0/000.p/",
            "tile/0/+01",
            "tile/7/000",
            "tile/-1/000",
            "tile/data/000",
            "tile/0/000/",
            "tile/0/000.p/1/",
            "tile/0/../000",
            "tile/0/x035/x184/x372/x088/832",
            "tile/0/x999/x999/x999/x999/x999/x999/x999/999",
        ] {
            assert!(path.parse::<TilePath>().is_err(), "{path}");
        }
    }
}
