//! Whom a policy trusts.

use crate::{key, vkey};
use attestar::tlog::{
    Checkpoint, CosignatureError, Hash, Note, NoteAlgorithm, NoteRefusal, Policy, PolicyLog,
    PolicyProblem, PolicyRefusal, TlogProof, TlogProofRefusal, TreeHead, leaf_hash,
};

const LOG: &str = "log.example/ledger";

fn log(number: u8) -> String {
    vkey(LOG, NoteAlgorithm::Ed25519, number).to_string()
}

fn witness(number: u8) -> String {
    vkey(&name(number), NoteAlgorithm::Cosignature, number).to_string()
}

fn name(number: u8) -> String {
    format!("witness.example/{number}")
}

/// A policy of the log's key 0 and the witnesses 1 to 6, that ends with these lines.
fn policy(lines: &str) -> String {
    let witnesses = (1..=6).map(|number| format!("witness W{number} {}\n", witness(number)));
    format!("log {} https://log.example/ledger\n{}{lines}", log(0), witnesses.collect::<String>())
}

fn note(origin: &str, log: u8, witnesses: &[u8]) -> Note {
    let tree = TreeHead { size: 1, root: leaf_hash(b"leaf") };
    let mut note = Note::new(&Checkpoint::new(origin, tree).unwrap().to_string()).unwrap();
    note.sign(origin, &key(log)).unwrap();
    for number in witnesses {
        note.cosign(&name(*number), 1_000 + u64::from(*number), &key(*number)).unwrap();
    }
    note
}

fn parse(text: &str) -> Policy {
    Policy::parse(text.as_bytes()).unwrap()
}

/// The groups of the specification's example.
const EXAMPLE: &str = "group X-witnesses 2 W1 W2 W3\n\ngroup Y-witnesses any W4 W5 W6\n
group X-and-Y all X-witnesses Y-witnesses\nquorum X-and-Y\n";

#[test]
fn a_quorum_is_what_its_groups_make_it() {
    let example = parse(&policy(EXAMPLE));
    for (cosigned, makes_it) in [
        (vec![1, 2, 4], true),
        (vec![6, 3, 1], true),
        (vec![1, 2, 3, 4, 5, 6], true),
        (vec![1, 2, 3], false),
        (vec![1, 4, 5, 6], false),
        (vec![], false),
    ] {
        let answer = example.check(&note(LOG, 0, &cosigned));
        assert_eq!(answer.is_ok(), makes_it, "{cosigned:?}: {answer:?}");
    }
    let accepted = example.check(&note(LOG, 0, &[4, 2, 1])).unwrap();
    let witnesses: Vec<_> =
        accepted.witnesses.iter().map(|(name, time)| (name.to_string(), *time)).collect();
    let expected = [("W1", 1001), ("W2", 1002), ("W4", 1004)];
    assert_eq!(witnesses, expected.map(|(name, time)| (name.to_owned(), time)));

    assert!(parse(&policy("quorum W2\n")).check(&note(LOG, 0, &[2])).is_ok());
    let refusal = parse(&policy("quorum W2\n")).check(&note(LOG, 0, &[1])).unwrap_err();
    let text = "the witnesses that cosigned (1) do not make the quorum `W2`";
    assert_eq!(refusal.to_string(), text);
}

#[test]
fn only_a_log_of_the_policy_makes_a_checkpoint() {
    let none = parse(&policy("quorum none\n"));
    assert!(none.check(&note(LOG, 0, &[])).is_ok());
    assert_eq!(none.check(&note(LOG, 7, &[])), Err(NoteRefusal::Unknown.into()));
    let refusal = none.check(&note(LOG, 7, &[1])).unwrap_err();
    assert_eq!(refusal, PolicyRefusal::NoLog { origin: LOG.to_owned() });
    // A log's key signs for its own origin only.
    let text = note("other.example", 0, &[]).text().to_owned();
    let mut posing = Note::new(&text).unwrap();
    posing.sign(LOG, &key(0)).unwrap();
    assert!(matches!(none.check(&posing), Err(PolicyRefusal::NoLog { .. })));
    let mut letter = Note::new("no checkpoint\n").unwrap();
    letter.sign(LOG, &key(0)).unwrap();
    assert!(matches!(none.check(&letter), Err(PolicyRefusal::Checkpoint(_))));
    assert!(matches!(parse("quorum none\n").check(&posing), Err(PolicyRefusal::Note(_))));
}

#[test]
fn a_forged_cosignature_refuses_the_checkpoint_even_without_a_quorum() {
    let line = note("other.example", 0, &[1]).signatures()[1].to_string();
    let forged = Note::parse(format!("{}{line}", note(LOG, 0, &[])).as_bytes()).unwrap();
    let refusal = parse(&policy("quorum none\n")).check(&forged);
    assert!(matches!(refusal, Err(PolicyRefusal::Note(NoteRefusal::Forged { .. }))));
}

