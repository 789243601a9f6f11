//! Which keys count, and what an edition says about them.

use jiff::civil::Date;

use crate::credential::{
    Did, DidDocument, Issuer, KeyAction, KeyChange, KeyEntry, KeyState, Method, Use,
};
use crate::keyring::Keys;
use crate::ledger::Ledger;
use crate::proof::VerifyingKey;
use crate::seal::SealError;

/// The public halves of a register's keys, as far as they are known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PublicKeys {
    /// Signs certificates.
    pub issue: Option<VerifyingKey>,
    /// Signs status lists; the issue key where it is the same.
    pub status: Option<VerifyingKey>,
    /// Signs checkpoints.
    pub log: Option<VerifyingKey>,
}

impl PublicKeys {
    /// The public halves of opened keys.
    pub fn of(keys: &Keys) -> Self {
        Self {
            issue: Some(keys.issue.verifying_key()),
            status: Some(keys.status().verifying_key()),
            log: Some(keys.log.verifying_key()),
        }
    }

    /// All that are known.
    pub fn iter(&self) -> impl Iterator<Item = VerifyingKey> {
        [self.issue, self.status, self.log].into_iter().flatten()
    }
}

/// Begins the fragments of issue keys, and of keys that sign status lists only.
const ISSUE: char = 'k';
const STATUS: char = 's';

/// What must be said about keys before these can sign.
pub(super) fn changes(
    ledger: Option<&Ledger>,
    issuer: &Issuer,
    keys: &PublicKeys,
    day: Date,
) -> Result<Vec<KeyChange>, SealError> {
    let known = ledger.map_or(&[][..], |ledger| &ledger.sealed().keys);
    let status = keys.status.filter(|status| keys.issue != Some(*status));
    let mut changes = Vec::new();
    for (letter, role, key) in [(ISSUE, "issue", keys.issue), (STATUS, "status", status)] {
        let active = known.iter().filter(|entry| {
            entry.state == KeyState::Active && letter_of(entry, issuer.did()) == Some(letter)
        });
        let is_replaced = |entry: &&KeyEntry| match key {
            Some(key) => entry.key != key,
            None => letter == STATUS && keys.status.is_some(),
        };
        let retired = active.filter(is_replaced).map(|entry| KeyChange {
            action: KeyAction::Retire,
            method: entry.method.clone(),
            key: entry.key,
        });
        let retired: Vec<_> = retired.collect();
        if let Some(key) = key {
            changes.extend(addition((letter, role), key, known, issuer.did(), day)?);
        }
        changes.extend(retired);
    }
    Ok(changes)
}

/// The addition of a key that is not known yet.
fn addition(
    (letter, role): (char, &'static str),
    key: VerifyingKey,
    known: &[KeyEntry],
    did: &Did,
    day: Date,
) -> Result<Option<KeyChange>, SealError> {
    let same = known.iter().filter(|entry| entry.key == key);
    let ended = match same.map(|entry| entry.state).next_back() {
        Some(KeyState::Active) => return Ok(None),
        Some(KeyState::Retired) => Some("retired"),
        Some(KeyState::Revoked) => Some("revoked"),
        None => None,
    };
    if let Some(ended) = ended {
        return Err(SealError::KeyEnded { role, key: key.multikey(), ended });
    }
    let fragment = document(did, known).next_fragment(letter, day.year());
    let method = did.key_url(&fragment).into();
    Ok(Some(KeyChange { action: KeyAction::Add, method, key }))
}

/// The revocation of a key. Another must sign in its place.
pub(super) fn revocation(
    ledger: Option<&Ledger>,
    issuer: &Issuer,
    fragment: &str,
    changes: &[KeyChange],
) -> Result<KeyChange, SealError> {
    let refuse =
        |why: &str| SealError::Revoke { fragment: fragment.to_owned(), why: why.to_owned() };
    let method = issuer.did().key_url(fragment);
    let known = ledger.map_or(&[][..], |ledger| &ledger.sealed().keys);
    let Some(entry) = known.iter().find(|entry| *entry.method == *method) else {
        let names = known.iter().filter_map(|entry| issuer.did().fragment_of(&entry.method));
        let names = names.collect::<Vec<_>>().join("`, `");
        return Err(refuse(&format!("no such key was ever added; there were `{names}`")));
    };
    let retired = changes.iter().any(|change| change.method == entry.method);
    match entry.state {
        KeyState::Revoked => Err(refuse("it was revoked before")),
        KeyState::Active if !retired => Err(refuse(
            "it still signs; `attestar key rotate` puts a new key in its place, then revoke it",
        )),
        _ => Ok(KeyChange {
            action: KeyAction::Revoke,
            method: entry.method.clone(),
            key: entry.key,
        }),
    }
}

fn letter_of(entry: &KeyEntry, did: &Did) -> Option<char> {
    did.fragment_of(&entry.method)?.chars().next()
}

/// did.json with the keys there ever were.
pub(super) fn document(did: &Did, keys: &[KeyEntry]) -> DidDocument {
    let method = |entry: &KeyEntry| Method {
        fragment: did.fragment_of(&entry.method).unwrap_or_default().into(),
        key: entry.key,
        used_for: match entry.state {
            KeyState::Active | KeyState::Retired => Use::Assertion,
            KeyState::Revoked => Use::Nothing,
        },
    };
    DidDocument { did: did.clone(), methods: keys.iter().map(method).collect() }
}

/// The address of the key that counts and is this one.
pub(super) fn method_of(keys: &[KeyEntry], key: &VerifyingKey) -> Option<Box<str>> {
    let is_it = |entry: &&KeyEntry| entry.state == KeyState::Active && entry.key == *key;
    keys.iter().find(is_it).map(|entry| entry.method.clone())
}
