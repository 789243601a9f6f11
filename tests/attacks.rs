//! Attacks that must fail, each with its own message: what formats.md, 3 and 5, list. "Stolen" keys
//! are the demo keys, with which the register under attack was sealed.

#![allow(
    clippy::duration_suboptimal_units,
    clippy::format_collect,
    clippy::format_push_string,
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "a test may panic, print and be plain"
)]

mod support;

use std::fs;

use attestar::{
    credential::Purpose,
    keyring::Role,
    proof::{SigningKey, canonical, sha256},
};
use serde_json::{Value, json};
use support::{
    TestRegister,
    shop::{Shop, hex, signed_again, stolen},
    write_file,
};

const STATUS: &str = "status/suspension-0.json";

/// An attacker's own key.
fn own() -> SigningKey {
    SigningKey::from_seed([7; 32])
}

/// A shop whose keys its customer has seen before.
fn known_shop() -> Shop {
    let shop = Shop::new();
    shop.verify(&["EX-2026-001"]).is_good();
    shop
}

// formats.md, 3.

#[test]
fn a_raised_level_is_refused() {
    let shop = known_shop();
    let mut entry = shop.entry("EX-2026-003");
    entry["credentialSubject"]["level"]["id"] = json!("star-5");
    shop.replace_entry("EX-2026-003", &canonical(&entry).unwrap());
    let outcome = shop.verify(&["EX-2026-003"]);
    outcome.is(["signature_invalid", "digest_differs", "fresh", "refused"]);
    let found = shop.audit(&[]).found();
    assert!(found.contains(&"EX-2026-003 digest".to_owned()), "{found:?}");
    assert!(found.contains(&"EX-2026-003 signature".to_owned()), "{found:?}");
}

#[test]
fn a_prolonged_validity_is_refused() {
    let shop = known_shop();
    shop.edit("c/EX-2026-001.json", "2029-03-17", "2039-03-17");
    let outcome = shop.verify(&["EX-2026-001"]);
    outcome.is(["signature_invalid", "digest_differs", "fresh", "refused"]);
    assert_eq!(shop.audit(&[]).found(), ["EX-2026-001 not_newest"]);
}

/// The issue key's public half in did.json replaced, and everything signed again with the new one.
fn swap_keys(shop: &Shop) -> SigningKey {
    let key = own();
    let public = stolen(Role::Issue).verifying_key().multikey();
    for path in [".well-known/did.json", "ledger/keys/did.json"] {
        shop.edit(path, &public, &key.verifying_key().multikey());
    }
    for number in ["EX-2026-001", "EX-2026-002", "EX-2026-005"] {
        let forged = signed_again(&shop.entry(number), &key, |entry| {
            entry["credentialSubject"]["remarks"] = json!("forged");
        });
        shop.replace_entry(number, &forged);
    }
    key
}

#[test]
fn swapped_keys_with_everything_signed_again_are_refused() {
    let shop = known_shop();
    swap_keys(&shop);
    let outcome = shop.verify(&["EX-2026-001"]);
    outcome.is(["keys_not_logged", "digest_differs", "no_log", "refused"]);
    let found = shop.audit(&[]).found();
    for expected in ["- not_published", "- key_not_logged", "EX-2026-001 digest"] {
        assert!(found.contains(&expected.to_owned()), "{expected}: {found:?}");
    }
}

/// A whole register of the same address, with all keys the attacker's own.
fn impostor() -> Shop {
    let register = TestRegister::minimal();
    register.attestar(["key", "new", "--unencrypted"]).success();
    // Only demo keys may choose their time, so the impostor's editions are of today.
    register.attestar(["seal"]).success();
    let shop = Shop { register };
    shop.build();
    shop
}

