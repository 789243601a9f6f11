//! What people compare on paper.

use std::fmt;

use crate::proof::{sha256, words::word};

/// The SHA-256 digest of a public key's 32 bytes. Displayed as hex in groups of four.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fingerprint([u8; 32]);

impl Fingerprint {
    /// The fingerprint of a public key's bytes.
    pub fn of(public: &[u8; 32]) -> Self {
        Self(sha256(public))
    }

    /// The digest.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// 32 words of the PGP word list, for reading aloud.
    pub fn words(&self) -> String {
        self.first_words(32)
    }

    /// The first eight words: enough to tell the keys of one register apart.
    pub fn short_words(&self) -> String {
        self.first_words(8)
    }

    fn first_words(&self, count: usize) -> String {
        let words = self.0.iter().take(count).enumerate().map(|(at, byte)| word(at, *byte));
        words.collect::<Vec<_>>().join(" ")
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, [high, low]) in self.0.as_chunks::<2>().0.iter().enumerate() {
            let space = if at == 0 { "" } else { " " };
            write!(f, "{space}{high:02x}{low:02x}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fingerprint_is_hex_in_fours_and_words() {
        let print = Fingerprint::of(&[0; 32]);
        let hex = "6668 7aad f862 bd77 6c8f c18b 8e9f 8e20 0897 1485 6ee2 33b3 902a 591d 0d5f 2925";
        assert_eq!(print.to_string(), hex);
        assert_eq!(print.words().split(' ').count(), 32);
        assert!(print.words().starts_with(&print.short_words()));
        let short = "framework gravity keyboard perceptive Vulcan gadgetry skullcap inception";
        assert_eq!(print.short_words(), short);
    }
}
