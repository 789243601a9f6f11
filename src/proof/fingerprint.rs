//! What people compare on paper.

use std::fmt;

/// The SHA-256 digest of a public key's 32 bytes. Displayed as hex in groups of four.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fingerprint([u8; 32]);

impl Fingerprint {
    /// The fingerprint of a public key's bytes.
    pub fn of(public: &[u8; 32]) -> Self {
        todo!()
    }

    /// The digest.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// 32 words of the PGP word list, for reading aloud.
    pub fn words(&self) -> String {
        todo!()
    }

    /// The first eight words: enough to tell the keys of one register apart.
    pub fn short_words(&self) -> String {
        todo!()
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        todo!()
    }
}
