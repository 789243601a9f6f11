//! A published entry, read strictly.

use jiff::Timestamp;
use serde_json::Value;

use crate::credential::{Did, Subject};
use crate::model::CertificateNumber;
use crate::proof::{JsonError, Proof, ProofError};

/// A published entry: exactly what this version of the register publishes, member by member. Its
/// proof is well formed and still to be checked ([`check_proof`](crate::proof::check_proof) with
/// [`value`](Self::value)).
#[derive(Clone, Debug)]
pub struct Credential {
    pub(super) value: Value,
    pub(super) did: Did,
    pub(super) serial: u32,
    pub(super) valid_from: Timestamp,
    pub(super) valid_until: Timestamp,
    pub(super) proof: Proof,
    pub(super) subject: Subject,
}

/// Why bytes are refused as an entry.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CredentialError {
    /// Not canonical JSON.
    #[error(transparent)]
    Json(#[from] JsonError),
    /// A member that this version does not know.
    #[error("the entry has a member `{0}` that this version does not know")]
    Unknown(String),
    /// A member that must be there.
    #[error("the entry has no `{0}`")]
    Missing(String),
    /// A member that says something of another form.
    #[error("`{0}` of the entry is not of its form")]
    Form(String),
    /// The `@context` is not the issuer's.
    #[error("the entry's `@context` is not that of its issuer")]
    Context,
    /// The `type` is another one.
    #[error("the entry is not of the type `StarCertificate`")]
    Type,
    /// The `id` is not the issuer's address of the number it certifies.
    #[error("the entry's address `{id}` is not `{wanted}`, its issuer's address of that number")]
    Address {
        /// What it says.
        id: String,
        /// What it must be.
        wanted: String,
    },
    /// The places in the status lists do not belong together.
    #[error("the entry's places in the status lists are not those of one serial")]
    Status,
    /// The proof is not of the suite.
    #[error(transparent)]
    Proof(#[from] ProofError),
}

impl CredentialError {
    /// A code that stays the same from version to version.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Json(_) => "not_canonical",
            Self::Unknown(_) => "member_unknown",
            Self::Missing(_) => "member_missing",
            Self::Form(_) => "member_form",
            Self::Context => "context_foreign",
            Self::Type => "type_foreign",
            Self::Address { .. } => "address_foreign",
            Self::Status => "status_foreign",
            Self::Proof(_) => "proof_malformed",
        }
    }
}

impl Credential {
    /// Reads an entry's published bytes.
    pub fn parse(bytes: &[u8]) -> Result<Self, CredentialError> {
        todo!()
    }

    /// The whole document, for checking the proof.
    pub fn value(&self) -> &Value {
        &self.value
    }

    /// Who issued it.
    pub fn did(&self) -> &Did {
        &self.did
    }

    /// The number it certifies.
    pub fn number(&self) -> &CertificateNumber {
        &self.subject.number
    }

    /// Its place in the status lists.
    pub fn serial(&self) -> u32 {
        self.serial
    }

    /// The first second of validity: of the unbroken run of cycles that ends with the last one.
    pub fn valid_from(&self) -> Timestamp {
        self.valid_from
    }

    /// The last second of validity.
    pub fn valid_until(&self) -> Timestamp {
        self.valid_until
    }

    /// What its proof says of itself.
    pub fn proof(&self) -> &Proof {
        &self.proof
    }

    /// When it was sealed, as its proof says.
    pub fn created(&self) -> Timestamp {
        todo!()
    }

    /// What it says.
    pub fn subject(&self) -> &Subject {
        &self.subject
    }
}
