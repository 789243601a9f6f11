//! Files that no clerk writes on purpose: each gives a clear finding or the right result, never a
//! panic, a hang, or a page that lies.

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
    fmt::Write as _,
    fs::File,
    path::Path,
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use attestar::load::{self, Today};
use jiff::civil::{Date, date};
use proptest::prelude::*;
use support::{Finding, MINIMAL, RECORD, Run, SCHEME, TestRegister};

const SECOND: &str = "content/certificates/2026/EX-2026-002.md";

/// What is found in one file, as `code line:column`.
fn found_in(register: &TestRegister, file: &str) -> Vec<String> {
    let findings = register.findings().into_iter().filter(|finding| finding.file == file);
    let short = |Finding { code, line, column, .. }| format!("{code} {line}:{column}");
    findings.map(short).collect()
}

/// What is found in a second record of the minimal register.
fn found(bytes: impl AsRef<[u8]>) -> Vec<String> {
    let register = TestRegister::minimal().write(SECOND, bytes);
    let findings = found_in(&register, SECOND);
    assert_eq!(register.findings().len(), findings.len(), "other files are not to blame");
    register.attestar(["check"]).ended();
    findings
}

/// The minimal record with something replaced.
fn record(from: &str, to: &str) -> String {
    let text = second();
    assert!(text.contains(from), "{from}");
    text.replace(from, to)
}

/// A record under another number.
fn second() -> String {
    MINIMAL[2].1.replace("EX-2026-001", "EX-2026-002")
}

// Bytes

#[test]
fn a_file_larger_than_any_record_is_not_read() {
    let size = 200 << 20;
    for name in [SECOND, "content/schemes/x.toml", "content/guidance/x.md", "content/x.png"] {
        let register = TestRegister::minimal().sparse(name, size);
        assert_eq!(found_in(&register, name), ["file-too-large 1:1"]);
    }
    for name in ["content/regions.toml", "content/industries.toml", "register.toml"] {
        let register = TestRegister::minimal().sparse(name, size);
        assert_eq!(found_in(&register, name), ["file-too-large 1:1"]);
    }
}

#[test]
fn the_largest_record_is_read() {
    let mut text = second();
    let room = (1 << 20) - text.len();
    text.push_str(&"x".repeat(room));
    assert_eq!(found(&text), [""; 0]);
    text.push('x');
    assert_eq!(found(&text), ["file-too-large 1:1"]);
}

#[test]
fn what_is_not_utf8_is_shown_where_it_begins() {
    assert_eq!(found(b"\xff\xfe+\0+\0+\0"), ["file-not-utf8 1:1"]);
    assert_eq!(found(b"+++\nnumber = \"\xc4\xe3\xba\xc3\"\n+++\n"), ["file-not-utf8 2:11"]);
    let text = second();
    let cut = text.find('家').unwrap() + 1;
    let before = text.as_bytes().get(..cut).unwrap();
    assert_eq!(found(before), ["file-not-utf8 8:17"]);
    // A surrogate and an overlong slash.
    assert_eq!(found(b"\xed\xa0\x80"), ["file-not-utf8 1:1"]);
    assert_eq!(found(b"\xc0\xaf"), ["file-not-utf8 1:1"]);
    for name in ["register.toml", SCHEME, "content/regions.toml", "content/guidance/x.md"] {
        let register = TestRegister::minimal().write(name, b"\xff");
        assert_eq!(found_in(&register, name), ["file-not-utf8 1:1"]);
    }
}

#[test]
fn a_byte_order_mark_is_passed_over() {
    for (name, text) in MINIMAL {
        let register = TestRegister::minimal().write(name, format!("\u{feff}{text}"));
        assert_eq!(register.findings(), [], "{name}");
    }
    let wrong = format!("\u{feff}{}", record("star-5", "star5"));
    assert_eq!(found(wrong), ["level-unknown 4:9"]);
    assert_eq!(found("\u{feff}"), ["file-empty 1:1"]);
    assert_eq!(found("\u{feff}\u{feff}+++\n+++\n"), ["front-matter-missing 1:1"]);
}

