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
use support::TestRegister;

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
    fs::create_dir_all(root.join("keys")).unwrap();
    for role in Role::ALL {
        fs::write(root.join(format!("keys/{role}.pem")), keyring::demo_file(role)).unwrap();
    }
    let options = SealOptions {
        time: time.parse().unwrap(),
        clock: Clock::Given,
        request: Request::Full(Renew::Now),
        confirm: None,
        known: &[],
        mode: Mode::Make(&mut NoPassphrase, None),
        progress: &|_| (),
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

/// The blocks of the page, by what they show.
fn example(root: &Path) -> Vec<(&'static str, String)> {
    let read = |path: &str| fs::read_to_string(root.join("ledger").join(path)).unwrap();
    let entry = read("credentials/0000.jsonl").trim_end().to_owned();
    let bundle = fs::read(root.join("ledger/tile/entries/000.p/4")).unwrap();
    let leaves = entries_of(&bundle, 4).unwrap();
    let texts: Vec<_> =
        leaves.iter().map(|leaf| String::from_utf8_lossy(leaf).into_owned()).collect();
    let json = |path: &str| broken_into_lines(&read(path));
    vec![
        (".well-known/did.json", json("keys/did.json")),
        ("c/EX-2026-001.json", broken_into_lines(&entry)),
        ("status/revocation-0.json", json("status/revocation-0.json")),
        ("status/suspension-0.json", json("status/suspension-0.json")),
        ("leaves", texts.join("\n")),
        ("ledger/checkpoint", read("checkpoint").trim_end().to_owned()),
        ("ledger/policy", read("policy").trim_end().to_owned()),
        ("values", values(&entry, leaves[2], &read("policy"))),
        ("qr", qr(&entry)),
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
    let mut page = fs::read_to_string(&path).unwrap();
    for (name, text) in example(register.root()) {
        let kind = if name.ends_with(".json") { "json" } else { "text" };
        let start = format!("```{kind} {name}\n");
        let from = page.find(&start).unwrap_or_else(|| panic!("no block `{name}`")) + start.len();
        let length = page[from..].find("\n```").unwrap();
        if env::var_os("ATTESTAR_UPDATE").is_some() {
            page.replace_range(from..from + length, &text);
        } else {
            assert_eq!(text, page[from..from + length], "{name}; see the top of this file");
        }
    }
    if env::var_os("ATTESTAR_UPDATE").is_some() {
        fs::write(path, page).unwrap();
    }
}
