//! Evidence files: assembled from a register, and checked without one.

use jiff::{Timestamp, civil::Date};

use crate::credential::{Asked, Credential, Evidence, EvidenceError, EvidenceLeaves};
use crate::model::CertificateNumber;
use crate::proof::VerifyingKey;
use crate::tlog::TlogProof;
use crate::verify::{
    check::{Extent, History, KeyKnown, Material, Need, Question, check, refused},
    context::{Context, Kind, Parts, edition},
    entry,
    genuine::Genuine,
    log::{Proven, Trouble},
    logged::Logged,
    note::Note,
    outcome::Outcome,
    pins::Memory,
    register::{Absent, Ask, Register, VerifyError, list_paths},
    source::SourceError,
    trust::{Remembers, Shown, State, Trust, establish, origin_of},
};

/// Why no evidence could be assembled.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum NoEvidence {
    /// The number cannot be read.
    #[error("`{0}` cannot be read as a certificate number")]
    Number(String),
    /// The register does not hold it.
    #[error("the register does not hold {0}")]
    NotFound(String),
    /// The entry is refused.
    #[error("there is nothing to show: {0}")]
    Entry(Genuine),
    /// The log does not hold.
    #[error("there is nothing to show: {0}")]
    Log(Logged),
    /// A file of the register is missing.
    #[error("the register does not serve `{0}`")]
    Missing(String),
    /// A file of the register is not what it ought to be.
    #[error(transparent)]
    Form(#[from] EvidenceError),
    /// A file could not be read.
    #[error(transparent)]
    Source(#[from] SourceError),
}

impl From<Trouble> for NoEvidence {
    fn from(trouble: Trouble) -> Self {
        match trouble {
            Trouble::Source(error) => Self::Source(error),
            Trouble::Refused(reason) => Self::Log(reason),
        }
    }
}

impl Register<'_> {
    /// The newest entry of a number, genuine and logged.
    pub fn sealed(&self, number: &CertificateNumber) -> Result<Vec<u8>, NoEvidence> {
        let bytes = self.entry_of(number)?.map_err(|absent| match absent {
            Absent::Unknown => NoEvidence::NotFound(number.to_string()),
            Absent::Reason(reason) => NoEvidence::Entry(reason),
            Absent::Log(reason) => NoEvidence::Log(reason),
        })?;
        let asked = number.as_str();
        let ask = Ask::default();
        let question = ask.question(asked, Some(number));
        let outcome = check(&self.context, self, &question, &bytes)?;
        match (outcome.genuine, outcome.logged) {
            (Genuine::Signed { .. }, Logged::Included { .. }) => Ok(bytes),
            (Genuine::Signed { .. }, reason) => Err(NoEvidence::Log(reason)),
            (reason, _) => Err(NoEvidence::Entry(reason)),
        }
    }

    /// Assembles all that is needed to verify a number offline: one file.
    pub fn evidence(
        &self,
        asked: &str,
        on: Option<Date>,
        time: Timestamp,
    ) -> Result<String, NoEvidence> {
        let number = CertificateNumber::try_from(asked);
        let number = number.map_err(|_| NoEvidence::Number(asked.to_owned()))?;
        let bytes = self.sealed(&number)?;
        let entry = entry::read(&bytes).map_err(NoEvidence::Entry)?;
        let log = self.log().map_err(NoEvidence::Log)?;
        let state =
            self.context.state.as_ref().map_err(|reason| NoEvidence::Log(reason.clone()))?;
        let proof = |proven: Proven| {
            let (extra, checkpoint) = (Some(proven.leaf), state.note.clone());
            TlogProof { extra, index: proven.index, path: proven.path, checkpoint }.to_string()
        };
        let traces = self.scan()?.number(number.key());
        let statuses = traces.map(|traces| traces.statuses.iter()).into_iter().flatten();
        let status = statuses.map(|(leaf, _)| Ok(proof(log.prove(*leaf)?)));
        let text = |path: &str, bytes: Option<Vec<u8>>| {
            let missing = || NoEvidence::Missing(path.to_owned());
            bytes.and_then(|bytes| String::from_utf8(bytes).ok()).ok_or_else(missing)
        };
        let file = |path: &str| text(path, self.source().get(path)?);
        let [revocation, suspension] = list_paths(entry.serial());
        let evidence = Evidence {
            asked: Asked { number: asked.to_owned(), on, time: Some(time) },
            checkpoint: state.note.to_string(),
            leaves: EvidenceLeaves {
                issue: proof(self.leaf(&entry)?),
                publish: proof(log.newest()?.0),
                status: status.collect::<Result<_, Trouble>>()?,
            },
            lists: [file(&revocation)?, file(&suspension)?],
            did: file("ledger/keys/did.json").or_else(|_| file(".well-known/did.json"))?,
            policy: file("ledger/policy")?,
            credential: text("the entry", Some(bytes))?,
        };
        Ok(evidence.text()?)
    }
}

