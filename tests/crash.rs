//! A seal that is stopped: after every single change to the disk, the next run gives the ledger that
//! an undisturbed one gives, and never a second history.
//!
//! `ATTESTAR_FAULT_AFTER_WRITES=N` stops the program before its N-th change to the disk from 0 on;
//! programs that are built for release do not know it.

#![allow(
    clippy::duration_suboptimal_units,
    clippy::format_collect,
    clippy::format_push_string,
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "a test may panic, print and be plain"
)]

mod support;

use std::collections::BTreeMap;

use support::{RECORD, Run, TestRegister, sealing::FIRST};

const SECOND: &str = "2026-06-05T08:00:00Z";
const CHANGES: &str = "\n[[events]]\ndate = 2026-05-02\nkind = \"level-changed\"\nlevel = \"star-4\"\n\
                       \n[[events]]\ndate = 2026-06-01\nkind = \"suspended\"\nreason = \"surveillance-overdue\"\n";

type Ledger = BTreeMap<String, Vec<u8>>;

/// A copy of a register.
fn copy(register: &TestRegister) -> TestRegister {
    let files = register.files().into_iter().filter(|(path, _)| register.path(path).is_file());
    files.fold(TestRegister::empty(), |copy, (path, bytes)| copy.write(&path, bytes))
}

/// Runs a command that is stopped before its n-th change. Whether it was.
fn stopped(register: &TestRegister, arguments: &[&str], n: usize) -> bool {
    let mut command = register.command(arguments);
    let run = Run::of(command.env("ATTESTAR_FAULT_AFTER_WRITES", n.to_string()));
    let stopped = run.stderr.contains("stopped before: ");
    if !stopped {
        run.success();
    }
    stopped
}

/// What was ever signed for, by size.
fn checkpoints(ledger: &Ledger) -> BTreeMap<String, String> {
    let text = |bytes: &Vec<u8>| String::from_utf8(bytes.clone()).unwrap();
    let archived = ledger
        .iter()
        .filter(|(path, _)| path.starts_with("checkpoints/") && !path.ends_with(".attestar-tmp"));
    archived.map(|(path, bytes)| (path.clone(), text(bytes))).collect()
}

/// The same files with the same bytes.
#[track_caller]
fn same(left: &Ledger, right: &Ledger, n: usize) {
    let paths = |ledger: &Ledger| ledger.keys().cloned().collect::<Vec<_>>();
    assert_eq!(paths(left), paths(right), "after {n} changes");
    for (path, bytes) in left {
        assert!(bytes == &right[path], "{path} after {n} changes");
    }
}

/// Whether everything signed for in one ledger stands in the other.
#[track_caller]
fn extends(after: &Ledger, before: &Ledger, n: usize) {
    let after = checkpoints(after);
    for (path, text) in checkpoints(before) {
        assert_eq!(after.get(&path), Some(&text), "after {n} changes: {path}");
    }
}

/// What is built after a crash is the state of a checkpoint that is there, or nothing.
fn shows_one_of_the_two_states(crashed: &TestRegister) {
    let shown = crashed.attestar(["build", "--out", "site"]).ended();
    let site = std::fs::read_to_string(crashed.path("site/ledger/checkpoint"));
    if let Ok(checkpoint) = site {
        assert_eq!(checkpoint, crashed.read("ledger/checkpoint"), "{}", shown.stderr);
    }
    let site = crashed.path("site");
    if site.exists() {
        std::fs::remove_dir_all(site).unwrap();
    }
}

/// Stops a command after every change, and lets the next run go on from there.
fn stop_after_every_change(register: &TestRegister, arguments: &[&str]) {
    let undisturbed = copy(register);
    undisturbed.attestar(arguments).success();
    let wanted = undisturbed.ledger();
    let mut n = 0;
    loop {
        let crashed = copy(register);
        if !stopped(&crashed, arguments, n) {
            break;
        }
        let left = crashed.ledger();
        if n % 4 == 0 {
            shows_one_of_the_two_states(&crashed);
        }
        crashed.attestar(arguments).ended();
        same(&crashed.ledger(), &wanted, n);
        extends(&wanted, &left, n);
        if n % 8 == 0 {
            let quiet = crashed.attestar(["seal", "--at", arguments[2]]).success();
            assert!(quiet.stderr.contains("there is nothing to seal"), "{}", quiet.stderr);
        }
        n += 1;
    }
    assert!(n > 20, "only {n} changes");
}

#[test]
fn the_first_edition_can_be_stopped_anywhere() {
    stop_after_every_change(&TestRegister::minimal().keyed(), &["seal", "--at", FIRST]);
}

#[test]
fn the_next_edition_can_be_stopped_anywhere() {
    let register = TestRegister::sealed().append(RECORD, CHANGES).record("EX-2026-002");
    stop_after_every_change(&register, &["seal", "--at", SECOND]);
}

#[test]
fn what_goes_on_later_and_from_other_records_is_still_one_history() {
    let register = TestRegister::sealed().append(RECORD, CHANGES);
    for n in (0..).step_by(3) {
        let crashed = copy(&register);
        if !stopped(&crashed, &["seal", "--at", SECOND], n) {
            break;
        }
        let left = crashed.ledger();
        // The clerk goes on editing, and the next run is stopped too.
        let crashed = crashed.record("EX-2026-002");
        stopped(&crashed, &["seal", "--at", "2026-06-07T08:00:00Z"], n / 2);
        extends(&crashed.ledger(), &left, n);
        let left = crashed.ledger();
        let crashed = crashed.seals("2026-06-09T08:00:00Z");
        extends(&crashed.ledger(), &left, n);
        crashed.attestar(["check"]).success();
        let words = crashed.leaf_words();
        assert_eq!(words.iter().filter(|w| *w == "amend EX-2026-001").count(), 1, "{words:?}");
        assert_eq!(words.iter().filter(|w| *w == "issue EX-2026-002").count(), 1, "{words:?}");
    }
}

#[test]
fn an_erasure_can_be_stopped_anywhere() {
    let register = TestRegister::minimal().keyed().record("EX-2026-002").seals(FIRST);
    let code = "new=0,changed=0,suspended=0,reinstated=0,ended=0,gone=1";
    let erase = ["erase", "--at", SECOND, "EX-2026-002", "--confirm", code];
    let undisturbed = copy(&register);
    undisturbed.attestar(erase).success();
    for n in 0.. {
        let crashed = copy(&register);
        if !stopped(&crashed, &erase, n) {
            break;
        }
        // Once the leaf is signed for, the number is erased whoever goes on.
        crashed.attestar(erase).ended();
        same(&crashed.ledger(), &undisturbed.ledger(), n);
        assert!(!crashed.path("content/certificates/2026/EX-2026-002.md").exists(), "after {n}");
        crashed.attestar(["check"]).success();
    }
}
