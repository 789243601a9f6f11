//! Texts are written as they were read, and no bytes are too strange to be read or refused.

use crate::{key, vkey};
use attestar::tlog::{
    AddCheckpoint, Checkpoint, Hash, Note, NoteAlgorithm, NoteSignature, Policy, TilePath,
    TlogProof, TreeHead, VerifierKey, bundle, check_inclusion, entries_of,
};
use proptest::{collection::vec, prelude::*, sample::Index};

fn name(number: u8) -> &'static str {
    if number.is_multiple_of(2) { "日志.example/a" } else { "b" }
}

fn hash() -> impl Strategy<Value = Hash> {
    any::<[u8; 32]>().prop_map(Hash::new)
}

/// Notes of any text, some of whose signatures are real.
fn note() -> impl Strategy<Value = Note> {
    let name = "[^\\s+\\p{Cc}]{1,8}";
    let line = (name, vec(any::<u8>(), 5..80))
        .prop_map(|(name, bytes)| format!("— {name} {}\n", attestar::proof::base64(&bytes)));
    ("[^\\p{Cc}]{0,20}(\n[^\\p{Cc}]{0,20}){0,4}\n", vec(line, 0..4), 0_u8..4).prop_map(
        |(text, lines, signer)| {
            let mut note = Note::new(&text).unwrap();
            for line in NoteSignature::parse_lines(lines.concat().as_bytes()).unwrap_or_default() {
                note.add(line).unwrap();
            }
            note.sign("log.example", &key(signer)).unwrap();
            note.cosign("witness.example", 1 + u64::from(signer), &key(signer)).unwrap();
            note
        },
    )
}

/// The text of a policy with groups of witnesses and of groups.
fn policy() -> impl Strategy<Value = String> {
    (0_u8..4, 1_u8..6, any::<bool>(), 0_usize..3).prop_map(|(logs, witnesses, url, threshold)| {
        let url = if url { " https://log.example/" } else { "" };
        let mut text = "# whom to trust\n\n".to_owned();
        for log in 0..logs {
            text += &format!("log {}{url}\n", vkey(name(log), NoteAlgorithm::Ed25519, log));
        }
        for witness in 0..witnesses {
            let key = vkey(name(witness), NoteAlgorithm::Cosignature, witness);
            text += &format!("\twitness  w{witness}\t{key}{url} \n");
        }
        let members: Vec<_> = (0..witnesses).map(|witness| format!("w{witness}")).collect();
        let threshold = ["any", "all", "1"][threshold];
        text + &format!("group g {threshold} {}\ngroup h 1 g\nquorum h\n", members.join(" "))
    })
}

fn head() -> impl Strategy<Value = TreeHead> {
    (0_u64..=1 << 53, hash()).prop_map(|(size, root)| TreeHead { size, root })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_note_is_read_as_it_was_written(note in note()) {
        prop_assert_eq!(Note::parse(note.to_string().as_bytes()), Ok(note));
    }

    #[test]
    fn a_signed_note_with_a_flipped_bit_is_not_verified(
        note in note(), signer in 0_u8..4, at in any::<Index>(), bit in 0_u32..8,
    ) {
        let mut note = Note::new(note.text()).unwrap();
        note.sign("log.example", &key(signer)).unwrap();
        let public = key(signer).verifying_key();
        let key = VerifierKey::new("log.example", NoteAlgorithm::Ed25519, public).unwrap();
        prop_assert!(note.verified_by([&key]).is_ok());
        let mut bytes = note.to_string().into_bytes();
        let at = at.index(bytes.len());
        bytes[at] ^= 1 << bit;
        let verified = Note::parse(&bytes).is_ok_and(|note| note.verified_by([&key]).is_ok());
        prop_assert!(!verified);
    }

    #[test]
    fn a_checkpoint_is_read_as_it_was_written(origin in "[^\\p{Cc}]{1,20}", head in head()) {
        let checkpoint = Checkpoint::new(&origin, head).unwrap();
        prop_assert_eq!(checkpoint.to_string().parse(), Ok(checkpoint));
    }

    #[test]
    fn a_policy_is_read_as_it_was_written(text in policy()) {
        let policy = Policy::parse(text.as_bytes()).unwrap();
        prop_assert_eq!(Policy::parse(&policy.to_bytes()), Ok(policy));
    }

    #[test]
    fn a_proof_is_read_as_it_was_written(
        extra in proptest::option::of(vec(any::<u8>(), 0..40)), index in any::<u64>(),
        path in vec(hash(), 0..64), checkpoint in note(),
    ) {
        let proof = TlogProof { extra, index, path, checkpoint };
        prop_assert_eq!(TlogProof::parse(proof.to_string().as_bytes()), Ok(proof));
    }

    #[test]
    fn a_request_is_read_as_it_was_written(
        old in any::<u64>(), proof in vec(hash(), 0..64), checkpoint in note(),
    ) {
        let request = AddCheckpoint { old, proof, checkpoint };
        prop_assert_eq!(AddCheckpoint::parse(request.to_string().as_bytes()), Ok(request));
    }
}

