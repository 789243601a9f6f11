//! Files that only their owner may read, and that are never written over.

use std::{
    fs::{self, DirBuilder, File, OpenOptions},
    io::{self, ErrorKind, Write as _},
    path::Path,
};

use crate::output::OutputError;

/// Writes a new file that only its owner may read, and has it on disk before it says so. What stands
/// there already stays. The folder is made where there is none, likewise for its owner alone.
pub fn create_private(path: &Path, bytes: &[u8]) -> Result<(), OutputError> {
    let folder = path.parent().unwrap_or(Path::new(""));
    if !folder.as_os_str().is_empty() && !folder.is_dir() {
        private_folder(folder)
            .map_err(|source| OutputError::Folder { path: folder.to_owned(), source })?;
    }
    let failed = |source: io::Error| match source.kind() {
        ErrorKind::AlreadyExists => OutputError::Exists { path: path.to_owned() },
        _ => OutputError::Write { path: path.to_owned(), source },
    };
    let mut file = private_file().open(path).map_err(failed)?;
    let written = file.write_all(bytes).and_then(|()| file.sync_all());
    let written = written.and_then(|()| sync_folder(folder));
    if written.is_err() {
        // Half a file helps nobody. The first failure is the one to tell.
        drop(fs::remove_file(path));
    }
    written.map_err(failed)
}

/// Puts the file `new` in the place of the file `path`, which is kept as `former`. At every moment
/// there is one or the other at `path`. What stands at `former` already stays, and nothing is done.
pub fn supplant(path: &Path, new: &Path, former: &Path) -> Result<(), OutputError> {
    let failed = |at: &Path| {
        let path = at.to_owned();
        |source| OutputError::Write { path, source }
    };
    match fs::hard_link(path, former) {
        Ok(()) => {}
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            return Err(OutputError::Exists { path: former.to_owned() });
        }
        // A disk without links, such as a memory stick. It has room for a copy.
        Err(_) => {
            let read = fs::read(path);
            let bytes = zeroize::Zeroizing::new(
                read.map_err(|source| OutputError::Read { path: path.to_owned(), source })?,
            );
            create_private(former, &bytes)?;
        }
    }
    fs::rename(new, path).map_err(failed(path))?;
    sync_folder(path.parent().unwrap_or(Path::new(""))).map_err(failed(path))
}

#[cfg(unix)]
fn private_file() -> OpenOptions {
    use std::os::unix::fs::OpenOptionsExt as _;
    let mut options = OpenOptions::new();
    options.write(true).create_new(true).mode(0o600);
    options
}

#[cfg(not(unix))]
fn private_file() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    options
}

#[cfg(unix)]
fn private_folder(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    DirBuilder::new().recursive(true).mode(0o700).create(path)
}

#[cfg(not(unix))]
fn private_folder(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).create(path)
}

/// Has the names in a folder on disk, where the system can be asked to.
fn sync_folder(folder: &Path) -> io::Result<()> {
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_private_file_is_its_owners_and_never_written_over() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys/a");
        create_private(&path, b"one").unwrap();
        assert!(matches!(create_private(&path, b"two"), Err(OutputError::Exists { .. })));
        assert_eq!(fs::read(&path).unwrap(), b"one");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
            assert_eq!((mode(&path), mode(path.parent().unwrap())), (0o600, 0o700));
        }
    }

    #[test]
    fn a_file_is_supplanted_and_kept() {
        let folder = tempfile::tempdir().unwrap();
        let [path, new, former] = ["a", "b", "c"].map(|name| folder.path().join(name));
        create_private(&path, b"old").unwrap();
        create_private(&new, b"new").unwrap();
        supplant(&path, &new, &former).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"new");
        assert_eq!(fs::read(&former).unwrap(), b"old");
        assert!(!new.exists());
        create_private(&new, b"newer").unwrap();
        assert!(matches!(supplant(&path, &new, &former), Err(OutputError::Exists { .. })));
        assert_eq!(fs::read(&path).unwrap(), b"new");
    }
}