#[test]
fn a_whole_register_with_other_keys_is_a_changed_key() {
    let shop = known_shop();
    let keys = shop.register.path(".config/attestar/pins/register.example_2fledger.json");
    let other = impostor();
    let place = other.register.path("public");
    let pins = ["--site", place.to_str().unwrap(), "--pins", keys.to_str().unwrap()];
    let outcome = shop.verify(&[&["EX-2026-001"], &pins[..]].concat());
    // The issue key is remembered too.
    outcome.is(["signature_invalid", "log_key_changed", "no_log", "refused"]);
    let run = shop.run(&[&["verify", "EX-2026-001"], &pins[..]].concat()).code(1);
    assert!(run.stdout.contains("THE LOG KEY HAS CHANGED"), "{}", run.stdout);
    let audit = shop.audit(&[place.to_str().unwrap(), "--pins", keys.to_str().unwrap()]);
    assert_eq!(audit.found(), ["- checkpoint"]);
    // The right key from paper does not help the impostor either.
    let right: Value = serde_json::from_slice(&fs::read(&keys).unwrap()).unwrap();
    let right = right["logs"][0].as_str().unwrap();
    let named = ["--site", place.to_str().unwrap(), "--pins", "none", "--key", right];
    let outcome = shop.verify(&[&["EX-2026-001"], &named[..]].concat());
    outcome.is(["keys_unproven", "foreign_key", "no_log", "refused"]);
    // And what was remembered was not overwritten.
    shop.verify(&["EX-2026-001"]).is_good();
}

#[test]
fn a_key_added_to_the_list_is_refused() {
    let shop = known_shop();
    let mut did: Value = serde_json::from_slice(&shop.read(".well-known/did.json")).unwrap();
    let method = json!({
        "controller": "did:web:register.example",
        "id": "did:web:register.example#k2026-9",
        "publicKeyMultibase": own().verifying_key().multikey(),
        "type": "Multikey",
    });
    did["verificationMethod"].as_array_mut().unwrap().push(method);
    did["assertionMethod"].as_array_mut().unwrap().push(json!("did:web:register.example#k2026-9"));
    shop.write(".well-known/did.json", canonical(&did).unwrap());
    let outcome = shop.verify(&["EX-2026-001"]);
    assert_eq!(outcome.codes()[0], "keys_not_logged");
    assert_eq!(outcome.codes()[3], "refused");
    assert_eq!(shop.audit(&[]).found(), ["- key_not_logged", "- not_published"]);
}

#[test]
fn a_key_that_the_log_key_published_without_announcing_it_is_refused() {
    let shop = known_shop();
    let key = swap_keys(&shop);
    // The thief of the log key names the new did.json in the newest edition.
    let mut leaves = shop.leaves();
    *leaves.last_mut().unwrap() = shop.renamed_edition(leaves.last().unwrap());
    let entry = sha256(&shop.read("c/EX-2026-001.json"));
    let issued = leaves.iter_mut().find(|leaf| leaf["id"] == "EX-2026-001").unwrap();
    issued["sha256"] = json!(hex(&entry));
    shop.relog(&leaves, &stolen(Role::Log));
    let _ = key;
    let outcome = shop.verify(&["EX-2026-001", "--pins", "none"]);
    assert_eq!(outcome.codes()[0], "key_not_logged");
    assert_eq!(outcome.codes()[3], "refused");
    assert_eq!(shop.verify(&["EX-2026-001"]).codes()[1], "second_history");
}

#[test]
fn a_removed_certificate_is_missed() {
    let shop = known_shop();
    for path in ["c/EX-2026-005.json", "c/EX-2026-005.html", "en/c/EX-2026-005.html"] {
        shop.remove(path);
    }
    let outcome = shop.verify(&["EX-2026-005"]);
    assert_eq!(outcome.codes()[0], "entry_missing");
    assert_eq!(outcome.codes()[3], "refused");
    assert_eq!(shop.audit(&[]).found(), ["EX-2026-005 missing"]);
    let line = shop.text("ledger/credentials/0000.jsonl");
    let line = line.lines().find(|line| line.contains("EX-2026-005")).unwrap();
    shop.edit("ledger/credentials/0000.jsonl", line, "");
    assert_eq!(shop.audit(&[]).found(), ["EX-2026-005 entry_missing", "EX-2026-005 missing"]);
}

