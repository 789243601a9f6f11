//! What is signed about a certificate: its facts as last decided, and its history.

use std::fmt;

use jiff::{Timestamp, civil::Date, tz::TimeZone};

use crate::credential::{CredentialError, Did};
use crate::model::Certificate;

/// Who states, and in which zone its days are.
#[derive(Clone, Debug)]
pub struct Issuer {
    did: Did,
    zone: TimeZone,
}

/// What is stated about a certificate: a credential without serial and proof.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    path: String,
    base: Box<str>,
    /// From `credentialSubject` to `issuer`.
    before_proof: String,
    /// From `type` on.
    after_proof: String,
}

/// Why a certificate cannot be stated: a text that would not be the same to every reader.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Unfit {
    /// A text that is not in normalisation form C.
    #[error("`{number}`: {member} is not in Unicode normalisation form C; write `{normal}`")]
    NotNormalised {
        /// The printed number.
        number: String,
        /// Where the text stands.
        member: &'static str,
        /// The text as it should be.
        normal: String,
    },
    /// A text with a character that hides or turns other text.
    #[error("`{number}`: {member} holds the invisible character U+{character:04X}; remove it")]
    Invisible {
        /// The printed number.
        number: String,
        /// Where the text stands.
        member: &'static str,
        /// The character.
        character: u32,
    },
    /// A day outside the years 0001 to 9999.
    #[error("`{number}`: {member} is a day outside the years 0001 to 9999")]
    Year {
        /// The printed number.
        number: String,
        /// Where the day stands.
        member: &'static str,
    },
}

/// What differs between a record and its sealed entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comparison {
    /// Member by member, in the entry's order. Empty if the two state the same.
    pub differences: Vec<Difference>,
    /// The first member of the sealed past that the record tells otherwise, such as
    /// `history[1].level`.
    pub rewritten: Option<String>,
}

/// A member that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Such as `holder.name`.
    pub member: String,
    /// What is sealed; nothing if it is new.
    pub sealed: Option<String>,
    /// What the record says; nothing if it is gone.
    pub record: Option<String>,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        todo!()
    }
}

impl Issuer {
    /// An issuer whose days are those of a zone.
    pub fn new(did: Did, zone: TimeZone) -> Self {
        Self { did, zone }
    }

    /// Its name and addresses.
    pub fn did(&self) -> &Did {
        &self.did
    }

    /// The civil day of an instant.
    pub fn day(&self, instant: Timestamp) -> Date {
        self.zone.to_datetime(instant).date()
    }

    /// What is stated about a certificate when it is sealed on a day.
    pub fn statement(&self, certificate: &Certificate, day: Date) -> Result<Statement, Unfit> {
        todo!()
    }
}

impl Statement {
    /// The document in canonical form, without a proof, for a serial.
    pub fn document(&self, serial: u32) -> String {
        todo!()
    }

    /// Whether an entry's sealed bytes state just this, proof aside. Quick: nothing is parsed.
    pub fn is_sealed_in(&self, sealed: &[u8], serial: u32) -> bool {
        todo!()
    }

    /// What differs from sealed bytes.
    pub fn compare(&self, sealed: &[u8]) -> Result<Comparison, CredentialError> {
        todo!()
    }
}
