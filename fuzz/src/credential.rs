//! JSON from strangers: what a register publishes, and whatever else is canonical.

use std::sync::LazyLock;

use attestar::{
    credential::{
        Credential, Detail, Did, DidDocument, EditionName, Leaf, LeafStatus, ListCredential,
        QrPayload, StatusChange, StatusList, answer, status_on,
    },
    keyring::{Role, demo_key},
    model::{Certificate, CertificateNumber},
    proof::{Document, Node, VerifyingKey, canonical, from_multibase_base58, parse, sha256},
    verify::{Ask, Forgetful, verify_alone},
};
use jiff::{Timestamp, civil::Date};
use serde_json::Value;

/// The entries that were signed.
const ENTRIES: [&[u8]; 3] = [
    include_bytes!("../seeds/credential/entry-1.json"),
    include_bytes!("../seeds/credential/entry-2.json"),
    include_bytes!("../seeds/credential/entry-3.json"),
];

/// One input, read as each of them.
pub fn run(data: &[u8]) {
    json(data);
    entry(data);
    did(data);
    list(data);
    leaf(data);
    if let Ok(detail) = Detail::parse(data) {
        assert_eq!(detail.text().as_bytes(), data);
    }
    if let Ok(text) = str::from_utf8(data) {
        words(text);
    }
}

/// Two readers and two writers agree on what is JSON.
fn json(data: &[u8]) {
    let value = parse(data);
    if let Ok(value) = &value {
        assert_eq!(serde_json::from_slice::<Value>(data).ok().as_ref(), Some(value));
        let text = canonical(value).expect("what was read can be written");
        assert_eq!(parse(text.as_bytes()).as_ref(), Ok(value));
    }
    match (Document::read(data), value) {
        (Ok(strict), Ok(value)) => {
            assert_eq!(canonical(&value).map(String::into_bytes).as_deref(), Ok(data));
            alike(strict.top(), &value);
        }
        (Ok(_), Err(error)) => panic!("canonical, and yet {error}"),
        // Refused for its form, or for texts in another normalisation form.
        (Err(_), Ok(value)) => {
            let same = canonical(&value).is_ok_and(|text| text.as_bytes() == data);
            assert!(!same || !data.is_ascii());
        }
        (Err(_), Err(_)) => {}
    }
}

/// What was read in place says what the tree says.
fn alike(node: Node<'_>, value: &Value) {
    assert_eq!((node.text(), node.number()), (value.as_str(), value.as_i64()));
    assert_eq!(canonical(value).as_deref(), Ok(node.written()));
    let (items, members) = (node.items(), node.members());
    assert_eq!((items.is_some(), members.is_some()), (value.is_array(), value.is_object()));
    let (mut items, mut members) = (items.into_iter().flatten(), members.into_iter().flatten());
    for other in value.as_array().into_iter().flatten() {
        alike(items.next().expect("an item"), other);
    }
    assert!(items.next().is_none());
    for (name, node) in &mut members {
        alike(node, &value[name]);
    }
    let names = value.as_object().into_iter().flatten().map(|(name, _)| name);
    assert!(names.into_iter().all(|name| node.member(name).is_some()));
}

/// Whether a key signed a document whose proof is well formed, where what was signed is written anew.
fn is_signed(data: &[u8], key: &VerifyingKey) -> bool {
    let Ok(mut document) = parse(data) else { return false };
    let Some(mut config) = document.as_object_mut().and_then(|all| all.remove("proof")) else {
        return false;
    };
    let value = config.as_object_mut().and_then(|all| all.remove("proofValue"));
    let bytes = value.as_ref().and_then(Value::as_str).and_then(from_multibase_base58);
    let Some(signature) = bytes.and_then(|bytes| bytes.try_into().ok()) else { return false };
    let digest = |value| sha256(canonical(value).expect("it was read").as_bytes());
    key.verify(&[digest(&config), digest(&document)].concat(), &signature).is_ok()
}

/// Some statuses, as a log might have them.
static STATUSES: LazyLock<Vec<StatusChange>> = LazyLock::new(|| {
    let change = |day: &str, status| StatusChange {
        date: day.parse().expect("a day"),
        status,
        reason: None,
    };
    vec![
        change("2026-06-01", LeafStatus::Suspended),
        change("0001-01-01", LeafStatus::Withdrawn),
        change("2026-06-01", LeafStatus::Valid),
        change("9999-12-31", LeafStatus::Cancelled),
        change("2026-07-01", LeafStatus::Suspended),
    ]
});

