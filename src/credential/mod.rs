//! What is published about a certificate, byte by byte: the signed statement, the leaves of the log,
//! status lists, evidence files and QR payloads.
//!
//! All of it is pure: values in, texts out, and texts from strangers back into values or a refusal.
//! It signs nothing and keeps nothing; tables and drawings of the bytes are in `docs/formats.md`.

mod answer;
mod compare;
mod context;
mod cycles;
mod detail;
mod did;
mod did_document;
mod evidence;
mod facts;
mod leaf;
mod leaf_text;
mod list;
mod list_credential;
mod past;
mod published;
mod qr;
mod qr_cbor;
mod read;
mod reveal;
mod sealed;
mod stated;
mod statement;
mod status;
mod subject;
mod write;

pub use answer::{Answer, answer};
pub use compare::{Comparison, Difference};
pub use context::{context, entry_context, list_context};
pub use detail::{Detail, DetailEntry, DetailError, DetailStatus};
pub use did::{Did, DidError};
pub use did_document::{DidDocument, DidDocumentError, Method, Use};
pub use evidence::{Asked, Evidence, EvidenceError, EvidenceLeaves};
pub use facts::Facts;
pub use leaf::{EditionKind, EditionName, KeyAction, Leaf, LeafError, Publish};
pub use list::{LIST_BITS, ListError, Purpose, StatusList};
pub use list_credential::ListCredential;
pub use past::{Past, PastChange, PastError};
pub use published::{Credential, CredentialError, Unproved};
pub use qr::{QrCode, QrError, QrLevel, QrPayload};
pub use reveal::RevealError;
pub use sealed::{
    Edition, KeyChange, KeyEntry, KeyState, Projection, Sealed, SealedEntry, SealedStatus,
    SerialState, Version,
};
pub use statement::{Issuer, Statement, Unfit};
pub use status::{LeafStatus, Rewritten, StatusChange, pending, status_on, statuses};
pub use subject::{HistoryEntry, HistoryKind, StatedLevel, StatedScheme, Subject};
