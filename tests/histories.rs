//! Two histories: what two clones have sealed is never mixed, and nothing is signed behind what is
//! known to be newer.

#![allow(
    clippy::duration_suboptimal_units,
    clippy::format_collect,
    clippy::format_push_string,
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "a test may panic, print and be plain"
)]

mod support;

use std::{fs, path::Path, process::Command};

use support::{RECORD, TestRegister, sealing::FIRST};

const AT: &str = "2026-06-05T08:00:00Z";
const SUSPENDED: &str = "\n[[events]]\ndate = 2026-06-01\nkind = \"suspended\"\n\
                         reason = \"surveillance-overdue\"\n";

fn copy(register: &TestRegister) -> TestRegister {
    let files = register.files().into_iter().filter(|(path, _)| register.path(path).is_file());
    files.fold(TestRegister::empty(), |copy, (path, bytes)| copy.write(&path, bytes))
}

/// Two clones of one register that have each sealed an edition of their own.
fn clones() -> (TestRegister, TestRegister) {
    let register = TestRegister::sealed();
    let ours = copy(&register).record("EX-2026-002").record("EX-2026-003").seals(AT);
    let theirs = copy(&register).append(RECORD, SUSPENDED).seals(AT);
    assert_ne!(ours.size(), theirs.size());
    (ours, theirs)
}

/// It is refused, and says so; nothing is written.
#[track_caller]
fn refused(register: &TestRegister, words: &str) {
    let before = register.ledger();
    for command in [&["seal", "--at", "2026-06-09T08:00:00Z"][..], &["check"], &["build"]] {
        let run = register.attestar(command).code(2);
        assert!(run.stderr.contains(words), "{command:?}: {}", run.stderr);
    }
    assert!(register.ledger() == before, "something was written");
}

#[test]
fn files_of_another_tail_are_refused() {
    let (ours, theirs) = clones();
    // What git adds from the other side without a conflict: files that were not here.
    let merged = theirs.ledger().into_iter().fold(copy(&ours), |merged, (path, bytes)| {
        let path = format!("ledger/{path}");
        if merged.path(&path).exists() { merged } else { merged.write(&path, bytes) }
    });
    refused(&merged, "holds a merge of two histories");
    // The other way round it is the newer checkpoint that is the stranger.
    let merged = ours.ledger().into_iter().fold(theirs, |merged, (path, bytes)| {
        let path = format!("ledger/{path}");
        if merged.path(&path).exists() { merged } else { merged.write(&path, bytes) }
    });
    let run = merged.seal("2026-06-09T08:00:00Z").code(2);
    assert!(run.stderr.contains("holds a merge of two histories"), "{}", run.stderr);
}

#[test]
fn marks_of_a_conflict_are_refused() {
    let (ours, theirs) = clones();
    for name in ["checkpoint", "policy", "keys/did.json", "status/revocation-0.json"] {
        let (mine, other) = (&ours.ledger()[name], &theirs.ledger()[name]);
        let (mine, other) = (String::from_utf8_lossy(mine), String::from_utf8_lossy(other));
        let text = format!("<<<<<<< HEAD\n{mine}\n=======\n{other}\n>>>>>>> theirs\n");
        let merged = copy(&ours).write(&format!("ledger/{name}"), text);
        refused(&merged, "git has left its conflict marks in it");
    }
    let lines = fs::read_to_string(ours.path("ledger/credentials/0000.jsonl")).unwrap();
    let merged = ours.write("ledger/credentials/0000.jsonl", format!("<<<<<<< HEAD\n{lines}"));
    refused(&merged, "git has left its conflict marks in it");
}

#[test]
fn a_mixture_of_two_tails_is_refused() {
    let (ours, theirs) = clones();
    for name in ["checkpoint", "credentials/0000.jsonl"] {
        let merged = copy(&ours).write(&format!("ledger/{name}"), &theirs.ledger()[name]);
        let run = merged.seal("2026-06-09T08:00:00Z").code(2);
        let known = ["two histories", "is missing", "is not what leaf", "is damaged"];
        assert!(known.iter().any(|words| run.stderr.contains(words)), "{name}: {}", run.stderr);
    }
}

/// A status-only edition of ours and an amendment of theirs: git takes the lines and the index of
/// theirs, which ours did not touch, and keeps ours where both did.
#[test]
fn lines_that_no_edition_left_here_are_not_dropped() {
    let register = TestRegister::sealed();
    let amended = "\n[[events]]\ndate = 2026-06-01\nkind = \"level-changed\"\nlevel = \"star-4\"\n";
    let theirs = copy(&register).append(RECORD, amended).seals(AT).ledger();
    let ours = copy(&register).append(RECORD, SUSPENDED).seals(AT);
    let merged = ["credentials/0000.jsonl", "index/0000"]
        .into_iter()
        .fold(ours, |merged, name| merged.write(&format!("ledger/{name}"), &theirs[name]));
    // A clone, or a merge, has no lock.
    let merged = merged.remove("ledger/.lock");
    let before = merged.ledger();
    let run = merged.seal("2026-06-09T08:00:00Z").code(2);
    assert!(run.stderr.contains("no edition was interrupted here"), "{}", run.stderr);
    assert!(merged.ledger() == before, "something was written");
}

