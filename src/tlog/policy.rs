//! Whom to trust (C2SP tlog-policy): logs, witnesses, groups of them, and the quorum.

use crate::tlog::checkpoint::{Checkpoint, CheckpointError};
use crate::tlog::note::{Note, NoteError, NoteRefusal, NoteSignature};
use crate::tlog::policy_text::{PolicyError, PolicyProblem};
use crate::tlog::vkey::VerifierKey;
use std::{collections::BTreeSet, fmt};

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

/// Members of which some must have witnessed a checkpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyGroup {
    /// What other groups and the quorum call it.
    pub name: Word,
    /// How many of its members must.
    pub threshold: Threshold,
    /// Witnesses and groups.
    pub members: Vec<Word>,
}

/// How many members of a group make it count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Threshold {
    /// One.
    Any,
    /// Every one.
    All,
    /// At least so many.
    AtLeast(usize),
}

/// Logs, witnesses and quorum: what a policy file says without its comments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    pub(in crate::tlog) logs: Vec<PolicyLog>,
    pub(in crate::tlog) witnesses: Vec<PolicyWitness>,
    pub(in crate::tlog) groups: Vec<PolicyGroup>,
    /// None for `quorum none`.
    pub(in crate::tlog) quorum: Option<Word>,
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
        let url = url.map(|url| Word::new(url.as_bytes()));
        let log = PolicyLog { key, url };
        let (witnesses, groups) = (Vec::new(), Vec::new());
        Self { logs: vec![log], witnesses, groups, quorum: None }.read_again()
    }

    /// The logs.
    pub fn logs(&self) -> &[PolicyLog] {
        &self.logs
    }

    /// The witnesses.
    pub fn witnesses(&self) -> &[PolicyWitness] {
        &self.witnesses
    }

    /// The groups, each after its members.
    pub fn groups(&self) -> &[PolicyGroup] {
        &self.groups
    }

    /// The witness or group that must have witnessed a checkpoint; none for `quorum none`.
    pub fn quorum(&self) -> Option<&Word> {
        self.quorum.as_ref()
    }

    /// The same policy with other logs: while a log changes its key, the new one and the former.
    pub fn with_logs(self, logs: Vec<PolicyLog>) -> Result<Self, PolicyError> {
        Self { logs, ..self }.read_again()
    }

    /// This policy, if its bytes say the same.
    fn read_again(self) -> Result<Self, PolicyError> {
        let read = Self::parse(&self.to_bytes())?;
        if read == self {
            Ok(self)
        } else {
            Err(PolicyError { line: 1, problem: PolicyProblem::Word })
        }
    }

    /// Accepts a checkpoint that a log of the policy and a quorum of its witnesses signed.
    pub fn check(&self, note: &Note) -> Result<Accepted, PolicyRefusal> {
        let logs = self.logs.iter().map(|log| &log.key);
        let witnesses = self.witnesses.iter().map(|witness| &witness.key);
        let signed = note.verified_by(logs.clone().chain(witnesses))?;
        let time_of = |key| signed.iter().find(|by| by.key == key)?.time;
        let checkpoint: Checkpoint = note.text().parse()?;
        let signs = |log: &&VerifierKey| {
            log.name() == checkpoint.origin() && signed.iter().any(|by| by.key == *log)
        };
        let Some(log) = logs.clone().find(signs).cloned() else {
            return Err(PolicyRefusal::NoLog { origin: checkpoint.origin().to_owned() });
        };
        let times = self.witnesses.iter();
        let times = times.filter_map(|w| Some((w.name.clone(), time_of(&w.key)?)));
        let witnesses: Vec<_> = times.collect();
        let cosigned = witnesses.len();
        match &self.quorum {
            Some(quorum) if !self.witnessed(&witnesses).contains(quorum) => {
                Err(PolicyRefusal::NoQuorum { cosigned, quorum: quorum.clone() })
            }
            _ => Ok(Accepted { checkpoint, log, witnesses }),
        }
    }

    /// The witnesses and groups that witnessed a checkpoint, given the witnesses that cosigned it.
    fn witnessed<'p>(&'p self, cosigned: &'p [(Word, u64)]) -> BTreeSet<&'p Word> {
        let mut witnessed: BTreeSet<_> = cosigned.iter().map(|(name, _)| name).collect();
        // A group stands after its members.
        for group in &self.groups {
            let count = group.members.iter().filter(|member| witnessed.contains(member)).count();
            if count >= group.needs() {
                witnessed.insert(&group.name);
            }
        }
        witnessed
    }

    /// Adds to a checkpoint the lines of a witness's answer that witnesses of this policy signed,
    /// and says which. Lines of unknown keys are ignored; one that names a witness and is not its
    /// signature of this checkpoint refuses the answer.
    pub fn add_cosignatures(
        &self,
        note: &mut Note,
        answer: &[u8],
    ) -> Result<Vec<(Word, u64)>, CosignatureError> {
        let (mut grown, mut added) = (note.clone(), Vec::new());
        for line in NoteSignature::parse_lines(answer)? {
            let Some(witness) = self.witnesses.iter().find(|w| line.names(&w.key)) else {
                continue;
            };
            let time = line.verify(note.text(), &witness.key).ok().flatten();
            let forged = || NoteRefusal::Forged { name: line.name().to_owned(), id: line.id() };
            added.push((witness.name.clone(), time.ok_or_else(forged)?));
            grown.add(line)?;
        }
        if added.is_empty() {
            return Err(NoteRefusal::Unknown.into());
        }
        *note = grown;
        Ok(added)
    }
}

impl PolicyGroup {
    /// How many members must have witnessed a checkpoint.
    fn needs(&self) -> usize {
        match self.threshold {
            Threshold::Any => 1,
            Threshold::All => self.members.len(),
            Threshold::AtLeast(count) => count,
        }
    }
}

/// Why a witness's answer adds nothing to a checkpoint.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CosignatureError {
    /// The answer has lines that are no signatures.
    #[error("the witness's answer: {0}")]
    Answer(#[from] NoteError),
    /// A signature is not of this checkpoint, or no line is of a known witness.
    #[error("the witness's answer: {0}")]
    Refused(#[from] NoteRefusal),
}

impl Word {
    pub(in crate::tlog) fn new(bytes: &[u8]) -> Self {
        Self(bytes.into())
    }

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
