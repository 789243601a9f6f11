//! The right edge of a growing tree: enough to add leaves and to know the root.

use crate::tlog::hash::{Hash, TreeHead, node_hash};

/// The roots of a tree's complete subtrees, largest first; one for each bit set in its size.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Frontier {
    size: u64,
    peaks: Vec<Hash>,
}

impl Frontier {
    /// The frontier of the tree without leaves.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the next leaf, given by its hash.
    pub fn push(&mut self, leaf: Hash) {
        let mut node = leaf;
        // As carrying a one in a binary counter: each full pair becomes one node.
        let pairs = usize::try_from(self.size.trailing_ones()).unwrap_or(usize::MAX);
        for left in self.peaks.drain(self.peaks.len().saturating_sub(pairs)..).rev() {
            node = node_hash(&left, &node);
        }
        self.peaks.push(node);
        self.size += 1;
    }

    /// How many leaves there are.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The root over all leaves so far.
    pub fn root(&self) -> Hash {
        fold(&self.peaks)
    }

    /// Size and root.
    pub fn head(&self) -> TreeHead {
        TreeHead { size: self.size, root: self.root() }
    }
}

impl FromIterator<Hash> for Frontier {
    fn from_iter<I: IntoIterator<Item = Hash>>(leaves: I) -> Self {
        let mut frontier = Self::new();
        leaves.into_iter().for_each(|leaf| frontier.push(leaf));
        frontier
    }
}

/// The root over neighbouring complete subtrees, largest first.
pub(in crate::tlog) fn fold(peaks: &[Hash]) -> Hash {
    let mut from_the_right = peaks.iter().rev().copied();
    let Some(last) = from_the_right.next() else { return Hash::EMPTY };
    from_the_right.fold(last, |right, left| node_hash(&left, &right))
}