#[test]
fn a_log_that_changes_its_key_has_two() {
    let log = |number| PolicyLog { key: vkey(LOG, NoteAlgorithm::Ed25519, number), url: None };
    let policy = Policy::of_log(log(0).key, Some("https://log.example/ledger")).unwrap();
    assert!(policy.check(&note(LOG, 8, &[])).is_err());
    let both = policy.clone().with_logs(vec![log(8), log(0)]).unwrap();
    let mut note = note(LOG, 0, &[]);
    assert_eq!(both.check(&note).unwrap().log, log(0).key);
    note.sign(LOG, &key(8)).unwrap();
    assert_eq!(both.check(&note).unwrap().log, log(8).key);
    assert!(policy.check(&note).is_ok());
    assert!(policy.with_logs(vec![log(0), log(0)]).is_err());
}

#[test]
fn an_address_cannot_smuggle_in_lines() {
    let key = || vkey(LOG, NoteAlgorithm::Ed25519, 0);
    for url in ["", "a b", "a\n", "a\nquorum none", "a\rb"] {
        assert!(Policy::of_log(key(), Some(url)).is_err(), "{url:?}");
    }
    let text = Policy::of_log(key(), Some("https://log.example/账")).unwrap().to_bytes();
    let expected = format!("log {} https://log.example/账\nquorum none\n", log(0));
    assert_eq!(String::from_utf8(text).unwrap(), expected);
}

#[test]
fn names_are_opaque_bytes() {
    let mut text =
        format!("witness W\u{212a} {}\nwitness WK {}\n", witness(1), witness(2)).into_bytes();
    text.extend(b"# \xff\xfe\ngroup \xff 1 W\xe2\x84\xaa WK\nquorum \xff\n");
    let policy = Policy::parse(&text).unwrap();
    assert_eq!(policy.quorum().unwrap().as_bytes(), b"\xff");
    assert_eq!(policy.quorum().unwrap().to_string(), "\u{fffd}");
    assert_eq!(Policy::parse(&policy.to_bytes()), Ok(policy));
}

#[test]
fn what_is_not_a_policy_is_refused_where_it_stands() {
    let twin = vkey("other.example", NoteAlgorithm::Cosignature, 1);
    for (lines, line, why) in [
        ("", 8, "there is no `quorum` line"),
        ("quorum W1", 8, "does not end in a newline"),
        ("quorum none\nquorum", 9, "does not end in a newline"),
        ("quorum none\n\0\n", 9, "control character"),
        ("quorum none\n\x7f\n", 9, "control character"),
        ("quorum none\r\n", 8, "control character"),
        ("quorum none\nquorum none\n", 9, "a quorum already"),
        ("quorum\n", 8, "expected"),
        ("quorum W1 W2\n", 8, "expected"),
        ("quorum W7\n", 8, "no line before this one defines `W7`"),
        ("quorum G\ngroup G any W1\n", 8, "no line before this one defines `G`"),
        ("group G any\n", 8, "expected"),
        ("group G any G\n", 8, "defines `G`"),
        ("group G any none\n", 8, "defines `none`"),
        ("group none any W1\n", 8, "`none` is taken"),
        ("group W1 any W2\n", 8, "`W1` is taken"),
        ("group G any W1 W1\n", 8, "`W1` is a member of a group already"),
        ("group G any W1\ngroup H any W1 W2\n", 9, "`W1` is a member of a group already"),
        ("group G 0 W1\n", 8, "`0` is not between 1 and"),
        ("group G 3 W1 W2\n", 8, "`3` is not between 1 and"),
        ("group G 01 W1 W2\n", 8, "`01` is not between 1 and"),
        ("group G most W1 W2\n", 8, "`most` is not between 1 and"),
        ("log nonsense\n", 8, "a verifier key is"),
        ("log\n", 8, "expected"),
        ("witness W7\n", 8, "expected"),
        ("Quorum none\n", 8, "expected"),
        (&format!("log {}\n", log(0)), 8, "is listed before"),
        (&format!("log {}\n", witness(7)), 8, "wrong type"),
        (&format!("log {} a b\n", log(7)), 8, "expected"),
        (&format!("witness W7 {}\n", log(7)), 8, "wrong type"),
        (&format!("witness W7 {twin}\n"), 8, "is listed before"),
        (&format!("witness W1 {}\n", witness(7)), 8, "`W1` is taken"),
    ] {
        let refused = Policy::parse(policy(lines).as_bytes()).unwrap_err();
        assert_eq!(refused.line, line, "{lines}: {refused}");
        assert!(refused.to_string().contains(why), "{lines}: {refused}");
    }
    let large = Policy::parse(&vec![b'#'; 1 << 21]).unwrap_err();
    assert_eq!(large.problem, PolicyProblem::Size);
}

