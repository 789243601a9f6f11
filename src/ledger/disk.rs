//! Durable writes.
//!
//! A group of files is written under temporary names, synced, renamed in order, and its folders
//! synced: after a power cut a file is whole or not there, and no group is there before the one
//! that came first. Known hole: what a disk says it has synced may still be in its cache.

use std::{
    collections::BTreeSet,
    fmt, fs,
    fs::{File, OpenOptions},
    io::{self, ErrorKind, Write as _},
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
    thread,
};

use crate::ledger::LedgerError;

/// How the names of unfinished files end.
pub(super) const UNFINISHED: &str = ".attestar-tmp";

/// How many files are synced at once.
const SYNCING: usize = 16;

/// Whether a file may get other bytes later.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Never again.
    Immutable,
    /// With each edition.
    Mutable,
}

/// A file to be written.
#[derive(Debug)]
pub(super) struct Draft {
    /// Below `ledger/`.
    pub(super) path: String,
    pub(super) bytes: Vec<u8>,
    pub(super) kind: Kind,
}

impl Draft {
    pub(super) fn immutable(path: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        Self { path: path.into(), bytes: bytes.into(), kind: Kind::Immutable }
    }

    pub(super) fn mutable(path: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        Self { path: path.into(), bytes: bytes.into(), kind: Kind::Mutable }
    }
}

/// Told before each change to the disk, with what comes next. Tests stop the process in it: no
/// other way shows what a crash leaves.
pub type Watch = Box<dyn Fn(&str) + Send + Sync>;

/// Writes below one folder.
pub(super) struct Writer {
    root: PathBuf,
    watch: Option<Watch>,
    written: Mutex<BTreeSet<String>>,
}

impl fmt::Debug for Writer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Writer").field("root", &self.root).finish_non_exhaustive()
    }
}

impl Writer {
    /// A writer below a folder, which is made where it is not there.
    pub(super) fn new(root: &Path, watch: Option<Watch>) -> Result<Self, LedgerError> {
        let failed = |source| LedgerError::Write { path: root.to_owned(), source };
        fs::create_dir_all(root).map_err(failed)?;
        Ok(Self { root: root.to_owned(), watch, written: Mutex::default() })
    }

    /// The files whose bytes changed, sorted.
    pub(super) fn written(&self) -> Vec<String> {
        let written = self.written.lock().unwrap_or_else(PoisonError::into_inner);
        written.iter().cloned().collect()
    }

    /// Places a group of files, in order, and syncs. Files that are there with the same bytes are
    /// left alone.
    pub(super) fn place(&self, files: Vec<Draft>) -> Result<(), LedgerError> {
        let mut new = Vec::new();
        for file in files {
            new.extend(self.differs(&file)?.then_some(file));
        }
        let mut folders = BTreeSet::new();
        for file in &new {
            self.make_folder(folder_of(&file.path), &mut folders)?;
        }
        self.write_many(&new)?;
        self.name(new, &folders)
    }

    /// Writes files on more threads than there are processors: syncing is waiting, and a disk syncs
    /// many files in little more time than one.
    fn write_many(&self, files: &[Draft]) -> Result<(), LedgerError> {
        let share = files.len().div_ceil(SYNCING).max(1);
        thread::scope(|scope| {
            let write =
                |share: &'_ [Draft]| share.iter().try_for_each(|f| self.write_unfinished(f));
            let shares: Vec<_> =
                files.chunks(share).map(|share| scope.spawn(move || write(share))).collect();
            let join = |share: thread::ScopedJoinHandle<'_, Result<(), LedgerError>>| {
                share.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
            };
            shares.into_iter().map(join).fold(Ok(()), Result::and)
        })
    }

    /// Gives files that are written their names.
    fn name(&self, new: Vec<Draft>, folders: &BTreeSet<String>) -> Result<(), LedgerError> {
        for file in &new {
            self.about_to("place", &file.path);
            let target = self.root.join(&file.path);
            let renamed = fs::rename(unfinished(&target), &target);
            renamed.map_err(|source| LedgerError::Write { path: target, source })?;
        }
        self.sync(folders)?;
        let mut written = self.written.lock().unwrap_or_else(PoisonError::into_inner);
        written.extend(new.into_iter().map(|file| file.path));
        Ok(())
    }

    /// Removes files, and syncs.
    pub(super) fn remove(&self, paths: &[String]) -> Result<(), LedgerError> {
        let mut folders = BTreeSet::new();
        for path in paths {
            self.about_to("remove", path);
            let target = self.root.join(path);
            match fs::remove_file(&target) {
                Err(source) if source.kind() != ErrorKind::NotFound => {
                    return Err(LedgerError::Write { path: target, source });
                }
                _ => _ = folders.insert(folder_of(path).to_owned()),
            }
        }
        self.sync(&folders)
    }

    fn about_to(&self, act: &str, path: &str) {
        if let Some(watch) = &self.watch {
            watch(&format!("{act} {path}"));
        }
    }

    /// Whether a file is not there, or there with other bytes.
    fn differs(&self, file: &Draft) -> Result<bool, LedgerError> {
        let path = self.root.join(&file.path);
        match fs::read(&path) {
            Ok(bytes) if bytes == file.bytes => Ok(false),
            Ok(_) if file.kind == Kind::Immutable => {
                Err(LedgerError::Immutable { path: file.path.clone() })
            }
            Ok(_) => Ok(true),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(true),
            Err(source) => Err(LedgerError::Read { path, source }),
        }
    }

    /// Makes a folder and those above it, and notes all that must be synced.
    fn make_folder(&self, folder: &str, to_sync: &mut BTreeSet<String>) -> Result<(), LedgerError> {
        if !to_sync.insert(folder.to_owned()) || folder.is_empty() {
            return Ok(());
        }
        let path = self.root.join(folder);
        if path.is_dir() {
            return Ok(());
        }
        self.make_folder(folder_of(folder), to_sync)?;
        self.about_to("make", folder);
        match fs::create_dir(&path) {
            Err(source) if source.kind() != ErrorKind::AlreadyExists => {
                Err(LedgerError::Write { path, source })
            }
            _ => Ok(()),
        }
    }

    fn write_unfinished(&self, file: &Draft) -> Result<(), LedgerError> {
        let target = self.root.join(&file.path);
        let path = unfinished(&target);
        let write = || {
            let mut open =
                OpenOptions::new().write(true).create(true).truncate(true).open(&path)?;
            let (first, rest) = file.bytes.split_at(file.bytes.len() / 2);
            open.write_all(first)?;
            self.about_to("go on with", &file.path);
            open.write_all(rest)?;
            open.sync_data()
        };
        self.about_to("write", &file.path);
        write().map_err(|source| LedgerError::Write { path: target, source })
    }

    fn sync(&self, folders: &BTreeSet<String>) -> Result<(), LedgerError> {
        folders.iter().try_for_each(|folder| {
            let path = self.root.join(folder);
            sync_folder(&path).map_err(|source| LedgerError::Write { path, source })
        })
    }
}

