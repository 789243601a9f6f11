//! A file while it is written: under a name of its own, so that it is never seen half written.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, ErrorKind, Write},
    path::{Path, PathBuf},
    sync::atomic::{AtomicU64, Ordering},
};

use crate::output::paths::UNFINISHED;

/// A file that is not finished. Nothing is left of one that is dropped.
#[derive(Debug)]
pub(super) struct Unfinished {
    /// None when the file has its place.
    name: Option<PathBuf>,
    file: File,
}

impl Unfinished {
    /// Begins a file in a folder. `next` numbers the names.
    pub(super) fn new(folder: &Path, next: &AtomicU64) -> io::Result<Self> {
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            let name = folder.join(format!(".{number}{UNFINISHED}"));
            match OpenOptions::new().write(true).create_new(true).open(&name) {
                Ok(file) => return Ok(Self { name: Some(name), file }),
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Gives the file the name that it is to have. What stands there is replaced; a link is replaced,
    /// not followed.
    pub(super) fn place(mut self, target: &Path) -> io::Result<()> {
        if let Some(name) = &self.name {
            fs::rename(name, target)?;
        }
        self.name = None;
        Ok(())
    }
}

/// Writes a file under a name of its own and then gives it the one it is to have.
pub(super) fn replace(target: &Path, bytes: &[u8], next: &AtomicU64) -> io::Result<()> {
    let mut file = Unfinished::new(target.parent().unwrap_or(Path::new("")), next)?;
    file.write_all(bytes)?;
    file.place(target)
}

/// What a file is to hold.
#[derive(Debug)]
pub(super) enum Content<'c> {
    Bytes(&'c [u8]),
    /// It stands elsewhere on the same disk, whole.
    Beside(Unfinished),
}

impl Write for Unfinished {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        if let Some(name) = &self.name {
            // Whatever failed before is what to tell; the next run removes what is left.
            drop(fs::remove_file(name));
        }
    }
}
