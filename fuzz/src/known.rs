//! A log whose every leaf is known, so that what is said about it can be compared with the truth.

use std::{ops::Range, sync::LazyLock};

use attestar::{
    proof::SigningKey,
    tlog::{
        Checkpoint, MemoryTree, Note, NoteAlgorithm, TileLevel, TilePath, TreeHead, VerifierKey,
        bundle, leaf_hash, root,
    },
};

/// Its name.
pub const ORIGIN: &str = "fuzz.example/ledger";
/// All its leaves: three levels of tiles.
pub const SIZE: u64 = 66_000;
/// Sizes at which trees differ in shape.
pub const SIZES: [u64; 12] = [0, 1, 2, 3, 255, 256, 257, 600, 65_535, 65_536, 65_537, SIZE];
/// When witnesses cosign.
pub const TIME: u64 = 1_795_420_800;

static TREE: LazyLock<MemoryTree> =
    LazyLock::new(|| (0..SIZE).map(|index| leaf_hash(&entry(index))).collect());

/// Its nodes.
pub fn tree() -> &'static MemoryTree {
    &TREE
}

/// A leaf.
pub fn entry(index: u64) -> Vec<u8> {
    format!("leaf {index}").into_bytes()
}

/// The bundle of some leaves.
pub fn entries(range: Range<u64>) -> Vec<u8> {
    let entries: Vec<_> = range.map(entry).collect();
    bundle(&entries).expect("short entries make a bundle")
}

/// The head of the tree of the first leaves.
pub fn head(size: u64) -> TreeHead {
    TreeHead { size, root: root(tree(), size).expect("all nodes are known") }
}

/// The bytes of a tile, if the whole log has that tile.
pub fn tile(path: &TilePath) -> Option<Vec<u8>> {
    let there = TilePath::in_tree(path.level(), path.index(), SIZE)?;
    if there.width() < path.width() {
        return None;
    }
    let first = path.index() * 256;
    match path.level() {
        TileLevel::Entries => Some(entries(first..first + u64::from(path.width()))),
        TileLevel::Hashes(_) => path.bytes(tree()).ok()?,
    }
}

/// The log's key.
pub fn log_key() -> SigningKey {
    SigningKey::from_seed([1; 32])
}

/// The key of one of three witnesses.
pub fn witness_key(number: u8) -> SigningKey {
    SigningKey::from_seed([10 + number; 32])
}

/// The name of one of three witnesses.
pub fn witness_name(number: u8) -> String {
    format!("w{number}.example")
}

/// What signatures of a key are checked with.
pub fn vkey(name: &str, algorithm: NoteAlgorithm, key: &SigningKey) -> VerifierKey {
    VerifierKey::new(name, algorithm, key.verifying_key()).expect("a plain name")
}

/// The policy: the log, and two of three witnesses.
pub fn policy() -> String {
    let log = vkey(ORIGIN, NoteAlgorithm::Ed25519, &log_key());
    let witness = |number| {
        let name = witness_name(number);
        let key = vkey(&name, NoteAlgorithm::Cosignature, &witness_key(number));
        format!("witness w{number} {key}\n")
    };
    let [first, second, third] = [0, 1, 2].map(witness);
    format!("log {log}\n{first}{second}{third}group two 2 w0 w1 w2\nquorum two\n")
}

/// The sizes whose checkpoints the log signed.
pub const SIGNED: [u64; 2] = [257, 600];

/// The checkpoint of a size, signed by the log and by so many witnesses.
pub fn checkpoint(size: u64, witnesses: u8) -> Note {
    let text = Checkpoint::new(ORIGIN, head(size)).expect("a plain name").to_string();
    let mut note = Note::new(&text).expect("a checkpoint is a note");
    note.sign(ORIGIN, &log_key()).expect("a log signs");
    for number in 0..witnesses {
        let name = witness_name(number);
        note.cosign(&name, TIME, &witness_key(number)).expect("a witness signs");
    }
    note
}
