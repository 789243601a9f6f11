//! Folders: what is in them, what they cost bare, and what they stand on.

use std::{
    collections::HashMap,
    fs::{self, File},
    io::{Read, Write},
    path::{Path, PathBuf},
    process::Command,
    thread,
    time::{Duration, Instant, SystemTime},
};

/// A file as a look at it shows it.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) path: PathBuf,
    pub(crate) size: u64,
    modified: Option<SystemTime>,
}

pub(crate) fn trouble(path: &Path) -> impl Fn(std::io::Error) -> String + '_ {
    move |error| format!("{}: {error}", path.display())
}

/// Looks at every file below some places, on one thread; a place may be a file, or not be there.
pub(crate) fn walk(places: &[PathBuf]) -> Result<Vec<Found>, String> {
    let mut files = Vec::new();
    for place in places.iter().filter(|place| place.exists()) {
        let found = fs::symlink_metadata(place).map_err(trouble(place))?;
        if found.is_dir() {
            walk_folder(place, &mut files)?;
        } else {
            let modified = found.modified().ok();
            files.push(Found { path: place.clone(), size: found.len(), modified });
        }
    }
    Ok(files)
}

fn walk_folder(folder: &Path, files: &mut Vec<Found>) -> Result<(), String> {
    for entry in fs::read_dir(folder).map_err(trouble(folder))? {
        let entry = entry.map_err(trouble(folder))?;
        let found = entry.metadata().map_err(trouble(folder))?;
        if found.is_dir() {
            walk_folder(&entry.path(), files)?;
        } else {
            let modified = found.modified().ok();
            files.push(Found { path: entry.path(), size: found.len(), modified });
        }
    }
    Ok(())
}

/// What stands in a folder, to tell afterwards which files were written. A program's own notes,
/// whose names begin with a dot, do not count.
pub(crate) struct Snapshot(HashMap<PathBuf, (u64, Option<SystemTime>)>);

impl Snapshot {
    pub(crate) fn of(folder: &Path) -> Result<Self, String> {
        let files = walk(&[folder.to_owned()])?.into_iter();
        let files = files.filter(|file| !is_note(folder, &file.path));
        Ok(Self(files.map(|file| (file.path, (file.size, file.modified))).collect()))
    }

    /// How many files are new or were written again since.
    pub(crate) fn written(&self, folder: &Path) -> Result<usize, String> {
        let now = Self::of(folder)?;
        Ok(now.0.iter().filter(|(path, state)| self.0.get(*path) != Some(*state)).count())
    }
}

fn is_note(folder: &Path, path: &Path) -> bool {
    let inside = path.strip_prefix(folder).ok().and_then(|inside| inside.iter().next());
    inside.is_some_and(|first| first.to_string_lossy().starts_with(".attestar"))
}

/// Files to write, by their places in a folder.
pub(crate) struct Files(Vec<(PathBuf, u64)>);

impl Files {
    pub(crate) fn of(folder: &Path) -> Result<Self, String> {
        let mut files = Vec::new();
        for file in walk(&[folder.to_owned()])? {
            let inside = file.path.strip_prefix(folder).map_err(|error| error.to_string())?;
            files.push((inside.to_owned(), file.size));
        }
        Ok(Self(files))
    }

