//! The log's formats as a whole: what must hold of every tree, tile, note, policy and proof, of
//! bytes that are none, and of a log that grows under the eyes of a witness.

#![allow(
    clippy::cast_possible_truncation,
    clippy::disallowed_methods,
    clippy::format_push_string,
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "a test may panic, print and be plain, and its sizes fit everywhere"
)]

mod go;
mod notes;
mod policies;
mod texts;
mod tiles;
mod trees;
mod witnesses;

use attestar::proof::{SigningKey, sha256};
use attestar::tlog::{Growth, Hash, NoteAlgorithm, TilePath, TreeHead, VerifierKey, leaf_hash};
use std::{collections::BTreeMap, io};

pub(crate) fn entry(index: u64) -> Vec<u8> {
    format!("entry {index}").into_bytes()
}

pub(crate) fn leaves(size: u64) -> Vec<Hash> {
    (0..size).map(|index| leaf_hash(&entry(index))).collect()
}

/// The files of a log, and the head of its last edition.
#[derive(Default)]
pub(crate) struct Log {
    pub(crate) files: BTreeMap<String, Vec<u8>>,
    head: Option<TreeHead>,
}

impl Log {
    pub(crate) fn read(&self, path: &TilePath) -> io::Result<Vec<u8>> {
        let missing = || io::Error::new(io::ErrorKind::NotFound, path.to_string());
        self.files.get(&path.to_string()).cloned().ok_or_else(missing)
    }

    pub(crate) fn head(&self) -> TreeHead {
        self.head.unwrap_or(TreeHead::EMPTY)
    }

    /// Adds entries in one edition and says which files that wrote.
    pub(crate) fn grow(&mut self, more: u64) -> Vec<TilePath> {
        let before = self.head();
        let mut growth = Growth::resume(&before, |path: &TilePath| self.read(path)).unwrap();
        (before.size..before.size + more).for_each(|index| {
            assert_eq!(growth.push(&entry(index)).unwrap(), index);
        });
        let grown = growth.finish();
        let paths = grown.files.iter().map(|(path, _)| *path).collect();
        self.files.extend(grown.files.into_iter().map(|(path, bytes)| (path.to_string(), bytes)));
        self.head = Some(grown.head);
        paths
    }
}

/// A key of the tests.
pub(crate) fn key(number: u8) -> SigningKey {
    SigningKey::from_seed(sha256(&[number]))
}

pub(crate) fn vkey(name: &str, algorithm: NoteAlgorithm, number: u8) -> VerifierKey {
    VerifierKey::new(name, algorithm, key(number).verifying_key()).unwrap()
}
