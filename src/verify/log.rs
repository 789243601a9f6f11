//! The log of a register, read from tiles that nobody vouches for against a root that somebody does.

use std::{
    collections::BTreeMap,
    sync::{Mutex, OnceLock, PoisonError},
};

use rayon::prelude::*;

use crate::credential::{Leaf, Publish};
use crate::tlog::{
    Frontier, Hash, TILE_WIDTH, TileError, TileLevel, TilePath, TileReader, TreeHead, Unprovable,
    check_inclusion, consistency, entries_of, inclusion, leaf_hash,
};
use crate::verify::{
    logged::Logged,
    scan::Scan,
    source::{Source, SourceError},
};

/// How many bundles are kept: the newest edition's is asked for again and again.
const BUNDLES: usize = 32;

/// Why the log could not be read, or what is wrong with it.
#[derive(Debug)]
pub(crate) enum Trouble {
    /// Nobody knows.
    Source(SourceError),
    /// The log does not hold.
    Refused(Logged),
}

impl From<SourceError> for Trouble {
    fn from(error: SourceError) -> Self {
        Self::Source(error)
    }
}

impl From<Logged> for Trouble {
    fn from(reason: Logged) -> Self {
        Self::Refused(reason)
    }
}

/// Why a tile could not be had.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LookError {
    #[error(transparent)]
    Source(SourceError),
    #[error("`{0}` is missing")]
    Missing(String),
}

type Look<'s> = Box<dyn Fn(&TilePath) -> Result<Vec<u8>, LookError> + Send + Sync + 's>;

/// A leaf, its place, and the way to the root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Proven {
    pub(crate) leaf: Vec<u8>,
    pub(crate) index: u64,
    pub(crate) path: Vec<Hash>,
}

impl Proven {
    /// The leaf, if the way leads to that tree.
    pub(crate) fn in_tree(&self, tree: &TreeHead) -> Result<Leaf, Logged> {
        check_inclusion(&leaf_hash(&self.leaf), self.index, tree, &self.path)
            .map_err(|_| Logged::ProofInvalid)?;
        read_leaf(&self.leaf, self.index)
    }
}

pub(crate) fn read_leaf(bytes: &[u8], index: u64) -> Result<Leaf, Logged> {
    Leaf::parse(bytes)
        .map_err(|error| Logged::LeafMalformed { leaf: index, detail: error.to_string() })
}

/// A log whose root is trusted.
pub(crate) struct Log<'s> {
    source: &'s dyn Source,
    reader: TileReader<Look<'s>>,
    scan: OnceLock<Result<Scan, Logged>>,
}

