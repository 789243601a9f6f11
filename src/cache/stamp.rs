//! Files as they were when somebody looked.

use std::{
    fs::{self, Metadata},
    num::NonZeroU64,
    path::Path,
    time::{Duration, SystemTime},
};

use rayon::prelude::*;

use crate::cache::{Key, Reader, Writer, file::KeyOf};

/// A file's size, times and identity: as long as they are the same, so is the file, unless it was
/// written just before somebody looked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    size: u64,
    /// The times of its last writing and of its last change, in nanoseconds.
    times: [u64; 2],
    identity: u64,
    mode: NonZeroU64,
}

/// A clock's grain, and more: what was written so shortly before a look may be written again without
/// a trace.
const GRAIN: Duration = Duration::from_secs(2);

impl Stamp {
    /// The stamp of what a path leads to. Links are not followed. Nothing where the system does not
    /// tell enough.
    pub fn of(path: &Path) -> Option<Self> {
        Self::from(&fs::symlink_metadata(path).ok()?)
    }

    #[cfg(unix)]
    fn from(metadata: &Metadata) -> Option<Self> {
        use std::os::unix::fs::MetadataExt as _;
        let nanoseconds = |seconds: i64, rest: i64| {
            seconds.wrapping_mul(1_000_000_000).wrapping_add(rest).cast_unsigned()
        };
        Some(Self {
            size: metadata.size(),
            times: [
                nanoseconds(metadata.mtime(), metadata.mtime_nsec()),
                nanoseconds(metadata.ctime(), metadata.ctime_nsec()),
            ],
            identity: metadata.ino() ^ metadata.dev().rotate_left(32),
            mode: NonZeroU64::new(metadata.mode().into())?,
        })
    }

    /// Elsewhere a file can be replaced without a trace.
    #[cfg(not(unix))]
    fn from(_: &Metadata) -> Option<Self> {
        None
    }

    /// Whether it is a plain file's.
    pub fn is_file(self) -> bool {
        const KIND: u64 = 0o170_000;
        const FILE: u64 = 0o100_000;
        self.mode.get() & KIND == FILE
    }

    /// Whether the file was last written long enough before a look.
    pub fn is_settled(self, looked: SystemTime) -> bool {
        let Ok(looked) = looked.duration_since(SystemTime::UNIX_EPOCH) else { return false };
        let latest = looked.saturating_sub(GRAIN).as_nanos();
        self.times.into_iter().all(|time| u128::from(time) < latest)
    }

    /// Writes it.
    pub fn write(self, writer: &mut Writer) {
        let Self { size, times: [written, changed], identity, mode } = self;
        for number in [size, written, changed, identity, mode.get()] {
            writer.raw(&number.to_le_bytes());
        }
    }

    /// Reads it back.
    pub fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let mut number = || Some(u64::from_le_bytes(reader.array()?));
        let (size, times) = (number()?, [number()?, number()?]);
        Some(Self { size, times, identity: number()?, mode: NonZeroU64::new(number()?)? })
    }
}

/// Whether something is what editors and systems leave behind, or in what they do: nobody reads it.
pub fn is_left_behind(path: &str) -> bool {
    path.split('/').any(|part| part.starts_with('.') || part.ends_with('~'))
}

/// Files as they are: by path, relative to a root and with `/` between its parts.
#[derive(Clone, Debug)]
pub struct Look {
    looked: SystemTime,
    /// All names, in order, one after another.
    names: String,
    /// Where each ends, and its stamp.
    found: Vec<(usize, Option<Stamp>)>,
}

impl Look {
    /// Looks at files and, to their depths, at what is in folders. A folder itself is known by its
    /// name only. What cannot be read has no stamp.
    pub fn at(root: &Path, names: &[&str], looked: SystemTime) -> Self {
        Self::of(names.iter().flat_map(|name| at(root, name)).collect(), looked)
    }

    fn of(mut found: Found, looked: SystemTime) -> Self {
        found.par_sort_unstable_by(|a, b| a.0.cmp(&b.0));
        found.dedup_by(|a, b| a.0 == b.0);
        let mut names = String::with_capacity(found.iter().map(|(name, _)| name.len()).sum());
        let mut ends = Vec::with_capacity(found.len());
        for (name, stamp) in found {
            names.push_str(&name);
            ends.push((names.len(), stamp));
        }
        Self { looked, names, found: ends }
    }

