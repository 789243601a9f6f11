//! One edition at a time.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::{Read as _, Seek as _, Write as _},
    path::{Path, PathBuf},
};

use crate::ledger::LedgerError;

/// Where the lock is, below `ledger/`.
pub(super) const LOCK: &str = ".lock";

/// What the file says, after the process, while an edition is being written.
const WRITING: &str = "an edition is being written";

/// Held while an edition is made. The system gives it up when the process ends, however it ends;
/// the file stays, and says whether an edition was interrupted here. Git ignores it, so that no
/// merge and no clone can say so.
#[derive(Debug)]
pub(super) struct Lock {
    file: File,
    path: PathBuf,
    was_writing: bool,
}

impl Lock {
    /// Takes the lock of a ledger's folder, which is there.
    pub(super) fn take(folder: &Path) -> Result<Self, LedgerError> {
        let path = folder.join(LOCK);
        let failed = |source| LedgerError::Write { path: path.clone(), source };
        let mut options = OpenOptions::new();
        let file = options.create(true).truncate(false).read(true).write(true).open(&path);
        let mut file = file.map_err(failed)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let holder = fs::read_to_string(&path).unwrap_or_default();
                let holder = holder.lines().next().unwrap_or_default();
                let known = !holder.is_empty() && holder.bytes().all(|b| b.is_ascii_digit());
                let holder = if known { format!(" by process {holder}") } else { String::new() };
                return Err(LedgerError::Locked { path, holder });
            }
            Err(TryLockError::Error(source)) => return Err(failed(source)),
        }
        let mut said = Vec::new();
        file.read_to_end(&mut said).map_err(failed)?;
        let was_writing = String::from_utf8_lossy(&said).lines().any(|line| line == WRITING);
        let mut lock = Self { file, path, was_writing };
        lock.say(was_writing.then_some(WRITING))?;
        Ok(lock)
    }

    /// Whether an edition was interrupted while it was written here.
    pub(super) fn was_writing(&self) -> bool {
        self.was_writing
    }

    /// From now on an edition is being written: what it leaves may be dropped.
    pub(super) fn begin(&mut self) -> Result<(), LedgerError> {
        self.say(Some(WRITING))
    }

    /// Nothing is left to drop.
    pub(super) fn end(&mut self) -> Result<(), LedgerError> {
        self.say(None)
    }

    fn say(&mut self, what: Option<&str>) -> Result<(), LedgerError> {
        let mut text = format!("{}\n", std::process::id());
        text.extend(what.iter().flat_map(|what| [*what, "\n"]));
        let mut write = || {
            // Shortened last: stopped in between, it still says what it said of an edition.
            self.file.rewind()?;
            self.file.write_all(text.as_bytes())?;
            self.file.set_len(text.len() as u64)?;
            self.file.sync_all()
        };
        write().map_err(|source| LedgerError::Write { path: self.path.clone(), source })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_is_told_who_holds_it() {
        let folder = tempfile::tempdir().unwrap();
        let first = Lock::take(folder.path()).unwrap();
        let second = Lock::take(folder.path()).unwrap_err().to_string();
        assert!(second.contains(&format!("by process {}", std::process::id())), "{second}");
        drop(first);
        Lock::take(folder.path()).unwrap();
    }

    #[test]
    fn whether_an_edition_was_interrupted_outlives_the_process() {
        let folder = tempfile::tempdir().unwrap();
        let mut first = Lock::take(folder.path()).unwrap();
        assert!(!first.was_writing());
        first.begin().unwrap();
        drop(first);
        let second = Lock::take(folder.path()).unwrap();
        assert!(second.was_writing());
        drop(second);
        let mut third = Lock::take(folder.path()).unwrap();
        assert!(third.was_writing(), "taking the lock does not mend anything");
        third.end().unwrap();
        drop(third);
        assert!(!Lock::take(folder.path()).unwrap().was_writing());
    }
}
