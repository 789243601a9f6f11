//! What is sealed about a certificate says all that its pages say: a statement is revealed as the
//! certificate it was made from, for every record of the demo register, for made-up ones, and for
//! sequences of events that no record could have.

#![allow(
    clippy::duration_suboptimal_units,
    clippy::format_collect,
    clippy::format_push_string,
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "a test may panic, print and be plain"
)]

mod support;

use std::{path::Path, sync::Arc};

use attestar::{
    credential::{
        Credential, CredentialError, Did, Issuer, QrPayload, StatusChange, Unfit, entry_context,
        status_on, statuses,
    },
    load::{self, Loaded, Today},
    model::{
        Certificate, Change, Coded, Cycle, Evaluation, Event, EventKind, Register, Scheme, Segment,
        Site, Status, Timeline,
    },
    proof::{self, Prepared, ProofConfig, SigningKey},
    scaffold,
};
use jiff::{Span, civil::Date, tz::TimeZone};
use proptest::prelude::*;

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn today() -> Date {
    day(support::TODAY)
}

fn issuer() -> Issuer {
    let did = Did::of("https://register.example").unwrap();
    Issuer::new(did, TimeZone::get("Asia/Shanghai").unwrap())
}

/// An entry's published bytes, as sealed on a day.
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

fn demo() -> Loaded {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    load::load(root, Today::Day(today())).unwrap()
}

fn sample(count: u32) -> Register {
    let dir = tempfile::tempdir().unwrap();
    let sample = Some(scaffold::Sample { count, seed: 7 });
    let options = scaffold::Options { sample, today: today() };
    scaffold::write(dir.path(), &options, &|_| {}).unwrap();
    load::load(dir.path(), Today::Day(today())).unwrap().register
}

fn revealed(certificate: &Certificate, on: Date) -> (String, Certificate) {
    let bytes = sealed(certificate, on, 42);
    let credential = Credential::parse(bytes.as_bytes()).unwrap();
    assert_eq!((credential.serial(), credential.number()), (42, &certificate.number));
    let revealed = credential.reveal(&statuses(certificate), &certificate.scheme).unwrap();
    (bytes, revealed)
}

/// The days on which anything could change, and those beside them.
fn interesting(certificate: &Certificate) -> Vec<Date> {
    let grant = &certificate.grant;
    let mut days = vec![grant.decided, grant.issued, grant.cycle.from, grant.cycle.until, today()];
    days.extend(certificate.scheme.transition_until);
    for event in &certificate.events {
        let change = &event.change;
        days.extend([event.date, event.effective]);
        days.extend(
            [change.valid_from(), change.expires(), change.decided()].into_iter().flatten(),
        );
        days.extend(
            change.sites().into_iter().flatten().flat_map(|site| [site.from, site.until]).flatten(),
        );
    }
    let mut all: Vec<Date> = days
        .iter()
        .flat_map(|day| (-1..=1).map(|n| day.saturating_add(Span::new().days(n))))
        .collect();
    all.push(day("9999-12-31"));
    all.sort_unstable();
    all.dedup();
    all
}

/// What of an evaluation a page shows.
fn shown(found: Option<&Evaluation>, scheme: &Scheme) -> String {
    let Some(found) = found else { return String::new() };
    let publishes = scheme.publication.score;
    let score = found.score.or_else(|| found.computed(scheme).map(|score| scheme.shown(score)));
    let score = score.filter(|_| publishes);
    let clauses = (publishes && scheme.points_confirmed).then_some(&found.clauses);
    let shown = found.date.is_some() || score.is_some();
    if shown { format!("{:?} {score:?} {clauses:?}", found.date) } else { String::new() }
}

fn sites(timeline: &Timeline<'_>) -> String {
    let scheme = &timeline.certificate().scheme;
    let place = |site: &Site| {
        let address = site.address.as_ref().filter(|_| scheme.publication.site_addresses);
        format!("{:?} {address:?} {:?} {:?}", site.name, site.role, site.service)
    };
    let sites = timeline.sites();
    sites.iter().map(|s| format!("{} {:?} {:?};", place(s.site), s.from, s.until)).collect()
}