#[test]
fn windows_line_ends_are_line_ends() {
    let register = MINIMAL.into_iter().fold(TestRegister::empty(), |register, (name, text)| {
        register.write(name, text.replace('\n', "\r\n"))
    });
    assert_eq!(register.findings(), []);
    assert_eq!(found(record("star-5", "star5").replace('\n', "\r\n")), ["level-unknown 4:9"]);
    // A carriage return alone was a line end last century.
    assert_eq!(found(second().replace('\n', "\r")), ["front-matter-missing 1:1"]);
}

#[test]
fn full_width_digits_are_the_same_number_and_no_number_of_toml() {
    let text = record("EX-2026-002", "ＥＸ－２０２６－００１");
    assert_eq!(found(text), ["number-duplicate 2:10"]);
    let text = record("2029-03-17", "２０２９-03-17");
    assert_eq!(found(text).first().unwrap(), "toml-syntax 7:11");
    let text = record("\n+++\n", "\n\n[evaluation]\nspecial_deductions = １\n+++\n");
    assert_eq!(found(text).first().unwrap(), "toml-syntax 15:22");
    let text = record("91440500MA00ATT133", "９１４４０５００ＭＡ００ＡＴＴ１３３");
    assert_eq!(found(text), [""; 0], "a full-width credit code is the code");
    let register = TestRegister::minimal().append(RECORD, "[evaluation]\nscore = \"９６.５\"\n");
    assert_eq!(register.codes(), ["value-invalid"]);
}