#[test]
fn a_back_dated_certificate_with_the_real_key_is_not_in_the_log() {
    for serial in ["0", "17", "131071", "4294967295"] {
        let shop = known_shop();
        let entry = shop.entry("EX-2026-001");
        let text = canonical(&entry).unwrap().replace("EX-2026-001", "EX-2026-099");
        let entry: Value = serde_json::from_str(&text).unwrap();
        let forged = signed_again(&entry, &stolen(Role::Issue), |entry| {
            for status in entry["credentialStatus"].as_array_mut().unwrap() {
                let serial = serial.parse::<u32>().unwrap();
                status["statusListIndex"] = json!((serial % 131_072).to_string());
                let path = status["statusListCredential"].as_str().unwrap().to_owned();
                let list = serial / 131_072;
                status["statusListCredential"] =
                    json!(path.replace("-0.json", &format!("-{list}.json")));
            }
        });
        shop.write("c/EX-2026-099.json", forged);
        let outcome = shop.verify(&["EX-2026-099"]);
        assert_eq!(outcome.codes()[0], "signed", "{serial}");
        assert_eq!(outcome.codes()[1], "not_logged", "{serial}");
        assert_eq!(outcome.codes()[3], "refused", "{serial}");
        assert_eq!(shop.audit(&[]).found(), ["EX-2026-099 not_logged"]);
    }
}

#[test]
fn a_certificate_under_another_number_is_refused() {
    let shop = known_shop();
    shop.write("c/EX-2026-002.json", shop.read("c/EX-2026-001.json"));
    let outcome = shop.verify(&["EX-2026-002"]);
    assert_eq!(outcome.codes()[0], "wrong_number");
    assert_eq!(outcome.codes()[3], "refused");
    assert_eq!(shop.audit(&[]).found(), ["EX-2026-002 not_newest"]);
    // With the number changed inside, the address is not its issuer's.
    let mut entry = shop.entry("EX-2026-001");
    entry["credentialSubject"]["certificateNumber"] = json!("EX-2026-002");
    let forged = signed_again(&entry, &stolen(Role::Issue), |_| {});
    shop.write("c/EX-2026-002.json", forged);
    assert_eq!(shop.verify(&["EX-2026-002"]).codes()[0], "wrong_address");
}

#[test]
fn a_cleared_suspension_without_a_key_is_refused() {
    let shop = known_shop();
    let empty = attestar::credential::StatusList::new(Purpose::Suspension, 0).encoded();
    let list: Value = serde_json::from_slice(&shop.read(STATUS)).unwrap();
    let encoded = list["credentialSubject"]["encodedList"].as_str().unwrap();
    shop.edit(STATUS, encoded, &empty);
    let outcome = shop.verify(&["EX-2026-002"]);
    outcome.is(["signed", "included", "list_signature_invalid", "refused"]);
    let found = shop.audit(&[]).found();
    assert_eq!(found, ["- not_published", "- signature", "EX-2026-002 bit"]);
}

#[test]
fn a_cleared_suspension_with_the_status_key_is_refused() {
    let shop = known_shop();
    shop.relist(Purpose::Suspension, &[], &stolen(Role::Status));
    let outcome = shop.verify(&["EX-2026-002"]);
    outcome.is(["signed", "included", "list_not_published", "refused"]);
    assert_eq!(shop.audit(&[]).found(), ["- not_published", "EX-2026-002 bit"]);
}

#[test]
fn a_cleared_suspension_with_status_and_log_key_contradicts_the_log() {
    let shop = known_shop();
    shop.relist(Purpose::Suspension, &[], &stolen(Role::Status));
    let mut leaves = shop.leaves();
    *leaves.last_mut().unwrap() = shop.renamed_edition(leaves.last().unwrap());
    shop.relog(&leaves, &stolen(Role::Log));
    // For whoever has not seen the log before, the list contradicts the status leaf.
    let outcome = shop.verify(&["EX-2026-002", "--pins", "none"]);
    outcome.is(["signed", "included", "contradicts_log", "refused"]);
    assert_eq!(shop.audit(&["--pins", "none2"]).found(), ["EX-2026-002 bit"]);
    // For whoever has, it is a second history too.
    assert_eq!(shop.verify(&["EX-2026-002"]).codes()[1], "second_history");
}

