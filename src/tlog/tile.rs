//! Where the tiles of a tree are (C2SP tlog-tiles): 256 hashes, or 256 entries, a file.

use crate::tlog::hash::{Hash, MAX_SIZE};
use crate::tlog::merkle::Nodes;
use std::{fmt, iter, str::FromStr};

/// Hashes or entries of a full tile.
pub const TILE_WIDTH: u16 = 256;

/// What a tile holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TileLevel {
    /// Hashes of complete subtrees of 256^level leaves.
    Hashes(u8),
    /// The entries themselves.
    Entries,
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
            let (old, new) = (level.count(old), level.count(new));
            let changed = if new > old { old / width..new.div_ceil(width) } else { 0..0 };
            changed.filter_map(move |index| {
                let width = u16::try_from(new - index * width).unwrap_or(TILE_WIDTH);
                Some(Self { level, index, width: width.min(TILE_WIDTH) })
            })
        })
    }

    /// The bytes of a tile of hashes.
    pub fn bytes<N: Nodes>(&self, nodes: &N) -> Result<Vec<u8>, N::Error> {
        todo!()
    }
}

impl TileLevel {
    /// How many hashes (or entries) of this level a tree of `size` leaves has.
    fn count(self, size: u64) -> u64 {
        match self {
            Self::Entries => size,
            Self::Hashes(level) => size.checked_shr(8 * u32::from(level)).unwrap_or(0),
        }
    }
}

impl fmt::Display for TilePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        todo!()
    }
}

impl FromStr for TilePath {
    type Err = TilePathError;

    fn from_str(path: &str) -> Result<Self, TilePathError> {
        todo!()
    }
}
