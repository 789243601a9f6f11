//! A ledger as it was read.

use std::{
    borrow::Cow,
    path::{Path, PathBuf},
    sync::Arc,
};

use crate::credential::{Did, Leaf, Publish, Sealed};
use crate::ledger::{
    LedgerError, disk,
    fold::Fold,
    index,
    lines::{self, Lines},
    log::{self, CHECKPOINT, POLICY, Signed},
};
use crate::proof::sha256;
use crate::tlog::{MemoryTree, Policy, TreeHead};

/// The folder of the ledger in a register's.
pub const FOLDER: &str = "ledger";
/// did.json, below `ledger/`.
pub(super) const DID: &str = "keys/did.json";

/// The sealed state of a register, rebuilt from its leaves and compared with its checkpoint.
#[derive(Debug)]
pub struct Ledger {
    pub(super) folder: PathBuf,
    pub(super) fold: Fold,
    /// Nothing once it was forgotten.
    tree: Option<MemoryTree>,
    pub(super) head: TreeHead,
    pub(super) archive: Vec<u64>,
    unfinished: Option<String>,
}

impl Ledger {
    /// Whether a register was ever sealed: whether it has a checkpoint.
    pub fn is_there(root: &Path) -> bool {
        let folder = root.join(FOLDER);
        folder.join(CHECKPOINT).is_file()
            || log::archive(&folder).is_ok_and(|sizes| !sizes.is_empty())
    }

    /// Reads the ledger of a register, of which `issuer` is the name and address. Nothing where none
    /// was ever sealed.
    ///
    /// Every leaf is read, the root is built anew, and compared with the checkpoint and with those
    /// that came before it. Credentials are read when they are asked for.
    pub fn open(root: &Path, issuer: &Did) -> Result<Option<Self>, LedgerError> {
        let folder = root.join(FOLDER);
        let Some(signed) = Signed::read(&folder, CHECKPOINT)? else {
            if let Some(size) = log::archive(&folder)?.last() {
                let why = format!(
                    "it is not there, and `{}` is: an edition was begun and not finished \
                     (`attestar seal` goes on from there), or the file was removed",
                    log::archived(*size),
                );
                return Err(LedgerError::Damaged { path: CHECKPOINT.to_owned(), why });
            }
            return Ok(None);
        };
        Self::at(folder, issuer, &signed).map(Some)
    }

    /// Reads the ledger as a checkpoint says it is.
    pub(super) fn at(folder: PathBuf, issuer: &Did, signed: &Signed) -> Result<Self, LedgerError> {
        let origin = signed.checkpoint.origin();
        if origin != issuer.log_origin() {
            let (found, expected) = (origin.to_owned(), issuer.log_origin());
            return Err(LedgerError::Origin { found, expected });
        }
        let head = *signed.head();
        let parse = |index, bytes: &[u8]| {
            Leaf::parse(bytes).map_err(|error| LedgerError::Leaf { index, why: error.to_string() })
        };
        let mut fold = Fold::new(issuer.clone());
        let tree = log::read(&folder, &head, &parse, &mut |leaf| fold.push(leaf))?;
        fold.settle();
        if !fold.is_complete() {
            let why = "the last leaf of a log ends an edition, and this one does not".to_owned();
            return Err(LedgerError::Leaf { index: head.size, why });
        }
        let archive = log::archive(&folder)?;
        let mut ledger = Self { folder, fold, tree: Some(tree), head, archive, unfinished: None };
        ledger.compare_archive()?;
        ledger.read_beside(signed)?;
        Ok(ledger)
    }

    /// Every checkpoint that was ever signed is of this log.
    fn compare_archive(&self) -> Result<(), LedgerError> {
        for size in self.archive.iter().filter(|size| **size <= self.head.size) {
            let path = log::archived(*size);
            let Some(older) = Signed::read(&self.folder, &path)? else { continue };
            if older.head().size != *size {
                let why = format!("it is the checkpoint of {} leaves", older.head().size);
                return Err(LedgerError::Damaged { path, why });
            }
            if !self.extends(older.head())? {
                let why = "it commits to other leaves than `ledger/checkpoint`: both were signed";
                return Err(LedgerError::TwoHistories { path, why: why.to_owned() });
            }
        }
        Ok(())
    }

    /// Reads did.json and the policy, and looks whether they, the lists and the index are those of
    /// the last edition.
    fn read_beside(&mut self, signed: &Signed) -> Result<(), LedgerError> {
        let did = disk::read_text(&self.folder, DID)?.unwrap_or_default();
        let policy = disk::read_text(&self.folder, POLICY)?.unwrap_or_default();
        let publish = self.publish().clone();
        let mut odd = Vec::new();
        for (path, text, digest) in [(DID, &did, publish.did), (POLICY, &policy, publish.policy)] {
            if sha256(text.as_bytes()) != digest {
                odd.push(path.to_owned());
            }
        }
        for (path, digest) in &publish.lists {
            let list = disk::read_text(&self.folder, path)?.unwrap_or_default();
            if sha256(list.as_bytes()) != *digest {
                odd.push(path.to_string());
            }
        }
        let known = Policy::parse(policy.as_bytes());
        if odd.is_empty() && !known.is_ok_and(|policy| signed.is_of(&policy)) {
            let why = "no log key of `ledger/policy` has signed it".to_owned();
            return Err(LedgerError::Damaged { path: CHECKPOINT.to_owned(), why });
        }
        for (path, bytes) in index::files(&self.fold.rows) {
            if disk::read(&self.folder, &path)?.as_deref() != Some(&*bytes) {
                odd.push(path);
            }
        }
        self.unfinished = odd.into_iter().next();
        self.fold.sealed.did = Arc::from(did.into_bytes());
        self.fold.sealed.policy = policy;
        self.fold.sealed.checkpoint = signed.note.to_string();
        Ok(())
    }

