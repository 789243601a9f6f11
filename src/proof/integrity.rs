//! Data Integrity proofs of the suite `eddsa-jcs-2022` (W3C vc-di-eddsa, 3.3).

use jiff::Timestamp;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use crate::proof::canonical::canonical_without;
use crate::proof::{
    JcsError, VerifyingKey, canonical, from_multibase_base58, multibase_base58, sha256,
};

const SUITE: &str = "eddsa-jcs-2022";
const PURPOSE: &str = "assertionMethod";
const TYPE: &str = "DataIntegrityProof";

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
        let place = place_of_proof(&document);
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
    pub fn secure(&self, signature: &[u8; 64]) -> (String, [u8; 32]) {
        let value = multibase_base58(signature);
        let pieces = self.prepared.pieces(&self.document, self.place, &value);
        let digest = pieces.iter().skip(1).fold(self.head.clone(), Sha256::chain_update);
        (pieces.concat(), digest.finalize().into())
    }
}

fn joined(config: [u8; 32], document: [u8; 32]) -> [u8; 64] {
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
    let proof = members(document)?;
    let text = |member: &str| {
        let text = proof.get(member).and_then(Value::as_str);
        text.ok_or_else(|| ProofError::Member { member: member.to_owned() })
    };
    for (member, wanted) in [("type", TYPE), ("cryptosuite", SUITE), ("proofPurpose", PURPOSE)] {
        if text(member)? != wanted {
            return Err(ProofError::Member { member: member.to_owned() });
        }
    }
    let created = text("created")?;
    if !is_time(created) {
        return Err(ProofError::Member { member: "created".to_owned() });
    }
    text("proofValue")?;
    let known = ["type", "cryptosuite", "proofPurpose", "created", "proofValue", "@context"];
    let known = |name: &str| known.contains(&name) || name == "verificationMethod";
    if let Some(member) = proof.keys().find(|name| !known(name)) {
        return Err(ProofError::Member { member: member.chars().take(60).collect() });
    }
    if proof.get("@context") != document.get("@context") {
        return Err(ProofError::Context);
    }
    let verification_method = text("verificationMethod")?.to_owned();
    Ok(Proof { created: created.to_owned(), verification_method })
}

/// Checks the proof of a document with a key: that the signature is of exactly this document, and
/// that the proof is of the suite, for `assertionMethod`, and names nothing else.
pub fn check_proof(document: &Value, key: &VerifyingKey) -> Result<(), ProofError> {
    proof_of(document)?;
    let proof = members(document)?;
    let document = document.as_object().ok_or(ProofError::Missing)?;
    let document = sha256(canonical_without(document, "proof")?.as_bytes());
    check_digest(proof, document, key)
}

/// Checks the proof of a published file, as [`check_proof`] does, given the file's bytes beside the
/// document that [`parse_canonical`](crate::proof::parse_canonical) read from them: the bytes without
/// the proof are what was signed, and nothing is written anew.
pub fn check_published(
    bytes: &[u8],
    document: &Value,
    key: &VerifyingKey,
) -> Result<(), ProofError> {
    let proof = members(document)?;
    let text = str::from_utf8(bytes).unwrap_or_default();
    let end = place_of_proof(text);
    let member = format!(",\"proof\":{}", canonical(&document["proof"])?);
    let (before, after) = text.split_at_checked(end).unwrap_or_default();
    let Some(before) = before.strip_suffix(&*member) else { return check_proof(document, key) };
    proof_of(document)?;
    let mut digest = Sha256::new();
    digest.update(before);
    digest.update(after);
    check_digest(proof, digest.finalize().into(), key)
}

fn check_digest(
    proof: &Map<String, Value>,
    document: [u8; 32],
    key: &VerifyingKey,
) -> Result<(), ProofError> {
    let signature = proof.get("proofValue").and_then(Value::as_str);
    let signature = signature.and_then(from_multibase_base58);
    let signature = signature.and_then(|bytes| <[u8; 64]>::try_from(bytes).ok());
    let signature =
        signature.ok_or_else(|| ProofError::Member { member: "proofValue".to_owned() })?;
    let config = sha256(canonical_without(proof, "proofValue")?.as_bytes());
    key.verify(&joined(config, document), &signature).map_err(|_| ProofError::Signature)
}

fn members(document: &Value) -> Result<&Map<String, Value>, ProofError> {
    document.get("proof").and_then(Value::as_object).ok_or(ProofError::Missing)
}

/// Whether a text is a time as a register writes it: whole seconds, UTC, `YYYY-MM-DDTHH:MM:SSZ`.
fn is_time(text: &str) -> bool {
    text.parse::<Timestamp>().is_ok_and(|time| time.to_string() == text) && text.len() == 20
}

#[cfg(test)]
#[path = "integrity_tests.rs"]
mod tests;