    /// Looks once more at what is in a folder.
    pub fn renew(&mut self, root: &Path, folder: &str) {
        let inside = format!("{folder}/");
        let others = self.found().filter(|(name, _)| *name != folder && !name.starts_with(&inside));
        let mut found: Found = others.map(|(name, stamp)| (name.to_owned(), stamp)).collect();
        found.extend(at(root, folder));
        *self = Self::of(found, self.looked);
    }

    /// The name and the stamp at a place.
    fn get(&self, at: usize) -> Option<(&str, Option<Stamp>)> {
        let (end, stamp) = *self.found.get(at)?;
        let start = at.checked_sub(1).and_then(|at| self.found.get(at)).map_or(0, |(end, _)| *end);
        Some((self.names.get(start..end)?, stamp))
    }

    /// Names and stamps, in order.
    fn found(&self) -> impl Iterator<Item = (&str, Option<Stamp>)> {
        (0..self.found.len()).filter_map(|at| self.get(at))
    }

    /// The place of the first name that is not before others.
    fn first(&self, is_before: impl Fn(&str) -> bool) -> usize {
        let (mut from, mut until) = (0, self.found.len());
        while from < until {
            let middle = usize::midpoint(from, until);
            if self.get(middle).is_some_and(|(name, _)| is_before(name)) {
                from = middle + 1;
            } else {
                until = middle;
            }
        }
        from
    }

    /// The names of what was found, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.found().map(|(name, _)| name)
    }

    /// Whether nothing was found but files and folders, and what nobody reads. What a link leads to, or
    /// a device says, can change without a trace in its stamp.
    pub fn is_plain(&self, is_unread: impl Fn(&str) -> bool) -> bool {
        self.found().all(|(name, stamp)| stamp.is_none_or(Stamp::is_file) || is_unread(name))
    }

    /// Whether a folder was looked at, and all that is in it could be seen.
    pub fn has(&self, folder: &str) -> bool {
        let mut inside = self.inside(folder).peekable();
        let is_seen = |(name, stamp): (&str, Option<Stamp>)| {
            !name.contains(char::REPLACEMENT_CHARACTER) && (stamp.is_some() || name.ends_with('/'))
        };
        inside.peek().is_some() && inside.all(is_seen)
    }

    /// The names of plain files in a folder and in those below it.
    pub fn below(&self, folder: &str) -> impl Iterator<Item = &str> {
        let is_file = |(_, stamp): &(&str, Option<Stamp>)| stamp.is_some_and(Stamp::is_file);
        self.inside(folder).filter(is_file).map(|(name, _)| name)
    }

    /// What is in a folder.
    fn inside(&self, folder: &str) -> impl Iterator<Item = (&str, Option<Stamp>)> {
        let inside = format!("{folder}/");
        let from = self.first(|name| *name < *inside);
        let found = (from..self.found.len()).filter_map(|at| self.get(at));
        found.take_while(move |(name, _)| name.starts_with(&inside))
    }

    /// The stamp of a file, and whether it is settled.
    pub fn stamp(&self, name: &str) -> Option<(Stamp, bool)> {
        let (_, stamp) = self.get(self.first(|other| other < name)).filter(|(n, _)| *n == name)?;
        stamp.map(|stamp| (stamp, stamp.is_settled(self.looked)))
    }

    /// Everything that was found, in the order of names, with what [`stamp`](Self::stamp) answers.
    pub fn all(&self) -> impl Iterator<Item = (&str, Option<(Stamp, bool)>)> {
        let settled = |stamp: Stamp| (stamp, stamp.is_settled(self.looked));
        self.found().map(move |(name, stamp)| (name, stamp.map(settled)))
    }

    /// The names of files that were written too shortly before the look for their stamps to tell
    /// anything.
    pub fn unsettled(&self) -> Vec<&str> {
        let is_unsettled = |stamp: Stamp| !stamp.is_settled(self.looked);
        let unsettled = self.found().filter(|(_, stamp)| stamp.is_some_and(is_unsettled));
        unsettled.map(|(name, _)| name).collect()
    }

    /// All names and stamps in one key.
    pub fn key(&self) -> Key {
        self.key_of(|_| true)
    }

    /// Some names and stamps in one key.
    pub fn key_of(&self, is_wanted: impl Fn(&str) -> bool) -> Key {
        let (mut writer, mut of) = (Writer::default(), KeyOf::default());
        for (name, stamp) in self.found().filter(|(name, _)| is_wanted(name)) {
            writer.text(name);
            writer.option(stamp, |writer, stamp| stamp.write(writer));
            if writer.len() >= PART {
                of.add(&std::mem::take(&mut writer).into_bytes());
            }
        }
        of.add(writer.bytes());
        of.key()
    }
}