/// Makes renames and removals in a folder last. Systems that cannot open folders do so themselves.
#[cfg(unix)]
fn sync_folder(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}

#[cfg(not(unix))]
fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}

fn unfinished(target: &Path) -> PathBuf {
    let name = target.file_name().unwrap_or_default().to_string_lossy();
    target.with_file_name(format!(".{name}{UNFINISHED}"))
}

/// The folder of a path; empty for the ledger's own.
fn folder_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// Reads a file that may not be there.
pub(super) fn read(root: &Path, path: &str) -> Result<Option<Vec<u8>>, LedgerError> {
    let path = root.join(path);
    match fs::read(&path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(source) => Err(LedgerError::Read { path, source }),
    }
}

/// Reads a text that may not be there. What git leaves in a file that it could not merge is told
/// apart from other damage.
pub(super) fn read_text(root: &Path, path: &str) -> Result<Option<String>, LedgerError> {
    let Some(bytes) = read(root, path)? else { return Ok(None) };
    let text = String::from_utf8(bytes).map_err(|_| LedgerError::Damaged {
        path: path.to_owned(),
        why: "it is not UTF-8".to_owned(),
    })?;
    if is_conflict(text.as_bytes()) {
        let why = "git has left its conflict marks in it".to_owned();
        return Err(LedgerError::TwoHistories { path: path.to_owned(), why });
    }
    Ok(Some(text))
}

/// Whether git's marks of a conflict stand in a file.
pub(super) fn is_conflict(bytes: &[u8]) -> bool {
    let mark = |line: &[u8]| line.starts_with(b"<<<<<<< ") || line.starts_with(b">>>>>>> ");
    bytes.split(|byte| *byte == b'\n').any(mark)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    fn writer(root: &Path) -> Writer {
        Writer::new(root, None).unwrap()
    }

    #[test]
    fn what_was_published_is_never_rewritten() {
        let folder = tempfile::tempdir().unwrap();
        let writer = writer(&folder.path().join("ledger"));
        writer.place(vec![Draft::immutable("tile/0/000.p/1", "a")]).unwrap();
        writer.place(vec![Draft::immutable("tile/0/000.p/1", "a")]).unwrap();
        let again = writer.place(vec![Draft::immutable("tile/0/000.p/1", "b")]);
        assert!(matches!(again, Err(LedgerError::Immutable { .. })));
        writer.place(vec![Draft::mutable("checkpoint", "a")]).unwrap();
        writer.place(vec![Draft::mutable("checkpoint", "b")]).unwrap();
        assert_eq!(read_text(&folder.path().join("ledger"), "checkpoint").unwrap().unwrap(), "b");
        assert_eq!(writer.written(), ["checkpoint", "tile/0/000.p/1"]);
    }

    #[test]
    fn every_change_is_told_before_it_is_made() {
        let folder = tempfile::tempdir().unwrap();
        let told = Arc::new(Mutex::new(Vec::new()));
        let here = Arc::clone(&told);
        let watch: Watch = Box::new(move |what| here.lock().unwrap().push(what.to_owned()));
        let writer = Writer::new(folder.path(), Some(watch)).unwrap();
        writer.place(vec![Draft::immutable("a/b", "x")]).unwrap();
        writer.place(vec![Draft::immutable("a/b", "x")]).unwrap();
        writer.remove(&["a/b".to_owned()]).unwrap();
        let expected = ["make a", "write a/b", "go on with a/b", "place a/b", "remove a/b"];
        assert_eq!(*told.lock().unwrap(), expected);
    }

    #[test]
    fn a_conflict_of_git_is_no_damage() {
        let folder = tempfile::tempdir().unwrap();
        let text = "a\n<<<<<<< HEAD\n5\n=======\n6\n>>>>>>> theirs\n";
        writer(folder.path()).place(vec![Draft::mutable("checkpoint", text)]).unwrap();
        let error = read_text(folder.path(), "checkpoint").unwrap_err();
        assert!(matches!(error, LedgerError::TwoHistories { .. }), "{error}");
    }
}
