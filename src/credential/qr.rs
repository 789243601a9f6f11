//! The signed payload of a QR code: `COSE_Sign1` (RFC 9052) over CWT claims (RFC 8392), as decimal
//! digits behind the `#` of the certificate's address.

use crate::credential::{
    Credential, Did,
    qr_cbor::{Cbor, CborReader},
};
use crate::model::{Language, is_invisible};
use crate::proof::{Unsigned, VerifyingKey, sha256};

/// CWT claims (RFC 8392, 4), and our own with numbers for private use.
const ISSUER: i64 = 1;
const NUMBER: i64 = 2;
const EXPIRES: i64 = 4;
const NOT_BEFORE: i64 = 5;
const LEVEL: i64 = -65_537;
const NAME: i64 = -65_538;
const DIGEST: i64 = -65_539;
/// COSE header parameters: the algorithm, `EdDSA`, and the key's id.
const ALGORITHM: i64 = 1;
const EDDSA: i64 = -8;
const KID: i64 = 4;
/// The CBOR tag of `COSE_Sign1`.
const COSE_SIGN1: u64 = 18;
/// Stands before the bytes, so that leading zeros survive as a number.
const MARK: u8 = 1;
/// More digits than any code of ours.
const MOST_DIGITS: usize = 1_200;

/// What a QR code states: what was signed on the day of issue. It knows nothing of the status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QrPayload {
    /// The issuer, `did:web:…`.
    pub issuer: Box<str>,
    /// The printed number.
    pub number: Box<str>,
    /// The last second of validity, in seconds since 1970.
    pub expires: i64,
    /// The first second of validity.
    pub not_before: i64,
    /// The level.
    pub level: QrLevel,
    /// The holder's name.
    pub name: Box<str>,
    /// The first 16 bytes of the entry's digest.
    pub digest: [u8; 16],
}

/// A level in a QR code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum QrLevel {
    /// The level's id, such as `star-5`: what we write.
    Id(Box<str>),
    /// A number of stars.
    Stars(u32),
}

/// A payload and its signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QrCode {
    payload: QrPayload,
    kid: [u8; 8],
    signature: [u8; 64],
}

/// Why a text is no signed QR code.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum QrError {
    /// No digits, or other characters among them.
    #[error(
        "there are no decimal digits after the `#`: the code holds an address and nothing signed"
    )]
    NoDigits,
    /// More digits than any code of ours.
    #[error("the code has more than 1,200 digits")]
    TooLong,
    /// Digits that do not begin with our mark, or CBOR that is not ours to the byte.
    #[error("the digits are not a signed statement of a register: {0}")]
    Malformed(&'static str),
}

impl QrPayload {
    /// What a sealed entry's code states, with the holder's name in a language. `bytes` are the
    /// entry's published bytes.
    pub fn of(credential: &Credential, bytes: &[u8], language: Language) -> Self {
        let facts = &credential.subject().facts;
        let name = facts.change.holder_name.as_ref().map_or("", |name| name.best(language).0);
        let mut digest = [0; 16];
        digest.copy_from_slice(&sha256(bytes)[..16]);
        Self {
            issuer: credential.did().as_str().into(),
            number: credential.number().as_str().into(),
            expires: credential.valid_until().as_second(),
            not_before: credential.valid_from().as_second(),
            level: QrLevel::Id(facts.level.as_ref().map_or("", |level| &level.id).into()),
            name: name.into(),
            digest,
        }
    }

    /// What is signed: the `Sig_structure` of RFC 9052, 4.4.
    pub fn to_sign(&self, key: &VerifyingKey) -> Vec<u8> {
        self.to_sign_as(kid(key))
    }

    /// The code, given the signature of [`to_sign`](Self::to_sign). Refused where names are so long
    /// that no reader would take the code.
    pub fn signed(self, key: &VerifyingKey, signature: [u8; 64]) -> Result<QrCode, QrError> {
        let code = QrCode { payload: self, kid: kid(key), signature };
        if code.digits().len() > MOST_DIGITS { Err(QrError::TooLong) } else { Ok(code) }
    }

