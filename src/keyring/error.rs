//! Why a key cannot be made, kept or opened.

use std::{io, path::PathBuf};

use crate::keyring::{PassphraseError, Role};
use crate::output::OutputError;

/// Why a key cannot be made, kept or opened. No message holds anything of a private key.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KeyringError {
    /// There is no such file.
    #[error(
        "there is no {role} key at `{path}`; `attestar key new` makes one, and `[signing]` in \
         register.toml says where it is"
    )]
    Absent {
        /// What it would sign.
        role: Role,
        /// Where it should be.
        path: PathBuf,
    },
    /// The file cannot be read.
    #[error("cannot read the {role} key `{path}`")]
    Read {
        /// What it signs.
        role: Role,
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// The file is not a key.
    #[error("`{path}` is not an Ed25519 private key in PKCS#8 and PEM: {why}")]
    NotAKey {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        why: &'static str,
    },
    /// The file does not open with the passphrase.
    #[error("the passphrase does not open `{path}`; or the file was damaged")]
    WrongPassphrase {
        /// The file.
        path: PathBuf,
    },
    /// The private half does not belong to the public half.
    #[error(
        "the private key in `{path}` belongs to {found}, and {place} says {said}; it signs nothing \
         before that is settled"
    )]
    WrongPublicHalf {
        /// The file.
        path: PathBuf,
        /// Who says so.
        place: &'static str,
        /// The public half that is said, as a Multikey.
        said: String,
        /// The public half that belongs to it, as a Multikey.
        found: String,
    },
    /// Two roles have one key.
    #[error("the {one} key and the {other} key are the same; the log needs a key of its own")]
    Shared {
        /// A role.
        one: Role,
        /// Another.
        other: Role,
    },
    /// An older key stands where the old one would go.
    #[error(
        "`{path}` is there already, of an earlier rotation, and is never written over: move it to \
         your backups; if no edition was made since then, the key that you rotate now never signed"
    )]
    FormerThere {
        /// The file.
        path: PathBuf,
    },
    /// No randomness.
    #[error("the system has no random numbers for a new key")]
    Random {
        /// Why not.
        source: getrandom::Error,
    },
    /// The key cannot be encrypted.
    #[error("the {role} key cannot be encrypted")]
    Encrypt {
        /// What it signs.
        role: Role,
        /// Why not.
        source: pkcs8::Error,
    },
    /// A key behind a command cannot be made or rotated here.
    #[error(
        "the {role} key is behind a command; make the new one where the command has it, and change \
         `public` in register.toml"
    )]
    Command {
        /// What it signs.
        role: Role,
    },
    /// A passphrase could not be had.
    #[error(transparent)]
    Passphrase(#[from] PassphraseError),
    /// A file cannot be written.
    #[error(transparent)]
    Output(#[from] OutputError),
}