/// All that pages say about a day.
fn said(timeline: &Timeline<'_>, on: Date) -> String {
    let standing = timeline.on(on);
    let scheme = &timeline.certificate().scheme;
    let coded = |coded: Option<&Coded>| format!("{coded:?}");
    let reason = standing.reason.filter(|_| scheme.publication.reasons);
    format!(
        "{:?} since {} as of {}, suspended at expiry {}, reason {reason:?}; {:?} until {}; level {}; \
         holder {:?} {:?} {:?}; {:?} {:?}; {} {}; {} {} {:?}; {}; formerly {:?}; {:?}",
        standing.status,
        standing.since,
        standing.as_of,
        standing.suspended_at_expiry,
        standing.cycle,
        standing.until,
        standing.level,
        standing.holder_name,
        standing.holder_id,
        standing.holder_address,
        standing.scope,
        standing.exclusions,
        coded(standing.region),
        coded(standing.industry),
        standing.decided,
        standing.issued,
        standing.first_granted,
        shown(standing.evaluation, scheme),
        timeline.former_names(on),
        timeline.surveillance(on),
    )
}

fn says_the_same(record: &Certificate, revealed: &Certificate) {
    let (a, b) = (record.timeline(), revealed.timeline());
    assert_eq!(a.segments(), b.segments(), "{}", record.number);
    assert_eq!(sites(&a), sites(&b), "{}", record.number);
    assert_eq!(a.former_ids(), b.former_ids(), "{}", record.number);
    for on in interesting(record) {
        assert_eq!(said(&a, on), said(&b, on), "{} on {on}", record.number);
    }
    assert_eq!(record.remarks.replace("\r\n", "\n"), *revealed.remarks);
    assert_eq!(record.rule, revealed.rule);
    assert_eq!((record.reported_on, &record.succeeds), (revealed.reported_on, &revealed.succeeds));
}

fn round_trip(certificate: &Certificate, on: Date) {
    let (bytes, revealed) = revealed(certificate, on);
    let issuer = issuer();
    says_the_same(certificate, &revealed);
    let again = issuer.statement(&revealed, on).unwrap();
    assert!(again.is_sealed_in(bytes.as_bytes(), 42), "{}", certificate.number);
    let statement = issuer.statement(certificate, on).unwrap();
    assert_eq!(again, statement);
    assert!(!statement.is_sealed_in(bytes.as_bytes(), 43));
    let comparison = statement.compare(bytes.as_bytes()).unwrap();
    assert_eq!((comparison.differences.len(), comparison.rewritten), (0, None));
}

#[test]
fn every_record_of_the_demo_register_is_revealed_as_it_was_sealed() {
    let register = demo().register;
    assert!(register.certificates.len() > 80);
    for certificate in &register.certificates {
        for on in ["2021-06-30", "2025-04-15", support::TODAY, "2030-01-01"] {
            round_trip(certificate, day(on));
        }
    }
}

#[test]
fn made_up_records_are_revealed_as_they_were_sealed() {
    for certificate in &sample(1_500).certificates {
        round_trip(certificate, today());
    }
}

#[test]
fn an_entry_is_canonical_and_verifies() {
    let register = demo().register;
    let key = SigningKey::from_seed([7; 32]).verifying_key();
    for certificate in &register.certificates {
        let text = sealed(certificate, today(), 131_073);
        let entry = Credential::parse(text.as_bytes()).unwrap();
        assert_eq!(entry.proof().check(&key), Ok(()));
        let value = proof::parse(text.as_bytes()).unwrap();
        assert_eq!(serde_json_canonicalizer::to_string(&value).unwrap(), text);
        let list = &value["credentialStatus"][1]["statusListCredential"];
        assert_eq!(list, "https://register.example/status/suspension-1.json");
    }
}

#[test]
fn leaves_say_on_every_day_what_the_record_says() {
    let register = demo().register;
    for certificate in register.certificates.iter().chain(&sample(800).certificates) {
        let changes = statuses(certificate);
        let timeline = certificate.timeline();
        for on in interesting(certificate) {
            agrees(&timeline, &changes, on);
        }
    }
}

/// The leaves know nothing of dates of validity; where a record is in force, they agree.
fn agrees(timeline: &Timeline<'_>, changes: &[StatusChange], on: Date) {
    let said = status_on(changes, on).map_or("valid", |change| change.status.word());
    match timeline.on(on).status {
        Status::None | Status::NotYetValid | Status::Expired => {
            assert!(matches!(said, "valid" | "suspended"), "{on}");
        }
        status => assert_eq!(status.code(), said, "{on}"),
    }
}

