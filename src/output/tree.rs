//! The published files on disk.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
    time::SystemTime,
};

use crate::output::{
    OutputError, Sink, Written,
    disk::{self, Emptied, Folder, Folders, Found},
    manifest::{self, Digest, Journal, Known, KnownFiles, MANIFEST},
    paths::{self, Claim, Claims, UNFINISHED},
};

/// Whether files that no build wrote may be replaced.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Adopt {
    /// They are an error.
    #[default]
    No,
    /// They are replaced, and the tree's from then on.
    Yes,
}

/// What a run has done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Files created or replaced.
    pub written: u64,
    /// Files that were there already.
    pub unchanged: u64,
    /// Files of earlier runs that are no longer part of the output.
    pub removed: u64,
    /// The size of all files of the output together.
    pub bytes: u64,
}

/// An output folder, opened for one run and locked against others until it is finished or dropped.
#[derive(Debug)]
pub struct Tree {
    root: PathBuf,
    adopt: Adopt,
    journal: Journal,
    /// What the journal or the manifest lists.
    known: KnownFiles,
    /// The digest of the manifest as it stands on disk.
    manifest: Option<Digest>,
    /// When it was written: at the end of the last run that changed anything.
    finished: Option<SystemTime>,
    claims: Claims<Digest>,
    folders: Folders,
    /// Numbers the names of unfinished files.
    next: AtomicU64,
    written: AtomicU64,
    unchanged: AtomicU64,
    bytes: AtomicU64,
    failed: AtomicBool,
}

impl Tree {
    /// Opens a folder, makes it if it is not there, and removes what a killed run left half
    /// written. Without a manifest it must be empty but for dot files, or be adopted.
    pub fn open(dir: &Path, adopt: Adopt) -> Result<Self, OutputError> {
        let root = disk::root(dir)?;
        if adopt == Adopt::No && manifest::is_of_nobody(&root)? {
            refuse_foreign(&root)?;
        }
        let (journal, left) = Journal::open(&root)?;
        let listed = manifest::read(&root)?;
        let finished = match disk::found(&root.join(MANIFEST))? {
            Found::File(_, modified) => modified,
            _ => None,
        };
        if listed.is_none() && left.is_empty() && adopt == Adopt::No {
            refuse_foreign(&root)?;
        }
        sweep(&root, &left)?;
        let (mut known, manifest) =
            listed.map(|(files, whole)| (files, Some(whole))).unwrap_or_default();
        for file in left {
            known.insert(paths::key(&file.path)?, file);
        }
        Ok(Self {
            root,
            adopt,
            journal,
            known,
            manifest,
            finished,
            claims: Claims::default(),
            folders: Folders::default(),
            next: AtomicU64::default(),
            written: AtomicU64::default(),
            unchanged: AtomicU64::default(),
            bytes: AtomicU64::default(),
            failed: AtomicBool::default(),
        })
    }

    /// Writes a file if it differs from what stands there. From any thread.
    pub fn put(&self, path: &str, bytes: &[u8]) -> Result<Written, OutputError> {
        self.take(path, bytes).inspect_err(|_| self.failed.store(true, Ordering::Relaxed))
    }

    fn take(&self, path: &str, bytes: &[u8]) -> Result<Written, OutputError> {
        let key = paths::key(path)?;
        let digest = manifest::digest(bytes);
        if self.claims.claim(path, digest)? == Claim::Again {
            return Ok(Written::Unchanged);
        }
        let written = self.place((path, bytes), &key, digest)?;
        let count = if written == Written::Unchanged { &self.unchanged } else { &self.written };
        count.fetch_add(1, Ordering::Relaxed);
        self.bytes.fetch_add(bytes.len() as u64, Ordering::Relaxed);
        Ok(written)
    }

    fn place(
        &self,
        file: (&str, &[u8]),
        key: &str,
        digest: Digest,
    ) -> Result<Written, OutputError> {
        let (path, bytes) = file;
        let target = self.root.join(path);
        let known = self.known.get(key);
        let folder = self.make_folder(paths::folder(path), paths::folder(key))?;
        if let Some(other) = known.filter(|known| known.path != *path) {
            // Where capitals do not count, its removal at the end would hit the new file.
            self.remove(&other.path)?;
        }
        // Nobody else writes into a folder that this run has made.
        let is_free = folder == Folder::Made && !self.folders.has(key);
        let there = if is_free { Found::Nothing } else { disk::found(&target)? };
        match there {
            Found::File(size, modified)
                if size == bytes.len() as u64
                    && self.is_same(&target, modified, file, digest)? =>
            {
                return Ok(Written::Unchanged);
            }
            Found::File(..) | Found::Other if known.is_none() && self.adopt == Adopt::No => {
                return Err(OutputError::Foreign { path: target });
            }
            Found::Folder => self.remove_below(path)?,
            Found::Nothing | Found::File(..) | Found::Other => {}
        }
        self.journal.note(path).map_err(|source| OutputError::Write { path: target, source })?;
        disk::replace(&self.root, path, bytes, &self.next)?;
        Ok(if there == Found::Nothing { Written::Created } else { Written::Replaced })
    }

