//! Tiles and proofs from strangers: what is accepted is part of the log, whatever was served.

use std::io;

use attestar::tlog::{
    Growth, Hash, MAX_SIZE, Nodes, TileLevel, TilePath, TileReader, TreeHead, check_consistency,
    check_inclusion, consistency, entries_of, inclusion, leaf_hash, node_hash, root,
};

use super::{
    input::Input,
    known::{self, SIZE, SIZES, entry, head, tree},
};

/// One input; its first byte says which of these it is for.
pub fn run(data: &[u8]) {
    let mut input = Input::new(data);
    match input.byte() {
        b'p' => path(input.rest()),
        b'w' => place(&mut input),
        b'b' => bundle(&mut input),
        b'h' => hostile(&mut input),
        b'i' => included(&mut input),
        b'c' => consistent(&mut input),
        b'g' => grown(&mut input),
        _ => altered(&mut input),
    }
}

fn path(data: &[u8]) {
    let Ok(text) = str::from_utf8(data) else { return };
    if let Ok(path) = text.parse::<TilePath>() {
        assert_eq!(path.to_string(), text);
        assert!((1..=256).contains(&path.width()));
        assert_eq!(path.full().to_string().parse(), Ok(path.full()));
    }
}

fn level(byte: u8) -> TileLevel {
    byte.checked_sub(1).map_or(TileLevel::Entries, TileLevel::Hashes)
}

fn place(input: &mut Input<'_>) {
    let (level, index, size) = (level(input.byte()), input.number(), input.number());
    if let Some(path) = TilePath::in_tree(level, index, size)
        && size <= MAX_SIZE
    {
        assert_eq!(path.to_string().parse(), Ok(path));
    }
    let (old, new) = (input.below(SIZE + 1), input.below(SIZE + 1));
    for path in TilePath::new_since(old, new) {
        assert_eq!(TilePath::in_tree(path.level(), path.index(), new), Some(path));
        assert_ne!(TilePath::in_tree(path.level(), path.index(), old), Some(path));
    }
}

fn bundle(input: &mut Input<'_>) {
    let width = input.small() % 260;
    let bytes = input.rest();
    if let Ok(entries) = entries_of(bytes, width) {
        assert_eq!(entries.len(), usize::from(width));
        assert_eq!(attestar::tlog::bundle(&entries).as_deref(), Ok(bytes));
    }
}

/// A size: any, or one at which the tree has a shape of its own.
fn size(input: &mut Input<'_>) -> u64 {
    let byte = input.byte();
    match SIZES.get(usize::from(byte)) {
        Some(size) => *size,
        None => input.below(SIZE + 1),
    }
}

/// What is done to a tile before it is served.
struct Patch {
    level: TileLevel,
    index: u64,
    what: u8,
    at: usize,
    byte: u8,
}

impl Patch {
    fn read(input: &mut Input<'_>) -> Self {
        let level = level(input.byte() % 4);
        let (index, what) = (u64::from(input.small()), input.byte());
        Self { level, index, what, at: input.small().into(), byte: input.byte() }
    }

    fn apply(&self, path: &TilePath, mut bytes: Vec<u8>) -> io::Result<Vec<u8>> {
        let tiles = TilePath::of_tree(SIZE).filter(|tile| tile.level() == self.level).count();
        if path.level() != self.level || path.index() != self.index % tiles as u64 {
            return Ok(bytes);
        }
        let at = self.at.checked_rem(bytes.len()).unwrap_or_default();
        match self.what % 8 {
            0 => return Err(io::ErrorKind::NotFound.into()),
            1 if !path.is_full() => return Err(io::ErrorKind::NotFound.into()),
            2 => bytes.truncate(at),
            3 => bytes.push(self.byte),
            4 if bytes.len() >= 64 => bytes.swap(at, 0),
            5 if bytes.len() >= 64 => bytes.rotate_left(32),
            6 => {
                let other = TilePath::in_tree(path.level(), self.at as u64, SIZE);
                return Ok(other.and_then(|other| known::tile(&other)).unwrap_or_default());
            }
            _ => bytes.get_mut(at).map_or((), |byte| *byte ^= self.byte),
        }
        Ok(bytes)
    }
}

fn serve(path: &TilePath, patches: &[Patch]) -> io::Result<Vec<u8>> {
    let bytes = known::tile(path).ok_or(io::ErrorKind::NotFound)?;
    patches.iter().try_fold(bytes, |bytes, patch| patch.apply(path, bytes))
}

/// A reader of the known log, some of whose tiles are altered on the way.
fn altered(input: &mut Input<'_>) {
    let size = size(input);
    let patches: Vec<_> = (0..input.byte() % 5).map(|_| Patch::read(input)).collect();
    let reader = TileReader::new(head(size), |path: &TilePath| serve(path, &patches));
    let untouched = patches.is_empty();
    for _ in 0..8 {
        let (what, level, at) = (input.byte(), input.byte() % 20, input.below(size + 3));
        let there = match what % 5 {
            0 => reader
                .node(level, at)
                .map(|node| assert_eq!(Ok(node), tree().node(level, at)))
                .is_ok(),
            1 => reader.entry(at).map(|found| assert_eq!(found, entry(at))).is_ok(),
            2 => reader
                .bundle(at / 256)
                .map(|found| {
                    let first = at / 256 * 256;
                    let wanted: Vec<_> = (first..size.min(first + 256)).map(entry).collect();
                    assert_eq!(found, wanted);
                })
                .is_ok(),
            3 => inclusion(&reader, at, size)
                .map(|path| {
                    assert_eq!(
                        check_inclusion(&leaf_hash(&entry(at)), at, &head(size), &path),
                        Ok(())
                    );
                })
                .is_ok(),
            _ => consistency(&reader, at, size)
                .map(|path| {
                    assert_eq!(check_consistency(&head(at), &head(size), &path), Ok(()));
                })
                .is_ok(),
        };
        let wanted = match what % 5 {
            0 => at < size >> level,
            1 | 3 => at < size,
            2 => at / 256 < size.div_ceil(256),
            _ => at > 0 && at <= size,
        };
        assert!(there <= wanted, "what the log does not have");
        assert!(there || !untouched || !wanted, "{what} {level} {at} of {size}");
        if !input.goes_on() {
            return;
        }
    }
}

