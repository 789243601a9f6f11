//! Files of the cache: what they hold, with a digest, for one program only.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, BufWriter, ErrorKind, Write},
    path::{Path, PathBuf},
    process,
};

use sha2::{Digest as _, Sha256};

/// What tells one state of something from all others: a part of a SHA-256.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key(pub [u8; 16]);

/// The key of some bytes.
pub fn key(bytes: &[u8]) -> Key {
    let mut of = KeyOf::default();
    of.add(bytes);
    of.key()
}

/// The key of bytes that come piece by piece.
#[derive(Debug, Default)]
pub(super) struct KeyOf(Sha256);

impl KeyOf {
    pub(super) fn add(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    pub(super) fn key(self) -> Key {
        let digest = self.0.finalize();
        Key(std::array::from_fn(|at| digest[at]))
    }
}

/// What stands after what files of the cache hold, before the program and the digest.
const MAGIC: &[u8] = b"\nattestar cache 1\n";
/// How many bytes of digest stand at their end.
const DIGEST: usize = 32;

/// Which program this is: its sources, its embedded theme and the crates it is made of.
pub fn program() -> &'static str {
    env!("ATTESTAR_SOURCES")
}

/// Reads a file of the cache. Nothing where it is not there, not whole, or of another program.
pub fn read(path: &Path) -> Option<Vec<u8>> {
    read_marked(path).map(|(bytes, _)| bytes)
}

/// Reads a file of the cache, and what tells it from every other.
pub fn read_marked(path: &Path) -> Option<(Vec<u8>, Key)> {
    // Something else in its place may never come to an end.
    fs::symlink_metadata(path).ok().filter(fs::Metadata::is_file)?;
    let mut bytes = fs::read(path).ok()?;
    let (held, digest) = bytes.split_at_checked(bytes.len().checked_sub(DIGEST)?)?;
    if Sha256::digest(held).as_slice() != digest {
        return None;
    }
    let mark = Key(*digest.first_chunk()?);
    let length = held.strip_suffix(program().as_bytes())?.strip_suffix(MAGIC)?.len();
    bytes.truncate(length);
    Some((bytes, mark))
}

/// Writes a file of the cache, whole or not at all, and answers what tells it from every other.
pub fn write(path: &Path, bytes: &[u8]) -> io::Result<Key> {
    let mut file = Unfinished::new(path)?;
    file.add(bytes)?;
    file.finish()
}

/// A file of the cache while it is written. Nothing is left of one that is not finished.
#[derive(Debug)]
pub struct Unfinished {
    draft: BufWriter<Draft>,
    digest: Sha256,
    path: PathBuf,
}

impl Unfinished {
    /// Begins a file, in folders that are made where they are not there.
    pub fn new(path: &Path) -> io::Result<Self> {
        fs::create_dir_all(path.parent().unwrap_or(Path::new("")))?;
        let mut last = path.file_name().unwrap_or_default().to_owned();
        last.push(format!(".{}.tmp", process::id()));
        let name = path.with_file_name(last);
        match fs::remove_file(&name) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let draft = BufWriter::with_capacity(1 << 16, Draft::new(name)?);
        Ok(Self { draft, digest: Sha256::new(), path: path.to_owned() })
    }

    /// Adds bytes.
    pub fn add(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.digest.update(bytes);
        self.draft.write_all(bytes)
    }

    /// Puts the file in its place, and answers what tells it from every other.
    pub fn finish(mut self) -> io::Result<Key> {
        self.add(MAGIC)?;
        self.add(program().as_bytes())?;
        let digest = self.digest.finalize();
        self.draft.write_all(&digest)?;
        self.draft.into_inner()?.place(&self.path)?;
        Ok(Key(std::array::from_fn(|at| digest[at])))
    }
}

/// A file under a name of its own, until it gets the one it is to have. Nothing is left of one that is
/// dropped.
#[derive(Debug)]
pub struct Draft {
    /// None when the file has its place.
    name: Option<PathBuf>,
    file: File,
}

impl Draft {
    /// Begins a file of a name that nothing has.
    pub fn new(name: PathBuf) -> io::Result<Self> {
        let file = OpenOptions::new().write(true).create_new(true).open(&name)?;
        Ok(Self { name: Some(name), file })
    }

    /// Gives the file the name that it is to have. What stands there is replaced; a link is replaced,
    /// not followed.
    pub fn place(mut self, target: &Path) -> io::Result<()> {
        if let Some(name) = &self.name {
            fs::rename(name, target)?;
        }
        self.name = None;
        Ok(())
    }
}

impl Write for Draft {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        if let Some(name) = &self.name {
            // Whatever failed before is what to tell; the next run removes what is left.
            drop(fs::remove_file(name));
        }
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests write as anybody does")]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_read_back_whole_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("cache/file");
        assert_eq!(read(&path), None);
        write(&path, b"one two").unwrap();
        assert_eq!(read(&path).unwrap(), b"one two");
        write(&path, b"three").unwrap();
        let good = fs::read(&path).unwrap();
        for at in 0..good.len() {
            let mut bad = good.clone();
            bad[at] ^= 1;
            fs::write(&path, &bad).unwrap();
            assert_eq!(read(&path), None, "byte {at}");
            fs::write(&path, &good[..at]).unwrap();
            assert_eq!(read(&path), None, "cut at {at}");
        }
        let other = [b"three", MAGIC, b"another program"].concat();
        fs::write(&path, [&*other, &Sha256::digest(&other)].concat()).unwrap();
        assert_eq!(read(&path), None);
    }
}
