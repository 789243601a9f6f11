//! A log that grows: entries go in, the files that must be written come out.

use crate::tlog::bundle::BundleError;
use crate::tlog::hash::TreeHead;
use crate::tlog::reader::TileError;
use crate::tlog::tile::TilePath;
use std::error::Error;

/// The right edge of a log, tile by tile, and what was added to it.
#[derive(Clone, Debug, Default)]
pub struct Growth {
    size: u64,
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
        todo!()
    }

    /// Adds an entry and says its index.
    pub fn push(&mut self, entry: &[u8]) -> Result<u64, BundleError> {
        todo!()
    }

    /// How many entries the log has now.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The tree as it is now.
    pub fn head(&self) -> TreeHead {
        todo!()
    }

    /// Ends with the files to write.
    pub fn finish(self) -> Grown {
        todo!()
    }
}
