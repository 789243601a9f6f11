//! Files that are made together, and what they were made of: what need not be made again.
//!
//! What a finished run has made is kept in the cache, with the stamps of the manifest and of all
//! folders. A folder changes with every file that is added to it, replaced in it or removed from it,
//! so that the files in one that has not changed are taken for the same without a look at each.

use std::{
    io,
    path::{Path, PathBuf},
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

use crate::cache::{Key, Stamp, Writer};
use crate::output::{
    Summary,
    bits::Bits,
    last::{self, Before, Made, Unit, part},
    lines::{GONE, Places},
    listing::Listing,
    manifest::MANIFEST,
    paths,
};

/// At most so many units are put into the file one by one.
const FEW: usize = 64;

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
    units: Vec<(Unit, Files)>,
    /// Numbers of what was taken; [`GONE`] for what was not.
    numbers: Vec<u32>,
}

/// The units of a run.
#[derive(Debug)]
pub(super) struct Units {
    folder: PathBuf,
    before: Before,
    /// For each unit before: whether it is kept.
    whole: Bits,
    /// For each line of the manifest before: whether it stays.
    kept: Bits,
    now: Mutex<Now>,
    /// Whether all that can be kept is.
    is_decided: AtomicBool,
    files: AtomicU64,
    bytes: AtomicU64,
}

impl Units {
    /// The units of the run before, where the manifest is still the one it has written; else none.
    pub(super) fn open(root: &Path, cache: &Path) -> (Self, bool) {
        let before = Before::read(root, cache);
        let is_known = before.is_some();
        let before = before.unwrap_or_default();
        let units = Self {
            folder: cache.to_owned(),
            whole: Bits::new(before.units.len()),
            before,
            kept: Bits::default(),
            now: Mutex::default(),
            is_decided: AtomicBool::default(),
            files: AtomicU64::default(),
            bytes: AtomicU64::default(),
        };
        (units, is_known)
    }

    /// Whether a folder is known to be as the run before has left it, but for what changed within its
    /// files.
    pub(super) fn is_as_left(&self, folder: &str) -> bool {
        !self.before.folders.is_empty() && !self.before.changed.contains(folder)
    }

    /// Makes room for so many lines.
    pub(super) fn of(mut self, lines: usize) -> Self {
        self.kept = Bits::new(lines);
        self
    }

    /// Keeps the files of a unit that was made of the same before. Answers whether it could.
    pub(super) fn keep(&self, unit: Key, made_of: Key, listing: &Listing) -> bool {
        if self.is_decided.load(Ordering::Relaxed) {
            return false;
        }
        let before = self.before.get(unit).filter(|(_, made)| made.of == made_of);
        let Some((place, made)) = before else { return false };
        let lines = self.before.lines(made.first, made.count);
        let is_there = |line: &u32| {
            let path = listing.path(*line as usize);
            !path.is_empty() && !self.before.changed.contains(paths::folder(path))
        };
        let untouched = self.before.changed.is_empty();
        if !untouched && !lines.iter().all(is_there) {
            return false;
        }
        for line in lines {
            self.kept.set(*line as usize);
        }
        self.files.fetch_add(made.count.into(), Ordering::Relaxed);
        self.bytes.fetch_add(made.bytes, Ordering::Relaxed);
        self.whole.set(place);
        true
    }

    /// Keeps everything that the run before has left, but for the files of some units. Answers
    /// whether it could.
    pub(super) fn keep_but(&self, units: &[Key], listing: &Listing) -> bool {
        let before = &self.before;
        let all = before.units.iter().enumerate();
        let made: Vec<_> = all.filter(|(_, (unit, _))| units.contains(unit)).collect();
        if made.len() != units.len() || !before.changed.is_empty() || listing.len() == 0 {
            return false;
        }
        self.kept.set_all();
        self.whole.set_all();
        let (mut files, mut bytes) = (before.files, before.bytes);
        for (place, (_, made)) in made {
            self.whole.unset(place);
            for line in before.lines(made.first, made.count) {
                self.kept.unset(*line as usize);
            }
            files = files.saturating_sub(made.count.into());
            bytes = bytes.saturating_sub(made.bytes);
        }
        self.files.store(files, Ordering::Relaxed);
        self.bytes.store(bytes, Ordering::Relaxed);
        self.is_decided.store(true, Ordering::Relaxed);
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
        now.units.push((Unit { name, made_of, bytes }, files));
    }

