//! Where a site that is laid out compactly has a number's newest entry: the index of its search leads
//! to serials, and a file beside the ledger to the place of each one's line. Nothing here is trusted:
//! an entry proves itself, and one that is not found is looked for in the log.

use serde::Deserialize;
use serde_json::Value;

use crate::model::CertificateNumber;
use crate::verify::{
    lines::LINES,
    source::{Source, SourceError},
};

/// A file of `entries/` has this power of two of serials.
pub(crate) const BLOCK_LOG2: u32 = 7;
/// How often a serial may lead to another.
const STEPS: usize = 64;

/// As much of `s/manifest.json` as leads from a number to its serials.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Compact {
    layout: String,
    n: u32,
    main: u32,
    step_log2: u32,
    key_bits: u32,
    tail_bits: u32,
}

/// A line of a file of `ledger/credentials/`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// The serial.
    pub(crate) serial: u32,
    /// Where it begins.
    pub(crate) offset: u64,
    /// How long it is, without its line end.
    pub(crate) length: u64,
    /// Its leaf.
    pub(crate) leaf: u64,
    /// The digest of the version before, in hexadecimal digits; empty for the first.
    pub(crate) prev: String,
}

/// What stands for a serial.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Row {
    /// It is a number's newest.
    Newest(Place),
    /// Superseded by another serial.
    Older(u32),
    /// Erased.
    Gone,
}

impl Compact {
    /// What a place says of its layout; nothing where it is the full one.
    pub(crate) fn read(source: &dyn Source) -> Result<Option<Self>, SourceError> {
        let bytes = source.get("s/manifest.json")?;
        let manifest = bytes.and_then(|bytes| serde_json::from_slice::<Self>(&bytes).ok());
        Ok(manifest.filter(|manifest| manifest.layout == "compact" && manifest.is_sound()))
    }

    fn is_sound(&self) -> bool {
        self.step_log2 < 32 && self.key_bits < 32 && self.tail_bits < 32 && self.main <= self.n
    }

    /// The newest entry of a number.
    pub(crate) fn entry(
        &self,
        source: &dyn Source,
        number: &CertificateNumber,
    ) -> Result<Option<Vec<u8>>, SourceError> {
        let end = format!("/c/{}.json", number.path());
        for serial in self.serials(source, number.key())? {
            let Some(place) = place_of(source, serial)? else { continue };
            let file = format!("ledger/credentials/{:04}.jsonl", place.serial / LINES);
            let Some(line) = source.part(&file, place.offset, place.length)? else { continue };
            let entry = serde_json::from_slice::<Value>(&line).unwrap_or_default();
            // Another key may have the same fingerprint.
            if entry.get("id").and_then(Value::as_str).is_some_and(|id| id.ends_with(&end)) {
                return Ok(Some(line));
            }
        }
        Ok(None)
    }

    /// Serials that may be of a key, newest first.
    fn serials(&self, source: &dyn Source, key: &str) -> Result<Vec<u32>, SourceError> {
        let hash = fnv(key.bytes());
        let print = fnv(key.bytes().chain([0]));
        let mut found = Vec::new();
        if self.main > 0 {
            let shard = hash & ((1 << self.key_bits) - 1);
            let path = format!("s/k{}/{shard:03x}.bin", self.key_bits);
            let bytes = source.get(&path)?.unwrap_or_default();
            found.extend(in_main(&bytes, print >> 8));
        }
        if self.main < self.n {
            let shard = hash & ((1 << self.tail_bits) - 1);
            let bytes = source.get(&format!("s/t{}/k{shard:x}.bin", self.main))?;
            let serials = in_tail(&bytes.unwrap_or_default(), print, self.step_log2);
            found.extend(serials.into_iter().filter_map(|serial| self.main.checked_add(serial)));
        }
        found.sort_unstable_by(|a, b| b.cmp(a));
        found.dedup();
        Ok(found)
    }
}

