//! Proofs in one text (C2SP tlog-proof): a place, a path, and the checkpoint it leads to.

use crate::tlog::hash::Hash;
use crate::tlog::merkle::Unproven;
use crate::tlog::note::{Note, NoteError};
use crate::tlog::policy::{Accepted, Policy, PolicyRefusal};
use std::fmt;

/// What shows offline that a leaf is in a log. It displays as its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlogProof {
    /// Bytes that come along and that nothing vouches for: in our evidence files, the leaf.
    pub extra: Option<Vec<u8>>,
    /// The leaf's index.
    pub index: u64,
    /// The siblings, leaf side first: at most 63.
    pub path: Vec<Hash>,
    /// The checkpoint as published, with all its signatures.
    pub checkpoint: Note,
}

/// Why bytes are no such proof.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TlogProofError {
    /// It does not begin as one.
    #[error("the proof does not begin with `c2sp.org/tlog-proof@v1`")]
    Header,
    /// A line that does not stand there.
    #[error("line {0} of the proof is not what stands there in one")]
    Line(usize),
    /// More hashes than any tree has levels.
    #[error("the proof has more than 63 hashes")]
    Long,
    /// The checkpoint.
    #[error(transparent)]
    Note(#[from] NoteError),
}

/// Why a proof does not show that its leaf is logged.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TlogProofRefusal {
    /// The checkpoint is not acceptable.
    #[error(transparent)]
    Policy(#[from] PolicyRefusal),
    /// The leaf is not in its tree.
    #[error(transparent)]
    Unproven(#[from] Unproven),
}

impl TlogProof {
    /// Reads a proof.
    pub fn parse(bytes: &[u8]) -> Result<Self, TlogProofError> {
        todo!()
    }

    /// Checks that the policy accepts the checkpoint and that `leaf` is in its tree.
    pub fn check(&self, leaf: &Hash, policy: &Policy) -> Result<Accepted, TlogProofRefusal> {
        todo!()
    }
}

impl fmt::Display for TlogProof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        todo!()
    }
}