/// A log of any size, of which nothing is true but its right edge.
fn hostile(input: &mut Input<'_>) {
    let size = input.number() >> (input.byte() % 64);
    let hash = Hash::new(input.array());
    let peaks = size.count_ones();
    let root = (1..peaks).fold(hash, |root, _| node_hash(&hash, &root));
    let root = if peaks == 0 { Hash::EMPTY } else { root };
    let filler = input.array::<24>();
    let serve = |path: &TilePath| match path.level() {
        TileLevel::Entries => Ok::<_, io::Error>(filler.repeat(path.width().into())),
        TileLevel::Hashes(_) => Ok(hash.as_bytes().repeat(path.width().into())),
    };
    let reader = TileReader::new(TreeHead { size, root }, serve);
    let (level, at) = (input.byte(), input.number());
    let at = if size > 0 { at % size } else { at };
    let _ = (reader.node(level, at), reader.bundle(at / 256), reader.entry(at));
    let _ = (inclusion(&reader, at, size), consistency(&reader, at, size));
    let _ = (attestar::tlog::root(&reader, size), Growth::resume(reader.tree(), serve));
    let path: Vec<_> = (0..input.byte() % 70).map(|_| Hash::new(input.array())).collect();
    let other = TreeHead { size: input.number(), root: hash };
    let _ = (
        check_inclusion(&hash, at, reader.tree(), &path),
        check_consistency(&other, reader.tree(), &path),
    );
}

/// Changes a proof.
fn mangle(path: &mut Vec<Hash>, input: &mut Input<'_>) {
    for _ in 0..input.byte() % 4 {
        let (what, at) = (input.byte(), usize::from(input.byte()));
        let at = at.checked_rem(path.len()).unwrap_or_default();
        match (what % 5, path.get(at).copied()) {
            (0, Some(_)) => drop(path.remove(at)),
            (1, Some(hash)) => path.insert(at, hash),
            (2, Some(_)) => path.swap(0, at),
            (3, Some(hash)) => {
                let mut bytes = *hash.as_bytes();
                bytes[usize::from(input.byte() % 32)] ^= input.byte();
                path[at] = Hash::new(bytes);
            }
            _ => path.push(Hash::new(input.array())),
        }
    }
}

fn included(input: &mut Input<'_>) {
    let size = size(input);
    let (of, index, leaf) = (input.below(size), input.below(size + 3), input.below(size + 3));
    let Ok(mut path) = inclusion(tree(), of, size) else { return };
    mangle(&mut path, input);
    let accepted = check_inclusion(&leaf_hash(&entry(leaf)), index, &head(size), &path).is_ok();
    assert!(!accepted || (index < size && leaf == index), "leaf {leaf} as {index} of {size}");
    let untouched = inclusion(tree(), of, size).is_ok_and(|whole| whole == path);
    assert!(accepted || !(untouched && of == index && of == leaf));
}

fn consistent(input: &mut Input<'_>) {
    let (new, of) = (size(input), size(input));
    let Ok(mut path) = consistency(tree(), of, new) else { return };
    mangle(&mut path, input);
    let (old, mut bytes) = (size(input), *head(of).root.as_bytes());
    bytes[0] ^= input.byte();
    let old = TreeHead { size: old, root: Hash::new(bytes) };
    let accepted = check_consistency(&old, &head(new), &path).is_ok();
    let grew = old.size > 0 && old.size <= new && root(tree(), old.size) == Ok(old.root);
    assert!(!accepted || grew, "{} of {new}", old.size);
    let untouched = consistency(tree(), of, new).is_ok_and(|whole| whole == path);
    assert!(accepted || !(untouched && old == head(of)));
}

/// A log that goes on from what it was served.
fn grown(input: &mut Input<'_>) {
    let size = size(input);
    let patches: Vec<_> = (0..input.byte() % 3).map(|_| Patch::read(input)).collect();
    let Ok(mut growth) = Growth::resume(&head(size), |path| serve(path, &patches)) else {
        assert!(!patches.is_empty());
        return;
    };
    let end = SIZE.min(size + input.below(520));
    for index in size..end {
        assert_eq!(growth.push(&entry(index)), Ok(index));
    }
    let grown = growth.finish();
    assert_eq!(grown.head, head(end));
    assert!(grown.files.iter().map(|(path, _)| *path).eq(TilePath::new_since(size, end)));
    for (path, bytes) in grown.files {
        assert_eq!(known::tile(&path).as_deref(), Some(&*bytes), "{path}");
    }
}
