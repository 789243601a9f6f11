use super::*;
use crate::proof::SigningKey;
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
        document["proof"] = parsed["proof"].clone();
        prop_assert_eq!(parsed, document);
    }

    #[test]
    fn no_document_is_too_hostile(text in "[\\[\\]{}\":,\\\\ a-z证]{0,24}") {
        let _ = prepared(&json!(1)).secure(&text, &[0; 64]);
        let _ = prepared(&json!(1)).to_secure(text).secure(&[0; 64]);
    }
}
