//! Files that are made together, and what they were made of: what need not be made again.
//!
//! What a finished run has made is kept in the cache, with the stamps of the manifest and of all
//! folders. A folder changes with every file that is added to it, replaced in it or removed from it,
//! so that the files in one that has not changed are taken for the same without a look at each.

use std::{
    collections::{HashMap, HashSet},
    hash::{BuildHasherDefault, Hasher},
    path::{Path, PathBuf},
    sync::{
        Mutex, MutexGuard, OnceLock, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use crate::cache::{self, Key, Reader, Stamp, Writer};
use crate::output::{
    Summary,
    lines::{GONE, Places},
    listing::Listing,
    manifest::MANIFEST,
    paths,
};

/// The small file: whether anything has changed at all.
const FOLDERS: &str = "folders";
/// The large one: which files were made of what.
const UNITS: &str = "units";

/// A unit as an earlier run made it.
#[derive(Clone, Copy, Debug)]
struct Made {
    of: Key,
    /// Where its lines stand in the list of lines.
    first: u32,
    count: u32,
    bytes: u64,
}

/// A key is a part of a digest: nothing has to be hashed of it.
#[derive(Clone, Copy, Debug, Default)]
struct Plain(u64);

impl Hasher for Plain {
    fn write(&mut self, bytes: &[u8]) {
        if let Some(first) = bytes.first_chunk() {
            self.0 = u64::from_ne_bytes(*first);
        }
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

/// What an earlier run made.
#[derive(Debug, Default)]
struct Before {
    units: Vec<(Key, Made)>,
    /// The places of units. Made when the first is looked for: where only few files change, none is.
    by_name: OnceLock<HashMap<Key, u32, BuildHasherDefault<Plain>>>,
    lines: Vec<u32>,
    /// Folders that somebody else has changed since.
    changed: HashSet<String>,
    /// How many files it left, and how many bytes they have.
    files: u64,
    bytes: u64,
}

impl Before {
    fn get(&self, unit: Key) -> Option<&Made> {
        let by_name = self.by_name.get_or_init(|| {
            self.units.iter().zip(0..).map(|((unit, _), place)| (*unit, place)).collect()
        });
        self.units.get(*by_name.get(&unit)? as usize).map(|(_, made)| made)
    }
}

/// A unit of this run.
#[derive(Debug)]
struct Unit {
    name: Key,
    made_of: Key,
    bytes: u64,
    files: Files,
}

/// Where in a list it stands which files a unit has.
#[derive(Clone, Copy, Debug)]
enum Files {
    /// Among the lines before: the first, and how many.
    Kept(u32, u32),
    /// Among the numbers of what was taken.
    Made(u32, u32),
}

/// All units of this run.
#[derive(Debug, Default)]
struct Now {
    units: Vec<Unit>,
    /// Numbers of what was taken; [`GONE`] for what was not.
    numbers: Vec<u32>,
}

/// The units of a run.
#[derive(Debug)]
pub(super) struct Units {
    folder: PathBuf,
    before: Before,
    /// A bit for each line of the manifest before: whether it stays.
    kept: Vec<AtomicU64>,
    now: Mutex<Now>,
    files: AtomicU64,
    bytes: AtomicU64,
}

impl Units {
    /// The units of the run before, where the manifest is still the one it has written; else none.
    pub(super) fn open(root: &Path, cache: &Path) -> (Self, bool) {
        let before = before(root, cache);
        let is_known = before.is_some();
        let units = Self {
            folder: cache.to_owned(),
            before: before.unwrap_or_default(),
            kept: Vec::new(),
            now: Mutex::default(),
            files: AtomicU64::default(),
            bytes: AtomicU64::default(),
        };
        (units, is_known)
    }

    /// Makes room for so many lines.
    pub(super) fn of(mut self, lines: usize) -> Self {
        self.kept.resize_with(lines.div_ceil(64), AtomicU64::default);
        self
    }

    /// Keeps the files of a unit that was made of the same before. Answers whether it could.
    pub(super) fn keep(&self, unit: Key, made_of: Key, listing: &Listing) -> bool {
        let Some(made) = self.before.get(unit).filter(|made| made.of == made_of) else {
            return false;
        };
        let lines = self.lines(made.first, made.count);
        let is_there = |line: &u32| {
            let path = listing.path(*line as usize);
            !path.is_empty() && !self.before.changed.contains(paths::folder(path))
        };
        let untouched = self.before.changed.is_empty();
        if !untouched && !lines.iter().all(is_there) {
            return false;
        }
        for line in lines {
            if let Some(word) = self.kept.get(*line as usize / 64) {
                word.fetch_or(1 << (line % 64), Ordering::Relaxed);
            }
        }
        self.files.fetch_add(made.count.into(), Ordering::Relaxed);
        self.bytes.fetch_add(made.bytes, Ordering::Relaxed);
        let files = Files::Kept(made.first, made.count);
        self.push(Unit { name: unit, made_of, bytes: made.bytes, files });
        true
    }

    /// Keeps everything that the run before has left, but for the files of some units. Answers
    /// whether it could.
    pub(super) fn keep_but(&self, units: &[Key], listing: &Listing) -> bool {
        let before = &self.before;
        let (made, stay): (Vec<_>, Vec<_>) =
            before.units.iter().partition(|(unit, _)| units.contains(unit));
        if made.len() != units.len() || !before.changed.is_empty() || listing.len() == 0 {
            return false;
        }
        self.kept.iter().for_each(|word| word.store(u64::MAX, Ordering::Relaxed));
        let (mut files, mut bytes) = (before.files, before.bytes);
        for (_, made) in made {
            for line in self.lines(made.first, made.count) {
                if let Some(word) = self.kept.get(*line as usize / 64) {
                    word.fetch_and(!(1 << (line % 64)), Ordering::Relaxed);
                }
            }
            files = files.saturating_sub(made.count.into());
            bytes = bytes.saturating_sub(made.bytes);
        }
        self.files.store(files, Ordering::Relaxed);
        self.bytes.store(bytes, Ordering::Relaxed);
        self.now().units.extend(stay.into_iter().map(|(unit, made)| {
            let files = Files::Kept(made.first, made.count);
            Unit { name: unit, made_of: made.of, bytes: made.bytes, files }
        }));
        true
    }

    /// Notes which files a unit has now, by the numbers of what was taken.
    pub(super) fn made(
        &self,
        name: Key,
        made_of: Key,
        files: impl Iterator<Item = Option<u32>>,
        bytes: u64,
    ) {
        // Before the lock: the numbers take others.
        let files: Vec<_> = files.map(|number| number.unwrap_or(GONE)).collect();
        let mut now = self.now();
        let first = u32::try_from(now.numbers.len()).unwrap_or(GONE);
        now.numbers.extend(&files);
        let files = Files::Made(first, u32::try_from(files.len()).unwrap_or(GONE));
        now.units.push(Unit { name, made_of, bytes, files });
    }

    fn push(&self, unit: Unit) {
        self.now().units.push(unit);
    }

    fn now(&self) -> MutexGuard<'_, Now> {
        self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn lines(&self, first: u32, count: u32) -> &[u32] {
        part(&self.before.lines, first, count).unwrap_or_default()
    }

    /// Whether a line of the manifest before stays.
    pub(super) fn is_kept(&self, line: usize) -> bool {
        let word = self.kept.get(line / 64);
        word.is_some_and(|word| word.load(Ordering::Relaxed) >> (line % 64) & 1 == 1)
    }

    /// How many files stay without having been looked at, and how many bytes they have.
    pub(super) fn kept(&self) -> (u64, u64) {
        (self.files.load(Ordering::Relaxed), self.bytes.load(Ordering::Relaxed))
    }

    /// Keeps everything of this run for the next. That it cannot be written costs time only.
    pub(super) fn save(&self, root: &Path, places: Places, summary: &Summary) {
        let Some(manifest) = Stamp::of(&root.join(MANIFEST)) else { return };
        let now = std::mem::take(&mut *self.now());
        let mut writer = Writer::default();
        manifest.write(&mut writer);
        writer.size(now.units.len());
        for unit in &now.units {
            let place = |places: &[u32], at: u32| places.get(at as usize).copied().unwrap_or(GONE);
            let (list, places, first, count) = match unit.files {
                Files::Kept(first, count) => (&self.before.lines, &places.before, first, count),
                Files::Made(first, count) => (&now.numbers, &places.taken, first, count),
            };
            // One that has lost a file is never kept: nothing is made of this.
            let files = part(list, first, count).unwrap_or(&[GONE]);
            writer.raw(&unit.name.0);
            writer.raw(&unit.made_of.0);
            writer.number(unit.bytes);
            writer.list(files, |writer, at| writer.raw(&place(places, *at).to_le_bytes()));
        }
        drop(now);
        let written = cache::write(&self.folder.join(UNITS), &writer.into_bytes());
        let stamp = |folder: String| Some((folder.clone(), Stamp::of(&root.join(&folder))?));
        let folders: Option<Vec<_>> = places.folders.into_iter().map(stamp).collect();
        let text = folders.map(|folders| print(manifest, &folders, summary));
        if let (Ok(()), Some(text)) = (written, text) {
            drop(cache::write(&self.folder.join(FOLDERS), &text));
        }
    }
}

/// So many of a list, from one on.
fn part(list: &[u32], first: u32, count: u32) -> Option<&[u32]> {
    list.get(first as usize..)?.get(..count as usize)
}

fn print(manifest: Stamp, folders: &[(String, Stamp)], summary: &Summary) -> Vec<u8> {
    let mut writer = Writer::default();
    manifest.write(&mut writer);
    writer.list(folders, |writer, (folder, stamp)| {
        writer.text(folder);
        stamp.write(writer);
    });
    writer.number(summary.written + summary.unchanged);
    writer.number(summary.bytes);
    writer.into_bytes()
}

/// What a run has left: the manifest, the folders, how many files there are and how large.
struct Left {
    manifest: Stamp,
    folders: Vec<(String, Stamp)>,
    files: u64,
    bytes: u64,
}

fn left(cache: &Path) -> Option<Left> {
    let bytes = cache::read(&cache.join(FOLDERS))?;
    let mut reader = Reader::new(&bytes);
    let left = Left {
        manifest: Stamp::read(&mut reader)?,
        folders: reader.list(|reader| Some((reader.text()?.to_owned(), Stamp::read(reader)?)))?,
        files: reader.number()?,
        bytes: reader.number()?,
    };
    reader.is_at_end().then_some(left)
}

/// What stands in a folder, where nobody has changed anything in it since the last run.
pub(super) fn untouched(root: &Path, cache: &Path) -> Option<Summary> {
    let left = left(cache)?;
    let same = Stamp::of(&root.join(MANIFEST)) == Some(left.manifest)
        && left.folders.iter().all(|(folder, stamp)| Stamp::of(&root.join(folder)) == Some(*stamp));
    same.then_some(Summary { written: 0, unchanged: left.files, removed: 0, bytes: left.bytes })
}

fn before(root: &Path, cache: &Path) -> Option<Before> {
    let left = left(cache)?;
    if Stamp::of(&root.join(MANIFEST)) != Some(left.manifest) {
        return None;
    }
    let bytes = cache::read(&cache.join(UNITS))?;
    let mut reader = Reader::new(&bytes);
    if Stamp::read(&mut reader)? != left.manifest {
        return None;
    }
    let count = reader.size()?;
    let mut before = Before { files: left.files, bytes: left.bytes, ..Before::default() };
    before.units.reserve(count.min(bytes.len() / 32));
    for _ in 0..count {
        let (unit, made_of) = (Key(reader.array()?), Key(reader.array()?));
        let bytes = reader.number()?;
        let first = before.lines.len();
        for _ in 0..reader.size()? {
            before.lines.push(u32::from_le_bytes(reader.array()?));
        }
        if before.lines[first..].contains(&GONE) {
            before.lines.truncate(first);
            continue;
        }
        let count = u32::try_from(before.lines.len() - first).ok()?;
        let first = u32::try_from(first).ok()?;
        before.units.push((unit, Made { of: made_of, first, count, bytes }));
    }
    let is_changed =
        |(folder, stamp): &(String, Stamp)| Stamp::of(&root.join(folder)) != Some(*stamp);
    let changed = left.folders.into_iter().filter(is_changed).map(|(folder, _)| folder);
    before.changed = changed.collect();
    reader.is_at_end().then_some(before)
}
