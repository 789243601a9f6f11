//! Texts of the log from strangers: notes, checkpoints, policies, proofs, what witnesses are asked and
//! what they answer. Nobody but the known log and witnesses signs for them.

use std::{collections::BTreeMap, sync::LazyLock};

use attestar::{
    tlog::{
        AddCheckpoint, Checkpoint, Note, NoteAlgorithm, NoteSignature, Policy, TlogProof,
        VerifierKey, Witness, WitnessRefusal, leaf_hash,
    },
    verify::Pins,
};

use super::known::{self, ORIGIN, SIGNED, TIME, entry, head};

/// The log, and two of three witnesses.
static POLICY: LazyLock<Policy> =
    LazyLock::new(|| Policy::parse(known::policy().as_bytes()).expect("a plain policy"));

/// The checkpoints that the log signed, by size and number of witnesses.
static CHECKPOINTS: LazyLock<BTreeMap<(u64, u8), Note>> = LazyLock::new(|| {
    let counted = SIGNED.into_iter().flat_map(|size| [(size, 0), (size, 2)]);
    counted.map(|(size, count)| ((size, count), known::checkpoint(size, count))).collect()
});

/// One input, read as each of them.
pub fn run(data: &[u8]) {
    note(data);
    policy(data);
    proof(data);
    request(data);
    answer(data);
    pins(data);
    let Ok(text) = str::from_utf8(data) else { return };
    if let Ok(key) = text.parse::<VerifierKey>() {
        assert_eq!(key.to_string(), text);
    }
    if let Ok(checkpoint) = text.parse::<Checkpoint>() {
        assert_eq!(checkpoint.to_string(), text);
    }
}

/// Whether the log signed this text.
fn is_signed(text: &str) -> bool {
    CHECKPOINTS.values().any(|note| note.text() == text)
}

fn note(data: &[u8]) {
    let Ok(note) = Note::parse(data) else { return };
    assert_eq!(note.to_string().as_bytes(), data);
    assert_eq!(Note::new(note.text()).as_ref().map(Note::text), Ok(note.text()));
    let checkpoint = note.text().parse::<Checkpoint>();
    if let Ok(checkpoint) = &checkpoint {
        assert_eq!(checkpoint.to_string(), note.text());
    }
    if let Ok(accepted) = POLICY.check(&note) {
        assert!(is_signed(note.text()));
        assert_eq!(Ok(accepted.checkpoint), checkpoint);
        assert!(accepted.witnesses.len() >= 2);
        assert!(accepted.witnesses.iter().all(|(_, time)| *time == TIME));
    }
}

fn policy(data: &[u8]) {
    let Ok(policy) = Policy::parse(data) else { return };
    let bytes = policy.to_bytes();
    assert_eq!(Policy::parse(&bytes).as_ref(), Ok(&policy));
    assert_eq!(policy.clone().with_logs(policy.logs().to_vec()).as_ref(), Ok(&policy));
    // It accepts nothing without the quorum that it names.
    for (size, witnesses) in [(SIGNED[0], 0), (SIGNED[1], 2)] {
        if let Ok(accepted) = policy.check(&CHECKPOINTS[&(size, witnesses)]) {
            assert!(policy.logs().iter().any(|log| log.key == accepted.log));
            assert!(accepted.witnesses.len() <= usize::from(witnesses));
            assert!(policy.quorum().is_none() || !accepted.witnesses.is_empty());
        }
    }
    // And is remembered as it is.
    let pins = Pins {
        origin: ORIGIN.to_owned(),
        issuer: String::new(),
        logs: policy.logs().iter().map(|log| log.key.clone()).collect(),
        policy: Some(policy),
        keys: [].into(),
        revoked: [].into(),
        checkpoint: None,
    };
    assert_eq!(Pins::parse(&pins.to_bytes()), Ok(pins));
}

fn proof(data: &[u8]) {
    let Ok(proof) = TlogProof::parse(data) else { return };
    assert_eq!(proof.to_string().as_bytes(), data);
    let leaf = proof.extra.as_deref().unwrap_or_default();
    if proof.check(&leaf_hash(leaf), &POLICY).is_ok() {
        assert_eq!(leaf, entry(proof.index));
    }
}

fn request(data: &[u8]) {
    if let Ok(request) = AddCheckpoint::parse(data) {
        assert_eq!(request.to_string().as_bytes(), data);
    }
    let logs = [known::vkey(ORIGIN, NoteAlgorithm::Ed25519, &known::log_key())];
    let (name, signer) = (known::witness_name(0), known::witness_key(0));
    let witness = Witness { name: &name, signer: &signer, logs: &logs };
    match witness.answer(data, TIME, |_| head(SIGNED[0])) {
        Ok(cosigned) => {
            assert_eq!(cosigned.tree, head(cosigned.tree.size));
            assert!(is_signed(cosigned.checkpoint.text()) && cosigned.tree.size >= SIGNED[0]);
            assert!(POLICY.check(&cosigned.checkpoint).is_err(), "one witness is not two");
            let mut note = CHECKPOINTS[&(cosigned.tree.size, 0)].clone();
            let added = POLICY.add_cosignatures(&mut note, cosigned.answer.as_bytes());
            assert_eq!(added.map(|added| added.len()), Ok(1));
        }
        Err(refusal) => {
            assert!(!matches!(refusal, WitnessRefusal::Sign(_)), "{refusal}");
            assert!((400..500).contains(&refusal.status()) && refusal.body().ends_with('\n'));
        }
    }
}

fn answer(data: &[u8]) {
    if let Ok(lines) = NoteSignature::parse_lines(data) {
        let text: String = lines.iter().map(ToString::to_string).collect();
        assert_eq!(text.as_bytes(), data);
    }
    let before = &CHECKPOINTS[&(SIGNED[1], 0)];
    let mut note = before.clone();
    match POLICY.add_cosignatures(&mut note, data) {
        Ok(added) => {
            assert!(!added.is_empty() && added.iter().all(|(_, time)| *time == TIME));
            assert_eq!(note.text(), before.text());
        }
        Err(_) => assert_eq!(note, *before),
    }
}

fn pins(data: &[u8]) {
    if let Ok(pins) = Pins::parse(data) {
        assert_eq!(Pins::parse(&pins.to_bytes()), Ok(pins));
    }
}
