//! A tree whose nodes are all in memory: 64 bytes a leaf.

use crate::tlog::frontier::fold;
use crate::tlog::hash::{Hash, TreeHead, node_hash};
use crate::tlog::merkle::Nodes;

/// The complete subtrees of a tree, level by level.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MemoryTree {
    levels: Vec<Vec<Hash>>,
}

/// A node that is not (or not yet) complete in this tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the tree has no complete node {index} on level {level}")]
pub struct Incomplete {
    /// Its height above the leaves.
    pub level: u8,
    /// Its place on that level.
    pub index: u64,
}

impl MemoryTree {
    /// The tree without leaves.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the next leaf, given by its hash.
    pub fn push(&mut self, leaf: Hash) {
        let mut node = leaf;
        for level in 0.. {
            if level == self.levels.len() {
                self.levels.push(Vec::new());
            }
            let row = &mut self.levels[level];
            row.push(node);
            match row.as_slice() {
                [.., left, right] if row.len().is_multiple_of(2) => node = node_hash(left, right),
                _ => return,
            }
        }
    }

    /// How many leaves there are.
    pub fn size(&self) -> u64 {
        self.levels.first().map_or(0, |leaves| leaves.len() as u64)
    }

    /// Size and root.
    pub fn head(&self) -> TreeHead {
        TreeHead { size: self.size(), root: fold(&self.peaks().collect::<Vec<_>>()) }
    }

    /// The hashes of the leaves.
    pub(in crate::tlog) fn leaves(&self) -> &[Hash] {
        self.levels.first().map_or(&[], Vec::as_slice)
    }

    /// The roots of the largest complete subtrees, largest first.
    pub(in crate::tlog) fn peaks(&self) -> impl Iterator<Item = Hash> {
        let odd = self.levels.iter().rev().filter(|row| !row.len().is_multiple_of(2));
        odd.filter_map(|row| row.last().copied())
    }
}

impl FromIterator<Hash> for MemoryTree {
    fn from_iter<I: IntoIterator<Item = Hash>>(leaves: I) -> Self {
        let mut tree = Self::new();
        leaves.into_iter().for_each(|leaf| tree.push(leaf));
        tree
    }
}

impl Nodes for MemoryTree {
    type Error = Incomplete;

    fn node(&self, level: u8, index: u64) -> Result<Hash, Incomplete> {
        let row = self.levels.get(usize::from(level));
        let node = row.and_then(|row| row.get(usize::try_from(index).ok()?));
        node.copied().ok_or(Incomplete { level, index })
    }
}