/// The place of a serial, or of the newest that superseded it.
fn place_of(source: &dyn Source, mut serial: u32) -> Result<Option<Place>, SourceError> {
    for _ in 0..STEPS {
        let bytes = source.get(&block_path(serial))?.unwrap_or_default();
        match block(&bytes, serial).and_then(|rows| rows.into_iter().nth(place_in(serial))) {
            Some(Row::Newest(place)) => return Ok(Some(place)),
            Some(Row::Older(by)) if by > serial => serial = by,
            _ => return Ok(None),
        }
    }
    Ok(None)
}

/// The file of `entries/` that a serial stands in.
pub(crate) fn block_path(serial: u32) -> String {
    format!("entries/{}.json", serial >> BLOCK_LOG2)
}

fn place_in(serial: u32) -> usize {
    (serial & ((1 << BLOCK_LOG2) - 1)) as usize
}

/// The rows of the file that a serial stands in; nothing where the bytes are no such file.
pub(crate) fn block(bytes: &[u8], serial: u32) -> Option<Vec<Row>> {
    let rows: Vec<Value> = serde_json::from_slice(bytes).ok()?;
    let first = serial >> BLOCK_LOG2 << BLOCK_LOG2;
    rows.iter().zip(first..).map(|(row, serial)| read(row, serial)).collect()
}

fn read(row: &Value, serial: u32) -> Option<Row> {
    match row {
        Value::Null => Some(Row::Gone),
        Value::Number(by) => u32::try_from(by.as_u64()?).ok().map(Row::Older),
        Value::Array(parts) => {
            let number = |at: usize| parts.get(at).and_then(Value::as_u64);
            Some(Row::Newest(Place {
                serial,
                offset: number(0)?,
                length: number(1)?,
                leaf: number(2)?,
                prev: parts.get(3)?.as_str()?.to_owned(),
            }))
        }
        _ => None,
    }
}

/// FNV-1a, 32 bits.
fn fnv(bytes: impl IntoIterator<Item = u8>) -> u32 {
    let mix = |hash: u32, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
    bytes.into_iter().fold(0x811C_9DC5, mix)
}

/// LEB128 numbers, one after another.
fn numbers(bytes: &[u8]) -> impl Iterator<Item = u64> + '_ {
    let mut rest = bytes.iter();
    std::iter::from_fn(move || {
        let (mut value, mut shift) = (0_u64, 0_u32);
        loop {
            let byte = *rest.next()?;
            value |= u64::from(byte & 127).checked_shl(shift)?;
            if byte < 128 {
                return Some(value);
            }
            shift += 7;
        }
    })
}

/// The serials that a shard of keys has for a fingerprint.
fn in_main(bytes: &[u8], print: u32) -> Vec<u32> {
    let mut numbers = numbers(bytes.strip_prefix(b"AK1\0").unwrap_or_default());
    let count = numbers.next().unwrap_or_default();
    let (mut value, mut found) = (0_u64, Vec::new());
    for _ in 0..count {
        let (Some(step), Some(serial)) = (numbers.next(), numbers.next()) else { break };
        value = value.saturating_add(step);
        if value == u64::from(print) {
            found.extend(u32::try_from(serial));
        }
    }
    found
}

/// The serials, from the end of the main part, that a shard of the tail has for a fingerprint.
fn in_tail(bytes: &[u8], print: u32, step_log2: u32) -> Vec<u32> {
    let mut numbers = numbers(bytes);
    let bits = numbers.next().and_then(|bits| u32::try_from(bits).ok()).unwrap_or_default();
    let shown = print.checked_shr(32_u32.saturating_sub(bits)).unwrap_or_default();
    let (mut value, mut found) = (0_u64, Vec::new());
    for step in numbers {
        value = value.saturating_add(step);
        if value >> step_log2 == u64::from(shown) {
            found.extend(u32::try_from(value & ((1 << step_log2) - 1)));
        }
    }
    found
}
