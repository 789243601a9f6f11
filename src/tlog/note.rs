//! Signed notes (C2SP signed-note): a text, a blank line, signature lines.

use crate::proof::{Signer, SignerError, Unsigned, base64, from_base64};
use crate::tlog::vkey::{KeyId, NoteAlgorithm, VerifierKey, is_name};
use std::{borrow::Cow, fmt};

/// The signatures that a reader checks: as many as Go's reader does.
const MAX_SIGNATURES: usize = 100;

/// The bytes of a note: room for a hundred signatures of the longest known kind.
const MAX_NOTE: usize = 1 << 20;

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
    #[error("the note has more than {MAX_SIGNATURES} signatures")]
    Many,
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
        plain(text.as_bytes())?;
        if !text.ends_with('\n') {
            return Err(NoteError::Unended);
        }
        Ok(Self { text: text.to_owned(), signatures: Vec::new() })
    }

    /// Reads a note with at least one signature.
    pub fn parse(bytes: &[u8]) -> Result<Self, NoteError> {
        let (text, lines) = plain(bytes)?.rsplit_once("\n\n").ok_or(NoteError::Unsigned)?;
        let text = format!("{text}\n");
        let signatures = signatures(lines, text.matches('\n').count() + 2)?;
        Ok(Self { text, signatures })
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
        let line = NoteSignature::made(name, None, &self.text, signer)?;
        Ok(self.add(line)?)
    }

    /// Signs the text as a witness does, type `04`: that at `time` (seconds since 1970) this was
    /// the largest tree it knew of that log.
    pub fn cosign(
        &mut self,
        name: &str,
        time: u64,
        signer: &dyn Signer,
    ) -> Result<(), NoteSignError> {
        let line = NoteSignature::made(name, Some(time), &self.text, signer)?;
        Ok(self.add(line)?)
    }

    /// Adds a signature line. It replaces those of the same name and id.
    pub fn add(&mut self, signature: NoteSignature) -> Result<(), NoteError> {
        self.retain(|line| (&line.name, line.id) != (&signature.name, signature.id));
        if self.signatures.len() == MAX_SIGNATURES {
            return Err(NoteError::Many);
        }
        self.signatures.push(signature);
        Ok(())
    }

    /// Drops signature lines.
    pub(in crate::tlog) fn retain(&mut self, keep: impl Fn(&NoteSignature) -> bool) {
        self.signatures.retain(keep);
    }

    /// The keys that signed, in their order, each once (a witness with its newest time).
    /// Signatures of unknown keys are ignored; one that names a known key and is not of it refuses
    /// the note.
    pub fn verified_by<'k>(
        &self,
        keys: impl IntoIterator<Item = &'k VerifierKey>,
    ) -> Result<Vec<VerifiedBy<'k>>, NoteRefusal> {
        let keys: Vec<_> = keys.into_iter().collect();
        let mut found = vec![None; keys.len()];
        for line in &self.signatures {
            let named = keys.iter().zip(&mut found).filter(|(key, _)| line.names(key));
            let (mut known, mut forged) = (false, true);
            for (key, found) in named {
                known = true;
                if let Ok(time) = line.verify(&self.text, key) {
                    forged = false;
                    *found = (*found).max(Some(time));
                }
            }
            if known && forged {
                return Err(NoteRefusal::Forged { name: line.name.to_string(), id: line.id });
            }
        }
        let signed = keys.into_iter().zip(found);
        let signed = signed.filter_map(|(key, time)| Some(VerifiedBy { key, time: time? }));
        let signed: Vec<_> = signed.collect();
        if signed.is_empty() { Err(NoteRefusal::Unknown) } else { Ok(signed) }
    }
}

impl NoteSignature {
    /// Reads signature lines alone: a witness's answer.
    pub fn parse_lines(bytes: &[u8]) -> Result<Vec<Self>, NoteError> {
        signatures(plain(bytes)?, 1)
    }

    fn parse(line: &str) -> Option<Self> {
        let (name, encoded) = line.strip_prefix("— ")?.split_once(' ')?;
        let decoded = from_base64(encoded)?;
        let (id, bytes) = decoded.split_first_chunk()?;
        let known = is_name(name) && !bytes.is_empty();
        let id = KeyId::from_bytes(*id);
        known.then(|| Self { name: name.into(), id, bytes: bytes.to_vec() })
    }

