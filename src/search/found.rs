//! Rows as somebody hands them over.

use serde_json::Value;

use crate::model::number_key;
use crate::search::{fold::fold, packed::Damaged};

/// A row that was found: what it says is a hint.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// The entry's serial.
    pub serial: u32,
    /// The number as it is printed.
    pub number: String,
    /// The holder's names of today, by the register's languages.
    pub names: Vec<String>,
    /// Its names in other languages, and all that it had before.
    pub former: Vec<String>,
    /// The holder's identifier: a credit code, or `SCHEME-VALUE`.
    pub id: String,
    /// Identifiers that were corrected.
    pub former_ids: Vec<String>,
    /// The scheme's id.
    pub scheme: String,
    /// The level's id.
    pub level: String,
    /// The first day of validity, as it is written.
    pub from: String,
}

impl Found {
    /// All names.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().chain(&self.former).map(String::as_str)
    }

    /// Whether it is looked up by a key: its number, an identifier, a whole name.
    pub(super) fn has_key(&self, key: &str) -> bool {
        number_key(&self.number) == key
            || self.id == key
            || self.former_ids.iter().any(|id| id == key)
            || self.names().any(|name| fold(name) == key)
    }

    /// Whether a name of today is that one, folded.
    pub fn is_named(&self, folded: &str) -> bool {
        self.names.iter().any(|name| fold(name) == folded)
    }

    /// Whether it is of a level of a scheme.
    pub(super) fn is_of(&self, scheme: &str, level: &str) -> bool {
        self.scheme == scheme && self.level == level
    }

    /// Whether a folded text stands in a name.
    pub(super) fn is_named_with(&self, folded: &str) -> bool {
        self.names().any(|name| fold(name).contains(folded))
    }

    /// The row at a place of a block; nothing where a newer one has taken its place, or it is gone.
    pub(super) fn in_block(bytes: &[u8], at: u32, serial: u32) -> Result<Option<Self>, Damaged> {
        let rows: Vec<Value> = serde_json::from_slice(bytes).map_err(|_| Damaged)?;
        let at = usize::try_from(at).map_err(|_| Damaged)?;
        let Some(row) = rows.get(at).and_then(Value::as_array) else { return Ok(None) };
        let text = |at: usize| row.get(at).and_then(Value::as_str).unwrap_or_default().to_owned();
        let texts = |at: usize| {
            let list = row.get(at).and_then(Value::as_array).into_iter().flatten();
            list.filter_map(Value::as_str).map(str::to_owned).collect()
        };
        let names = [text(1), text(2)].into_iter().filter(|name| !name.is_empty()).collect();
        let (number, id, scheme, level, from) = (text(0), text(3), text(4), text(5), text(8));
        let (former, former_ids) = (texts(10), texts(11));
        Ok(Some(Self { serial, number, names, former, id, former_ids, scheme, level, from }))
    }
}
