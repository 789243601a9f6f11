//! What is remembered of a log between two checks: its keys, its policy, the largest tree seen.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::proof::{VerifyingKey, base64, from_base64};
use crate::tlog::{Checkpoint, Note, Policy, VerifierKey};

/// What is remembered of one log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pins {
    /// The log's origin.
    pub origin: String,
    /// The issuer whose log it is, as a DID.
    pub issuer: String,
    /// The log's keys that are trusted.
    pub logs: Vec<VerifierKey>,
    /// The policy last accepted.
    pub policy: Option<Policy>,
    /// The issuer's keys, by verification method.
    pub keys: BTreeMap<String, VerifyingKey>,
    /// Verification methods that were the issuer's and are no longer.
    pub revoked: BTreeSet<String>,
    /// The largest checkpoint seen.
    pub checkpoint: Option<Note>,
}

/// Why a file of pins cannot be used. It is never repaired silently: whoever can damage it could
/// make us forget a key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PinsError {
    /// Not JSON of this form.
    #[error("not a file of remembered keys: {0}")]
    Form(String),
    /// A key that is none.
    #[error("`{0}` is not a key")]
    Key(String),
    /// A checkpoint that is none.
    #[error("the remembered checkpoint is not sound")]
    Checkpoint,
    /// A policy that is none.
    #[error("the remembered policy is not sound")]
    Policy,
}

/// The file's form.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Form {
    v: u32,
    origin: String,
    issuer: String,
    logs: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    policy: Option<String>,
    keys: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    revoked: BTreeSet<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    checkpoint: Option<String>,
}

impl Pins {
    /// Reads a file of pins.
    pub fn parse(bytes: &[u8]) -> Result<Self, PinsError> {
        let form: Form =
            serde_json::from_slice(bytes).map_err(|error| PinsError::Form(error.to_string()))?;
        if form.v != 1 {
            return Err(PinsError::Form(format!("version {} is not known", form.v)));
        }
        let log = |key: String| key.parse().map_err(|_| PinsError::Key(key));
        let logs = form.logs.into_iter().map(log).collect::<Result<_, _>>()?;
        let key = |(method, key): (String, String)| {
            VerifyingKey::from_multikey(&key)
                .map(|key| (method, key))
                .map_err(|_| PinsError::Key(key))
        };
        let keys = form.keys.into_iter().map(key).collect::<Result<_, _>>()?;
        let checkpoint = form.checkpoint.map(|note| {
            let note = Note::parse(note.as_bytes()).map_err(|_| PinsError::Checkpoint)?;
            let known = note.text().parse::<Checkpoint>();
            let ours = known.is_ok_and(|known| known.origin() == form.origin);
            if ours { Ok(note) } else { Err(PinsError::Checkpoint) }
        });
        let policy = form.policy.map(|text| policy_of(&text).ok_or(PinsError::Policy));
        Ok(Self {
            logs,
            keys,
            checkpoint: checkpoint.transpose()?,
            policy: policy.transpose()?,
            origin: form.origin,
            issuer: form.issuer,
            revoked: form.revoked,
        })
    }

    /// The file's text.
    fn text(&self) -> Result<String, serde_json::Error> {
        let form = Form {
            v: 1,
            origin: self.origin.clone(),
            issuer: self.issuer.clone(),
            logs: self.logs.iter().map(ToString::to_string).collect(),
            policy: self.policy.as_ref().map(policy_text),
            keys: self.keys.iter().map(|(m, key)| (m.clone(), key.multikey())).collect(),
            revoked: self.revoked.clone(),
            checkpoint: self.checkpoint.as_ref().map(ToString::to_string),
        };
        Ok(serde_json::to_string_pretty(&form)? + "\n")
    }

    /// The file's bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        // Texts and maps of texts always have a JSON form; an empty file would be refused.
        self.text().unwrap_or_default().into_bytes()
    }

    /// The largest checkpoint seen.
    pub fn seen(&self) -> Option<Checkpoint> {
        self.checkpoint.as_ref()?.text().parse().ok()
    }
}

/// Stands before a policy that is no text. No line of a policy begins so.
const ENCODED: &str = "base64:";

/// A policy's bytes as a text: names and addresses in it may be any bytes.
fn policy_text(policy: &Policy) -> String {
    let text = String::from_utf8(policy.to_bytes());
    text.unwrap_or_else(|error| format!("{ENCODED}{}", base64(error.as_bytes())))
}

fn policy_of(text: &str) -> Option<Policy> {
    match text.strip_prefix(ENCODED) {
        Some(encoded) => Policy::parse(&from_base64(encoded)?).ok(),
        None => Policy::parse(text.as_bytes()).ok(),
    }
}

/// The name of the file for a log: its origin with everything but letters, digits, `.` and `-` as
/// `_` and hex digits, so that two logs never share one.
pub fn file_name(origin: &str) -> String {
    let mut name = String::with_capacity(origin.len() + 5);
    for byte in origin.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' => name.push(char::from(byte)),
            other => {
                name.push('_');
                name.push_str(&crate::proof::hex(&[other]));
            }
        }
    }
    name + ".json"
}

/// Where pins are kept.
pub trait Memory {
    /// What is remembered of a log.
    fn recall(&self, origin: &str) -> Result<Option<Pins>, MemoryError>;

    /// Remembers it.
    fn remember(&mut self, pins: &Pins) -> Result<(), MemoryError>;

    /// Whether anything is kept for the next time.
    fn keeps(&self) -> bool {
        true
    }

    /// Where a person finds what is remembered of a log.
    fn place(&self, _: &str) -> Option<String> {
        None
    }
}

/// Why pins could not be read or kept.
#[derive(Debug, thiserror::Error)]
#[error("the remembered keys in {place} cannot be used")]
pub struct MemoryError {
    /// The file.
    pub place: String,
    /// Why.
    #[source]
    pub source: Box<dyn std::error::Error + Send + Sync>,
}

/// Remembers nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Forgetful;

impl Memory for Forgetful {
    fn recall(&self, _: &str) -> Result<Option<Pins>, MemoryError> {
        Ok(None)
    }

    fn remember(&mut self, _: &Pins) -> Result<(), MemoryError> {
        Ok(())
    }

    fn keeps(&self) -> bool {
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_is_remembered_to_the_byte() {
        // As a text, this name would be another one.
        let key = |name| {
            let key = crate::proof::SigningKey::from_seed([7; 32]).verifying_key();
            VerifierKey::new(name, crate::tlog::NoteAlgorithm::Cosignature, key).unwrap()
        };
        let key = key("a").to_string();
        let lines = [&b"witness \xFE "[..], key.as_bytes(), b"\nquorum \xFE\n"];
        let policy = Policy::parse(&lines.concat()).unwrap();
        let pins = Pins {
            origin: "register.example/ledger".to_owned(),
            issuer: "did:web:register.example".to_owned(),
            logs: Vec::new(),
            policy: Some(policy),
            keys: BTreeMap::new(),
            revoked: BTreeSet::new(),
            checkpoint: None,
        };
        assert_eq!(Pins::parse(&pins.to_bytes()), Ok(pins));
    }
}