    /// Signs a text: with a time as a witness, without one as a log.
    pub(in crate::tlog) fn made(
        name: &str,
        time: Option<u64>,
        text: &str,
        signer: &dyn Signer,
    ) -> Result<Self, NoteSignError> {
        let algorithm = match time {
            None => NoteAlgorithm::Ed25519,
            Some(time) if is_time(time) => NoteAlgorithm::Cosignature,
            Some(time) => return Err(NoteSignError::Time(time)),
        };
        let key = VerifierKey::new(name, algorithm, signer.verifying_key());
        let key = key.map_err(|_| NoteSignError::Name(name.to_owned()))?;
        let signature = signer.sign_one(message(text, time).as_bytes())?;
        let mut bytes = time.map_or(Vec::new(), |time| time.to_be_bytes().to_vec());
        bytes.extend(signature);
        let line = Self { name: name.into(), id: key.id(), bytes };
        line.verify(text, &key).map_err(|_| NoteSignError::Wrong)?;
        Ok(line)
    }

    /// Whether it says that it is of this key.
    pub(in crate::tlog) fn names(&self, key: &VerifierKey) -> bool {
        *self.name == *key.name() && self.id == key.id()
    }

    /// The time that a cosignature states (of other signatures none), if it is of this text and key.
    pub(in crate::tlog) fn verify(
        &self,
        text: &str,
        key: &VerifierKey,
    ) -> Result<Option<u64>, Unsigned> {
        let (time, signature) = match key.algorithm() {
            NoteAlgorithm::Ed25519 => (None, self.bytes.as_slice()),
            NoteAlgorithm::Cosignature => {
                let (time, signature) = self.bytes.split_first_chunk().ok_or(Unsigned)?;
                let time = u64::from_be_bytes(*time);
                (Some(Some(time).filter(|time| is_time(*time)).ok_or(Unsigned)?), signature)
            }
        };
        let message = message(text, time);
        let signature = signature.try_into().map_err(|_| Unsigned)?;
        key.key().verify(message.as_bytes(), signature)?;
        Ok(time)
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
    /// The signer answered with something else.
    #[error("the signer's answer is not a signature of the note by its own key")]
    Wrong,
    /// No room for a signature.
    #[error(transparent)]
    Note(#[from] NoteError),
}

/// The note's bytes.
impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.text)?;
        self.signatures.iter().try_for_each(|line| line.fmt(f))
    }
}

/// The line, with its newline.
impl fmt::Display for NoteSignature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = [&self.id.to_bytes(), self.bytes.as_slice()].concat();
        writeln!(f, "— {} {}", self.name, base64(&bytes))
    }
}

/// Whether a cosignature can state this time: zero states none, and 2^63 − 1 is the last one.
fn is_time(time: u64) -> bool {
    time > 0 && i64::try_from(time).is_ok()
}

/// What is signed: a log signs the text, a witness a time too (C2SP tlog-cosignature).
fn message(text: &str, time: Option<u64>) -> Cow<'_, str> {
    match time {
        None => Cow::Borrowed(text),
        Some(time) => Cow::Owned(format!("cosignature/v1\ntime {time}\n{text}")),
    }
}

/// The text of bytes that could be (part of) a note.
fn plain(bytes: &[u8]) -> Result<&str, NoteError> {
    if bytes.len() > MAX_NOTE {
        return Err(NoteError::Size(bytes.len()));
    }
    let text = str::from_utf8(bytes).map_err(|_| NoteError::Utf8)?;
    let strange = |line: &str| line.bytes().any(|byte| byte < b' ');
    match text.split('\n').position(strange) {
        Some(line) => Err(NoteError::Control(line + 1)),
        None => Ok(text),
    }
}

/// Signature lines, the first of them being line `first` of the note.
fn signatures(lines: &str, first: usize) -> Result<Vec<NoteSignature>, NoteError> {
    if lines.is_empty() {
        return Err(NoteError::Unsigned);
    }
    let lines = lines.strip_suffix('\n').ok_or(NoteError::Unended)?;
    if lines.split('\n').nth(MAX_SIGNATURES).is_some() {
        return Err(NoteError::Many);
    }
    let numbered = lines.split('\n').zip(first..);
    numbered.map(|(line, at)| NoteSignature::parse(line).ok_or(NoteError::Signature(at))).collect()
}