impl<'s> Log<'s> {
    pub(crate) fn new(source: &'s dyn Source, tree: TreeHead) -> Self {
        let bundles: Mutex<BTreeMap<u64, Vec<u8>>> = Mutex::default();
        let look: Look<'s> = Box::new(move |path| {
            let name = address(path);
            let known = || bundles.lock().unwrap_or_else(PoisonError::into_inner);
            let is_bundle = path.level() == TileLevel::Entries;
            if is_bundle && let Some(bytes) = known().get(&path.index()) {
                return Ok(bytes.clone());
            }
            let bytes = match source.get(&name) {
                Ok(Some(bytes)) => bytes,
                Ok(None) => return Err(LookError::Missing(name)),
                Err(error) => return Err(LookError::Source(error)),
            };
            let current = TilePath::in_tree(path.level(), path.index(), tree.size);
            if is_bundle && current == Some(*path) {
                let mut known = known();
                if known.len() >= BUNDLES {
                    known.clear();
                }
                known.insert(path.index(), bytes.clone());
            }
            Ok(bytes)
        });
        Self { source, reader: TileReader::new(tree, look), scan: OnceLock::new() }
    }

    pub(crate) fn tree(&self) -> &TreeHead {
        self.reader.tree()
    }

    /// A leaf with its proof.
    pub(crate) fn prove(&self, index: u64) -> Result<Proven, Trouble> {
        let tree = self.tree();
        if index >= tree.size {
            return Err(Logged::NotLogged.into());
        }
        let path = inclusion(&self.reader, index, tree.size).map_err(|error| match error {
            Unprovable::Node(error) => trouble(error),
            _ => Logged::ProofInvalid.into(),
        })?;
        let leaf = self.reader.entry(index).map_err(trouble)?;
        Ok(Proven { leaf, index, path })
    }

    /// The last leaf: the newest edition.
    pub(crate) fn newest(&self) -> Result<(Proven, Publish), Trouble> {
        let last = self.tree().size.checked_sub(1).ok_or(Logged::NoEdition)?;
        let proven = self.prove(last)?;
        match read_leaf(&proven.leaf, last)? {
            Leaf::Publish(publish) => Ok((proven, publish)),
            _ => Err(Logged::NoEdition.into()),
        }
    }

    /// Whether the tree continues an older one.
    pub(crate) fn continues(&self, old: &TreeHead) -> Result<(), Trouble> {
        let new = self.tree();
        if old.size == 0 {
            return Ok(());
        }
        if old.size > new.size {
            return Err(Logged::Rollback { seen: old.size, shown: new.size }.into());
        }
        let path = self.growth_from(old.size)?;
        crate::tlog::check_consistency(old, new, &path)
            .map_err(|_| Logged::SecondHistory { seen: old.size }.into())
    }

    /// The proof that the tree continues the one of its first `old` leaves.
    pub(crate) fn growth_from(&self, old: u64) -> Result<Vec<Hash>, Trouble> {
        consistency(&self.reader, old, self.tree().size).map_err(|error| match error {
            Unprovable::Node(error) => trouble(error),
            _ => Logged::ProofInvalid.into(),
        })
    }

    /// All leaves, read once. The tree is rebuilt from them, so none can be missing or changed.
    pub(crate) fn scan(&self) -> Result<&Scan, Trouble> {
        if let Some(scan) = self.scan.get() {
            return scan.as_ref().map_err(|reason| reason.clone().into());
        }
        let scan = match self.read_all() {
            Err(Trouble::Source(error)) => return Err(error.into()),
            Err(Trouble::Refused(reason)) => Err(reason),
            Ok(scan) => Ok(scan),
        };
        self.scan.get_or_init(|| scan).as_ref().map_err(|reason| reason.clone().into())
    }

    fn read_all(&self) -> Result<Scan, Trouble> {
        let tree = *self.tree();
        let bundles = tree.size.div_ceil(u64::from(TILE_WIDTH));
        let read = |index: u64| -> Result<Vec<(Hash, Leaf)>, Trouble> {
            let bundle = self.bundle(index)?;
            let leaves = bundle.entries()?.into_iter().zip(index * u64::from(TILE_WIDTH)..);
            leaves.map(|(bytes, at)| Ok((leaf_hash(bytes), read_leaf(bytes, at)?))).collect()
        };
        let leaves = (0..bundles).into_par_iter().map(read).collect::<Result<Vec<_>, _>>()?;
        let (mut frontier, mut scan) = (Frontier::new(), Scan::default());
        for (hash, leaf) in leaves.into_iter().flatten() {
            frontier.push(hash);
            scan.add(&leaf);
        }
        if frontier.head() == tree { Ok(scan) } else { Err(self.damaged(bundles)) }
    }

    /// A bundle's bytes, not yet compared with the tree.
    fn bundle(&self, index: u64) -> Result<Bundle, Trouble> {
        let path = TilePath::in_tree(TileLevel::Entries, index, self.tree().size);
        let path = path.ok_or(Logged::ProofInvalid)?;
        let get = |path: TilePath| self.source.get(&address(&path));
        if let Some(bytes) = get(path)? {
            return Ok(Bundle { path, held: path.width(), bytes });
        }
        // A log may drop a partial bundle once the full one is there.
        let bytes = get(path.full())?.ok_or_else(|| Logged::TileMissing(address(&path)))?;
        Ok(Bundle { path, held: TILE_WIDTH, bytes })
    }

    /// Which bundle does not fit the tree.
    fn damaged(&self, bundles: u64) -> Trouble {
        for index in 0..bundles {
            if let Err(error) = self.reader.bundle(index) {
                return trouble(error);
            }
        }
        Logged::ProofInvalid.into()
    }
}

/// The bytes of a bundle, which may hold more entries than the tree has.
struct Bundle {
    path: TilePath,
    held: u16,
    bytes: Vec<u8>,
}

impl Bundle {
    fn entries(&self) -> Result<Vec<&[u8]>, Logged> {
        let mut entries = entries_of(&self.bytes, self.held)
            .map_err(|_| Logged::LeafDamaged(address(&self.path)))?;
        entries.truncate(usize::from(self.path.width()));
        Ok(entries)
    }
}

/// Where a tile lies.
pub(crate) fn address(path: &TilePath) -> String {
    format!("ledger/{path}")
}

fn trouble(error: TileError<LookError>) -> Trouble {
    let damaged = |path: &TilePath| match path.level() {
        TileLevel::Entries => Logged::LeafDamaged(address(path)),
        TileLevel::Hashes(_) => Logged::TileDamaged(address(path)),
    };
    match error {
        TileError::Read(LookError::Source(error)) => Trouble::Source(error),
        TileError::Read(LookError::Missing(path)) => Logged::TileMissing(path).into(),
        TileError::Length { path, .. }
        | TileError::Altered { path, .. }
        | TileError::Bundle { path, .. } => damaged(&path).into(),
        TileError::Edge { .. } => Logged::TileDamaged("ledger/tile/*/*.p/*".to_owned()).into(),
        TileError::Outside { .. } => Logged::NotLogged.into(),
    }
}