#[test]
fn a_replayed_list_is_refused() {
    let shop = known_shop();
    let time = "2026-05-20T08:00:00Z";
    let old: Value = serde_json::from_slice(&shop.read(STATUS)).unwrap();
    // The list of an edition before the suspension, signed when it was true.
    let replayed = signed_again(&old, &stolen(Role::Status), |list| {
        list["validFrom"] = json!(time);
        let empty = attestar::credential::StatusList::new(Purpose::Suspension, 0).encoded();
        list["credentialSubject"]["encodedList"] = json!(empty);
    });
    shop.write(STATUS, replayed);
    shop.verify(&["EX-2026-002"]).is(["signed", "included", "list_replayed", "refused"]);
    assert!(shop.audit(&[]).found().contains(&"- not_published".to_owned()));
}

#[test]
fn a_missing_list_is_never_valid() {
    let shop = known_shop();
    shop.remove(STATUS);
    shop.verify(&["EX-2026-001"]).is(["signed", "included", "list_missing", "unknown"]);
    assert_eq!(shop.audit(&[]).found(), ["- missing"]);
}

#[test]
fn an_edited_leaf_is_found() {
    let shop = known_shop();
    let path = "ledger/tile/entries/000.p/13";
    let mut bundle = shop.read(path);
    let at = bundle.windows(11).position(|part| part == b"EX-2026-001").unwrap();
    bundle[at + 10] = b'7';
    shop.write(path, &bundle);
    let outcome = shop.verify(&["EX-2026-001"]);
    assert_eq!(outcome.codes()[1], "leaf_damaged");
    assert_eq!(outcome.codes()[3], "refused");
    // The tile says which entry was edited.
    let audit = shop.audit(&[]);
    assert!(audit.found().contains(&"- leaf_edited".to_owned()), "{:?}", audit.found());
    let place = &audit.value["discrepancies"][0]["place"];
    assert_eq!(place, "log entry 3", "{:#}", audit.value);
}

#[test]
fn a_damaged_tile_is_found() {
    let shop = known_shop();
    let path = "ledger/tile/0/000.p/13";
    let mut tile = shop.read(path);
    tile[100] ^= 1;
    shop.write(path, tile);
    let outcome = shop.verify(&["EX-2026-001"]);
    assert_eq!(outcome.codes()[1], "tile_damaged");
    assert_eq!(outcome.codes()[3], "refused");
    assert_eq!(shop.audit(&[]).found(), ["- tile"]);
    // A partial tile of an earlier edition, too.
    let shop = known_shop();
    let path = "ledger/tile/0/000.p/8";
    let mut tile = shop.read(path);
    tile[100] ^= 1;
    shop.write(path, tile);
    assert_eq!(shop.audit(&[]).found(), ["- tile"]);
}