#[test]
fn control_characters_are_shown_where_they_stand() {
    assert_eq!(found(record("EX-2026-002", "EX-\0-002")), ["file-control-character 2:14"]);
    assert_eq!(found(format!("{}\u{1b}[2J", second())), ["file-control-character 14:1"]);
    assert_eq!(found("\0".repeat(1 << 20)), ["file-control-character 1:1"]);
    assert_eq!(found(record("EX-2026-002", r"EX\u0000-002")), ["number-malformed 2:10"]);
    assert_eq!(found(record("\"EX-2026-002\"", r#""EX\n-2026\t-002""#)), ["number-malformed 2:10"]);
    assert_eq!(found(record("star-5", r"star\u001b[31m-5")), ["text-invisible 4:9"]);
    for name in ["register.toml", SCHEME, "content/regions.toml", "content/guidance/x.md"] {
        let register = TestRegister::minimal().write(name, "a\0");
        assert_eq!(found_in(&register, name), ["file-control-character 1:2"]);
    }
}

#[test]
fn what_is_printed_cannot_steer_the_terminal() {
    let register = TestRegister::minimal()
        .write(SECOND, "+++\n\"\\u001b]0;owned\\u0007\" = 1\n\"\\u202e\\u2066\" = 2\n+++\n")
        .write("content/certificates/\u{1b}[2J\u{202e}.md", "+++\n")
        .write("content/certificates/\u{9b}31m.txt", "");
    let run = register.attestar(["check"]).code(1);
    let steers = |c: &char| {
        (c.is_control() && *c != '\n')
            || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    let found: Vec<_> = run.stderr.chars().filter(steers).collect();
    assert!(found.is_empty(), "{found:?} in\n{}", run.stderr);
}

#[test]
fn a_file_without_text_is_empty() {
    for text in ["", "\n", " \t\r\n\n"] {
        assert_eq!(found(text), ["file-empty 1:1"], "{text:?}");
    }
    let register = TestRegister::minimal().write("register.toml", "");
    assert_eq!(found_in(&register, "register.toml"), ["file-empty 1:1"]);
    register.attestar(["check"]).code(1);
    assert_eq!(found("+++\n+++\n").len(), 8, "an empty record lacks each key");
}

// TOML

/// Runs a check that must come to an end soon.
fn ends_soon(register: &TestRegister) -> Run {
    let (sender, receiver) = mpsc::channel();
    let mut command = register.command(["check"]);
    thread::spawn(move || sender.send(Run::of(&mut command)));
    receiver.recv_timeout(Duration::from_secs(60)).expect("check hangs").ended()
}

#[test]
fn deep_nesting_is_a_finding() {
    let deep = 10_000;
    let (open, close) = ("[".repeat(deep), "]".repeat(deep));
    let keys = vec!["a"; deep].join(".");
    let tables = "{a=".repeat(deep);
    for line in [
        format!("number = {open}{close}\n"),
        format!("number = {open}\n"),
        format!("number = {tables}1{}\n", "}".repeat(deep)),
        format!("{keys} = 1\n"),
        format!("[{keys}]\n"),
        format!("[[{keys}]]\n"),
        format!("number = {}\n", "[{a=".repeat(deep)),
    ] {
        let register = TestRegister::minimal().write(SECOND, format!("+++\n{line}+++\n"));
        ends_soon(&register).code(1);
        let findings = found_in(&register, SECOND);
        assert!(!findings.is_empty());
        assert!(findings.len() < 100, "one mistake gives {} findings", findings.len());
    }
}

#[test]
fn a_very_long_line_is_cut_when_it_is_shown() {
    let long = "电".repeat(300_000);
    for text in [
        record("家用电器的售后服务", &long),
        record("star-5", &long),
        record("number", &long),
        record("EX-2026-002", &long),
        record("91440500MA00ATT133", &long),
        format!("{}[x]({long}.md)", second()),
    ] {
        let register = TestRegister::minimal().write(SECOND, text);
        ends_soon(&register);
    }
    // A mistake at the end of a long line is still shown, without the line.
    let text = second().replace("scope = {", &format!("scope = {{ fr = \"{long}\","));
    let register = TestRegister::minimal().write(SECOND, text);
    assert_eq!(found_in(&register, SECOND), ["language-unpublished 8:11"]);
    let shown = register.attestar(["check"]).stderr;
    assert!(shown.len() < 10_000, "{} bytes are shown", shown.len());
}

#[test]
fn what_toml_allows_and_a_record_does_not_is_a_finding() {
    for (line, code) in [
        ("first_granted = 2026-03-18T00:00:00Z", "value-type"),
        ("first_granted = 00:00:00", "value-type"),
        ("first_granted = 2026-02-30", "toml-syntax"),
        ("first_granted = 0000-01-01", "seal-unfit"),
        ("number = \"EX-2026-003\"", "toml-syntax"), // twice
        ("sites = []", ""),
        ("sites = [1]", "value-type"),
        ("sites = { name = 1 }", "value-type"),
        ("events = \"none\"", "value-type"),
        ("exclusions = [[\"1.1\"]]", "value-type"),
        ("exclusions = [\"\"]", "value-invalid"),
        ("region = inf", "value-type"),
        ("industry = {}", "key-missing"),
        ("rule = {}", "key-missing"),
        ("evaluation = { special_deductions = -1 }", "value-type"),
        ("evaluation = { special_deductions = 99999999999999999999 }", "value-type"),
        ("evaluation = { special_deductions = 0xFFFFFFFF }", "deductions-too-many"),
        ("evaluation = { score = \"1e2\" }", "value-invalid"),
        ("evaluation = { score = \"NaN\" }", "value-invalid"),
        ("evaluation = { score = \"-95\" }", "value-invalid"),
        ("evaluation = { score = \"999999.999999\" }", "score-out-of-range"),
        (
            "evaluation = { clauses = { \"1.1\" = { obtained = \"0\", applicable = \"0\" } } }",
            "clause-points",
        ),
        ("evaluation = { clauses = { \"1.1\" = { obtained = \"1\" } } }", "key-missing"),
        ("evaluation = { clauses = { \"1.1\" = 60 } }", "value-type"),
        ("succeeds = \"EX-2026-002\"", "succeeds-unknown"), // itself
        ("\"\" = 1", "key-unknown"),
        ("__proto__ = {}", "key-unknown"),
    ] {
        let text = record("\nlevel", &format!("\n{line}\nlevel"));
        let findings = found(text);
        let codes: Vec<_> =
            findings.iter().map(|finding| finding.split(' ').next().unwrap()).collect();
        let expected: &[&str] = if code.is_empty() { &[] } else { &[code] };
        assert_eq!(codes, expected, "{line}");
    }
}

#[test]
fn the_ends_of_time_are_days() {
    for (decided, issued, expires) in [
        ("0000-01-01", "0000-01-01", "0000-01-01"),
        ("0000-01-01", "9999-12-31", "9999-12-31"),
        ("9999-12-31", "9999-12-31", "9999-12-31"),
    ] {
        let text = second()
            .replace("2026-03-16", decided)
            .replace("2026-03-18", issued)
            .replace("2029-03-17", expires);
        let register = TestRegister::minimal().write(SECOND, text);
        for today in ["0000-01-01", "2026-11-23", "9999-12-31"] {
            register.attestar(["check", "--as-of", today]).ended();
        }
    }
}

#[test]
fn the_largest_numbers_of_a_scheme_are_numbers() {
    let huge = u32::MAX;
    let register = TestRegister::minimal()
        .edit(SCHEME, |text| {
            text.replace("cycle_months = 36", &format!("cycle_months = {huge}"))
                .replace("surveillance_interval_months = 12", &format!(
                    "surveillance_interval_months = {huge}\nsurveillance_grace_days = {huge}\n\
                     early_recertification_months = {huge}\nmax_issue_ahead_days = {huge}\n\
                     recertification_apply_before_days = {huge}\nscore_decimals = {huge}"
                ))
                .replace("suspension_max_months = 6", &format!("suspension_max_months = {huge}"))
                .replace("percent = 10", &format!("percent = {huge}"))
                .replace("special_deduction_max = 5", &format!(
                    "special_deduction_max = {huge}\nspecial_bonus_max_count = {huge}\n\
                     special_deduction_points = \"999999.999999\"\nspecial_bonus_points = \"999999\""
                ))
        })
        .append(
            RECORD,
            &format!(
                "[evaluation]\nscore = \"96.5\"\nspecial_deductions = {}\nspecial_bonus = {huge}\n\
                 service_management_staff = {huge}\nafter_sales_service_managers = {huge}\n\
                 clauses.\"1.1\" = {{ obtained = \"999999.999999\", applicable = \"999999.999999\" }}\n",
                huge - 1
            ),
        );
    register.attestar(["check"]).ended();
    let zero = TestRegister::minimal().edit(SCHEME, |text| {
        text.replace("cycle_months = 36", "cycle_months = 0")
            .replace("surveillance_interval_months = 12", "surveillance_interval_months = 0")
            .replace("total_points = 100", "total_points = 0")
    });
    zero.attestar(["check"]).ended();
}

#[test]
fn a_record_full_of_events_is_read_in_good_time() {
    let mut text = second();
    text.truncate(text.rfind("+++").unwrap());
    let mut day = date(2026, 3, 18);
    let mut written = 0;
    while text.len() < (1 << 20) - 200 {
        write!(text, "[[events]]\ndate={day}\nkind=\"surveillance\"\n").unwrap();
        written += 1;
        if written % 20 == 0 && day < date(2029, 3, 17) {
            day = day.tomorrow().unwrap();
        }
    }
    assert!(written > 20_000, "{written} events");
    text.push_str("+++\n");
    let register = TestRegister::minimal().write(SECOND, text);
    assert_eq!(ends_soon(&register).stderr, "records: 2, no findings\n");
}

// Places

#[test]
fn a_folder_or_pipe_in_the_place_of_a_file_is_a_finding() {
    for name in [SECOND, "content/schemes/x.toml", "content/guidance/x.md"] {
        let inside = format!("{name}/inside.md");
        let register = TestRegister::minimal().write(&inside, "no facts\n");
        assert_eq!(register.codes(), ["file-not-a-file"]);
        assert_eq!(found_in(&register, name), ["file-not-a-file 1:1"]);
    }
    let register = TestRegister::minimal().write("content/regions.toml/x", "");
    assert_eq!(register.codes(), ["file-not-a-file"]);
    // A folder may have a picture's name; what is in it is read.
    let register = TestRegister::minimal().write("content/guidance/x.svg/y.png", "");
    assert_eq!(register.findings(), []);
    let register = TestRegister::minimal().remove("register.toml").write("register.toml/x", "");
    register.attestar(["check"]).code(2);
    register.attestar(["-C", ".", "check"]).code(2);
}

#[test]
fn content_that_is_a_file_or_missing_forbids_publishing() {
    let register = TestRegister::minimal().remove("content");
    assert_eq!(found_in(&register, "content"), ["file-unreadable 1:1"]);
    let register = register.write("content", "not a folder");
    assert_eq!(found_in(&register, "content"), ["file-not-a-file 1:1"]);
    register.attestar(["check"]).code(1);
    // A register without records is one that begins.
    let register = TestRegister::minimal().remove("content/certificates");
    let run = register.attestar(["check"]).success();
    assert_eq!(run.stderr, "records: 0, no findings\n");
}

#[cfg(unix)]
fn link(target: impl AsRef<Path>, name: &Path) {
    std::os::unix::fs::symlink(target, name).unwrap();
}

#[cfg(unix)]
#[test]
fn links_are_not_followed_wherever_they_lead() {
    let outside = TestRegister::minimal();
    let elsewhere = |name: &str| outside.path(name);
    let links: [(&str, std::path::PathBuf); 9] = [
        (SECOND, "EX-2026-001.md".into()),
        (SECOND, elsewhere(RECORD)),
        (SECOND, "nowhere".into()),
        (SECOND, "EX-2026-002.md".into()), // itself
        (SECOND, "/dev/zero".into()),
        ("content/certificates/2025", "2026".into()),
        ("content/certificates/2025", elsewhere("content/certificates")),
        ("content/certificates/2025", "..".into()), // a ring
        ("content/schemes/x.toml", elsewhere(SCHEME)),
    ];
    for (name, target) in links {
        let register = TestRegister::minimal().with(|root| link(&target, &root.join(name)));
        assert_eq!(found_in(&register, name), ["file-symlink 1:1"], "{}", target.display());
        let run = ends_soon(&register).code(1);
        assert!(run.stderr.ends_with("records: 1, 1 error\n"), "{}", run.stderr);
    }
}

#[cfg(unix)]
#[test]
fn a_register_or_its_content_may_not_be_a_link_but_the_way_to_it_may() {
    let register = TestRegister::minimal().with(|root| {
        std::fs::rename(root.join("content"), root.join("records")).unwrap();
        link("records", &root.join("content"));
    });
    assert_eq!(found_in(&register, "content"), ["file-symlink 1:1"]);
    let register = TestRegister::minimal().with(|root| {
        std::fs::rename(root.join("register.toml"), root.join("other.toml")).unwrap();
        link("other.toml", &root.join("register.toml"));
    });
    assert_eq!(found_in(&register, "register.toml"), ["file-symlink 1:1"]);
    let register = TestRegister::empty().with(|root| link("nowhere", &root.join("register.toml")));
    register.attestar(["check"]).code(2);
    let real = TestRegister::minimal();
    let way = TestRegister::empty().with(|root| link(real.root(), &root.join("way")));
    way.attestar(["-C", "way", "check"]).success();
}

#[cfg(unix)]
#[test]
fn a_pipe_is_not_waited_for() {
    let pipe = |path: &Path| {
        let made = std::process::Command::new("mkfifo").arg(path).status().unwrap();
        assert!(made.success());
    };
    for name in [SECOND, "content/schemes/x.toml", "content/x.svg", "content/regions.toml"] {
        let register = TestRegister::minimal().with(|root| pipe(&root.join(name)));
        ends_soon(&register).code(1);
        assert_eq!(found_in(&register, name), ["file-not-a-file 1:1"]);
    }
    let register = TestRegister::empty().with(|root| pipe(&root.join("register.toml")));
    let run = register.command(["-C", ".", "check"]).output().unwrap();
    assert_eq!(run.status.code(), Some(2));
}

#[test]
fn records_may_have_odd_names() {
    let long = "长".repeat(80);
    let names = [
        "a b.md",
        "-rf.md",
        "100%.md",
        "é\u{301}.md",
        "🏅.md",
        "A.MD",
        "a.tar.md",
        "#x?.md",
        &format!("{long}.md"),
    ];
    let mut register = TestRegister::minimal();
    for (at, name) in names.into_iter().enumerate() {
        let text = second().replace("EX-2026-002", &format!("EX-2026-1{at:02}"));
        register = register.write(&format!("content/certificates/{name}"), text);
    }
    let run = register.attestar(["check"]).success();
    assert_eq!(run.stderr, "records: 10, no findings\n");
}

#[cfg(unix)]
#[test]
fn names_that_other_systems_refuse_are_read_or_refused_in_words() {
    use std::os::unix::ffi::OsStrExt;
    let mut register = TestRegister::minimal();
    for (at, name) in ["a\nb.md", "a\\b.md", "a:b|c*\"<>.md", " .md"].into_iter().enumerate() {
        let text = second().replace("EX-2026-002", &format!("EX-2026-1{at:02}"));
        register = register.write(&format!("content/certificates/{name}"), text);
    }
    assert_eq!(register.findings(), []);
    register.attestar(["check"]).success();
    let name = std::ffi::OsStr::from_bytes(b"content/certificates/\xff.md");
    let made = File::create(TestRegister::root(&register).join(name));
    if made.is_err() {
        return; // macOS has no such names.
    }
    let findings = register.findings();
    assert_eq!(findings.len(), 1);
    assert_eq!(findings[0].code, "file-unreadable");
    assert!(findings[0].message.contains("not UTF-8"), "{}", findings[0].message);
}

#[test]
fn files_that_would_share_an_address_are_a_finding() {
    let page = "+++\ntitle = \"x\"\n+++\n";
    let scheme = MINIMAL[1].1;
    for (file, text) in [
        ("content/guidance/index.md", page),
        ("content/guidance/index.en.md", page),
        ("content/guidance/a b.md", page),
        ("content/guidance/a?b.md", page),
        ("content/guidance/100%.md", page),
        ("content/guidance/a..md", page),
        ("content/schemes/index.toml", scheme),
        ("content/schemes/a b.toml", scheme),
        ("content/schemes/级别.toml", scheme),
        ("content/a b.png", ""),
        ("content/a#b.png", ""),
    ] {
        let register = TestRegister::minimal().write(file, text);
        assert_eq!(found_in(&register, file), ["file-name 1:1"], "{file}");
        assert_eq!(register.codes(), ["file-name"], "{file}");
    }
    for (first, second) in [
        ("content/guidance/a.md", "content/guidance/a.zh.md"),
        ("content/guidance/A.md", "content/guidance/a.md"),
        ("content/guidance/A.md", "content/guidance/a.en.md"),
        ("content/guidance/A/b.md", "content/guidance/a/c.md"),
    ] {
        let register = TestRegister::minimal().write(first, page).write(second, page);
        assert_eq!(found_in(&register, second), ["file-name 1:1"], "{second}");
    }
    let register = TestRegister::minimal()
        .write("content/guidance/a.md", page)
        .write("content/guidance/a.en.md", page)
        .write("content/guidance/a/b.md", page)
        .write("content/guidance/常见问题.md", page)
        .write("content/guidance/a/index.md", page)
        .write("content/guidance/a.svg", "<svg/>");
    assert_eq!(register.findings(), []);
    register.build(support::TODAY);
}

#[test]
fn identifiers_that_would_share_an_address_are_a_finding() {
    let holder = |number: &str, id: &str| {
        record("credit_code = \"91440500MA00ATT133\"", &format!("id = {id}"))
            .replace("EX-2026-002", number)
    };
    for (first, second) in [
        ("{ scheme = \"lei\", value = \"abc\" }", "{ scheme = \"lei\", value = \"ABC\" }"),
        ("{ scheme = \"a-b\", value = \"c\" }", "{ scheme = \"a\", value = \"b-c\" }"),
    ] {
        let register = TestRegister::minimal()
            .write(SECOND, holder("EX-2026-002", first))
            .write("content/certificates/2026/EX-2026-003.md", holder("EX-2026-003", second));
        assert_eq!(register.codes(), ["holder-identifier"], "{second}");
    }
}

#[test]
fn what_editors_leave_behind_is_passed_over_and_nothing_else() {
    let register = TestRegister::minimal()
        .write("content/.DS_Store", "\0")
        .write("content/certificates/.EX-2026-001.md.swp", "\0")
        .write("content/certificates/2026/EX-2026-001.md~", "old")
        .write("content/.git/config", "");
    assert_eq!(register.findings(), []);
    for name in ["content/EX-2026-002.md", "content/certificates/EX-2026-002.markdown"] {
        let register = TestRegister::minimal().write(name, second());
        assert_eq!(found_in(&register, name), ["file-ignored 1:1"]);
    }
}

// Markdown

#[test]
fn nothing_outside_content_is_linked_or_shown() {
    let page = "+++\ntitle = \"x\"\n+++\n\n";
    for (text, code) in [
        ("![x](../../../etc/passwd)", "image-outside"),
        ("![x](../../register.toml)", "image-outside"),
        ("![x](..%2f..%2fx.png)", "image-outside"),
        ("![x](/x.png)", "image-outside"),
        ("![x](//evil.example/x.png)", "image-outside"),
        ("![x](https://evil.example/x.png)", "image-outside"),
        ("![x](data:image/png;base64,AAAA)", "image-outside"),
        ("![x](file:///etc/passwd)", "image-outside"),
        ("[x](../../../../x.md)", "link-unsafe"),
        ("[x](../../register.toml)", "link-broken"),
        ("[x](..\\..\\x.md)", "link-unsafe"),
        ("[x](javascript:alert(1))", "link-unsafe"),
        ("[x](JAVA&#115;CRIPT:alert(1))", "link-unsafe"),
        ("[x](//evil.example/)", "link-unsafe"),
        ("[x](vbscript:x)", "link-unsafe"),
        ("[x](./y.md#z)", "link-broken"),
        ("[x](#nowhere)", "link-broken"),
    ] {
        let register =
            TestRegister::minimal().write("content/guidance/a/x.md", format!("{page}{text}\n"));
        assert_eq!(register.codes(), [code], "{text}");
    }
    let register = TestRegister::minimal()
        .write(
            "content/guidance/a/x.md",
            format!("{page}[r](../../certificates/2026/EX-2026-001.md) ![y](../y.png)"),
        )
        .write("content/guidance/y.png", "");
    assert_eq!(register.findings(), []);
}

#[test]
fn hostile_markdown_is_read_in_good_time() {
    let size = 200_000;
    for text in [
        "[".repeat(size),
        "![](".repeat(size / 4),
        "> ".repeat(size / 2),
        "*a ".repeat(size / 3),
        "`".repeat(size),
        "<a ".repeat(size / 3),
        "# a\n".repeat(size / 4),
        "# a {#b}\n".repeat(size / 9),
        "[^a]: b\n".repeat(size / 8),
        "|a".repeat(size / 2),
        "- ".repeat(size / 2),
    ] {
        let start = text.get(..4).unwrap_or_default().to_owned();
        let page = format!("+++\ntitle = \"x\"\n+++\n\n{text}\n");
        let register = TestRegister::minimal()
            .write(SECOND, format!("{}\n{text}\n", second()))
            .write("content/guidance/x.md", page);
        let started = Instant::now();
        ends_soon(&register);
        eprintln!("{start:?}: {:?}", started.elapsed());
    }
}

#[test]
fn pictures_that_could_act_are_refused() {
    let svg = |inside: &str| {
        format!("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 1 1\">{inside}</svg>")
    };
    let check = |bytes: &[u8]| TestRegister::minimal().write("content/x.svg", bytes).codes();
    for inside in [
        "<script>alert(1)</script>",
        "<SCRIPT href='x.js'/>",
        "<x:script xmlns:x=\"http://www.w3.org/2000/svg\">alert(1)</x:script>",
        "<rect onclick=\"alert(1)\"/>",
        "<rect\nonload = 'alert(1)'/>",
        "<rect a=\"b\"onload='alert(1)'/>",
        "<a href=\"javascript:alert(1)\"><rect/></a>",
        "<a href=\"java&#115;cript:alert(1)\"><rect/></a>",
        "<a href=\"java&#x73;cript:alert(1)\"><rect/></a>",
        "<set attributeName=\"onmouseover\" to=\"alert(1)\"/>",
        "<foreignObject><p>x</p></foreignObject>",
        "<image href=\"https://evil.example/x.png\"/>",
        "<image xlink:href='//evil.example/x.png'/>",
        "<use href=\"http://evil.example/x.svg#y\"/>",
        "<style>@import url(https://evil.example/x.css);</style>",
        "<rect style=\"fill:url('https://evil.example/x.svg#y')\"/>",
        "<iframe src=\"x\"/>",
    ] {
        assert_eq!(check(svg(inside).as_bytes()), ["image-active"], "{inside}");
    }
    let document = format!("<!DOCTYPE svg [<!ENTITY x \"y\">]>{}", svg("&x;"));
    assert_eq!(check(document.as_bytes()), ["image-active"]);
    let sheet = format!("<?xml-stylesheet href=\"https://evil.example/x.css\"?>{}", svg(""));
    assert_eq!(check(sheet.as_bytes()), ["image-active"]);
    // Browsers read these as UTF-16.
    let script = svg("<script>alert(1)</script>");
    let wide: Vec<u8> = script.encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(check(&[b"\xff\xfe".as_slice(), &wide].concat()), ["file-not-utf8"]);
    assert_eq!(check(&wide), ["file-control-character"]);
    for broken in ["<svg", "<svg a=b>", "<svg a=\"b>", "<svg><!-- x", "<svg a\"><x=\"b\">"] {
        assert_eq!(check(broken.as_bytes()), ["image-active"], "{broken}");
    }
}

#[test]
fn plain_pictures_are_accepted() {
    for inside in [
        "",
        "<title>On the way to a prescription: javascript is a word</title>",
        "<text x=\"1\">one = two; 级别 &#8212; &amp;</text>",
        "<a href=\"#part\"><rect id=\"part\"/></a>",
        "<rect fill=\"url(#gradient)\" style=\"fill:url(#gradient)\"/>",
        "<style>text { font: 1em sans-serif }</style>",
        "<!-- https://inkscape.example -->",
        "<metadata><x about=\"http://example.org/\"/></metadata>",
    ] {
        let svg = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\">{inside}</svg>"
        );
        let register = TestRegister::minimal().write("content/x.svg", svg);
        assert_eq!(register.codes(), [""; 0], "{inside}");
    }
    let bytes: Vec<u8> = (0..=255).collect();
    let register = TestRegister::minimal().write("content/x.png", bytes);
    assert_eq!(register.findings(), []);
}

// Anything

/// Loads a register with something in the place of one file, and asks what comes out.
fn survives(name: &str, bytes: &[u8]) {
    let register = TestRegister::minimal().write(name, bytes);
    let loaded = load::load(register.root(), Today::Day(date(2026, 11, 23))).unwrap();
    for finding in loaded.report.findings() {
        let label = finding.primary();
        label.source.position(label.span.start);
        assert!(!finding.message.is_empty() && !finding.message.ends_with('.'));
    }
    for certificate in &loaded.register.certificates {
        let timeline = certificate.timeline();
        timeline.segments();
        for day in [Date::MIN, date(2026, 11, 23), Date::MAX] {
            timeline.on(day);
            timeline.surveillance(day);
            timeline.former_names(day);
        }
        timeline.sites();
    }
}

/// A text with some of its parts replaced, doubled, moved or left out.
fn damaged(text: &'static str) -> impl Strategy<Value = Vec<u8>> {
    let words = prop::sample::select(vec![
        "+++",
        "\n",
        "\"",
        "[",
        "]",
        "{",
        "}",
        "=",
        ".",
        ",",
        "-",
        "#",
        "'",
        "\"\"\"",
        "0",
        "9999",
        "[[events]]\n",
        "[holder]\n",
        "date = 2026-09-01\n",
        "kind = \"corrected\"\n",
        "\u{feff}",
        "\u{202e}",
        "家",
        "\r",
        "\0",
        "inf",
        "2026-02-29",
        "true",
        "0x",
        "\\u0000",
        "![](",
        "](",
        "<",
        "&",
        "`",
        "|",
        "^",
        "\u{1f3c5}",
    ]);
    let edit = (0..=text.len(), 0..40_usize, words);
    prop::collection::vec(edit, 1..6).prop_map(move |edits| {
        let mut bytes = text.as_bytes().to_vec();
        for (at, cut, word) in edits {
            let at = at.min(bytes.len());
            let end = (at + cut).min(bytes.len());
            bytes.splice(at..end, word.bytes());
        }
        bytes
    })
}

/// A record with every part that a record can have.
const FULL: &str = include_str!("../content/certificates/2021/AST-SC-2021-00033.md");

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_may_stand_in_a_record(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        survives(RECORD, &bytes);
    }

    #[test]
    fn any_text_may_stand_between_fences(text in "\\PC{0,200}", remarks in "\\PC{0,200}") {
        survives(RECORD, format!("+++\n{text}\n+++\n{remarks}").as_bytes());
    }

    #[test]
    fn a_damaged_record_is_no_accident(bytes in damaged(FULL)) {
        survives(RECORD, &bytes);
    }

    #[test]
    fn a_damaged_scheme_is_no_accident(bytes in damaged(MINIMAL[1].1)) {
        survives(SCHEME, &bytes);
    }

    #[test]
    fn damaged_settings_are_no_accident(bytes in damaged(MINIMAL[0].1)) {
        survives("register.toml", &bytes);
    }

    #[test]
    fn a_damaged_page_is_no_accident(bytes in damaged("+++\ntitle = \"x\"\ndata = [\"levels\"]\n+++\n\n## A {#a}\n\n[b](c.md) ![d](e.svg) [f](#a)\n")) {
        survives("content/guidance/x.md", &bytes);
    }
}
