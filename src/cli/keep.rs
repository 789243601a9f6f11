//! Files that commands keep beside the register: remembered keys, a witness's state.

use std::{
    env, fs,
    fs::File,
    io::{self, Write},
    path::{Path, PathBuf},
};

use super::{Failure, term};
use attestar::verify::{Memory, MemoryError, Pins, file_name, read};

/// The most bytes that a file of remembered keys can have.
const LIMIT: u64 = 1024 * 1024;

/// Replaces a file as a whole: after a crash it is old or new.
pub(super) fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let unfinished = folder.join(format!(".{name}.{}.attestar-tmp", std::process::id()));
    let write = || {
        let mut file = File::create(&unfinished)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&unfinished, path)
    };
    write().inspect_err(|_| {
        let _ = fs::remove_file(&unfinished); // The first error is the one to tell.
    })
}

/// Writes a file that somebody named, whole or not at all. A folder that is not there was misspelled.
pub(super) fn write_named(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    if let Some(folder) = folder.filter(|folder| !folder.is_dir()) {
        return Err(format!("{}: there is no folder `{}`", path.display(), folder.display()).into());
    }
    replace(path, bytes).map_err(|error| format!("{}: {error}", path.display()).into())
}

/// Where the keys of logs are remembered between two checks.
#[derive(Debug)]
pub(super) enum Keys {
    /// One file, named by hand.
    File(PathBuf),
    /// A folder with a file a log.
    Folder(PathBuf),
    /// Nowhere: the system has no place for it.
    Nowhere,
}

impl Keys {
    /// The file named, else the user's own folder of them.
    pub(super) fn at(named: Option<&Path>) -> Self {
        if let Some(named) = named {
            return Self::File(named.to_owned());
        }
        let set = |name| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        let config = set("XDG_CONFIG_HOME").or_else(|| Some(set("HOME")?.join(".config")));
        let config = config.or_else(|| set("APPDATA"));
        config.map_or(Self::Nowhere, |config| Self::Folder(config.join("attestar/pins")))
    }

    fn path(&self, origin: &str) -> Option<PathBuf> {
        match self {
            Self::File(path) => Some(path.clone()),
            Self::Folder(folder) => Some(folder.join(file_name(origin))),
            Self::Nowhere => None,
        }
    }
}

fn failed(path: &Path, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> MemoryError {
    MemoryError { place: path.display().to_string(), source: source.into() }
}

impl Memory for Keys {
    fn recall(&self, origin: &str) -> Result<Option<Pins>, MemoryError> {
        let Some(path) = self.path(origin) else { return Ok(None) };
        let Some(bytes) = read(&path, LIMIT).map_err(|error| failed(&path, error))? else {
            return Ok(None);
        };
        let pins = Pins::parse(&bytes).map_err(|error| failed(&path, error))?;
        if pins.origin == origin {
            return Ok(Some(pins));
        }
        let other = format!("it is about the log {}, and {origin} was asked", pins.origin);
        Err(failed(&path, other))
    }

    /// What cannot be kept is said, and the check goes on: its answer does not depend on it.
    fn remember(&mut self, pins: &Pins) -> Result<(), MemoryError> {
        let Some(path) = self.path(&pins.origin) else { return Ok(()) };
        let bytes = pins.to_bytes();
        let same = read(&path, LIMIT).is_ok_and(|held| held.as_deref() == Some(&*bytes));
        if !same && let Err(error) = replace(&path, &bytes) {
            term::say(format_args!(
                "the keys of this log are not remembered: {}: {error}",
                path.display()
            ));
        }
        Ok(())
    }

    fn keeps(&self) -> bool {
        !matches!(self, Self::Nowhere)
    }

    fn place(&self, origin: &str) -> Option<String> {
        Some(self.path(origin)?.display().to_string())
    }
}
