//! What a build remembers of others must never be believed where it is not so: each test is a way in
//! which it once was.

#![allow(clippy::unwrap_used, reason = "a test may panic and be plain")]

mod support;

use std::{fs, path::Path};

use attestar::pipeline::CACHE;
use support::{PRIVATE_KEY, RECORD, TestRegister, files};
use walkdir::WalkDir;

const SUSPENDED: &str =
    "\n[[events]]\ndate = 2026-11-21\nkind = \"suspended\"\nreason = \"surveillance-overdue\"\n";

/// Builds, and compares what stands there with what is built from nothing.
fn builds(register: &TestRegister, day: &str) {
    register.attestar(["build", "--as-of", day]).success();
    let anew = register.path("anew");
    drop(fs::remove_dir_all(&anew));
    register.attestar(["build", "--no-cache", "--as-of", day, "--out", "anew"]).success();
    let (there, anew) = (files(&register.path("public")), files(&anew));
    assert!(there.keys().eq(anew.keys()));
    for (name, bytes) in &anew {
        assert!(there[name] == *bytes, "{name} is another");
    }
}

/// The file that says what the last build came to.
fn outcome(register: &TestRegister) -> std::path::PathBuf {
    let found = WalkDir::new(register.path(CACHE)).into_iter().map(Result::unwrap);
    let mut found = found.filter(|entry| entry.file_name() == "outcome");
    found.next().unwrap().into_path()
}

#[test]
fn what_an_older_build_came_to_is_not_said_of_what_a_newer_one_has_left() {
    let register = TestRegister::minimal().append(RECORD, SUSPENDED);
    register.attestar(["build", "--as-of", "2026-11-22"]).success();
    let (path, older) = (outcome(&register), fs::read(outcome(&register)).unwrap());
    register.attestar(["build", "--as-of", "2026-11-20"]).success();
    support::write_file(&path, &older);
    builds(&register, "2026-11-22");
}

#[test]
fn a_remark_of_a_build_that_was_killed_before_its_end_is_taken_back() {
    let register = TestRegister::minimal().record("EX-2026-002");
    let day = support::TODAY;
    builds(&register, day);
    let (path, older) = (outcome(&register), fs::read(outcome(&register)).unwrap());
    let text = register.read(RECORD);
    support::write_file(&register.path(RECORD), format!("{text}\n不对的备注\n").as_bytes());
    register.attestar(["build", "--as-of", day]).success();
    support::write_file(&path, &older);
    support::write_file(&register.path(RECORD), text.as_bytes());
    let other = "content/certificates/2026/EX-2026-002.md";
    let text = register.read(other);
    support::write_file(&register.path(other), format!("{text}\n另一备注\n").as_bytes());
    builds(&register, day);
}

#[test]
#[cfg(unix)]
fn an_edition_in_a_ledger_that_is_a_link_is_seen() {
    let register = TestRegister::sealed();
    let beside = tempfile::tempdir().unwrap();
    let ledger = beside.path().join("ledger");
    fs::rename(register.path("ledger"), &ledger).unwrap();
    std::os::unix::fs::symlink(&ledger, register.path("ledger")).unwrap();
    let day = "2026-11-25";
    let register = register.append(RECORD, SUSPENDED);
    builds(&register, day);
    let register = register.seals("2026-11-24T08:00:00Z");
    builds(&register, day);
    let page = String::from_utf8(files(&register.path("public"))["c/EX-2026-001.html"].clone());
    assert!(page.unwrap().contains("suspended 2026-11-21"));
}

#[test]
fn a_bulletin_leads_to_the_edition_that_follows_it_in_this_ledger() {
    let copy = |from: &Path, to: &Path| {
        drop(fs::remove_dir_all(to));
        for (name, bytes) in files(from) {
            support::write_file(&to.join(name), &bytes);
        }
    };
    let day = "2026-12-10";
    let register = TestRegister::sealed().record("EX-2026-002").seals("2026-12-02T08:00:00Z");
    let beside = tempfile::tempdir().unwrap();
    copy(&register.path("ledger"), beside.path());
    let register = register.record("EX-2026-003").seals("2026-12-04T08:00:00Z");
    let newer = tempfile::tempdir().unwrap();
    copy(&register.path("ledger"), newer.path());
    copy(beside.path(), &register.path("ledger"));
    let register = register.seals("2026-12-03T08:00:00Z");
    builds(&register, day);
    copy(newer.path(), &register.path("ledger"));
    builds(&register, day);
}

#[test]
fn a_key_in_a_folder_of_somebody_else_is_found() {
    let register = TestRegister::minimal();
    let build = || register.attestar(["build", "--as-of", support::TODAY]);
    build().success();
    support::write_file(&register.path("public/mine/note.txt"), b"nothing");
    build().success();
    build().success();
    support::write_file(&register.path("public/mine/key.pem"), PRIVATE_KEY.as_bytes());
    for run in [build(), register.attestar(["check", "--as-of", support::TODAY])] {
        assert!(run.ended().stderr.contains("key-exposed"));
    }
    fs::remove_dir_all(register.path("public/mine")).unwrap();
    build().success();
}

#[test]
fn a_page_that_somebody_has_changed_is_made_again() {
    let day = support::TODAY;
    let register = TestRegister::minimal().record("EX-2026-002");
    builds(&register, day);
    let path = register.path("public/c/EX-2026-001.html");
    let (page, written) = (fs::read_to_string(&path).unwrap(), fs::metadata(&path).unwrap());
    // One of the same size comes in its place, with its time.
    let false_page = page.replacen("valid", "VALID", 1);
    assert_ne!(false_page, page);
    fs::remove_file(&path).unwrap();
    support::write_file(&path, false_page.as_bytes());
    let file = fs::File::options().append(true).open(&path).unwrap();
    file.set_modified(written.modified().unwrap()).unwrap();
    builds(&register, day);
    // What was changed where it lies is not seen by its folder, and the next manifest is newer.
    support::write_file(&path, false_page.as_bytes());
    let other = "content/certificates/2026/EX-2026-002.md";
    let register = register.edit(other, |text| format!("{text}\n备注\n"));
    register.attestar(["build", "--as-of", day]).success();
    register.attestar(["build", "--as-of", day, "--no-cache"]).success();
    assert_eq!(fs::read_to_string(&path).unwrap(), page);
}
