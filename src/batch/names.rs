//! Where names and codes are looked up: in the index of a site, or among the entries of a ledger.

use crate::credential::Credential;
use crate::search::{Found, Lookup, LookupError, Named, Shelf};
use crate::verify::{HolderNames, Reach, Register, Trouble};

use super::query::{corrections, rescued};

/// What names and codes are looked up in.
pub(super) enum Names<'r> {
    Index(Lookup<'r>),
    Entries(Shelf),
}

impl<'r> Names<'r> {
    /// The index of a site; of a folder that has none, its entries.
    pub(super) fn of(register: &Register<'r>) -> Result<Self, LookupError> {
        let source = register.source();
        let reach = source.reach();
        let get = move |path: &str, mark: Option<&str>| {
            let path = match mark {
                Some(mark) if reach == Reach::Remote => format!("{path}?v={mark}"),
                _ => path.to_owned(),
            };
            source.get(&path).map_err(|error| error.to_string())
        };
        match Lookup::open(Box::new(get)) {
            Err(LookupError::None) if reach == Reach::Here => {
                let entries = register.entries().map_err(|trouble| match trouble {
                    Trouble::Source(error) => LookupError::Unreachable(error.to_string()),
                    Trouble::Refused(reason) => LookupError::Unreachable(reason.to_string()),
                })?;
                Ok(Self::Entries(Shelf::new(entries.iter().map(found).collect())))
            }
            index => index.map(Self::Index),
        }
    }

    /// Rows with this number, code (both as keys) or whole folded name, now or formerly.
    pub(super) fn exact(&self, key: &str) -> Result<Vec<Found>, LookupError> {
        match self {
            Self::Index(index) => index.exact(key),
            Self::Entries(shelf) => Ok(shelf.exact(key)),
        }
    }

    /// How many editions there were, as the index says.
    pub(super) fn editions(&self) -> Option<u64> {
        match self {
            Self::Index(index) => index.editions(),
            Self::Entries(_) => None,
        }
    }

    /// Rows with a number or code that may have been meant; `thorough` also tries each single mistake
    /// in a credit code.
    pub(super) fn near(&self, key: &str, effort: Effort) -> Result<Vec<Found>, LookupError> {
        let more = if effort == Effort::Thorough { corrections(key) } else { Vec::new() };
        let mut found: Vec<Found> = Vec::new();
        for key in rescued(key).into_iter().chain(more) {
            for row in self.exact(&key)? {
                if !found.iter().any(|known| known.serial == row.serial) {
                    found.push(row);
                }
            }
        }
        Ok(found)
    }

    /// Some rows of a level of a scheme.
    pub(super) fn of_level(&self, scheme: &str, level: &str) -> Result<Vec<Found>, LookupError> {
        match self {
            Self::Index(index) => index.of_level(scheme, level, 3),
            Self::Entries(shelf) => Ok(shelf.of_level(scheme, level, 3)),
        }
    }

    /// Rows whose names hold a text, else rows with a name like it.
    pub(super) fn like(&self, text: &str, limit: usize) -> Result<Named, LookupError> {
        let named = match self {
            Self::Index(index) => index.containing(text, limit)?,
            Self::Entries(shelf) => shelf.containing(text, limit),
        };
        if !named.rows.is_empty() {
            return Ok(named);
        }
        let rows = match self {
            Self::Index(index) => index.similar(text)?,
            Self::Entries(shelf) => shelf.similar(text),
        };
        Ok(Named { rows, ..named })
    }
}

/// How hard to look for what may have been meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Effort {
    Shapes,
    Thorough,
}

/// An entry as a row.
fn found(entry: &Credential) -> Found {
    let HolderNames { mut now, ever, ids, shown } = HolderNames::of(entry);
    let former = ever.into_iter().filter(|name| !now.contains(name)).collect();
    // The one that is shown, first.
    now.sort_by_key(|name| *name != shown.zh);
    let subject = entry.subject();
    let level = subject.facts.level.as_ref();
    let mut ids = ids.into_iter();
    Found {
        serial: entry.serial(),
        number: subject.number.to_string(),
        names: now,
        former,
        id: ids.next().unwrap_or_default(),
        former_ids: ids.collect(),
        scheme: subject.scheme.id.to_string(),
        level: level.map(|level| level.id.to_string()).unwrap_or_default(),
        from: subject.facts.change.valid_from.map(|day| day.to_string()).unwrap_or_default(),
    }
}
