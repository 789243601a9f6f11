//! `status/detail/NNNN.json`: the words behind the bits, for the serials of one thousand.

use std::collections::BTreeMap;

use jiff::civil::Date;
use strum::{EnumString, IntoStaticStr};

use crate::credential::{
    leaf_text::reason,
    read::{self, Misread, Object},
    write::Writer,
};
use crate::proof::{Document, JsonError, Node};

/// A detail file. Provable from the leaves, and checked by whoever audits.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Detail {
    /// By serial; only those that are not valid.
    pub entries: BTreeMap<u32, DetailEntry>,
}

/// What there is to say about one serial.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DetailEntry {
    /// The word.
    pub status: DetailStatus,
    /// The first day of it.
    pub date: Option<Date>,
    /// A reason of the scheme, where reasons are published.
    pub reason: Option<Box<str>>,
    /// The serial that took its place.
    pub by: Option<u32>,
}

/// Why a serial is not valid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumString, IntoStaticStr)]
#[strum(serialize_all = "lowercase")]
pub enum DetailStatus {
    /// 暂停.
    Suspended,
    /// 撤销.
    Withdrawn,
    /// 注销.
    Cancelled,
    /// A newer version of the certificate was sealed.
    Superseded,
    /// 依个人信息保护要求不予展示.
    Erased,
}

/// Why bytes are no detail file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DetailError {
    /// Not canonical JSON.
    #[error(transparent)]
    Json(#[from] JsonError),
    /// A member is missing, unknown or of the wrong shape.
    #[error("`{0}` of the detail file is missing, unknown or not of its form")]
    Member(String),
}

impl From<Misread> for DetailError {
    fn from(misread: Misread) -> Self {
        Self::Member(misread.member())
    }
}

impl Detail {
    /// The address of the file of a serial, below the register's address.
    pub fn path(serial: u32) -> String {
        format!("status/detail/{:04}.json", serial / 1000)
    }

    /// The file.
    pub fn text(&self) -> String {
        // Sorted as texts, as canonical JSON wants it: 10 stands before 9.
        let mut entries: Vec<_> =
            self.entries.iter().map(|(serial, entry)| (serial.to_string(), entry)).collect();
        entries.sort_unstable_by(|(a, _), (b, _)| a.cmp(b));
        let mut writer = Writer::with_capacity(128 + 96 * entries.len());
        writer.open('{');
        writer.key("entries").open('{');
        for (serial, entry) in entries {
            writer.next();
            writer.text(&serial);
            writer.raw(":{");
            if let Some(by) = entry.by {
                writer.key("by").number(by.into());
            }
            if let Some(date) = entry.date {
                writer.key("date").day(date);
            }
            if let Some(reason) = &entry.reason {
                writer.key("reason").text(reason);
            }
            writer.key("status").text(entry.status.into());
            writer.close('}');
        }
        writer.close('}');
        writer.key("v").number(1);
        writer.close('}');
        writer.text_of_ours()
    }

    /// Reads a file.
    pub fn parse(bytes: &[u8]) -> Result<Self, DetailError> {
        let document = Document::read(bytes)?;
        let top = Object::new(document.top(), "", &["entries", "v"])?;
        top.need("v", |value| (value.number() == Some(1)).then_some(()))?;
        let mut entries = BTreeMap::new();
        for (name, value) in top.need("entries", Node::members)? {
            let at = format!("entries.{name}");
            let serial: Option<u32> = name.parse().ok();
            let Some(serial) = serial.filter(|serial| serial.to_string() == name) else {
                return Err(DetailError::Member(at));
            };
            let object = Object::new(value, at, &["by", "date", "reason", "status"])?;
            let entry = DetailEntry {
                status: object.need("status", read::word)?,
                date: object.may("date", read::day)?,
                reason: object.may("reason", reason)?,
                by: object.may("by", read::count)?,
            };
            entries.insert(serial, entry);
        }
        Ok(Self { entries })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn files_are_read_as_they_were_written() {
        let entry =
            |status, by| DetailEntry { status, date: Some(date(2026, 11, 23)), reason: None, by };
        let mut detail = Detail::default();
        assert_eq!(detail.text(), r#"{"entries":{},"v":1}"#);
        detail.entries.insert(9, entry(DetailStatus::Superseded, Some(10)));
        detail.entries.insert(10, entry(DetailStatus::Suspended, None));
        let text = detail.text();
        let wanted = r#"{"entries":{"10":{"date":"2026-11-23","status":"suspended"},"9":{"by":10,"date":"2026-11-23","status":"superseded"}},"v":1}"#;
        assert_eq!(text, wanted);
        assert_eq!(Detail::parse(text.as_bytes()), Ok(detail));
        for (from, to) in [("\"9\"", "\"09\""), ("superseded", "gone"), ("\"v\":1", "\"v\":2")] {
            assert!(Detail::parse(text.replace(from, to).as_bytes()).is_err(), "{to}");
        }
        assert_eq!(Detail::path(12_345), "status/detail/0012.json");
    }
}