    pub(crate) fn count(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn bytes(&self) -> u64 {
        self.0.iter().map(|(_, size)| size).sum()
    }

    /// The sizes of those whose places begin and end so.
    pub(crate) fn sizes(&self, begin: &str, end: &str) -> Vec<u64> {
        let named = self.0.iter().filter(|(path, _)| {
            let path = path.to_string_lossy();
            path.starts_with(begin) && path.ends_with(end)
        });
        named.map(|(_, size)| *size).collect()
    }

    /// Two threads that only create folders, each once, and write files of these sizes, their bytes
    /// taken from anywhere in a memory that no cache holds.
    pub(crate) fn write(&self, root: &Path) -> Result<Duration, String> {
        let bytes: Vec<u8> = (0..=u8::MAX).cycle().take(64 << 20).collect();
        let started = Instant::now();
        halves(&self.0, |part| {
            let (mut last, mut at) = (PathBuf::new(), 0);
            for (path, size) in part {
                let path = root.join(path);
                let folder = path.parent().unwrap_or(root);
                if folder != last {
                    fs::create_dir_all(folder).map_err(trouble(folder))?;
                    folder.clone_into(&mut last);
                }
                let mut file = File::create(&path).map_err(trouble(&path))?;
                let mut left = usize::try_from(*size).map_err(|error| error.to_string())?;
                while left > 0 {
                    let end = bytes.len().min(at + left);
                    file.write_all(&bytes[at..end]).map_err(trouble(&path))?;
                    left -= end - at;
                    at = end % bytes.len();
                }
            }
            Ok(())
        })?;
        Ok(started.elapsed())
    }
}

/// Finds every file and reads it, with two threads that do nothing else.
pub(crate) fn read_all(places: &[PathBuf]) -> Result<Duration, String> {
    let started = Instant::now();
    let files = walk(places)?;
    halves(&files, |part| {
        let mut bytes = Vec::new();
        for Found { path, .. } in part {
            bytes.clear();
            let mut file = File::open(path).map_err(trouble(path))?;
            file.read_to_end(&mut bytes).map_err(trouble(path))?;
        }
        Ok(())
    })?;
    Ok(started.elapsed())
}

fn halves<T: Sync>(
    all: &[T],
    work: impl Fn(&[T]) -> Result<(), String> + Sync,
) -> Result<(), String> {
    let parts = all.chunks(all.len().div_ceil(2).max(1));
    thread::scope(|scope| {
        let work = &work;
        let threads: Vec<_> = parts.map(|part| scope.spawn(move || work(part))).collect();
        let mut ends = threads.into_iter().map(thread::ScopedJoinHandle::join);
        ends.try_for_each(|end| end.unwrap_or_else(|_| Err("a thread panicked".to_owned())))
    })
}

pub(crate) fn remove(folder: &Path) -> Result<(), String> {
    if folder.exists() { fs::remove_dir_all(folder).map_err(trouble(folder)) } else { Ok(()) }
}

pub(crate) fn save(path: &Path, text: &str) -> Result<(), String> {
    let folder = path.parent().unwrap_or(path);
    fs::create_dir_all(folder).map_err(trouble(folder))?;
    let mut file = File::create(path).map_err(trouble(path))?;
    file.write_all(text.as_bytes()).map_err(trouble(path))
}

/// The kind of file system that a folder is on, such as `tmpfs` or `ext4`.
pub(crate) fn file_system(folder: &Path) -> String {
    let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    let mounts = fs::read_to_string("/proc/self/mounts").unwrap_or_default();
    let mounts = mounts.lines().filter_map(|line| {
        let mut words = line.split(' ').skip(1);
        Some((words.next()?, words.next()?))
    });
    let above = mounts.filter(|(place, _)| folder.starts_with(place));
    // The last of two at one place hides the first.
    let found = above.max_by_key(|(place, _)| place.len());
    found.map_or_else(|| "unknown".to_owned(), |(_, kind)| kind.to_owned())
}

/// How much may still be written there, in MB; nothing where it cannot be told. What is on a tmpfs
/// is in memory.
pub(crate) fn free(folder: &Path, kind: &str) -> Option<u64> {
    let output = Command::new("df").arg("-Pk").arg(folder).output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let room: u64 = text.lines().nth(1)?.split_whitespace().nth(3)?.parse().ok()?;
    let memory = fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let line = memory.lines().find_map(|line| line.strip_prefix("MemAvailable:"));
    let memory = line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok());
    let room = if kind == "tmpfs" { room.min(memory.unwrap_or(room)) } else { room };
    Some(room / 1000)
}
