//! Reads tiles that nobody vouches for, against a root that somebody does.

use crate::tlog::bundle::{BundleError, entries_of};
use crate::tlog::frontier::fold;
use crate::tlog::hash::{HASH_LENGTH, Hash, TreeHead, leaf_hash};
use crate::tlog::memory::MemoryTree;
use crate::tlog::merkle::Nodes;
use crate::tlog::tile::{TILE_WIDTH, TileLevel, TilePath};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::{collections::BTreeMap, error::Error};

const WIDTH: u64 = TILE_WIDTH as u64;

/// The nodes and entries of one tree, read tile by tile as they are asked for. What it answers is
/// proved to be part of the tree; tiles are kept, entries are not.
///
/// `read` gives the bytes at a path. It bounds what it reads: a tile has at most 8,192 bytes, a
/// bundle at most 16,777,472. Where a partial tile cannot be read, the full one is tried, because
/// logs may drop the partial ones.
pub struct TileReader<F> {
    tree: TreeHead,
    read: F,
    proved: Mutex<BTreeMap<(u8, u64), Arc<MemoryTree>>>,
}

/// Why a tile says nothing about the tree.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TileError<E: Error + 'static> {
    /// It could not be read.
    #[error(transparent)]
    Read(E),
    /// It has another length than its path says.
    #[error("`{path}` has {found} bytes instead of {wanted}")]
    Length {
        /// The tile.
        path: TilePath,
        /// Its length.
        found: usize,
        /// The right length.
        wanted: usize,
    },
    /// It does not belong to the tree.
    #[error("`{path}` is not what the tree of {size} leaves commits to")]
    Altered {
        /// The tile or bundle.
        path: TilePath,
        /// The tree.
        size: u64,
    },
    /// The partial tiles do not lead to the root; which of them is wrong cannot be known.
    #[error("the partial tiles of the tree of {size} leaves do not lead to its root")]
    Edge {
        /// The tree.
        size: u64,
    },
    /// It is no bundle.
    #[error("`{path}`: {source}")]
    Bundle {
        /// The bundle.
        path: TilePath,
        /// What is wrong.
        source: BundleError,
    },
    /// No such node or entry in the tree.
    #[error("the tree of {size} leaves has no complete node {index} on level {level}")]
    Outside {
        /// The height above the leaves.
        level: u8,
        /// The place on that level.
        index: u64,
        /// The tree.
        size: u64,
    },
}

