//! Checks Data Integrity proofs of the suite `eddsa-jcs-2022` (W3C vc-di-eddsa, 3.3).
//!
//! A document that is published is canonical, so what was signed is what stands there without the
//! proof: pieces of it are hashed, and nothing is written anew.

use jiff::Timestamp;
use sha2::{Digest, Sha256};

use crate::proof::{
    Document, Node, VerifyingKey, from_multibase_base58,
    integrity::{PURPOSE, SUITE, TYPE, joined},
};

/// What the proof in a document says of itself, before anybody believes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// When it was made, `YYYY-MM-DDTHH:MM:SSZ`.
    pub created: String,
    /// The key that it is to be checked with.
    pub verification_method: String,
    /// The SHA-256 of the whole document, proof and all.
    pub digest: [u8; 32],
    /// What must have been signed: the digest of the proof's configuration, then the document's.
    message: [u8; 64],
    /// Nothing where the text is none.
    signature: Option<[u8; 64]>,
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
    /// The signature is not of this key and document.
    #[error("the signature is not of this key and document: one of them was changed")]
    Signature,
}

impl Proof {
    /// The proof of a document, well formed but not yet checked: of the suite, for
    /// `assertionMethod`, and naming nothing else.
    pub fn of(document: &Document<'_>) -> Result<Self, ProofError> {
        let Form { proof, created, value } = Form::of(document)?;
        let top = document.top();
        let (before, after) = proof.without("proofValue").ok_or_else(|| wrong("proofValue"))?;
        let method = proof.member("verificationMethod").and_then(Node::text);
        let method = method.ok_or_else(|| wrong("verificationMethod"))?;
        let config = Sha256::new_with_prefix(before).chain_update(after).finalize().into();
        let (before, after) = top.without("proof").ok_or(ProofError::Missing)?;
        let from_proof = top.written().strip_prefix(before).unwrap_or_default();
        // Both digests begin alike.
        let begun = Sha256::new_with_prefix(before);
        let unsigned = begun.clone().chain_update(after).finalize();
        Ok(Self {
            created: created.to_owned(),
            verification_method: method.to_owned(),
            digest: begun.chain_update(from_proof).finalize().into(),
            message: joined(config, unsigned.into()),
            signature: from_multibase_base58(value).and_then(|bytes| bytes.try_into().ok()),
        })
    }

    /// When the proof of a document says that it was made. The proof is well formed, and nothing
    /// is hashed: for documents whose digest is known already.
    pub fn created<'d>(document: &'d Document<'_>) -> Result<&'d str, ProofError> {
        Form::of(document).map(|form| form.created)
    }

    /// Checks with a key that the signature is of exactly this document and proof.
    pub fn check(&self, key: &VerifyingKey) -> Result<(), ProofError> {
        let signature = self.signature.as_ref();
        let signature =
            signature.ok_or_else(|| ProofError::Member { member: "proofValue".to_owned() })?;
        key.verify(&self.message, signature).map_err(|_| ProofError::Signature)
    }
}

/// A proof that says what the suite wants.
struct Form<'d> {
    proof: Node<'d>,
    created: &'d str,
    value: &'d str,
}

impl<'d> Form<'d> {
    fn of(document: &'d Document<'_>) -> Result<Self, ProofError> {
        let top = document.top();
        let proof = top.member("proof").ok_or(ProofError::Missing)?;
        let members = proof.members().ok_or(ProofError::Missing)?;
        let text =
            |member: &str| proof.member(member).and_then(Node::text).ok_or_else(|| wrong(member));
        for (member, wanted) in [("type", TYPE), ("cryptosuite", SUITE), ("proofPurpose", PURPOSE)]
        {
            if text(member)? != wanted {
                return Err(wrong(member));
            }
        }
        let created = text("created")?;
        if !is_time(created) {
            return Err(wrong("created"));
        }
        let value = text("proofValue")?;
        for (member, _) in members {
            if !KNOWN.contains(&member) {
                return Err(wrong(member));
            }
        }
        if proof.member("@context").map(Node::written) != top.member("@context").map(Node::written)
        {
            return Err(ProofError::Context);
        }
        text("verificationMethod")?;
        Ok(Self { proof, created, value })
    }
}

fn wrong(member: &str) -> ProofError {
    ProofError::Member { member: member.chars().take(60).collect() }
}

const KNOWN: [&str; 7] = [
    "@context",
    "created",
    "cryptosuite",
    "proofPurpose",
    "proofValue",
    "type",
    "verificationMethod",
];

/// Whether a text is a time as a register writes it: whole seconds, UTC, `YYYY-MM-DDTHH:MM:SSZ`.
fn is_time(text: &str) -> bool {
    text.parse::<Timestamp>().is_ok_and(|time| time.to_string() == text) && text.len() == 20
}

#[cfg(test)]
#[path = "check_tests.rs"]
mod tests;
