use super::*;
use crate::proof::{
    Prepared, ProofConfig, SigningKey, canonical, parse, parse::tests::published, sha256,
};
use proptest::prelude::*;
use serde_json::{Value, json};

fn key() -> SigningKey {
    SigningKey::from_seed([3; 32])
}

fn secured(document: &Value) -> String {
    let config = ProofConfig {
        context: document["@context"].clone(),
        created: "2026-09-15T08:00:00Z".into(),
        verification_method: "did:web:register.example#k2026-1".into(),
    };
    let prepared = Prepared::new(&config).unwrap();
    let document = canonical(document).unwrap();
    let signature = key().sign(&prepared.to_sign(&document));
    prepared.secure(&document, &signature)
}

fn sample() -> Value {
    json!({ "@context": ["https://www.w3.org/ns/credentials/v2"], "issuer": "x", "type": ["T"] })
}

/// What the proof in a text says, read in place.
fn checked(text: &str, key: &VerifyingKey) -> Result<(), ProofError> {
    let document = Document::read(text.as_bytes()).expect("it is canonical");
    let proof = Proof::of(&document)?;
    assert_eq!(proof.digest, sha256(text.as_bytes()));
    proof.check(key)
}

/// The same by another way: a tree of values, of which what was signed is written anew.
fn checked_anew(text: &str, key: &VerifyingKey) -> bool {
    let Ok(Value::Object(mut document)) = parse(text.as_bytes()) else { return false };
    let Some(Value::Object(mut config)) = document.remove("proof") else { return false };
    let Some(Value::String(value)) = config.remove("proofValue") else { return false };
    let signature = from_multibase_base58(&value).and_then(|bytes| bytes.try_into().ok());
    let Some(signature) = signature else { return false };
    let says = |name: &str, text: &str| config.get(name) == Some(&text.into());
    let suite = says("type", TYPE) && says("cryptosuite", SUITE) && says("proofPurpose", PURPOSE);
    let context = config.get("@context") == document.get("@context");
    let known = config.keys().all(|name| KNOWN.contains(&name.as_str()));
    let has_a_method = config.get("verificationMethod").is_some_and(Value::is_string);
    let time = config.get("created").and_then(Value::as_str).is_some_and(is_time);
    let digest = |members| sha256(canonical(&Value::Object(members)).unwrap().as_bytes());
    let message = joined(digest(config), digest(document));
    let well_formed = suite && context && known && has_a_method && time;
    well_formed && key.verify(&message, &signature).is_ok()
}

#[test]
fn what_is_secured_is_accepted_and_nothing_else() {
    let text = secured(&sample());
    let public = key().verifying_key();
    assert_eq!(checked(&text, &public), Ok(()));
    let proof = Proof::of(&Document::read(text.as_bytes()).unwrap()).unwrap();
    assert_eq!(proof.created, "2026-09-15T08:00:00Z");
    assert_eq!(proof.verification_method, "did:web:register.example#k2026-1");
    let other = SigningKey::from_seed([4; 32]).verifying_key();
    assert_eq!(checked(&text, &other), Err(ProofError::Signature));

    let good = parse(text.as_bytes()).unwrap();
    let changed = |change: &dyn Fn(&mut Value)| {
        let mut changed = good.clone();
        change(&mut changed);
        let text = canonical(&changed).unwrap();
        assert!(!checked_anew(&text, &public));
        checked(&text, &public).unwrap_err()
    };
    let in_proof = |name: &str, to: Value| changed(&|v| v["proof"][name] = to.clone());
    let member = |name: &str| ProofError::Member { member: name.to_owned() };
    assert_eq!(changed(&|v| v["issuer"] = json!("y")), ProofError::Signature);
    assert_eq!(changed(&|v| v["more"] = json!(1)), ProofError::Signature);
    assert_eq!(in_proof("created", json!("2026-09-15T08:00:01Z")), ProofError::Signature);
    assert_eq!(in_proof("created", json!("2026-09-15T08:00:00.0Z")), member("created"));
    assert_eq!(in_proof("created", json!("2026-09-15T08:00:00+00:00")), member("created"));
    assert_eq!(in_proof("verificationMethod", json!("did:web:x#k")), ProofError::Signature);
    assert_eq!(in_proof("verificationMethod", json!(1)), member("verificationMethod"));
    assert_eq!(in_proof("type", json!("Ed25519Signature2020")), member("type"));
    assert_eq!(in_proof("cryptosuite", json!("eddsa-rdfc-2022")), member("cryptosuite"));
    assert_eq!(in_proof("proofPurpose", json!("authentication")), member("proofPurpose"));
    assert_eq!(in_proof("domain", json!("x")), member("domain"));
    assert_eq!(in_proof("proofValue", json!("z2")), member("proofValue"));
    assert_eq!(in_proof("proofValue", json!(7)), member("proofValue"));
    assert_eq!(in_proof("@context", json!(["x"])), ProofError::Context);
    assert_eq!(changed(&|v| v["@context"] = json!(["x"])), ProofError::Context);
    assert_eq!(changed(&|v| v["proof"] = json!([v["proof"]])), ProofError::Missing);
    assert_eq!(changed(&|v| *v = json!(7)), ProofError::Missing);
}

proptest! {
    #[test]
    fn what_is_secured_is_accepted_by_both_ways(value in published()) {
        let mut document = json!({ "@context": ["c"], "issuer": value, "type": [value] });
        if let Value::Object(members) = value {
            document.as_object_mut().unwrap().extend(members);
        }
        document.as_object_mut().unwrap().remove("proof");
        let text = secured(&document);
        let public = key().verifying_key();
        prop_assert_eq!(checked(&text, &public), Ok(()));
        prop_assert!(checked_anew(&text, &public));
    }

    #[test]
    fn what_is_mangled_is_accepted_by_both_ways_or_by_none(
        at: prop::sample::Index, by in "[ 0\"\\\\,a{}]{0,2}"
    ) {
        let mut document = sample();
        document["proof!"] = json!({ "proof": "\"proof\":{}" });
        let mut text: Vec<char> = secured(&document).chars().collect();
        let at = at.index(text.len());
        text.splice(at..=at, by.chars());
        let text: String = text.into_iter().collect();
        let public = key().verifying_key();
        if Document::read(text.as_bytes()).is_ok() {
            prop_assert_eq!(checked(&text, &public).is_ok(), checked_anew(&text, &public));
        }
    }
}
