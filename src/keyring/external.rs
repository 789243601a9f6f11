//! A key behind a command: in an HSM, in a cloud, on a card.

use std::{path::PathBuf, time::Duration};

use crate::proof::{Signer, SignerError, VerifyingKey};

/// A command that signs: for each frame on its input, a length (u32, big endian) and the message,
/// it writes the 64 bytes of the signature, in order. Frames are sent without waiting for answers.
/// Every answer is checked before any is used.
#[derive(Clone, Debug)]
pub struct External {
    folder: PathBuf,
    command: Vec<String>,
    public: VerifyingKey,
    timeout: Duration,
}

impl External {
    /// A command, its first word the program, run in a folder; the key that it signs with; and how
    /// long it may take for one answer.
    pub fn new(
        folder: PathBuf,
        command: Vec<String>,
        public: VerifyingKey,
        timeout: Duration,
    ) -> Self {
        Self { folder, command, public, timeout }
    }
}

impl Signer for External {
    fn verifying_key(&self) -> VerifyingKey {
        self.public
    }

    fn sign_all(&self, messages: &[&[u8]]) -> Result<Vec<[u8; 64]>, SignerError> {
        todo!()
    }
}
