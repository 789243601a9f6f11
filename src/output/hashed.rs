//! The digest of a file that is never held whole.

use std::{
    fs::File,
    io::{self, Write},
    path::Path,
};

use sha2::{Digest as _, Sha256};

use crate::output::manifest::Digest;

/// Hands on what is written, and adds it to a digest.
#[derive(Debug)]
pub(super) struct Hashed<W> {
    inner: W,
    digest: Sha256,
    size: u64,
}

impl<W: Write> Hashed<W> {
    pub(super) fn new(inner: W) -> Self {
        Self { inner, digest: Sha256::new(), size: 0 }
    }

    /// What it was handed on to, the digest of all of it, and how many bytes they were.
    pub(super) fn finish(self) -> (W, Digest, u64) {
        (self.inner, self.digest.finalize().into(), self.size)
    }
}

impl<W: Write> Write for Hashed<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.inner.write(bytes)?;
        let (written, _) = bytes.split_at(count);
        self.digest.update(written);
        self.size += count as u64;
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// The digest of a file on disk.
pub(super) fn digest_of(path: &Path) -> io::Result<Digest> {
    let mut hashed = Hashed::new(io::sink());
    io::copy(&mut File::open(path)?, &mut hashed)?;
    Ok(hashed.finish().1)
}
