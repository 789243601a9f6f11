//! Witnesses: what they sign and refuse, and what a quorum of them is worth.

#![allow(
    clippy::duration_suboptimal_units,
    clippy::format_collect,
    clippy::format_push_string,
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "a test may panic, print and be plain"
)]

mod support;

use std::{fs, path::PathBuf};

use attestar::keyring::Role;
use serde_json::json;
use support::{
    Run, TestRegister,
    shop::{NOW, ORIGIN, Shop, hex, stolen},
};

const NAME: &str = "witness.example/w1";

/// A witness with a folder of its own.
struct Witness {
    home: TestRegister,
    line: String,
}

impl Witness {
    fn new() -> Self {
        let home = TestRegister::empty();
        let run = home.attestar(["witness", "key", "w1.pem", "--name", NAME, "--unencrypted"]);
        let line = run.success().stdout;
        assert!(line.starts_with("witness w1 witness.example/w1+"), "{line}");
        Self { home, line }
    }

    /// What it answers to a request.
    fn answer(&self, shop: &Shop, request: &str) -> Run {
        let key = shop.register.attestar(["key", "show", "--json"]).success().stdout;
        let key: serde_json::Value = serde_json::from_str(&key).unwrap();
        let vkey = key["log"]["vkey"].as_str().unwrap().to_owned();
        support::write_file(&self.home.path("request"), request.as_bytes());
        let arguments = [
            "witness",
            "serve-once",
            "--name",
            NAME,
            "--key",
            "w1.pem",
            "--state",
            "state",
            "--request",
            "request",
            "--at",
            NOW,
            "--log",
            &vkey,
        ];
        self.home.attestar(arguments)
    }
}

/// A shop whose policy asks for the witness's cosignature, and has an edition with that policy.
fn watched(witness: &Witness) -> Shop {
    let shop = Shop::new();
    let policy = shop.register.read("ledger/policy").replace("quorum none", "quorum w1");
    let (log, quorum) = policy.split_once("quorum").unwrap();
    let policy = format!("{log}{}quorum{quorum}", witness.line);
    support::write_file(&shop.register.path("ledger/policy"), policy.as_bytes());
    shop.run_confirmed(&["seal", "--renew", "--at", "2026-06-21T08:00:00Z"]);
    shop.build();
    shop
}

fn request(shop: &Shop) -> String {
    let site = ["--site", "public", "--witness", NAME];
    shop.run(&[&["witness", "request"], &site[..]].concat()).success().stdout
}

/// The answer is added to the checkpoint and published.
fn add(shop: &Shop, answer: &str) {
    support::write_file(&shop.register.path("answer"), answer.as_bytes());
    shop.run(&["witness", "add", "answer"]).success();
    shop.build();
}

#[test]
fn a_quorum_is_asked_for_and_given() {
    let witness = Witness::new();
    let shop = watched(&witness);
    let before = shop.verify(&["EX-2026-001"]);
    assert_eq!(before.codes()[1], "quorum_missing");
    assert_eq!(before.codes()[3], "refused");
    assert_eq!(shop.audit(&[]).found(), ["- checkpoint"]);
    let first = request(&shop);
    assert!(first.starts_with("old 0\n\nregister.example/ledger\n"), "{first}");
    add(&shop, &witness.answer(&shop, &first).success().stdout);
    let outcome = shop.verify(&["EX-2026-001"]);
    outcome.is_good();
    let sentence = outcome.value["logged"]["sentence"]["en"].as_str().unwrap();
    assert!(sentence.ends_with("and by the witnesses w1."), "{sentence}");
    let audit = shop.audit(&[]);
    audit.holds();
    assert_eq!(audit.value["witnesses"], json!(["w1"]));
    // The next edition: a proof from the tree that it signed last.
    shop.run_confirmed(&["seal", "--renew", "--at", "2026-06-21T09:00:00Z"]);
    shop.build();
    let second = request(&shop);
    assert!(second.starts_with("old 14\n"), "{second}");
    add(&shop, &witness.answer(&shop, &second).success().stdout);
    shop.verify(&["EX-2026-001"]).is_good();
    // Whoever has only the log key cannot do away with the witness: the policy is remembered.
    let policy = shop.text("ledger/policy");
    let none = policy.replace("quorum w1", "quorum none");
    shop.write("ledger/policy", &none);
    let mut leaves = shop.leaves();
    *leaves.last_mut().unwrap() = shop.renamed_edition(leaves.last().unwrap());
    shop.relog(&leaves, &stolen(Role::Log));
    assert_eq!(shop.verify(&["EX-2026-001"]).codes()[1], "quorum_missing");
}