    /// Whether a file of the same size is the same file. What the last run wrote, and nobody since,
    /// is known by its digest; all else is read.
    fn is_same(
        &self,
        target: &Path,
        modified: Option<SystemTime>,
        (path, bytes): (&str, &[u8]),
        digest: Digest,
    ) -> Result<bool, OutputError> {
        let known = paths::key(path).ok().and_then(|key| self.known.get(&key));
        let untouched = modified.is_some() && modified <= self.finished;
        let listed = |known: &Known| known.path == path && known.digest == Some(digest);
        if untouched && known.is_some_and(listed) {
            return Ok(true);
        }
        match fs::read(target) {
            Ok(there) => Ok(there == bytes),
            Err(source) => Err(OutputError::Read { path: target.to_owned(), source }),
        }
    }

    /// Makes a folder; a file of an earlier run that stands in its place gives way.
    fn make_folder(&self, folder: &str, key: &str) -> Result<Folder, OutputError> {
        let made = self.folders.make(&self.root, folder, key);
        if !matches!(made, Err(OutputError::InTheWay { .. })) {
            return made;
        }
        let mut above = key;
        while !above.is_empty() {
            if let Some(known) = self.known.get(above).filter(|_| !self.claims.has(above)) {
                self.remove(&known.path)?;
            }
            above = paths::folder(above);
        }
        self.folders.make(&self.root, folder, key)
    }

    /// Removes a folder of earlier runs that stands where a file must; it must end up empty.
    fn remove_below(&self, path: &str) -> Result<(), OutputError> {
        let below = format!("{path}/");
        let mut folders = BTreeSet::from([path.to_owned()]);
        for (key, known) in &self.known {
            if known.path.starts_with(&below) && !self.claims.has(key) {
                self.remove(&known.path)?;
                folders.insert(paths::folder(&known.path).to_owned());
            }
        }
        self.prune(folders, path)?;
        let target = self.root.join(path);
        match disk::found(&target)? {
            Found::Nothing => Ok(()),
            _ => Err(OutputError::InTheWay { path: target }),
        }
    }

    /// Removes a file of an earlier run, if it still is one.
    fn remove(&self, path: &str) -> Result<Removed, OutputError> {
        let file = self.root.join(path);
        let inside = disk::is_inside(&self.root, paths::folder(path))?;
        if !inside || !matches!(disk::found(&file)?, Found::File(..)) {
            return Ok(Removed::No);
        }
        disk::remove_file(&file).map(|()| Removed::Yes)
    }

    /// Removes folders that are empty and those above them, up to one.
    fn prune(&self, folders: BTreeSet<String>, top: &str) -> Result<(), OutputError> {
        // From the last: what lies deeper comes after what it lies in.
        for folder in folders.into_iter().rev() {
            let mut folder = folder.as_str();
            while !folder.is_empty()
                && folder.starts_with(top)
                && disk::is_inside(&self.root, folder)?
            {
                if disk::remove_folder(&self.root.join(folder))? == Emptied::Kept {
                    break;
                }
                folder = paths::folder(folder);
            }
        }
        Ok(())
    }

    /// Removes what earlier runs wrote and this one did not, then writes the manifest.
    pub fn finish(self) -> Result<Summary, OutputError> {
        if self.failed.load(Ordering::Relaxed) {
            return Err(OutputError::Incomplete { path: self.root });
        }
        let removed = self.remove_stale()?;
        let text = {
            let claims = self.claims.lock();
            let mut files: Vec<_> =
                claims.iter().map(|(taken, digest)| (taken.path(), digest)).collect();
            files.sort_unstable();
            manifest::print(files.into_iter())
        };
        if self.manifest != Some(manifest::digest(text.as_bytes())) {
            disk::replace(&self.root, MANIFEST, text.as_bytes(), &self.next)?;
        }
        self.journal.clear().map_err(|source| OutputError::Write { path: self.root, source })?;
        Ok(Summary {
            written: self.written.into_inner(),
            unchanged: self.unchanged.into_inner(),
            removed,
            bytes: self.bytes.into_inner(),
        })
    }

    fn remove_stale(&self) -> Result<u64, OutputError> {
        let mut removed = 0;
        let mut folders = BTreeSet::new();
        for (key, known) in &self.known {
            if !self.claims.has(key) {
                removed += u64::from(self.remove(&known.path)? == Removed::Yes);
                folders.insert(paths::folder(&known.path).to_owned());
            }
        }
        self.prune(folders, "")?;
        Ok(removed)
    }
}

impl Sink for Tree {
    fn write(&self, path: &str, bytes: &[u8]) -> Result<(), OutputError> {
        self.put(path, bytes).map(drop)
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Removed {
    Yes,
    No,
}

/// Removes the unfinished files of a killed run: they lie where its journal says it wrote.
fn sweep(root: &Path, left: &[Known]) -> Result<(), OutputError> {
    let mut folders: BTreeSet<_> = left.iter().map(|known| paths::folder(&known.path)).collect();
    if !left.is_empty() {
        folders.insert(""); // The manifest's.
    }
    for folder in folders {
        if disk::is_inside(root, folder)? {
            let folder = root.join(folder);
            for name in disk::names(&folder)?.iter().filter(|name| name.ends_with(UNFINISHED)) {
                disk::remove_file(&folder.join(name))?;
            }
        }
    }
    Ok(())
}

/// A folder that no build wrote must be empty, but for dot files.
fn refuse_foreign(root: &Path) -> Result<(), OutputError> {
    let mut names = disk::names(root)?;
    names.sort_unstable();
    match names.into_iter().find(|name| !name.starts_with('.')) {
        Some(name) => Err(OutputError::Foreign { path: root.join(name) }),
        None => Ok(()),
    }
}