fn entry(data: &[u8]) {
    let Ok(entry) = Credential::parse(data) else { return };
    assert_eq!(*entry.digest(), sha256(data));
    assert_eq!(Did::of(entry.did().base_url()).as_ref(), Ok(entry.did()));
    let key = demo_key(Role::Issue).verifying_key();
    let signed = entry.proof().check(&key);
    assert_eq!(signed.is_ok(), is_signed(data, &key));
    assert!(signed.is_err() || ENTRIES.contains(&data), "nobody signed this");
    let payload = QrPayload::of(&entry, data, "zh".parse().expect("a language"));
    let _ =
        payload.signed(&key, [7; 64]).map(|code| code.text(entry.did(), &entry.number().path()));
    for statuses in [&[], &STATUSES[..1], &STATUSES[..]] {
        if let Ok(certificate) = entry.reveal(statuses, &entry.scheme()) {
            days(&certificate, statuses, entry.valid_until());
        }
    }
    let clock = Timestamp::from_second(1_795_420_800).expect("a time");
    let told = verify_alone("fuzz", data, &Ask::default(), &Forgetful, clock);
    let told = told.expect("nothing else is read");
    assert!(!told.is_good() && serde_json::to_string(&told.record()).is_ok());
}

/// What the certificate says of every day on which something begins or ends.
fn days(certificate: &Certificate, statuses: &[StatusChange], until: Timestamp) {
    let timeline = certificate.timeline();
    let segments = timeline.segments();
    let mut days: Vec<Date> = segments.iter().map(|segment| segment.from).collect();
    days.extend(statuses.iter().map(|status| status.date));
    days.extend([Date::MIN, Date::MAX, jiff::tz::TimeZone::UTC.to_datetime(until).date()]);
    for day in days {
        let standing = timeline.on(day);
        assert!(standing.level < certificate.scheme.levels.len());
        let _ = answer(standing.status, day, day).code();
        let _ = (timeline.sites(), timeline.former_names(day), timeline.surveillance(day));
        let good = standing.status == attestar::model::Status::Valid;
        let held = status_on(statuses, day).map_or(LeafStatus::Valid, |change| change.status);
        assert!(!good || held == LeafStatus::Valid, "{day}: valid, and {held:?} in the log");
    }
}

fn did(data: &[u8]) {
    let Ok(document) = DidDocument::parse(data) else { return };
    assert_eq!(document.text().as_bytes(), data);
    let next = document.next_fragment('k', 2026);
    assert!(document.method(&document.did.key_url(&next)).is_none(), "{next} is taken");
}

fn list(data: &[u8]) {
    let Ok(read) = ListCredential::parse(data) else { return };
    let key = demo_key(Role::Issue).verifying_key();
    assert_eq!(read.proof.check(&key).is_ok(), is_signed(data, &key));
    assert_eq!(read.proof.digest, sha256(data));
    let list = &read.list;
    assert_eq!(
        StatusList::decode(list.purpose(), list.number(), &list.encoded()).as_ref(),
        Ok(list)
    );
    assert!(list.serials().all(|serial| list.get(serial) == Some(true)));
    let document = list.document(&read.did, read.valid_from, read.valid_until);
    assert!(Document::read(document.as_bytes()).is_ok());
}

fn leaf(data: &[u8]) {
    let Ok(leaf) = Leaf::parse(data) else { return };
    assert_eq!(leaf.text().as_bytes(), data);
    if let Leaf::Publish(publish) = leaf {
        let name = publish.edition;
        assert!(name.next(name.date()) >= name);
    }
}

fn words(text: &str) {
    if let Ok(did) = Did::parse(text) {
        assert_eq!(did.as_str(), text);
        assert_eq!(Did::of(did.base_url()), Ok(did));
    }
    if let Ok(did) = Did::of(text) {
        assert_eq!(did.base_url(), text);
        assert_eq!(Did::parse(did.as_str()), Ok(did));
    }
    if let Ok(name) = text.parse::<EditionName>() {
        assert_eq!(name.to_string(), text);
    }
    if let Ok(number) = CertificateNumber::try_from(text) {
        let again = CertificateNumber::try_from(number.key());
        assert_eq!(again.as_ref().map(CertificateNumber::key), Ok(number.key()));
        assert!(number.path().bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b)));
    }
}
