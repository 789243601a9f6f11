//! What the last run has made, as the cache has it: which files were made of what, and how the folders
//! were left.

use std::{
    collections::{HashMap, HashSet},
    hash::{BuildHasherDefault, Hasher},
    io,
    path::Path,
    sync::OnceLock,
};

use crate::cache::{self, Key, Reader, Stamp, Unfinished, Writer};
use crate::output::{Summary, disk, lines::GONE, manifest::MANIFEST, paths};

/// The small file: whether anything has changed at all.
const FOLDERS: &str = "folders";
/// The large one: which files were made of what.
const UNITS: &str = "units";

/// A unit as an earlier run made it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Made {
    pub(super) of: Key,
    /// Where its lines stand in the list of lines.
    pub(super) first: u32,
    pub(super) count: u32,
    pub(super) bytes: u64,
    /// Where it stands in the file.
    from: u32,
    until: u32,
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
pub(super) struct Before {
    pub(super) units: Vec<(Key, Made)>,
    /// The places of units. Made when the first is looked for: where only few files change, none is.
    by_name: OnceLock<HashMap<Key, u32, BuildHasherDefault<Plain>>>,
    lines: Vec<u32>,
    /// What is read from, as it stood in the file.
    text: Vec<u8>,
    /// All folders.
    pub(super) folders: Vec<String>,
    /// Folders that somebody else has changed since.
    pub(super) changed: HashSet<String>,
    /// How many files it left, and how many bytes they have.
    pub(super) files: u64,
    pub(super) bytes: u64,
}

/// A unit for the next run.
#[derive(Clone, Copy, Debug)]
pub(super) struct Unit {
    pub(super) name: Key,
    pub(super) made_of: Key,
    pub(super) bytes: u64,
}

impl Unit {
    /// Writes it, with the lines of its files.
    pub(super) fn write(&self, writer: &mut Writer, lines: impl ExactSizeIterator<Item = u32>) {
        writer.raw(&self.name.0);
        writer.raw(&self.made_of.0);
        writer.number(self.bytes);
        writer.size(lines.len());
        for line in lines {
            writer.raw(&line.to_le_bytes());
        }
    }
}

impl Before {
    /// What a run has made that a folder of the cache remembers. Nothing where somebody else has
    /// changed the manifest since.
    pub(super) fn read(root: &Path, cache: &Path) -> Option<Self> {
        let left = left(cache)?;
        if Stamp::of(&root.join(MANIFEST)) != Some(left.manifest) {
            return None;
        }
        let text = cache::read(&cache.join(UNITS))?;
        let mut reader = Reader::new(&text);
        if Stamp::read(&mut reader)? != left.manifest {
            return None;
        }
        let mut before = Self { files: left.files, bytes: left.bytes, ..Self::default() };
        let count = reader.size()?;
        before.units.reserve(count.min(text.len() / 32));
        for _ in 0..count {
            let from = u32::try_from(text.len() - reader.rest()).ok()?;
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
            let until = u32::try_from(text.len() - reader.rest()).ok()?;
            let count = u32::try_from(before.lines.len() - first).ok()?;
            let first = u32::try_from(first).ok()?;
            before.units.push((unit, Made { of: made_of, first, count, bytes, from, until }));
        }
        reader.is_at_end().then_some(())?;
        for (folder, stamp) in left.folders {
            if Stamp::of(&root.join(&folder)) != Some(stamp) {
                before.changed.insert(folder.clone());
            }
            before.folders.push(folder);
        }
        before.text = text;
        Some(before)
    }

    /// A unit and its place.
    pub(super) fn get(&self, unit: Key) -> Option<(usize, &Made)> {
        let by_name = self.by_name.get_or_init(|| {
            self.units.iter().zip(0..).map(|((unit, _), place)| (*unit, place)).collect()
        });
        let place = *by_name.get(&unit)? as usize;
        self.units.get(place).map(|(_, made)| (place, made))
    }

    /// The lines of a unit's files.
    pub(super) fn lines(&self, first: u32, count: u32) -> &[u32] {
        part(&self.lines, first, count).unwrap_or_default()
    }

