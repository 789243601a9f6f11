//! Reads tiles that nobody vouches for, against a root that somebody does.

use crate::tlog::bundle::BundleError;
use crate::tlog::hash::{Hash, TreeHead};
use crate::tlog::memory::MemoryTree;
use crate::tlog::merkle::Nodes;
use crate::tlog::tile::TilePath;
use std::{collections::BTreeMap, error::Error, sync::Arc, sync::Mutex};

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
        /// The tile (where the right edge as a whole is wrong: its lowest tile).
        path: TilePath,
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
        todo!()
    }

    /// One entry. Whoever wants many asks for [`bundles`](Self::bundle).
    pub fn entry(&self, index: u64) -> Result<Vec<u8>, TileError<E>> {
        todo!()
    }
}

impl<F, E> Nodes for TileReader<F>
where
    F: Fn(&TilePath) -> Result<Vec<u8>, E>,
    E: Error + 'static,
{
    type Error = TileError<E>;

    fn node(&self, level: u8, index: u64) -> Result<Hash, TileError<E>> {
        todo!()
    }
}
