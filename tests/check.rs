//! What `attestar check` promises, seen from outside.

#![allow(
    clippy::duration_suboptimal_units,
    clippy::format_collect,
    clippy::format_push_string,
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "a test may panic, print and be plain"
)]

mod support;

use std::io;

use insta::assert_snapshot;
use support::{Finding, RECORD, Run, SCHEME, TestRegister};

/// A register with three mistakes in one record and one across two.
fn flawed() -> TestRegister {
    TestRegister::minimal()
        .replace(RECORD, "level = \"star-5\"", "level = \"star5\"")
        .replace(RECORD, "decided = 2026-03-16", "decided = 2026-03-20")
        .replace(RECORD, "ATT133", "ATT134")
        .write(
            "content/certificates/2026/EX-2026-002.md",
            support::MINIMAL[2].1.replace("EX-2026-001", "ex－2026－００１"),
        )
}

#[test]
fn a_sound_register_passes() {
    let run = TestRegister::minimal().attestar(["check"]).success();
    assert_eq!((&*run.stdout, &*run.stderr), ("", "records: 1, no findings\n"));
}

#[test]
fn the_demo_register_has_no_errors_and_the_warnings_that_it_shows_on_purpose() {
    let run = TestRegister::demo().attestar(["check", "--json"]).success();
    let findings = run.json();
    assert!(findings.iter().all(|finding| finding.severity == "warning"), "{findings:#?}");
    let mut codes: Vec<_> = findings.iter().map(|finding| &*finding.code).collect();
    codes.sort_unstable();
    codes.dedup();
    assert_eq!(
        codes,
        ["credit-code-waived", "surveillance-overdue", "suspension-long", "term-short"]
    );
}