    /// Whether the log is one that goes on from another.
    pub(super) fn extends(&self, other: &TreeHead) -> Result<bool, LedgerError> {
        let again = || log::read(&self.folder, &self.head, &|_, _| Ok(()), &mut |()| Ok(()));
        let tree = self
            .tree
            .as_ref()
            .map_or_else(|| again().map(Cow::Owned), |tree| Ok(Cow::Borrowed(tree)))?;
        Ok(log::extends(&tree, other))
    }

    /// Lets the log's tree go, 64 bytes a leaf. Whoever compares checkpoints after that reads the log
    /// again.
    pub fn forget_tree(&mut self) {
        self.tree = None;
    }

    /// The sealed state.
    pub fn sealed(&self) -> &Sealed {
        &self.fold.sealed
    }

    /// The leaf that ended the last edition.
    #[expect(clippy::missing_panics_doc, reason = "a ledger that ends otherwise is not opened")]
    pub fn publish(&self) -> &Publish {
        self.fold.publish.as_ref().expect("a ledger that was opened ends with a publish leaf")
    }

    /// Size and root of the log.
    pub fn head(&self) -> &TreeHead {
        &self.head
    }

    /// The first file beside the log that is not of the last edition, if there is one.
    pub fn unfinished(&self) -> Option<&str> {
        self.unfinished.as_deref()
    }

    /// Refuses a ledger in which an edition was begun and not finished.
    pub fn finished(&self) -> Result<(), LedgerError> {
        match &self.unfinished {
            None => Ok(()),
            Some(path) => Err(LedgerError::Unfinished { path: path.clone() }),
        }
    }

    /// Whether the policy is the one that the last edition published.
    pub fn has_published_policy(&self) -> bool {
        sha256(self.sealed().policy.as_bytes()) == self.publish().policy
    }

    /// How many versions were sealed.
    pub fn serials(&self) -> u32 {
        u32::try_from(self.fold.rows.len()).unwrap_or(u32::MAX)
    }

    /// Notes what leaves do not tell of versions, by serial: how many entries their histories have,
    /// and how many bytes their lines.
    pub fn know_versions(&mut self, known: &[(u32, u32)]) {
        let entries = self.fold.sealed.entries.values_mut();
        for version in entries.flat_map(|entry| &mut entry.versions) {
            let known = known.get(version.serial as usize).copied().unwrap_or_default();
            (version.history, version.length) = known;
        }
    }

    /// The files of entries, below `ledger/`, in order.
    pub fn entry_files(&self) -> impl Iterator<Item = String> {
        lines::firsts(self.serials()).map(lines::path)
    }

    /// In which of them, from 0, the entry of a serial is.
    pub fn entry_file(serial: u32) -> usize {
        (serial / lines::LINES) as usize
    }

    /// The sealed bytes of a serial; nothing where they were erased.
    pub fn credential(&self, serial: u32) -> Result<Option<Vec<u8>>, LedgerError> {
        let Some(row) = self.fold.rows.get(serial as usize) else { return Ok(None) };
        if row.is_erased {
            return Ok(None);
        }
        let lines = Lines::read(&self.folder, serial)?;
        Ok(Some(lines.sealed(serial, row)?.to_vec()))
    }

    /// Hands each unerased credential whose serial is wanted to `take`, on all threads, and what that
    /// makes of it to `put`, in the order of serials. Each is what its leaf says.
    pub fn credentials<T, E>(
        &self,
        is_wanted: &(impl Fn(u32) -> bool + Sync),
        take: &(impl Fn(u32, &[u8]) -> Result<T, E> + Sync),
        put: &mut dyn FnMut(T),
    ) -> Result<(), E>
    where
        T: Send,
        E: From<LedgerError> + Send,
    {
        lines::each(&self.folder, &self.fold.rows, is_wanted, (take, put))
    }

    /// Refuses to go on where a checkpoint is known that this log does not extend. `name` says where
    /// the checkpoint came from, `text` is its note.
    pub fn compare(&self, name: &str, text: &str) -> Result<(), LedgerError> {
        let refuse = |why: String| LedgerError::NotTheNewest { name: name.to_owned(), why };
        let known = Signed::parse(text)
            .map_err(|why| refuse(format!("this is not a checkpoint: {why}")))?;
        let (origin, own) = (known.checkpoint.origin(), self.fold.sealed.issuer.log_origin());
        if origin != own {
            return Err(refuse(format!("this is a checkpoint of `{origin}`, not of `{own}`")));
        }
        let (theirs, ours) = (known.head(), self.head.size);
        if theirs.size > ours {
            return Err(refuse(format!(
                "it has {} leaves and `ledger/checkpoint` has {ours}: somebody has sealed since; \
                 fetch that ledger first (`git pull`)",
                theirs.size
            )));
        }
        if self.extends(theirs)? {
            return Ok(());
        }
        Err(refuse(format!(
            "its {} leaves are not the first of this log: two ledgers have each gone on from one; \
             keep the one that is published (`git checkout BRANCH -- ledger`) and seal again",
            theirs.size
        )))
    }
}