#[test]
fn groups_of_groups_of_groups_are_no_danger() {
    let mut text = policy("group g0 any W1\n");
    for number in 1..30_000 {
        text += &format!("group g{number} all g{}\n", number - 1);
    }
    let policy = parse(&(text + "quorum g29999\n"));
    assert!(policy.check(&note(LOG, 0, &[1])).is_ok());
    assert!(policy.check(&note(LOG, 0, &[2])).is_err());
}

#[test]
fn a_witnesss_answer_is_added_if_it_is_of_this_checkpoint() {
    let policy = parse(&policy("group G all W1 W2\nquorum G\n"));
    let line = |origin, number| note(origin, 0, &[number]).signatures()[1].to_string();
    let mut grown = note(LOG, 0, &[]);
    let answer = [line(LOG, 1), line(LOG, 9), line(LOG, 2)].concat();
    let added = policy.add_cosignatures(&mut grown, answer.as_bytes()).unwrap();
    let added: Vec<_> = added.iter().map(|(name, time)| (name.to_string(), *time)).collect();
    assert_eq!(added, [("W1".to_owned(), 1001), ("W2".to_owned(), 1002)]);
    assert_eq!((grown.signatures().len(), policy.check(&grown).is_ok()), (3, true));

    let before = grown.clone();
    for (answer, forged) in [
        (line(LOG, 1) + &line("other.example", 2), true),
        (line("other.example", 1), true),
        (line(LOG, 9), false),
    ] {
        let refused = policy.add_cosignatures(&mut grown, answer.as_bytes()).unwrap_err();
        let CosignatureError::Refused(why) = refused else { panic!("{refused}") };
        assert_eq!(why != NoteRefusal::Unknown, forged);
        assert_eq!(grown, before);
    }
    let nothing = policy.add_cosignatures(&mut grown, b"");
    assert!(matches!(nothing, Err(CosignatureError::Answer(_))));
}

#[test]
fn a_proof_holds_for_its_leaf_under_its_policy() {
    let (extra, path) = (Some(b"leaf".to_vec()), Vec::new());
    let proof = TlogProof { extra, index: 0, path, checkpoint: note(LOG, 0, &[1]) };
    let text = proof.to_string();
    assert!(
        text.starts_with(
            "c2sp.org/tlog-proof@v1\nextra bGVhZg==\nindex 0\n\nlog.example/ledger\n1\n"
        )
    );
    let proof = TlogProof::parse(text.as_bytes()).unwrap();
    let policy = parse(&policy("quorum W1\n"));
    let leaf = leaf_hash(proof.extra.as_deref().unwrap());
    assert_eq!(proof.check(&leaf, &policy).unwrap().checkpoint.tree().size, 1);
    assert!(matches!(proof.check(&Hash::EMPTY, &policy), Err(TlogProofRefusal::Unproven(_))));
    let lonely = TlogProof { checkpoint: note(LOG, 0, &[]), ..proof };
    assert!(matches!(lonely.check(&leaf, &policy), Err(TlogProofRefusal::Policy(_))));
}

#[test]
fn what_is_not_a_proof_is_refused_where_it_stands() {
    let note = note(LOG, 0, &[]);
    let root = Hash::EMPTY;
    for (head, why) in [
        (String::new(), "does not begin"),
        ("c2sp.org/tlog-proof@v2\nindex 0".to_owned(), "does not begin"),
        ("c2sp.org/tlog-proof@v1".to_owned(), "line 2"),
        ("c2sp.org/tlog-proof@v1\nextra".to_owned(), "line 2"),
        ("c2sp.org/tlog-proof@v1\nextra ?\nindex 0".to_owned(), "line 2"),
        ("c2sp.org/tlog-proof@v1\nextra AA==\nextra AA==\nindex 0".to_owned(), "line 3"),
        ("c2sp.org/tlog-proof@v1\nextra AA==".to_owned(), "line 3"),
        ("c2sp.org/tlog-proof@v1\nindex 01".to_owned(), "line 2"),
        ("c2sp.org/tlog-proof@v1\nindex -1".to_owned(), "line 2"),
        ("c2sp.org/tlog-proof@v1\nindex 0\nAA==".to_owned(), "line 3"),
        (format!("c2sp.org/tlog-proof@v1\nindex 0\n{root}\n{root} "), "line 4"),
        (
            format!("c2sp.org/tlog-proof@v1\nindex 0{}", format!("\n{root}").repeat(64)),
            "more than 63",
        ),
    ] {
        let refused = TlogProof::parse(format!("{head}\n\n{note}").as_bytes()).unwrap_err();
        assert!(refused.to_string().contains(why), "{head}: {refused}");
    }
    let cut = "c2sp.org/tlog-proof@v1\nindex 0\n\ntext\n";
    assert!(TlogProof::parse(cut.as_bytes()).is_err());
}
