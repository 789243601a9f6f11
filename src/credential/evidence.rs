//! Evidence files, `NUMBER.attestar.json`: all that is needed to verify one certificate offline.

use jiff::{Timestamp, civil::Date};

use crate::proof::JsonError;

/// An evidence file. Its parts are texts as they were published; whoever verifies reads them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// What was asked.
    pub asked: Asked,
    /// The checkpoint's note with its cosignatures.
    pub checkpoint: String,
    /// The credential, its exact bytes.
    pub credential: String,
    /// did.json, its exact bytes.
    pub did: String,
    /// Proofs that leaves are in the log, each a C2SP tlog-proof text with the leaf as its extra.
    pub leaves: EvidenceLeaves,
    /// The status lists of the credential's serial, revocation first, their exact bytes.
    pub lists: [String; 2],
    /// The log's policy.
    pub policy: String,
}

/// The question an evidence file answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The number, as it was asked.
    pub number: String,
    /// The day it was asked about.
    pub on: Option<Date>,
    /// When it was asked.
    pub time: Option<Timestamp>,
}

/// Proofs of leaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EvidenceLeaves {
    /// The `issue` or `amend` leaf of the newest version.
    pub issue: String,
    /// The `publish` leaf of the edition.
    pub publish: String,
    /// Every `status` leaf of the number, in log order.
    pub status: Vec<String>,
}

/// Why bytes are no evidence file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EvidenceError {
    /// Not canonical JSON.
    #[error(transparent)]
    Json(#[from] JsonError),
    /// JSON of another kind or version.
    #[error("this is not an evidence file of version 1")]
    Kind,
    /// A member is missing, unknown or of the wrong shape.
    #[error("`{0}` of the evidence file is missing, unknown or not of its form")]
    Member(String),
}

impl Evidence {
    /// The file. Its embedded documents must be JSON, or there is none.
    pub fn text(&self) -> Result<String, EvidenceError> {
        todo!()
    }

    /// Reads a file.
    pub fn parse(bytes: &[u8]) -> Result<Self, EvidenceError> {
        todo!()
    }
}