    fn to_sign_as(&self, kid: [u8; 8]) -> Vec<u8> {
        let mut cbor = Cbor::default();
        cbor.array(4);
        cbor.text("Signature1");
        cbor.bytes(&protected(kid));
        cbor.bytes(&[]);
        cbor.bytes(&self.claims());
        cbor.finish()
    }

    fn claims(&self) -> Vec<u8> {
        let mut cbor = Cbor::default();
        cbor.map(7);
        cbor.integer(ISSUER);
        cbor.text(&self.issuer);
        cbor.integer(NUMBER);
        cbor.text(&self.number);
        cbor.integer(EXPIRES);
        cbor.integer(self.expires);
        cbor.integer(NOT_BEFORE);
        cbor.integer(self.not_before);
        cbor.integer(LEVEL);
        match &self.level {
            QrLevel::Id(id) => cbor.text(id),
            QrLevel::Stars(stars) => cbor.integer((*stars).into()),
        }
        cbor.integer(NAME);
        cbor.text(&self.name);
        cbor.integer(DIGEST);
        cbor.bytes(&self.digest);
        cbor.finish()
    }

    /// Reads claims: exactly these, in this order, in their one spelling.
    fn read(bytes: &[u8]) -> Option<Self> {
        let mut cbor = CborReader::new(bytes);
        let is = |cbor: &mut CborReader<'_>, claim| (cbor.integer()? == claim).then_some(());
        let text = |cbor: &mut CborReader<'_>| {
            cbor.text().filter(|text| !text.chars().any(is_invisible)).map(Box::from)
        };
        (cbor.map()? == 7).then_some(())?;
        is(&mut cbor, ISSUER)?;
        let issuer = text(&mut cbor)?;
        is(&mut cbor, NUMBER)?;
        let number = text(&mut cbor)?;
        is(&mut cbor, EXPIRES)?;
        let expires = cbor.integer()?;
        is(&mut cbor, NOT_BEFORE)?;
        let not_before = cbor.integer()?;
        is(&mut cbor, LEVEL)?;
        let level = match text(&mut { cbor }) {
            Some(_) => QrLevel::Id(text(&mut cbor)?),
            None => QrLevel::Stars(cbor.integer()?.try_into().ok()?),
        };
        is(&mut cbor, NAME)?;
        let name = text(&mut cbor)?;
        is(&mut cbor, DIGEST)?;
        let digest = cbor.bytes()?.try_into().ok()?;
        cbor.is_at_end().then_some(())?;
        Some(Self { issuer, number, expires, not_before, level, name, digest })
    }
}

fn kid(key: &VerifyingKey) -> [u8; 8] {
    let mut kid = [0; 8];
    kid.copy_from_slice(&sha256(key.as_bytes())[..8]);
    kid
}

fn protected(kid: [u8; 8]) -> Vec<u8> {
    let mut cbor = Cbor::default();
    cbor.map(2);
    cbor.integer(ALGORITHM);
    cbor.integer(EDDSA);
    cbor.integer(KID);
    cbor.bytes(&kid);
    cbor.finish()
}

impl QrCode {
    /// What it states.
    pub fn payload(&self) -> &QrPayload {
        &self.payload
    }

    /// The first eight bytes of the digest of the key that it names.
    pub fn kid(&self) -> [u8; 8] {
        self.kid
    }

    /// Whether it names this key.
    pub fn names(&self, key: &VerifyingKey) -> bool {
        self.kid == kid(key)
    }

    /// Checks the signature with a key.
    pub fn verify(&self, key: &VerifyingKey) -> Result<(), Unsigned> {
        key.verify(&self.payload.to_sign_as(self.kid), &self.signature)
    }

