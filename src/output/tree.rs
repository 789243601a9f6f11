//! The published files on disk.

use std::{
    fs,
    io::BufWriter,
    path::{Path, PathBuf},
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
    time::SystemTime,
};

use crate::cache::Key;
use crate::output::{
    OutputError, Pieces, Sink, Written,
    beside::{Beside, First},
    claims::{Claim, Claims},
    disk::{self, Folder, Folders, Found},
    hashed::{self, Hashed},
    last,
    listing::{self, Known, Listing},
    manifest::{self, Digest, Journal, MANIFEST},
    paths,
    stale::sweep,
    unfinished::{self, Content},
    units::Units,
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
    pub(super) root: PathBuf,
    adopt: Adopt,
    /// A build into a folder where there was none.
    pub(super) first: Option<First>,
    /// Before the journal: as long as that is locked, the hidden folder is this run's.
    pub(super) beside: Beside,
    pub(super) journal: Journal,
    /// What the journal or the manifest lists.
    pub(super) known: Listing,
    /// When it was written: at the end of the last run that changed anything.
    finished: Option<SystemTime>,
    /// What is made together, where that is remembered.
    pub(super) units: Option<Units>,
    pub(super) claims: Claims<Digest>,
    folders: Folders,
    /// Numbers the names of unfinished files.
    pub(super) next: AtomicU64,
    pub(super) written: AtomicU64,
    pub(super) unchanged: AtomicU64,
    pub(super) bytes: AtomicU64,
    pub(super) failed: AtomicBool,
}

/// A file as it is to be.
struct New<'n> {
    path: &'n str,
    key: String,
    digest: Digest,
    size: u64,
}

impl Tree {
    /// Opens a folder, makes it if it is not there, and removes what a killed run left half
    /// written. Without a manifest it must be empty but for dot files, or be adopted.
    pub fn open(dir: &Path, adopt: Adopt) -> Result<Self, OutputError> {
        Self::open_with(dir, adopt, None)
    }

