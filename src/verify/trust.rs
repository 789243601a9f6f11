//! Which checkpoint is believed, and why.

use jiff::Timestamp;

use crate::credential::{DidDocument, Method, Use};
use crate::tlog::{
    Accepted, Checkpoint, Note as SignedNote, NoteRefusal, Policy, PolicyLog, PolicyRefusal,
    TreeHead, VerifierKey,
};
use crate::verify::{logged::Logged, note::Note, pins::Pins};

/// What the person who asks trusts, beside what is remembered.
#[derive(Clone, Debug, Default)]
pub struct Trust {
    /// The log's key, named by hand.
    pub key: Option<VerifierKey>,
    /// The policy, named by hand.
    pub policy: Option<Policy>,
}

/// Whether anything is kept for the next time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Remembers {
    /// It is.
    Yes,
    /// It is not.
    No,
}

/// What a checkpoint was compared with before it is remembered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Compared {
    /// With the one that is remembered, through the log.
    WithPins,
    /// With nothing: an evidence file has no log to look in.
    WithNothing,
}

/// A checkpoint that is believed.
#[derive(Clone, Debug)]
pub(crate) struct State {
    /// What was accepted.
    pub(crate) accepted: Accepted,
    /// The whole note.
    pub(crate) note: SignedNote,
    /// The policy that accepted it.
    pub(crate) policy: Policy,
    /// The keys of the log that are trusted from now on.
    pub(crate) logs: Vec<VerifierKey>,
    /// The newest time that a witness states.
    pub(crate) witnessed: Option<Timestamp>,
}

impl State {
    /// Size and root.
    pub(crate) fn head(&self) -> TreeHead {
        *self.accepted.checkpoint.tree()
    }

    /// The log.
    pub(crate) fn origin(&self) -> &str {
        self.accepted.checkpoint.origin()
    }

    /// What is to be remembered of this log from now on.
    pub(crate) fn remembered(
        &self,
        former: Option<&Pins>,
        keys: &DidDocument,
        compared: Compared,
    ) -> Pins {
        let seen = former.and_then(Pins::seen).map_or(0, |seen| seen.tree().size);
        if let Some(former) = former.filter(|_| self.head().size < seen) {
            return former.clone();
        }
        let held = former.and_then(|pins| pins.checkpoint.clone());
        let held = held.filter(|_| compared == Compared::WithNothing);
        let name = |method: &Method| keys.did.key_url(&method.fragment);
        let (trusted, gone): (Vec<_>, Vec<_>) =
            keys.methods.iter().partition(|method| method.used_for == Use::Assertion);
        let mut revoked = former.map(|pins| pins.revoked.clone()).unwrap_or_default();
        revoked.extend(gone.into_iter().map(name));
        Pins {
            origin: self.origin().to_owned(),
            issuer: keys.did.to_string(),
            logs: self.logs.clone(),
            policy: Some(self.policy.clone()),
            keys: trusted.into_iter().map(|method| (name(method), method.key)).collect(),
            revoked,
            checkpoint: Some(held.unwrap_or_else(|| self.note.clone())),
        }
    }

    /// The names of the witnesses that cosigned.
    pub(crate) fn witnesses(&self) -> Vec<String> {
        self.accepted.witnesses.iter().map(|(name, _)| name.to_string()).collect()
    }
}

/// The origin that a checkpoint names, before anybody believes it.
pub(crate) fn origin_of(note: &[u8]) -> Option<String> {
    let note = SignedNote::parse(note).ok()?;
    note.text().parse::<Checkpoint>().ok().map(|checkpoint| checkpoint.origin().to_owned())
}

/// What a register shows of its log.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shown<'a> {
    pub(crate) note: Option<&'a [u8]>,
    pub(crate) policy: Option<&'a [u8]>,
}

/// Decides whether a checkpoint is believed: signed by a trusted log key and by the quorum.
pub(crate) fn establish(
    shown: Shown<'_>,
    trust: &Trust,
    pins: Option<&Pins>,
    remembers: Remembers,
) -> Result<(State, Vec<Note>), Logged> {
    let bytes = shown.note.ok_or(Logged::NoCheckpoint)?;
    let malformed = |error: &dyn ToString| Logged::CheckpointMalformed(error.to_string());
    let note = SignedNote::parse(bytes).map_err(|error| malformed(&error))?;
    let checkpoint: Checkpoint = note.text().parse().map_err(|error| malformed(&error))?;
    let policy = match &trust.policy {
        Some(policy) => policy.clone(),
        None => {
            let bytes = shown.policy.ok_or(Logged::PolicyMissing)?;
            Policy::parse(bytes).map_err(|error| Logged::PolicyMalformed(error.to_string()))?
        }
    };
    let mut notes = Vec::new();
    let logs = trusted_keys(&policy, trust, pins);
    let trusted = logs.trusted_for(checkpoint.origin())?;
    signed_by(&note, &trusted, &logs, &policy)?;
    let effective = policy.clone().with_logs(as_logs(&policy, &trusted));
    let effective = effective.map_err(|error| Logged::PolicyMalformed(error.to_string()))?;
    let accepted = effective.check(&note).map_err(|refusal| refused(&refusal))?;
    if let (None, Some(former)) = (&trust.policy, pins.and_then(|pins| pins.policy.as_ref())) {
        outlives(former, &trusted, &note)?;
    }
    let logs = adopt(&note, trusted, &policy, &logs, &mut notes);
    if let Keys::Shown(keys) = trusted_keys(&policy, trust, pins) {
        notes.extend(keys.first().map(|key| {
            let fingerprint = key.key().fingerprint().to_string();
            match remembers {
                Remembers::Yes => Note::FirstUse(fingerprint),
                Remembers::No => Note::NotPinned(fingerprint),
            }
        }));
    }
    let times = accepted.witnesses.iter().filter_map(|(_, time)| i64::try_from(*time).ok());
    let witnessed = times.max().and_then(|time| Timestamp::from_second(time).ok());
    Ok((State { accepted, note, policy, logs, witnessed }, notes))
}

