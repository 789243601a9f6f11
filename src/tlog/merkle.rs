//! Inclusion and consistency (RFC 9162, 2.1.3 and 2.1.4): proofs made from nodes, and checked.

use crate::tlog::frontier::fold;
use crate::tlog::hash::{Hash, TreeHead, node_hash};
use std::ops::Range;

/// Where the nodes of a tree come from: memory, or tiles.
pub trait Nodes {
    /// Why a node could not be had.
    type Error: std::error::Error + 'static;

    /// The hash of the complete subtree over the leaves `index << level .. (index + 1) << level`.
    fn node(&self, level: u8, index: u64) -> Result<Hash, Self::Error>;
}

/// Why a proof could not be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Unprovable<E: std::error::Error + 'static> {
    /// A leaf beyond the tree.
    #[error("leaf {index} is not in a tree of {size} leaves")]
    NoLeaf {
        /// The leaf asked for.
        index: u64,
        /// The size of the tree.
        size: u64,
    },
    /// An older tree that is empty or larger than the newer one.
    #[error("a tree of {old} leaves has no proof that a tree of {new} leaves extends it")]
    NoGrowth {
        /// The size of the older tree.
        old: u64,
        /// The size of the newer tree.
        new: u64,
    },
    /// A node could not be had.
    #[error(transparent)]
    Node(#[from] E),
}

/// Why a proof proves nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Unproven {
    /// A leaf beyond the tree.
    #[error("leaf {index} is not in a tree of {size} leaves")]
    NoLeaf {
        /// The leaf asked for.
        index: u64,
        /// The size of the tree.
        size: u64,
    },
    /// An older tree that is empty or larger than the newer one.
    #[error("a tree of {new} leaves cannot be shown to extend one of {old} leaves")]
    NoGrowth {
        /// The size of the older tree.
        old: u64,
        /// The size of the newer tree.
        new: u64,
    },
    /// Too few or too many hashes for trees of this size.
    #[error("the proof has {found} hashes, which is not the number that such a tree needs")]
    Length {
        /// How many there are.
        found: usize,
    },
    /// The hashes lead to another root than the newer (or only) tree's.
    #[error("the proof leads to another root than `{0}`")]
    Root(Hash),
    /// The hashes lead to another root than the older tree's.
    #[error("the proof leads to another root of the older tree than `{0}`")]
    OldRoot(Hash),
}

/// The root over the first `size` leaves.
pub fn root<N: Nodes>(nodes: &N, size: u64) -> Result<Hash, N::Error> {
    range_root(nodes, 0..size)
}

/// The proof that leaf `index` is in the tree of the first `size` leaves: siblings, leaf side first.
pub fn inclusion<N: Nodes>(
    nodes: &N,
    index: u64,
    size: u64,
) -> Result<Vec<Hash>, Unprovable<N::Error>> {
    if index >= size {
        return Err(Unprovable::NoLeaf { index, size });
    }
    let (mut tree, mut path) = (0..size, Vec::new());
    while tree.end - tree.start > 1 {
        let split = split(&tree);
        let sibling = if index < split {
            let right = split..tree.end;
            tree.end = split;
            right
        } else {
            let left = tree.start..split;
            tree.start = split;
            left
        };
        path.push(range_root(nodes, sibling)?);
    }
    path.reverse();
    Ok(path)
}

/// The proof that the tree of the first `new` leaves extends the tree of the first `old` leaves.
pub fn consistency<N: Nodes>(
    nodes: &N,
    old: u64,
    new: u64,
) -> Result<Vec<Hash>, Unprovable<N::Error>> {
    if old == 0 || old > new {
        return Err(Unprovable::NoGrowth { old, new });
    }
    let (mut tree, mut path) = (0..new, Vec::new());
    while tree.end != old {
        let split = split(&tree);
        if old <= split {
            path.push(range_root(nodes, split..tree.end)?);
            tree.end = split;
        } else {
            path.push(range_root(nodes, tree.start..split)?);
            tree.start = split;
        }
    }
    // Whoever checks knows the old root already.
    if tree.start > 0 {
        path.push(range_root(nodes, tree)?);
    }
    path.reverse();
    Ok(path)
}

