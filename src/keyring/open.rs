//! The keys of a register, opened for signing.

use std::{
    fmt,
    path::{Path, PathBuf},
};

use crate::config::{KeySource, Signing};
use crate::keyring::{External, KeyringError, Passphrases, Role, file};
use crate::proof::{Signer, SignerError, VerifyingKey};

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
    let mut open = |role, source: &KeySource| {
        let wanted = if roles.contains(&role) { Wanted::Signer } else { Wanted::PublicHalf };
        one(root, role, source, wanted, passphrases)
    };
    let issue = open(Role::Issue, &signing.issue)?;
    let status = signing.status.as_ref().map(|source| open(Role::Status, source)).transpose()?;
    let log = open(Role::Log, &signing.log)?;
    let former = former_log(root, signing);
    let former_log = former.map(|source| open(Role::Log, &source)).transpose()?;
    let keys = Keys { issue, status, log, former_log };
    for (role, key) in [(Role::Issue, &*keys.issue), (Role::Status, keys.status())] {
        if key.verifying_key() == keys.log.verifying_key() {
            return Err(KeyringError::Shared { one: role, other: Role::Log });
        }
    }
    Ok(keys)
}

/// Opens the issue key alone: what else a register keeps elsewhere is not looked at.
pub fn open_issue(
    root: &Path,
    signing: &Signing,
    passphrases: &mut dyn Passphrases,
) -> Result<Box<dyn Signer>, KeyringError> {
    one(root, Role::Issue, &signing.issue, Wanted::Signer, passphrases)
}

/// Opens one key file that belongs to no register, such as a witness's.
pub fn open_file(
    path: &Path,
    role: Role,
    passphrases: &mut dyn Passphrases,
) -> Result<Box<dyn Signer>, KeyringError> {
    Ok(Box::new(file::open_with(path, role, passphrases)?))
}

/// Where the log's former key is, if there is one: as register.toml says, else beside the log key.
pub fn former_log(root: &Path, signing: &Signing) -> Option<KeySource> {
    let beside = || {
        let KeySource::File(path) = &signing.log else { return None };
        let path = former_of(path, Role::Log, "former");
        root.join(&path).is_file().then_some(KeySource::File(path))
    };
    signing.former_log.clone().or_else(beside)
}

/// Where a key's file goes when another takes its place.
pub(super) fn former_of(path: &Path, role: Role, suffix: &str) -> PathBuf {
    path.with_file_name(format!("{role}-{suffix}.pem"))
}

/// What a key is opened for.
#[derive(Clone, Copy, PartialEq)]
enum Wanted {
    Signer,
    PublicHalf,
}

fn one(
    root: &Path,
    role: Role,
    source: &KeySource,
    wanted: Wanted,
    passphrases: &mut dyn Passphrases,
) -> Result<Box<dyn Signer>, KeyringError> {
    match source {
        KeySource::Command(command) => {
            let external = External::new(root.to_owned(), command);
            Ok(Box::new(external.with_waiting(passphrases.waiting())))
        }
        KeySource::File(path) => {
            let path = root.join(path);
            if wanted == Wanted::PublicHalf
                && let Some(key) = file::public_half(&path, role)?
            {
                return Ok(Box::new(Closed(key)));
            }
            Ok(Box::new(file::open_with(&path, role, passphrases)?))
        }
    }
}

/// A key of which only the public half is here.
struct Closed(VerifyingKey);

impl Signer for Closed {
    fn verifying_key(&self) -> VerifyingKey {
        self.0
    }

    fn sign_all(&self, _: &[&[u8]]) -> Result<Vec<[u8; 64]>, SignerError> {
        Err(SignerError::Closed { public: self.0.multikey() })
    }
}
