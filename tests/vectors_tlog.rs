//! The log's formats against vectors that others published, and the worked values of formats.md.

#![allow(clippy::unwrap_used, reason = "a test may panic and be plain")]

use attestar::proof::{SigningKey, sha256};
use attestar::tlog::{
    Checkpoint, Hash, Note, NoteAlgorithm, NoteRefusal, Policy, TilePath, TreeHead, VerifierKey,
    check_consistency, check_inclusion, leaf_hash,
};
use serde_json::Value;
use std::{fs, path::Path};

fn cases(name: &str) -> Vec<Value> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/merkle").join(name);
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

/// A hash of a case. What is not 32 bytes long is refused before anybody asks about it.
fn hash(value: &Value) -> Option<Hash> {
    value.as_str()?.parse().ok()
}

/// A root of a case. Where roots only need to be alike or different, some say "don't care".
fn root(value: &Value) -> Option<Hash> {
    hash(value).or_else(|| Some(leaf_hash(value.as_str()?.as_bytes())))
}

fn tree(case: &Value, size: &str, root: &str) -> Option<TreeHead> {
    Some(TreeHead { size: case[size].as_u64()?, root: crate::root(&case[root])? })
}

fn path(case: &Value) -> Option<Vec<Hash>> {
    case["proof"].as_array().map_or(Some(Vec::new()), |hashes| hashes.iter().map(hash).collect())
}

#[test]
fn published_inclusion_proofs_are_accepted_and_damaged_ones_refused() {
    let cases = cases("inclusion.json");
    assert_eq!(cases.len(), 98);
    for case in cases {
        let shown = || {
            let (leaf, index) = (hash(&case["leafHash"])?, case["leafIdx"].as_u64()?);
            check_inclusion(&leaf, index, &tree(&case, "treeSize", "root")?, &path(&case)?).ok()
        };
        assert_eq!(shown().is_none(), case["wantErr"].as_bool().unwrap(), "{case}");
    }
}

#[test]
fn published_consistency_proofs_are_accepted_and_damaged_ones_refused() {
    let cases = cases("consistency.json");
    assert_eq!(cases.len(), 98);
    for case in cases {
        let shown = || {
            let (old, new) = (tree(&case, "size1", "root1")?, tree(&case, "size2", "root2")?);
            check_consistency(&old, &new, &path(&case)?).ok()
        };
        assert_eq!(shown().is_none(), case["wantErr"].as_bool().unwrap(), "{case}");
    }
}

/// The example of C2SP signed-note.
const EXAMPLE_KEY: &str = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
const EXAMPLE_NOTE: &str = "This is an example message.\n\n— example.com/foo \
    Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n";

#[test]
fn the_signed_note_example_is_verified() {
    let key: VerifierKey = EXAMPLE_KEY.parse().unwrap();
    assert_eq!(key.to_string(), EXAMPLE_KEY);
    let note = Note::parse(EXAMPLE_NOTE.as_bytes()).unwrap();
    assert_eq!(note.to_string(), EXAMPLE_NOTE);
    assert_eq!(note.text(), "This is an example message.\n");
    let signed = note.verified_by([&key]).unwrap();
    assert_eq!((signed[0].key, signed[0].time), (&key, None));
    let altered = EXAMPLE_NOTE.replace("example message", "Example message");
    let refusal = Note::parse(altered.as_bytes()).unwrap().verified_by([&key]).unwrap_err();
    let (name, id) = ("example.com/foo".to_owned(), key.id());
    assert_eq!(refusal, NoteRefusal::Forged { name, id });
}

fn sample_key(label: &str) -> SigningKey {
    SigningKey::from_seed(sha256(label.as_bytes()))
}

const ORIGIN: &str = "register.example/ledger";
const WITNESS: &str = "witness.example/w1";
const LOG_VKEY: &str =
    "register.example/ledger+bc47d5c3+ASDOR8deOFsVLgZRHsw/ZtO00cgEIe0VXI96Lw9MCTsk";
const CHECKPOINT_705: &str = "register.example/ledger
705
XBDuFn4nJQb+Cd3j9l4znNqBQDtILGIYhvXNqITrTmk=

— register.example/ledger vEfVwxmqvci8vJJpkFs3Ckh4wH+7zQnwISOhUNq08z63jT7/noulr5bJItkG+pi6WNGGhX2a81SqcVxBwl/OBzYPKA8=
— witness.example/w1 9ClHpgAAAABq//48R0c6NgpvKJNQdY8JzHheiJe2ZbhRQlPcDDlF8S7zTAjU6pt3SAQ56Oi0cvBUigFcdKCMIRYlbnmrZP6Pv9CYDg==
";

#[test]
fn the_worked_leaf_has_its_hash() {
    let leaf = r#"{"id":"ATT-2026-000042","kind":"issue","sha256":"8ff307f24fb7f0b8085bb7097e35d89db8c677108f619bb9036bbf3e8b2f928b","time":"2026-09-15T08:00:00Z","v":1}"#;
    assert_eq!(leaf.len(), 151);
    let hash = format!("{:?}", leaf_hash(leaf.as_bytes()));
    assert_eq!(hash, "27a815502b208ed447c37271958bed88aefb4d2cb514c97a6e524ebeb8194c15");
}

#[test]
fn the_worked_checkpoint_is_made_again_byte_for_byte() {
    let (log, witness) =
        (sample_key("attestar sample log key"), sample_key("attestar sample witness key"));
    let key = VerifierKey::new(ORIGIN, NoteAlgorithm::Ed25519, log.verifying_key()).unwrap();
    assert_eq!(
        (key.id().to_string(), key.to_string()),
        ("bc47d5c3".to_owned(), LOG_VKEY.to_owned())
    );
    assert_eq!(LOG_VKEY.parse(), Ok(key));

    let root = "XBDuFn4nJQb+Cd3j9l4znNqBQDtILGIYhvXNqITrTmk=".parse().unwrap();
    let checkpoint = Checkpoint::new(ORIGIN, TreeHead { size: 705, root }).unwrap();
    let mut note = Note::new(&checkpoint.to_string()).unwrap();
    note.sign(ORIGIN, &log).unwrap();
    note.cosign(WITNESS, 1_795_161_660, &witness).unwrap();
    assert_eq!(note.to_string(), CHECKPOINT_705);

    let read = Note::parse(CHECKPOINT_705.as_bytes()).unwrap();
    assert_eq!((read.text().parse(), read), (Ok(checkpoint), note));
}

#[test]
fn the_worked_checkpoint_is_accepted_with_its_witness() {
    let witness = sample_key("attestar sample witness key").verifying_key();
    let witness = VerifierKey::new(WITNESS, NoteAlgorithm::Cosignature, witness).unwrap();
    let policy = format!(
        "log {LOG_VKEY} https://register.example/ledger\nwitness w1 {witness}\nquorum w1\n"
    );
    let policy = Policy::parse(policy.as_bytes()).unwrap();
    let accepted = policy.check(&Note::parse(CHECKPOINT_705.as_bytes()).unwrap()).unwrap();
    assert_eq!(accepted.checkpoint.tree().size, 705);
    let witnesses: Vec<_> = accepted.witnesses.iter().map(|(w, t)| (w.to_string(), *t)).collect();
    assert_eq!(witnesses, [("w1".to_owned(), 1_795_161_660)]);
}

#[test]
fn tile_1234067_is_where_the_specification_puts_it() {
    let tile: TilePath = "tile/0/x001/x234/067".parse().unwrap();
    assert_eq!((tile.index(), tile.width()), (1_234_067, 256));
    assert_eq!(tile.to_string(), "tile/0/x001/x234/067");
}
