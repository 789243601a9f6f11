//! Where a check gets its bytes: a folder or a site. Nothing that comes from there is trusted.

use std::{
    fs::File,
    io::{self, Read},
    path::{Path, PathBuf},
};

use crate::verify::note::Note;

/// A published register, or the folder of one.
pub trait Source: Send + Sync {
    /// The bytes of a file, by its path in the published tree; nothing where there is none.
    fn get(&self, path: &str) -> Result<Option<Vec<u8>>, SourceError>;

    /// A part of a file; nothing where there is no such file, or none that long. A place that can
    /// answer with the part alone does.
    fn part(&self, path: &str, from: u64, length: u64) -> Result<Option<Vec<u8>>, SourceError> {
        Ok(self.get(path)?.and_then(|bytes| within(&bytes, from, length)))
    }

    /// The names of the files in a folder, an empty one for the outermost; nothing where the place
    /// cannot tell.
    fn list(&self, folder: &str) -> Result<Option<Vec<String>>, SourceError>;

    /// How a person would name this place.
    fn place(&self) -> String;

    /// What is to be found here.
    fn shape(&self) -> Shape;

    /// How dear it is to look.
    fn reach(&self) -> Reach;

    /// What a reader must know about this place.
    fn note(&self) -> Option<Note> {
        None
    }
}

/// What a place holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// All that is published: entries, pages, lists and ledger.
    Site,
    /// The ledger of a register that may never have been built.
    Register,
}

/// How dear it is to look at a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// On this machine: everything may be looked at.
    Here,
    /// Over a network: only what is needed.
    Remote,
}

/// Why a file could not be looked at. That it is not there is no error.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SourceError {
    /// Neither a built site nor a register.
    #[error(
        "{0} holds no `ledger/checkpoint`: name a built site, a register that was sealed, or an address"
    )]
    NoLedger(PathBuf),
    /// The file system says no.
    #[error("{path} cannot be read")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// Something that is neither a file nor absent.
    #[error("{0} is not a file")]
    NotAFile(PathBuf),
    /// More bytes than such a file can have.
    #[error("{path} is larger than {limit} bytes, which no such file is")]
    TooLarge {
        /// The file or its address.
        path: String,
        /// The limit.
        limit: u64,
    },
    /// A path that leaves the place.
    #[error("`{0}` is not a path in a register")]
    Path(String),
    /// Not an address.
    #[error("`{0}` is not an address: write `https://HOST` or `https://HOST/PATH`")]
    Address(String),
    /// The answer sends us to another host, which nobody asked.
    #[error("{address} points to another host: {to}")]
    Elsewhere {
        /// What was asked.
        address: String,
        /// Where it points.
        to: String,
    },
    /// An answer that is neither the file nor that there is none.
    #[error("{address} answers with status {status}")]
    Status {
        /// What was asked.
        address: String,
        /// The HTTP status.
        status: u16,
    },
    /// No answer.
    #[error("{address} cannot be reached: {reason}")]
    Unreachable {
        /// What was asked.
        address: String,
        /// Why.
        reason: String,
    },
}

const KIB: u64 = 1024;
const MIB: u64 = 1024 * KIB;

/// The most bytes that a file can have, by its path.
pub(crate) fn limit(path: &str) -> u64 {
    let begins = |prefix: &str| path.starts_with(prefix);
    if begins("ledger/tile/entries/") {
        256 * (u64::from(u16::MAX) + 2)
    } else if begins("ledger/tile/") {
        256 * 32
    } else if begins("ledger/index/") {
        4 * KIB
    } else if begins("ledger/credentials/") {
        128 * MIB
    } else if begins("ledger/checkpoint") {
        64 * KIB
    } else if begins("data/") {
        4096 * MIB
    } else if Path::new(path).extension().is_some_and(|kind| kind == "html") {
        16 * MIB
    } else {
        MIB
    }
}

/// A part of bytes; nothing where they are not that long.
pub(super) fn within(bytes: &[u8], from: u64, length: u64) -> Option<Vec<u8>> {
    let from = usize::try_from(from).ok()?;
    let until = from.checked_add(usize::try_from(length).ok()?)?;
    bytes.get(from..until).map(<[u8]>::to_vec)
}

/// Whether a path stays below the place it is looked up in.
fn is_inside(path: &str) -> bool {
    let part = |part: &str| {
        !part.is_empty() && part != "." && part != ".." && !part.contains(['\\', '\0', ':'])
    };
    path.split('/').all(part)
}

/// A folder: a built site, or the root of a register.
#[derive(Clone, Debug)]
pub struct Folder {
    root: PathBuf,
    shape: Shape,
    note: Option<Note>,
}

impl Folder {
    /// A folder that holds a ledger: of a built site, or of a register.
    pub fn open(root: &Path) -> Result<Self, SourceError> {
        if !root.join("ledger/checkpoint").is_file() {
            return Err(SourceError::NoLedger(root.to_owned()));
        }
        let built = root.join("c").is_dir() || root.join("status").is_dir();
        let shape = if built { Shape::Site } else { Shape::Register };
        Ok(Self { root: root.to_owned(), shape, note: None })
    }

