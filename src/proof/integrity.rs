//! Data Integrity proofs of the suite `eddsa-jcs-2022` (W3C vc-di-eddsa, 3.3).

use serde_json::Value;

use crate::proof::{JcsError, VerifyingKey};

/// What a proof says beside its signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProofConfig {
    /// The `@context` of the documents it secures: the suite wants it in the proof too.
    pub context: Value,
    /// When it was made, `YYYY-MM-DDTHH:MM:SSZ`.
    pub created: String,
    /// The key that it is checked with, `did:web:…#…`.
    pub verification_method: String,
}

/// A proof configuration, hashed and written once for any number of documents.
#[derive(Clone, Debug)]
pub struct Prepared {
    hash: [u8; 32],
    before: String,
    after: String,
}

impl Prepared {
    /// Hashes and writes a configuration.
    pub fn new(config: &ProofConfig) -> Result<Self, JcsError> {
        todo!()
    }

    /// What is signed for a document, given in canonical form and without a proof: the digest of the
    /// proof configuration, then that of the document.
    pub fn to_sign(&self, document: &str) -> [u8; 64] {
        todo!()
    }

    /// The secured document in canonical form: the proof is put in its sorted place, and nothing is
    /// written anew. The document is a canonical object without a `proof`.
    pub fn secure(&self, document: &str, signature: &[u8; 64]) -> String {
        todo!()
    }
}

/// What the proof in a document says of itself, before anybody believes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// When it was made, `YYYY-MM-DDTHH:MM:SSZ`.
    pub created: String,
    /// The key that it is to be checked with.
    pub verification_method: String,
}

/// Why a document's proof is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProofError {
    /// There is none, or it is not one object.
    #[error("there is no `proof` with one object in it")]
    Missing,
    /// A member is missing, unknown, or says something else than the suite wants.
    #[error("`{member}` of the proof is missing or not what `eddsa-jcs-2022` wants")]
    Member {
        /// The member.
        member: String,
    },
    /// The proof's `@context` is not the document's.
    #[error("the proof was made for another `@context`")]
    Context,
    /// The document has no canonical form.
    #[error(transparent)]
    Canonical(#[from] JcsError),
    /// The signature is not of this key and document.
    #[error("the signature is not of this key and document: one of them was changed")]
    Signature,
}

/// The proof of a document, well formed but not yet checked.
pub fn proof_of(document: &Value) -> Result<Proof, ProofError> {
    todo!()
}

/// Checks the proof of a document with a key: that the signature is of exactly this document, and
/// that the proof is of the suite, for `assertionMethod`, and names nothing else.
pub fn check_proof(document: &Value, key: &VerifyingKey) -> Result<(), ProofError> {
    todo!()
}
