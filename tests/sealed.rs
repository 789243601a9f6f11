//! A register that is sealed: what is built of it, what is erased, and what becomes of keys.

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

use attestar::{credential::Did, ledger::Ledger};
use serde_json::Value;
use support::{RECORD, TestRegister, sealing::FIRST};

const AT: &str = "2026-06-05T08:00:00Z";
const RENAMED: &str = "\n[[events]]\ndate = 2026-06-01\nkind = \"renamed\"\n\
                       holder.name = { zh = \"新名称有限公司\" }\n";

fn built(register: &TestRegister, arguments: &[&str]) -> Value {
    let run = register.attestar([&["build", "--json", "--out", "site"], arguments].concat());
    serde_json::from_str(&run.success().stdout).unwrap()
}

fn published(register: &TestRegister, name: &str) -> Vec<u8> {
    fs::read(register.path("site").join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

#[test]
fn a_build_publishes_the_ledger_and_what_standards_look_for() {
    let register = TestRegister::sealed();
    assert_eq!(built(&register, &[])["unsealed"], 0);
    for (path, bytes) in register.ledger().into_iter().filter(|(path, _)| !path.starts_with('.')) {
        assert!(published(&register, &format!("ledger/{path}")) == bytes, "{path}");
        if path.starts_with("status/") {
            assert!(published(&register, &path) == bytes, "{path}");
        }
    }
    assert!(!register.path("site/ledger/.gitattributes").exists());
    let entry = published(&register, "c/EX-2026-001.json");
    assert_eq!(String::from_utf8(entry).unwrap(), register.lines()[0]);
    assert_eq!(published(&register, ".well-known/did.json"), register.ledger()["keys/did.json"]);
    let context: Value = serde_json::from_slice(&published(&register, "ns/v1.jsonld")).unwrap();
    assert!(context["@context"].is_object());
}

#[test]
fn a_build_shows_what_is_sealed_and_counts_what_is_not() {
    let register = TestRegister::sealed().append(RECORD, RENAMED).record("EX-2026-002");
    let line = built(&register, &[]);
    assert_eq!((&line["records"], &line["unsealed"]), (&Value::from(2), &Value::from(2)));
    let page = String::from_utf8(published(&register, "c/EX-2026-001.html")).unwrap();
    assert!(page.contains("示例电器有限公司") && !page.contains("新名称有限公司"));
    assert!(!register.path("site/c/EX-2026-002.html").exists());
    let register = register.seals(AT);
    assert_eq!(built(&register, &[])["unsealed"], 0);
    let page = String::from_utf8(published(&register, "c/EX-2026-001.html")).unwrap();
    assert!(page.contains("新名称有限公司"));
    let run = register.attestar(["build", "--out", "site"]).success();
    assert!(!run.stderr.contains("not sealed"), "{}", run.stderr);
}

#[test]
fn a_ledger_that_has_forgotten_its_tree_compares_checkpoints_as_before() {
    let register = TestRegister::sealed();
    let older = fs::read_to_string(register.path("ledger/checkpoint")).unwrap();
    let register = register.record("EX-2026-002").seals(AT);
    let newest = fs::read_to_string(register.path("ledger/checkpoint")).unwrap();
    let did = Did::of("https://register.example").unwrap();
    let mut ledger = Ledger::open(&register.path(""), &did).unwrap().unwrap();
    let compare = |ledger: &Ledger| {
        let other = older.replacen('\n', " of others\n", 1);
        [&older, &newest, &other].map(|text| ledger.compare("it", text).is_ok())
    };
    assert_eq!(compare(&ledger), [true, true, false]);
    ledger.forget_tree();
    assert_eq!(compare(&ledger), [true, true, false]);
    // What is not the log that was read is no reason to believe it.
    fs::remove_dir_all(register.path("ledger/tile")).unwrap();
    assert_eq!(compare(&ledger), [false, false, false]);
}

#[test]
fn a_sealed_register_is_built_for_its_own_address_only() {
    let register = TestRegister::sealed();
    let run = register.attestar(["build", "--base-url", "https://copy.example"]).code(2);
    assert!(run.stderr.contains("is published at `https://register.example`"), "{}", run.stderr);
    assert!(!register.path("public").exists());
    register.attestar(["build", "--base-url", "https://register.example/"]).success();
}

#[test]
fn publishing_is_checking_sealing_and_building() {
    let register = TestRegister::minimal().keyed();
    register.attestar(["publish", "--at", FIRST]).success();
    assert!(register.path("public/c/EX-2026-001.json").is_file());
    let again = register.attestar(["publish", "--at", FIRST]).success();
    assert!(again.stderr.contains("there is nothing to seal"), "{}", again.stderr);
    let before = register.ledger();
    let broken = register.replace(RECORD, "star-5", "star-9");
    broken.attestar(["publish", "--at", AT]).code(1);
    assert!(broken.ledger() == before);
}

#[test]
fn what_is_erased_is_gone_and_the_log_stays_whole() {
    let register = TestRegister::minimal().keyed().record("EX-2026-002").seals(FIRST);
    let register = register.append(RECORD, RENAMED).seals(AT);
    let erase = ["erase", "ex-2026-001", "--at", "2026-06-06T08:00:00Z"];
    let run = register.attestar(erase).code(1);
    let code = "new=0,changed=0,suspended=0,reinstated=0,ended=0,gone=1";
    assert!(run.stderr.contains(&format!("--confirm {code}")), "{}", run.stderr);
    assert!(register.path(RECORD).exists());
    register.attestar([&erase[..], &["--confirm", code]].concat()).success();
    assert!(!register.path(RECORD).exists());
    let lines = register.read("ledger/credentials/0000.jsonl");
    let lines: Vec<_> = lines.split('\n').collect();
    assert_eq!((lines[0], lines[2], lines[3], lines.len()), ("", "", "", 4));
    assert!(lines[1].contains("EX-2026-002"));
    for (path, bytes) in register.ledger() {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let holder = text.contains("新名称有限公司");
        assert!(
            !holder && (!text.contains("示例电器") || path.starts_with("credentials/")),
            "{path}"
        );
    }
    let words = register.leaf_words();
    assert_eq!(words[words.len() - 2..], ["erase EX-2026-001", "publish 2026-06-06"]);
    let detail = register.read("ledger/status/detail/0000.json");
    assert!(detail.contains(r#""0":{"date":"2026-06-06","status":"erased"}"#), "{detail}");
    register.attestar(["check"]).success();
    assert_eq!(register.shows(&["EX-2026-001"])["answer"], "erased");
    assert_eq!(built(&register, &[])["unsealed"], 0);
    assert!(!register.path("site/c/EX-2026-001.json").exists());
    let register = register.seals("2026-06-08T08:00:00Z");
    register.attestar(["erase", "EX-2026-001", "--at", "2026-06-08T08:00:00Z"]).success();
    let unknown = register.attestar(["erase", "EX-9"]).code(2);
    assert!(unknown.stderr.contains("nothing of it was ever sealed"), "{}", unknown.stderr);
    // The number says nothing any more.
    let back = register.write(RECORD, support::MINIMAL[2].1);
    assert_eq!(back.codes(), ["sealed-erased"]);
    back.seal("2026-06-09T08:00:00Z").code(1);
}

/// A register with keys of its own.
fn own_keys() -> TestRegister {
    let register = TestRegister::minimal().record("EX-2026-002");
    register.attestar(["key", "new", "--unencrypted"]).success();
    register.attestar(["seal"]).success();
    register
}

fn did(register: &TestRegister) -> Value {
    serde_json::from_slice(&register.ledger()["keys/did.json"]).unwrap()
}

#[test]
fn a_rotated_key_is_added_and_its_former_retired() {
    let register = own_keys();
    register.attestar(["key", "rotate", "issue", "--unencrypted"]).success();
    let before = register.leaves().len();
    register.attestar(["seal"]).success();
    let words = register.leaf_words();
    assert_eq!(words[before..before + 2], ["key add", "key retire"]);
    assert_eq!(words.len(), before + 3, "nothing is sealed again: {words:?}");
    assert_eq!(did(&register)["assertionMethod"].as_array().unwrap().len(), 3);
    register.attestar(["seal"]).success();
    assert_eq!(register.leaf_words().len(), before + 3);
}

#[test]
fn a_revoked_key_counts_no_more_and_what_it_signed_is_sealed_again() {
    let register = own_keys();
    let methods = did(&register)["assertionMethod"].clone();
    let fragment = methods[0].as_str().unwrap().split_once('#').unwrap().1.to_owned();
    let revoke = ["key", "revoke", &fragment];
    let run = register.attestar(revoke).code(2);
    assert!(run.stderr.contains("it still signs; `attestar key rotate`"), "{}", run.stderr);
    register.attestar(["key", "rotate", "issue", "--unencrypted"]).success();
    register.attestar(revoke).success();
    let words = register.leaf_words();
    assert_eq!(
        words[5..10],
        ["key add", "key retire", "key revoke", "amend EX-2026-001", "amend EX-2026-002"]
    );
    let left = did(&register)["assertionMethod"].clone();
    assert_eq!(left.as_array().unwrap().len(), 2);
    assert!(!left.as_array().unwrap().contains(&methods[0]));
    let again = register.attestar(revoke).code(2);
    assert!(again.stderr.contains("it was revoked before"), "{}", again.stderr);
    let none = register.attestar(["key", "revoke", "k1999-1"]).code(2);
    assert!(none.stderr.contains("no such key was ever added"), "{}", none.stderr);
    register.attestar(["seal"]).success();
    register.attestar(["check"]).success();
}

#[test]
fn a_rotated_log_key_signs_beside_its_former_as_long_as_that_is_there() {
    let register = own_keys();
    let signatures = || register.read("ledger/checkpoint").matches("\u{2014} ").count();
    let logs = || {
        register.read("ledger/policy").matches("\nlog ").count()
            + usize::from(register.read("ledger/policy").starts_with("log "))
    };
    assert_eq!((signatures(), logs()), (1, 1));
    register.attestar(["key", "rotate", "log", "--unencrypted"]).success();
    for _ in 0..2 {
        let run = register.attestar(["seal", "--renew"]).success();
        assert_eq!((signatures(), logs()), (2, 2), "{}", run.stderr);
    }
    fs::remove_file(register.path("keys/log-former.pem")).unwrap();
    register.attestar(["seal", "--renew"]).success();
    assert_eq!((signatures(), logs()), (1, 1));
    register.attestar(["build"]).success();
}

#[test]
fn a_log_key_that_did_not_sign_the_last_checkpoint_does_not_sign_alone() {
    let register = own_keys();
    let before = register.ledger();
    register.attestar(["key", "rotate", "log", "--unencrypted"]).success();
    let held = register.read("keys/log-former.pem");
    let register = register.remove("keys/log-former.pem");
    let run = register.attestar(["seal", "--renew"]).code(2);
    assert!(run.stderr.contains("did not sign the last checkpoint"), "{}", run.stderr);
    assert!(register.ledger() == before, "something was written");
    let run = register
        .write("keys/log-former.pem", held)
        .append(RECORD, RENAMED)
        .attestar(["seal"])
        .success();
    assert!(run.stderr.contains("log key  z6Mk"), "{}", run.stderr);
}

#[test]
fn a_policy_goes_into_an_edition_only_before_everybody_s_eyes() {
    let register = TestRegister::sealed();
    let policy = register.read("ledger/policy");
    let register = register.remove("ledger/policy");
    let run = register.attestar(["seal", "--at", AT]).code(2);
    assert!(run.stderr.contains("`ledger/policy` is gone"), "{}", run.stderr);
    let register =
        register.write("ledger/policy", format!("# ours\n{policy}")).append(RECORD, RENAMED);
    let run = register.attestar(["seal", "--at", AT]).success();
    assert!(run.stderr.contains("policy   quorum none"), "{}", run.stderr);
}
