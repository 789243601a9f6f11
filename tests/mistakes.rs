//! What a clerk reads who mistook a word.

#![allow(
    clippy::duration_suboptimal_units,
    clippy::format_collect,
    clippy::format_push_string,
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "a test may panic, print and be plain"
)]

mod support;

use support::{RECORD, TestRegister};

/// What the program says to a person who asks for what cannot be done.
fn refused(register: &TestRegister, arguments: &[&str]) -> String {
    register.attestar(arguments).code(2).stderr
}

#[test]
fn a_time_a_descriptor_and_a_folder_are_told_how_they_are_written() {
    let register = TestRegister::sealed();
    for command in ["seal", "audit", "diff"] {
        for time in ["x", "2026-11-23"] {
            let said = refused(&register, &[command, "--at", time]);
            assert!(said.contains("a time is written as 2026-11-23T16:00:00+08:00"), "{said}");
        }
    }
    let said = refused(&register, &["seal", "--passphrase-fd", "x"]);
    assert!(said.contains("a file descriptor is a number"), "{said}");
    let said = refused(&register, &["-C", "register.toml", "check"]);
    assert!(said.contains("`register.toml` is a file: -C names the folder"), "{said}");
    for command in ["serve", "check", "build"] {
        let said = refused(&register, &["-C", "nowhere", command]);
        assert!(said.contains("there is no register in `nowhere`"), "{said}");
    }
}

#[test]
fn a_folder_that_is_not_there_is_not_made() {
    let register = TestRegister::sealed();
    let pins = &["--pins", "pins.json"][..];
    for (command, more) in [("evidence", pins), ("qr", &[])] {
        let named = [command, "EX-2026-001", "--out", "no/such/file.svg"];
        let said = refused(&register, &[&named, more].concat());
        assert!(said.contains("there is no folder `no/such`"), "{said}");
        assert!(!register.path("no").exists());
    }
    register.attestar(["qr", "EX-2026-001", "--out", "code.svg"]).success();
    register
        .attestar(["evidence", "EX-2026-001", "--out", "x.attestar.json", "--pins", "pins.json"])
        .success();
}

#[test]
fn before_the_first_edition_the_register_said_nothing() {
    let register = TestRegister::sealed();
    let asked = ["show", "EX-2026-001", "--as-published", "2026-03-01"];
    let run = register.attestar(asked).code(1);
    let words = "nothing was published by 2026-03-01: the first edition is of 2026-03-20";
    assert!(run.stdout.contains(words), "{}", run.stdout);
    let run = register.attestar(["show", "EX-2026-001", "--on", "2020-01-01"]).success();
    assert!(run.stdout.contains("no certificate on 2020-01-01"), "{}", run.stdout);
    assert!(!run.stdout.contains("none on"), "{}", run.stdout);
}

#[test]
fn a_changed_number_is_recognised() {
    let register = TestRegister::sealed();
    let record = register.read(RECORD).replace("EX-2026-001", "EX-2026-011");
    let other = "content/certificates/2026/EX-2026-011.md";
    let register = register.remove(RECORD).write(other, record);
    let findings = register.findings();
    let gone = findings.iter().find(|finding| finding.code == "sealed-missing").unwrap();
    let help = gone.help.as_deref().unwrap();
    let words = format!(
        "`EX-2026-011` ({other}) is of the same holder, scheme and days: was its number changed?"
    );
    assert!(help.contains(&words), "{help}");
}
