//! Signed notes (C2SP signed-note): a text, a blank line, signature lines.

use crate::proof::{Signer, SignerError};
use crate::tlog::vkey::{KeyId, VerifierKey};
use std::fmt;

/// A text and the signatures under it, none of them checked. It displays as the bytes it was read
/// from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    text: String,
    signatures: Vec<NoteSignature>,
}

/// One signature line: `— name base64(id ‖ signature)`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoteSignature {
    name: Box<str>,
    id: KeyId,
    bytes: Vec<u8>,
}

/// A signature that was checked: by which of the keys, and when it says it was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VerifiedBy<'k> {
    /// The key.
    pub key: &'k VerifierKey,
    /// The time of a cosignature in seconds since 1970; none for other signatures.
    pub time: Option<u64>,
}

/// Why bytes are no note, or a text cannot become one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NoteError {
    /// Larger than any note.
    #[error("a note of {0} bytes is too large")]
    Size(usize),
    /// Not UTF-8.
    #[error("the note is not UTF-8")]
    Utf8,
    /// A control character other than the newline.
    #[error("the note has a control character in line {0}")]
    Control(usize),
    /// No blank line before the signatures, or none after it.
    #[error("the note has no signatures after a blank line")]
    Unsigned,
    /// The last line is not complete.
    #[error("the last line of the note does not end")]
    Unended,
    /// A line that is no signature.
    #[error("line {0} of the note is no signature line")]
    Signature(usize),
    /// More signatures than a reader should check.
    #[error("the note has more than {0} signatures")]
    Many(usize),
}

/// Why a note is not what its signatures say.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NoteRefusal {
    /// A signature that names a known key but was not made by it.
    #[error("the signature of `{name}` ({id}) is not of this text")]
    Forged {
        /// The key's name.
        name: String,
        /// The key's id.
        id: KeyId,
    },
    /// None of the keys signed it.
    #[error("none of the known keys signed the note")]
    Unknown,
}

impl Note {
    /// A text that is yet to be signed. It ends in a newline.
    pub fn new(text: &str) -> Result<Self, NoteError> {
        todo!()
    }

    /// Reads a note with at least one signature.
    pub fn parse(bytes: &[u8]) -> Result<Self, NoteError> {
        todo!()
    }

    /// What was signed, with its last newline.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The signature lines as they stand.
    pub fn signatures(&self) -> &[NoteSignature] {
        &self.signatures
    }

    /// Signs the text as a log does, type `01`, under `name`.
    pub fn sign(&mut self, name: &str, signer: &dyn Signer) -> Result<(), NoteSignError> {
        todo!()
    }

    /// Signs the text as a witness does, type `04`: that at `time` (seconds since 1970) this was
    /// the largest tree it knew of that log.
    pub fn cosign(
        &mut self,
        name: &str,
        time: u64,
        signer: &dyn Signer,
    ) -> Result<(), NoteSignError> {
        todo!()
    }

    /// Adds a signature line. It replaces those of the same name and id.
    pub fn add(&mut self, signature: NoteSignature) {
        todo!()
    }

    /// The keys that signed, in their order, each once (a witness with its newest time).
    /// Signatures of unknown keys are ignored; one that names a known key and is not of it refuses
    /// the note.
    pub fn verified_by<'k>(
        &self,
        keys: &'k [VerifierKey],
    ) -> Result<Vec<VerifiedBy<'k>>, NoteRefusal> {
        todo!()
    }
}

impl NoteSignature {
    /// Reads signature lines alone: a witness's answer.
    pub fn parse_lines(bytes: &[u8]) -> Result<Vec<Self>, NoteError> {
        todo!()
    }

    /// The name of the key.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The id of the key.
    pub fn id(&self) -> KeyId {
        self.id
    }
}

/// Why a note was not signed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum NoteSignError {
    /// A name that a note cannot carry.
    #[error("`{0}` cannot name a key: it is empty, or has spaces, `+` or control characters")]
    Name(String),
    /// A time that a cosignature cannot carry: zero, or beyond 2^63 − 1.
    #[error("{0} is no time that a cosignature can state")]
    Time(u64),
    /// The signer.
    #[error(transparent)]
    Signer(#[from] SignerError),
}

/// The note's bytes.
impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        todo!()
    }
}

/// The line, with its newline.
impl fmt::Display for NoteSignature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        todo!()
    }
}
