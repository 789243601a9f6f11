//! What earlier runs wrote: the manifest of the last finished one, and the journal of the others.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, BufWriter, Read, Write as _},
    path::Path,
    str,
    sync::{Mutex, PoisonError},
};

use sha2::{Digest as _, Sha256};

use crate::output::{
    OutputError,
    disk::{self, Found},
    paths,
};

/// The list of the last finished run: `<sha256>  <path>`, sorted by path.
pub(super) const MANIFEST: &str = ".attestar-manifest";
/// The paths written since the manifest was. The build that writes holds it locked.
const JOURNAL: &str = ".attestar-journal";

/// The SHA-256 of a file.
pub(super) type Digest = [u8; 32];

/// The SHA-256 of a file's bytes.
pub(super) fn digest(bytes: &[u8]) -> Digest {
    Sha256::digest(bytes).into()
}

/// Whether no build has begun to write into a folder. Looks only.
pub(super) fn is_of_nobody(root: &Path) -> Result<bool, OutputError> {
    let there =
        |name| Ok::<_, OutputError>(!matches!(disk::found(&root.join(name))?, Found::Nothing));
    Ok(!there(MANIFEST)? && !there(JOURNAL)?)
}

/// Reads the manifest as it stands; None when there is none.
pub(super) fn read(root: &Path) -> Result<Option<Vec<u8>>, OutputError> {
    let path = root.join(MANIFEST);
    match disk::found(&path)? {
        Found::Nothing => return Ok(None),
        Found::File(..) => {}
        Found::Folder | Found::Other => return Err(OutputError::InTheWay { path }),
    }
    fs::read(&path).map(Some).map_err(|source| OutputError::Read { path, source })
}

/// A digest from its 64 digits.
pub(super) fn from_hex(text: &str) -> Option<Digest> {
    let text = text.as_bytes();
    let digit = |at: usize| match text[at] {
        d @ b'0'..=b'9' => Some(d - b'0'),
        d @ b'a'..=b'f' => Some(d - b'a' + 10),
        _ => None,
    };
    let mut digest = Digest::default();
    if text.len() != 2 * digest.len() {
        return None;
    }
    for (at, byte) in digest.iter_mut().enumerate() {
        *byte = digit(2 * at)? << 4 | digit(2 * at + 1)?;
    }
    Some(digest)
}

/// Adds a line to a manifest.
pub(super) fn print(text: &mut String, path: &str, digest: &Digest) {
    let half = |half: u8| char::from(b"0123456789abcdef"[usize::from(half)]);
    text.extend(digest.iter().flat_map(|byte| [half(byte >> 4), half(byte & 15)]));
    text.extend(["  ", path, "\n"]);
}

/// The paths that an unfinished run has written. Nothing is created or replaced in its place before
/// its path stands here.
#[derive(Debug)]
pub(super) struct Journal {
    file: Mutex<File>,
}

impl Journal {
    /// Opens and locks the journal, and reads what a killed run left in it.
    pub(super) fn open(root: &Path) -> Result<(Self, Vec<String>), OutputError> {
        let path = root.join(JOURNAL);
        if matches!(disk::found(&path)?, Found::Folder | Found::Other) {
            return Err(OutputError::InTheWay { path });
        }
        let failed = |source| OutputError::Write { path: path.clone(), source };
        let mut options = OpenOptions::new();
        let mut file = options.read(true).append(true).create(true).open(&path).map_err(failed)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(OutputError::Locked { path: root.to_owned() });
            }
            Err(TryLockError::Error(source)) => return Err(failed(source)),
        }
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).map_err(failed)?;
        // A run can be killed in the middle of a line, whose file it then has not begun.
        let whole = bytes.iter().rposition(|&b| b == b'\n').map_or(0, |at| at + 1);
        if whole < bytes.len() {
            bytes.truncate(whole);
            file.set_len(whole as u64).map_err(failed)?;
        }
        let mut left = Vec::new();
        for (at, line) in bytes.split_inclusive(|&b| b == b'\n').enumerate() {
            let line = str::from_utf8(line).ok().and_then(|line| line.strip_suffix('\n'));
            let name = line.filter(|line| paths::key(line).is_ok()).ok_or_else(|| {
                OutputError::ManifestMalformed { path: path.clone(), line: at + 1 }
            })?;
            left.push(name.to_owned());
        }
        Ok((Self { file: Mutex::new(file) }, left))
    }

    /// Notes that a path is about to be written.
    pub(super) fn note(&self, path: &str) -> io::Result<()> {
        let line = [path, "\n"].concat();
        self.file.lock().unwrap_or_else(PoisonError::into_inner).write_all(line.as_bytes())
    }

    /// Notes paths that are about to come into their places, all before the first of them does.
    pub(super) fn note_all<'p>(&self, paths: impl Iterator<Item = &'p str>) -> io::Result<()> {
        let file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        let mut lines = BufWriter::with_capacity(1 << 20, &*file);
        for path in paths {
            lines.write_all(path.as_bytes())?;
            lines.write_all(b"\n")?;
        }
        lines.flush()
    }

    /// Forgets everything: the manifest has it now.
    pub(super) fn clear(&self) -> io::Result<()> {
        self.file.lock().unwrap_or_else(PoisonError::into_inner).set_len(0)
    }
}

impl Drop for Journal {
    /// Closing alone would leave the lock to a process that another thread is just starting, which
    /// holds a copy of the file until it runs its program.
    fn drop(&mut self) {
        let file = self.file.get_mut().unwrap_or_else(PoisonError::into_inner);
        drop(file.unlock());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn put(path: &Path, text: &str) {
        File::create(path).unwrap().write_all(text.as_bytes()).unwrap();
    }

    #[test]
    fn half_a_line_of_a_journal_is_dropped() {
        let root = tempfile::tempdir().unwrap();
        put(&root.path().join(JOURNAL), "a/b\nc/");
        let (journal, left) = Journal::open(root.path()).unwrap();
        assert_eq!(left, ["a/b"]);
        journal.note("d").unwrap();
        assert_eq!(fs::read(root.path().join(JOURNAL)).unwrap(), b"a/b\nd\n");
        journal.clear().unwrap();
        journal.note("e").unwrap();
        assert_eq!(fs::read(root.path().join(JOURNAL)).unwrap(), b"e\n");
    }
}
