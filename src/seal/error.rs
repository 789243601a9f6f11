//! Why an edition cannot be made.

use jiff::Timestamp;

use crate::credential::{Rewritten, Unfit};
use crate::ledger::LedgerError;
use crate::proof::{JcsError, SignerError};
use crate::tlog::{NoteError, NoteSignError, PolicyError, VkeyError};

/// Why an edition cannot be made. Nothing that was signed is left of it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SealError {
    /// The ledger.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// A certificate that cannot be stated.
    #[error(transparent)]
    Unfit(#[from] Unfit),
    /// A record that tells its sealed past otherwise.
    #[error("`{number}` tells its sealed past otherwise: {why}")]
    Rewritten {
        /// The number's key.
        number: String,
        /// What is told otherwise.
        why: String,
    },
    /// A sealed entry that this program cannot read.
    #[error("the sealed entry of `{number}` cannot be read: {why}")]
    Entry {
        /// The number's key.
        number: String,
        /// Why not.
        why: String,
    },
    /// A number of which nothing is sealed.
    #[error("`{number}` is not in the ledger: nothing of it was ever sealed")]
    NotSealed {
        /// As it was asked.
        number: String,
    },
    /// A number that was erased.
    #[error("`{number}` was erased, and an erased number says nothing any more")]
    Erased {
        /// The number's key.
        number: String,
    },
    /// A time before that of the last leaf.
    #[error(
        "an edition of {time} cannot follow the last one, of {last}: time in the log never goes \
         back; is the clock right?"
    )]
    Time {
        /// The edition's.
        time: Timestamp,
        /// The last leaf's.
        last: Timestamp,
    },
    /// A key that was retired or revoked.
    #[error(
        "the {role} key {key} was {ended} before, and cannot sign again; `attestar key rotate \
         {role}` makes a new one"
    )]
    KeyEnded {
        /// What it would sign.
        role: &'static str,
        /// Its Multikey.
        key: String,
        /// `retired` or `revoked`.
        ended: &'static str,
    },
    /// A log key that nobody who follows the log would accept.
    #[error(
        "the log key {key} did not sign the last checkpoint, and the key that did is not here: put it \
         back as `keys/log-former.pem` (or `former_log` in register.toml), and it signs beside the new \
         one; without it the log cannot go on (docs/operations.md, “When a key is lost”)"
    )]
    LogKey {
        /// As a policy names it.
        key: String,
    },
    /// The policy is gone.
    #[error(
        "`ledger/policy` is gone, and it says which witnesses count; bring it back with `git restore \
         ledger/policy`, or write it anew and say so in the edition"
    )]
    PolicyGone,
    /// A signer whose key no leaf has added.
    #[error("the key {key} has not been added to did.json; its public half changed meanwhile")]
    NotAdded {
        /// Its Multikey.
        key: String,
    },
    /// A key that cannot be revoked.
    #[error("the key `{fragment}` cannot be revoked: {why}")]
    Revoke {
        /// Its fragment.
        fragment: String,
        /// Why not.
        why: String,
    },
    /// A signer.
    #[error(transparent)]
    Signer(#[from] SignerError),
    /// The checkpoint cannot be signed.
    #[error("the checkpoint cannot be signed")]
    Checkpoint(#[from] NoteSignError),
    /// The checkpoint cannot be written down.
    #[error("the checkpoint cannot be written")]
    Note(#[from] NoteError),
    /// The log's origin is no name of a key.
    #[error("the log cannot be named after register.toml's base_url")]
    Origin(#[from] VkeyError),
    /// The policy.
    #[error("`ledger/policy` cannot be read")]
    Policy(#[from] PolicyError),
    /// A proof that cannot be configured; our own mistake.
    #[error(transparent)]
    Proof(#[from] JcsError),
}

impl SealError {
    /// A log that holds what the record does not tell.
    pub(super) fn rewritten(number: &str, rewritten: &Rewritten) -> Self {
        Self::Rewritten { number: number.to_owned(), why: rewritten.to_string() }
    }
}