#[test]
fn every_changed_byte_of_an_entry_is_refused_or_unsigned() {
    let register = demo().register;
    let is_it = |c: &&Certificate| c.number.key() == "AST-SC-2021-00033";
    let certificate = register.certificates.iter().find(is_it).unwrap();
    let text = sealed(certificate, today(), 42).into_bytes();
    let key = SigningKey::from_seed([7; 32]).verifying_key();
    for at in 0..text.len() {
        let mut other = text.clone();
        other[at] ^= 1 << (at % 7);
        if let Ok(credential) = Credential::parse(&other) {
            assert!(credential.proof().check(&key).is_err(), "{at}");
        }
    }
}

#[test]
fn an_entry_that_is_not_ours_to_the_member_is_refused() {
    let register = demo().register;
    let certificate = &register.certificates[0];
    let text = sealed(certificate, today(), 42);
    let refused = |change: &dyn Fn(&mut serde_json::Value), code: &str| {
        let mut value: serde_json::Value = serde_json::from_str(&text).unwrap();
        change(&mut value);
        let text = proof::canonical(&value).unwrap();
        let error = Credential::parse(text.as_bytes()).unwrap_err();
        assert_eq!(error.code(), code, "{error}");
    };
    refused(&|v| v["extra"] = 1.into(), "member_unknown");
    refused(&|v| v["credentialSubject"]["holder"]["phone"] = 1.into(), "member_unknown");
    refused(&|v| v["credentialSubject"]["decided"] = "2026-1-1".into(), "member_form");
    refused(&|v| v["credentialSubject"]["scheme"] = serde_json::json!({}), "member_missing");
    refused(&|v| v["@context"][1] = "https://a.example/ns/v1.jsonld".into(), "context_foreign");
    refused(&|v| v["type"][1] = "Other".into(), "type_foreign");
    refused(&|v| v["id"] = "https://register.example/c/OTHER.json".into(), "address_foreign");
    refused(&|v| v["issuer"] = "did:web:a.example".into(), "address_foreign");
    refused(&|v| v["credentialStatus"][1]["statusListIndex"] = "43".into(), "status_foreign");
    refused(&|v| v["credentialStatus"][0]["statusPurpose"] = "suspension".into(), "status_foreign");
    refused(&|v| v["proof"]["cryptosuite"] = "eddsa-rdfc-2022".into(), "proof_malformed");
    let twice = text.replacen("\"decided\":", "\"decided\":\"2020-01-01\",\"decided\":", 1);
    assert!(matches!(Credential::parse(twice.as_bytes()), Err(CredentialError::Json(_))));
}

#[test]
fn a_text_that_would_not_be_the_same_to_every_reader_is_not_sealed() {
    let register = demo().register;
    let mut certificate = register.certificates[0].clone();
    certificate.remarks = "cafe\u{301}".into();
    let refused = issuer().statement(&certificate, today());
    assert!(matches!(refused, Err(Unfit::NotNormalised { member: "remarks", .. })), "{refused:?}");
    certificate.remarks = "a\u{202E}b".into();
    let refused = issuer().statement(&certificate, today()).unwrap_err();
    let number = &certificate.number;
    let words = format!("`{number}`: `remarks` holds the invisible character U+202E; remove it");
    assert_eq!(refused.to_string(), words);
}

#[test]
fn an_entry_says_enough_of_its_scheme_to_answer_for_any_day() {
    for certificate in &demo().register.certificates {
        let bytes = sealed(certificate, today(), 0);
        let credential = Credential::parse(bytes.as_bytes()).unwrap();
        let scheme = credential.scheme();
        let revealed = credential.reveal(&statuses(certificate), &scheme).unwrap();
        assert_eq!(revealed.timeline().segments(), certificate.timeline().segments());
        let (a, b) = (certificate.standing(today()), revealed.standing(today()));
        let id = |scheme: &Scheme, level: usize| scheme.levels[level].id.clone();
        assert_eq!(id(&certificate.scheme, a.level), id(&scheme, b.level));
        let code = QrPayload::of(&credential, bytes.as_bytes(), "zh".parse().unwrap());
        let key = SigningKey::from_seed([7; 32]);
        let signature = key.sign(&code.to_sign(&key.verifying_key()));
        let code = code.signed(&key.verifying_key(), signature).unwrap();
        assert_eq!(code.verify(&key.verifying_key()), Ok(()));
    }
}

