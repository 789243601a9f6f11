//! The worked timeline on its other axis: what the register *said*, edition by edition. The record
//! of AST-SC-2021-00033 is sealed in memory as it stood at each edition (statement and status
//! leaves), and what was sealed answers for any day, as of any edition.

#![allow(
    clippy::duration_suboptimal_units,
    clippy::format_collect,
    clippy::format_push_string,
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "a test may panic, print and be plain"
)]

mod support;

use std::{collections::BTreeMap, path::Path, sync::LazyLock};

use attestar::{
    credential::{
        Comparison, Credential, DetailStatus, Did, Edition, EditionKind, EditionName, Issuer,
        LeafStatus, Sealed, SealedEntry, SealedStatus, Version, answer, entry_context, pending,
        statuses,
    },
    load::{self, Loaded, Today},
    model::{Certificate, Change, LocalText},
    proof::{Prepared, ProofConfig, SigningKey, sha256},
};
use jiff::{ToSpan, civil::Date, tz::TimeZone};

const NUMBER: &str = "AST-SC-2021-00033";

/// The editions: each a month's last day, but for the first and the last.
const EDITIONS: [&str; 12] = [
    "2021-05-31",
    "2021-06-30",
    "2022-06-30",
    "2023-06-30",
    "2023-07-31",
    "2023-09-30",
    "2024-06-30",
    "2025-03-31",
    "2025-05-31",
    "2026-02-28",
    "2026-10-31",
    "2026-11-23",
];

static DEMO: LazyLock<Loaded> = LazyLock::new(|| {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    load::load(root, Today::Day(day(support::TODAY))).unwrap()
});

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn record() -> &'static Certificate {
    let is_it = |certificate: &&Certificate| certificate.number.key() == NUMBER;
    DEMO.register.certificates.iter().find(is_it).unwrap()
}

/// The record as the clerk had it on a day.
fn record_on(on: Date) -> Option<Certificate> {
    let mut certificate = record().clone();
    let before = certificate.events.iter().filter(|event| event.date <= on);
    certificate.events = before.cloned().collect();
    (certificate.grant.issued <= on).then_some(certificate)
}

fn issuer() -> Issuer {
    let did = Did::of("https://register.example").unwrap();
    Issuer::new(did, TimeZone::get("Asia/Shanghai").unwrap())
}

fn sealed(certificate: &Certificate, on: Date, serial: u32) -> String {
    let issuer = issuer();
    let config = ProofConfig {
        context: entry_context(issuer.did()),
        created: format!("{on}T08:00:00Z"),
        verification_method: issuer.did().key_url("k2026-1"),
    };
    let prepared = Prepared::new(&config).unwrap();
    let key = SigningKey::from_seed([7; 32]);
    let document = issuer.statement(certificate, on).unwrap().document(serial);
    prepared.secure(&document, &key.sign(&prepared.to_sign(&document)))
}

fn edition(at: u32, name: EditionName) -> Edition {
    let time = format!("{}T08:00:00Z", name.date()).parse().unwrap();
    Edition {
        name,
        ordinal: at + 1,
        time,
        kind: EditionKind::Full,
        size: 0,
        next: time + 1080.hours(),
        key_changes: vec![],
    }
}

