//! The keys of a register, opened for signing.

use std::{fmt, path::Path};

use crate::config::Signing;
use crate::keyring::{KeyringError, Passphrases, Role};
use crate::proof::Signer;

/// The keys of a register.
pub struct Keys {
    /// Signs certificates.
    pub issue: Box<dyn Signer>,
    /// Signs status lists; where there is none, the issue key does.
    pub status: Option<Box<dyn Signer>>,
    /// Signs checkpoints.
    pub log: Box<dyn Signer>,
    /// Signed checkpoints before, and signs beside its successor until the next publication.
    pub former_log: Option<Box<dyn Signer>>,
}

impl Keys {
    /// Signs status lists.
    pub fn status(&self) -> &dyn Signer {
        self.status.as_deref().unwrap_or(&*self.issue)
    }
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keys")
            .field("issue", &self.issue.verifying_key())
            .field("status", &self.status().verifying_key())
            .field("log", &self.log.verifying_key())
            .finish_non_exhaustive()
    }
}

/// Opens all keys of the register in a folder.
pub fn open(
    root: &Path,
    signing: &Signing,
    passphrases: &mut dyn Passphrases,
) -> Result<Keys, KeyringError> {
    open_for(root, signing, &Role::ALL, passphrases)
}

/// Opens the keys of some roles. Of the others only the public half is there where their file tells
/// it without a passphrase: asked to sign they refuse.
pub fn open_for(
    root: &Path,
    signing: &Signing,
    roles: &[Role],
    passphrases: &mut dyn Passphrases,
) -> Result<Keys, KeyringError> {
    todo!()
}
