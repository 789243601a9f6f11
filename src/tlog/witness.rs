//! What a log asks of a witness, and what the witness answers (C2SP tlog-witness).

use crate::proof::Signer;
use crate::tlog::checkpoint::{Checkpoint, CheckpointError};
use crate::tlog::hash::{Hash, TreeHead};
use crate::tlog::merkle::{Unproven, check_consistency};
use crate::tlog::note::{Note, NoteError, NoteRefusal, NoteSignError, NoteSignature};
use crate::tlog::text::{MAX_PATH, decimal, hashes, head_and_note};
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
        let (head, note) = head_and_note(bytes).ok_or(RequestError::Line(1))?;
        let mut lines = head.split('\n');
        let old = lines.next().and_then(|line| line.strip_prefix("old ")).and_then(decimal);
        let old = old.ok_or(RequestError::Line(1))?;
        if lines.clone().nth(MAX_PATH).is_some() {
            return Err(RequestError::Long);
        }
        let proof = hashes(lines).map_err(|at| RequestError::Line(at + 2))?;
        Ok(Self { old, proof, checkpoint: Note::parse(note)? })
    }
}

impl fmt::Display for AddCheckpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "old {}", self.old)?;
        self.proof.iter().try_for_each(|hash| writeln!(f, "{hash}"))?;
        write!(f, "\n{}", self.checkpoint)
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
    Checkpoint(#[from] CheckpointError),
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
        match self {
            Self::Request(_) | Self::Checkpoint(_) | Self::Shrinks { .. } => 400,
            Self::Signature(_) => 403,
            Self::UnknownLog { .. } => 404,
            Self::OldSize { .. } => 409,
            Self::Inconsistent(_) | Self::Empty => 422,
            Self::Sign(_) => 500,
        }
    }

    /// The body of the answer: the remembered size for 409, else what is wrong.
    pub fn body(&self) -> String {
        match self {
            Self::OldSize { size } => format!("{size}\n"),
            // What is wrong with the witness's key is nobody else's business.
            Self::Sign(_) => "the witness cannot sign now\n".to_owned(),
            other => format!("{other}\n"),
        }
    }

    /// The `Content-Type` of that body.
    pub fn content_type(&self) -> &'static str {
        match self {
            Self::OldSize { .. } => "text/x.tlog.size",
            _ => "text/plain; charset=utf-8",
        }
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
        let request = AddCheckpoint::parse(request)?;
        let checkpoint: Checkpoint = request.checkpoint.text().parse()?;
        let origin = checkpoint.origin();
        let keys: Vec<_> = self.logs.iter().filter(|key| key.name() == origin).collect();
        if keys.is_empty() {
            return Err(WitnessRefusal::UnknownLog { origin: origin.to_owned() });
        }
        let mut cosigned = request.checkpoint.clone();
        cosigned.verified_by(keys.iter().copied())?;
        let tree = *checkpoint.tree();
        extends(&remembered(origin), &tree, &request)?;
        cosigned.retain(|line| keys.iter().any(|key| line.names(key)));
        let line = NoteSignature::made(self.name, Some(time), cosigned.text(), self.signer);
        let line = line.map_err(WitnessRefusal::Sign)?;
        let answer = line.to_string();
        cosigned.add(line).map_err(|why| WitnessRefusal::Sign(why.into()))?;
        Ok(Cosigned { origin: origin.into(), tree, checkpoint: cosigned, answer })
    }
}

/// Whether a request leads from what the witness remembers to the new tree, in the order of
/// tlog-witness.
fn extends(last: &TreeHead, new: &TreeHead, request: &AddCheckpoint) -> Result<(), WitnessRefusal> {
    let old = request.old;
    if old > new.size {
        return Err(WitnessRefusal::Shrinks { old, new: new.size });
    }
    if old != last.size {
        return Err(WitnessRefusal::OldSize { size: last.size });
    }
    if new.size == 0 && new.root != Hash::EMPTY || old == 0 && !request.proof.is_empty() {
        return Err(WitnessRefusal::Empty);
    }
    if old == 0 {
        return Ok(());
    }
    check_consistency(last, new, &request.proof).map_err(WitnessRefusal::Inconsistent)
}
