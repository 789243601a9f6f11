//! A witness, what it cosigns and what it refuses.

use crate::{Log, key, vkey};
use attestar::tlog::{
    AddCheckpoint, Checkpoint, Hash, Note, NoteAlgorithm, NoteSignature, TilePath, TileReader,
    TreeHead, VerifierKey, Witness, WitnessRefusal, consistency,
};

const LOG: &str = "log.example/ledger";
const NAME: &str = "witness.example/w1";
const TIME: u64 = 1_795_161_660;

fn checkpoint(origin: &str, tree: TreeHead, signer: u8) -> Note {
    let text = Checkpoint::new(origin, tree).unwrap().to_string();
    let mut note = Note::new(&text).unwrap();
    note.sign(origin, &key(signer)).unwrap();
    note
}

/// What a log at `log` asks to be cosigned, from `old` leaves on.
fn request(log: &Log, old: u64) -> AddCheckpoint {
    let reader = TileReader::new(log.head(), |path: &TilePath| log.read(path));
    let proof = match old {
        0 => Vec::new(),
        _ => consistency(&reader, old, log.head().size).unwrap_or_default(),
    };
    AddCheckpoint { old, proof, checkpoint: checkpoint(LOG, log.head(), 0) }
}

/// The answer of a witness that remembers `last`.
fn answer(request: &[u8], last: TreeHead) -> Result<(TreeHead, Note, String), WitnessRefusal> {
    let logs = [vkey(LOG, NoteAlgorithm::Ed25519, 0)];
    let signer = key(5);
    let witness = Witness { name: NAME, signer: &signer, logs: &logs };
    let cosigned = witness.answer(request, TIME, |origin| {
        assert_eq!(origin, LOG);
        last
    })?;
    Ok((cosigned.tree, cosigned.checkpoint, cosigned.answer))
}

/// The status and body that a request is refused with.
fn refused(request: &AddCheckpoint, last: TreeHead) -> (u16, String) {
    let refusal = answer(request.to_string().as_bytes(), last).unwrap_err();
    assert_eq!(refusal.content_type() == "text/x.tlog.size", refusal.status() == 409);
    (refusal.status(), refusal.body())
}

#[test]
fn a_log_that_grows_is_cosigned_each_time() {
    let (mut log, mut last) = (Log::default(), TreeHead::EMPTY);
    let known: VerifierKey = vkey(NAME, NoteAlgorithm::Cosignature, 5);
    for more in [1, 4, 300, 0, 7] {
        log.grow(more);
        let request = request(&log, last.size).to_string();
        let (tree, checkpoint, lines) = answer(request.as_bytes(), last).unwrap();
        assert_eq!(tree, log.head());
        assert_eq!(checkpoint.verified_by([&known]).unwrap()[0].time, Some(TIME));
        let lines = NoteSignature::parse_lines(lines.as_bytes()).unwrap();
        assert_eq!(lines, checkpoint.signatures()[1..]);
        last = tree;
    }
}

#[test]
fn another_old_size_is_answered_with_the_remembered_one() {
    let mut log = Log::default();
    log.grow(3);
    let remembered = log.head();
    log.grow(2);
    assert_eq!(refused(&request(&log, 0), remembered), (409, "3\n".to_owned()));
    assert_eq!(refused(&request(&log, 4), remembered), (409, "3\n".to_owned()));
    assert_eq!(refused(&request(&log, 4), TreeHead::EMPTY), (409, "0\n".to_owned()));
    // Also where the log was set back.
    let five = log.head();
    let mut back = Log::default();
    back.grow(3);
    assert_eq!(refused(&request(&back, 3), five), (409, "5\n".to_owned()));
    let (status, body) = refused(&request(&back, 5), five);
    assert_eq!(
        (status, body.as_str()),
        (400, "the old size 5 is larger than the checkpoint's size 3\n")
    );
}

#[test]
fn another_history_is_refused() {
    let mut log = Log::default();
    log.grow(3);
    let other = TreeHead { size: 3, root: Hash::EMPTY };
    assert_eq!(refused(&request(&log, 3), other).0, 422);
    log.grow(4);
    assert_eq!(refused(&request(&log, 3), other).0, 422);
    let three = TreeHead { size: 3, root: other.root };
    let mut request = request(&log, 3);
    request.proof.pop();
    assert_eq!(refused(&request, three).0, 422);
}

