//! Verifier keys of signed notes (C2SP signed-note): `name+id+base64(type ‖ key)`.

use crate::proof::{KeyError, VerifyingKey};
use std::{fmt, str::FromStr};

/// What a key signs, and so how: the type byte of signed notes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NoteAlgorithm {
    /// `01`: Ed25519 over the text; logs.
    Ed25519,
    /// `04`: Ed25519 over the text and a time; witnesses (C2SP tlog-cosignature).
    Cosignature,
}

/// The first four bytes of a digest over name, type and key. Displayed as eight hex digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId(u32);

/// A key that signatures of notes are checked with, and the name it signs under.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifierKey {
    name: Box<str>,
    id: KeyId,
    algorithm: NoteAlgorithm,
    key: VerifyingKey,
}

/// Why a text is no verifier key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum VkeyError {
    /// Not three parts.
    #[error("a verifier key is `name+id+base64`, which `{0}` is not")]
    Shape(String),
    /// A name that a note cannot carry.
    #[error("`{0}` cannot name a key: it is empty, or has spaces, `+` or control characters")]
    Name(String),
    /// A type that we do not check.
    #[error("`{name}` signs with type {algorithm:02x}; only 01 and 04 are known")]
    Algorithm {
        /// The key's name.
        name: String,
        /// The type byte.
        algorithm: u8,
    },
    /// An id that is not that of name and key: a slip of the pen, or another key.
    #[error("the id of `{name}` does not belong to its key: expected {expected}")]
    Id {
        /// The key's name.
        name: String,
        /// The id of this name and key.
        expected: KeyId,
    },
    /// Not a public key.
    #[error(transparent)]
    Key(#[from] KeyError),
}

impl VerifierKey {
    /// The verifier key of a name and a public key.
    pub fn new(name: &str, algorithm: NoteAlgorithm, key: VerifyingKey) -> Result<Self, VkeyError> {
        todo!()
    }

    /// The name it signs under; for a log its origin.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What signature lines call it by.
    pub fn id(&self) -> KeyId {
        self.id
    }

    /// What it signs, and how.
    pub fn algorithm(&self) -> NoteAlgorithm {
        self.algorithm
    }

    /// The public key.
    pub fn key(&self) -> &VerifyingKey {
        &self.key
    }
}

impl FromStr for VerifierKey {
    type Err = VkeyError;

    fn from_str(text: &str) -> Result<Self, VkeyError> {
        todo!()
    }
}

impl fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        todo!()
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:08x}", self.0)
    }
}
