//! What is written beside the output until it is whole: in a hidden folder, which nobody publishes.
//!
//! There a first build is made, all of it, and moved into its place at the end. Nothing can be in
//! its way and nobody reads it, so its files need no names of their own while they are written, no
//! line of the journal and no look at what is there.

use std::{
    collections::BTreeSet,
    fs::{self, OpenOptions},
    io::{self, ErrorKind, Write as _},
    path::{Path, PathBuf},
    sync::atomic::AtomicU64,
};

use crate::cache::Draft;
use crate::output::{
    OutputError,
    disk::{self, Folders, Found},
    paths::{self, UNFINISHED},
    unfinished::{self, Content},
};

/// The name of the folder: one of those that no output may have.
const FOLDER: &str = ".attestar-new";

/// The hidden folder of a run. Nothing is left of it when the run has ended, however it ended; what a
/// killed one left, the next removes.
#[derive(Debug)]
pub(super) struct Beside {
    folder: PathBuf,
}

impl Beside {
    /// Removes what a killed run has left. The folder is made when something is written there.
    pub(super) fn open(root: &Path) -> Result<Self, OutputError> {
        let beside = Self { folder: root.join(FOLDER) };
        beside.clear()?;
        Ok(beside)
    }

    /// Removes the folder and everything in it. A link that stands in its place goes as such.
    pub(super) fn clear(&self) -> Result<(), OutputError> {
        let path = &self.folder;
        let removed = match disk::found(path)? {
            Found::Nothing => return Ok(()),
            Found::Folder => fs::remove_dir_all(path),
            Found::File(..) | Found::Other => fs::remove_file(path),
        };
        removed.map_err(|source| OutputError::Remove { path: path.clone(), source })
    }

    /// Begins a file that is to be moved when it is whole.
    pub(super) fn begin(&self, next: &AtomicU64) -> Result<Draft, OutputError> {
        self.make()?;
        let path = self.folder.clone();
        unfinished::begin(&path, next).map_err(|source| OutputError::Write { path, source })
    }

    fn make(&self) -> Result<(), OutputError> {
        match fs::create_dir(&self.folder) {
            Err(source) if source.kind() != ErrorKind::AlreadyExists => {
                Err(OutputError::Folder { path: self.folder.clone(), source })
            }
            _ => Ok(()),
        }
    }
}

impl Drop for Beside {
    fn drop(&mut self) {
        // Whatever failed before is what to tell; the next run removes what is left.
        drop(self.clear());
    }
}

/// A first build, below the hidden folder, and how it comes to its place.
#[derive(Debug)]
pub(super) struct First {
    root: PathBuf,
    folder: PathBuf,
    folders: Folders,
    /// The keys of what others have at the top of the output. Files below such a name are written
    /// in their place like those of any other build, which knows what to do with others' files.
    there: BTreeSet<String>,
}

impl First {
    /// Begins a first build in a folder where nothing stands but dot files.
    pub(super) fn new(root: &Path, beside: &Beside) -> Result<Self, OutputError> {
        let there = disk::names(root)?.into_iter().map(|name| name.to_lowercase()).collect();
        beside.make()?;
        let (root, folder) = (root.to_owned(), beside.folder.clone());
        Ok(Self { root, folder, folders: Folders::default(), there })
    }

    /// Whether the file of a path, by its key, is written here.
    pub(super) fn takes(&self, key: &str) -> bool {
        !self.there.contains(key.split('/').next().unwrap_or_default())
    }

    /// Writes a file that this run has not written yet. `key` is its path's key.
    pub(super) fn write(
        &self,
        path: &str,
        key: &str,
        content: Content<'_>,
    ) -> Result<(), OutputError> {
        let target = self.target(path, key)?;
        let written = match content {
            Content::Bytes(bytes) => {
                let file = OpenOptions::new().write(true).create_new(true).open(target);
                file.and_then(|mut file| file.write_all(bytes))
            }
            Content::Beside(file) => file.place(&target),
        };
        written.map_err(|error| self.failed(path, error))
    }

    /// Where a file is to stand, in a folder that is there.
    fn target(&self, path: &str, key: &str) -> Result<PathBuf, OutputError> {
        self.folders.make(&self.folder, paths::folder(path), paths::folder(key))?;
        Ok(disk::below(&self.folder, path))
    }

    fn failed(&self, path: &str, source: io::Error) -> OutputError {
        let path = self.root.join(path);
        match source.kind() {
            // Another file of this run has such a path that this one is a folder.
            ErrorKind::AlreadyExists | ErrorKind::IsADirectory => OutputError::InTheWay { path },
            _ => OutputError::Write { path, source },
        }
    }

    /// The names at the top of what was made. None may be taken in the output: whoever put something
    /// there has done so since this run began, and is asked rather than overwritten.
    pub(super) fn names(&self) -> Result<Vec<String>, OutputError> {
        let mut names = disk::names(&self.folder)?;
        // One of which nothing has come.
        names.retain(|name| !name.ends_with(UNFINISHED));
        names.sort_unstable();
        for name in &names {
            let path = self.root.join(name);
            if disk::found(&path)? != Found::Nothing {
                return Err(OutputError::Foreign { path });
            }
        }
        Ok(names)
    }

    /// Moves a file or a folder with everything in it into its place.
    pub(super) fn place(&self, name: &str) -> Result<(), OutputError> {
        let path = self.root.join(name);
        fs::rename(self.folder.join(name), &path)
            .map_err(|source| OutputError::Write { path, source })
    }
}
