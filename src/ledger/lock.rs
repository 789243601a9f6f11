//! One edition at a time.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::Write as _,
    path::Path,
};

use crate::ledger::LedgerError;

/// Where the lock is, below `ledger/`.
pub(super) const LOCK: &str = ".lock";

/// Held while an edition is made. The system gives it up when the process ends, however it ends;
/// the file stays, and says nothing by being there.
#[derive(Debug)]
pub(super) struct Lock {
    _file: File,
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
        file.set_len(0).map_err(failed)?;
        writeln!(file, "{}", std::process::id()).map_err(failed)?;
        Ok(Self { _file: file })
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
}
