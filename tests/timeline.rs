//! The worked timeline of a certificate, day by day: granted, raised, suspended, reinstated,
//! expired, recertified late, corrected, withdrawn (AST-SC-2021-00033 of the demo register).
//!
//! What a day's answer is stands here as a table. The other question, what the register *said* on
//! a day, is the ledger's to answer.

#![allow(
    clippy::duration_suboptimal_units,
    clippy::format_collect,
    clippy::format_push_string,
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "a test may panic, print and be plain"
)]

mod support;

use std::path::Path;

use attestar::load::{self, Today};
use attestar::model::Certificate;
use jiff::civil::Date;

const NUMBER: &str = "AST-SC-2021-00033";

/// A day, and the status and level that the certificate had on it.
const TABLE: [(&str, &str, &str); 29] = [
    ("0001-01-01", "none", ""),
    ("2021-05-27", "none", ""),
    ("2021-05-28", "not-yet-valid", "star-4"), // the decision
    ("2021-05-31", "not-yet-valid", "star-4"),
    ("2021-06-01", "valid", "star-4"), // the first day
    ("2021-06-02", "valid", "star-4"),
    ("2022-06-09", "valid", "star-4"),
    ("2022-06-10", "valid", "star-5"), // raised
    ("2022-06-11", "valid", "star-5"),
    ("2023-06-30", "valid", "star-5"),
    ("2023-07-01", "suspended", "star-5"), // the day of suspension is suspended
    ("2023-07-10", "suspended", "star-5"),
    ("2023-09-14", "suspended", "star-5"),
    ("2023-09-15", "valid", "star-5"), // the day of reinstatement is valid
    ("2023-09-16", "valid", "star-5"),
    ("2024-05-30", "valid", "star-5"),
    ("2024-05-31", "valid", "star-5"), // the last day, inclusive
    ("2024-06-01", "expired", "star-5"),
    ("2024-06-19", "expired", "star-5"), // decided the day before, and still a gap
    ("2024-06-20", "valid", "star-4"),   // the second cycle
    ("2025-03-30", "valid", "star-4"),
    ("2025-03-31", "valid", "star-4"), // a wrong end is recorded …
    ("2025-05-31", "valid", "star-4"), // … and corrected
    ("2026-01-31", "valid", "star-4"),
    ("2026-02-01", "withdrawn", "star-4"),
    ("2027-05-20", "withdrawn", "star-4"),
    ("2027-05-31", "withdrawn", "star-4"),
    ("2028-01-01", "withdrawn", "star-4"), // not "expired"
    ("9999-12-31", "withdrawn", "star-4"),
];

const SEGMENTS: &str = "not-yet-valid 2021-05-28;valid 2021-06-01;suspended 2023-07-01;\
                        valid 2023-09-15;expired 2024-06-01;valid 2024-06-20;withdrawn 2026-02-01";

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

/// Asks the demo's certificate.
fn asked<T>(question: impl FnOnce(&Certificate) -> T) -> T {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let loaded = load::load(root, Today::Day(day(support::TODAY))).unwrap();
    let is_it = |certificate: &&Certificate| certificate.number.key() == NUMBER;
    question(loaded.register.certificates.iter().find(is_it).unwrap())
}

#[test]
fn each_day_has_the_status_and_the_level_of_that_day() {
    asked(|certificate| {
        for (text, status, level) in TABLE {
            let standing = certificate.standing(day(text));
            assert_eq!(standing.status.code(), status, "{text}");
            if !level.is_empty() {
                assert_eq!(&*certificate.scheme.levels[standing.level].id, level, "{text}");
            }
        }
    });
}

#[test]
fn the_status_changes_on_the_days_of_the_table_and_on_no_other() {
    asked(|certificate| {
        let timeline = certificate.timeline();
        let mut text = String::new();
        let mut before = timeline.on(day("2020-12-31")).status;
        for today in day("2021-01-01").series(jiff::Span::new().days(1)) {
            let status = timeline.on(today).status;
            if status != before {
                let between = if text.is_empty() { "" } else { ";" };
                text.push_str(&format!("{between}{} {today}", status.code()));
                before = status;
            }
            if today == day("2028-12-31") {
                break;
            }
        }
        assert_eq!(text, SEGMENTS);
        let segments = timeline.segments();
        let said: Vec<_> =
            segments.iter().map(|s| format!("{} {}", s.status.code(), s.from)).collect();
        assert_eq!(said.join(";"), SEGMENTS);
    });
}

#[test]
fn since_is_the_first_day_of_the_run_that_the_day_belongs_to() {
    asked(|certificate| {
        for (asked, since) in [
            ("2021-05-28", "2021-05-28"),
            ("2023-06-30", "2021-06-01"), // a change of level does not begin a new run
            ("2023-07-10", "2023-07-01"),
            ("2024-05-31", "2023-09-15"),
            ("2024-06-19", "2024-06-01"),
            ("2026-01-31", "2024-06-20"),
            ("2028-01-01", "2026-02-01"),
        ] {
            assert_eq!(certificate.standing(day(asked)).since, day(since), "{asked}");
        }
    });
}

#[test]
fn status_as_of_names_the_last_thing_in_force_or_the_day_after_expiry() {
    asked(|certificate| {
        for (asked, as_of) in [
            ("2021-06-01", "2021-06-01"),
            ("2022-05-24", "2021-06-01"),
            ("2022-05-25", "2022-05-25"), // a surveillance
            ("2023-07-01", "2023-07-01"),
            ("2024-05-31", "2023-09-15"),
            ("2024-06-01", "2024-06-01"),
            ("2024-06-19", "2024-06-01"), // a day that changes nothing changes nothing
            ("2026-01-31", "2025-05-31"),
            ("2028-01-01", "2026-02-01"),
        ] {
            assert_eq!(certificate.standing(day(asked)).as_of, day(as_of), "{asked}");
        }
    });
}

#[test]
fn a_correction_holds_for_the_days_before_it_was_made() {
    asked(|certificate| {
        for asked in ["2024-06-20", "2025-03-30", "2025-04-15", "2025-05-31", "2026-01-31"] {
            let standing = certificate.standing(day(asked));
            assert_eq!(standing.cycle.until, day("2027-05-31"), "{asked}");
        }
        let standing = certificate.standing(day("2024-05-31"));
        assert_eq!(standing.cycle.until, day("2024-05-31"), "the first cycle keeps its end");
    });
}

#[test]
fn the_last_second_of_the_last_day_is_one_in_shanghai() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let status = |instant: &str| {
        let today = load::load(root, Today::Now(instant.parse().unwrap())).unwrap().today;
        asked(|certificate| certificate.standing(today).status.code())
    };
    assert_eq!(status("2024-05-31T15:59:59Z"), "valid");
    assert_eq!(status("2024-05-31T16:00:00Z"), "expired");
    assert_eq!(status("2024-05-31T09:01:00-07:00"), "expired", "a visitor in Los Angeles");
}

#[test]
fn the_page_carries_the_whole_timeline() {
    let demo = support::TestRegister::demo();
    for today in ["2021-05-27", "2023-07-10", "2024-06-19", support::TODAY] {
        let site = demo.build(today);
        let page = site.page(&format!("c/{NUMBER}.html"));
        assert_eq!(page.attribute(".banner", "data-segments"), SEGMENTS, "{today}");
        let (_, status, _) = TABLE.into_iter().find(|(day, ..)| *day == today).unwrap_or(TABLE[24]);
        assert_eq!(page.attribute(".banner", "data-status"), status, "{today}");
    }
}