    /// The `COSE_Sign1` bytes.
    pub fn bytes(&self) -> Vec<u8> {
        let mut cbor = Cbor::default();
        cbor.tag(COSE_SIGN1);
        cbor.array(4);
        cbor.bytes(&protected(self.kid));
        cbor.map(0);
        cbor.bytes(&self.payload.claims());
        cbor.bytes(&self.signature);
        cbor.finish()
    }

    /// The decimal digits.
    pub fn digits(&self) -> String {
        let mut bytes = vec![MARK];
        bytes.extend(self.bytes());
        decimal(&bytes)
    }

    /// The text of the whole code: the page's address, `#` and the digits.
    pub fn text(&self, did: &Did, path: &str) -> String {
        format!("{}#{}", did.page_url(path), self.digits())
    }

    /// Reads a code's text: digits alone, or an address with digits behind its `#`.
    pub fn parse(text: &str) -> Result<Self, QrError> {
        let digits = text.trim();
        let digits = digits.split_once('#').map_or(digits, |(_, digits)| digits);
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(QrError::NoDigits);
        }
        if digits.len() > MOST_DIGITS {
            return Err(QrError::TooLong);
        }
        let bytes = bytes_of(digits);
        let bytes = match bytes.split_first() {
            Some((&MARK, bytes)) if !digits.starts_with('0') => bytes,
            _ => return Err(QrError::Malformed("they do not begin with the mark of one")),
        };
        Self::read(bytes).ok_or(QrError::Malformed("they are not COSE_Sign1 with our claims"))
    }

    fn read(bytes: &[u8]) -> Option<Self> {
        let mut cbor = CborReader::new(bytes);
        (cbor.tag()? == COSE_SIGN1 && cbor.array()? == 4).then_some(())?;
        let mut header = CborReader::new(cbor.bytes()?);
        (header.map()? == 2).then_some(())?;
        (header.integer()? == ALGORITHM && header.integer()? == EDDSA).then_some(())?;
        (header.integer()? == KID).then_some(())?;
        let kid = header.bytes()?.try_into().ok()?;
        (header.is_at_end() && cbor.map()? == 0).then_some(())?;
        let payload = QrPayload::read(cbor.bytes()?)?;
        let signature = cbor.bytes()?.try_into().ok()?;
        cbor.is_at_end().then_some(Self { payload, kid, signature })
    }
}

/// A big-endian number in decimal digits.
fn decimal(bytes: &[u8]) -> String {
    // Nine digits a limb, the smallest first.
    const LIMB: u64 = 1_000_000_000;
    let mut limbs: Vec<u64> = vec![0];
    for &byte in bytes {
        let mut carry = u64::from(byte);
        for limb in &mut limbs {
            let value = (*limb << 8) + carry;
            (*limb, carry) = (value % LIMB, value / LIMB);
        }
        if carry > 0 {
            limbs.push(carry);
        }
    }
    let mut limbs = limbs.into_iter().rev();
    let first = limbs.next().unwrap_or_default().to_string();
    limbs.fold(first, |digits, limb| digits + &format!("{limb:09}"))
}