impl<F, E> TileReader<F>
where
    F: Fn(&TilePath) -> Result<Vec<u8>, E>,
    E: Error + 'static,
{
    /// Reads the tiles of `tree`, which the caller trusts.
    pub fn new(tree: TreeHead, read: F) -> Self {
        Self { tree, read, proved: Mutex::default() }
    }

    /// The tree that it reads.
    pub fn tree(&self) -> &TreeHead {
        &self.tree
    }

    /// The entries of bundle `index`: those from `index * 256` on.
    pub fn bundle(&self, index: u64) -> Result<Vec<Vec<u8>>, TileError<E>> {
        let size = self.tree.size;
        let path = TilePath::in_tree(TileLevel::Entries, index, size);
        let path = path.ok_or(TileError::Outside { level: 0, index, size })?;
        let leaves = self.tile(0, index)?;
        let (from, bytes) = self.fetch(&path)?;
        let entries = entries_of(&bytes, from.width());
        let mut entries = entries.map_err(|source| TileError::Bundle { path: from, source })?;
        entries.truncate(usize::from(path.width()));
        if entries.iter().map(|entry| leaf_hash(entry)).ne(leaves.leaves().iter().copied()) {
            return Err(TileError::Altered { path, size });
        }
        Ok(entries.into_iter().map(<[u8]>::to_vec).collect())
    }

    /// One entry. Whoever wants many asks for [bundles](Self::bundle).
    pub fn entry(&self, index: u64) -> Result<Vec<u8>, TileError<E>> {
        let outside = TileError::Outside { level: 0, index, size: self.tree.size };
        let mut entries = self.bundle(index / WIDTH)?.into_iter();
        usize::try_from(index % WIDTH).ok().and_then(|at| entries.nth(at)).ok_or(outside)
    }

    /// The right edge of the tree: the hashes of its partial tiles, level by level from the leaves
    /// up. All that the root depends on, and so proved by it.
    pub(in crate::tlog) fn edge(&self) -> Result<Vec<MemoryTree>, TileError<E>> {
        let size = self.tree.size;
        let mut rows = Vec::new();
        for level in 0.. {
            let count = TileLevel::Hashes(level).count(size);
            if count == 0 {
                break;
            }
            let path = TilePath::in_tree(TileLevel::Hashes(level), count / WIDTH, size);
            rows.push(path.map_or(Ok(MemoryTree::new()), |path| self.hashes(&path))?);
        }
        if root_of(&rows) == self.tree.root { Ok(rows) } else { Err(TileError::Edge { size }) }
    }

    /// A tile of hashes that is proved to belong to the tree.
    fn tile(&self, level: u8, index: u64) -> Result<Arc<MemoryTree>, TileError<E>> {
        if self.proved().is_empty() {
            let edge = self.edge()?.into_iter().zip(0_u8..);
            let at = |level| TileLevel::Hashes(level).count(self.tree.size) / WIDTH;
            self.proved().extend(edge.map(|(row, level)| ((level, at(level)), Arc::new(row))));
        }
        // Every full tile has a parent; the first that is known proves those below it.
        let (mut place, mut unproved) = ((level, index), Vec::new());
        let mut tile = loop {
            if let Some(tile) = self.proved().get(&place) {
                break Arc::clone(tile);
            }
            unproved.push(place);
            place = (place.0 + 1, place.1 / WIDTH);
        };
        while let Some((level, index)) = unproved.pop() {
            let size = self.tree.size;
            let path = TilePath::in_tree(TileLevel::Hashes(level), index, size);
            let path = path.expect("a tile above it is in the tree");
            let child = self.hashes(&path)?;
            if tile.node(0, index % WIDTH) != Ok(child.head().root) {
                return Err(TileError::Altered { path, size });
            }
            tile = Arc::new(child);
            self.proved().insert((level, index), Arc::clone(&tile));
        }
        Ok(tile)
    }

    fn proved(&self) -> MutexGuard<'_, BTreeMap<(u8, u64), Arc<MemoryTree>>> {
        self.proved.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The hashes of a tile, unproved.
    fn hashes(&self, path: &TilePath) -> Result<MemoryTree, TileError<E>> {
        let (from, bytes) = self.fetch(path)?;
        let (found, wanted) = (bytes.len(), usize::from(from.width()) * HASH_LENGTH);
        if found != wanted {
            return Err(TileError::Length { path: from, found, wanted });
        }
        let (hashes, _) = bytes.as_chunks::<HASH_LENGTH>();
        Ok(hashes.iter().take(usize::from(path.width())).map(|hash| Hash::new(*hash)).collect())
    }

    /// The bytes of a tile, or of the full tile that took the place of a partial one.
    fn fetch(&self, path: &TilePath) -> Result<(TilePath, Vec<u8>), TileError<E>> {
        match (self.read)(path) {
            Ok(bytes) => Ok((*path, bytes)),
            Err(why) if path.is_full() => Err(TileError::Read(why)),
            Err(why) => match (self.read)(&path.full()) {
                Ok(bytes) => Ok((path.full(), bytes)),
                Err(_) => Err(TileError::Read(why)),
            },
        }
    }
}

impl<F, E> Nodes for TileReader<F>
where
    F: Fn(&TilePath) -> Result<Vec<u8>, E>,
    E: Error + 'static,
{
    type Error = TileError<E>;

    fn node(&self, level: u8, index: u64) -> Result<Hash, TileError<E>> {
        let size = self.tree.size;
        let outside = TileError::Outside { level, index, size };
        if size.checked_shr(u32::from(level)).is_none_or(|complete| index >= complete) {
            return Err(outside);
        }
        // A tile is itself a tree, eight levels high.
        let (within, above) = (level % 8, 8 - level % 8);
        let tile = self.tile(level / 8, index >> above)?;
        tile.node(within, index & ((1 << above) - 1)).map_err(|_| outside)
    }
}

/// The root over the rows of a right edge.
pub(in crate::tlog) fn root_of(edge: &[MemoryTree]) -> Hash {
    fold(&edge.iter().rev().flat_map(MemoryTree::peaks).collect::<Vec<_>>())
}
