//! A published entry, read strictly.

use std::ops::Deref;

use jiff::Timestamp;

use crate::credential::{
    Did, LIST_BITS, Purpose, Subject,
    context::is_entry_context,
    read::{self, Misread, Object},
};
use crate::model::CertificateNumber;
use crate::proof::{Document, JsonError, Node, Proof, ProofError};

/// A published entry: exactly what this version of the register publishes, member by member. Its
/// proof is well formed and still to be checked ([`Proof::check`]).
#[derive(Clone, Debug)]
pub struct Credential {
    entry: Unproved,
    proof: Proof,
}

/// A published entry without its proof, for whoever knows its bytes already: those of the ledger
/// have the digests that the log holds.
#[derive(Clone, Debug)]
pub struct Unproved {
    did: Did,
    serial: u32,
    valid_from: Timestamp,
    valid_until: Timestamp,
    created: Timestamp,
    subject: Subject,
}

impl Deref for Credential {
    type Target = Unproved;

    fn deref(&self) -> &Unproved {
        &self.entry
    }
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

impl From<Misread> for CredentialError {
    fn from(misread: Misread) -> Self {
        match misread {
            Misread::Unknown(member) => Self::Unknown(member),
            Misread::Missing(member) => Self::Missing(member),
            Misread::Form(member) => Self::Form(member),
        }
    }
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
        let document = Document::read(bytes)?;
        let entry = Unproved::read(&document)?;
        Ok(Self { entry, proof: Proof::of(&document)? })
    }

    /// The SHA-256 of its published bytes, which the log holds.
    pub fn digest(&self) -> &[u8; 32] {
        &self.proof.digest
    }

    /// Its proof.
    pub fn proof(&self) -> &Proof {
        &self.proof
    }
}

impl Unproved {
    /// Reads an entry's published bytes as strictly as [`Credential::parse`], and hashes nothing.
    pub fn parse(bytes: &[u8]) -> Result<Self, CredentialError> {
        Self::read(&Document::read(bytes)?)
    }

    fn read(document: &Document<'_>) -> Result<Self, CredentialError> {
        let top = Object::new(document.top(), "", &MEMBERS)?;
        let types = top.value("type")?.items().into_iter().flatten();
        if !types.map(Node::text).eq(TYPE.map(Some)) {
            return Err(CredentialError::Type);
        }
        let subject = Subject::read(top.value("credentialSubject")?)?;
        let path = subject.number.path();
        let id = top.need("id", read::text)?;
        let did = issuer(id, &path, top.need("issuer", read::text)?)?;
        if !is_entry_context(top.value("@context")?.written(), &did) {
            return Err(CredentialError::Context);
        }
        if *subject.register_entry != did.page_url(&path) {
            return Err(CredentialError::Form("credentialSubject.registerEntry".to_owned()));
        }
        let serial = serial(&top, &did, id)?;
        let created = read::instant_of(Proof::created(document)?);
        Ok(Self {
            did,
            serial,
            valid_from: top.need("validFrom", read::instant)?,
            valid_until: top.need("validUntil", read::instant)?,
            created: created.ok_or_else(|| CredentialError::Form("proof.created".to_owned()))?,
            subject,
        })
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

    /// When it was sealed, as its proof says.
    pub fn created(&self) -> Timestamp {
        self.created
    }

    /// What it says.
    pub fn subject(&self) -> &Subject {
        &self.subject
    }
}

const MEMBERS: [&str; 9] = [
    "@context",
    "credentialStatus",
    "credentialSubject",
    "id",
    "issuer",
    "proof",
    "type",
    "validFrom",
    "validUntil",
];
const TYPE: [&str; 2] = ["VerifiableCredential", "StarCertificate"];

/// The issuer that an entry names, whose address of the entry's number must be the entry's own.
fn issuer(id: &str, path: &str, named: &str) -> Result<Did, CredentialError> {
    let foreign = |wanted| CredentialError::Address { id: id.to_owned(), wanted };
    let base = id.strip_suffix(&format!("/c/{path}.json"));
    match base.and_then(|base| Did::of(base).ok()) {
        Some(did) if did.as_str() == named => Ok(did),
        _ => match Did::parse(named) {
            Ok(did) => Err(foreign(did.entry_url(path))),
            Err(_) => Err(CredentialError::Form("issuer".to_owned())),
        },
    }
}

/// The serial, in which both places in the status lists agree.
fn serial(top: &Object<'_>, did: &Did, id: &str) -> Result<u32, CredentialError> {
    let known = ["id", "statusListCredential", "statusListIndex", "statusPurpose", "type"];
    let entries = top.list("credentialStatus", &known)?;
    let entries = entries.ok_or_else(|| CredentialError::Missing("credentialStatus".to_owned()))?;
    let mut serials = [None; 2];
    if entries.len() != serials.len() {
        return Err(CredentialError::Status);
    }
    let purposes = [Purpose::Revocation, Purpose::Suspension];
    for ((entry, purpose), found) in entries.iter().zip(purposes).zip(&mut serials) {
        let index = entry.need("statusListIndex", Node::text)?;
        let place = index.parse::<u32>().ok().filter(|place| place.to_string() == index);
        let place = place.filter(|place| *place < LIST_BITS);
        let place = place.ok_or_else(|| entry.form("statusListIndex"))?;
        let list = entry.need("statusListCredential", Node::text)?;
        let first = purpose.first_serial(did, list).ok_or(CredentialError::Status)?;
        let serial = first.checked_add(place).ok_or(CredentialError::Status)?;
        let fits = entry.is("type", "BitstringStatusListEntry").is_ok()
            && entry.is("statusPurpose", purpose.word()).is_ok()
            && entry.is("id", &format!("{id}#{}", purpose.word())).is_ok();
        if !fits {
            return Err(CredentialError::Status);
        }
        *found = Some(serial);
    }
    match serials {
        [Some(serial), Some(other)] if serial == other => Ok(serial),
        _ => Err(CredentialError::Status),
    }
}
