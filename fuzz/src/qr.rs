//! Signed QR codes: as a text, and as the bytes behind the digits.

use std::sync::LazyLock;

use attestar::{
    credential::{Credential, Did, QrCode, QrError, QrLevel, QrPayload},
    keyring::{Role, demo_key},
    model::CertificateNumber,
    tlog::NoteAlgorithm,
    verify::{Memory, MemoryError, Pins, verify_qr},
};

use super::{input::Input, known};

const ENTRY: &[u8] = include_bytes!("../seeds/credential/entry-1.json");

/// What the issuer signed.
static SIGNED: LazyLock<QrCode> = LazyLock::new(|| {
    let entry = Credential::parse(ENTRY).expect("an entry of the demonstration");
    sign(QrPayload::of(&entry, ENTRY, "zh".parse().expect("a language"))).expect("it is short")
});

/// Remembers the issuer's key.
struct Remembered;

impl Memory for Remembered {
    fn recall(&self, origin: &str) -> Result<Option<Pins>, MemoryError> {
        let key = demo_key(Role::Issue).verifying_key();
        Ok((origin == "register.example/ledger").then(|| Pins {
            origin: origin.to_owned(),
            issuer: "did:web:register.example".to_owned(),
            logs: vec![known::vkey(origin, NoteAlgorithm::Ed25519, &demo_key(Role::Log))],
            policy: None,
            keys: [("did:web:register.example#k2026-1".to_owned(), key)].into(),
            revoked: [].into(),
            checkpoint: None,
        }))
    }

    fn remember(&mut self, _: &Pins) -> Result<(), MemoryError> {
        Ok(())
    }
}

fn sign(payload: QrPayload) -> Result<QrCode, QrError> {
    let key = demo_key(Role::Issue);
    let signature = key.sign(&payload.to_sign(&key.verifying_key()));
    payload.signed(&key.verifying_key(), signature)
}

/// The texts to begin with.
pub fn seeds() -> Vec<(&'static str, Vec<u8>)> {
    let did = Did::parse(&SIGNED.payload().issuer).expect("the demonstration's issuer");
    let number = CertificateNumber::try_from(&*SIGNED.payload().number).expect("its number");
    let text = SIGNED.text(&did, &number.path());
    vec![("text", text.into_bytes()), ("bytes", SIGNED.bytes())]
}

/// One input, as a text, as bytes, and as the parts of a statement.
pub fn run(data: &[u8]) {
    if let Ok(text) = str::from_utf8(data) {
        read(text);
    }
    let digits = decimal(data);
    let code = QrCode::parse(&digits);
    if let Ok(code) = &code {
        assert_eq!(code.bytes(), data);
        assert_eq!(code.digits(), digits);
    }
    read(&digits);
    stated(&mut Input::new(data));
}

fn read(text: &str) {
    let code = QrCode::parse(text);
    let told = verify_qr(text, &Remembered).expect("what is remembered can be read");
    assert!(serde_json::to_string(&told.record()).is_ok() && !told.sentences().is_empty());
    let Ok(code) = code else {
        assert!(!told.is_signed());
        return;
    };
    let digits = text.trim().split_once('#').map_or(text.trim(), |(_, digits)| digits);
    assert_eq!(code.digits(), digits);
    assert_eq!(QrCode::parse(&code.digits()).as_ref(), Ok(&code));
    assert!(!told.is_signed() || code == *SIGNED, "nobody signed this");
}

/// The number whose bytes are `01` and these.
fn decimal(bytes: &[u8]) -> String {
    let mut digits = vec![1_u32]; // The last one first.
    for byte in bytes.iter().take(600) {
        let mut carry = u32::from(*byte);
        for digit in &mut digits {
            carry += *digit * 256;
            *digit = carry % 10;
            carry /= 10;
        }
        while carry > 0 {
            digits.push(carry % 10);
            carry /= 10;
        }
    }
    digits.iter().rev().filter_map(|digit| char::from_digit(*digit, 10)).collect()
}

fn stated(input: &mut Input<'_>) {
    let (expires, not_before) = (input.number().cast_signed(), input.number().cast_signed());
    let (stars, digest) = (input.number(), input.array());
    let text = String::from_utf8_lossy(input.rest());
    let mut parts = text.splitn(4, '|').map(Box::<str>::from);
    let mut part = || parts.next().unwrap_or_default();
    let (issuer, number, name, id) = (part(), part(), part(), part());
    let level = u32::try_from(stars).map_or(QrLevel::Id(id), QrLevel::Stars);
    let payload = QrPayload { issuer, number, expires, not_before, level, name, digest };
    let Ok(code) = sign(payload.clone()) else { return };
    // A text that hides something is signed by nobody who reads what he signs, and never read.
    if let Ok(read) = QrCode::parse(&code.digits()) {
        assert_eq!((read.payload(), &read), (&payload, &code));
        assert_eq!(read.verify(&demo_key(Role::Issue).verifying_key()), Ok(()));
    }
}
