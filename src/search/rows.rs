//! What is known of each serial, and how it stands in a file.

use std::borrow::Cow;

use jiff::civil::Date;
use serde::Serialize;

/// What a serial stands for.
#[derive(Clone, Debug)]
pub enum Slot<'r> {
    /// The newest version of a certificate.
    Newest(Row<'r>),
    /// An older version.
    Superseded {
        /// The serial of the newest version.
        by: u32,
        /// What was known of it when it was the newest: only of the last version in the main part,
        /// if the newest is in the tail. So what was written of it stays as it is.
        was: Option<Row<'r>>,
    },
    /// Nothing: it was erased.
    Gone,
}

/// What searches find, and show.
#[derive(Clone, Debug, Default)]
pub struct Row<'r> {
    /// The number as it is printed.
    pub number: &'r str,
    /// The form in which numbers are compared.
    pub key: &'r str,
    /// The holder's name in the register's first two languages, each empty where there is none.
    pub names: [&'r str; 2],
    /// Its names in other languages, and all that it had before.
    pub former: Vec<&'r str>,
    /// The holder's identifier: a credit code, or `SCHEME-VALUE`.
    pub id: Cow<'r, str>,
    /// Identifiers that were corrected.
    pub former_ids: Vec<Cow<'r, str>>,
    /// The scheme's id.
    pub scheme: &'r str,
    /// The level's id.
    pub level: &'r str,
    /// The region's code, or nothing.
    pub region: &'r str,
    /// The industry's code, or nothing.
    pub industry: &'r str,
    /// The first day of validity.
    pub from: Date,
    /// The last.
    pub until: Date,
}

impl<'r> Row<'r> {
    /// All names, none empty.
    pub(super) fn names(&self) -> impl Iterator<Item = &'r str> {
        let former = self.former.iter().copied();
        self.names.into_iter().chain(former).filter(|name| !name.is_empty())
    }

    fn push(&self, bytes: &mut Vec<u8>) {
        let (from, until) = (self.from.to_string(), self.until.to_string());
        let [zh, en] = self.names;
        let id = &*self.id;
        let facts = [
            self.number,
            zh,
            en,
            id,
            self.scheme,
            self.level,
            self.region,
            self.industry,
            &from,
            &until,
        ];
        push_json(&facts, bytes);
        if !(self.former.is_empty() && self.former_ids.is_empty()) {
            bytes.pop();
            bytes.push(b',');
            push_json(&self.former, bytes);
            if !self.former_ids.is_empty() {
                bytes.push(b',');
                push_json(&self.former_ids, bytes);
            }
            bytes.push(b']');
        }
    }
}

impl Slot<'_> {
    /// Adds the slot as a line of its block.
    pub(super) fn push(&self, bytes: &mut Vec<u8>) {
        match self {
            Self::Newest(row) => row.push(bytes),
            Self::Superseded { by, .. } => push_json(by, bytes),
            Self::Gone => bytes.extend_from_slice(b"null"),
        }
    }
}

fn push_json(value: &(impl Serialize + ?Sized), bytes: &mut Vec<u8>) {
    serde_json::to_writer(bytes, value).expect("texts and numbers can be written to memory");
}
