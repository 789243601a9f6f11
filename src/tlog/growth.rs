//! A log that grows: entries go in, the files that must be written come out.

use crate::tlog::bundle::{BundleError, append, bundle};
use crate::tlog::hash::{Hash, TreeHead, leaf_hash};
use crate::tlog::memory::MemoryTree;
use crate::tlog::reader::{TileError, TileReader, root_of};
use crate::tlog::tile::{TILE_WIDTH, TileLevel, TilePath};
use std::{error::Error, mem};

/// The right edge of a log, tile by tile, and what was added to it.
#[derive(Clone, Debug, Default)]
pub struct Growth {
    before: u64,
    size: u64,
    bundle: Vec<u8>,
    /// The hashes of the last tile of each level; never full.
    edge: Vec<MemoryTree>,
    full: Vec<(TilePath, Vec<u8>)>,
}

/// A grown log: its head, and every file that its former tree did not have, entries first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grown {
    /// The new tree.
    pub head: TreeHead,
    /// The new tiles and bundles with their bytes: those of [`TilePath::new_since`], in its order.
    pub files: Vec<(TilePath, Vec<u8>)>,
}

impl Growth {
    /// A log without entries.
    pub fn new() -> Self {
        Self::default()
    }

    /// Goes on from a tree whose head the caller trusts. Reads only the partial tiles on its right
    /// edge (and the partial bundle), and checks them against that head.
    pub fn resume<E: Error + 'static>(
        tree: &TreeHead,
        read: impl Fn(&TilePath) -> Result<Vec<u8>, E>,
    ) -> Result<Self, TileError<E>> {
        let reader = TileReader::new(*tree, read);
        let width = u64::from(TILE_WIDTH);
        let partial = TilePath::in_tree(TileLevel::Entries, tree.size / width, tree.size);
        let bundle = match partial {
            None => Vec::new(),
            Some(path) => bundle(&reader.bundle(path.index())?)
                .map_err(|source| TileError::Bundle { path, source })?,
        };
        let edge = reader.edge()?;
        Ok(Self { before: tree.size, size: tree.size, bundle, edge, full: Vec::new() })
    }

    /// Adds an entry and says its index.
    pub fn push(&mut self, entry: &[u8]) -> Result<u64, BundleError> {
        append(&mut self.bundle, entry)?;
        let index = self.size;
        self.size += 1;
        self.add(0, leaf_hash(entry));
        if self.size.is_multiple_of(u64::from(TILE_WIDTH)) {
            let bundle = mem::take(&mut self.bundle);
            self.full.push((self.last(TileLevel::Entries), bundle));
        }
        Ok(index)
    }

    /// The files that are full, and so will not change any more; [`finish`](Self::finish) gives the
    /// others. Whoever writes them early waits less at the end.
    pub fn take_full(&mut self) -> Vec<(TilePath, Vec<u8>)> {
        mem::take(&mut self.full)
    }

    /// How many entries the log has now.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The tree as it is now.
    pub fn head(&self) -> TreeHead {
        TreeHead { size: self.size, root: root_of(&self.edge) }
    }

    /// Ends with the files to write, but for those that were taken before.
    pub fn finish(mut self) -> Grown {
        let head = self.head();
        let mut files = mem::take(&mut self.full);
        if !self.bundle.is_empty() {
            files.push((self.last(TileLevel::Entries), mem::take(&mut self.bundle)));
        }
        for (row, level) in self.edge.iter().zip(0..) {
            if row.size() > 0 {
                files.push((self.last(TileLevel::Hashes(level)), bytes(row)));
            }
        }
        // What the growth did not touch is there already.
        files.retain(|(path, _)| path.level().count(self.size) > path.level().count(self.before));
        files.sort_unstable_by_key(|(path, _)| *path);
        Grown { head, files }
    }

    /// Adds a hash to the last tile of a level; a tile that is full thereby becomes a hash of the
    /// level above.
    fn add(&mut self, level: u8, hash: Hash) {
        let at = usize::from(level);
        if at == self.edge.len() {
            self.edge.push(MemoryTree::new());
        }
        self.edge[at].push(hash);
        if self.edge[at].size() == u64::from(TILE_WIDTH) {
            let tile = mem::take(&mut self.edge[at]);
            self.full.push((self.last(TileLevel::Hashes(level)), bytes(&tile)));
            self.add(level + 1, tile.head().root);
        }
    }

    /// The last tile of a level.
    fn last(&self, level: TileLevel) -> TilePath {
        let last = (level.count(self.size) - 1) / u64::from(TILE_WIDTH);
        TilePath::in_tree(level, last, self.size).expect("a level with hashes has a last tile")
    }
}

fn bytes(tile: &MemoryTree) -> Vec<u8> {
    tile.leaves().iter().flat_map(|hash| *hash.as_bytes()).collect()
}
