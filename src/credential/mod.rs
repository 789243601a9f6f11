//! What is published about a certificate, byte by byte: the signed statement, the leaves of the log,
//! status lists, evidence files and QR payloads.
//!
//! All of it is pure: values in, texts out, and texts from strangers back into values or a refusal.
//! It signs nothing and keeps nothing; tables and drawings of the bytes are in `docs/formats.md`.

mod answer;
mod context;
mod detail;
mod did;
mod did_document;
mod evidence;
mod leaf;
mod list;
mod published;
mod qr;
mod reveal;
mod sealed;
mod statement;
mod status;
mod subject;

pub use answer::{Answer, answer};
pub use context::{context, entry_context, list_context};
pub use detail::{Detail, DetailEntry, DetailError, DetailStatus};
pub use did::{Did, DidError};
pub use did_document::{DidDocument, DidDocumentError, Method, Use};
pub use evidence::{Asked, Evidence, EvidenceError, EvidenceLeaves};
pub use leaf::{EditionKind, EditionName, KeyAction, Leaf, LeafError, Publish};
pub use list::{LIST_BITS, ListCredential, ListError, Purpose, StatusList};
pub use published::{Credential, CredentialError};
pub use qr::{QrCode, QrError, QrLevel, QrPayload};
pub use reveal::RevealError;
pub use sealed::{
    Edition, EditionChange, KeyChange, KeyEntry, KeyState, Projection, Sealed, SealedEntry,
    SealedStatus, SerialState, Version, What,
};
pub use statement::{Comparison, Difference, Issuer, Statement, Unfit};
pub use status::{LeafStatus, Rewritten, StatusChange, pending, status_on, statuses};
pub use subject::{Facts, HistoryEntry, HistoryKind, StatedLevel, StatedScheme, Subject};
