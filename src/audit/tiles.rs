//! Every tile, full and partial, against the tree rebuilt from the leaves.

use std::collections::BTreeSet;

use rayon::prelude::*;

use crate::audit::fault::{Discrepancy, Fault};
use crate::tlog::{MemoryTree, TILE_WIDTH, TileLevel, TilePath, entries_of, leaf_hash};
use crate::verify::{Source, SourceError};

/// Looks at all tiles of a tree, and at the partial ones of its earlier editions.
pub(super) fn check(
    source: &dyn Source,
    tree: &MemoryTree,
    sizes: &[u64],
) -> Result<Vec<Discrepancy>, SourceError> {
    let mut paths = BTreeSet::new();
    let mut before = 0;
    for size in sizes {
        paths.extend(TilePath::new_since(before, *size));
        before = *size;
    }
    let size = tree.size();
    paths.extend(TilePath::new_since(before, size));
    let paths: Vec<_> = paths.into_iter().collect();
    let checked = paths.par_iter().map(|path| one(source, tree, size, path));
    Ok(checked.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect())
}

fn one(
    source: &dyn Source,
    tree: &MemoryTree,
    size: u64,
    path: &TilePath,
) -> Result<Option<Discrepancy>, SourceError> {
    let name = format!("ledger/{path}");
    let current = TilePath::in_tree(path.level(), path.index(), size) == Some(*path);
    let Some(bytes) = source.get(&name)? else {
        // A log may drop the partial tiles of its earlier editions.
        return Ok(current.then(|| Discrepancy::at(name, Fault::Missing)));
    };
    // The bundles of the newest tree are what the tree was rebuilt from.
    let sound = match path.level() {
        TileLevel::Entries if current => true,
        TileLevel::Entries => fits(&bytes, path, tree),
        TileLevel::Hashes(_) => {
            path.bytes(tree).is_ok_and(|expected| expected.as_deref() == Some(&*bytes))
        }
    };
    Ok((!sound).then(|| Discrepancy::at(name, Fault::Tile)))
}

/// Whether a bundle holds the entries of the tree.
fn fits(bytes: &[u8], path: &TilePath, tree: &MemoryTree) -> bool {
    use crate::tlog::Nodes;
    let Ok(entries) = entries_of(bytes, path.width()) else { return false };
    let from = path.index() * u64::from(TILE_WIDTH);
    entries
        .iter()
        .zip(from..)
        .all(|(entry, at)| tree.node(0, at).is_ok_and(|node| node == leaf_hash(entry)))
}
