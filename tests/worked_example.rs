//! The worked example of docs/formats.md is what sealing gives. That others read it as the page says
//! is tested in tests/interop/worked.test.mjs. With `ATTESTAR_UPDATE=1` the page is written anew.

#![allow(
    clippy::duration_suboptimal_units,
    clippy::format_collect,
    clippy::format_push_string,
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "a test may panic, print and be plain"
)]

mod support;

use std::{env, fs, path::Path};

use attestar::{
    credential::{Credential, QrPayload},
    keyring::{self, Passphrase, PassphraseError, Passphrases, Role},
    pipeline::{self, Clock, Mode, Request, SealEnd, SealOptions},
    proof::{canonical, hex, sha256},
    seal::Renew,
    tlog::{entries_of, leaf_hash},
};
use serde_json::Value;
use support::{TestRegister, write_file};

/// When the example is sealed.
const TIME: &str = "2026-11-23T08:00:00Z";

struct NoPassphrase;

impl Passphrases for NoPassphrase {
    fn passphrase(&mut self, role: Role, _: &Path) -> Result<Passphrase, PassphraseError> {
        panic!("the demonstration's {role} key asks for a passphrase")
    }
}

/// Seals what differs in a register, with the demonstration's keys, at a time.
fn seal_at(root: &Path, time: &str) {
    for role in Role::ALL {
        let path = root.join(format!("keys/{role}.pem"));
        write_file(&path, keyring::demo_file(role).as_bytes());
    }
    let options = SealOptions {
        time: time.parse().unwrap(),
        clock: Clock::Given,
        request: Request::Full(Renew::Now),
        confirm: None,
        known: &[],
        mode: Mode::Make(&mut NoPassphrase, None),
        progress: &|_| (),
        looked: None,
    };
    let run = pipeline::seal(root, options).unwrap();
    assert!(matches!(run.end, SealEnd::Made(_)), "{:?} {:?}", run.end, run.report);
}

/// JSON with line breaks before the members of its first two levels, for reading.
fn broken_into_lines(json: &str) -> String {
    let (mut out, mut open, mut quoted, mut before) = (String::new(), Vec::new(), false, ' ');
    for character in json.chars() {
        match character {
            '"' if before != '\\' => {
                let member = !quoted && before == ',' && open.last() == Some(&'{');
                if member && open.len() < 3 {
                    out.push('\n');
                    out.push_str(&" ".repeat(open.len()));
                }
                quoted = !quoted;
            }
            '{' | '[' if !quoted => {
                if open == ['{', '['] && character == '{' {
                    out.push_str("\n  ");
                }
                open.push(character);
            }
            '}' | ']' if !quoted => _ = open.pop(),
            _ => {}
        }
        out.push(character);
        before = character;
    }
    out
}

/// The blocks of the page: language, what they show, and the text.
fn example(root: &Path) -> Vec<(&'static str, &'static str, String)> {
    let read = |path: &str| fs::read_to_string(root.join("ledger").join(path)).unwrap();
    let entry = read("credentials/0000.jsonl").trim_end().to_owned();
    let bundle = fs::read(root.join("ledger/tile/entries/000.p/4")).unwrap();
    let leaves = entries_of(&bundle, 4).unwrap();
    let texts: Vec<_> =
        leaves.iter().map(|leaf| String::from_utf8_lossy(leaf).into_owned()).collect();
    let json = |path: &str| broken_into_lines(&read(path));
    vec![
        ("json", ".well-known/did.json", json("keys/did.json")),
        ("json", "c/EX-2026-001.json", broken_into_lines(&entry)),
        ("json", "status/revocation-0.json", json("status/revocation-0.json")),
        ("json", "status/suspension-0.json", json("status/suspension-0.json")),
        ("text", "leaves", texts.join("\n")),
        ("text", "ledger/checkpoint", read("checkpoint").trim_end().to_owned()),
        ("text", "ledger/policy", read("policy").trim_end().to_owned()),
        ("text", "values", values(&entry, leaves[2], &read("policy"))),
        ("text", "qr", qr(&entry)),
    ]
}

fn values(entry: &str, leaf: &[u8], policy: &str) -> String {
    let mut document: Value = serde_json::from_str(entry).unwrap();
    let mut options = document.as_object_mut().unwrap().remove("proof").unwrap();
    options.as_object_mut().unwrap().remove("proofValue");
    let digest = |value| hex(&sha256(canonical(value).unwrap().as_bytes()));
    let key_id = policy.split('+').nth(1).unwrap();
    [
        ("SHA-256(JCS(options))", digest(&options)),
        ("SHA-256(JCS(entry without proof))", digest(&document)),
        ("SHA-256(c/EX-2026-001.json)", hex(&sha256(entry.as_bytes()))),
        ("leaf hash 2", hex(leaf_hash(leaf).as_bytes())),
        ("key id of the log", key_id.to_owned()),
    ]
    .map(|(name, value)| format!("{name:<33}  {value}"))
    .join("\n")
}

fn qr(entry: &str) -> String {
    let credential = Credential::parse(entry.as_bytes()).unwrap();
    let payload = QrPayload::of(&credential, entry.as_bytes(), "zh".parse().unwrap());
    let key = keyring::demo_key(Role::Issue);
    let signature = key.sign(&payload.to_sign(&key.verifying_key()));
    let code = payload.signed(&key.verifying_key(), signature).unwrap();
    let text = code.text(credential.did(), &credential.number().path());
    text.as_bytes().chunks(96).map(String::from_utf8_lossy).collect::<Vec<_>>().join("\n")
}

#[test]
fn sealing_the_worked_example_gives_the_bytes_on_the_page() {
    let register = TestRegister::minimal();
    seal_at(register.root(), TIME);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/formats.md");
    let update = env::var_os("ATTESTAR_UPDATE").is_some();
    let mut page = fs::read_to_string(&path).unwrap();
    for (kind, name, text) in example(register.root()) {
        let start = format!("```{kind} {name}\n");
        let (before, rest) = page.split_once(&start).unwrap_or_else(|| panic!("no block `{name}`"));
        let (shown, after) = rest.split_once("\n```").unwrap();
        if update {
            page = format!("{before}{start}{text}\n```{after}");
        } else {
            assert_eq!(text, shown, "{name}; see the top of this file");
        }
    }
    if update {
        write_file(&path, page.as_bytes());
    }
}