/// The big-endian bytes of decimal digits, without zeros before them.
fn bytes_of(digits: &str) -> Vec<u8> {
    let mut bytes: Vec<u8> = Vec::new(); // The smallest first.
    for digit in digits.bytes() {
        let mut carry = u32::from(digit - b'0');
        for byte in &mut bytes {
            let value = u32::from(*byte) * 10 + carry;
            *byte = value.to_le_bytes()[0];
            carry = value >> 8;
        }
        if carry > 0 {
            bytes.push(carry.to_le_bytes()[0]);
        }
    }
    bytes.reverse();
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proof::{hex, unhex};

    const SAMPLE: &str = "d2844da2012704485b0db98d6d77aa18a05876a70178186469643a7765623a72656769737465722e6578616d706c65026f4154542d323032362d303030303432041a704d767f051a6aa88a803a00010000053a00010001781ae7a4bae4be8be4bc81e4b89a3432e69c89e99990e585ace58fb83a00010002508ff307f24fb7f0b8085bb7097e35d89d5840a0acd76c0bd0bce48f2da0ceaa141e8ea6bf3b371a416931a903c5616dd722dc6165472005565538aa9a9840c822180c3d446a9da6bd3004b394e308b5eebf0c";
    const PUBLIC: &str = "b21b1b3e72bb6cb6d9fd97ac11dd5ff6add584b0a8109811c5d2c7732f73392c";

    fn key() -> VerifyingKey {
        VerifyingKey::from_bytes(&unhex(PUBLIC).unwrap().try_into().unwrap()).unwrap()
    }

    fn sample() -> QrCode {
        let signature = unhex(SAMPLE.get(SAMPLE.len() - 128..).unwrap()).unwrap();
        let payload = QrPayload {
            issuer: "did:web:register.example".into(),
            number: "ATT-2026-000042".into(),
            expires: 1_884_124_799,
            not_before: 1_789_430_400,
            level: QrLevel::Stars(5),
            name: "示例企业42有限公司".into(),
            digest: unhex("8ff307f24fb7f0b8085bb7097e35d89d").unwrap().try_into().unwrap(),
        };
        payload.signed(&key(), signature.try_into().unwrap()).unwrap()
    }

    #[test]
    fn the_worked_code_has_the_worked_bytes() {
        let code = sample();
        assert_eq!(code.bytes().len(), 203);
        assert_eq!(hex(&code.bytes()), SAMPLE);
        assert_eq!(hex(&code.kid()), "5b0db98d6d77aa18");
        assert!(code.names(&key()));
        assert_eq!(code.verify(&key()), Ok(()));
        assert_eq!(code.payload().claims().len(), 118);
        let did = Did::of("https://register.example").unwrap();
        let text = code.text(&did, "ATT-2026-000042");
        assert_eq!(code.digits().len(), 490);
        assert_eq!(QrCode::parse(&text), Ok(code.clone()));
        assert_eq!(QrCode::parse(&code.digits()), Ok(code));
    }

    #[test]
    fn a_changed_digit_is_refused_or_not_signed() {
        let digits = sample().digits().into_bytes();
        for at in 0..digits.len() {
            for digit in b'0'..=b'9' {
                let mut other = digits.clone();
                other[at] = digit;
                let code = QrCode::parse(std::str::from_utf8(&other).unwrap());
                let accepted = code.is_ok_and(|code| code.verify(&key()).is_ok());
                assert_eq!(accepted, other == digits, "{at}");
            }
        }
    }

    #[test]
    fn a_level_is_an_id_in_our_codes() {
        let mut payload = sample().payload;
        payload.level = QrLevel::Id("star-5".into());
        let code = payload.clone().signed(&key(), [7; 64]).unwrap();
        let read = QrCode::parse(&code.digits()).unwrap();
        assert_eq!(read.payload(), &payload);
        assert!(read.verify(&key()).is_err());
        payload.name = "很长的名称".repeat(30).into();
        assert_eq!(payload.signed(&key(), [7; 64]), Err(QrError::TooLong));
    }

    #[test]
    fn hostile_texts_are_refused() {
        for text in
            ["", "#", "https://register.example/c/A.html", "https://a/c/A.html#x1", "１２３"]
        {
            assert_eq!(QrCode::parse(text), Err(QrError::NoDigits), "{text}");
        }
        assert_eq!(QrCode::parse(&"1".repeat(1_201)), Err(QrError::TooLong));
        for text in ["0", "1", "256", "0466", &"9".repeat(1_200)] {
            assert!(matches!(QrCode::parse(text), Err(QrError::Malformed(_))), "{text}");
        }
        let leading = format!("0{}", sample().digits());
        assert!(QrCode::parse(&leading).is_err());
        let bytes = unhex(SAMPLE).unwrap();
        for end in 0..bytes.len() {
            assert_eq!(QrCode::read(&bytes[..end]), None);
        }
    }
}