/// The register's sealed state after all editions, and the lines of its versions.
fn history() -> (Sealed, Vec<String>) {
    let mut sealed_state = Sealed {
        entries: BTreeMap::new(),
        editions: vec![],
        issuer: issuer().did().clone(),
        keys: vec![],
        did: [].into(),
        policy: String::new(),
        checkpoint: String::new(),
    };
    let mut lines: Vec<String> = vec![];
    for (at, name) in (0..).zip(EDITIONS) {
        let on = day(name);
        sealed_state.editions.push(edition(at, EditionName::new(on, 1)));
        let Some(certificate) = record_on(on) else { continue };
        let key = certificate.number.key().into();
        let entry = sealed_state.entries.entry(key).or_insert_with(|| SealedEntry {
            versions: vec![],
            statuses: vec![],
            erased: None,
        });
        let statement = issuer().statement(&certificate, on).unwrap();
        let same = |version: &Version| {
            let line = &lines[version.serial as usize];
            statement.is_sealed_in(line.as_bytes(), version.serial)
        };
        if !entry.versions.last().is_some_and(same) {
            if let Some(before) = entry.versions.last() {
                let Comparison { differences, rewritten } =
                    statement.compare(lines[before.serial as usize].as_bytes()).unwrap();
                assert!(!differences.is_empty());
                assert_eq!(rewritten, None, "{name}");
            }
            let serial = u32::try_from(lines.len()).unwrap();
            let line = sealed(&certificate, on, serial);
            let sha256 = sha256(line.as_bytes());
            let history = Credential::parse(line.as_bytes()).unwrap().subject().history.len();
            let history = u32::try_from(history).unwrap();
            entry.versions.push(Version {
                serial,
                leaf: 0,
                sha256,
                edition: at,
                history,
                length: 0,
            });
            lines.push(line);
        }
        let new = pending(&statuses(&certificate), &entry.changes(), on).unwrap();
        let new = new.into_iter().map(|change| SealedStatus { change, edition: at, leaf: 0 });
        entry.statuses.extend(new);
    }
    (sealed_state, lines)
}

/// The answer for a day as of what was published on another, with the level.
fn asked(state: &Sealed, lines: &[String], on: &str, published: &str) -> String {
    let Some(at) = state.published_on(day(published)) else { return "no edition".into() };
    let edition = state.editions[at as usize].name.date();
    let entry = state.entry(NUMBER).unwrap();
    let Some((version, changes)) = entry.as_published(at) else { return "not_found".into() };
    let credential = Credential::parse(lines[version.serial as usize].as_bytes()).unwrap();
    let certificate = credential.reveal(&changes, &record().scheme).unwrap();
    let standing = certificate.standing(day(on));
    let level = &certificate.scheme.levels[standing.level].id;
    let code = answer(standing.status, day(on), edition).code();
    if code.ends_with("valid") && code != "not_yet_valid" {
        format!("{code} {level}")
    } else {
        code.into()
    }
}

#[test]
fn the_newest_edition_answers_for_every_day_of_the_table() {
    let (state, lines) = history();
    for (on, wanted) in [
        ("2021-05-27", "none_that_day"),
        ("2021-05-31", "not_yet_valid"),
        ("2021-06-01", "valid star-4"),
        ("2022-06-09", "valid star-4"),
        ("2022-06-10", "valid star-5"),
        ("2023-06-30", "valid star-5"),
        ("2023-07-01", "suspended"),
        ("2023-09-14", "suspended"),
        ("2023-09-15", "valid star-5"),
        ("2024-05-31", "valid star-5"),
        ("2024-06-01", "expired"),
        ("2024-06-19", "expired"),
        ("2024-06-20", "valid star-4"),
        ("2026-01-31", "valid star-4"),
        ("2026-02-01", "withdrawn"),
        ("2028-01-01", "withdrawn"),
    ] {
        assert_eq!(asked(&state, &lines, on, "2026-11-30"), wanted, "{on}");
    }
}

#[test]
fn each_edition_answers_as_it_knew_then() {
    let (state, lines) = history();
    for (on, published, wanted) in [
        ("2023-07-10", "2023-06-30", "projected_valid star-5"),
        ("2023-07-10", "2023-07-31", "suspended"),
        ("2023-07-10", "2026-11-23", "suspended"), // and still is after the reinstatement
        ("2027-05-20", "2025-03-31", "projected_expired"), // the wrong end
        ("2027-05-20", "2025-05-31", "projected_valid star-4"),
        ("2027-05-20", "2026-02-28", "withdrawn"),
        ("2021-06-10", "2021-05-31", "not_found"),
        ("2021-06-10", "2021-06-30", "valid star-4"),
        ("2021-06-10", "2021-05-30", "no edition"),
        ("2022-06-10", "2022-06-29", "projected_valid star-4"), // not raised yet
        ("2024-05-31", "2024-05-31", "projected_valid star-5"), // of the edition 2023-09-30
        ("2024-06-01", "2024-06-29", "projected_expired"),
    ] {
        assert_eq!(asked(&state, &lines, on, published), wanted, "{on} as of {published}");
    }
}