/// Checks that `leaf` stands at `index` in `tree`.
pub fn check_inclusion(
    leaf: &Hash,
    index: u64,
    tree: &TreeHead,
    path: &[Hash],
) -> Result<(), Unproven> {
    if index >= tree.size {
        return Err(Unproven::NoLeaf { index, size: tree.size });
    }
    let wrong_length = Unproven::Length { found: path.len() };
    let (mut node, mut last, mut hash) = (index, tree.size - 1, *leaf);
    for sibling in path {
        if last == 0 {
            return Err(wrong_length);
        }
        if climb(&mut node, &mut last) {
            hash = node_hash(sibling, &hash);
        } else {
            hash = node_hash(&hash, sibling);
        }
    }
    if last != 0 {
        return Err(wrong_length);
    }
    if hash == tree.root { Ok(()) } else { Err(Unproven::Root(tree.root)) }
}

/// Checks that `new` extends `old`. Nothing can be proved from an empty tree: every tree extends it.
pub fn check_consistency(old: &TreeHead, new: &TreeHead, path: &[Hash]) -> Result<(), Unproven> {
    if old.size == 0 || old.size > new.size {
        return Err(Unproven::NoGrowth { old: old.size, new: new.size });
    }
    let wrong_length = Unproven::Length { found: path.len() };
    if old.size == new.size {
        return match path {
            [] if old.root == new.root => Ok(()),
            [] => Err(Unproven::OldRoot(old.root)),
            _ => Err(wrong_length),
        };
    }
    let (mut node, mut last) = (old.size - 1, new.size - 1);
    let complete = node.trailing_ones();
    (node, last) = (node >> complete, last >> complete);
    // An old tree that is complete is itself the first node.
    let (first, rest) = match path.split_first() {
        _ if node == 0 => (old.root, path),
        Some((first, rest)) => (*first, rest),
        None => return Err(wrong_length),
    };
    let (mut old_hash, mut new_hash) = (first, first);
    for sibling in rest {
        if last == 0 {
            return Err(wrong_length);
        }
        if climb(&mut node, &mut last) {
            old_hash = node_hash(sibling, &old_hash);
            new_hash = node_hash(sibling, &new_hash);
        } else {
            new_hash = node_hash(&new_hash, sibling);
        }
    }
    if last != 0 {
        return Err(wrong_length);
    }
    if old_hash != old.root {
        return Err(Unproven::OldRoot(old.root));
    }
    if new_hash == new.root { Ok(()) } else { Err(Unproven::Root(new.root)) }
}

/// Goes from a node to its parent, `last` being the last node of the level. Says whether its
/// sibling is on the left; a last node without a sibling first rises to where it has one.
fn climb(node: &mut u64, last: &mut u64) -> bool {
    let left_sibling = *node & 1 == 1 || node == last;
    if left_sibling && *node & 1 == 0 {
        let lonely = node.trailing_zeros().min(63);
        (*node, *last) = (*node >> lonely, *last >> lonely);
    }
    (*node, *last) = (*node >> 1, *last >> 1);
    left_sibling
}

/// Where a tree's left, complete subtree ends.
fn split(tree: &Range<u64>) -> u64 {
    tree.start + (1 << (tree.end - tree.start - 1).ilog2())
}

/// The root over some leaves, whose start is a multiple of the power of two that holds them.
fn range_root<N: Nodes>(nodes: &N, mut leaves: Range<u64>) -> Result<Hash, N::Error> {
    let mut peaks = Vec::new();
    while leaves.start < leaves.end {
        let level = (leaves.end - leaves.start).ilog2();
        let narrow = u8::try_from(level).expect("a u64 has 64 bits");
        peaks.push(nodes.node(narrow, leaves.start >> level)?);
        leaves.start += 1 << level;
    }
    Ok(fold(&peaks))
}
