//! Whom to trust (C2SP tlog-policy): logs, witnesses, groups of them, and the quorum.

use crate::tlog::checkpoint::{Checkpoint, CheckpointError};
use crate::tlog::note::{Note, NoteRefusal};
use crate::tlog::vkey::{VerifierKey, VkeyError};
use std::fmt;

/// A word of a policy: the name of a witness or group, or a URL. Opaque bytes; it displays as
/// text, with U+FFFD for what is not UTF-8.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Word(Box<[u8]>);

/// A log whose checkpoints are accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyLog {
    /// Its key; the name is its origin.
    pub key: VerifierKey,
    /// Where it is.
    pub url: Option<Word>,
}

/// A witness that may count towards the quorum.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyWitness {
    /// What groups and quorum call it.
    pub name: Word,
    /// Its key.
    pub key: VerifierKey,
    /// Where it takes checkpoints.
    pub url: Option<Word>,
}

/// Logs, witnesses and quorum. It prints as the file's bytes without comments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    logs: Vec<PolicyLog>,
    witnesses: Vec<PolicyWitness>,
}

/// Why bytes are no policy.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line} of the policy: {problem}")]
pub struct PolicyError {
    /// The line, from 1; for what is missing, the one after the last.
    pub line: usize,
    /// What is wrong with it.
    pub problem: PolicyProblem,
}

/// What is wrong with a line of a policy.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PolicyProblem {
    /// Not a line of a policy.
    #[error("unknown")]
    Unknown,
    /// A key.
    #[error(transparent)]
    Key(#[from] VkeyError),
}

/// What a policy accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// The checkpoint.
    pub checkpoint: Checkpoint,
    /// The log's key that signed it (the first of the policy that did).
    pub log: VerifierKey,
    /// The witnesses that cosigned it, with the times they state (seconds since 1970).
    pub witnesses: Vec<(Word, u64)>,
}

/// Why a policy does not accept a note.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PolicyRefusal {
    /// A signature.
    #[error(transparent)]
    Note(#[from] NoteRefusal),
    /// The text is no checkpoint.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// No log of the policy that has this origin signed it.
    #[error("no log key of the policy signed the checkpoint of `{origin}`")]
    NoLog {
        /// The checkpoint's origin.
        origin: String,
    },
    /// Too few witnesses.
    #[error("the witnesses that cosigned ({cosigned}) do not make the quorum `{quorum}`")]
    NoQuorum {
        /// How many witnesses of the policy cosigned.
        cosigned: usize,
        /// The quorum's name.
        quorum: Word,
    },
}

impl Policy {
    /// The policy of one log without witnesses: `quorum none`.
    pub fn of_log(key: VerifierKey, url: Option<&str>) -> Result<Self, PolicyError> {
        todo!()
    }

    /// Reads a policy.
    pub fn parse(bytes: &[u8]) -> Result<Self, PolicyError> {
        todo!()
    }

    /// The file's bytes: logs, witnesses, groups, quorum.
    pub fn to_bytes(&self) -> Vec<u8> {
        todo!()
    }

    /// The logs.
    pub fn logs(&self) -> &[PolicyLog] {
        &self.logs
    }

    /// The witnesses.
    pub fn witnesses(&self) -> &[PolicyWitness] {
        &self.witnesses
    }

    /// The same policy with other logs: while a log changes its key, the new one and the former.
    pub fn with_logs(self, logs: Vec<PolicyLog>) -> Result<Self, PolicyError> {
        todo!()
    }

    /// Accepts a checkpoint that a log of the policy and a quorum of its witnesses signed.
    pub fn check(&self, note: &Note) -> Result<Accepted, PolicyRefusal> {
        todo!()
    }

    /// Adds to a checkpoint the lines of a witness's answer that witnesses of this policy signed,
    /// and says which. Lines of unknown keys are ignored.
    pub fn add_cosignatures(
        &self,
        note: &mut Note,
        answer: &[u8],
    ) -> Result<Vec<(Word, u64)>, CosignatureError> {
        todo!()
    }
}

/// Why a witness's answer adds nothing to a checkpoint.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CosignatureError {
    /// The answer has lines that are no signatures.
    #[error("the witness's answer: {0}")]
    Answer(#[from] crate::tlog::note::NoteError),
    /// A signature is not of this checkpoint, or no line is of a known witness.
    #[error("the witness's answer: {0}")]
    Refused(#[from] NoteRefusal),
}

impl Word {
    /// Its bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Display for Word {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        String::from_utf8_lossy(&self.0).fmt(f)
    }
}

impl fmt::Debug for Word {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&String::from_utf8_lossy(&self.0), f)
    }
}