/// How many bytes become part of a key at once.
const PART: usize = 1 << 16;

type Found = Vec<(String, Option<Stamp>)>;

fn at(root: &Path, name: &str) -> Found {
    let path = root.join(name);
    let is_folder = fs::symlink_metadata(&path).is_ok_and(|found| found.is_dir());
    if is_folder { below(&path, name) } else { vec![(name.to_owned(), Stamp::of(&path))] }
}

fn below(folder: &Path, name: &str) -> Found {
    let Ok(entries) = fs::read_dir(folder) else { return vec![(name.to_owned(), None)] };
    let entries: Vec<_> = entries.filter_map(Result::ok).collect();
    let look = |entry: &fs::DirEntry| {
        let inside = format!("{name}/{}", entry.file_name().to_string_lossy());
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            return below(&entry.path(), &inside);
        }
        // One lookup in the folder that is open already, not one along the whole path.
        let stamp = entry.metadata().ok().and_then(|metadata| Stamp::from(&metadata));
        vec![(inside, stamp)]
    };
    let mut found: Vec<_> = entries.par_iter().with_min_len(64).flat_map_iter(look).collect();
    found.push((format!("{name}/"), None));
    found
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests write as anybody does")]
mod tests {
    use super::*;

    fn look(root: &Path, after: u64) -> Look {
        Look::at(root, &["a", "b.toml", "none"], SystemTime::now() + Duration::from_secs(after))
    }

    #[test]
    fn every_change_of_a_file_changes_the_key() {
        let root = tempfile::tempdir().unwrap();
        let root = root.path();
        fs::create_dir_all(root.join("a/deep")).unwrap();
        fs::write(root.join("a/deep/x"), "1").unwrap();
        fs::write(root.join("b.toml"), "1").unwrap();
        let names = |look: &Look| look.names().map(str::to_owned).collect::<Vec<_>>();
        let first = look(root, 9);
        assert_eq!(names(&first), ["a/", "a/deep/", "a/deep/x", "b.toml", "none"]);
        assert_eq!(first.key(), look(root, 9).key());
        assert!(first.stamp("b.toml").is_some_and(|(_, settled)| settled));
        assert!(first.stamp("none").is_none());
        assert!(first.is_plain(|_| false));
        let is_file = |name| first.stamp(name).is_some_and(|(stamp, _)| stamp.is_file());
        assert!(is_file("b.toml") && is_file("a/deep/x") && !is_file("a/deep/"));
        let mut keys = vec![first.key()];
        let mut changed = || {
            let key = look(root, 9).key();
            assert!(!keys.contains(&key));
            keys.push(key);
        };
        fs::write(root.join("b.toml"), "22").unwrap();
        changed();
        fs::rename(root.join("a/deep/x"), root.join("a/deep/y")).unwrap();
        changed();
        fs::write(root.join("a/new"), "").unwrap();
        changed();
        fs::create_dir(root.join("a/empty")).unwrap();
        changed();
        let mut before = look(root, 9);
        fs::write(root.join("a/again"), "").unwrap();
        before.renew(root, "a");
        assert_eq!(names(&before), names(&look(root, 9)));
        changed();
        fs::remove_file(root.join("b.toml")).unwrap();
        changed();
    }

    #[test]
    #[cfg(unix)]
    fn a_link_is_not_plain_unless_nobody_reads_it() {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir_all(root.path().join("a")).unwrap();
        fs::write(root.path().join("b.toml"), "").unwrap();
        std::os::unix::fs::symlink("../b.toml", root.path().join("a/.#x")).unwrap();
        let look = look(root.path(), 9);
        assert!(!look.is_plain(|_| false) && look.is_plain(|name| name == "a/.#x"));
    }

    #[test]
    fn a_file_that_was_just_written_is_not_settled() {
        let root = tempfile::tempdir().unwrap();
        fs::write(root.path().join("b.toml"), "1").unwrap();
        assert_eq!(look(root.path(), 0).unsettled(), ["b.toml"]);
        assert!(look(root.path(), 9).unsettled().is_empty());
    }
}
