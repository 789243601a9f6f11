//! Makes an edition: appends to the log and ends it with a checkpoint.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    thread::{self, JoinHandle},
};

use crate::credential::{Did, Leaf, Sealed};
use crate::ledger::{
    Ledger, LedgerError, Repair, Watch,
    disk::{self, Draft, Writer},
    fold::Fold,
    index,
    lines::{self, LINES, Lines},
    lock::Lock,
    log::{self, CHECKPOINT, POLICY},
    open::{DID, FOLDER},
    repair::{self, Left},
};
use crate::tlog::{Checkpoint, Growth, Note, TilePath};

/// How many bytes of credentials are gathered before they are written.
const GATHERED: usize = 16 << 20;

/// Kept by git as they are, and never merged line by line: a log has one history.
const ATTRIBUTES: &str = "# A log is never merged: take the one that was published, and seal again.\n\
                          * -text -merge\n\
                          tile/** binary -delta\n\
                          index/** binary\n";
const IGNORE: &str = ".lock\n*.attestar-tmp\n";

/// The ledger of a register, held for making an edition. Nobody else can hold it meanwhile.
#[derive(Debug)]
pub struct Recorder {
    folder: PathBuf,
    issuer: Did,
    writer: Writer,
    ledger: Option<Ledger>,
    repairs: Vec<Repair>,
    lock: Lock,
}

impl Recorder {
    /// Takes the lock and brings the ledger into the state of its newest signed checkpoint: what an
    /// interrupted edition left is finished or dropped.
    ///
    /// `watch` is told before each change to the disk; it is there for tests of what a crash leaves.
    pub fn take(root: &Path, issuer: &Did, watch: Option<Watch>) -> Result<Self, LedgerError> {
        let folder = root.join(FOLDER);
        let writer = Writer::new(&folder, watch)?;
        // First, so that git never gets to see the lock.
        for (path, text) in [(".gitattributes", ATTRIBUTES), (".gitignore", IGNORE)] {
            if disk::read(&folder, path)?.is_none() {
                writer.place(vec![Draft::mutable(path, text)])?;
            }
        }
        let mut lock = Lock::take(&folder)?;
        let left = if lock.was_writing() { Left::Here } else { Left::Elsewhere };
        let (ledger, repairs) = repair::repair(&folder, issuer, (&writer, left))?;
        if left == Left::Here {
            lock.end()?;
        }
        let issuer = issuer.clone();
        Ok(Self { folder, issuer, writer, ledger, repairs, lock })
    }

    /// The ledger; nothing before the first edition.
    pub fn ledger(&self) -> Option<&Ledger> {
        self.ledger.as_ref()
    }

    /// What was finished or dropped.
    pub fn repairs(&self) -> &[Repair] {
        &self.repairs
    }

    /// The policy as it stands on the disk, whoever wrote it.
    pub fn policy(&self) -> Result<Option<String>, LedgerError> {
        disk::read_text(&self.folder, POLICY)
    }

    /// Begins an edition.
    pub fn begin(self) -> Result<Recording, LedgerError> {
        let Self { folder, issuer, writer, ledger, mut lock, .. } = self;
        let covered = ledger.as_ref().map_or((0, 0), |ledger| (ledger.serials(), ledger.head.size));
        let (fold, growth) = match ledger {
            None => (Fold::new(issuer), Growth::new()),
            Some(ledger) => (ledger.fold, resume(&folder, &ledger.head)?),
        };
        let serials = serials(&fold)?;
        let first = serials - serials % LINES;
        let lines = Lines::read(&folder, first)?;
        let bytes = lines.first(lines::lines_of(first, serials)).to_vec();
        lock.begin()?;
        let open = Draft::mutable(lines::path(first), bytes);
        let full = Vec::new();
        let (writer, writing) = (Arc::new(writer), Writing(None));
        Ok(Recording { folder, writer, writing, fold, growth, open, full, covered, lock })
    }
}

/// Drops what was written of an edition.
fn give_up(folder: &Path, covered: (u32, u64), writer: &Writer, lock: &mut Lock) {
    if repair::drop_beyond(folder, covered, (writer, Left::Here)).is_ok() {
        drop(lock.end());
    }
}

fn resume(folder: &Path, head: &crate::tlog::TreeHead) -> Result<Growth, LedgerError> {
    let read = |path: &crate::tlog::TilePath| {
        let bytes = disk::read(folder, &path.to_string());
        bytes.and_then(|bytes| {
            let why = "it is not there".to_owned();
            bytes.ok_or_else(|| LedgerError::Damaged { path: path.to_string(), why })
        })
    };
    Growth::resume(head, read)
        .map_err(|error| LedgerError::Damaged { path: "tile".to_owned(), why: error.to_string() })
}

fn serials(fold: &Fold) -> Result<u32, LedgerError> {
    u32::try_from(fold.rows.len()).map_err(|_| LedgerError::Full { what: "certificates" })
}

fn tile((path, bytes): (TilePath, Vec<u8>)) -> Draft {
    Draft::immutable(path.to_string(), bytes)
}

/// The files of an edition that stand beside the log.
#[derive(Clone, Debug)]
pub struct Beside {
    /// Signed status lists, each with its address such as `status/revocation-0.json`.
    pub lists: Vec<(String, String)>,
    /// Detail files, each with its address.
    pub details: Vec<(String, String)>,
    /// did.json.
    pub did: String,
    /// The log's policy.
    pub policy: String,
}

/// An edition that was made.
#[derive(Clone, Debug)]
pub struct Recorded {
    /// How many leaves the log has now.
    pub size: u64,
    /// The files whose bytes changed, below `ledger/`, sorted.
    pub written: Vec<String>,
}

