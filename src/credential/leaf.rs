//! The leaves of the log: small statements with digests, never free text or names.

use std::{collections::BTreeMap, fmt, str::FromStr};

use jiff::{Timestamp, civil::Date};
use strum::{EnumString, IntoStaticStr};

use crate::credential::{StatusChange, read};
use crate::proof::{JsonError, VerifyingKey};

/// A leaf of the log. Each has exactly the members of its kind; anything else is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Leaf {
    /// A certificate's first version was sealed.
    Issue {
        /// The number's key.
        id: Box<str>,
        /// The digest of the sealed entry.
        sha256: [u8; 32],
        /// When it was sealed.
        time: Timestamp,
    },
    /// Another version of a certificate was sealed.
    Amend {
        /// The number's key.
        id: Box<str>,
        /// The digest of the version before.
        prev: [u8; 32],
        /// The digest of the sealed entry.
        sha256: [u8; 32],
        /// When it was sealed.
        time: Timestamp,
    },
    /// A certificate's status changed.
    Status {
        /// The number's key.
        id: Box<str>,
        /// The status, its first day, and why.
        change: StatusChange,
        /// When it was sealed.
        time: Timestamp,
    },
    /// A key was added, retired or revoked.
    Key {
        /// Which of them.
        action: KeyAction,
        /// The key.
        key: VerifyingKey,
        /// Its address in did.json, `did:web:…#k2026-1`.
        method: Box<str>,
        /// When it was sealed.
        time: Timestamp,
    },
    /// An edition was published.
    Publish(Publish),
    /// A certificate's entries were erased on legal ground.
    Erase {
        /// The number's key.
        id: Box<str>,
        /// When it was sealed.
        time: Timestamp,
    },
}

/// The leaf that ends an edition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Publish {
    /// The digest of did.json.
    pub did: [u8; 32],
    /// The edition's name.
    pub edition: EditionName,
    /// The digests of the status lists, by address such as `status/revocation-0.json`.
    pub lists: BTreeMap<Box<str>, [u8; 32]>,
    /// When the next edition is due, at the latest.
    pub next: Timestamp,
    /// The digest of the log's policy.
    pub policy: [u8; 32],
    /// When it was sealed.
    pub time: Timestamp,
    /// Which kind of edition it is.
    pub kind: EditionKind,
}

/// What happened to a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumString, IntoStaticStr)]
#[strum(serialize_all = "lowercase")]
pub enum KeyAction {
    /// Its signatures count from now on.
    Add,
    /// It signs no more; what it signed counts on.
    Retire,
    /// Nothing that it signed counts any more, but what was logged before.
    Revoke,
}

/// A kind of edition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumString, IntoStaticStr)]
#[strum(serialize_all = "lowercase")]
pub enum EditionKind {
    /// Everything that had changed.
    Full,
    /// Suspensions and the like only, on the same day.
    Status,
}

/// The name of an edition: its day, and which one of that day it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EditionName {
    date: Date,
    nth: u32,
}

impl EditionName {
    /// The name of the `nth` edition of a day, from 1.
    pub fn new(date: Date, nth: u32) -> Self {
        Self { date, nth: nth.max(1) }
    }

    /// The day.
    pub fn date(self) -> Date {
        self.date
    }

    /// Which one of that day it is, from 1.
    pub fn nth(self) -> u32 {
        self.nth
    }

    /// The name of the edition after this one, on a day that is not earlier.
    #[must_use]
    pub fn next(self, date: Date) -> Self {
        if date > self.date { Self::new(date, 1) } else { Self { nth: self.nth + 1, ..self } }
    }
}

impl fmt::Display for EditionName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.nth == 1 {
            write!(f, "{}", self.date)
        } else {
            write!(f, "{}.{}", self.date, self.nth)
        }
    }
}

impl FromStr for EditionName {
    type Err = LeafError;

    fn from_str(text: &str) -> Result<Self, LeafError> {
        let (date, nth) = text.split_once('.').map_or((text, "1"), |(date, nth)| (date, nth));
        let name = read::civil(date).zip(nth.parse().ok()).map(|(date, nth)| Self::new(date, nth));
        // One spelling: `2026-11-23.1` and `2026-11-23.02` are none.
        let name = name.filter(|name| name.to_string() == text);
        name.ok_or_else(|| LeafError::Member("edition".to_owned()))
    }
}

/// Why bytes are no leaf.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LeafError {
    /// Not canonical JSON.
    #[error(transparent)]
    Json(#[from] JsonError),
    /// A kind or version that is not ours.
    #[error("the leaf is of the unknown kind `{0}`")]
    Kind(String),
    /// A member is missing, unknown or of the wrong shape.
    #[error("`{0}` of the leaf is missing, unknown or not of its form")]
    Member(String),
    /// More than a bundle of the log can hold.
    #[error("the leaf has 65,536 bytes or more")]
    TooLong,
}

impl Leaf {
    /// When it was sealed.
    pub fn time(&self) -> Timestamp {
        match self {
            Self::Issue { time, .. }
            | Self::Amend { time, .. }
            | Self::Status { time, .. }
            | Self::Key { time, .. }
            | Self::Publish(Publish { time, .. })
            | Self::Erase { time, .. } => *time,
        }
    }

    /// The key of the number that it is about.
    pub fn id(&self) -> Option<&str> {
        match self {
            Self::Issue { id, .. }
            | Self::Amend { id, .. }
            | Self::Status { id, .. }
            | Self::Erase { id, .. } => Some(id),
            Self::Key { .. } | Self::Publish(_) => None,
        }
    }

    /// The digest of the sealed entry that it logs.
    pub fn digest(&self) -> Option<&[u8; 32]> {
        match self {
            Self::Issue { sha256, .. } | Self::Amend { sha256, .. } => Some(sha256),
            _ => None,
        }
    }
}