#[test]
fn a_damaged_proof_is_refused() {
    let shop = known_shop();
    shop.run(&["evidence", "EX-2026-001", "--on", "2026-06-20"]).success();
    let file = "EX-2026-001.attestar.json";
    let evidence: Value = serde_json::from_str(&shop.register.read(file)).unwrap();
    let damaged = |change: &dyn Fn(&mut Value)| {
        let mut evidence = evidence.clone();
        change(&mut evidence);
        let text = canonical(&evidence).unwrap();
        write_file(&shop.register.path("damaged.attestar.json"), text.as_bytes());
        shop.verify(&["damaged.attestar.json"]).codes()
    };
    let edit = |value: &mut Value, from: &str, to: &str| {
        let text = value.as_str().unwrap();
        assert!(text.contains(from), "{text}");
        *value = json!(text.replacen(from, to, 1));
    };
    let issue = evidence["leaves"]["issue"].as_str().unwrap();
    let sibling = issue.lines().nth(3).unwrap();
    let other: String = sibling.chars().rev().collect::<String>().replace('=', "") + "=";
    let codes = damaged(&|e| edit(&mut e["leaves"]["issue"], sibling, &other));
    assert_eq!(codes[1..], ["proof_invalid", "fresh", "refused"]);
    let codes = damaged(&|e| edit(&mut e["leaves"]["issue"], "index 2", "index 3"));
    assert_eq!(codes[1], "proof_invalid");
    let codes = damaged(&|e| edit(&mut e["checkpoint"], "\n13\n", "\n12\n"));
    assert_eq!(codes[1], "checkpoint_malformed");
    let codes = damaged(&|e| e["leaves"]["publish"] = e["leaves"]["issue"].clone());
    assert_eq!(codes[1], "no_edition");
    let codes = damaged(&|e| e["credential"] = shop.entry("EX-2026-002"));
    assert_eq!(codes[0], "wrong_number");
    let codes = damaged(&|e| edit(&mut e["policy"], "quorum none", "quorum  none"));
    assert_eq!(codes[1], "policy_not_logged");
    let codes = damaged(&|e| e["did"]["id"] = json!("did:web:other.example"));
    assert_eq!(codes[0], "keys_not_logged");
}

#[test]
fn a_rollback_is_seen_by_whoever_remembers() {
    let shop = known_shop();
    shop.register.attestar(["evidence", "EX-2026-002", "--on", "2026-06-20"]).ended();
    fs::copy(shop.register.path("public/ledger/checkpoint"), shop.register.path("seen")).unwrap();
    // The hosting puts back the state of the edition before the suspension, every signature sound.
    let size = 8;
    shop.write("ledger/checkpoint", shop.read(&format!("ledger/checkpoints/{size}")));
    let outcome = shop.verify(&["EX-2026-001"]);
    assert_eq!(outcome.codes()[1], "rollback");
    assert_eq!(outcome.codes()[3], "refused");
    let found = shop.audit(&["--since", "seen", "--pins", "none"]).found();
    assert!(found.contains(&"- rollback".to_owned()), "{found:?}");
    assert!(shop.audit(&[]).found().contains(&"- rollback".to_owned()));
}

/// The same log but for its last certificate, signed by the log key: what another customer is shown.
fn second_history(shop: &Shop) {
    let mut leaves = shop.leaves();
    let issued = leaves.iter_mut().find(|leaf| leaf["id"] == "EX-2026-005").unwrap();
    issued["sha256"] = json!(hex(&[9; 32]));
    shop.relog(&leaves, &stolen(Role::Log));
}

#[test]
fn a_second_history_signed_by_the_log_key_is_seen_by_whoever_remembers() {
    let shop = known_shop();
    fs::copy(shop.register.path("public/ledger/checkpoints/8"), shop.register.path("early"))
        .unwrap();
    second_history(&shop);
    let outcome = shop.verify(&["EX-2026-001"]);
    assert_eq!(outcome.codes()[1], "second_history");
    assert_eq!(outcome.codes()[3], "refused");
    assert!(shop.audit(&[]).found().contains(&"- second_history".to_owned()));
    let found = shop.audit(&["--since", "early", "--pins", "none"]).found();
    assert!(found.contains(&"- second_history".to_owned()), "{found:?}");
    // Whoever remembers nothing is told so.
    let outcome = shop.verify(&["EX-2026-001", "--pins", "nothing"]);
    assert!(outcome.notes().contains(&"not_compared"), "{:?}", outcome.notes());
    // An evidence file of the other history and the same size is refused too.
    shop.run(&["evidence", "EX-2026-001", "--pins", "nothing"]).success();
    assert_eq!(shop.verify(&["EX-2026-001.attestar.json"]).codes()[1], "second_history");
}

