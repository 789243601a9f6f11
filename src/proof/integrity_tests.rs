use super::*;
use crate::proof::{SigningKey, parse_canonical};
use proptest::prelude::*;

fn key() -> SigningKey {
    SigningKey::from_seed([3; 32])
}

fn prepared(context: &Value) -> Prepared {
    let config = ProofConfig {
        context: context.clone(),
        created: "2026-09-15T08:00:00Z".into(),
        verification_method: "did:web:register.example#k2026-1".into(),
    };
    Prepared::new(&config).unwrap()
}

fn secured(document: &Value) -> String {
    let prepared = prepared(&document["@context"]);
    let document = canonical(document).unwrap();
    let signature = key().sign(&prepared.to_sign(&document));
    let text = prepared.secure(&document, &signature);
    let at_once = prepared.to_secure(document.clone());
    assert_eq!(*at_once.message(), prepared.to_sign(&document));
    assert_eq!(at_once.secure(&signature), (text.clone(), sha256(text.as_bytes())));
    text
}

fn sample() -> Value {
    json!({ "@context": ["https://www.w3.org/ns/credentials/v2"], "issuer": "x", "type": ["T"] })
}

#[test]
fn what_is_secured_is_accepted_and_nothing_else() {
    let text = secured(&sample());
    let good = parse_canonical(text.as_bytes()).unwrap();
    let public = key().verifying_key();
    assert_eq!(check_proof(&good, &public), Ok(()));
    let proof = proof_of(&good).unwrap();
    assert_eq!(proof.created, "2026-09-15T08:00:00Z");
    assert_eq!(proof.verification_method, "did:web:register.example#k2026-1");
    let other = SigningKey::from_seed([4; 32]).verifying_key();
    assert_eq!(check_proof(&good, &other), Err(ProofError::Signature));

    let changed = |change: &dyn Fn(&mut Value)| {
        let mut changed = good.clone();
        change(&mut changed);
        check_proof(&changed, &public).unwrap_err()
    };
    let member = |name: &str| ProofError::Member { member: name.to_owned() };
    assert_eq!(changed(&|v| v["issuer"] = json!("y")), ProofError::Signature);
    assert_eq!(changed(&|v| v["more"] = json!(1)), ProofError::Signature);
    assert_eq!(
        changed(&|v| v["proof"]["created"] = json!("2026-09-15T08:00:01Z")),
        ProofError::Signature
    );
    assert_eq!(
        changed(&|v| v["proof"]["created"] = json!("2026-09-15T08:00:00.0Z")),
        member("created")
    );
    assert_eq!(
        changed(&|v| v["proof"]["created"] = json!("2026-09-15T08:00:00+00:00")),
        member("created")
    );
    assert_eq!(
        changed(&|v| v["proof"]["verificationMethod"] = json!("did:web:x#k")),
        ProofError::Signature
    );
    assert_eq!(changed(&|v| v["proof"]["type"] = json!("Ed25519Signature2020")), member("type"));
    assert_eq!(
        changed(&|v| v["proof"]["cryptosuite"] = json!("eddsa-rdfc-2022")),
        member("cryptosuite")
    );
    assert_eq!(
        changed(&|v| v["proof"]["proofPurpose"] = json!("authentication")),
        member("proofPurpose")
    );
    assert_eq!(changed(&|v| v["proof"]["domain"] = json!("x")), member("domain"));
    assert_eq!(changed(&|v| v["proof"]["proofValue"] = json!("z2")), member("proofValue"));
    assert_eq!(changed(&|v| v["proof"]["proofValue"] = json!(7)), member("proofValue"));
    assert_eq!(changed(&|v| v["proof"]["@context"] = json!(["x"])), ProofError::Context);
    assert_eq!(changed(&|v| v["@context"] = json!(["x"])), ProofError::Context);
    assert_eq!(changed(&|v| v["level"] = json!(1.5)), JcsError::Number("1.5".into()).into());
    assert_eq!(changed(&|v| v["proof"] = json!([v["proof"]])), ProofError::Missing);
    assert_eq!(changed(&|v| *v = json!(7)), ProofError::Missing);
}

#[test]
fn a_proof_has_its_place_among_any_members() {
    let names = [
        "",
        "a",
        "pronto",
        "proo",
        "proof!",
        "prooe\u{10ffff}",
        "proof\n",
        "pr\"oof",
        "pr\\oof",
        "z",
        "证",
    ];
    for some in 0..1 << names.len() {
        let members = names.iter().enumerate().filter(|(at, _)| some >> at & 1 == 1);
        let members = members.map(|(_, name)| ((*name).to_owned(), json!({ "zz": "}\",\"q\":1" })));
        let document = Value::Object(members.collect());
        let text = secured(&document);
        let value: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(canonical(&value).unwrap(), text);
        assert_eq!(value.as_object().unwrap().len(), document.as_object().unwrap().len() + 1);
    }
}

proptest! {
    #[test]
    fn splicing_is_the_same_as_writing_anew(value in crate::proof::parse::tests::json()) {
        let mut document = json!({ "@context": ["c"], "issuer": value, "type": [value] });
        if let Value::Object(members) = value {
            document.as_object_mut().unwrap().extend(members);
        }
        document.as_object_mut().unwrap().remove("proof");
        let text = secured(&document);
        let parsed: Value = serde_json::from_str(&text).unwrap();
        prop_assert_eq!(&serde_json_canonicalizer::to_string(&parsed).unwrap(), &text);
        let public = key().verifying_key();
        prop_assert_eq!(check_proof(&parsed, &public), Ok(()));
        prop_assert_eq!(check_published(text.as_bytes(), &parsed, &public), Ok(()));
        document["proof"] = parsed["proof"].clone();
        prop_assert_eq!(parsed, document);
    }

    #[test]
    fn no_document_is_too_hostile(text in "[\\[\\]{}\":,\\\\ a-z证]{0,24}") {
        let _ = prepared(&json!(1)).secure(&text, &[0; 64]);
    }
}
