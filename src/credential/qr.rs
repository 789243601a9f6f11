//! The signed payload of a QR code: COSE_Sign1 (RFC 9052) over CWT claims (RFC 8392), as decimal
//! digits behind the `#` of the certificate's address.

use crate::credential::{Credential, Did};
use crate::proof::{Unsigned, VerifyingKey};

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
    /// What a sealed entry's code states. `bytes` are the entry's published bytes.
    pub fn of(credential: &Credential, bytes: &[u8]) -> Self {
        todo!()
    }

    /// What is signed: the Sig_structure of RFC 9052, 4.4.
    pub fn to_sign(&self, key: &VerifyingKey) -> Vec<u8> {
        todo!()
    }

    /// The code, given the signature of [`to_sign`](Self::to_sign).
    pub fn signed(self, key: &VerifyingKey, signature: [u8; 64]) -> QrCode {
        todo!()
    }
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
        todo!()
    }

    /// Checks the signature with a key.
    pub fn verify(&self, key: &VerifyingKey) -> Result<(), Unsigned> {
        todo!()
    }

    /// The COSE_Sign1 bytes.
    pub fn bytes(&self) -> Vec<u8> {
        todo!()
    }

    /// The decimal digits.
    pub fn digits(&self) -> String {
        todo!()
    }

    /// The text of the whole code: the page's address, `#` and the digits.
    pub fn text(&self, did: &Did, path: &str) -> String {
        format!("{}#{}", did.page_url(path), self.digits())
    }

    /// Reads a code's text: digits alone, or an address with digits behind its `#`.
    pub fn parse(text: &str) -> Result<Self, QrError> {
        todo!()
    }
}