#[test]
fn duplicate_members_are_refused() {
    let shop = known_shop();
    let path = "c/EX-2026-003.json";
    shop.edit(path, "\"id\":\"star-4\"", "\"id\":\"star-5\",\"id\":\"star-4\"");
    let outcome = shop.verify(&["EX-2026-003"]);
    assert_eq!(outcome.codes()[0], "duplicate_member");
    assert_eq!(outcome.codes()[3], "refused");
    let run = shop.run(&["verify", "EX-2026-003"]).code(1);
    assert!(run.stdout.contains("stands twice"), "{}", run.stdout);
    assert_eq!(shop.audit(&[]).found(), ["EX-2026-003 not_newest"]);
}

#[test]
fn what_is_not_canonical_or_no_certificate_is_refused() {
    let texts = [
        (" {}", "not_canonical"),
        ("{}", "not_a_certificate"),
        ("[", "malformed"),
        ("{\"a\":1.5}", "malformed"),
        ("{\"a\":\"\\ud800\"}", "malformed"),
        ("<!doctype html>", "entry_missing"),
    ];
    for (text, code) in texts {
        let shop = Shop::new();
        shop.write("c/EX-2026-001.json", text);
        let outcome = shop.verify(&["EX-2026-001"]);
        assert_eq!([&*outcome.codes()[0], &*outcome.codes()[3]], [code, "refused"], "{text}");
    }
    let shop = Shop::new();
    let text = shop.text("c/EX-2026-001.json");
    shop.write("c/EX-2026-001.json", text.clone() + "\n");
    assert_eq!(shop.verify(&["EX-2026-001"]).codes()[0], "not_canonical");
    let vocabulary = text.replace("ns/credentials/v2", "ns/credentials/v3");
    shop.write("c/EX-2026-001.json", vocabulary);
    assert_eq!(shop.verify(&["EX-2026-001"]).codes()[0], "not_a_certificate");
}

// formats.md, 5.

#[test]
fn a_rewritten_page_is_found() {
    let shop = known_shop();
    for path in ["c/EX-2026-002.html", "en/c/EX-2026-002.html"] {
        let page = shop.text(path).replace("data-status=suspended", "data-status=valid");
        shop.write(path, page.replace("data-status=\"suspended\"", "data-status=\"valid\""));
    }
    assert!(shop.audit(&[]).found().contains(&"EX-2026-002 page".to_owned()));
}

#[test]
fn what_the_thief_of_the_issue_key_signed_ends_with_its_revocation() {
    let shop = known_shop();
    let before = shop.read("c/EX-2026-001.json");
    let did = shop.read(".well-known/did.json");
    let register = &shop.register;
    register.attestar(["key", "rotate", "issue", "--unencrypted"]).success();
    write_file(&register.path("old.json"), &before);
    // The new key is no demo key: its edition is of the day on which the test runs.
    shop.run_confirmed(&["key", "revoke", "k2026-1"]);
    let leaves = register.leaves();
    let now = leaves.last().unwrap()["time"].as_str().unwrap();
    let day = now.split('T').next().unwrap();
    register.attestar(["build", "--out", "public", "--as-of", day]).success();
    shop.verify(&["EX-2026-001", "--at", now]).is_good();
    let old = shop.verify(&["old.json", "--site", "public", "--at", now]);
    assert_eq!(old.codes()[0], "key_revoked");
    assert_eq!(old.codes()[3], "refused");
    shop.audit(&["--at", now]).holds();
    // An old key list that still shows the key is not the one that was published.
    shop.write(".well-known/did.json", did);
    assert_eq!(shop.verify(&["EX-2026-001", "--at", now]).codes()[0], "keys_not_logged");
    let found = shop.audit(&["--at", now]).found();
    assert!(found.contains(&"- key_revoked".to_owned()), "{found:?}");
}

#[test]
fn a_back_dated_leaf_breaks_the_rules_of_the_log() {
    let shop = Shop::new();
    let mut leaves = shop.leaves();
    let status = leaves.iter_mut().find(|leaf| leaf["kind"] == "status").unwrap();
    status["time"] = json!("2026-03-01T08:00:00Z");
    shop.relog(&leaves, &stolen(Role::Log));
    let audit = shop.audit(&[]);
    assert!(audit.found().contains(&"EX-2026-002 rule".to_owned()), "{:?}", audit.found());
    let text = audit.value.to_string();
    assert!(text.contains("earlier than that of the entry before it: back-dated"), "{text}");
}