/// A certificate of the demo with events as they come.
fn with_events(events: Vec<Event>, scheme: &Arc<Scheme>, from: &Certificate) -> Certificate {
    let mut certificate =
        Certificate { scheme: scheme.clone(), events: events.into(), ..from.clone() };
    certificate.grant.decided = day("2021-05-28");
    certificate.grant.issued = day("2021-06-01");
    certificate.grant.cycle = Cycle { from: day("2021-06-01"), until: day("2024-05-31") };
    certificate.grant.level = 0;
    certificate
}

/// Days from the grant on, kind, days back for corrections, days on for a cycle, and a status.
type Draw = (u16, u8, u16, u16, Option<u8>);

fn drawn(draw: Draw) -> Event {
    let (at, kind, back, on, status) = draw;
    let plus = |date: Date, days: i64| date.saturating_add(Span::new().days(days));
    let date = plus(day("2021-06-01"), at.into());
    let hold = [EventKind::Suspended, EventKind::Reinstated, EventKind::Withdrawn];
    let kinds = [
        EventKind::Suspended,
        EventKind::Suspended,
        EventKind::Reinstated,
        EventKind::Withdrawn,
        EventKind::Cancelled,
        EventKind::LevelChanged,
        EventKind::Surveillance,
        EventKind::Recertified,
        EventKind::Recertified,
        EventKind::Corrected,
        EventKind::Corrected,
    ];
    let kind = kinds[usize::from(kind) % kinds.len()];
    let mut change = Change::default();
    let mut effective = date;
    match kind {
        EventKind::LevelChanged => change.level = Some(1),
        EventKind::Recertified => {
            let later = u64::from(on % 3 == 0) * u64::from(on % 90);
            effective = plus(date, i64::try_from(later).unwrap());
            change.decided = Some(date);
            change.valid_from = (later > 0).then_some(effective);
            change.expires = Some(plus(effective, 900 + i64::from(on)));
        }
        EventKind::Corrected => {
            effective = plus(date, -i64::from(back));
            change.status = status.map(|s| hold[usize::from(s) % hold.len()]);
            change.level = Some(usize::from(back % 2));
        }
        _ => {}
    }
    Event { date, effective, kind, change: change.into() }
}

fn draws() -> impl Strategy<Value = Vec<Draw>> {
    let draw = (0..1_500_u16, any::<u8>(), 0..900_u16, 0..400_u16, any::<Option<u8>>());
    proptest::collection::vec(draw, 0..9)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn any_sequence_of_events_is_revealed_as_it_was_sealed(draws in draws(), sorted: bool) {
        let register = &DEMO.register;
        let scheme = &register.schemes["gbt-27922-2011"];
        let from = register.certificates.iter().find(|c| c.scheme.id == scheme.id).unwrap();
        let mut draws = draws;
        if sorted {
            draws.sort_unstable();
        }
        let events: Vec<_> = draws.into_iter().map(drawn).collect();
        // The log only ever grows: what is sealed of fewer events is the beginning of what follows.
        let whole = with_events(events.clone(), scheme, from);
        let mut logged: Vec<StatusChange> = Vec::new();
        for many in 0..=events.len() {
            let so_far = with_events(events[..many].to_vec(), scheme, from);
            let changes = statuses(&so_far);
            prop_assert!(changes.starts_with(&logged));
            logged = changes;
            let (_, revealed) = revealed(&so_far, today());
            prop_assert_eq!(so_far.timeline().segments(), revealed.timeline().segments());
        }
        prop_assert_eq!(&logged, &statuses(&whole));
        round_trip(&whole, day("2023-01-01"));
        let timeline = whole.timeline();
        let withheld = timeline.segments().iter().any(|Segment { status, .. }| {
            matches!(status, Status::Withdrawn | Status::Cancelled)
        });
        for on in interesting(&whole).into_iter().filter(|_| !withheld) {
            agrees(&timeline, &logged, on);
        }
    }
}

static DEMO: std::sync::LazyLock<Loaded> = std::sync::LazyLock::new(demo);
