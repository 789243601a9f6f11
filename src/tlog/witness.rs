//! What a log asks of a witness, and what the witness answers (C2SP tlog-witness).

use crate::proof::Signer;
use crate::tlog::hash::{Hash, TreeHead};
use crate::tlog::merkle::Unproven;
use crate::tlog::note::{Note, NoteError, NoteRefusal, NoteSignError};
use crate::tlog::vkey::VerifierKey;
use std::fmt;

/// The body of an `add-checkpoint` request. It displays as its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddCheckpoint {
    /// The size that the witness cosigned last; 0 if it never did.
    pub old: u64,
    /// The consistency proof from there: empty from 0, at most 63 hashes.
    pub proof: Vec<Hash>,
    /// The checkpoint to cosign.
    pub checkpoint: Note,
}

/// Why bytes are no such request.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RequestError {
    /// A line that does not stand there.
    #[error("line {0} of the request is not what stands there in one")]
    Line(usize),
    /// More hashes than any tree has levels.
    #[error("the request has more than 63 hashes")]
    Long,
    /// The checkpoint.
    #[error(transparent)]
    Note(#[from] NoteError),
}

impl AddCheckpoint {
    /// Reads a request.
    pub fn parse(bytes: &[u8]) -> Result<Self, RequestError> {
        todo!()
    }
}

impl fmt::Display for AddCheckpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        todo!()
    }
}

/// A witness: its name and key, and the keys of the logs that it watches.
#[derive(Clone, Copy)]
pub struct Witness<'a> {
    /// The name that it signs under.
    pub name: &'a str,
    /// Its key.
    pub signer: &'a dyn Signer,
    /// The keys of logs, named by their origins; several for a log that changes its key.
    pub logs: &'a [VerifierKey],
}

/// A cosigned checkpoint. The witness must keep `tree` for `origin` before it gives out `answer`,
/// in one step with the comparison that [`Witness::answer`] made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cosigned {
    /// The log.
    pub origin: Box<str>,
    /// What to remember of it.
    pub tree: TreeHead,
    /// The checkpoint with the signatures of log and witness, to keep and to publish.
    pub checkpoint: Note,
    /// The body of the answer: the witness's signature line.
    pub answer: String,
}

/// Why a witness does not cosign.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WitnessRefusal {
    /// Not a request.
    #[error(transparent)]
    Request(#[from] RequestError),
    /// The note is no checkpoint.
    #[error(transparent)]
    Checkpoint(#[from] crate::tlog::checkpoint::CheckpointError),
    /// A log that it does not watch.
    #[error("this witness does not watch `{origin}`")]
    UnknownLog {
        /// The checkpoint's origin.
        origin: String,
    },
    /// Not signed by the log.
    #[error(transparent)]
    Signature(#[from] NoteRefusal),
    /// The old size is larger than the new one.
    #[error("the old size {old} is larger than the checkpoint's size {new}")]
    Shrinks {
        /// The size in the request.
        old: u64,
        /// The checkpoint's size.
        new: u64,
    },
    /// Another old size than the witness remembers.
    #[error("the last checkpoint cosigned here has size {size}")]
    OldSize {
        /// The size that it cosigned last.
        size: u64,
    },
    /// Not an extension of the tree that the witness remembers: keep the request as evidence.
    #[error("the checkpoint does not extend the one cosigned last: {0}")]
    Inconsistent(Unproven),
    /// An empty tree with a root, or a proof from the empty tree.
    #[error("the empty tree has one root and needs no proof")]
    Empty,
    /// The witness's own key.
    #[error(transparent)]
    Sign(NoteSignError),
}

impl WitnessRefusal {
    /// The HTTP status to answer with.
    pub fn status(&self) -> u16 {
        todo!()
    }

    /// The body of the answer: the remembered size for 409, else what is wrong.
    pub fn body(&self) -> String {
        todo!()
    }

    /// The `Content-Type` of that body.
    pub fn content_type(&self) -> &'static str {
        todo!()
    }
}

impl Witness<'_> {
    /// Answers a request at `time` (seconds since 1970), given what the witness remembers of a log
    /// (by its origin; [`TreeHead::EMPTY`] if nothing). Changes nothing: see [`Cosigned`].
    pub fn answer(
        &self,
        request: &[u8],
        time: u64,
        remembered: impl FnOnce(&str) -> TreeHead,
    ) -> Result<Cosigned, WitnessRefusal> {
        todo!()
    }
}
