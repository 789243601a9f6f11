//! Why something could not be done with a register.

use std::{io, path::PathBuf};

use crate::credential::{DidError, RevealError};
use crate::keyring::KeyringError;
use crate::ledger::LedgerError;
use crate::load::LoadError;
use crate::output::OutputError;
use crate::seal::SealError;
use crate::site::SiteError;
use crate::theme::ThemeError;

/// Why something could not be done with a register.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// The register cannot be read.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// The settings cannot be read.
    #[error("register.toml has mistakes; `attestar check` shows them")]
    Settings,
    /// The theme cannot be read.
    #[error(transparent)]
    Theme(#[from] ThemeError),
    /// A page cannot be made.
    #[error(transparent)]
    Site(#[from] SiteError),
    /// The output folder cannot be written.
    #[error(transparent)]
    Output(#[from] OutputError),
    /// The ledger cannot be read or written.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// An edition cannot be made.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// A key cannot be opened.
    #[error(transparent)]
    Keyring(#[from] KeyringError),
    /// The register's address is no name of an issuer.
    #[error(transparent)]
    Issuer(#[from] DidError),
    /// A sealed register is published where its entries say.
    #[error(
        "a sealed register is published at `{sealed}`, which every entry names; leave out \
         `--base-url` (links are relative: any host can serve a copy)"
    )]
    Elsewhere {
        /// Where it is published.
        sealed: String,
    },
    /// A sealed entry that cannot be read.
    #[error("the sealed entry of serial {serial} cannot be read: {why}")]
    Entry {
        /// Its serial.
        serial: u32,
        /// Why not.
        why: String,
    },
    /// A sealed entry that cannot be shown.
    #[error("the sealed entry of `{number}` cannot be shown")]
    Hidden {
        /// The number.
        number: String,
        /// Why not.
        source: RevealError,
    },
    /// A sealed entry whose scheme is gone.
    #[error(
        "`{number}` is sealed under the scheme `{scheme}`, and content/schemes/{scheme}.toml is \
         gone; schemes of sealed certificates must stay"
    )]
    SchemeGone {
        /// The number.
        number: String,
        /// The scheme.
        scheme: String,
    },
    /// A time that is not the clock's, with keys that count.
    #[error("`--at` is for demo keys: an edition's time is the clock's")]
    NotTheClock,
    /// A register that was never sealed.
    #[error("nothing is sealed here yet; `attestar seal` makes the first edition")]
    NeverSealed,
    /// A text that is no certificate number.
    #[error("`{text}` is not a certificate number")]
    Number {
        /// The text.
        text: String,
        /// Why not.
        source: crate::model::NumberError,
    },
    /// A record that cannot be removed.
    #[error("`{}` was erased from the ledger, and cannot be removed; remove it", path.display())]
    Record {
        /// The record's file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
}