    /// The same folder, and what a reader must know about it.
    pub(super) fn noted(self, note: Option<Note>) -> Self {
        Self { note, ..self }
    }

    /// The folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Where a published file lies: in a register, what a build copies lies in the ledger.
    fn locate(&self, path: &str) -> PathBuf {
        match (self.shape, path) {
            (Shape::Register, path) if path.starts_with("status/") => {
                self.root.join("ledger").join(path)
            }
            (Shape::Register, path) if path.ends_with("did.json") => {
                self.root.join("ledger/keys/did.json")
            }
            _ => self.root.join(path),
        }
    }
}

impl Source for Folder {
    fn get(&self, path: &str) -> Result<Option<Vec<u8>>, SourceError> {
        if !is_inside(path) {
            return Err(SourceError::Path(path.to_owned()));
        }
        read(&self.locate(path), limit(path))
    }

    fn list(&self, folder: &str) -> Result<Option<Vec<String>>, SourceError> {
        if !folder.is_empty() && !is_inside(folder) {
            return Err(SourceError::Path(folder.to_owned()));
        }
        let path = self.root.join(folder);
        let unreadable = |source| SourceError::Unreadable { path: path.clone(), source };
        let entries = match path.read_dir() {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(unreadable(error)),
        };
        let mut names = Vec::new();
        for entry in entries {
            let entry = entry.map_err(unreadable)?;
            if entry.path().is_file() {
                names.push(entry.file_name().to_string_lossy().into_owned());
            }
        }
        names.sort_unstable();
        Ok(Some(names))
    }

    fn place(&self) -> String {
        self.root.display().to_string()
    }

    fn shape(&self) -> Shape {
        self.shape
    }

    fn reach(&self) -> Reach {
        Reach::Here
    }

    fn note(&self) -> Option<Note> {
        self.note.clone()
    }
}

/// A file's bytes, if it is there and is not larger than it can be.
pub fn read(path: &Path, limit: u64) -> Result<Option<Vec<u8>>, SourceError> {
    let absent = |error: &io::Error| {
        matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
    };
    let unreadable = |source| SourceError::Unreadable { path: path.to_owned(), source };
    match path.metadata() {
        Err(error) if absent(&error) => return Ok(None),
        Err(error) => return Err(unreadable(error)),
        Ok(found) if !found.is_file() => return Err(SourceError::NotAFile(path.to_owned())),
        Ok(_) => {}
    }
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(unreadable)?;
    let size = file.take(limit.saturating_add(1)).read_to_end(&mut bytes).map_err(unreadable)?;
    if u64::try_from(size).is_ok_and(|size| size > limit) {
        return Err(SourceError::TooLarge { path: path.display().to_string(), limit });
    }
    Ok(Some(bytes))
}

/// Whether a file begins as an evidence file does, which is how it is told from an entry: people
/// rename files. Whatever cannot be read does not.
pub fn begins_as_evidence(path: &Path) -> bool {
    let mut head = Vec::new();
    let begun = path.is_file()
        && File::open(path).is_ok_and(|file| file.take(64).read_to_end(&mut head).is_ok());
    let head = head.strip_prefix("\u{FEFF}".as_bytes()).unwrap_or(&head);
    let inside = head.trim_ascii_start().strip_prefix(b"{").map(<[u8]>::trim_ascii_start);
    begun && inside.is_some_and(|inside| inside.starts_with(b"\"asked\""))
}

/// The number whose path a text is; nothing where it is none.
pub(crate) fn unescape(path: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.bytes();
    while let Some(byte) = rest.next() {
        match byte {
            b'_' => {
                let digits = [rest.next()?, rest.next()?];
                bytes.extend(crate::proof::unhex(std::str::from_utf8(&digits).ok()?)?);
            }
            other => bytes.push(other),
        }
    }
    let text = String::from_utf8(bytes).ok()?;
    (crate::model::escape_path(&text) == path).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_never_leaves_its_place() {
        for bad in ["../x", "/etc/passwd", "a//b", "a/./b", "c/..", "c:\\x", "a\0b", ""] {
            assert!(!is_inside(bad), "{bad}");
        }
        assert!(is_inside("ledger/tile/entries/x001/067.p/3"));
    }

    #[test]
    fn a_path_leads_back_to_its_number() {
        assert_eq!(unescape("A_2f1-2").as_deref(), Some("A/1-2"));
        assert_eq!(unescape("_e8_af_811").as_deref(), Some("证1"));
        for bad in ["A_2F1", "A_2", "a", "A.html", "_41"] {
            assert_eq!(unescape(bad), None, "{bad}");
        }
    }

    #[test]
    fn each_kind_of_file_has_its_limit() {
        assert_eq!(limit("ledger/tile/0/000"), 8192);
        assert_eq!(limit("ledger/tile/entries/000"), 256 * 65_537);
        assert_eq!(limit("c/A-1.json"), MIB);
    }
}
