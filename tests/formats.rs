//! What is printed is read as it was, and whatever else is read is refused or something else:
//! leaves, detail files, evidence, QR codes, did.json, over any value and over hostile bytes.

#![allow(
    clippy::duration_suboptimal_units,
    clippy::format_collect,
    clippy::format_push_string,
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "a test may panic, print and be plain"
)]

use std::collections::BTreeMap;

use attestar::{
    credential::{
        Asked, Credential, Detail, DetailEntry, DetailStatus, Did, DidDocument, EditionKind,
        EditionName, Evidence, EvidenceLeaves, KeyAction, Leaf, LeafStatus, ListCredential, Method,
        Publish, Purpose, QrCode, QrLevel, QrPayload, StatusChange, StatusList, Use,
    },
    model::CertificateNumber,
    proof::{SigningKey, VerifyingKey},
};
use jiff::{Timestamp, civil::Date};
use proptest::{option, prelude::*, sample::select};

fn key(seed: u8) -> VerifyingKey {
    SigningKey::from_seed([seed; 32]).verifying_key()
}

fn days() -> impl Strategy<Value = Date> {
    (1..=9999_i16, 1..=12_i8, 1..=28_i8).prop_map(|(y, m, d)| Date::new(y, m, d).unwrap())
}

fn times() -> impl Strategy<Value = Timestamp> {
    // The years 0001 to 9999.
    (-62_135_596_800..=253_402_207_200_i64).prop_map(|s| Timestamp::from_second(s).unwrap())
}

fn ids() -> impl Strategy<Value = Box<str>> {
    let printed = "[A-Za-z0-9/ _.（）证书-]{1,24}";
    printed.prop_filter_map("no number", |text| {
        CertificateNumber::try_from(&*text).ok().map(|number| number.key().into())
    })
}

fn changes() -> impl Strategy<Value = StatusChange> {
    let status = select(vec![
        LeafStatus::Valid,
        LeafStatus::Suspended,
        LeafStatus::Withdrawn,
        LeafStatus::Cancelled,
    ]);
    (days(), status, option::of("[a-z-]{1,24}")).prop_map(|(date, status, reason)| StatusChange {
        date,
        status,
        reason: reason.map(Into::into),
    })
}

fn publishes() -> impl Strategy<Value = Leaf> {
    let digest = any::<[u8; 32]>();
    let kind = select(vec![EditionKind::Full, EditionKind::Status]);
    (digest, days(), 1..9_u32, 1..13_u32, times(), times(), kind).prop_map(
        |(digest, date, nth, lists, next, time, kind)| {
            let serials = (0..lists).map(|n| n * attestar::credential::LIST_BITS);
            let both = [Purpose::Revocation, Purpose::Suspension];
            let paths = serials.flat_map(|serial| both.map(|purpose| purpose.path(serial)));
            let lists: BTreeMap<Box<str>, _> = paths.map(|path| (path.into(), digest)).collect();
            let edition = EditionName::new(date, nth);
            Leaf::Publish(Publish { did: digest, edition, lists, next, policy: digest, time, kind })
        },
    )
}

fn leaves() -> impl Strategy<Value = Leaf> {
    let digest = || any::<[u8; 32]>();
    let action = select(vec![KeyAction::Add, KeyAction::Retire, KeyAction::Revoke]);
    prop_oneof![
        (ids(), digest(), times()).prop_map(|(id, sha256, time)| Leaf::Issue { id, sha256, time }),
        (ids(), digest(), digest(), times()).prop_map(|(id, prev, sha256, time)| Leaf::Amend {
            id,
            prev,
            sha256,
            time
        }),
        (ids(), changes(), times()).prop_map(|(id, change, time)| Leaf::Status {
            id,
            change,
            time
        }),
        (action, any::<u8>(), "[a-z]{1,9}[.]example(:[a-z]{1,9})?#[ks][0-9]{4}-[0-9]", times())
            .prop_map(|(action, seed, method, time)| {
                let method = format!("did:web:{method}").into();
                Leaf::Key { action, key: key(seed), method, time }
            }),
        publishes(),
        (ids(), times()).prop_map(|(id, time)| Leaf::Erase { id, time }),
    ]
}

fn details() -> impl Strategy<Value = Detail> {
    let status = select(vec![
        DetailStatus::Suspended,
        DetailStatus::Withdrawn,
        DetailStatus::Cancelled,
        DetailStatus::Superseded,
        DetailStatus::Erased,
    ]);
    let entry = (status, option::of(days()), option::of("[a-z-]{1,24}"), option::of(any::<u32>()));
    let entry = entry.prop_map(|(status, date, reason, by)| DetailEntry {
        status,
        date,
        reason: reason.map(Into::into),
        by,
    });
    proptest::collection::btree_map(any::<u32>(), entry, 0..20)
        .prop_map(|entries| Detail { entries })
}