#[test]
fn what_only_changes_the_status_seals_no_new_version() {
    let (state, lines) = history();
    let entry = state.entry(NUMBER).unwrap();
    let editions: Vec<_> =
        entry.versions.iter().map(|version| EDITIONS[version.edition as usize]).collect();
    let sealed_in =
        ["2021-06-30", "2022-06-30", "2023-06-30", "2024-06-30", "2025-03-31", "2025-05-31"];
    assert_eq!(editions, sealed_in);
    assert_eq!(lines.len(), 6);
    let words: Vec<_> = entry
        .statuses
        .iter()
        .map(|s| {
            format!("{} {} {}", EDITIONS[s.edition as usize], s.change.status.word(), s.change.date)
        })
        .collect();
    assert_eq!(
        words,
        [
            "2023-07-31 suspended 2023-07-01",
            "2023-09-30 valid 2023-09-15",
            "2026-02-28 withdrawn 2026-02-01"
        ]
    );
    assert_eq!(entry.status_on(day("2023-07-10")), LeafStatus::Suspended);
}

#[test]
fn the_lists_of_an_edition_follow_from_the_leaves() {
    let (mut state, _) = history();
    let projection = state.project(day("2026-11-23"));
    assert_eq!(projection.revocation[0].serials().collect::<Vec<_>>(), [0, 1, 2, 3, 4, 5]);
    assert_eq!(projection.suspension[0].serials().count(), 0);
    let details = &projection.details[0].entries;
    assert_eq!((details[&0].status, details[&0].by), (DetailStatus::Superseded, Some(1)));
    assert_eq!(details[&0].date, Some(day("2022-06-30")));
    assert_eq!(details[&5].status, DetailStatus::Withdrawn);
    assert_eq!((details[&5].date, details[&5].by), (Some(day("2026-02-01")), None));
    // Up to the suspension: the second version stands, for now.
    let entry = state.entries.get_mut(NUMBER).unwrap();
    entry.versions.truncate(3);
    entry.statuses.truncate(1);
    let projection = state.project(day("2023-07-31"));
    assert_eq!(projection.revocation[0].serials().collect::<Vec<_>>(), [0, 1]);
    assert_eq!(projection.suspension[0].serials().collect::<Vec<_>>(), [2]);
    state.entries.get_mut(NUMBER).unwrap().erased = Some(4);
    let projection = state.project(day("2023-07-31"));
    assert_eq!(projection.revocation[0].serials().count(), 3);
    assert_eq!(projection.suspension[0].serials().count(), 0);
    assert_eq!(projection.details[0].entries[&2].status, DetailStatus::Erased);
}

#[test]
fn the_validity_that_tools_see_has_no_gap_in_it_and_ends_with_the_day() {
    let (_, lines) = history();
    let instants: Vec<_> = lines
        .iter()
        .map(|line| {
            let credential = Credential::parse(line.as_bytes()).unwrap();
            format!("{} {}", credential.valid_from(), credential.valid_until())
        })
        .collect();
    let first = "2021-05-31T16:00:00Z 2024-05-31T15:59:59Z";
    let second = |end: &str| format!("2024-06-19T16:00:00Z {end}T15:59:59Z");
    assert_eq!(instants[..3], [first; 3]);
    assert_eq!(instants[3..], [second("2027-05-31"), second("2027-05-13"), second("2027-05-31")]);
}

