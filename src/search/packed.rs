//! The files of an index as strangers hand them over: total over hostile bytes.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::search::terms::{Term, fnv};

/// A file is not what it ought to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Damaged;

/// A part of the index, whose files change together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mark {
    Main,
    Rows,
    Tail,
}

/// `s/manifest.json`, as far as it takes to look something up.
#[derive(Clone, Debug)]
pub(crate) struct Manifest {
    pub(super) n: u32,
    pub(super) main: u32,
    pub(super) row_log2: u32,
    pub(super) bits: u32,
    key_bits: u32,
    pub(super) tail_bits: u32,
    /// How many editions there were.
    pub(super) editions: Option<u64>,
    step_log2: u32,
    marks: Marks,
    pub(super) heavy: BTreeMap<Term, u32>,
}

#[derive(Clone, Debug, Deserialize)]
struct Marks {
    main: String,
    rows: String,
    tail: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Written {
    v: u32,
    n: u32,
    main: u32,
    step_log2: u32,
    row_log2: u32,
    bits: u32,
    key_bits: u32,
    tail_bits: u32,
    #[serde(rename = "gen")]
    marks: Marks,
    heavy: BTreeMap<u32, String>,
    edition: Option<Edition>,
}

#[derive(Deserialize)]
struct Edition {
    ordinal: u64,
}

impl Manifest {
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self, Damaged> {
        let written: Written = serde_json::from_slice(bytes).map_err(|_| Damaged)?;
        let Written { v, n, main, step_log2, row_log2, bits, key_bits, tail_bits, .. } = written;
        let shifts = [step_log2, row_log2, bits, key_bits, tail_bits];
        if v != 1 || main > n || shifts.iter().any(|shift| *shift > 30) {
            return Err(Damaged);
        }
        let (marks, heavy) = (written.marks, terms_of(&written.heavy)?);
        let editions = written.edition.map(|edition| edition.ordinal);
        Ok(Self { n, main, row_log2, bits, key_bits, tail_bits, editions, step_log2, marks, heavy })
    }

    /// What stands for the version of a part's files.
    pub(super) fn mark(&self, part: Mark) -> &str {
        match part {
            Mark::Main => &self.marks.main,
            Mark::Rows => &self.marks.rows,
            Mark::Tail => &self.marks.tail,
        }
    }

    /// The files that lead from a key to serials.
    pub(crate) fn key_files(&self, key: &str) -> impl Iterator<Item = (Mark, String)> {
        let Self { n, main, key_bits, tail_bits, .. } = *self;
        let hash = fnv(key.bytes());
        let old = || (Mark::Main, format!("s/k{key_bits}/{:03x}.bin", hash & mask(key_bits)));
        let recent = || (Mark::Tail, format!("s/t{main}/k{:x}.bin", hash & mask(tail_bits)));
        (main > 0).then(old).into_iter().chain((n > main).then(recent))
    }

    /// The serials that such a file has for a key. Another key may have the same fingerprint.
    pub(crate) fn key_serials(
        &self,
        part: Mark,
        bytes: &[u8],
        key: &str,
    ) -> Result<Vec<u32>, Damaged> {
        let print = fnv(key.bytes().chain([0]));
        match part {
            Mark::Tail => self.tail(bytes, print),
            Mark::Main | Mark::Rows => keys(bytes, print >> 8),
        }
    }