    /// Writes the file anew, with other text in the place of that of some units.
    pub(super) fn rewrite(
        &self,
        (cache, manifest): (&Path, Stamp),
        others: &[(Key, Vec<u8>)],
    ) -> io::Result<()> {
        let mut head = Writer::default();
        manifest.write(&mut head);
        let head = head.into_bytes();
        let mut done = head.len();
        let mut file = Unfinished::new(&cache.join(UNITS))?;
        file.add(&head)?;
        for (unit, made) in &self.units {
            let Some((_, text)) = others.iter().find(|(other, _)| other == unit) else { continue };
            file.add(self.text.get(done..made.from as usize).unwrap_or_default())?;
            file.add(text)?;
            done = made.until as usize;
        }
        file.add(self.text.get(done..).unwrap_or_default())?;
        file.finish().map(drop)
    }
}

/// Writes the file of units.
pub(super) fn write_units(
    (cache, manifest): (&Path, Stamp),
    count: usize,
    units: &Writer,
) -> io::Result<()> {
    let mut head = Writer::default();
    manifest.write(&mut head);
    head.size(count);
    let mut file = Unfinished::new(&cache.join(UNITS))?;
    file.add(&head.into_bytes())?;
    file.add(units.bytes())?;
    file.finish().map(drop)
}

/// So many of a list, from one on.
pub(super) fn part(list: &[u32], first: u32, count: u32) -> Option<&[u32]> {
    list.get(first as usize..)?.get(..count as usize)
}

/// Writes how the folders are left.
pub(super) fn write_folders(
    root: &Path,
    (cache, manifest): (&Path, Stamp),
    folders: &[String],
    summary: &Summary,
) {
    let stamps = folders.iter().map(|folder| Some((folder, Stamp::of(&root.join(folder))?)));
    let Some(stamps) = stamps.collect::<Option<Vec<_>>>() else { return };
    let mut writer = Writer::default();
    manifest.write(&mut writer);
    writer.number(u64::from(has_others(root, folders)));
    writer.list(&stamps, |writer, (folder, stamp)| {
        writer.text(folder);
        stamp.write(writer);
    });
    writer.number(summary.written + summary.unchanged);
    writer.number(summary.bytes);
    drop(cache::write(&cache.join(FOLDERS), &writer.into_bytes()));
}

/// Whether somebody else has folders in those that runs have made. What changes in such a folder leaves
/// no trace in the stamps of ours.
fn has_others(root: &Path, folders: &[String]) -> bool {
    let mut inside: HashMap<&str, u64> = HashMap::new();
    for folder in folders.iter().filter(|folder| !folder.is_empty()) {
        *inside.entry(paths::folder(folder)).or_default() += 1;
    }
    folders.iter().any(|folder| {
        let ours = inside.get(folder.as_str()).copied().unwrap_or_default();
        disk::folders_in(&root.join(folder), ours) != Some(ours)
    })
}

/// What a run has left: the manifest, the folders, how many files there are and how large.
struct Left {
    manifest: Stamp,
    /// Whether somebody else has folders there.
    has_others: bool,
    folders: Vec<(String, Stamp)>,
    files: u64,
    bytes: u64,
}

fn left(cache: &Path) -> Option<Left> {
    let bytes = cache::read(&cache.join(FOLDERS))?;
    let mut reader = Reader::new(&bytes);
    let left = Left {
        manifest: Stamp::read(&mut reader)?,
        has_others: reader.number()? > 0,
        folders: reader.list(|reader| Some((reader.text()?.to_owned(), Stamp::read(reader)?)))?,
        files: reader.number()?,
        bytes: reader.number()?,
    };
    reader.is_at_end().then_some(left)
}

/// What tells how the last run has left the output from how any other has.
pub(super) fn mark(cache: &Path) -> Option<Key> {
    cache::read_marked(&cache.join(FOLDERS)).map(|(_, mark)| mark)
}

/// What stands in a folder, where nobody has changed anything in it since the last run.
pub(super) fn untouched(root: &Path, cache: &Path) -> Option<Summary> {
    let left = left(cache)?;
    let same = !left.has_others
        && Stamp::of(&root.join(MANIFEST)) == Some(left.manifest)
        && left.folders.iter().all(|(folder, stamp)| Stamp::of(&root.join(folder)) == Some(*stamp));
    same.then_some(Summary { written: 0, unchanged: left.files, removed: 0, bytes: left.bytes })
}