/// An evidence file that is being checked.
struct File {
    evidence: Evidence,
    leaf: Result<Proven, Logged>,
    statuses: Result<Vec<Proven>, Logged>,
}

/// The evidence in a file: all of it, or each of its lines. Nothing where it is something else.
pub fn evidence_in(bytes: &[u8]) -> Vec<&[u8]> {
    if !bytes.starts_with(br#"{"asked":"#) {
        return Vec::new();
    }
    bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).collect()
}

/// Checks an evidence file. It is complete in itself: nothing else is read.
pub fn verify_evidence(
    asked: &str,
    bytes: &[u8],
    ask: &Ask,
    trust: &Trust,
    memory: &mut dyn Memory,
    clock: Timestamp,
) -> Result<Outcome, VerifyError> {
    let on = ask.on;
    let question = ask.question(asked, None);
    let evidence = match Evidence::parse(bytes) {
        Ok(evidence) => evidence,
        Err(error) => {
            let context = nothing(clock);
            return Ok(refused(&context, &question, malformed(&error)));
        }
    };
    let note = evidence.checkpoint.as_bytes();
    let origin = origin_of(note);
    let pins = origin.as_deref().map(|origin| memory.recall(origin)).transpose()?.flatten();
    let shown = Shown { note: Some(note), policy: Some(evidence.policy.as_bytes()) };
    let remembers = if memory.keeps() { Remembers::Yes } else { Remembers::No };
    let state = establish(shown, trust, pins.as_ref(), remembers);
    let state = state.and_then(|(state, notes)| {
        let seen = pins.as_ref().and_then(super::pins::Pins::seen);
        let forked = seen.is_some_and(|seen| {
            seen.tree().size == state.head().size && seen.tree().root != state.head().root
        });
        let seen = state.head().size;
        if forked { Err(Logged::SecondHistory { seen }) } else { Ok((state, notes)) }
    });
    let publish = state
        .as_ref()
        .map_err(Clone::clone)
        .and_then(|(state, _)| edition(&proven(&evidence.leaves.publish, state)?, state));
    let of = |text: &str| match &state {
        Ok((state, _)) => proven(text, state),
        Err(reason) => Err(reason.clone()),
    };
    let leaf = of(&evidence.leaves.issue);
    let statuses = evidence.leaves.status.iter().map(|text| of(text)).collect();
    let (did, policy) = (Some(evidence.did.as_bytes()), Some(evidence.policy.as_bytes()));
    let parts = Parts { kind: Kind::Evidence, state, publish, did, policy, pins, clock };
    let mut context = Context::new(parts);
    context.name_memory(memory);
    if let Ok(publish) = &context.publish {
        context.notes.push(Note::Evidence { edition: publish.edition.to_string() });
        context.notes.push(Note::AuditOnly);
    }
    if let Some(pins) = context.to_remember() {
        memory.remember(&pins)?;
    }
    let number = CertificateNumber::try_from(&*evidence.asked.number).ok();
    let day = day(&evidence, &context, on);
    let question = Question { number: number.as_ref(), on: day, ..question };
    let file = File { evidence, leaf, statuses };
    Ok(check(&context, &file, &question, file.evidence.credential.as_bytes())?)
}

/// Checks an entry alone, with the keys that are remembered.
pub fn verify_alone(
    asked: &str,
    bytes: &[u8],
    ask: &Ask,
    memory: &dyn Memory,
    clock: Timestamp,
) -> Result<Outcome, VerifyError> {
    let origin = entry::read(bytes).ok().map(|entry| entry.did().log_origin());
    let pins = origin.as_deref().map(|origin| memory.recall(origin)).transpose()?.flatten();
    let context = nothing(clock).with_pins(pins);
    let question = ask.question(asked, None);
    let mut outcome = check(&context, &Alone, &question, bytes)?;
    let by_memory = outcome.notes.contains(&Note::RememberedKey);
    if by_memory && !matches!(outcome.genuine, Genuine::Signed { .. }) {
        let place = origin.and_then(|origin| memory.place(&origin));
        outcome.notes.extend(place.map(Note::Remembered));
    }
    Ok(outcome)
}

