//! Private keys: made, kept in files or behind a command, opened for signing. Never shown.
//!
//! A key file is PKCS#8 in PEM (RFC 5958, RFC 7468), as `openssl` reads and writes it, with a few
//! lines of text before it that name the role and the public half, so that nobody needs a passphrase
//! to see which key it is. The first signing compares that public half with the private one.

mod demo;
mod error;
mod external;
mod file;
mod open;
mod passphrase;
mod pkcs8;
mod role;
mod rotate;

pub use demo::{create_demo, demo_file, demo_key, is_demo};
pub use error::KeyringError;
pub use external::External;
pub use file::{Protection, create, keep_out_of_git, opened_half, public_half};
pub use open::{Keys, former_log, open, open_file, open_for, open_issue};
pub use passphrase::{Passphrase, PassphraseError, Passphrases, Waiting};
pub use role::{Role, RoleError};
pub use rotate::{Rotated, rotate};

pub use crate::config::{KeyCommand, KeySource, Signing};