    /// Opens a folder, and a folder of the cache in which it is remembered what its files were made
    /// of.
    pub fn open_with(dir: &Path, adopt: Adopt, cache: Option<&Path>) -> Result<Self, OutputError> {
        let root = disk::root(dir)?;
        if adopt == Adopt::No && manifest::is_of_nobody(&root)? {
            refuse_foreign(&root)?;
        }
        let (journal, left) = Journal::open(&root)?;
        let (units, is_own) = match cache.filter(|_| left.is_empty()) {
            Some(cache) => {
                let (units, is_own) = Units::open(&root, cache);
                (Some(units), is_own)
            }
            None => (None, false),
        };
        let listed = if is_own { listing::read_own(&root)? } else { listing::read(&root)? };
        let finished = match disk::found(&root.join(MANIFEST))? {
            Found::File(_, modified) => modified,
            _ => None,
        };
        let beside = Beside::open(&root)?;
        let is_first = listed.is_none() && left.is_empty() && adopt == Adopt::No;
        if is_first {
            refuse_foreign(&root)?;
        }
        sweep(&root, &left)?;
        let first = is_first.then(|| First::new(&root, &beside)).transpose()?;
        let mut known = listed.unwrap_or_default();
        known.leave(left)?;
        let units = units.map(|units| units.of(known.len()));
        Ok(Self {
            root,
            adopt,
            first,
            beside,
            journal,
            known,
            units,
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

    /// Whether a run has come to its end in a folder: then opening it changes nothing that is published.
    pub fn is_finished(dir: &Path) -> bool {
        matches!(disk::found(&dir.join(MANIFEST)), Ok(Found::File(..)))
    }

    /// Writes a file if it differs from what stands there. From any thread.
    pub fn put(&self, path: &str, bytes: &[u8]) -> Result<Written, OutputError> {
        let new = || {
            Ok(New {
                path,
                key: paths::key(path)?,
                digest: manifest::digest(bytes),
                size: bytes.len() as u64,
            })
        };
        let taken = new().and_then(|new| self.take(&new, Content::Bytes(bytes)));
        taken.inspect_err(|_| self.failed.store(true, Ordering::Relaxed))
    }

    /// Makes a file beside, and puts it in its place if it differs from what stands there.
    fn put_pieces(&self, path: &str, pieces: Pieces<'_>) -> Result<u64, OutputError> {
        let key = paths::key(path)?;
        let failed = |source| OutputError::Write { path: self.root.join(path), source };
        let file = self.beside.begin(&self.next)?;
        let mut file = Hashed::new(BufWriter::with_capacity(1 << 16, file));
        pieces(&mut file).map_err(failed)?;
        let (file, digest, size) = file.finish();
        let file = file.into_inner().map_err(|error| failed(error.into_error()))?;
        self.take(&New { path, key, digest, size }, Content::Beside(file))?;
        Ok(size)
    }

    fn take(&self, new: &New<'_>, content: Content<'_>) -> Result<Written, OutputError> {
        if self.claims.claim(new.path, new.digest)? == Claim::Again {
            return Ok(Written::Unchanged);
        }
        let written = match self.first.as_ref().filter(|first| first.takes(&new.key)) {
            Some(first) => first.write(new.path, &new.key, content).map(|()| Written::Created)?,
            None => self.place(new, content)?,
        };
        let count = if written == Written::Unchanged { &self.unchanged } else { &self.written };
        count.fetch_add(1, Ordering::Relaxed);
        self.bytes.fetch_add(new.size, Ordering::Relaxed);
        Ok(written)
    }

    fn place(&self, new: &New<'_>, content: Content<'_>) -> Result<Written, OutputError> {
        let (path, key) = (new.path, &*new.key);
        let target = self.root.join(path);
        let known = self.known.get(path, key);
        let folder = self.make_folder(paths::folder(path), paths::folder(key))?;
        if let Some(other) = known.filter(|known| known.path != path) {
            // Where capitals do not count, its removal at the end would hit the new file.
            self.remove(other.path)?;
        }
        // Nobody else writes into a folder that this run has made.
        let is_free = folder == Folder::Made && !self.folders.has(key);
        let there = if is_free { Found::Nothing } else { disk::found(&target)? };
        match there {
            Found::File(size, modified)
                if size == new.size && self.is_same((&target, modified), known, new)? =>
            {
                return Ok(Written::Unchanged);
            }
            Found::File(..) | Found::Other if known.is_none() && self.adopt == Adopt::No => {
                return Err(OutputError::Foreign { path: target });
            }
            Found::Folder => self.remove_below(path)?,
            Found::Nothing | Found::File(..) | Found::Other => {}
        }
        let placed = self.journal.note(path).and_then(|()| match content {
            Content::Bytes(bytes) => unfinished::replace(&target, bytes, &self.next),
            Content::Beside(file) => file.place(&target),
        });
        placed.map_err(|source| OutputError::Write { path: target, source })?;
        Ok(if there == Found::Nothing { Written::Created } else { Written::Replaced })
    }

    /// Whether a file of the same size is the same file. What the last run wrote, and nobody since, is
    /// known by its digest, in a folder in which nobody has put anything since; all else is read.
    fn is_same(
        &self,
        (target, modified): (&Path, Option<SystemTime>),
        known: Option<Known<'_>>,
        new: &New<'_>,
    ) -> Result<bool, OutputError> {
        let is_as_left = |units: &Units| units.is_as_left(paths::folder(new.path));
        let untouched = modified.is_some() && modified <= self.finished;
        if untouched
            && self.units.as_ref().is_some_and(is_as_left)
            && known.is_some_and(|known| known.digest == Some(new.digest))
        {
            return Ok(true);
        }
        match hashed::digest_of(target) {
            Ok(there) => Ok(there == new.digest),
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
            if let Some(path) = self.stale_at(above) {
                self.remove(path)?;
            }
            above = paths::folder(above);
        }
        self.folders.make(&self.root, folder, key)
    }

    /// Keeps everything that the last run left as it is, but for the files of some units. Answers
    /// whether it could: where it could not, nothing is kept.
    pub fn keep_but(&self, units: &[Key]) -> bool {
        self.units.as_ref().is_some_and(|kept| kept.keep_but(units, &self.known))
    }

    /// A file of a folder that runs have written, if its path could be one's.
    pub fn file(dir: &Path, path: &str) -> Option<Vec<u8>> {
        paths::key(path).ok()?;
        let inside = disk::is_inside(dir, paths::folder(path)).ok()?;
        let file = dir.join(path);
        let is_file = inside && matches!(disk::found(&file), Ok(Found::File(..)));
        is_file.then(|| fs::read(file).ok()).flatten()
    }

    /// What tells how the last run that a folder of the cache remembers has left the output from how
    /// any other has left it.
    pub fn mark(cache: &Path) -> Option<Key> {
        last::mark(cache)
    }

    /// What stands in a folder, where nobody has changed anything in it since a run that a folder of
    /// the cache remembers, and nobody else has folders in it.
    pub fn untouched(dir: &Path, cache: &Path) -> Option<Summary> {
        last::untouched(dir, cache)
    }
}

impl Sink for Tree {
    fn write(&self, path: &str, bytes: &[u8]) -> Result<(), OutputError> {
        self.put(path, bytes).map(drop)
    }

    fn write_pieces(&self, path: &str, pieces: Pieces<'_>) -> Result<u64, OutputError> {
        let put = self.put_pieces(path, pieces);
        put.inspect_err(|_| self.failed.store(true, Ordering::Relaxed))
    }

    fn remembers(&self) -> bool {
        self.units.is_some()
    }

    fn keep(&self, unit: Key, made_of: Key) -> bool {
        self.units.as_ref().is_some_and(|units| units.keep(unit, made_of, &self.known))
    }

    fn made(&self, unit: Key, made_of: Key, paths: Vec<String>, bytes: u64) {
        if let Some(units) = &self.units {
            let numbers = paths.iter().map(|path| self.claims.number(path));
            units.made(unit, made_of, numbers, bytes);
        }
    }
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
