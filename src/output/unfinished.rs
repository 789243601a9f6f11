//! A file while it is written: under a name of its own, so that it is never seen half written.

use std::{
    io::{self, ErrorKind, Write as _},
    path::Path,
    sync::atomic::{AtomicU64, Ordering},
};

use crate::cache::Draft;
use crate::output::paths::UNFINISHED;

/// Begins a file in a folder. `next` numbers the names.
pub(super) fn begin(folder: &Path, next: &AtomicU64) -> io::Result<Draft> {
    loop {
        let number = next.fetch_add(1, Ordering::Relaxed);
        match Draft::new(folder.join(format!(".{number}{UNFINISHED}"))) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            begun => return begun,
        }
    }
}

/// Writes a file under a name of its own and then gives it the one it is to have.
pub(super) fn replace(target: &Path, bytes: &[u8], next: &AtomicU64) -> io::Result<()> {
    let mut file = begin(target.parent().unwrap_or(Path::new("")), next)?;
    file.write_all(bytes)?;
    file.place(target)
}

/// What a file is to hold.
#[derive(Debug)]
pub(super) enum Content<'c> {
    Bytes(&'c [u8]),
    /// It stands elsewhere on the same disk, whole.
    Beside(Draft),
}