    fn now(&self) -> MutexGuard<'_, Now> {
        self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a line of the manifest before stays.
    pub(super) fn is_kept(&self, line: usize) -> bool {
        self.kept.has(line)
    }

    /// How many of so many lines of the manifest before stay.
    pub(super) fn count_kept(&self, lines: usize) -> usize {
        self.kept.count(lines)
    }

    /// How many files stay without having been looked at, and how many bytes they have.
    pub(super) fn kept(&self) -> (u64, u64) {
        (self.files.load(Ordering::Relaxed), self.bytes.load(Ordering::Relaxed))
    }

    /// Keeps everything of this run for the next. That it cannot be written costs time only.
    pub(super) fn save(&self, root: &Path, places: Places, summary: &Summary) {
        let Some(manifest) = Stamp::of(&root.join(MANIFEST)) else { return };
        let now = std::mem::take(&mut *self.now());
        let to = (&*self.folder, manifest);
        let written = match self.few(&now, &places) {
            Some(few) => self.before.rewrite(to, &few),
            None => self.save_all(to, (&now, &places)),
        };
        let folders = places.folders.map(|folders| folders.into_iter().collect::<Vec<_>>());
        let folders = folders.as_ref().unwrap_or(&self.before.folders);
        if written.is_ok() {
            last::write_folders(root, to, folders, summary);
        }
    }

    /// The units of this run, each in the place of what it was, where they are few and all else is
    /// what and where it was.
    fn few(&self, now: &Now, places: &Places) -> Option<Vec<(Key, Vec<u8>)>> {
        if places.before.is_some() || now.units.len() > FEW {
            return None;
        }
        let print = |(unit, files): &(Unit, Files)| {
            let mut writer = Writer::default();
            self.write((*unit, *files), (now, places), &mut writer);
            (unit.name, writer.into_bytes())
        };
        let few: Vec<_> = now.units.iter().map(print).collect();
        let before = self.before.units.iter().enumerate().filter(|(at, _)| !self.whole.has(*at));
        let before: Vec<Key> = before.map(|(_, (unit, _))| *unit).collect();
        let is_made = |unit: &Key| few.iter().any(|(name, _)| name == unit);
        (before.len() == few.len() && before.iter().all(is_made)).then_some(few)
    }

    /// Writes all units, those that are kept too.
    fn save_all(&self, to: (&Path, Stamp), (now, places): (&Now, &Places)) -> io::Result<()> {
        let kept = self.before.units.iter().enumerate().filter(|(at, _)| self.whole.has(*at));
        let kept = kept.map(|(_, (unit, made))| stays(*unit, made));
        let (mut writer, mut count) = (Writer::default(), 0);
        for (unit, files) in now.units.iter().copied().chain(kept) {
            self.write((unit, files), (now, places), &mut writer);
            count += 1;
        }
        last::write_units(to, count, &writer)
    }

    fn write(
        &self,
        (unit, files): (Unit, Files),
        (now, places): (&Now, &Places),
        writer: &mut Writer,
    ) {
        let (before, taken) = (|at: &u32| places.before(*at), |at: &u32| places.taken(*at));
        // One that has lost a file is never kept: nothing is made of this.
        match files {
            Files::Kept(first, count) => {
                unit.write(writer, self.before.lines(first, count).iter().map(before));
            }
            Files::Made(first, count) => {
                let numbers = part(&now.numbers, first, count).unwrap_or(&[GONE]);
                unit.write(writer, numbers.iter().map(taken));
            }
        }
    }
}

/// A unit that is as it was.
fn stays(name: Key, made: &Made) -> (Unit, Files) {
    let unit = Unit { name, made_of: made.of, bytes: made.bytes };
    (unit, Files::Kept(made.first, made.count))
}
