//! `status/past/NNNN.json`: the status leaves of each number, by the serial of its newest version, for
//! the serials of one thousand. Who asks about many numbers and a day in the past need not read the
//! log for each.

use std::collections::BTreeMap;

use crate::credential::{
    LeafStatus, Sealed, StatusChange,
    leaf_text::reason,
    read::{self, Misread, Object},
    write::Writer,
};
use crate::proof::{Document, JsonError, Node};

/// A change of status and the leaf that states it.
pub type PastChange = (u64, StatusChange);

/// A file of past changes. That it is complete, whoever audits finds out; that its leaves are in the
/// log, evidence proves.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Past {
    /// By serial; only numbers that have a status leaf. In log order.
    pub entries: BTreeMap<u32, Vec<PastChange>>,
}

/// Why bytes are no file of past changes.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PastError {
    /// Not canonical JSON.
    #[error(transparent)]
    Json(#[from] JsonError),
    /// A member is missing, unknown or of the wrong shape.
    #[error("`{0}` of the file of past changes is missing, unknown or not of its form")]
    Member(String),
}

impl From<Misread> for PastError {
    fn from(misread: Misread) -> Self {
        Self::Member(misread.member())
    }
}

/// Serials of one file.
const THOUSAND: u32 = 1000;

impl Past {
    /// The address of the file of a serial, below the register's address.
    pub fn path(serial: u32) -> String {
        format!("status/past/{:04}.json", serial / THOUSAND)
    }

    /// The files of a sealed state with so many serials, each with its address.
    pub fn of(sealed: &Sealed, serials: u32) -> BTreeMap<String, Self> {
        let thousands = 0..serials.div_ceil(THOUSAND);
        let mut files: BTreeMap<_, Self> =
            thousands.map(|n| (Self::path(n * THOUSAND), Self::default())).collect();
        for entry in sealed.entries.values().filter(|entry| entry.erased.is_none()) {
            let serial = entry.newest().serial;
            let changes: Vec<_> =
                entry.statuses.iter().map(|status| (status.leaf, status.change.clone())).collect();
            if !changes.is_empty()
                && let Some(file) = files.get_mut(&Self::path(serial))
            {
                file.entries.insert(serial, changes);
            }
        }
        files
    }

    /// The file.
    pub fn text(&self) -> String {
        // Sorted as texts, as canonical JSON wants it: 10 stands before 9.
        let mut entries: Vec<_> =
            self.entries.iter().map(|(serial, changes)| (serial.to_string(), changes)).collect();
        entries.sort_unstable_by(|(a, _), (b, _)| a.cmp(b));
        let mut writer = Writer::with_capacity(64 + 96 * entries.len());
        writer.open('{');
        writer.key("entries").open('{');
        for (serial, changes) in entries {
            writer.next();
            writer.text(&serial);
            writer.raw(":[");
            for (leaf, change) in changes {
                writer.next();
                write_change(&mut writer, *leaf, change);
            }
            writer.close(']');
        }
        writer.close('}');
        writer.key("v").number(1);
        writer.close('}');
        writer.text_of_ours()
    }

    /// Reads a file.
    pub fn parse(bytes: &[u8]) -> Result<Self, PastError> {
        let document = Document::read(bytes)?;
        let top = Object::new(document.top(), "", &["entries", "v"])?;
        top.need("v", |value| (value.number() == Some(1)).then_some(()))?;
        let mut entries = BTreeMap::new();
        for (name, value) in top.need("entries", Node::members)? {
            let serial: Option<u32> = name.parse().ok();
            let serial = serial.filter(|serial| serial.to_string() == name);
            let changes = value.items().and_then(|all| all.map(read_change).collect());
            match serial.zip(changes) {
                Some((serial, changes)) => entries.insert(serial, changes),
                None => return Err(PastError::Member(format!("entries.{name}"))),
            };
        }
        Ok(Self { entries })
    }
}

fn write_change(writer: &mut Writer, leaf: u64, change: &StatusChange) {
    writer.open('[');
    writer.number(leaf);
    writer.next();
    writer.text(change.status.word());
    writer.next();
    writer.day(change.date);
    if let Some(reason) = &change.reason {
        writer.next();
        writer.text(reason);
    }
    writer.close(']');
}

fn read_change(value: Node<'_>) -> Option<PastChange> {
    let mut items = value.items()?;
    let leaf = u64::try_from(items.next()?.number()?).ok()?;
    let status: LeafStatus = read::word(items.next()?)?;
    let date = read::day(items.next()?)?;
    let reason = match items.next() {
        Some(why) => Some(reason(why)?),
        None => None,
    };
    items.next().is_none().then_some((leaf, StatusChange { date, status, reason }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn files_are_read_as_they_were_written() {
        let change = |status, reason: Option<&str>| StatusChange {
            date: date(2026, 11, 23),
            status,
            reason: reason.map(Into::into),
        };
        let mut past = Past::default();
        assert_eq!(past.text(), r#"{"entries":{},"v":1}"#);
        past.entries.insert(9, vec![(4, change(LeafStatus::Cancelled, None))]);
        let suspended = change(LeafStatus::Suspended, Some("mark-misused"));
        past.entries.insert(10, vec![(5, suspended), (7, change(LeafStatus::Valid, None))]);
        let text = past.text();
        let wanted = r#"{"entries":{"10":[[5,"suspended","2026-11-23","mark-misused"],[7,"valid","2026-11-23"]],"9":[[4,"cancelled","2026-11-23"]]},"v":1}"#;
        assert_eq!(text, wanted);
        assert_eq!(Past::parse(text.as_bytes()), Ok(past));
        let others =
            [("\"9\"", "\"09\""), ("cancelled", "gone"), ("[4,", "["), ("\"v\":1", "\"v\":2")];
        for (from, to) in others {
            assert!(Past::parse(text.replace(from, to).as_bytes()).is_err(), "{to}");
        }
        assert_eq!(Past::path(12_345), "status/past/0012.json");
    }
}
