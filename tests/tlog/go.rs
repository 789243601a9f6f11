//! A log that we wrote, checked by the Go project's code (`tests/interop/go/tlog_check.go`).

use crate::{Log, key, vkey};
use attestar::tlog::{Checkpoint, Note, NoteAlgorithm};
use std::{fs, path::Path, process::Command};

const LOG: &str = "register.example/ledger";
const WITNESS: &str = "witness.example/w1";

/// The program, built; none where there is no Go with x/mod.
fn program() -> Option<std::path::PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let built = Path::new(env!("CARGO_TARGET_TMPDIR")).join("tlog_check");
    let mut go = Command::new("go");
    go.args(["build", "-o"]).arg(&built).arg(root.join("tests/interop/go/tlog_check.go"));
    go.envs([("GO111MODULE", "off"), ("GOFLAGS", ""), ("GOPATH", "/usr/share/gocode")]);
    go.env("GOCACHE", Path::new(env!("CARGO_TARGET_TMPDIR")).join("go"));
    match go.output() {
        Ok(output) if output.status.success() => return Some(built),
        Ok(output) => {
            let why = String::from_utf8_lossy(&output.stderr).into_owned();
            assert!(why.contains("cannot find package"), "{why}");
            eprintln!("SKIPPED: there is no golang.org/x/mod/sumdb here");
        }
        Err(error) => eprintln!("SKIPPED: there is no go here ({error})"),
    }
    None
}

fn write(path: &Path, bytes: &[u8]) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, bytes).unwrap();
}

/// What the program says of a folder, and whether it holds.
fn check(program: &Path, folder: &Path) -> (bool, String) {
    let keys = [vkey(LOG, NoteAlgorithm::Ed25519, 0), vkey(WITNESS, NoteAlgorithm::Cosignature, 1)];
    let keys = keys.map(|key| key.to_string());
    let output = Command::new(program).arg(folder).args(keys).output().unwrap();
    (output.status.success(), String::from_utf8(output.stdout).unwrap())
}

#[test]
fn a_log_of_ours_holds_for_go_and_an_altered_one_does_not() {
    let Some(program) = program() else { return };
    let folder = tempfile::tempdir().unwrap();
    let ledger = folder.path().join("ledger");
    let mut log = Log::default();
    for (more, tiles) in [(1, 1), (254, 1), (1, 2), (256, 3), (193, 4), (699, 7)] {
        log.grow(more);
        let text = Checkpoint::new(LOG, log.head()).unwrap().to_string();
        let mut note = Note::new(&text).unwrap();
        note.sign(LOG, &key(0)).unwrap();
        note.cosign(WITNESS, 1_795_161_660, &key(1)).unwrap();
        for (name, bytes) in &log.files {
            write(&ledger.join(name), bytes);
        }
        let size = log.head().size;
        write(&ledger.join("checkpoint"), note.to_string().as_bytes());
        write(&ledger.join(format!("checkpoints/{size}")), note.to_string().as_bytes());
        let (holds, said) = check(&program, folder.path());
        assert!(holds, "{said}");
        assert!(said.starts_with(&format!("{size} entries, {tiles} tiles, ")), "{said}");
    }
    for name in
        ["checkpoint", "checkpoints/512", "tile/0/001", "tile/1/000.p/5", "tile/entries/002"]
    {
        let path = ledger.join(name);
        let good = fs::read(&path).unwrap();
        let mut bad = good.clone();
        bad[40] ^= 1;
        write(&path, &bad);
        assert!(!check(&program, folder.path()).0, "{name}");
        write(&path, &good);
    }
    assert!(check(&program, folder.path()).0);
}