/// The keys that are trusted, and whence.
enum Keys {
    /// Named by hand.
    Named(Vec<VerifierKey>),
    /// Remembered.
    Pinned(Vec<VerifierKey>),
    /// Taken from the register itself.
    Shown(Vec<VerifierKey>),
}

impl Keys {
    fn all(&self) -> &[VerifierKey] {
        match self {
            Self::Named(keys) | Self::Pinned(keys) | Self::Shown(keys) => keys,
        }
    }

    /// Those of one log.
    fn trusted_for(&self, origin: &str) -> Result<Vec<VerifierKey>, Logged> {
        let keys = self.all();
        let ours: Vec<_> = keys.iter().filter(|key| key.name() == origin).cloned().collect();
        match keys.first() {
            Some(first) if ours.is_empty() => Err(Logged::WrongOrigin {
                found: origin.to_owned(),
                expected: first.name().to_owned(),
            }),
            None => Err(Logged::PolicyMalformed("it names no log".to_owned())),
            Some(_) => Ok(ours),
        }
    }
}

fn trusted_keys(policy: &Policy, trust: &Trust, pins: Option<&Pins>) -> Keys {
    let of_policy = || policy.logs().iter().map(|log| log.key.clone()).collect();
    match (&trust.key, &trust.policy, pins) {
        (Some(key), _, _) => Keys::Named(vec![key.clone()]),
        (None, Some(_), _) => Keys::Named(of_policy()),
        (None, None, Some(pins)) => Keys::Pinned(pins.logs.clone()),
        (None, None, None) => Keys::Shown(of_policy()),
    }
}

/// Whether a trusted key signed the note; if not, what that means.
fn signed_by(
    note: &SignedNote,
    trusted: &[VerifierKey],
    keys: &Keys,
    policy: &Policy,
) -> Result<(), Logged> {
    let unknown = match note.verified_by(trusted) {
        Ok(_) => return Ok(()),
        Err(NoteRefusal::Unknown) => trusted.first(),
        Err(other) => return Err(Logged::CheckpointMalformed(other.to_string())),
    };
    let remembered = unknown.map(ToString::to_string).unwrap_or_default();
    let shown: Vec<_> = policy.logs().iter().map(|log| log.key.clone()).collect();
    let other = note.verified_by(&shown).ok().and_then(|signed| signed.first().map(|by| by.key));
    match (keys, other) {
        (Keys::Pinned(_), Some(key)) => {
            Err(Logged::LogKeyChanged { remembered, shown: key.to_string() })
        }
        _ => Err(Logged::ForeignKey(remembered)),
    }
}

fn as_logs(policy: &Policy, keys: &[VerifierKey]) -> Vec<PolicyLog> {
    let url = policy.logs().first().and_then(|log| log.url.clone());
    keys.iter().map(|key| PolicyLog { key: key.clone(), url: url.clone() }).collect()
}

fn refused(refusal: &PolicyRefusal) -> Logged {
    match refusal {
        PolicyRefusal::NoQuorum { .. } => Logged::QuorumMissing(refusal.to_string()),
        _ => Logged::CheckpointMalformed(refusal.to_string()),
    }
}

/// A policy that replaces a remembered one must satisfy that one a last time: whoever has only the
/// log key cannot do away with the witnesses.
fn outlives(former: &Policy, trusted: &[VerifierKey], note: &SignedNote) -> Result<(), Logged> {
    let former = former.clone().with_logs(as_logs(former, trusted));
    let former = former.map_err(|error| Logged::PolicyMalformed(error.to_string()))?;
    former.check(note).map(|_| ()).map_err(|refusal| refused(&refusal))
}

/// Log keys of the shown policy that signed the note beside a remembered one are trusted too: that
/// is how a log changes its key.
fn adopt(
    note: &SignedNote,
    mut trusted: Vec<VerifierKey>,
    policy: &Policy,
    keys: &Keys,
    notes: &mut Vec<Note>,
) -> Vec<VerifierKey> {
    if !matches!(keys, Keys::Pinned(_)) {
        return trusted;
    }
    let shown: Vec<_> = policy.logs().iter().map(|log| log.key.clone()).collect();
    let signed = note.verified_by(&shown).unwrap_or_default();
    for by in signed {
        let same_log = trusted.first().is_some_and(|first| first.name() == by.key.name());
        if same_log && !trusted.contains(by.key) {
            notes.push(Note::LogKeyRotated(by.key.to_string()));
            trusted.push(by.key.clone());
        }
    }
    // A key that the policy names no longer is forgotten, once another one signs.
    let named: Vec<_> = trusted.iter().filter(|key| shown.contains(key)).cloned().collect();
    if note.verified_by(&named).is_ok() { named } else { trusted }
}