#[test]
fn findings_are_shown_where_they_stand() {
    let run = flawed().attestar(["check"]).code(1);
    assert_eq!(run.stdout, "");
    assert_snapshot!(run.stderr, @r#"
    error[level-unknown]: the scheme `service-2020` has no level `star5`
     --> content/certificates/2026/EX-2026-001.md:4:9
      |
    4 | level = "star5"
      |         ^^^^^^^
      |
      = help: did you mean `star-5`?

    error[decided-after-issued]: the certificate was issued before the decision (ISO/IEC 17065, 7.7)
     --> content/certificates/2026/EX-2026-001.md:6:10
      |
    5 | decided = 2026-03-20
      |           ---------- decided
    6 | issued = 2026-03-18
      |          ^^^^^^^^^^
      |
      = help: the earliest allowed date is 2026-03-20

    error[credit-code-check-digit]: the check digit of `91440500MA00ATT134` is wrong
      --> content/certificates/2026/EX-2026-001.md:12:15
       |
    12 | credit_code = "91440500MA00ATT134"
       |               ^^^^^^^^^^^^^^^^^^^^ `3` expected at the end
       |
       = help: if the first 17 characters are right, the last is `3`; a genuine code that fails the check needs `credit_code_waiver = "reason"`

    error[number-duplicate]: the certificate number `EX-2026-001` stands in two records
     --> content/certificates/2026/EX-2026-002.md:2:10
      |
    2 | number = "ex－2026－００１"
      |          ^^^^^^^^^^^^^^^^^^
      |
     ::: content/certificates/2026/EX-2026-001.md:2:10
      |
    2 | number = "EX-2026-001"
      |          ------------- here it stands first
      |
      = help: a reissue under the same number is an event of the first record; another certificate needs another number

    records: 2, 4 errors
    "#);
}

#[test]
fn programs_get_one_object_a_line() {
    let run = flawed().attestar(["check", "--json"]).code(1);
    assert_eq!(run.stderr, "records: 2, 4 errors\n");
    let first = run.stdout.lines().next().unwrap();
    assert_snapshot!(first, @r#"{"file":"content/certificates/2026/EX-2026-001.md","line":4,"column":9,"severity":"error","code":"level-unknown","message":"the scheme `service-2020` has no level `star5`","help":"did you mean `star-5`?"}"#);
    let places = run
        .json()
        .into_iter()
        .map(|Finding { file, line, column, code, .. }| format!("{file}:{line}:{column} {code}"));
    assert_snapshot!(places.collect::<Vec<_>>().join("\n"), @r#"
    content/certificates/2026/EX-2026-001.md:4:9 level-unknown
    content/certificates/2026/EX-2026-001.md:6:10 decided-after-issued
    content/certificates/2026/EX-2026-001.md:12:15 credit-code-check-digit
    content/certificates/2026/EX-2026-002.md:2:10 number-duplicate
    "#);
}

#[test]
fn json_is_short_for_format_json() {
    let register = flawed();
    let (short, long) = (["check", "--json"].as_slice(), ["check", "--format", "json"].as_slice());
    assert_eq!(register.attestar(short).stdout, register.attestar(long).stdout);
}

#[test]
fn github_gets_annotations() {
    let run = flawed().attestar(["check", "--format", "github"]).code(1);
    assert_snapshot!(run.stdout, @r#"
    ::error file=content/certificates/2026/EX-2026-001.md,line=4,col=9,title=level-unknown::the scheme `service-2020` has no level `star5`%0Adid you mean `star-5`?
    ::error file=content/certificates/2026/EX-2026-001.md,line=6,col=10,title=decided-after-issued::the certificate was issued before the decision (ISO/IEC 17065, 7.7)%0Athe earliest allowed date is 2026-03-20
    ::error file=content/certificates/2026/EX-2026-001.md,line=12,col=15,title=credit-code-check-digit::the check digit of `91440500MA00ATT134` is wrong%0Aif the first 17 characters are right, the last is `3`; a genuine code that fails the check needs `credit_code_waiver = "reason"`
    ::error file=content/certificates/2026/EX-2026-002.md,line=2,col=10,title=number-duplicate::the certificate number `EX-2026-001` stands in two records%0Aa reissue under the same number is an event of the first record; another certificate needs another number
    "#);
}

#[test]
fn annotations_escape_what_would_end_them() {
    let register = TestRegister::minimal()
        .write("content/certificates/a,b:c%.md", "+++\n\"x\\n::error::y\" = 1\n+++\n");
    let run = register.attestar(["check", "--format", "github"]).code(1);
    let unknown = run.stdout.lines().find(|line| line.contains("title=key-unknown")).unwrap();
    assert_snapshot!(unknown, @r#"::error file=content/certificates/a%2Cb%3Ac%25.md,line=2,col=1,title=key-unknown::nothing reads the key `x%0A::error::y`%0Athe keys known here are `decided`, `evaluation`, `events`, `exclusions`, `expires`, `first_granted`, `holder`, `industry`, `issued`, `level`, `number`, `region`, `reported_on`, `rule`, `scheme`, `scope`, `sites`, `succeeds` or `valid_from`"#);
    assert!(run.stdout.lines().all(|line| line.starts_with("::error file=content/")));
}

#[test]
fn warnings_forbid_publishing_only_with_strict() {
    let register = TestRegister::minimal().append(RECORD, "credit_code_waiver = \"seen\"\n");
    assert_eq!(register.codes(), ["credit-code-waiver-unneeded"]);
    let run = register.attestar(["check"]).success();
    assert!(run.stderr.ends_with("records: 1, 1 warning\n"), "{}", run.stderr);
    register.attestar(["check", "--strict"]).code(1);
    TestRegister::minimal().attestar(["check", "--strict"]).success();
}

#[test]
fn what_cannot_be_checked_is_no_finding() {
    let none = TestRegister::empty();
    let run = none.attestar(["check"]).code(2);
    assert_snapshot!(run.stderr, @r#"error: there is no register.toml here or above; `attestar init DIR` makes a register, and `-C DIR` names one"#);
    let run = none.attestar(["-C", "elsewhere", "check"]).code(2);
    assert_snapshot!(run.stderr, @r#"error: there is no register in `elsewhere`: it has no register.toml; `attestar init DIR` makes one"#);
    let register = TestRegister::minimal();
    register.attestar(["check", "--format", "yaml"]).code(2);
    register.attestar(["check", "--json", "--format", "human"]).code(2);
    let run = register.attestar(["check", "--as-of", "23.11.2026"]).code(2);
    assert!(run.stderr.contains("a day is written as YYYY-MM-DD"), "{}", run.stderr);
}

#[test]
fn every_mistake_of_a_record_shows_in_one_run() {
    let record = r#"+++
number = "EX-2026-001/.."
scheme = "service-2020"
level = "star-6"
decided = 2026-03-20
issued = 2026-03-18
expires = 2025-03-17
first_granted = 2026-03-19
scope = "家用电器的售后服务"
colour = "green"
region = 440500

[holder]
name = { zh = "示例电器有限公司", fr = "Appareils Exemple" }
credit_code = "91440500MA00ATT134"

[evaluation]
date = 2026-04-01
score = 96.5
special_bonus = 3

[[events]]
date = 2026-03-01
kind = "suspended"
reason = "surveillance-late"

[[events]]
date = 2026-02-01
kind = "reinstate"
+++
"#;
    let findings = TestRegister::minimal().write(RECORD, record).findings();
    let places = findings.iter().map(|f| format!("{}:{} {}", f.line, f.column, f.code));
    assert_snapshot!(places.collect::<Vec<_>>().join("\n"), @r#"
    2:10 number-malformed
    4:9 level-unknown
    6:10 decided-after-issued
    7:11 dates-reversed
    8:17 first-granted-late
    9:9 value-type
    10:1 key-unknown
    11:10 value-type
    14:27 language-unpublished
    15:15 credit-code-check-digit
    18:8 evaluation-after-decision
    19:9 value-type
    20:17 bonus-too-many
    23:8 event-before-grant
    25:10 reason-unknown
    29:8 value-invalid
    "#);
}

#[test]
fn a_language_that_is_not_published_is_one_warning_however_many_texts_have_it() {
    let register = TestRegister::minimal().replace(RECORD, "scope = {", "scope = { fr = \"a\",");
    let second = register.read(RECORD);
    let second = second.replace("EX-2026-001", "EX-2026-000");
    let register = register.write("content/certificates/2026/EX-2026-000.md", second);
    let findings = register.findings();
    let [only] = findings.as_slice() else { panic!("{findings:?}") };
    assert_eq!(only.file, "content/certificates/2026/EX-2026-000.md");
    assert!(only.message.contains("`fr`, and 2 texts are not shown"), "{}", only.message);
}

#[test]
fn a_mistake_in_one_file_hides_none_in_another() {
    let register = TestRegister::minimal()
        .edit("register.toml", |text| format!("{text}fax = \"1\"\n"))
        .edit(SCHEME, |text| text.replace("cycle_months = 36", "cycle_months = \"36\""))
        .write("content/certificates/a.md", "no facts\n")
        .write("content/certificates/b.md", "+++\nnumber = \"B-1\n+++\n")
        .write("content/guidance/c.md", "+++\n+++\n[x](y.md)\n")
        .write("content/d.txt", "");
    let findings = register.findings();
    let places = findings.iter().map(|f| format!("{}: {}", f.file, f.code));
    assert_snapshot!(places.collect::<Vec<_>>().join("\n"), @r#"
    content/certificates/a.md: front-matter-missing
    content/certificates/b.md: toml-syntax
    content/d.txt: file-ignored
    content/guidance/c.md: key-missing
    content/schemes/service-2020.toml: value-type
    register.toml: key-unknown
    "#);
}

#[test]
fn a_record_is_not_blamed_for_its_scheme() {
    let register = TestRegister::minimal().edit(SCHEME, |text| text.replace("\"EX 2020\"", "2020"));
    let findings = register.findings();
    assert_eq!(findings.len(), 1, "{findings:#?}");
    assert_eq!(findings[0].file, SCHEME);
}

fn advice(from: &str, to: &str) -> (String, String) {
    let findings = TestRegister::minimal().replace(RECORD, from, to).findings();
    let first = findings.into_iter().find(|f| f.code != "holder-identifier").unwrap();
    (first.code, first.help.unwrap_or_default())
}

#[test]
fn the_nearest_known_word_is_suggested() {
    let help = |from, to| advice(from, to).1;
    assert_eq!(help("number = ", "nubmer = "), "did you mean `number`?");
    assert_eq!(help("credit_code", "creditcode"), "did you mean `credit_code`?");
    assert_eq!(help("\"star-5\"", "\"star5\""), "did you mean `star-5`?");
    assert_eq!(help("\"service-2020\"", "\"service-2002\""), "did you mean `service-2020`?");
    assert_eq!(help("\"star-5\"", "\"gold\""), "its levels are `star-4` or `star-5`");
}

#[test]
fn a_credit_code_one_digit_off_comes_with_the_digit_that_fits() {
    let (code, help) = advice("91440500MA00ATT133", "91440500MA00ATT13X");
    assert_eq!(code, "credit-code-check-digit");
    assert!(help.starts_with("if the first 17 characters are right, the last is `3`"), "{help}");
    let (code, help) = advice("91440500MA00ATT133", "9I44O5OOMAOOATTI33");
    assert_eq!((&*code, &*help), ("credit-code-malformed", "did you mean `91440500MA00ATT133`?"));
    let (_, help) = advice("91440500MA00ATT133", "9I44O5OOMAOOATTI34");
    assert_eq!(help, "", "nothing is suggested that would not be sound");
}

#[test]
fn a_date_that_is_not_allowed_comes_with_the_nearest_that_is() {
    let help = |from, to| advice(from, to).1;
    assert_eq!(help("2026-03-18", "2026-03-15"), "the earliest allowed date is 2026-03-16");
    assert_eq!(help("2029-03-17", "2026-03-17"), "the earliest allowed date is 2026-03-18");
    assert_eq!(help("2029-03-17", "2029-03-19"), "the latest allowed date is 2029-03-18");
    let register = TestRegister::minimal()
        .append(RECORD, "\n[[events]]\ndate = 2026-03-17\nkind = \"surveillance\"\n");
    let help = register.findings().remove(0).help;
    assert_eq!(help.as_deref(), Some("the earliest allowed date is 2026-03-18"));
}

#[test]
fn check_writes_nothing() {
    for register in [TestRegister::demo(), flawed()] {
        let before = register.files();
        register.attestar(["check"]).ended();
        assert!(register.files() == before);
    }
}

#[test]
fn the_register_is_the_one_named_or_the_nearest_upwards() {
    let register = TestRegister::minimal();
    let checked = |command: &mut std::process::Command| {
        assert_eq!(Run::of(command).success().stderr, "records: 1, no findings\n");
    };
    checked(register.command(["check"]).current_dir(register.path("content/certificates/2026")));
    let elsewhere = tempfile::tempdir().unwrap();
    let root = register.root().to_str().unwrap();
    for arguments in [["-C", root, "check"], ["--root", root, "check"], ["check", "-C", root]] {
        checked(register.command(arguments).current_dir(elsewhere.path()));
    }
    // The folder named is the register's: nothing is looked for above it.
    register.attestar(["-C", "content", "check"]).code(2);
}

#[test]
fn places_are_named_from_the_registers_root_wherever_check_is_run() {
    let register = flawed();
    let mut command = register.command(["check", "--json"]);
    let inside = Run::of(command.current_dir(register.path("content"))).stdout;
    assert_eq!(inside, register.attestar(["check", "--json"]).stdout);
}

#[test]
fn the_day_that_counts_as_today_can_be_said() {
    let register = TestRegister::minimal();
    let codes = |day: &str| -> Vec<_> {
        let findings = register.attestar(["check", "--json", "--as-of", day]).json();
        findings.into_iter().map(|finding| finding.code).collect()
    };
    assert_eq!(codes("2026-03-16"), ["issued-ahead"]);
    assert!(codes("2026-03-17").is_empty());
    assert!(codes("2027-03-18").is_empty());
    assert_eq!(codes("2027-03-19"), ["surveillance-overdue"]);
    assert!(codes("2029-03-18").is_empty());
}

#[test]
fn what_is_not_a_terminal_gets_no_colours() {
    let run = flawed().attestar(["check"]);
    assert!(!run.stderr.contains('\u{1b}'), "{}", run.stderr);
}

/// On a terminal, which `script` of util-linux pretends to be.
#[cfg(target_os = "linux")]
#[test]
fn a_terminal_gets_colours_unless_no_color_is_set() {
    let register = flawed();
    let program = env!("CARGO_BIN_EXE_attestar");
    let shown = |no_color: Option<&str>| {
        let mut command = std::process::Command::new("script");
        let check = format!("'{program}' check --as-of {}", support::TODAY);
        command.args(["-qec", &check, "/dev/null"]).current_dir(register.root());
        command.env_remove("NO_COLOR").envs(no_color.map(|value| ("NO_COLOR", value)));
        command.stdin(std::process::Stdio::null()).output()
    };
    let Ok(plain) = shown(Some("1")) else {
        eprintln!("SKIPPED: there is no `script` here");
        return;
    };
    let has_colours = |output: &std::process::Output| output.stdout.contains(&0x1b);
    assert!(!plain.stdout.is_empty() && !has_colours(&plain));
    assert!(has_colours(&shown(None).unwrap()));
    // https://no-color.org: only a value that is not empty counts.
    assert!(has_colours(&shown(Some("")).unwrap()));
}

#[test]
fn a_reader_that_has_gone_is_no_accident() {
    let register = flawed();
    for arguments in [
        ["check", "--format", "human"],
        ["check", "--format", "json"],
        ["check", "--format", "github"],
    ] {
        let closed = || {
            let (reader, writer) = io::pipe().unwrap();
            drop(reader);
            writer
        };
        let status = register.command(arguments).stdout(closed()).stderr(closed()).status();
        assert_eq!(status.unwrap().code(), Some(1), "{arguments:?}");
    }
}
