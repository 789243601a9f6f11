//! The tile log on disk: its leaves, and the checkpoints that were made of it.

use std::{fs, io::ErrorKind, path::Path};

use rayon::prelude::*;

use crate::ledger::{LedgerError, disk};
use crate::tlog::{
    Checkpoint, Hash, MemoryTree, Note, Policy, TileLevel, TilePath, TreeHead, entries_of,
    leaf_hash, root,
};

/// The newest checkpoint, below `ledger/`.
pub(super) const CHECKPOINT: &str = "checkpoint";
/// All checkpoints by size, below `ledger/`.
pub(super) const CHECKPOINTS: &str = "checkpoints";
/// Whom to trust, below `ledger/`.
pub(super) const POLICY: &str = "policy";

/// A signed checkpoint.
#[derive(Clone, Debug)]
pub(super) struct Signed {
    pub(super) note: Note,
    pub(super) checkpoint: Checkpoint,
}

impl Signed {
    /// Reads a note that ought to be a checkpoint.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let note = Note::parse(text.as_bytes()).map_err(|error| error.to_string())?;
        let checkpoint = note.text().parse::<Checkpoint>().map_err(|error| error.to_string())?;
        Ok(Self { note, checkpoint })
    }

    /// Reads a checkpoint of the ledger, if it is there.
    pub(super) fn read(root: &Path, path: &str) -> Result<Option<Self>, LedgerError> {
        let Some(text) = disk::read_text(root, path)? else { return Ok(None) };
        let signed = Self::parse(&text);
        signed.map(Some).map_err(|why| LedgerError::Damaged { path: path.to_owned(), why })
    }

    pub(super) fn head(&self) -> &TreeHead {
        self.checkpoint.tree()
    }

    /// Whether a log of the policy signed it.
    pub(super) fn is_of(&self, policy: &Policy) -> bool {
        let origin = self.checkpoint.origin();
        let logs = policy.logs().iter().map(|log| log.key.clone());
        let keys: Vec<_> = logs.filter(|key| key.name() == origin).collect();
        self.note.verified_by(&keys).is_ok_and(|signed| !signed.is_empty())
    }
}

/// The path of an archived checkpoint.
pub(super) fn archived(size: u64) -> String {
    format!("{CHECKPOINTS}/{size}")
}

/// The sizes of which checkpoints are archived, ascending.
pub(super) fn archive(root: &Path) -> Result<Vec<u64>, LedgerError> {
    let folder = root.join(CHECKPOINTS);
    let failed = |source| LedgerError::Read { path: folder.clone(), source };
    let entries = match fs::read_dir(&folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(failed(error)),
    };
    let mut sizes = Vec::new();
    for entry in entries {
        let name = entry.map_err(failed)?.file_name();
        let size = name.to_str().and_then(|name| name.parse::<u64>().ok());
        sizes.extend(size.filter(|size| name.to_str() == Some(&*size.to_string())));
    }
    sizes.sort_unstable();
    Ok(sizes)
}

/// Reads one leaf: its place in the log and its bytes.
pub(super) type ReadLeaf<'r, T> = &'r (dyn Fn(u64, &[u8]) -> Result<T, LedgerError> + Sync);

/// How many bundles of leaves are read before what they say is handed on.
const CHUNK: usize = 64;

/// Reads the leaves of a tree, whose root they must lead to, and hands them on in their order. That
/// one is refused is not said before it is known that all are the leaves of this tree.
pub(super) fn read<T: Send>(
    folder: &Path,
    head: &TreeHead,
    leaf: ReadLeaf<'_, T>,
    take: &mut dyn FnMut(T) -> Result<(), LedgerError>,
) -> Result<MemoryTree, LedgerError> {
    let bundles = 0..head.size.div_ceil(256);
    let paths = bundles.filter_map(|at| TilePath::in_tree(TileLevel::Entries, at, head.size));
    let paths: Vec<_> = paths.collect();
    let mut tree = MemoryTree::new();
    let mut taken = Ok(());
    for paths in paths.chunks(CHUNK) {
        let read = paths.par_iter().map(|path| read_bundle(folder, path, leaf));
        let bundles: Vec<Vec<(Hash, T)>> = read.collect::<Result<_, _>>()?;
        for (hash, leaf) in bundles.into_iter().flatten() {
            tree.push(hash);
            taken = taken.and_then(|()| take(leaf));
        }
    }
    if tree.head() != *head {
        let why = "its leaves do not lead to the root of `ledger/checkpoint`: a file was changed, \
                   or the ledgers of two clones that both sealed were mixed";
        return Err(LedgerError::Damaged { path: "tile".to_owned(), why: why.to_owned() });
    }
    taken.map(|()| tree)
}

fn read_bundle<T>(
    folder: &Path,
    path: &TilePath,
    leaf: ReadLeaf<'_, T>,
) -> Result<Vec<(Hash, T)>, LedgerError> {
    let damaged = |why: String| LedgerError::Damaged { path: path.to_string(), why };
    let mut file = *path;
    let mut bytes = disk::read(folder, &path.to_string())?;
    if bytes.is_none() {
        // Whoever tidies up may drop a partial bundle once the full one is there.
        file = path.full();
        bytes = disk::read(folder, &file.to_string())?;
    }
    let bytes = bytes.ok_or_else(|| damaged("it is not there".to_owned()))?;
    let entries = entries_of(&bytes, file.width()).map_err(|error| damaged(error.to_string()))?;
    let first = path.index() * 256;
    let entries = (first..).zip(entries).take(usize::from(path.width()));
    entries.map(|(index, entry)| Ok((leaf_hash(entry), leaf(index, entry)?))).collect()
}

/// Compares a tree with an older checkpoint, or one of the same size.
pub(super) fn extends(tree: &MemoryTree, older: &TreeHead) -> bool {
    root(tree, older.size).is_ok_and(|root| root == older.root)
}

/// Whether a tile reaches beyond a tree: what an unfinished edition left.
pub(super) fn is_beyond(path: &TilePath, size: u64) -> bool {
    TilePath::in_tree(path.level(), path.index(), size)
        .is_none_or(|known| known.width() < path.width())
}