    /// The serials that a shard of the tail has for a hash.
    pub(super) fn tail(&self, bytes: &[u8], hash: u32) -> Result<Vec<u32>, Damaged> {
        let mut bytes = bytes;
        let fingerprint_bits = number(&mut bytes)?;
        if fingerprint_bits == 0 || fingerprint_bits > 32 {
            return Err(Damaged);
        }
        let print = u64::from(hash >> (32 - fingerprint_bits));
        let numbers = differences(bytes)?.into_iter();
        let ours = numbers.filter(|number| number >> self.step_log2 == print);
        let serial = |number: u64| {
            let below = number & u64::from(mask(self.step_log2));
            u32::try_from(below + u64::from(self.main)).map_err(|_| Damaged)
        };
        ours.map(serial).collect()
    }
}

/// So many low bits.
pub(super) fn mask(bits: u32) -> u32 {
    (1 << bits) - 1
}

/// `s/heavy.json`.
pub(super) fn heavy(bytes: &[u8]) -> Result<BTreeMap<Term, u32>, Damaged> {
    terms_of(&serde_json::from_slice(bytes).map_err(|_| Damaged)?)
}

fn terms_of(heavy: &BTreeMap<u32, String>) -> Result<BTreeMap<Term, u32>, Damaged> {
    let mut terms = BTreeMap::new();
    for (log2, text) in heavy {
        if *log2 > 31 {
            return Err(Damaged);
        }
        let units: Vec<u32> = text.encode_utf16().map(u32::from).collect();
        terms.extend(units.chunks_exact(2).map(|two| (two[0] << 16 | two[1], *log2)));
    }
    Ok(terms)
}

/// A LEB128 number.
fn long_number(bytes: &mut &[u8]) -> Result<u64, Damaged> {
    let mut number = 0_u64;
    for shift in (0..56).step_by(7) {
        let (byte, rest) = bytes.split_first().ok_or(Damaged)?;
        *bytes = rest;
        number |= u64::from(byte & 127) << shift;
        if *byte < 128 {
            return Ok(number);
        }
    }
    Err(Damaged)
}

fn number(bytes: &mut &[u8]) -> Result<u32, Damaged> {
    long_number(bytes)?.try_into().map_err(|_| Damaged)
}

/// Ascending numbers, from their differences.
fn differences(mut bytes: &[u8]) -> Result<Vec<u64>, Damaged> {
    let (mut value, mut found) = (0_u64, Vec::new());
    while !bytes.is_empty() {
        value = value.checked_add(long_number(&mut bytes)?).ok_or(Damaged)?;
        found.push(value);
    }
    Ok(found)
}

/// Ascending serials.
pub(super) fn ascending(bytes: &[u8]) -> Result<Vec<u32>, Damaged> {
    let serials = differences(bytes)?.into_iter();
    serials.map(|serial| serial.try_into().map_err(|_| Damaged)).collect()
}

/// The serials of a fingerprint in a shard of the main part; nothing where it is another main part's.
pub(super) fn list(bytes: &[u8], main: u32, print: u32) -> Result<Option<Vec<u32>>, Damaged> {
    let mut bytes = bytes.strip_prefix(b"AT1\0").ok_or(Damaged)?;
    if number(&mut bytes)? != main {
        return Ok(None);
    }
    let (mut known, mut at) = (0_u64, 0_usize);
    let mut ours = Vec::new();
    for _ in 0..number(&mut bytes)? {
        known = known.checked_add(long_number(&mut bytes)?).ok_or(Damaged)?;
        let size = usize::try_from(number(&mut bytes)?).map_err(|_| Damaged)?;
        let end = at.checked_add(size).ok_or(Damaged)?;
        if known == u64::from(print) {
            ours.push(at..end);
        }
        at = end;
    }
    // Two terms may have one fingerprint.
    let lists = ours.into_iter().map(|range| ascending(bytes.get(range).ok_or(Damaged)?));
    let lists: Vec<Vec<u32>> = lists.collect::<Result<_, _>>()?;
    Ok(Some(lists.concat()))
}

/// The serials of a fingerprint in a shard of keys.
fn keys(bytes: &[u8], print: u32) -> Result<Vec<u32>, Damaged> {
    let mut bytes = bytes.strip_prefix(b"AK1\0").ok_or(Damaged)?;
    let mut known = 0_u64;
    let mut serials = Vec::new();
    for _ in 0..number(&mut bytes)? {
        known = known.checked_add(long_number(&mut bytes)?).ok_or(Damaged)?;
        let serial = number(&mut bytes)?;
        if known == u64::from(print) {
            serials.push(serial);
        }
    }
    Ok(serials)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_bytes_are_refused_and_make_nothing_fall() {
        let endless = [255; 20];
        assert_eq!(ascending(&endless), Err(Damaged));
        assert_eq!(ascending(&[1, 128]), Err(Damaged));
        assert_eq!(keys(b"AK1\0\x02\x01", 1), Err(Damaged));
        assert_eq!(keys(b"AT1\0\x00", 1), Err(Damaged));
        assert_eq!(list(b"AT1\0\x05\x01\x07\x7F", 5, 7), Err(Damaged));
        assert_eq!(list(b"AT1\0\x05\x00", 6, 7), Ok(None));
        assert_eq!(list(b"AT1\0\x05\x01\x07\x02\x01\x02", 5, 7), Ok(Some(vec![1, 3])));
        for bad in ["", "{}", "[]", r#"{"v":2}"#] {
            assert!(Manifest::parse(bad.as_bytes()).is_err(), "{bad}");
        }
        let huge = r#"{"v":1,"n":1,"main":0,"stepLog2":99,"rowLog2":3,"bits":1,"keyBits":1,
            "tailBits":1,"gen":{"main":"","rows":"","tail":""},"heavy":{}}"#;
        assert!(Manifest::parse(huge.as_bytes()).is_err());
    }
}
