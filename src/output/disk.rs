//! The few things done to a disk: look without following links, make folders, remove.

use std::{
    collections::HashMap,
    fs,
    io::{self, ErrorKind},
    path::{Path, PathBuf},
    sync::{PoisonError, RwLock},
    time::SystemTime,
};

use crate::output::{OutputError, paths};

/// What stands at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Found {
    Nothing,
    /// A plain file, its size, and when it was last written where the system tells.
    File(u64, Option<SystemTime>),
    Folder,
    /// A symbolic link, whatever it leads to, a device or a socket.
    Other,
}

/// What stands at a path. Links are not followed at its end.
pub(super) fn found(path: &Path) -> Result<Found, OutputError> {
    match fs::symlink_metadata(path) {
        Ok(entry) if entry.is_file() => Ok(Found::File(entry.len(), entry.modified().ok())),
        Ok(entry) if entry.is_dir() => Ok(Found::Folder),
        Ok(_) => Ok(Found::Other),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(Found::Nothing),
        Err(source) => Err(OutputError::Read { path: path.to_owned(), source }),
    }
}

/// Makes the output folder. It may not be a link itself, its parents may.
pub(super) fn root(path: &Path) -> Result<PathBuf, OutputError> {
    // Without the slash at its end, which would follow a link.
    let path: PathBuf = path.components().collect();
    if path.is_symlink() {
        return Err(OutputError::Symlink { path });
    }
    match fs::create_dir_all(&path) {
        Ok(()) => Ok(path),
        Err(source) => Err(OutputError::Folder { path, source }),
    }
}

/// The names in a folder.
pub(super) fn names(folder: &Path) -> Result<Vec<String>, OutputError> {
    let name = |entry: io::Result<fs::DirEntry>| {
        entry.map(|entry| entry.file_name().to_string_lossy().into_owned())
    };
    let read = fs::read_dir(folder).and_then(|entries| entries.map(name).collect());
    read.map_err(|source| OutputError::Read { path: folder.to_owned(), source })
}

/// How many folders are in a folder, without those that a run hides there. Where the system counts so
/// many itself it is believed.
pub(super) fn folders_in(folder: &Path, expected: u64) -> Option<u64> {
    if counted(folder) == Some(expected) {
        return Some(expected);
    }
    let is_folder = |entry: &fs::DirEntry| {
        let is_ours = entry.file_name().to_string_lossy().starts_with(paths::OWN);
        !is_ours && entry.file_type().is_ok_and(|kind| kind.is_dir())
    };
    let entries = fs::read_dir(folder).ok()?.collect::<io::Result<Vec<_>>>().ok()?;
    Some(entries.iter().filter(|entry| is_folder(entry)).count() as u64)
}

/// How many folders are in one by the number of its names: its own, `.`, and `..` in each of them. Not
/// every file system keeps to that.
#[cfg(unix)]
fn counted(folder: &Path) -> Option<u64> {
    use std::os::unix::fs::MetadataExt as _;
    fs::symlink_metadata(folder).ok()?.nlink().checked_sub(2)
}

#[cfg(not(unix))]
fn counted(_: &Path) -> Option<u64> {
    None
}

/// Removes a file, or a link as such. That it is gone already is fine.
pub(super) fn remove_file(path: &Path) -> Result<(), OutputError> {
    match fs::remove_file(path) {
        Err(source) if source.kind() != ErrorKind::NotFound => {
            Err(OutputError::Remove { path: path.to_owned(), source })
        }
        _ => Ok(()),
    }
}

/// Whether a folder went because it was empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Emptied {
    Gone,
    Kept,
}

/// Removes a folder if it is empty.
pub(super) fn remove_folder(path: &Path) -> Result<Emptied, OutputError> {
    match fs::remove_dir(path) {
        Ok(()) => Ok(Emptied::Gone),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(Emptied::Gone),
        Err(error) if error.kind() == ErrorKind::DirectoryNotEmpty => Ok(Emptied::Kept),
        Err(source) => Err(OutputError::Remove { path: path.to_owned(), source }),
    }
}

/// A path below a folder, in one piece of memory.
pub(super) fn below(root: &Path, path: &str) -> PathBuf {
    let mut whole = PathBuf::with_capacity(root.as_os_str().len() + path.len() + 1);
    whole.extend([root, Path::new(path)]);
    whole
}

/// Who made a folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Folder {
    /// This run.
    Made,
    /// It was there.
    Found,
}

/// The folders of the tree, each made and looked at once.
#[derive(Debug, Default)]
pub(super) struct Folders {
    /// By key, as spelled.
    sound: RwLock<HashMap<String, (String, Folder)>>,
}

impl Folders {
    /// Makes a folder and those above it, none of which may be a link. `key` is its path's key.
    pub(super) fn make(&self, root: &Path, folder: &str, key: &str) -> Result<Folder, OutputError> {
        if folder.is_empty() {
            return Ok(Folder::Found);
        }
        if let Some(known) = self.known(folder, key)? {
            return Ok(known);
        }
        self.make(root, paths::folder(folder), paths::folder(key))?;
        let path = root.join(folder);
        let made = match fs::create_dir(&path) {
            Ok(()) => Folder::Made,
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                if found(&path)? != Found::Folder {
                    return Err(OutputError::InTheWay { path });
                }
                Folder::Found
            }
            Err(source) => return Err(OutputError::Folder { path, source }),
        };
        let mut sound = self.sound.write().unwrap_or_else(PoisonError::into_inner);
        sound.entry(key.to_owned()).or_insert_with(|| (folder.to_owned(), made));
        drop(sound);
        Ok(self.known(folder, key)?.unwrap_or(made))
    }

    /// Whether this run has made or looked at a folder.
    pub(super) fn has(&self, key: &str) -> bool {
        self.sound.read().unwrap_or_else(PoisonError::into_inner).contains_key(key)
    }

    fn known(&self, folder: &str, key: &str) -> Result<Option<Folder>, OutputError> {
        let sound = self.sound.read().unwrap_or_else(PoisonError::into_inner);
        match sound.get(key) {
            Some((other, _)) if other != folder => {
                Err(OutputError::Capitals { path: folder.to_owned(), other: other.clone() })
            }
            known => Ok(known.map(|(_, folder)| *folder)),
        }
    }
}

/// Whether a folder is there, and neither it nor one above it a link.
pub(super) fn is_inside(root: &Path, folder: &str) -> Result<bool, OutputError> {
    if folder.is_empty() {
        return Ok(true);
    }
    Ok(is_inside(root, paths::folder(folder))? && found(&root.join(folder))? == Found::Folder)
}
