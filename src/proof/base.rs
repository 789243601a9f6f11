//! Digests, hex, base64 (RFC 4648) and base58btc, each with exactly one spelling of every value.

use sha2::{Digest, Sha256};

/// The SHA-256 digest.
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// Lower-case hex.
pub fn hex(bytes: &[u8]) -> String {
    todo!()
}

/// The bytes of lower-case hex; nothing for any other text.
pub fn unhex(text: &str) -> Option<Vec<u8>> {
    todo!()
}

/// Base64 with padding (RFC 4648, 4).
pub fn base64(bytes: &[u8]) -> String {
    todo!()
}

/// The bytes of base64 with padding; nothing for any other spelling of them.
pub fn from_base64(text: &str) -> Option<Vec<u8>> {
    todo!()
}

/// Base64 for addresses, without padding (RFC 4648, 5).
pub fn base64url(bytes: &[u8]) -> String {
    todo!()
}

/// The bytes of base64 for addresses, without padding; nothing for any other spelling of them.
pub fn from_base64url(text: &str) -> Option<Vec<u8>> {
    todo!()
}

/// Multibase base58btc: `z` and the digits.
pub fn multibase_base58(bytes: &[u8]) -> String {
    todo!()
}

/// The bytes of multibase base58btc. At most 1,024 characters, since the work grows with the square.
pub fn from_multibase_base58(text: &str) -> Option<Vec<u8>> {
    todo!()
}
