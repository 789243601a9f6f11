//! Passphrases, and who is asked for them.

use std::{fmt, path::Path, sync::Arc};

use zeroize::Zeroizing;

use crate::keyring::Role;

/// A passphrase. Never shown, and wiped when it goes.
#[derive(Clone)]
pub struct Passphrase(Zeroizing<String>);

/// Why there is no passphrase.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PassphraseError {
    /// It is empty.
    #[error("an empty passphrase protects nothing")]
    Empty,
    /// Nobody could be asked.
    #[error(
        "the {role} key needs a passphrase: give it in `ATTESTAR_PASSPHRASE`, with \
         `--passphrase-fd`, or on a terminal"
    )]
    Nowhere {
        /// The role.
        role: Role,
    },
    /// The second time it was another.
    #[error("the two passphrases differ; nothing was written")]
    Differ,
    /// It cannot be read.
    #[error("cannot read the passphrase from {place}")]
    Read {
        /// Where it should have come from.
        place: String,
        /// Why not.
        source: std::io::Error,
    },
}

/// Whoever knows the passphrases of key files: an environment, a file descriptor, a person.
pub trait Passphrases {
    /// The passphrase of an encrypted key file.
    fn passphrase(&mut self, role: Role, file: &Path) -> Result<Passphrase, PassphraseError>;

    /// Told of the file of a key that others on this machine may read.
    fn exposed(&mut self, _role: Role, _file: &Path) {}

    /// Who is told of a command that lets people wait for its signatures.
    fn waiting(&self) -> Option<Waiting> {
        None
    }
}

/// Told, once in a signing, which command is waited for.
pub type Waiting = Arc<dyn Fn(&str) + Send + Sync>;

impl Passphrase {
    /// A passphrase that is not empty.
    pub fn new(text: impl Into<Zeroizing<String>>) -> Result<Self, PassphraseError> {
        let text = text.into();
        if text.is_empty() { Err(PassphraseError::Empty) } else { Ok(Self(text)) }
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Passphrase")
    }
}

/// One passphrase for every key; for tests and whoever has only one.
impl Passphrases for Passphrase {
    fn passphrase(&mut self, _: Role, _: &Path) -> Result<Passphrase, PassphraseError> {
        Ok(self.clone())
    }
}
