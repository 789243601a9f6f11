//! Verifier keys of signed notes (C2SP signed-note): `name+id+base64(type ‖ key)`.

use crate::proof::{KeyError, VerifyingKey, base64, from_base64};
use sha2::{Digest, Sha256};
use std::{fmt, iter, str::FromStr};

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
        if !is_name(name) {
            return Err(VkeyError::Name(name.to_owned()));
        }
        let id = KeyId::of(name, algorithm, &key);
        Ok(Self { name: name.into(), id, algorithm, key })
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
        let shape = || VkeyError::Shape(text.to_owned());
        let (name, rest) = text.split_once('+').ok_or_else(shape)?;
        let (id, encoded) = rest.split_once('+').ok_or_else(shape)?;
        let encoded = from_base64(encoded).ok_or_else(shape)?;
        let (algorithm, key) = encoded.split_first().ok_or_else(shape)?;
        let algorithm = NoteAlgorithm::of(*algorithm)
            .ok_or_else(|| VkeyError::Algorithm { name: name.to_owned(), algorithm: *algorithm })?;
        let key = VerifyingKey::from_bytes(key.try_into().map_err(|_| shape())?)?;
        let vkey = Self::new(name, algorithm, key)?;
        if vkey.id.to_string() == id {
            return Ok(vkey);
        }
        Err(VkeyError::Id { name: name.to_owned(), expected: vkey.id })
    }
}

impl fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key: Vec<u8> =
            iter::once(&self.algorithm.byte()).chain(self.key.as_bytes()).copied().collect();
        write!(f, "{}+{}+{}", self.name, self.id, base64(&key))
    }
}

impl NoteAlgorithm {
    fn of(byte: u8) -> Option<Self> {
        [Self::Ed25519, Self::Cosignature].into_iter().find(|known| known.byte() == byte)
    }

    fn byte(self) -> u8 {
        match self {
            Self::Ed25519 => 0x01,
            Self::Cosignature => 0x04,
        }
    }
}

impl KeyId {
    /// Its four bytes.
    pub fn to_bytes(self) -> [u8; 4] {
        self.0.to_be_bytes()
    }

    pub(in crate::tlog) fn from_bytes(bytes: [u8; 4]) -> Self {
        Self(u32::from_be_bytes(bytes))
    }

    fn of(name: &str, algorithm: NoteAlgorithm, key: &VerifyingKey) -> Self {
        let named = Sha256::new().chain_update(name).chain_update([b'\n', algorithm.byte()]);
        let digest: [u8; 32] = named.chain_update(key.as_bytes()).finalize().into();
        let [a, b, c, d, ..] = digest;
        Self::from_bytes([a, b, c, d])
    }
}

/// Whether a note can carry this name: no spaces of any alphabet, no plus, no control characters.
pub(in crate::tlog) fn is_name(name: &str) -> bool {
    let fits = |c: char| !c.is_whitespace() && c != '+' && c >= ' ';
    !name.is_empty() && name.chars().all(fits)
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:08x}", self.0)
    }
}
