//! Canonical JSON (RFC 8785), the encodings around it, Ed25519 (RFC 8032), and Data Integrity proofs
//! of the suite `eddsa-jcs-2022`.
//!
//! All of it is pure: bytes in, bytes or a refusal out. It knows nothing of certificates. What comes
//! from outside goes through [`Document::read`] or, where it need not be canonical, through [`parse`].
//! Both are total over hostile bytes and refuse whatever two readers could understand in two ways:
//! members that stand twice, numbers that lose digits, halves of characters.

mod base;
mod canonical;
mod check;
mod document;
mod fingerprint;
mod integrity;
mod key;
mod parse;
mod quick;
mod sign;
mod text;
mod words;

pub use base::{
    base64, base64url, from_base64, from_base64url, from_multibase_base58, hex, multibase_base58,
    sha256, unhex,
};
pub use canonical::{JcsError, canonical};
pub use check::{Proof, ProofError};
pub use document::{Document, Node};
pub use fingerprint::Fingerprint;
pub use integrity::{Prepared, ProofConfig, ToSecure};
pub use key::{KeyError, Unsigned, VerifyingKey};
pub use parse::{JsonError, parse};
pub use sign::{Signer, SignerError, SigningKey};
pub(crate) use text::plain_length;
