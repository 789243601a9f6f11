//! Any flipped bit of an entry or an evidence file is refused.

#![allow(
    clippy::duration_suboptimal_units,
    clippy::format_collect,
    clippy::format_push_string,
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "a test may panic, print and be plain"
)]

mod support;

use std::fs;

use attestar::verify::{Ask, Folder, Forgetful, Outcome, Register, Trust, verify_evidence};
use proptest::prelude::*;
use support::shop::{NOW, Shop};

fn flipped(bytes: &[u8], bit: usize) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    bytes[bit / 8] ^= 1 << (bit % 8);
    bytes
}

fn asked() -> Ask {
    Ask { on: Some("2026-06-20".parse().unwrap()), ..Ask::default() }
}

#[test]
fn any_flipped_bit_of_an_entry_is_refused() {
    let shop = Shop::new();
    let folder = Folder::open(&shop.register.path("public")).unwrap();
    let clock = NOW.parse().unwrap();
    let register = Register::open(&folder, &Trust::default(), &mut Forgetful, clock).unwrap();
    let bytes = shop.read("c/EX-2026-001.json");
    let verdict = |bytes: &[u8]| register.entry("entry", bytes, &asked()).unwrap();
    assert!(verdict(&bytes).is_good());
    // One bit of every byte, and all bits of some.
    for bit in (0..bytes.len()).map(|at| at * 8 + at % 8).chain(8..64) {
        assert_refused(&verdict(&flipped(&bytes, bit)), bit);
    }
}

#[track_caller]
fn assert_refused(outcome: &Outcome, bit: usize) {
    assert!(!outcome.is_good(), "bit {bit}: {outcome:#?}");
    assert_eq!(outcome.answer.code.name(), "refused", "bit {bit}: {outcome:#?}");
}

#[test]
fn any_flipped_bit_of_an_evidence_file_is_refused() {
    let shop = Shop::new();
    shop.run(&["evidence", "EX-2026-002", "--on", "2026-05-31"]).success();
    let bytes = fs::read(shop.register.path("EX-2026-002.attestar.json")).unwrap();
    let clock = NOW.parse().unwrap();
    let key = "public/ledger/policy";
    let policy =
        attestar::tlog::Policy::parse(&fs::read(shop.register.path(key)).unwrap()).unwrap();
    let trust = Trust { key: Some(policy.logs()[0].key.clone()), policy: None };
    let verdict = |bytes: &[u8]| {
        let ask = Ask { on: Some("2026-05-31".parse().unwrap()), ..Ask::default() };
        verify_evidence("evidence", bytes, &ask, &trust, &mut Forgetful, clock).unwrap()
    };
    assert!(verdict(&bytes).is_good());
    // The question itself is nobody's statement: another question gets its own answer.
    let question = br#"{"asked":{"#.len()
        ..bytes.windows(13).position(|part| part == b",\"checkpoint\"").unwrap();
    let bits: Vec<usize> =
        (0..bytes.len() * 8).filter(|bit| !question.contains(&(bit / 8))).collect();
    let config =
        ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() };
    proptest!(config, |(at in 0..bits.len())| {
        let outcome = verdict(&flipped(&bytes, bits[at]));
        prop_assert!(!outcome.is_good(), "bit {}: {outcome:#?}", bits[at]);
    });
}
