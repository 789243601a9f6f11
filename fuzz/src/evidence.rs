//! Evidence files from strangers: read, checked as they are, and checked once more after the
//! demonstration's keys, which everybody has, signed whatever they say.

use std::{collections::BTreeSet, sync::LazyLock};

use attestar::{
    credential::{Credential, Evidence, Leaf, LeafStatus, StatusChange, status_on},
    keyring::{Role, demo_key},
    tlog::{Note, NoteAlgorithm, TlogProof, VerifierKey},
    verify::{Ask, Code, Forgetful, Outcome, Trust, verify_evidence},
};
use jiff::{Timestamp, ToSpan, civil::Date, tz::TimeZone};

use super::{known, reseal::reseal};

/// Files that prove something.
pub const SEEDS: [&[u8]; 6] = [
    include_bytes!("../seeds/evidence/amended.json"),
    include_bytes!("../seeds/evidence/corrected.json"),
    include_bytes!("../seeds/evidence/reinstated.json"),
    include_bytes!("../seeds/evidence/suspended.json"),
    include_bytes!("../seeds/evidence/valid.json"),
    include_bytes!("../seeds/evidence/withdrawn.json"),
];

static TRUE: LazyLock<Vec<Parts>> = LazyLock::new(|| {
    let parts = SEEDS.iter().map(|seed| Evidence::parse(seed).ok().and_then(|e| Parts::of(&e)));
    parts.map(|parts| parts.expect("the seeds are evidence")).collect()
});

/// All that an answer may rest on: what is left out is what was asked, and signatures of keys that
/// nobody knows.
#[derive(PartialEq, Eq)]
struct Parts {
    documents: [String; 5],
    checkpoint: String,
    issue: TlogProof,
    publish: TlogProof,
    statuses: Vec<TlogProof>,
}

impl Parts {
    fn of(evidence: &Evidence) -> Option<Self> {
        let proof = |text: &String| {
            let mut proof = TlogProof::parse(text.as_bytes()).ok()?;
            proof.checkpoint = Note::new(proof.checkpoint.text()).ok()?;
            Some(proof)
        };
        let Evidence { credential, did, lists: [revocation, suspension], policy, .. } = evidence;
        let documents = [credential, did, revocation, suspension, policy].map(Clone::clone);
        Some(Self {
            documents,
            checkpoint: Note::parse(evidence.checkpoint.as_bytes()).ok()?.text().to_owned(),
            issue: proof(&evidence.leaves.issue)?,
            publish: proof(&evidence.leaves.publish)?,
            statuses: evidence.leaves.status.iter().map(proof).collect::<Option<_>>()?,
        })
    }
}

/// The key of the demonstration's log.
fn log_key() -> VerifierKey {
    known::vkey("register.example/ledger", NoteAlgorithm::Ed25519, &demo_key(Role::Log))
}

fn clock() -> Timestamp {
    "2026-11-23T10:00:00Z".parse().expect("a time")
}

/// What the file comes to for whoever has the log's key from paper, and for whoever has nothing.
pub fn outcomes(data: &[u8], on: Option<Date>) -> [Outcome; 2] {
    let ask = Ask { on, ..Ask::default() };
    [Some(log_key()), None].map(|key| {
        let trust = Trust { key, policy: None };
        let told = verify_evidence("fuzz", data, &ask, &trust, &mut Forgetful, clock());
        let told = told.expect("nothing is read but the file");
        assert!(serde_json::to_string(&told.record()).is_ok());
        told
    })
}

/// One input.
pub fn run(data: &[u8]) {
    let Ok(evidence) = Evidence::parse(data) else {
        assert!(outcomes(data, None).iter().all(|told| told.answer.code == Code::Refused));
        return;
    };
    assert_eq!(evidence.text().map(String::into_bytes).as_deref(), Ok(data));
    let [known, first] = outcomes(data, None);
    assert!(known.is_good() <= is_true(&evidence, &known), "{}", known.answer.words.en);
    // Whoever knows no key believes whom the file names; no more than that.
    assert!(known.is_good() <= first.is_good());
    let Some(sealed) = reseal(&evidence) else { return };
    let text = sealed.text().expect("what was read can be written");
    for on in [None, "2026-06-15".parse().ok()] {
        for told in outcomes(text.as_bytes(), on) {
            assert!(told.is_good() <= is_fair(&sealed, &told), "{}", told.answer.words.en);
        }
    }
}

/// Whether all that the answer rests on is in one of the seeds, which says the same of that day.
fn is_true(evidence: &Evidence, told: &Outcome) -> bool {
    let Some(parts) = Parts::of(evidence) else { return false };
    let same = |(at, seed): (usize, &Parts)| {
        // That a status leaf was left out no file can show; `audit` does.
        let mut whole = seed.statuses.iter();
        let in_order = parts.statuses.iter().all(|leaf| whole.any(|other| other == leaf));
        let (ours, theirs) = (&parts, seed);
        let rest = ours.documents == theirs.documents
            && ours.checkpoint == theirs.checkpoint
            && ours.issue == theirs.issue
            && ours.publish == theirs.publish;
        let left_out = parts.statuses.len() < seed.statuses.len();
        let [truth, _] = outcomes(SEEDS[at], told.on);
        in_order && rest && (left_out || (truth.answer == told.answer && truth.is_good()))
    };
    TRUE.iter().enumerate().any(same)
}

/// Whether a good answer is what the issuer's own signed words allow.
fn is_fair(evidence: &Evidence, told: &Outcome) -> bool {
    let Ok(entry) = Credential::parse(evidence.credential.as_bytes()) else { return false };
    let Some(day) = told.on else { return false };
    let changes: Vec<StatusChange> = evidence.leaves.status.iter().filter_map(status).collect();
    let held = status_on(&changes, day).map_or(LeafStatus::Valid, |change| change.status);
    let last = TimeZone::UTC.to_datetime(entry.valid_until()).date();
    let digests: BTreeSet<_> = [&evidence.leaves.issue].into_iter().filter_map(digest).collect();
    held == LeafStatus::Valid
        && last.checked_add(1.day()).is_ok_and(|last| day <= last)
        && digests.contains(&attestar::proof::sha256(evidence.credential.as_bytes()))
}

fn leaf(proof: &String) -> Option<Leaf> {
    Leaf::parse(&TlogProof::parse(proof.as_bytes()).ok()?.extra?).ok()
}

fn status(proof: &String) -> Option<StatusChange> {
    match leaf(proof)? {
        Leaf::Status { change, .. } => Some(change),
        _ => None,
    }
}

fn digest(proof: &String) -> Option<[u8; 32]> {
    leaf(proof)?.digest().copied()
}
