//! Data Integrity proofs of the suite `eddsa-jcs-2022` (W3C vc-di-eddsa, 3.3).

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::proof::{JcsError, canonical, multibase_base58, sha256};

pub(super) const SUITE: &str = "eddsa-jcs-2022";
pub(super) const PURPOSE: &str = "assertionMethod";
pub(super) const TYPE: &str = "DataIntegrityProof";

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
    /// The proof's text up to the signature, and from there on.
    before: String,
    after: String,
}

impl Prepared {
    /// Hashes and writes a configuration.
    pub fn new(config: &ProofConfig) -> Result<Self, JcsError> {
        let without = json!({
            "@context": config.context,
            "created": config.created,
            "cryptosuite": SUITE,
            "proofPurpose": PURPOSE,
            "type": TYPE,
            "verificationMethod": config.verification_method,
        });
        let hash = sha256(canonical(&without)?.as_bytes());
        // The signature's place in the sorted text is between two constant members.
        let first = json!({
            "@context": config.context,
            "created": config.created,
            "cryptosuite": SUITE,
            "proofPurpose": PURPOSE,
        });
        let last = json!({ "type": TYPE, "verificationMethod": config.verification_method });
        let (mut before, last) = (canonical(&first)?, canonical(&last)?);
        before.pop();
        before.push_str(",\"proofValue\":\"");
        let after = last.replacen('{', "\",", 1);
        Ok(Self { hash, before, after })
    }

    /// What is signed for a document, given in canonical form and without a proof: the digest of the
    /// proof configuration, then that of the document.
    pub fn to_sign(&self, document: &str) -> [u8; 64] {
        joined(self.hash, sha256(document.as_bytes()))
    }

    /// The secured document in canonical form: the proof is put in its sorted place, and nothing is
    /// written anew. The document is a canonical object without a `proof`.
    pub fn secure(&self, document: &str, signature: &[u8; 64]) -> String {
        self.pieces(document, place_of_proof(document), &multibase_base58(signature)).concat()
    }

    /// A document that is about to be signed, given in canonical form and without a proof.
    pub fn to_secure(&self, document: String) -> ToSecure<'_> {
        let place = document.floor_char_boundary(place_of_proof(&document));
        let (head, tail) = document.as_bytes().split_at_checked(place).unwrap_or_default();
        let head = Sha256::new_with_prefix(head);
        let digest = head.clone().chain_update(tail).finalize();
        let message = joined(self.hash, digest.into());
        ToSecure { prepared: self, document, place, head, message }
    }

    fn pieces<'t>(&'t self, document: &'t str, place: usize, value: &'t str) -> [&'t str; 7] {
        let (head, tail) = document.split_at_checked(place).unwrap_or((document, ""));
        let (before, after) = match (head, tail) {
            ("{", "}") => ("\"proof\":", ""),
            ("{", _) => ("\"proof\":", ","),
            _ => (",\"proof\":", ""),
        };
        [head, before, &self.before, value, &self.after, after, tail]
    }
}

/// A document without its signature. What comes before the proof is hashed once, for what is signed
/// and for the digest of the whole.
#[derive(Clone, Debug)]
pub struct ToSecure<'p> {
    prepared: &'p Prepared,
    document: String,
    place: usize,
    /// The digest so far of what comes before the proof.
    head: Sha256,
    message: [u8; 64],
}

impl ToSecure<'_> {
    /// What is signed ([`Prepared::to_sign`]).
    pub fn message(&self) -> &[u8; 64] {
        &self.message
    }

    /// The secured document ([`Prepared::secure`]) and the SHA-256 of its bytes.
    pub fn secure(self, signature: &[u8; 64]) -> (String, [u8; 32]) {
        let Self { prepared, mut document, place, head, .. } = self;
        let value = multibase_base58(signature);
        let [_, proof @ .., tail] = prepared.pieces(&document, place, &value);
        let digest = proof.iter().chain([&tail]).fold(head, Sha256::chain_update);
        // The tail is short, and whoever wrote the document may have left room for the proof.
        document.insert_str(place, &proof.concat());
        (document, digest.finalize().into())
    }
}

/// What is signed.
pub(super) fn joined(config: [u8; 32], document: [u8; 32]) -> [u8; 64] {
    let mut both = [0; 64];
    both[..32].copy_from_slice(&config);
    both[32..].copy_from_slice(&document);
    both
}

/// Where `proof` belongs in a canonical object: behind the last member whose name is less. Looked
/// for from the end, because few members come after it and the subject comes before. Names are
/// compared in the bytes they are written in: an escape begins with a byte less than any letter, as
/// the character does that it stands for.
fn place_of_proof(document: &str) -> usize {
    let bytes = document.as_bytes();
    let mut place = bytes.len().saturating_sub(1);
    let (mut depth, mut at) = (0_usize, place);
    while at > 0 {
        at -= 1;
        match bytes[at] {
            b'"' => {
                let start = start_of_text(bytes, at);
                let is_name = depth == 0 && bytes.get(at + 1) == Some(&b':');
                match bytes.get(start + 1..at) {
                    Some(name) if is_name && name <= &b"proof"[..] => return place,
                    Some(_) if is_name => place = start.saturating_sub(1).max(1),
                    _ => {}
                }
                at = start;
            }
            b'}' | b']' => depth += 1,
            b'{' | b'[' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    place
}

/// Where the text begins whose closing quotes stand here: quotes behind an odd number of
/// backslashes are part of it.
fn start_of_text(bytes: &[u8], end: usize) -> usize {
    let mut at = end;
    while at > 0 {
        at -= 1;
        if bytes[at] == b'"' {
            let before = bytes[..at].iter().rev().take_while(|byte| **byte == b'\\').count();
            if before % 2 == 0 {
                return at;
            }
        }
    }
    0
}

#[cfg(test)]
#[path = "integrity_tests.rs"]
mod tests;