/// An edition that is being made. Dropped unfinished, it leaves nothing that was signed.
#[derive(Debug)]
pub struct Recording {
    folder: PathBuf,
    writer: Arc<Writer>,
    /// Writes files that are full while the next are signed.
    writing: Writing,
    fold: Fold,
    growth: Growth,
    /// The file of credentials that the next one goes into.
    open: Draft,
    /// Files that are full and not written yet.
    full: Vec<Draft>,
    /// The serials and leaves of the edition before.
    covered: (u32, u64),
    lock: Lock,
}

/// Files that another thread writes. The lock is not given up before it has ended.
#[derive(Debug)]
struct Writing(Option<JoinHandle<Result<(), LedgerError>>>);

impl Writing {
    /// Waits until they are on the disk.
    fn end(&mut self) -> Result<(), LedgerError> {
        match self.0.take().map(JoinHandle::join) {
            None => Ok(()),
            Some(Ok(written)) => written,
            Some(Err(panic)) => std::panic::resume_unwind(panic),
        }
    }
}

impl Drop for Writing {
    fn drop(&mut self) {
        drop(self.0.take().map(JoinHandle::join));
    }
}

impl Recording {
    /// The state with all that was appended so far.
    pub fn sealed(&self) -> &Sealed {
        &self.fold.sealed
    }

    /// The serial that the next version gets.
    pub fn next_serial(&self) -> Result<u32, LedgerError> {
        serials(&self.fold)
    }

    /// Appends a leaf that logs no credential.
    pub fn leaf(&mut self, leaf: Leaf) -> Result<(), LedgerError> {
        let full = LedgerError::Full { what: "leaves" };
        if u32::try_from(self.growth.size()).is_err() {
            return Err(full);
        }
        let index = self.growth.size();
        let pushed = self.growth.push(leaf.text().as_bytes());
        pushed.map_err(|error| LedgerError::Leaf { index, why: error.to_string() })?;
        self.fold.push(leaf)
    }

    /// Appends a credential and its leaf, whose digest is that of the bytes.
    pub fn version(&mut self, leaf: Leaf, credential: &str) -> Result<(), LedgerError> {
        let serial = self.next_serial()?;
        self.leaf(leaf)?;
        self.open.bytes.extend_from_slice(credential.as_bytes());
        self.open.bytes.push(b'\n');
        let next = serial + 1;
        if next.is_multiple_of(LINES) {
            // The next file will be about as large.
            let bytes = Vec::with_capacity(self.open.bytes.len() + self.open.bytes.len() / 8);
            let open = Draft::mutable(lines::path(next), bytes);
            self.full.push(std::mem::replace(&mut self.open, open));
        }
        if self.full.iter().map(|file| file.bytes.len()).sum::<usize>() >= GATHERED {
            self.writing.end()?;
            let (writer, mut full) = (Arc::clone(&self.writer), std::mem::take(&mut self.full));
            full.extend(self.growth.take_full().into_iter().map(tile));
            self.writing = Writing(Some(thread::spawn(move || writer.place(full))));
        }
        Ok(())
    }

    /// Gives the edition up: nothing of it was signed for, and nothing of it stays.
    pub fn abandon(mut self) {
        // Whether it could be written does not matter any more.
        drop(self.writing.end());
        // What cannot be removed now is what a crash would leave: the next run drops it.
        give_up(&self.folder, self.covered, &self.writer, &mut self.lock);
    }

    /// Ends the edition, whose last leaf was its `publish` leaf. `sign` signs the checkpoint; if it
    /// cannot, the edition is given up. The checkpoint is written last.
    pub fn finish<E: From<LedgerError>>(
        mut self,
        beside: Beside,
        sign: impl FnOnce(&Checkpoint) -> Result<Note, E>,
    ) -> Result<Recorded, E> {
        let index = self.growth.size();
        if !self.fold.is_complete() {
            let why = "an edition ends with its publish leaf".to_owned();
            return Err(LedgerError::Leaf { index, why }.into());
        }
        self.writing.end()?;
        let grown = self.growth.finish();
        let origin = self.fold.sealed.issuer.log_origin();
        let checkpoint = Checkpoint::new(&origin, grown.head).map_err(|error| {
            LedgerError::Damaged { path: CHECKPOINT.to_owned(), why: error.to_string() }
        })?;
        let note = match sign(&checkpoint) {
            Ok(note) => note.to_string(),
            Err(error) => {
                give_up(&self.folder, self.covered, &self.writer, &mut self.lock);
                return Err(error);
            }
        };
        let mut credentials = std::mem::take(&mut self.full);
        if !self.open.bytes.is_empty() {
            credentials.push(self.open);
        }
        self.writer.place(credentials)?;
        let mutable = |(path, text): (String, String)| Draft::mutable(path, text);
        let mut files: Vec<_> = beside.lists.into_iter().map(mutable).collect();
        files.push(Draft::mutable(DID, beside.did));
        files.push(Draft::mutable(POLICY, beside.policy));
        files.extend(beside.details.into_iter().map(mutable));
        files.extend(index::files(&self.fold.rows).map(|(path, file)| Draft::mutable(path, file)));
        self.writer.place(files)?;
        self.writer.place(grown.files.into_iter().map(tile).collect())?;
        let size = grown.head.size;
        self.writer.place(vec![Draft::immutable(log::archived(size), note.clone())])?;
        self.writer.place(vec![Draft::mutable(CHECKPOINT, note)])?;
        repair::blank(&self.folder, &self.fold.rows, &self.writer)?;
        self.lock.end()?;
        Ok(Recorded { size, written: self.writer.written() })
    }
}