fn evidence() -> impl Strategy<Value = Evidence> {
    let lines = || "([a-zA-Z0-9/+ =—书]{0,20}\n){0,6}";
    let json = || "[a-z书]{0,6}".prop_map(|text| format!("{{\"a\":\"{text}\"}}"));
    let asked = ("[A-Z0-9-]{1,12}", option::of(days()), option::of(times()));
    let asked = asked.prop_map(|(number, on, time)| Asked { number, on, time });
    let leaves = (lines(), lines(), proptest::collection::vec(lines(), 0..4));
    let leaves =
        leaves.prop_map(|(issue, publish, status)| EvidenceLeaves { issue, publish, status });
    (asked, lines(), json(), json(), leaves, [json(), json()], lines()).prop_map(
        |(asked, checkpoint, credential, did, leaves, lists, policy)| Evidence {
            asked,
            checkpoint,
            credential,
            did,
            leaves,
            lists,
            policy,
        },
    )
}

fn payloads() -> impl Strategy<Value = QrPayload> {
    let level = prop_oneof![
        "[a-z0-9-]{1,9}".prop_map(|id| QrLevel::Id(id.into())),
        any::<u32>().prop_map(QrLevel::Stars),
    ];
    let times = (any::<i64>(), any::<i64>());
    ("[a-z:.]{1,40}", "[A-Z0-9证-]{1,24}", times, level, "[a-z企业（）]{0,40}", any::<[u8; 16]>())
        .prop_map(|(issuer, number, (expires, not_before), level, name, digest)| QrPayload {
            issuer: issuer.into(),
            number: number.into(),
            expires,
            not_before,
            level,
            name: name.into(),
            digest,
        })
}

/// Reads bytes as everything that can be read. None of it may panic.
fn read_all(bytes: &[u8]) {
    let _ = Leaf::parse(bytes);
    let _ = Detail::parse(bytes);
    let _ = Evidence::parse(bytes);
    let _ = DidDocument::parse(bytes);
    let _ = ListCredential::parse(bytes);
    let _ = Credential::parse(bytes);
    let text = String::from_utf8_lossy(bytes);
    let _ = QrCode::parse(&text);
    let _ = StatusList::decode(Purpose::Revocation, 0, &text);
    let _ = Did::parse(&text);
    let _ = Did::of(&text);
}

proptest! {
    #[test]
    fn leaves_are_read_as_they_were_written(leaf in leaves()) {
        let text = leaf.text();
        prop_assert_eq!(serde_json_canonicalizer::to_string(
            &serde_json::from_str::<serde_json::Value>(&text).unwrap()
        ).unwrap(), text.clone());
        prop_assert_eq!(Leaf::parse(text.as_bytes()), Ok(leaf));
    }

    #[test]
    fn detail_files_are_read_as_they_were_written(detail in details()) {
        prop_assert_eq!(Detail::parse(detail.text().as_bytes()), Ok(detail));
    }

    #[test]
    fn evidence_is_read_as_it_was_written(evidence in evidence()) {
        let text = evidence.text().unwrap();
        prop_assert_eq!(Evidence::parse(text.as_bytes()), Ok(evidence));
    }

    #[test]
    fn codes_are_read_as_they_were_written(payload in payloads(), signature in any::<u8>()) {
        let code = payload.signed(&key(1), [signature; 64]).unwrap();
        prop_assert_eq!(QrCode::parse(&code.digits()), Ok(code));
    }

    #[test]
    fn did_documents_are_read_as_they_were_written(uses in proptest::collection::vec(any::<bool>(), 0..6)) {
        let method = |(at, counts): (usize, bool)| Method {
            fragment: format!("k2026-{at}").into(),
            key: key(at.to_le_bytes()[0]),
            used_for: if counts { Use::Assertion } else { Use::Nothing },
        };
        let did = Did::of("https://register.example/a").unwrap();
        let methods = uses.into_iter().enumerate().map(method).collect();
        let document = DidDocument { did, methods };
        prop_assert_eq!(DidDocument::parse(document.text().as_bytes()), Ok(document));
    }

    #[test]
    fn lists_are_unpacked_as_they_were_packed(serials in proptest::collection::btree_set(0..131_072_u32, 0..300)) {
        let mut list = StatusList::new(Purpose::Suspension, 0);
        for serial in &serials {
            list.set(*serial);
        }
        prop_assert!(list.serials().eq(serials));
        prop_assert_eq!(StatusList::decode(Purpose::Suspension, 0, &list.encoded()), Ok(list));
    }

    #[test]
    fn hostile_bytes_are_refused(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        read_all(&bytes);
    }

    #[test]
    fn hostile_texts_are_refused(text in "([{}\\[\\],:\"0-9a-z@#.]|\"[a-z]{1,9}\":|did:web:|https://){0,40}") {
        read_all(text.as_bytes());
    }

    #[test]
    fn mangled_texts_are_refused_or_something_else(
        leaf in leaves(), evidence in evidence(), at in any::<prop::sample::Index>(), byte: u8, cut: bool
    ) {
        for text in [leaf.text(), evidence.text().unwrap()] {
            let mut bytes = text.clone().into_bytes();
            let at = at.index(bytes.len());
            if cut { bytes.truncate(at) } else { bytes[at] = byte }
            read_all(&bytes);
            if bytes != text.as_bytes() {
                prop_assert_ne!(Leaf::parse(&bytes).ok(), Some(leaf.clone()));
                prop_assert_ne!(Evidence::parse(&bytes).ok(), Some(evidence.clone()));
            }
        }
    }
}
