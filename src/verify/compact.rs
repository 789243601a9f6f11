//! Where a site that is laid out compactly has a number's newest entry: the index of its search leads
//! to serials, and a file beside the ledger to the place of each one's line. Nothing here is trusted:
//! an entry proves itself, and one that is not found is looked for in the log.

use serde::Deserialize;
use serde_json::Value;

use crate::model::CertificateNumber;
use crate::search::Manifest;
use crate::verify::{
    lines::LINES,
    source::{Source, SourceError},
};

/// A file of `entries/` has this power of two of serials.
pub(crate) const BLOCK_LOG2: u32 = 8;
/// How often a serial may lead to another.
const STEPS: usize = 64;

/// The index of the search, in a site that is laid out compactly.
#[derive(Clone, Debug)]
pub(crate) struct Compact {
    index: Manifest,
}

/// What the index's manifest says of the site.
#[derive(Deserialize)]
struct Layout {
    layout: String,
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
        let Some(bytes) = source.get("s/manifest.json")? else { return Ok(None) };
        let says = serde_json::from_slice::<Layout>(&bytes);
        let is_compact = says.is_ok_and(|says| says.layout == "compact");
        let index = if is_compact { Manifest::parse(&bytes).ok() } else { None };
        Ok(index.map(|index| Self { index }))
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
        let mut found = Vec::new();
        for (part, path) in self.index.key_files(key) {
            let bytes = source.get(&path)?.unwrap_or_default();
            found.extend(self.index.key_serials(part, &bytes, key).unwrap_or_default());
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
