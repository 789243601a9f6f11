//! Proofs in one text (C2SP tlog-proof): a place, a path, and the checkpoint it leads to.

use crate::proof::{base64, from_base64};
use crate::tlog::hash::Hash;
use crate::tlog::merkle::{Unproven, check_inclusion};
use crate::tlog::note::{Note, NoteError};
use crate::tlog::policy::{Accepted, Policy, PolicyRefusal};
use crate::tlog::text::{MAX_PATH, decimal, hashes, head_and_note};
use std::fmt;

const HEADER: &str = "c2sp.org/tlog-proof@v1";

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
        let (head, note) = head_and_note(bytes).ok_or(TlogProofError::Header)?;
        let mut lines = head.split('\n').peekable();
        if lines.next() != Some(HEADER) {
            return Err(TlogProofError::Header);
        }
        let extra = lines.next_if(|line| line.starts_with("extra ")).map(|line| {
            let encoded = line.strip_prefix("extra ").and_then(from_base64);
            encoded.ok_or(TlogProofError::Line(2))
        });
        let extra = extra.transpose()?;
        let first = if extra.is_some() { 3 } else { 2 };
        let index = lines.next().and_then(|line| line.strip_prefix("index ")).and_then(decimal);
        let index = index.ok_or(TlogProofError::Line(first))?;
        if lines.clone().nth(MAX_PATH).is_some() {
            return Err(TlogProofError::Long);
        }
        let path = hashes(lines).map_err(|at| TlogProofError::Line(first + 1 + at))?;
        Ok(Self { extra, index, path, checkpoint: Note::parse(note)? })
    }

    /// Checks that the policy accepts the checkpoint and that `leaf` is in its tree.
    pub fn check(&self, leaf: &Hash, policy: &Policy) -> Result<Accepted, TlogProofRefusal> {
        let accepted = policy.check(&self.checkpoint)?;
        check_inclusion(leaf, self.index, accepted.checkpoint.tree(), &self.path)?;
        Ok(accepted)
    }
}

impl fmt::Display for TlogProof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{HEADER}")?;
        if let Some(extra) = &self.extra {
            writeln!(f, "extra {}", base64(extra))?;
        }
        writeln!(f, "index {}", self.index)?;
        self.path.iter().try_for_each(|hash| writeln!(f, "{hash}"))?;
        write!(f, "\n{}", self.checkpoint)
    }
}
