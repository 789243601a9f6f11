//! Every kind of finding has an example that fails with it, and a section in docs/findings.md.
//!
//! `tests/findings/CODE/` holds files that are laid over the minimal register, and `expected.json`:
//! what `attestar check --json` then prints, to the byte. The section of docs/findings.md shows
//! what the same run prints for people. `BLESS=1 cargo test --test findings` writes both anew.

#![allow(
    clippy::duration_suboptimal_units,
    clippy::format_collect,
    clippy::format_push_string,
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "a test may panic, print and be plain"
)]

mod support;

use std::{
    collections::BTreeSet,
    env, fs,
    path::{Path, PathBuf},
};

use attestar::diag::{Code, Diagnostic, Severity};
use attestar::theme::{Minify, Theme};
use strum::IntoEnumIterator;
use support::{Finding, MINIMAL, RECORD, TestRegister, sealing::FIRST};

/// What is found when a theme is read, which `build` does and `check` does not.
const THEME: [Code; 3] = [Code::TemplateSyntax, Code::TemplateUnsafe, Code::LabelUnknown];

const DOCS: &str = "docs/findings.md";

fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn folder(code: Code) -> PathBuf {
    repository().join("tests/findings").join(code.name())
}

fn is_blessing() -> bool {
    env::var_os("BLESS").is_some_and(|value| value == "1")
}

/// What is found only beside a ledger: the example is laid over the sealed register.
const SEALED: [Code; 5] = [
    Code::SealedRewritten,
    Code::SealedMissing,
    Code::SealedErased,
    Code::SealedElsewhere,
    Code::SealedUnfinished,
];

/// The minimal register with the example laid over it.
fn example(code: Code) -> TestRegister {
    let is_sealed = SEALED.contains(&code);
    let register = if is_sealed { TestRegister::sealed() } else { TestRegister::minimal() };
    let register = register.overlay(&folder(code), "");
    let expected = register.path("expected.json");
    fs::remove_file(expected).unwrap_or_else(|error| assert!(is_blessing(), "{code:?}: {error}"));
    set_up(code, register)
}

/// What files in a folder cannot say.
fn set_up(code: Code, register: TestRegister) -> TestRegister {
    match code {
        Code::FileUnreadable => register.remove("content"),
        Code::FileTooLarge => register.sparse("content/certificates/2026/EX-2026-002.md", 2 << 20),
        #[cfg(unix)]
        Code::FileSymlink => register.with(|root| {
            let link = root.join("content/certificates/2026/EX-2026-002.md");
            std::os::unix::fs::symlink("EX-2026-001.md", link).unwrap();
        }),
        Code::SealedMissing => register.remove(RECORD),
        Code::SealedErased => {
            let code = "new=0,changed=0,suspended=0,reinstated=0,ended=0,gone=1";
            let erase = ["erase", "EX-2026-001", "--at", FIRST, "--confirm", code];
            register.attestar(erase).success();
            register.write(RECORD, MINIMAL[2].1)
        }
        Code::SealedUnfinished => {
            let policy = register.read("ledger/policy");
            register.write("ledger/policy", format!("# edited\n{policy}"))
        }
        Code::KeyDemo => register.keyed(),
        Code::BaseUrlExample => {
            register.attestar(["key", "new", "--unencrypted"]).success();
            register
        }
        Code::KeyExposed => {
            let register = register.keyed();
            let key = register.read("keys/issue.pem");
            register.write("themes/issue.pem", key)
        }
        _ => register,
    }
}

/// What is found in an example, one JSON object a line.
fn lines(code: Code) -> String {
    let register = example(code);
    if !THEME.contains(&code) {
        let run = register.attestar(["check", "--json"]);
        return run.code(exit_code(code)).stdout;
    }
    let (_, report) = Theme::load(register.root(), "default", Minify::Yes).unwrap();
    let line = |finding: &Diagnostic| {
        let label = finding.primary();
        let at = label.source.position(label.span.start);
        let severity: &str = finding.severity().into();
        let finding = Finding {
            file: label.source.path().to_owned(),
            line: at.line,
            column: at.column,
            severity: severity.to_owned(),
            code: finding.code.name().to_owned(),
            message: finding.message.clone(),
            help: finding.help.clone(),
        };
        serde_json::to_string(&finding).unwrap() + "\n"
    };
    report.findings().iter().map(line).collect()
}