/// The context in which nothing is at hand.
fn nothing(clock: Timestamp) -> Context {
    Context::new(Parts {
        kind: Kind::Alone,
        state: Err(Logged::NoLog),
        publish: Err(Logged::NoLog),
        did: None,
        policy: None,
        pins: None,
        clock,
    })
}

fn malformed(error: &EvidenceError) -> Genuine {
    use crate::proof::JsonError;
    match error {
        EvidenceError::Json(error @ JsonError::Duplicate { .. }) => {
            Genuine::DuplicateMember(error.to_string())
        }
        EvidenceError::Json(error @ JsonError::NotCanonical { .. }) => {
            Genuine::NotCanonical(error.to_string())
        }
        EvidenceError::Json(error) => Genuine::Malformed(error.to_string()),
        other => Genuine::NotACertificate(other.to_string()),
    }
}

/// The day that an evidence file is about: the one asked now, else then, else of its edition.
fn day(evidence: &Evidence, context: &Context, on: Option<Date>) -> Option<Date> {
    let entry = entry::read(evidence.credential.as_bytes()).ok();
    let then = evidence.asked.time.and_then(|time| Some(entry::day_of(entry.as_ref()?, time)));
    let edition = context.publish.as_ref().ok().map(|publish| publish.edition.date());
    on.or(evidence.asked.on).or(then).or(edition)
}

/// A leaf and its proof, from a proof's text under the same checkpoint.
fn proven(text: &str, state: &State) -> Result<Proven, Logged> {
    let proof = TlogProof::parse(text.as_bytes()).map_err(|_| Logged::ProofInvalid)?;
    if proof.checkpoint != state.note {
        return Err(Logged::ProofInvalid);
    }
    let leaf = proof.extra.ok_or(Logged::ProofInvalid)?;
    Ok(Proven { leaf, index: proof.index, path: proof.path })
}

impl Material for File {
    fn leaf(&self, _: &Credential) -> Result<Proven, Trouble> {
        Ok(self.leaf.clone()?)
    }

    fn history(&self, number: &str, _: Need) -> Result<History, Trouble> {
        let state = TlogProof::parse(self.evidence.leaves.publish.as_bytes());
        let state = state.map_err(|_| Logged::ProofInvalid)?;
        let checkpoint = state.checkpoint.text().parse::<crate::tlog::Checkpoint>();
        let tree = *checkpoint.map_err(|_| Logged::ProofInvalid)?.tree();
        let (mut changes, mut last) = (Vec::new(), None);
        for proven in self.statuses.as_ref().map_err(Clone::clone)? {
            if last.is_some_and(|last| last >= proven.index) {
                return Err(Logged::ProofInvalid.into());
            }
            last = Some(proven.index);
            match proven.in_tree(&tree)? {
                crate::credential::Leaf::Status { id, change, .. } if *id == *number => {
                    changes.push(change);
                }
                _ => return Err(Logged::ProofInvalid.into()),
            }
        }
        Ok(History { changes, extent: Extent::Claimed })
    }

    fn key(&self, _: &str, _: &VerifyingKey) -> Result<Option<KeyKnown>, Trouble> {
        Ok(None)
    }

    fn list(&self, path: &str) -> Result<Option<Vec<u8>>, SourceError> {
        let list = usize::from(path.starts_with("status/suspension-"));
        Ok(Some(self.evidence.lists[list].as_bytes().to_vec()))
    }
}

/// An entry without anything beside it.
struct Alone;

impl Material for Alone {
    fn leaf(&self, _: &Credential) -> Result<Proven, Trouble> {
        Err(Logged::NoLog.into())
    }

    fn history(&self, _: &str, _: Need) -> Result<History, Trouble> {
        Ok(History { changes: Vec::new(), extent: Extent::NotRead })
    }

    fn key(&self, _: &str, _: &VerifyingKey) -> Result<Option<KeyKnown>, Trouble> {
        Ok(None)
    }

    fn list(&self, _: &str) -> Result<Option<Vec<u8>>, SourceError> {
        Ok(None)
    }
}
