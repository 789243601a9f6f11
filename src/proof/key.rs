//! Public keys, and what they signed.

use std::fmt;

use crate::proof::Fingerprint;

/// Why bytes or a text are no public key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// Not a point of the curve, one of small order, or one with another spelling.
    #[error("the 32 bytes are not an Ed25519 public key")]
    NotAPoint,
    /// Not a Multikey of an Ed25519 key.
    #[error("`{0}` is not the Multikey of an Ed25519 key, which begins with `z6Mk`")]
    NotAMultikey(String),
}

/// A signature that is not of this key and message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the signature is not of this key and message")]
pub struct Unsigned;

/// An Ed25519 public key that is on the curve and not of small order.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct VerifyingKey(ed25519_dalek::VerifyingKey);

impl VerifyingKey {
    /// The key of 32 bytes.
    pub fn from_bytes(bytes: &[u8; 32]) -> Result<Self, KeyError> {
        todo!()
    }

    /// Its 32 bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        self.0.as_bytes()
    }

    /// Its Multikey, `z6Mk…`.
    pub fn multikey(&self) -> String {
        todo!()
    }

    /// The key of a Multikey.
    pub fn from_multikey(text: &str) -> Result<Self, KeyError> {
        todo!()
    }

    /// What people compare on paper.
    pub fn fingerprint(&self) -> Fingerprint {
        todo!()
    }

    /// Whether a signature is of this key and message, by the strictest rules.
    pub fn verify(&self, message: &[u8], signature: &[u8; 64]) -> Result<(), Unsigned> {
        todo!()
    }
}

impl fmt::Debug for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VerifyingKey({})", self.multikey())
    }
}