#[test]
fn a_witness_refuses_what_does_not_continue_what_it_signed() {
    let witness = Witness::new();
    let shop = watched(&witness);
    let first = request(&shop);
    witness.answer(&shop, &first).success();
    // The same again is the same tree: signed again, from its own size.
    let run = witness.answer(&shop, &first).code(1);
    assert_eq!(run.stdout, "14\n");
    assert!(run.stderr.contains("refused (409)"), "{}", run.stderr);
    // A second history of the same log, signed by the log key.
    let mut leaves = shop.leaves();
    let issued = leaves.iter_mut().find(|leaf| leaf["id"] == "EX-2026-005").unwrap();
    issued["sha256"] = json!(hex(&[9; 32]));
    shop.relog(&leaves, &stolen(Role::Log));
    let forked = shop.run(&["witness", "request", "--site", "public", "--old", "14"]).success();
    let run = witness.answer(&shop, &forked.stdout).code(1);
    assert!(
        run.stderr.contains("refused (422)") || run.stderr.contains("refused (409)"),
        "{}",
        run.stderr
    );
    assert_eq!(run.stdout.matches("— witness").count(), 0, "{}", run.stdout);
    // A checkpoint of somebody else's log, and no request at all.
    let other = first.replace(ORIGIN, "other.example/ledger");
    assert!(witness.answer(&shop, &other).code(1).stderr.contains("refused (404)"));
    assert!(witness.answer(&shop, "hello\n").code(1).stderr.contains("refused (400)"));
    // It keeps one number and one hash.
    let state = witness.home.read("state");
    assert_eq!(state.lines().count(), 3);
    assert!(state.starts_with("register.example/ledger\n14\n"), "{state}");
    // What it keeps is never guessed.
    support::write_file(&witness.home.path("state"), b"x");
    let run = witness.answer(&shop, &first).code(2);
    assert!(run.stderr.contains("is damaged"), "{}", run.stderr);
}

#[test]
fn an_answer_that_is_not_the_witnesss_is_not_added() {
    let witness = Witness::new();
    let shop = watched(&witness);
    let before = fs::read(shop.register.path("ledger/checkpoint")).unwrap();
    let stranger = Witness::new();
    let answer = stranger.answer(&shop, &request(&shop)).success().stdout;
    for (text, code) in [(answer.as_str(), 1), ("hello\n", 1)] {
        support::write_file(&shop.register.path("answer"), text.as_bytes());
        shop.run(&["witness", "add", "answer"]).code(code);
    }
    assert_eq!(fs::read(shop.register.path("ledger/checkpoint")).unwrap(), before);
    let path: PathBuf = shop.register.path("ledger/checkpoints/14");
    assert_eq!(fs::read(path).unwrap(), before);
}

#[test]
fn a_log_changes_its_key_with_both_signatures() {
    let shop = Shop::new();
    shop.verify(&["EX-2026-001"]).is_good();
    shop.register.attestar(["key", "rotate", "log", "--unencrypted"]).success();
    shop.run_confirmed(&["seal", "--renew"]);
    let leaves = shop.register.leaves();
    let now = leaves.last().unwrap()["time"].as_str().unwrap();
    let day = now.split('T').next().unwrap();
    shop.register.attestar(["build", "--out", "public", "--as-of", day]).success();
    let outcome = shop.verify(&["EX-2026-001", "--at", now]);
    outcome.is_good();
    assert!(outcome.notes().contains(&"log_key_rotated"), "{:?}", outcome.notes());
    // From then on the new key is trusted, and a stranger still is not.
    let outcome = shop.verify(&["EX-2026-001", "--at", now]);
    outcome.is_good();
    assert!(!outcome.notes().contains(&"log_key_rotated"));
    shop.audit(&["--at", now]).holds();
}
