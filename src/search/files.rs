//! The files of the index as they are handed on, and the one that tells of the others.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::output::{OutputError, Sink};

/// Terms that have windows, by the windows' power of two.
pub(super) type Heavy = BTreeMap<u32, String>;

/// Files of one part, and what they amount to.
pub(super) struct Files<'f> {
    sink: &'f dyn Sink,
    known: Mutex<Vec<(String, [u8; 32])>>,
}

impl<'f> Files<'f> {
    pub(super) fn new(sink: &'f dyn Sink) -> Self {
        Self { sink, known: Mutex::default() }
    }

    pub(super) fn write(&self, path: &str, bytes: &[u8]) -> Result<(), OutputError> {
        let digest = Sha256::digest(bytes).into();
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.push((path.to_owned(), digest));
        drop(known);
        self.sink.write(path, bytes)
    }

    /// Eight hexadecimal digits that are others when any file is.
    pub(super) fn digest(self) -> String {
        let mut known = self.known.into_inner().unwrap_or_else(PoisonError::into_inner);
        known.sort_unstable();
        let mut digest = Sha256::new();
        for (path, of) in &known {
            digest.update(path);
            digest.update([0]);
            digest.update(of);
        }
        let [a, b, c, d, ..] = <[u8; 32]>::from(digest.finalize());
        format!("{:08x}", u32::from_be_bytes([a, b, c, d]))
    }
}

/// `s/manifest.json`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Manifest<'m> {
    pub(super) v: u32,
    pub(super) n: u32,
    pub(super) main: u32,
    pub(super) step_log2: u32,
    pub(super) row_log2: u32,
    pub(super) bits: u32,
    pub(super) key_bits: u32,
    pub(super) tail_bits: u32,
    #[serde(rename = "gen")]
    pub(super) gens: Gens,
    pub(super) heavy: Heavy,
    pub(super) schemes: &'m [&'m str],
    pub(super) levels: &'m [String],
    pub(super) edition: Option<Edition<'m>>,
    pub(super) sealed: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) layout: Option<&'static str>,
}

/// What stands after `?v=` in addresses, by part.
#[derive(Serialize)]
pub(super) struct Gens {
    pub(super) main: String,
    pub(super) rows: String,
    pub(super) tail: String,
    pub(super) names: String,
}

#[derive(Serialize)]
pub(super) struct Edition<'m> {
    pub(super) name: &'m str,
    pub(super) ordinal: u32,
}

/// A value as JSON.
pub(super) fn json(value: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(value).expect("texts and numbers can be written to memory")
}
