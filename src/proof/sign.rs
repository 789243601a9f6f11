//! Private keys in memory, and whoever else can sign.

use std::{fmt, io};

use ed25519_dalek::Signer as _;
use rayon::prelude::*;
use zeroize::Zeroize as _;

use crate::proof::VerifyingKey;

/// Signs messages with one key, which may be in memory, in another process or in hardware.
pub trait Signer: Send + Sync {
    /// The public half.
    fn verifying_key(&self) -> VerifyingKey;

    /// Signs each message: pure Ed25519, one signature a message, in order. All or none.
    fn sign_all(&self, messages: &[&[u8]]) -> Result<Vec<[u8; 64]>, SignerError>;

    /// Signs one message.
    fn sign_one(&self, message: &[u8]) -> Result<[u8; 64], SignerError> {
        let signatures = self.sign_all(&[message])?;
        Ok(*signatures.first().expect("one signature for each message"))
    }
}

/// Why a signer gave no signatures. None of them has been used then.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SignerError {
    /// The command cannot be started.
    #[error("cannot start the signer `{command}`; see `[signing]` in register.toml")]
    Start {
        /// The command.
        command: String,
        /// Why not.
        source: io::Error,
    },
    /// The command ended before it had answered everything.
    #[error("the signer `{command}` ended ({status}) after {answered} of {asked} signatures")]
    Ended {
        /// The command.
        command: String,
        /// How it ended.
        status: String,
        /// Whole answers before.
        answered: usize,
        /// Messages.
        asked: usize,
    },
    /// No answer for too long.
    #[error(
        "the signer `{command}` gave no answer for {seconds} seconds after {answered} of {asked} \
         signatures; `timeout` in `[signing]` allows it more"
    )]
    Late {
        /// The command.
        command: String,
        /// How long it had.
        seconds: u64,
        /// Whole answers before.
        answered: usize,
        /// Messages.
        asked: usize,
    },
    /// An answer that is not a signature of that message by the key.
    #[error(
        "answer {answer} of the signer `{command}` is not a signature of that message by {public}; \
         does `public` name the key that it signs with, and does it sign with pure Ed25519?"
    )]
    Wrong {
        /// The command.
        command: String,
        /// Which answer, from 1.
        answer: usize,
        /// The key it should have been, as a Multikey.
        public: String,
    },
    /// More bytes than one answer for each message.
    #[error("the signer `{command}` wrote more than 64 bytes for each of {asked} messages")]
    Extra {
        /// The command.
        command: String,
        /// Messages.
        asked: usize,
    },
    /// The key was not opened for signing.
    #[error("the key {public} has not been opened for signing")]
    Closed {
        /// The key, as a Multikey.
        public: String,
    },
}

/// An Ed25519 private key in memory. It is never shown, and wiped when it goes.
pub struct SigningKey(ed25519_dalek::SigningKey);

impl SigningKey {
    /// The key of a seed (RFC 8032's private key).
    pub fn from_seed(mut seed: [u8; 32]) -> Self {
        let key = Self(ed25519_dalek::SigningKey::from_bytes(&seed));
        seed.zeroize();
        key
    }

    /// The seed, for the keyring alone.
    pub(crate) fn seed(&self) -> &[u8; 32] {
        self.0.as_bytes()
    }

    /// The public half.
    pub fn verifying_key(&self) -> VerifyingKey {
        VerifyingKey::of(&self.0)
    }

    /// Signs one message.
    pub fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.0.sign(message).to_bytes()
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey(of {})", self.verifying_key().multikey())
    }
}

impl Signer for SigningKey {
    fn verifying_key(&self) -> VerifyingKey {
        Self::verifying_key(self)
    }

    /// On all threads.
    fn sign_all(&self, messages: &[&[u8]]) -> Result<Vec<[u8; 64]>, SignerError> {
        Ok(messages.par_iter().with_min_len(16).map(|message| self.sign(message)).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_private_key_is_not_shown() {
        let key = SigningKey::from_seed([0xab; 32]);
        let shown = format!("{key:?} {key:#?}");
        assert!(shown.contains("z6Mk") && !shown.contains("171") && !shown.contains("ab, "));
    }

    #[test]
    fn signatures_come_in_the_order_of_their_messages() {
        let key = SigningKey::from_seed([1; 32]);
        let messages: Vec<_> = (0..100_u8).map(|n| [n; 64]).collect();
        let messages: Vec<&[u8]> = messages.iter().map(|message| &message[..]).collect();
        let signatures = key.sign_all(&messages).unwrap();
        assert_eq!(signatures.len(), messages.len());
        for (message, signature) in messages.into_iter().zip(signatures) {
            assert_eq!(key.verifying_key().verify(message, &signature), Ok(()));
            assert_eq!(key.sign_one(message).unwrap(), signature);
        }
    }
}
