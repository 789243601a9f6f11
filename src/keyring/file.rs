//! Key files: PKCS#8 in PEM, encrypted unless somebody insists.

use std::path::Path;

use crate::keyring::{KeyringError, Passphrase, Role};
use crate::proof::{SigningKey, VerifyingKey};

/// How a new key file is protected.
#[derive(Clone, Copy, Debug)]
pub enum Protection<'p> {
    /// With a passphrase.
    Passphrase(&'p Passphrase),
    /// Not at all: whoever reads the file can sign.
    Unencrypted,
}

/// Makes a new key and its file, mode 0600. What stands there already is never overwritten.
pub fn create(
    path: &Path,
    role: Role,
    protection: Protection<'_>,
) -> Result<VerifyingKey, KeyringError> {
    todo!()
}

/// The public half of a key file, without its passphrase. Nothing where the file is encrypted and
/// does not say: `openssl` writes no such line.
pub fn public_half(path: &Path, role: Role) -> Result<Option<VerifyingKey>, KeyringError> {
    todo!()
}

/// Opens a key file.
pub(super) fn read(
    path: &Path,
    role: Role,
    passphrase: &mut dyn FnMut() -> Result<Passphrase, KeyringError>,
) -> Result<SigningKey, KeyringError> {
    todo!()
}
