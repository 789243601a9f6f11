//! Every leaf of a log, read again, and the tree rebuilt from them.

use rayon::prelude::*;

use crate::audit::fault::{Discrepancy, Fault};
use crate::credential::Leaf;
use crate::tlog::{
    Hash, MemoryTree, TILE_WIDTH, TileLevel, TilePath, TreeHead, entries_of, leaf_hash, root,
};
use crate::verify::{Source, SourceError};

/// The leaves of a log: those that could be read and belong to the tree.
pub(super) struct Leaves {
    pub(super) tree: MemoryTree,
    /// By place; nothing where a leaf is damaged.
    pub(super) entries: Vec<Option<Leaf>>,
    /// Whether they lead to the signed root.
    pub(super) whole: bool,
}

/// One leaf as it was read.
type Read = (Hash, Result<Leaf, String>);

/// Reads all leaves of a tree and rebuilds it.
pub(super) fn read(
    source: &dyn Source,
    head: &TreeHead,
    found: &mut Vec<Discrepancy>,
) -> Result<Leaves, SourceError> {
    let bundles: Vec<u64> = (0..head.size.div_ceil(u64::from(TILE_WIDTH))).collect();
    let read: Vec<Result<Vec<Read>, Discrepancy>> =
        bundles.par_iter().map(|at| bundle(source, *at, head.size)).collect::<Result<_, _>>()?;
    let complete = read.iter().all(Result::is_ok);
    let hashes = || read.iter().flatten().flatten().map(|(hash, _)| *hash);
    let tree: MemoryTree = if complete { hashes().collect() } else { MemoryTree::new() };
    if complete && tree.head() == *head {
        let leaves = read.into_iter().flatten().flatten().enumerate();
        let leaves = leaves.map(|(at, (_, leaf))| sound(at, leaf, found)).collect();
        return Ok(Leaves { tree, entries: leaves, whole: true });
    }
    repaired(source, head, read, found)
}

/// A leaf that belongs to the tree; what is wrong with it is the issuer's own doing.
fn sound(at: usize, leaf: Result<Leaf, String>, found: &mut Vec<Discrepancy>) -> Option<Leaf> {
    match leaf {
        Ok(leaf) => Some(leaf),
        Err(detail) => {
            found.push(Discrepancy::at(place(at as u64), Fault::LeafMalformed(detail)));
            None
        }
    }
}

/// How reports call a leaf: they count from 1, as pages do.
pub(super) fn place(leaf: u64) -> String {
    format!("log entry {}", leaf.saturating_add(1))
}

fn bundle(
    source: &dyn Source,
    index: u64,
    size: u64,
) -> Result<Result<Vec<Read>, Discrepancy>, SourceError> {
    let path = TilePath::in_tree(TileLevel::Entries, index, size);
    let Some(path) = path else { return Ok(Ok(Vec::new())) };
    let (name, full) = (format!("ledger/{path}"), format!("ledger/{}", path.full()));
    let (bytes, held) = match source.get(&name)? {
        Some(bytes) => (bytes, path.width()),
        None => match source.get(&full)? {
            Some(bytes) => (bytes, TILE_WIDTH),
            None => return Ok(Err(Discrepancy::at(name, Fault::Missing))),
        },
    };
    let entries = match entries_of(&bytes, held) {
        Ok(entries) => entries,
        Err(error) => return Ok(Err(Discrepancy::at(name, Fault::Bundle(error.to_string())))),
    };
    let entries = entries.into_iter().take(usize::from(path.width()));
    let leaf = |bytes| Leaf::parse(bytes).map_err(|error| error.to_string());
    Ok(Ok(entries.map(|bytes| (leaf_hash(bytes), leaf(bytes))).collect()))
}

/// The leaves do not lead to the root: the hashes in the lowest tiles say which of them were edited,
/// where these lead to it.
fn repaired(
    source: &dyn Source,
    head: &TreeHead,
    read: Vec<Result<Vec<Read>, Discrepancy>>,
    found: &mut Vec<Discrepancy>,
) -> Result<Leaves, SourceError> {
    let tiled = tiled(source, head)?;
    let width = usize::from(TILE_WIDTH);
    let tree: MemoryTree = tiled.iter().flatten().copied().collect();
    let trusted = tiled.is_some() && tree.head() == *head;
    let mut leaves = Vec::new();
    let mut plain = MemoryTree::new();
    for (at, bundle) in read.into_iter().enumerate() {
        let start = at * width;
        let expected = usize::try_from(head.size).unwrap_or(usize::MAX) - start;
        match bundle {
            Err(discrepancy) => {
                found.push(discrepancy);
                leaves.extend((0..expected.min(width)).map(|_| None));
            }
            Ok(entries) => {
                for (offset, (hash, leaf)) in entries.into_iter().enumerate() {
                    plain.push(hash);
                    let at = start + offset;
                    let tiled = tiled.as_ref().and_then(|hashes| hashes.get(at));
                    let edited = trusted && tiled != Some(&hash);
                    if edited {
                        found.push(Discrepancy::at(place(at as u64), Fault::LeafEdited));
                    }
                    leaves.push(leaf.ok().filter(|_| !edited));
                }
            }
        }
    }
    if !trusted {
        found.push(Discrepancy::at("ledger/checkpoint", Fault::Root));
    }
    let tree = if trusted { tree } else { plain };
    let whole = root(&tree, head.size).is_ok_and(|root| root == head.root);
    Ok(Leaves { tree, entries: leaves, whole })
}

/// The hashes of all leaves as the lowest tiles have them.
fn tiled(source: &dyn Source, head: &TreeHead) -> Result<Option<Vec<Hash>>, SourceError> {
    let mut hashes = Vec::new();
    for index in 0..head.size.div_ceil(u64::from(TILE_WIDTH)) {
        let path = TilePath::in_tree(TileLevel::Hashes(0), index, head.size);
        let Some(path) = path else { return Ok(None) };
        let bytes = match source.get(&format!("ledger/{path}"))? {
            Some(bytes) => bytes,
            None => source.get(&format!("ledger/{}", path.full()))?.unwrap_or_default(),
        };
        let width = usize::from(path.width());
        let (parts, _) = bytes.as_chunks::<32>();
        if parts.len() < width {
            return Ok(None);
        }
        hashes.extend(parts.iter().take(width).map(|part| Hash::new(*part)));
    }
    Ok(Some(hashes))
}
