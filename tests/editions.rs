//! The worked timeline of a certificate (AST-SC-2021-00033), published edition by edition, and asked
//! on both axes: what was so on a day, and what the register said of it then.

#![allow(
    clippy::duration_suboptimal_units,
    clippy::format_collect,
    clippy::format_push_string,
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "a test may panic, print and be plain"
)]

mod support;

use std::sync::OnceLock;

use support::TestRegister;

const NUMBER: &str = "AST-SC-2021-00033";
const FILE: &str = "content/certificates/2021/AST-SC-2021-00033.md";

/// Each edition, and how many events the record had by then.
const EDITIONS: [(&str, usize); 9] = [
    ("2021-06-30", 0),
    ("2022-06-30", 2),  // star-5
    ("2023-07-31", 4),  // suspended from 2023-07-01
    ("2023-09-30", 5),  // reinstated on 2023-09-15
    ("2024-06-30", 6),  // recertified late
    ("2025-03-31", 7),  // a wrong end
    ("2025-05-31", 9),  // corrected
    ("2026-02-28", 10), // withdrawn from 2026-02-01
    ("2026-11-23", 10),
];

/// A day, and what the newest edition answers: the code and the level.
const NOW: [(&str, &str, &str); 16] = [
    ("2021-05-27", "none_that_day", ""),
    ("2021-05-31", "not_yet_valid", ""),
    ("2021-06-01", "valid", "star-4"),
    ("2022-06-09", "valid", "star-4"),
    ("2022-06-10", "valid", "star-5"),
    ("2023-06-30", "valid", "star-5"),
    ("2023-07-01", "suspended", "star-5"),
    ("2023-09-14", "suspended", "star-5"),
    ("2023-09-15", "valid", "star-5"),
    ("2024-05-31", "valid", "star-5"), // the last day, inclusive
    ("2024-06-01", "expired", ""),
    ("2024-06-19", "expired", ""),
    ("2024-06-20", "valid", "star-4"),
    ("2026-01-31", "valid", "star-4"),
    ("2026-02-01", "withdrawn", "star-4"),
    ("2028-01-01", "withdrawn", "star-4"), // not "expired", and not a projection
];

/// A day, the day of the register's word, the edition that this is, and the answer.
const THEN: [(&str, &str, &str, &str); 12] = [
    ("2021-06-10", "2021-05-31", "", "not_found"),
    ("2021-06-10", "2021-06-30", "2021-06-30", "valid"),
    ("2023-07-10", "2023-06-30", "2022-06-30", "projected_valid"),
    ("2023-07-10", "2023-07-31", "2023-07-31", "suspended"),
    ("2023-07-10", "2023-10-01", "2023-09-30", "suspended"),
    ("2023-08-15", "2023-07-31", "2023-07-31", "projected_suspended"),
    ("2024-06-10", "2024-06-01", "2023-09-30", "projected_expired"),
    ("2027-05-20", "2025-03-31", "2025-03-31", "projected_expired"),
    ("2027-05-20", "2025-05-30", "2025-03-31", "projected_expired"),
    ("2027-05-20", "2025-05-31", "2025-05-31", "projected_valid"),
    ("2027-05-20", "2026-02-28", "2026-02-28", "withdrawn"),
    ("2022-06-10", "2021-12-31", "2021-06-30", "projected_valid"),
];

/// The register with all editions, made once.
fn register() -> &'static TestRegister {
    static REGISTER: OnceLock<TestRegister> = OnceLock::new();
    REGISTER.get_or_init(|| {
        let demo = TestRegister::demo().keyed();
        let whole = demo.read(FILE);
        let content = demo.path("content/certificates");
        std::fs::remove_dir_all(content).unwrap();
        let mut register = demo;
        for (day, events) in EDITIONS {
            let (front, _) = whole.split_once("\n+++\n").unwrap();
            let parts: Vec<_> = front.split("\n[[events]]\n").take(events + 1).collect();
            let text = format!("{}\n+++\n", parts.join("\n[[events]]\n"));
            register = register.write(FILE, text).seals(&format!("{day}T08:00:00Z"));
        }
        register
    })
}

#[test]
fn the_newest_edition_answers_for_each_day() {
    for (day, answer, level) in NOW {
        let shown = register().shows(&[NUMBER, "--on", day]);
        assert_eq!(shown["answer"], answer, "{day}: {shown}");
        assert_eq!(shown["edition"], "2026-11-23");
        assert_eq!(shown["ordinal"], 9);
        if !level.is_empty() {
            assert_eq!(shown["level"], level, "{day}");
        }
    }
}

#[test]
fn an_older_edition_answers_as_it_did_then() {
    for (day, word, edition, answer) in THEN {
        let shown = register().shows(&[NUMBER, "--on", day, "--as-published", word]);
        assert_eq!(shown["answer"], answer, "{day} as of {word}: {shown}");
        assert_eq!(shown["edition"].as_str().unwrap_or_default(), edition, "{day} as of {word}");
        assert_eq!(shown["projection"], answer.starts_with("projected_"), "{day} as of {word}");
    }
}

#[test]
fn a_level_is_that_of_the_day_as_the_edition_knew_it() {
    let shown = |word| register().shows(&[NUMBER, "--on", "2022-06-20", "--as-published", word]);
    assert_eq!(shown("2021-06-30")["level"], "star-4");
    assert_eq!(shown("2022-06-30")["level"], "star-5");
    let end = |word| register().shows(&[NUMBER, "--on", "2025-01-01", "--as-published", word]);
    assert_eq!(end("2025-04-01")["validUntil"], "2027-05-13");
    assert_eq!(end("2025-06-01")["validUntil"], "2027-05-31");
}

#[test]
fn the_words_never_say_valid_of_a_day_that_the_edition_did_not_know() {
    let words = |arguments: &[&str]| {
        register().attestar([&["show", NUMBER], arguments].concat()).ended().stdout
    };
    let then = words(&["--on", "2023-07-10", "--as-published", "2023-06-30"]);
    let first = then.lines().next().unwrap();
    assert_eq!(
        first,
        "AST-SC-2021-00033: valid on 2023-07-10 if nothing changes: the day is later than edition \
         2022-06-30 (no. 2)"
    );
    let missing = words(&["--as-published", "2021-05-31"]);
    assert!(missing.contains("nothing was published by 2021-05-31"), "{missing}");
    register().attestar(["show", "AST-X"]).code(1);
}

#[test]
fn suspensions_and_withdrawals_sign_no_certificate_anew() {
    let words = register().leaf_words();
    let versions = words.iter().filter(|w| w.starts_with("issue") || w.starts_with("amend"));
    // Granted, raised, surveillance, recertified, a wrong end, the right end.
    assert_eq!(versions.count(), 6);
    let statuses: Vec<_> = words.iter().filter(|w| w.starts_with("status")).collect();
    assert_eq!(
        statuses,
        [
            "status AST-SC-2021-00033 suspended",
            "status AST-SC-2021-00033 valid",
            "status AST-SC-2021-00033 withdrawn"
        ]
    );
}