#[test]
fn a_log_without_its_checkpoints_does_not_begin_again() {
    let register = TestRegister::sealed().remove("ledger/checkpoint").remove("ledger/checkpoints");
    let run = register.seal(AT).code(2);
    assert!(run.stderr.contains("no edition was interrupted here"), "{}", run.stderr);
    // Where the whole ledger is gone, the last build and git know of it.
    let register = TestRegister::sealed();
    register.attestar(["build"]).success();
    let register = register.remove("ledger").append(RECORD, SUSPENDED);
    let run = register.seal(AT).code(2);
    assert!(run.stderr.contains("`public/ledger/checkpoint`"), "{}", run.stderr);
    assert!(run.stderr.contains("there is no ledger here"), "{}", run.stderr);
}

fn git(root: &Path, arguments: &[&str]) -> Option<bool> {
    let mut git = Command::new("git");
    git.args([
        "-c",
        "user.name=t",
        "-c",
        "user.email=t@example.com",
        "-c",
        "init.defaultBranch=main",
    ]);
    git.arg("-C").arg(root).args(arguments).output().ok().map(|output| output.status.success())
}

#[test]
fn what_git_knows_of_another_clone_is_followed() {
    let register = TestRegister::sealed();
    let root = register.root().to_owned();
    if git(&root, &["init"]).is_none() {
        eprintln!("SKIPPED: git is not installed");
        return;
    }
    let run = |arguments: &[&str]| assert_eq!(git(&root, arguments), Some(true), "{arguments:?}");
    run(&["add", "content", "ledger", "register.toml"]);
    run(&["commit", "-m", "first"]);
    run(&["branch", "published"]);
    run(&["branch", "--set-upstream-to", "published"]);
    assert!(!register.read("ledger/.gitignore").is_empty());
    // Another clone seals and pushes; this one has fetched it, and not merged.
    run(&["checkout", "published"]);
    let register = register.append(RECORD, SUSPENDED).seals(AT);
    run(&["commit", "-am", "theirs"]);
    run(&["add", "ledger"]);
    run(&["commit", "--amend", "-m", "theirs"]);
    run(&["checkout", "main"]);
    assert_eq!(register.size(), 4);
    let register = register.record("EX-2026-002");
    let refused = register.seal("2026-06-09T08:00:00Z").code(2);
    assert!(refused.stderr.contains("git's `@{upstream}:ledger/checkpoint`"), "{}", refused.stderr);
    assert!(refused.stderr.contains("somebody has sealed since"), "{}", refused.stderr);
    run(&["merge", "--ff-only", "published"]);
    register.seal("2026-06-09T08:00:00Z").success();
}

#[test]
fn nothing_is_signed_behind_a_newer_checkpoint() {
    let (ours, theirs) = clones();
    let behind = TestRegister::sealed().append(RECORD, SUSPENDED);
    let newest = ours.path("ledger/checkpoint");
    let last = |register: &TestRegister, file: &str| {
        register.attestar(["seal", "--at", "2026-06-09T08:00:00Z", "--last", file])
    };
    let run = last(&behind, newest.to_str().unwrap()).code(2);
    assert!(run.stderr.contains("somebody has sealed since"), "{}", run.stderr);
    assert_eq!(behind.size(), 4);
    // Of the same size or smaller, and of another history.
    let smaller = theirs.path("ledger/checkpoint");
    let run = last(&ours, smaller.to_str().unwrap()).code(2);
    assert!(run.stderr.contains("are not the first of this log"), "{}", run.stderr);
    let ours = ours.record("EX-2026-004");
    last(&ours, ours.path("ledger/checkpoints/4").to_str().unwrap()).success();
    // Where there is no ledger at all.
    let fresh = TestRegister::minimal().keyed();
    let run = last(&fresh, newest.to_str().unwrap()).code(2);
    assert!(run.stderr.contains("there is no ledger here"), "{}", run.stderr);
    let run = last(&fresh, fresh.path("register.toml").to_str().unwrap()).code(2);
    assert!(!fresh.path("ledger/checkpoint").exists(), "{}", run.stderr);
}

#[test]
fn a_ledger_that_was_set_back_is_set_forward_again() {
    let register = TestRegister::sealed();
    let old = register.read("ledger/checkpoint");
    let register = register.append(RECORD, SUSPENDED).seals(AT);
    let (size, newest) = (register.size(), register.read("ledger/checkpoint"));
    let register = register.write("ledger/checkpoint", old);
    let run = register.seal("2026-06-05T08:00:01Z").success();
    assert!(run.stderr.contains("it was signed already"), "{}", run.stderr);
    assert_eq!((register.size(), register.read("ledger/checkpoint")), (size, newest));
}

#[test]
fn an_altered_ledger_is_refused() {
    let register = TestRegister::minimal().keyed().record("EX-2026-002").seals(FIRST);
    let alter = |name: &str, from: &str, to: &str| {
        let mut bytes = register.ledger()[name].clone();
        let at = bytes.windows(from.len()).position(|window| window == from.as_bytes()).unwrap();
        bytes.splice(at..at + from.len(), to.bytes());
        copy(&register).write(&format!("ledger/{name}"), bytes)
    };
    let raised = alter("credentials/0000.jsonl", "\"expires\":\"2029", "\"expires\":\"2030");
    refused(&raised, "line 1 is not what leaf 2 says was sealed");
    let other = alter("tile/entries/000.p/5", "EX-2026-002", "EX-2026-003");
    refused(&other, "do not lead to the root");
    let list = alter("status/revocation-0.json", "revocation", "Revocation");
    let run = list.attestar(["build"]).code(2);
    assert!(run.stderr.contains("is not the file of the last edition"), "{}", run.stderr);
    // A seal makes a new edition with sound lists.
    list.seal("2026-03-20T09:00:00Z").success();
    list.attestar(["build"]).success();
}
