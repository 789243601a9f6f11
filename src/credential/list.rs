//! Bitstring status lists (W3C Bitstring Status List 1.0).

use jiff::Timestamp;
use serde_json::Value;
use strum::{EnumString, IntoStaticStr};

use crate::credential::Did;
use crate::proof::{JsonError, Proof, ProofError};

/// How many serials one list holds: 16 KiB of bits, the least that the standard allows.
pub const LIST_BITS: u32 = 131_072;

/// What a list's bits mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, EnumString, IntoStaticStr)]
#[strum(serialize_all = "lowercase")]
pub enum Purpose {
    /// Not valid any more, for good: withdrawn, cancelled, superseded or erased.
    Revocation,
    /// Not valid for now.
    Suspension,
}

impl Purpose {
    /// The word in lists and addresses.
    pub fn word(self) -> &'static str {
        self.into()
    }

    /// The address of the list of a serial, below the register's address.
    pub fn path(self, serial: u32) -> String {
        format!("status/{}-{}.json", self.word(), serial / LIST_BITS)
    }
}

/// One list: a bit for each serial of its range.
#[derive(Clone, PartialEq, Eq)]
pub struct StatusList {
    purpose: Purpose,
    number: u32,
    bits: Box<[u8]>,
}

/// Why a text or bytes are no status list of ours.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ListError {
    /// Not canonical JSON.
    #[error(transparent)]
    Json(#[from] JsonError),
    /// A member is missing, unknown or of the wrong shape.
    #[error("`{0}` of the status list is missing, unknown or not of its form")]
    Member(String),
    /// The encoded list is not multibase base64url of one GZIP member.
    #[error("the encoded list cannot be read: {0}")]
    Encoding(&'static str),
    /// The encoded list unpacks to more or less than 16 KiB.
    #[error("the encoded list does not hold exactly 131,072 bits")]
    Size,
    /// No sound proof stands in it.
    #[error(transparent)]
    Proof(#[from] ProofError),
}

impl StatusList {
    /// A list in which no bit is set.
    pub fn new(purpose: Purpose, number: u32) -> Self {
        Self { purpose, number, bits: vec![0; LIST_BITS as usize / 8].into() }
    }

    /// What its bits mean.
    pub fn purpose(&self) -> Purpose {
        self.purpose
    }

    /// Which list of its purpose it is, from 0.
    pub fn number(&self) -> u32 {
        self.number
    }

    /// Its address below the register's.
    pub fn path(&self) -> String {
        format!("status/{}-{}.json", self.purpose.word(), self.number)
    }

    /// Sets the bit of a serial. A serial of another list changes nothing.
    pub fn set(&mut self, serial: u32) {
        todo!()
    }

    /// The bit of a serial, if the serial is of this list.
    pub fn get(&self, serial: u32) -> Option<bool> {
        todo!()
    }

    /// The serials whose bit is set.
    pub fn serials(&self) -> impl Iterator<Item = u32> {
        std::iter::empty()
    }

    /// The bits as the standard encodes them: `u`, base64url, GZIP.
    pub fn encoded(&self) -> String {
        todo!()
    }

    /// A list of its encoded bits. Never unpacks more than a list has.
    pub fn decode(purpose: Purpose, number: u32, encoded: &str) -> Result<Self, ListError> {
        todo!()
    }

    /// The list's credential in canonical form, without its proof.
    pub fn document(&self, did: &Did, from: Timestamp, until: Timestamp) -> String {
        todo!()
    }
}

impl std::fmt::Debug for StatusList {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "StatusList({} of {})", self.path(), self.serials().count())
    }
}

/// A published list: a credential with a proof that is yet to be checked.
#[derive(Clone, Debug)]
pub struct ListCredential {
    /// The list.
    pub list: StatusList,
    /// Who issued it.
    pub did: Did,
    /// From when on it holds.
    pub valid_from: Timestamp,
    /// Until when.
    pub valid_until: Timestamp,
    /// What its proof says of itself.
    pub proof: Proof,
    /// The whole document, for checking the proof.
    pub value: Value,
}

impl ListCredential {
    /// Reads a list's published bytes: canonical JSON with exactly our members.
    pub fn parse(bytes: &[u8]) -> Result<Self, ListError> {
        todo!()
    }
}
