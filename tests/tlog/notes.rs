//! Notes and keys, well formed and not.

use crate::{key, vkey};
use attestar::proof::base64;
use attestar::tlog::{
    Checkpoint, CheckpointError, Note, NoteAlgorithm, NoteError, NoteRefusal, NoteSignError,
    VerifierKey, VkeyError,
};

const TEXT: &str = "a text\n\nwith a blank line\n";
const LOG: &str = "log.example";
const WITNESS: &str = "witness.example";

fn signed(by: &[u8]) -> Note {
    let mut note = Note::new(TEXT).unwrap();
    for number in by {
        note.sign(LOG, &key(*number)).unwrap();
    }
    note
}

fn log(number: u8) -> VerifierKey {
    vkey(LOG, NoteAlgorithm::Ed25519, number)
}

fn witness(number: u8) -> VerifierKey {
    vkey(WITNESS, NoteAlgorithm::Cosignature, number)
}

fn parse(text: &str) -> Result<Note, NoteError> {
    Note::parse(text.as_bytes())
}

#[test]
fn what_is_not_a_note_is_refused_with_the_reason() {
    let line = |name: &str, bytes: &[u8]| format!("— {name} {}\n", base64(bytes));
    let good = line("a", &[0, 0, 0, 1, 9]);
    assert!(parse(&format!("text\n\n{good}")).is_ok());
    let (head, many) = ("text\n\n", line("a", &[0; 5]).repeat(101));
    for (text, why) in [
        (String::new(), NoteError::Unsigned),
        ("text\n".to_owned(), NoteError::Unsigned),
        (format!("text\n{good}"), NoteError::Unsigned),
        (head.to_owned(), NoteError::Unsigned),
        (format!("{head}{good}\n"), NoteError::Unsigned),
        (format!("{head}{}", good.trim_end()), NoteError::Unended),
        (format!("{head}{good}x\n"), NoteError::Signature(4)),
        (format!("{head}{good}{}", good.replace('—', "-")), NoteError::Signature(4)),
        (format!("{head}{}", good.replace("— a ", "— ")), NoteError::Signature(3)),
        (format!("{head}{}", good.replace("— a ", "—  ")), NoteError::Signature(3)),
        (format!("{head}{}", good.replace("— a", "—  a")), NoteError::Signature(3)),
        (format!("{head}{}", good.replace('a', "a+b")), NoteError::Signature(3)),
        (format!("{head}{}", good.replace('a', "a\u{a0}b")), NoteError::Signature(3)),
        (format!("{head}{}", good.replace('a', "a\u{3000}b")), NoteError::Signature(3)),
        (format!("{head}{}", good.replace("Qk=", "Qk")), NoteError::Signature(3)),
        (format!("{head}{}", good.replace("Qk=", "Ql=")), NoteError::Signature(3)),
        (format!("{head}{}", good.replace("Qk=", "Qk= ")), NoteError::Signature(3)),
        (format!("{head}{}", good.replace("Qk=", "Q_=")), NoteError::Signature(3)),
        (format!("{head}— a \n"), NoteError::Signature(3)),
        (format!("{head}— a\n"), NoteError::Signature(3)),
        (format!("{head}{}", line("a", &[1, 2, 3, 4])), NoteError::Signature(3)),
        (format!("te\txt\n\n{good}"), NoteError::Control(1)),
        (format!("text\r\n\r\n{good}"), NoteError::Control(1)),
        (format!("{head}{}", good.replace('\n', "\r\n")), NoteError::Control(3)),
        (format!("{head}{many}"), NoteError::Many),
        ("x".repeat(1 << 21), NoteError::Size(1 << 21)),
    ] {
        assert_eq!(parse(&text), Err(why), "{text:.60}");
    }
    assert_eq!(Note::parse(b"text\xff\n\n"), Err(NoteError::Utf8));
    assert_eq!(Note::new("no newline"), Err(NoteError::Unended));
    assert_eq!(Note::new("a\u{1b}[m\n"), Err(NoteError::Control(1)));
}

#[test]
fn sixteen_signatures_are_read_and_the_text_ends_at_the_last_blank_line() {
    let note = signed(&(0..16).collect::<Vec<_>>());
    let read = parse(&note.to_string()).unwrap();
    assert_eq!((read.text(), read.signatures().len()), (TEXT, 16));
    assert_eq!(read.verified_by(&[log(9), log(3)]).unwrap().len(), 2);
}

#[test]
fn signatures_of_unknown_keys_are_ignored() {
    let note = signed(&[1, 2]);
    assert_eq!(note.verified_by([&log(3)]), Err(NoteRefusal::Unknown));
    assert_eq!(note.verified_by([]), Err(NoteRefusal::Unknown));
    let known = log(2);
    let signed = note.verified_by([&known]).unwrap();
    assert_eq!(signed[0].key.id(), known.id());
    // The same key under another name, or for another purpose, is another key.
    let public = key(1).verifying_key();
    for other in [("other.example", NoteAlgorithm::Ed25519), (LOG, NoteAlgorithm::Cosignature)] {
        let other = VerifierKey::new(other.0, other.1, public).unwrap();
        assert_eq!(note.verified_by([&other]), Err(NoteRefusal::Unknown));
    }
}