/// Reads bytes as everything; what is read must be written as the same bytes.
fn read_all(bytes: &[u8]) {
    let same = |text: String| assert_eq!(text.as_bytes(), bytes);
    if let Ok(note) = Note::parse(bytes) {
        same(note.to_string());
        let _ = note.verified_by([&vkey(name(0), NoteAlgorithm::Ed25519, 0)]);
    }
    if let Ok(proof) = TlogProof::parse(bytes) {
        same(proof.to_string());
        let _ = check_inclusion(&Hash::EMPTY, proof.index, &TreeHead::EMPTY, &proof.path);
    }
    if let Ok(request) = AddCheckpoint::parse(bytes) {
        same(request.to_string());
    }
    if let Ok(lines) = NoteSignature::parse_lines(bytes) {
        same(lines.iter().map(ToString::to_string).collect());
    }
    if let Ok(policy) = Policy::parse(bytes) {
        assert_eq!(Policy::parse(&policy.to_bytes()), Ok(policy));
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        text.parse::<Checkpoint>().into_iter().for_each(|checkpoint| same(checkpoint.to_string()));
        text.parse::<VerifierKey>().into_iter().for_each(|key| same(key.to_string()));
        text.parse::<TilePath>().into_iter().for_each(|path| same(path.to_string()));
        text.parse::<Hash>().into_iter().for_each(|hash| same(hash.to_string()));
    }
    for width in [0, 1, 256, u16::MAX] {
        if let Ok(entries) = entries_of(bytes, width) {
            assert_eq!(bundle(&entries).unwrap(), bytes);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn no_bytes_are_too_strange_to_be_read_or_refused(bytes in vec(any::<u8>(), 0..300)) {
        read_all(&bytes);
    }

    #[test]
    fn nothing_that_was_valid_is_too_damaged_to_be_read_or_refused(
        note in note(), policy in policy(), kind in 0_u8..6, old in any::<u64>(),
        damage in vec((any::<Index>(), any::<u8>(), 0_u8..3), 0..4),
    ) {
        let mut bytes = match kind {
            0 => note.to_string().into_bytes(),
            1 => policy.into_bytes(),
            2 => {
                let (extra, path) = (Some(b"leaf".to_vec()), vec![Hash::EMPTY]);
                let proof = TlogProof { extra, index: old, path, checkpoint: note };
                proof.to_string().into_bytes()
            }
            3 => AddCheckpoint { old, proof: vec![Hash::EMPTY], checkpoint: note }
                .to_string().into_bytes(),
            4 => vkey(name(0), NoteAlgorithm::Cosignature, 0).to_string().into_bytes(),
            _ => format!("log.example\n{old}\n{}\n", Hash::EMPTY).into_bytes(),
        };
        for (at, byte, how) in damage {
            let at = at.index(bytes.len());
            match how {
                0 => bytes[at] = byte,
                1 => bytes.insert(at, byte),
                _ => bytes.truncate(at + 1),
            }
        }
        read_all(&bytes);
    }
}
