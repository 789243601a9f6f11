//! A new key in the place of an old one.

use std::path::{Path, PathBuf};

use crate::keyring::{KeyringError, Protection, Role};
use crate::proof::VerifyingKey;

/// What became of a rotation.
#[derive(Clone, Debug)]
pub struct Rotated {
    /// The old key's file now.
    pub former: PathBuf,
    /// The new key.
    pub key: VerifyingKey,
}

/// Makes a new key in the place of an old one. At no moment is there no key at `path`, and the old
/// one is kept beside it as `ROLE-SUFFIX.pem`. The suffix is the old key's fragment or a day; the
/// log's is `former`.
pub fn rotate(
    path: &Path,
    role: Role,
    suffix: &str,
    protection: Protection<'_>,
) -> Result<Rotated, KeyringError> {
    todo!()
}