/// A change of the record and what comparing says about it.
fn compared(change: impl FnOnce(&mut Certificate)) -> (Vec<String>, Option<String>) {
    let on = day(support::TODAY);
    let line = sealed(record(), on, 3);
    let mut certificate = record().clone();
    change(&mut certificate);
    let found = issuer().statement(&certificate, on).unwrap().compare(line.as_bytes()).unwrap();
    (found.differences.iter().map(ToString::to_string).collect(), found.rewritten)
}

fn zh(text: &str) -> LocalText {
    LocalText::new(&[("zh".parse().unwrap(), text)]).unwrap()
}

#[test]
fn a_difference_is_told_by_member_and_the_past_is_not_to_be_told_otherwise() {
    assert_eq!(compared(|_| {}), (vec![], None));
    let (words, rewritten) = compared(|c| c.remarks = "改了".into());
    assert!(words.len() == 1 && words[0].starts_with("remarks: ") && words[0].ends_with("→ 改了"));
    assert_eq!(rewritten, None);
    let (words, rewritten) = compared(|c| c.grant.scope = zh("别的"));
    assert_eq!(words.len(), 2, "{words:?}");
    assert_eq!(rewritten.as_deref(), Some("history[0].scope"));
    let (words, rewritten) = compared(|c| c.grant.level = 0);
    assert!(words.contains(&"history[0].level: star-4 → pass".to_owned()), "{words:?}");
    assert_eq!(rewritten.as_deref(), Some("history[0].level"));
    let (words, rewritten) = compared(|c| {
        c.events = c.events[1..].into();
    });
    assert!(!words.is_empty());
    assert_eq!(rewritten.as_deref(), Some("history[1].date"));
    let (words, rewritten) = compared(|c| {
        let mut event = c.events[0].clone();
        event.date = day("2026-11-01");
        event.effective = event.date;
        c.events = [&*c.events, &[event]].concat().into();
    });
    assert_eq!(words, ["history[8]: surveillance on 2026-11-01 is new"]);
    assert_eq!(rewritten, None);
    let (_, rewritten) = compared(|c| {
        let raised = &mut c.events[1].change;
        assert!(raised.note().is_some());
        let (level, decided) = (raised.level(), raised.decided());
        *raised = Change { level, decided, ..Change::default() }.into();
    });
    assert_eq!(rewritten.as_deref(), Some("history[2].note"));
}

#[test]
fn a_first_change_of_facts_does_not_rewrite_the_grant() {
    let on = day("2021-06-30");
    let line = sealed(&record_on(on).unwrap(), on, 0);
    assert!(line.contains(r#""history":[{"date":"2021-06-01","kind":"granted"}]"#));
    let later = record_on(day("2022-06-30")).unwrap();
    let statement = issuer().statement(&later, day("2022-06-30")).unwrap();
    let found = statement.compare(line.as_bytes()).unwrap();
    let words: Vec<_> = found.differences.iter().map(ToString::to_string).collect();
    assert_eq!(
        words,
        [
            "history[1]: surveillance on 2022-05-25 is new",
            "history[2]: level-changed on 2022-06-10 is new",
            "level: star-4 → star-5"
        ]
    );
    assert_eq!(found.rewritten, None);
}

#[test]
fn a_change_of_facts_that_lies_ahead_stands_in_the_history_and_not_yet_at_the_top() {
    let mut certificate = record_on(day("2021-06-30")).unwrap();
    let raised = record().events.iter().find(|event| event.change.level().is_some()).unwrap();
    certificate.events = [raised.clone()].into();
    let line = sealed(&certificate, day("2022-06-09"), 0);
    assert!(line.contains(r#""starLevel":4,"type""#) && line.contains(r#""kind":"level-changed""#));
    let statement = issuer().statement(&certificate, day("2022-06-10")).unwrap();
    let found = statement.compare(line.as_bytes()).unwrap();
    assert_eq!((found.differences.len(), found.rewritten), (1, None));
    assert_eq!(found.differences[0].to_string(), "level: star-4 → star-5");
}