#[test]
fn the_empty_tree_has_one_root_and_no_proof() {
    let empty = |root, proof| {
        let tree = TreeHead { size: 0, root };
        AddCheckpoint { old: 0, proof, checkpoint: checkpoint(LOG, tree, 0) }
    };
    let request = empty(Hash::EMPTY, Vec::new()).to_string();
    assert!(answer(request.as_bytes(), TreeHead::EMPTY).is_ok());
    let other = Hash::new([1; 32]);
    assert_eq!(refused(&empty(other, Vec::new()), TreeHead::EMPTY).0, 422);
    assert_eq!(refused(&empty(Hash::EMPTY, vec![other]), TreeHead::EMPTY).0, 422);
    let mut log = Log::default();
    log.grow(3);
    let request = AddCheckpoint { proof: vec![other], ..request_from_nothing(&log) };
    assert_eq!(refused(&request, TreeHead::EMPTY).0, 422);
}

fn request_from_nothing(log: &Log) -> AddCheckpoint {
    request(log, 0)
}

#[test]
fn only_a_known_log_is_cosigned() {
    let mut log = Log::default();
    log.grow(3);
    let asked = request(&log, 0);
    let with = |checkpoint| AddCheckpoint { checkpoint, ..asked.clone() };
    let other = with(checkpoint("other.example", log.head(), 0));
    assert_eq!(refused(&other, TreeHead::EMPTY).0, 404);
    let unknown = with(checkpoint(LOG, log.head(), 7));
    assert_eq!(refused(&unknown, TreeHead::EMPTY).0, 403);
    let lie = TreeHead { size: 4, ..log.head() };
    let forged =
        format!("{}\n{}", Checkpoint::new(LOG, lie).unwrap(), asked.checkpoint.signatures()[0]);
    let forged = with(Note::parse(forged.as_bytes()).unwrap());
    assert_eq!(refused(&forged, TreeHead::EMPTY).0, 403);
    let mut letter = Note::new("no\ncheckpoint\n").unwrap();
    letter.sign(LOG, &key(0)).unwrap();
    assert_eq!(refused(&with(letter), TreeHead::EMPTY).0, 400);
}

#[test]
fn foreign_signatures_are_not_kept() {
    let mut log = Log::default();
    log.grow(3);
    let mut asked = request(&log, 0);
    asked.checkpoint.sign("advert.example", &key(9)).unwrap();
    let (_, checkpoint, _) = answer(asked.to_string().as_bytes(), TreeHead::EMPTY).unwrap();
    let names: Vec<_> = checkpoint.signatures().iter().map(NoteSignature::name).collect();
    assert_eq!(names, [LOG, NAME]);
}

#[test]
fn a_witness_that_cannot_sign_does_not_say_why() {
    let mut log = Log::default();
    log.grow(3);
    let (logs, signer) = ([vkey(LOG, NoteAlgorithm::Ed25519, 0)], key(5));
    let witness = Witness { name: NAME, signer: &signer, logs: &logs };
    let request = request(&log, 0).to_string();
    let refusal = witness.answer(request.as_bytes(), 0, |_| TreeHead::EMPTY).unwrap_err();
    assert_eq!((refusal.status(), refusal.body().as_str()), (500, "the witness cannot sign now\n"));
}

#[test]
fn what_is_not_a_request_is_refused_where_it_stands() {
    let mut log = Log::default();
    log.grow(3);
    let (note, root) = (request(&log, 0).checkpoint, Hash::EMPTY);
    for (head, why) in [
        (String::new(), "line 1"),
        ("old".to_owned(), "line 1"),
        ("old 01".to_owned(), "line 1"),
        ("old  1".to_owned(), "line 1"),
        ("old 18446744073709551616".to_owned(), "line 1"),
        (format!("old 1\n{root}\nAA=="), "line 3"),
        (format!("old 1{}", format!("\n{root}").repeat(64)), "more than 63"),
    ] {
        let refusal = answer(format!("{head}\n\n{note}").as_bytes(), TreeHead::EMPTY).unwrap_err();
        assert_eq!(refusal.status(), 400);
        assert!(refusal.body().contains(why), "{head}: {refusal}");
    }
    assert_eq!(answer(b"old 0\n\ntext\n", TreeHead::EMPTY).unwrap_err().status(), 400);
}
