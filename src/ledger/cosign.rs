//! What witnesses answer is added to the checkpoints that they signed.

use std::path::Path;

use crate::ledger::{
    LedgerError,
    disk::{self, Draft, Writer},
    lock::Lock,
    log::{self, CHECKPOINT, POLICY, Signed},
    open::FOLDER,
};
use crate::tlog::{CosignatureError, Policy, Word};

/// A checkpoint that got cosignatures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cosignatures {
    /// The size of its tree.
    pub size: u64,
    /// The witnesses that signed it, with the times that they state (seconds since 1970).
    pub witnesses: Vec<(Word, u64)>,
}

/// Why an answer adds nothing.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CosignError {
    /// The ledger.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The policy cannot be read.
    #[error("`ledger/policy` is damaged: {0}")]
    Policy(String),
    /// No checkpoint is signed by it.
    #[error("nothing was added to any checkpoint: {0}; does `ledger/policy` name the witness?")]
    Refused(#[from] CosignatureError),
    /// Nothing was ever sealed.
    #[error("there is no checkpoint to cosign; `attestar seal` makes the first")]
    NoCheckpoint,
}

/// Adds the lines of a witness's answer to the checkpoint that they sign, the newest that they fit,
/// once they are checked against the policy. The text of a checkpoint never changes.
pub fn add_cosignatures(root: &Path, answer: &[u8]) -> Result<Cosignatures, CosignError> {
    let folder = root.join(FOLDER);
    if !folder.join(CHECKPOINT).is_file() {
        return Err(CosignError::NoCheckpoint);
    }
    let _lock = Lock::take(&folder)?;
    let policy = disk::read_text(&folder, POLICY)?.unwrap_or_default();
    let policy = Policy::parse(policy.as_bytes());
    let policy = policy.map_err(|error| CosignError::Policy(error.to_string()))?;
    let newest = Signed::read(&folder, CHECKPOINT)?.ok_or(CosignError::NoCheckpoint)?;
    let mut sizes = log::archive(&folder)?;
    sizes.retain(|size| *size <= newest.head().size);
    let mut refused = None;
    for size in sizes.into_iter().rev() {
        let path = log::archived(size);
        let Some(mut signed) = Signed::read(&folder, &path)? else { continue };
        match policy.add_cosignatures(&mut signed.note, answer) {
            Err(error) => refused = refused.or(Some(error)),
            Ok(witnesses) => {
                let bytes = signed.note.to_string();
                let mut drafts = vec![Draft::mutable(path, bytes.clone())];
                if signed.note.text() == newest.note.text() {
                    drafts.push(Draft::mutable(CHECKPOINT, bytes));
                }
                Writer::new(&folder, None)?.place(drafts)?;
                return Ok(Cosignatures { size, witnesses });
            }
        }
    }
    Err(refused.map_or(CosignError::NoCheckpoint, CosignError::Refused))
}