#[test]
fn rules_of_the_log_are_checked_one_by_one() {
    /// What is changed about the leaves, and the words of the rule that it breaks.
    type Case = (fn(&mut Vec<Value>), &'static str);
    let cases: [Case; 9] = [
        (|leaves| _ = leaves.drain(..2), "begins with the announcement of a key"),
        (|leaves| leaves.swap(2, 3), "out of order in its edition"),
        (|leaves| leaves[3]["id"] = json!("EX-2026-001"), "was issued before"),
        (|leaves| leaves[9]["id"] = json!("EX-2026-777"), "was never issued"),
        (|leaves| leaves[9]["prev"] = json!(hex(&[1; 32])), "does not name the version before"),
        (
            |leaves| leaves[8]["date"] = json!("2026-06-19"),
            "begins on 2026-06-19, after the edition",
        ),
        (|leaves| leaves[11]["edition"] = json!("2026-07-19"), "not named after its day"),
        (|leaves| leaves[12]["next"] = leaves[12]["time"].clone(), "next edition is not later"),
        (
            |leaves| leaves[3]["id"] = json!("ex-2026-002"),
            "`id` of the leaf is missing, unknown or not",
        ),
    ];
    for (change, words) in cases {
        let shop = Shop::new();
        let mut leaves = shop.leaves();
        change(&mut leaves);
        shop.relog(&leaves, &stolen(Role::Log));
        let audit = shop.audit(&["--pins", "none"]);
        let messages = audit.value["discrepancies"].to_string();
        assert!(messages.contains(words), "{words}: {messages}");
    }
}

#[test]
fn a_look_alike_address_on_a_code_is_refused() {
    let shop = known_shop();
    let run = shop.run(&["qr", "EX-2026-001", "--signed", "--text"]).success();
    let text = run.stdout.trim().replace("register.example", "register-example.com");
    let run = shop.run(&["verify", "--qr", &text]).code(1);
    assert!(run.stdout.contains("The code points to"), "{}", run.stdout);
    let run = shop.run(&["verify", "--qr", "https://register.example/c/EX-2026-001.html"]).code(1);
    assert!(run.stdout.contains("no signed statement"), "{}", run.stdout);
}

#[test]
fn a_certificate_of_another_issuer_is_refused() {
    let shop = known_shop();
    let entry = canonical(&shop.entry("EX-2026-001")).unwrap();
    let entry: Value =
        serde_json::from_str(&entry.replace("register.example", "other.example")).unwrap();
    let forged = signed_again(&entry, &stolen(Role::Issue), |_| {});
    shop.write("c/EX-2026-001.json", forged);
    let outcome = shop.verify(&["EX-2026-001"]);
    assert_eq!(outcome.codes()[0], "wrong_issuer");
    assert_eq!(outcome.codes()[3], "refused");
}

#[test]
fn a_rewritten_past_is_found_between_versions() {
    let shop = Shop::new();
    let mut leaves = shop.leaves();
    // Whoever has both keys seals a version that tells the grant's day otherwise.
    let forged = signed_again(&shop.entry("EX-2026-003"), &stolen(Role::Issue), |entry| {
        entry["credentialSubject"]["history"][0]["date"] = json!("2026-03-17");
        entry["credentialSubject"]["issued"] = json!("2026-03-17");
    });
    shop.replace_entry("EX-2026-003", &forged);
    let amended = leaves.iter_mut().find(|leaf| leaf["kind"] == "amend").unwrap();
    amended["sha256"] = json!(hex(&sha256(forged.as_bytes())));
    shop.relog(&leaves, &stolen(Role::Log));
    let found = shop.audit(&["public", "--ledger-only"]).found();
    assert_eq!(found, ["EX-2026-003 history"]);
}
