//! Canonical JSON, Ed25519 and Data Integrity against vectors that we did not make.

#![allow(clippy::unwrap_used, reason = "a test may panic and be plain")]

use std::{fs, path::Path};

use attestar::proof::{
    Document, JcsError, JsonError, Prepared, Proof, ProofConfig, SigningKey, VerifyingKey,
    canonical, from_multibase_base58, hex, parse, sha256, unhex,
};
use serde_json::{Value, json};

fn bytes(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors");
    fs::read(folder.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn text(name: &str) -> String {
    String::from_utf8(bytes(name)).unwrap()
}

fn value(name: &str) -> Value {
    serde_json::from_slice(&bytes(name)).unwrap()
}

fn array<const N: usize>(hex: &str) -> [u8; N] {
    unhex(hex).unwrap().try_into().unwrap()
}

#[test]
fn proof_canonical_forms_are_those_of_rfc_8785s_author() {
    for name in ["arrays", "french", "unicode", "weird"] {
        let read = parse(&bytes(&format!("jcs/input/{name}.json"))).unwrap();
        let output = text(&format!("jcs/output/{name}.json"));
        assert_eq!(canonical(&read).unwrap(), output, "{name}");
        assert_eq!(canonical(&value(&format!("jcs/input/{name}.json"))).unwrap(), output, "{name}");
        match Document::read(output.as_bytes()) {
            // RFC 8785 keeps texts as they are; a register has them in normalisation form C.
            Err(JsonError::NotNormalised { .. }) if ["unicode", "weird"].contains(&name) => {}
            other => assert_eq!(other.unwrap().top().written(), output, "{name}"),
        }
    }
}

#[test]
fn proof_numbers_with_a_fraction_or_an_exponent_are_refused_though_rfc_8785_has_them() {
    for name in ["structures", "values"] {
        let input = format!("jcs/input/{name}.json");
        assert!(matches!(parse(&bytes(&input)), Err(JsonError::Number { .. })), "{name}");
        assert!(matches!(canonical(&value(&input)), Err(JcsError::Number(_))), "{name}");
    }
    // `56.0` is the one such number of this vector; its canonical form is `56`.
    let integers = text("jcs/input/structures.json").replace("56.0", "56");
    let read = parse(integers.as_bytes()).unwrap();
    assert_eq!(canonical(&read).unwrap(), text("jcs/output/structures.json"));
}

#[test]
fn proof_signatures_are_those_of_rfc_8032() {
    let cases = value("ed25519/rfc8032.json");
    for case in cases.as_array().unwrap() {
        let hex = |member: &str| case[member].as_str().unwrap();
        let key = SigningKey::from_seed(array(hex("secret")));
        let message = unhex(hex("message")).unwrap();
        assert_eq!(key.verifying_key().as_bytes(), &array(hex("public")));
        assert_eq!(key.sign(&message), array(hex("signature")), "{}", case["name"]);
        assert!(key.verifying_key().verify(&message, &array(hex("signature"))).is_ok());
    }
}

#[test]
fn proof_signatures_are_accepted_as_wycheproof_says() {
    let cases = value("ed25519/wycheproof.json");
    assert_eq!(cases.as_array().unwrap().len(), 151);
    for case in cases.as_array().unwrap() {
        let hex = |member: &str| unhex(case[member].as_str().unwrap()).unwrap();
        let key = VerifyingKey::from_bytes(&hex("pk").try_into().unwrap()).unwrap();
        // A signature of another length cannot even be asked about.
        let signature = <[u8; 64]>::try_from(hex("sig")).ok();
        let accepted = signature.is_some_and(|s| key.verify(&hex("msg"), &s).is_ok());
        assert_eq!(accepted, case["result"] == "valid", "{case}");
    }
}

#[test]
fn proof_signatures_on_which_implementations_disagree_are_refused() {
    let cases = value("ed25519/speccheck.json");
    let accepted = cases.as_array().unwrap().iter().map(|case| {
        let hex = |member: &str| unhex(case[member].as_str().unwrap()).unwrap();
        let key = VerifyingKey::from_bytes(&hex("pub_key").try_into().unwrap());
        let signature = hex("signature").try_into().unwrap();
        key.is_ok_and(|key| key.verify(&hex("message"), &signature).is_ok())
    });
    // Only number 3 satisfies the equation both with and without the cofactor, with a key and a
    // point of full order and canonical encodings.
    let expected: Vec<_> = (0..12).map(|case| case == 3).collect();
    assert_eq!(accepted.collect::<Vec<_>>(), expected);
}

#[test]
fn proof_the_official_vector_of_eddsa_jcs_2022_is_reproduced() {
    let (signed, pair) =
        (value("eddsa-jcs-2022/signedJCS.json"), value("eddsa-jcs-2022/keyPair.json"));
    let public = VerifyingKey::from_multikey(pair["publicKeyMultibase"].as_str().unwrap()).unwrap();
    let secret = from_multibase_base58(pair["privateKeyMultibase"].as_str().unwrap()).unwrap();
    let key = SigningKey::from_seed(secret[2..].try_into().unwrap()); // After the prefix 80 26.
    assert_eq!(key.verifying_key(), public);

    let file = canonical(&signed).unwrap();
    let proof = Proof::of(&Document::read(file.as_bytes()).unwrap()).unwrap();
    assert_eq!(proof.check(&public), Ok(()));
    let config = ProofConfig {
        context: signed["@context"].clone(),
        created: proof.created,
        verification_method: proof.verification_method,
    };
    let prepared = Prepared::new(&config).unwrap();
    let document = canonical(&value("eddsa-jcs-2022/unsigned.json")).unwrap();
    assert_eq!(hex(&sha256(document.as_bytes())), text("eddsa-jcs-2022/docHashJCS.txt"));
    let to_sign = prepared.to_sign(&document);
    assert_eq!(hex(&to_sign), text("eddsa-jcs-2022/combinedHashJCS.txt"));
    assert_eq!(hex(&to_sign[..32]), text("eddsa-jcs-2022/proofHashJCS.txt"));
    let signature = key.sign(&to_sign);
    assert_eq!(hex(&signature), text("eddsa-jcs-2022/sigHexJCS.txt"));
    assert_eq!(prepared.secure(&document, &signature), file);
}

#[test]
fn proof_the_worked_certificate_of_our_formats_is_reproduced() {
    let key = SigningKey::from_seed(sha256(b"attestar sample issue key"));
    assert_eq!(
        hex(key.verifying_key().as_bytes()),
        "b21b1b3e72bb6cb6d9fd97ac11dd5ff6add584b0a8109811c5d2c7732f73392c"
    );
    assert_eq!(key.verifying_key().multikey(), "z6MkrSWb6mSmfNXrqTCdb2Ca2wusak64fs5Th3pBxNW1R2e7");
    let document = text("sample/document.json");
    let parsed = parse(document.as_bytes()).unwrap();
    assert_eq!(document.len(), 1080);
    let config = ProofConfig {
        context: json!([
            "https://www.w3.org/ns/credentials/v2",
            "https://register.example/ns/v1.jsonld",
        ]),
        created: "2026-09-15T08:00:00Z".to_owned(),
        verification_method: "did:web:register.example#k2026-1".to_owned(),
    };
    assert_eq!(parsed["@context"], config.context);
    let prepared = Prepared::new(&config).unwrap();
    let to_sign = prepared.to_sign(&document);
    assert_eq!(
        hex(&to_sign),
        "976f901cc7b2240b883f4d51e59050abafe98e4c9b60edee2297a32cb2bfb17d\
         bbfcce9d0c669b0861029b6a1d2dedb565edd5271dc99608c532a37d390203b0"
    );
    let signature = key.sign(&to_sign);
    assert_eq!(
        hex(&signature),
        "4c7785e384063ead5859f2facf33bc137c93e2df56c0c890e8cadd3ef5d5f179\
         96a99c9a159005721bb77c24571a9f13f40a32ef91d7ed8b7f93c6f4be052b06"
    );
    let file = prepared.secure(&document, &signature);
    let secured = Document::read(file.as_bytes()).unwrap();
    let proof = secured.top().member("proof").unwrap();
    assert_eq!(
        proof.member("proofValue").unwrap().text().unwrap(),
        "z2Xfwjd68hxb9a3fDVRdm2LSA8mayLZVZwVQsEgJ72VjTAjFTXKR5kFCewGTdgxyzTPUF8EZh2wzmDQp3mDL93NBX"
    );
    assert_eq!(file.len(), 1468);
    assert_eq!(
        hex(&sha256(file.as_bytes())),
        "8ff307f24fb7f0b8085bb7097e35d89db8c677108f619bb9036bbf3e8b2f928b"
    );
    assert_eq!(Proof::of(&secured).unwrap().check(&key.verifying_key()), Ok(()));
}
