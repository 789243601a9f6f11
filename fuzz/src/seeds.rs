//! The seeds that are made of the known log: `cargo test --test fuzz -- --ignored` writes them. The
//! others are files of the demonstration's ledger, as README.md says.

use attestar::tlog::{AddCheckpoint, NoteAlgorithm, TlogProof, consistency, inclusion};

use super::{known, qr};

/// Files below `seeds/`.
pub fn all() -> Vec<(String, Vec<u8>)> {
    let mut all = Vec::new();
    let mut add = |name: &str, bytes: &[u8]| all.push((name.to_owned(), bytes.to_vec()));
    for (name, text) in notes() {
        add(&format!("note/{name}.txt"), text.as_bytes());
    }
    add("note/ledger-checkpoint.txt", include_bytes!("../../ledger/checkpoint"));
    add("note/ledger-policy.txt", include_bytes!("../../ledger/policy"));
    for (name, bytes) in tiles() {
        add(&format!("tile/{name}"), &bytes);
    }
    for (name, bytes) in qr::seeds() {
        add(&format!("qr/{name}"), &bytes);
    }
    all
}

fn notes() -> Vec<(&'static str, String)> {
    let whole = known::checkpoint(600, 3);
    let mut cosignatures = whole.to_string();
    cosignatures.drain(..known::checkpoint(600, 0).to_string().len());
    let path = inclusion(known::tree(), 300, 600).expect("all nodes are known");
    let extra = Some(known::entry(300));
    let proof = TlogProof { extra, index: 300, path, checkpoint: known::checkpoint(600, 2) };
    let proof_to = consistency(known::tree(), 257, 600).expect("all nodes are known");
    let request =
        AddCheckpoint { old: 257, proof: proof_to, checkpoint: known::checkpoint(600, 0) };
    let vkey = known::vkey(known::ORIGIN, NoteAlgorithm::Ed25519, &known::log_key());
    let mut other =
        known::policy().replace("quorum two\n", "group all-of all two\nquorum all-of\n");
    other.insert_str(0, "# a comment\n\n");
    vec![
        ("checkpoint", known::checkpoint(257, 2).to_string()),
        ("cosigned", whole.to_string()),
        ("text", whole.text().to_owned()),
        ("cosignatures", cosignatures),
        ("proof", proof.to_string()),
        ("request", request.to_string()),
        ("vkey", vkey.to_string()),
        ("policy", known::policy()),
        ("policy-of-groups", other),
    ]
}

fn tiles() -> Vec<(&'static str, Vec<u8>)> {
    let with = |letter: u8, bytes: &[u8]| [&[letter], bytes].concat();
    let bundle = [&[0, 3][..], &known::entries(7..10)].concat();
    vec![
        ("path-hashes", with(b'p', b"tile/0/x001/x234/067")),
        ("path-entries", with(b'p', b"tile/entries/002.p/193")),
        (
            "place",
            with(
                b'w',
                &[1, 0, 0, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 0, 0, 4, 1, 0, 0, 1, 0, 0, 0, 3, 9],
            ),
        ),
        ("bundle", with(b'b', &bundle)),
        (
            "untouched",
            with(
                b'a',
                &[
                    11, 0, 0, 9, 0, 0, 0, 3, 1, 0, 0, 0, 255, 0, 2, 0, 0, 1, 0, 0, 3, 0, 0, 0, 0,
                    9, 4,
                ],
            ),
        ),
        (
            "altered",
            with(
                b'a',
                &[7, 2, 1, 0, 1, 5, 0, 0, 0, 0, 0, 2, 7, 0, 9, 1, 1, 0, 0, 0, 1, 2, 3, 0, 0, 0, 9],
            ),
        ),
        ("hostile", with(b'h', &[0, 0, 0, 0, 1, 2, 3, 4, 0])),
        ("included", with(b'i', &[7, 0, 0, 0, 9, 0, 0, 0, 9, 0, 0, 0, 9, 1, 0, 1])),
        ("consistent", with(b'c', &[7, 5, 1, 1, 0, 5, 0])),
        ("grown", with(b'g', &[7, 0, 0, 0, 1, 9])),
    ]
}