#[test]
fn one_forged_signature_of_a_known_key_refuses_the_note() {
    let mut other = Note::new("another text\n").unwrap();
    other.sign(LOG, &key(1)).unwrap();
    let moved = other.signatures()[0].to_string();
    let text = format!("{}{moved}", signed(&[2]));
    let forged = NoteRefusal::Forged { name: LOG.to_owned(), id: log(1).id() };
    let note = parse(&text).unwrap();
    assert_eq!(note.verified_by(&[log(1), log(2)]), Err(forged.clone()));
    assert_eq!(note.verified_by([&log(2)]).unwrap().len(), 1);
    // Also beside a true one.
    let note = parse(&format!("{}{moved}", signed(&[1]))).unwrap();
    assert_eq!(note.verified_by([&log(1)]), Err(forged));
}

#[test]
fn a_repeated_signature_counts_once() {
    let note = signed(&[1]);
    let twice = parse(&format!("{note}{}", note.signatures()[0])).unwrap();
    assert_eq!(twice.verified_by([&log(1)]).unwrap().len(), 1);
    let mut again = note.clone();
    again.sign(LOG, &key(1)).unwrap();
    assert_eq!(again, note);
}

#[test]
fn a_cosignature_states_its_time() {
    let mut note = signed(&[1]);
    note.cosign(WITNESS, 1_679_315_147, &key(2)).unwrap();
    let earlier = note.to_string();
    let times = |note: &Note| {
        let keys = [witness(2), log(1)];
        let signed = note.verified_by(&keys).unwrap();
        signed.iter().map(|by| by.time).collect::<Vec<_>>()
    };
    assert_eq!(times(&note), [Some(1_679_315_147), None]);
    note.cosign(WITNESS, 1_700_000_000, &key(2)).unwrap();
    assert_eq!((times(&note), note.signatures().len()), (vec![Some(1_700_000_000), None], 2));
    let both = parse(&format!("{note}{}", earlier.lines().last().unwrap().to_owned() + "\n"));
    assert_eq!(times(&both.unwrap()), [Some(1_700_000_000), None]);
    for time in [0, 1 << 63, u64::MAX] {
        let refused = note.cosign(WITNESS, time, &key(2));
        assert!(matches!(refused, Err(NoteSignError::Time(_))));
    }
    assert!(matches!(note.sign("two words", &key(2)), Err(NoteSignError::Name(_))));
}

#[test]
fn a_verifier_key_has_one_spelling() {
    let good = log(1).to_string();
    let (name, rest) = good.split_once('+').unwrap();
    let (id, encoded) = rest.split_once('+').unwrap();
    let of_type =
        |byte: u8| base64(&[&[byte], key(1).verifying_key().as_bytes().as_slice()].concat());
    assert_eq!((good.parse(), &of_type(1)), (Ok(log(1)), &encoded.to_owned()));
    for (text, why) in [
        (String::new(), "a verifier key is"),
        (name.to_owned(), "a verifier key is"),
        (format!("{name}+{id}"), "a verifier key is"),
        (format!("{name}+{id}+"), "a verifier key is"),
        (format!("{name}+{id}+{encoded}="), "a verifier key is"),
        (format!("{name}+{id}+{}", base64(&[1; 34])), "a verifier key is"),
        (format!("+{id}+{encoded}"), "cannot name a key"),
        (format!("a b+{id}+{encoded}"), "cannot name a key"),
        (format!("a\n+{id}+{encoded}"), "cannot name a key"),
        (format!("{name}+{}+{encoded}", id.to_uppercase()), "the id of"),
        (format!("{name}+0{id}+{encoded}"), "the id of"),
        (format!("{name}+00000000+{encoded}"), "the id of"),
        (format!("other+{id}+{encoded}"), "the id of"),
        (format!("{name}+{id}+{}", of_type(4)), "the id of"),
        (format!("{name}+{id}+{}", of_type(6)), "signs with type 06"),
        (format!("{name}+{id}+{}", base64(&[[1].as_slice(), &[0; 32]].concat())), "public key"),
    ] {
        let refused: VkeyError = text.parse::<VerifierKey>().unwrap_err();
        assert!(refused.to_string().contains(why), "{text}: {refused}");
    }
}

#[test]
fn a_checkpoint_has_three_lines_and_no_more() {
    let root = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
    let read = |text: &str| text.parse::<Checkpoint>();
    assert_eq!(read(&format!("a log\n9007199254740992\n{root}\n")).unwrap().origin(), "a log");
    for text in ["", "a\n", "a\n0\n", "\n\n\n\n"] {
        assert_eq!(read(text), Err(CheckpointError::Lines), "{text:?}");
    }
    for text in
        [format!("a\n0\n{root}"), format!("a\n0\n{root}\nmore\n"), format!("a\n0\n{root}\n\n")]
    {
        assert_eq!(read(&text), Err(CheckpointError::Lines), "{text:?}");
    }
    assert_eq!(read(&format!("\n0\n{root}\n")), Err(CheckpointError::Origin(String::new())));
    for size in
        ["", "00", "01", "+1", "-1", "1 ", "0x1", "１", "9007199254740993", "18446744073709551616"]
    {
        let refused = read(&format!("a\n{size}\n{root}\n"));
        assert_eq!(refused, Err(CheckpointError::Size(size.to_owned())));
    }
    for root in ["", "AA==", &root.replace("FU=", "FV="), &root.replace('=', ""), "é"] {
        let refused = read(&format!("a\n0\n{root}\n"));
        assert_eq!(refused, Err(CheckpointError::Root(root.to_owned())));
    }
}