fn exit_code(code: Code) -> i32 {
    i32::from(code.severity() == Severity::Error)
}

#[test]
fn the_register_under_the_examples_is_sound() {
    assert_eq!(TestRegister::minimal().findings(), []);
}

#[test]
fn every_code_has_an_example_that_fails_with_it_alone() {
    for code in Code::iter() {
        let lines = lines(code);
        let expected = folder(code).join("expected.json");
        if is_blessing() {
            support::write_file(&expected, lines.as_bytes());
        }
        let expected = fs::read_to_string(&expected).unwrap_or_else(|e| panic!("{code:?}: {e}"));
        assert_eq!(lines, expected, "{}", code.name());
        assert!(!lines.is_empty(), "{} has an example without findings", code.name());
        let severity: &str = code.severity().into();
        for line in lines.lines() {
            let finding: Finding = serde_json::from_str(line).unwrap();
            assert_eq!((&*finding.code, &*finding.severity), (code.name(), severity));
        }
    }
}

#[test]
fn warnings_forbid_publishing_with_strict() {
    let warning = |code: &Code| code.severity() == Severity::Warning && !THEME.contains(code);
    for code in Code::iter().filter(warning) {
        example(code).attestar(["check", "--strict"]).code(1);
    }
}

#[test]
fn no_example_is_left_over() {
    let mut names = BTreeSet::new();
    for entry in fs::read_dir(repository().join("tests/findings")).unwrap().map(Result::unwrap) {
        names.insert(entry.file_name().into_string().unwrap());
        for inside in fs::read_dir(entry.path()).unwrap().map(Result::unwrap) {
            let name = inside.file_name().into_string().unwrap();
            let known = ["content", "themes", "register.toml", "expected.json"].contains(&&*name);
            assert!(known, "nothing reads {}", inside.path().display());
        }
    }
    let codes: BTreeSet<_> = Code::iter().map(|code| code.name().to_owned()).collect();
    assert_eq!(names, codes);
}

#[test]
fn the_documentation_has_a_section_for_every_code_in_the_order_of_names() {
    let docs = fs::read_to_string(repository().join(DOCS)).unwrap();
    let sections: Vec<_> = docs.lines().filter_map(|line| line.strip_prefix("## ")).collect();
    let codes: BTreeSet<_> = Code::iter().map(Code::name).collect();
    assert_eq!(sections, codes.into_iter().collect::<Vec<_>>());
}

#[test]
fn each_section_says_how_severe_a_finding_is_what_it_looks_like_and_how_to_mend_it() {
    let mut docs = fs::read_to_string(repository().join(DOCS)).unwrap();
    for code in Code::iter() {
        let section = section(&docs, code).to_owned();
        let severity = if code.severity() == Severity::Error { "Error." } else { "Warning." };
        let starts = section.trim_start().starts_with(severity);
        assert!(starts, "the section {} does not begin with `{severity}`", code.name());
        let mends = section.contains("\n**To mend it:** ");
        assert!(mends, "the section {} does not say how to mend it", code.name());
        let shown = rendered(code);
        if is_blessing() {
            docs = docs.replace(&section, &section.replace(block(&section, code), &shown));
            support::write_file(&repository().join(DOCS), docs.as_bytes());
            continue;
        }
        assert_eq!(block(&section, code), shown, "the section {}", code.name());
    }
}

/// The first finding of an example as people see it.
fn rendered(code: Code) -> String {
    let out = tempfile::tempdir().unwrap();
    let build = ["build", "--out", out.path().to_str().unwrap()];
    let arguments = if THEME.contains(&code) { build.as_slice() } else { &["check"] };
    let run = example(code).attestar(arguments).code(exit_code(code));
    let first = run.stderr.split("\n\n").next().unwrap();
    first.lines().map(|line| format!("{}\n", line.trim_end())).collect()
}

fn section(docs: &str, code: Code) -> &str {
    let heading = format!("\n## {}\n", code.name());
    let (_, rest) = docs.split_once(&heading).unwrap_or_else(|| panic!("no section{heading}"));
    rest.split("\n## ").next().unwrap()
}

/// The text block of a section.
fn block(section: &str, code: Code) -> &str {
    let (_, rest) = section.split_once("```text\n").unwrap_or_else(|| panic!("{code:?}: no block"));
    rest.split_once("```").unwrap().0
}
