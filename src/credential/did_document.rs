//! `did.json`: the keys of an issuer.

use crate::credential::Did;
use crate::proof::{JsonError, KeyError, VerifyingKey};

/// The DID document of an issuer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DidDocument {
    /// The issuer.
    pub did: Did,
    /// Its keys, in the order in which they were added.
    pub methods: Vec<Method>,
}

/// A verification method: a key and its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Method {
    /// Such as `k2026-1` (issue) or `s2026-1` (status).
    pub fragment: Box<str>,
    /// The key.
    pub key: VerifyingKey,
    /// Whether its signatures still count.
    pub used_for: Use,
}

/// What a key may be used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// It stands in `assertionMethod`: its signatures count.
    Assertion,
    /// It is kept for the record: it was revoked.
    Nothing,
}

/// Why bytes are no DID document of ours.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DidDocumentError {
    /// Not canonical JSON.
    #[error(transparent)]
    Json(#[from] JsonError),
    /// A member is missing, unknown or of the wrong shape.
    #[error("`{0}` of did.json is missing, unknown or not of its form")]
    Member(String),
    /// A key that is none.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// Two keys have one name.
    #[error("the key `{0}` stands twice in did.json")]
    Twice(String),
}

impl DidDocument {
    /// The key of an address (`did:web:…#k2026-1`).
    pub fn method(&self, key_url: &str) -> Option<&Method> {
        let fragment = self.did.fragment_of(key_url)?;
        self.methods.iter().find(|method| &*method.fragment == fragment)
    }

    /// The name of the next key added in a year: `k2026-1`, then `k2026-2` (`s` for status keys).
    pub fn next_fragment(&self, letter: char, year: i16) -> String {
        todo!()
    }

    /// The document.
    pub fn text(&self) -> String {
        todo!()
    }

    /// Reads a document: canonical JSON with exactly our members, of the issuer it names.
    pub fn parse(bytes: &[u8]) -> Result<Self, DidDocumentError> {
        todo!()
    }
}
