//! A published register that tests alter as an attacker would, with whatever keys he has.

use std::{collections::BTreeSet, fs, path::Path, sync::OnceLock};

use attestar::{
    credential::{Did, Purpose, StatusList, list_context},
    keyring::{Role, demo_key},
    proof::{Prepared, ProofConfig, SigningKey, canonical, sha256},
    tlog::{Checkpoint, Growth, Note},
};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::{Run, TestRegister, write_file};

/// The day after the newest edition of the shop.
pub(crate) const NOW: &str = "2026-06-21T09:00:00Z";
/// The log of the shop.
pub(crate) const ORIGIN: &str = "register.example/ledger";

const EVENTS: [(&str, &str); 3] = [
    ("EX-2026-002", "date = 2026-06-01\nkind = \"suspended\"\nreason = \"surveillance-overdue\""),
    ("EX-2026-003", "date = 2026-06-02\nkind = \"level-changed\"\nlevel = \"star-4\""),
    ("EX-2026-004", "date = 2026-06-03\nkind = \"withdrawn\"\nreason = \"serious-breach\""),
];

/// A register with its site in `public/`: EX-2026-001 is valid, 002 suspended, 003 in its second
/// version, 004 withdrawn, 005 valid. Three editions.
pub(crate) struct Shop {
    pub(crate) register: TestRegister,
}

fn record(number: &str) -> String {
    format!("content/certificates/2026/{number}.md")
}

/// Makes the register and its site, once for all tests of a file.
fn original() -> &'static Path {
    static ORIGINAL: OnceLock<TempDir> = OnceLock::new();
    let made = ORIGINAL.get_or_init(|| {
        let register = (2..=5).fold(TestRegister::minimal().keyed(), |register, n| {
            register.record(&format!("EX-2026-00{n}"))
        });
        let register = register.seals("2026-03-20T08:00:00Z");
        let register = EVENTS.iter().fold(register, |register, (number, event)| {
            register.append(&record(number), &format!("[[events]]\n{event}\n"))
        });
        let shop = Shop { register };
        shop.seal("2026-06-05T08:00:00Z");
        shop.seal("2026-06-20T08:00:00Z");
        shop.build();
        let folder = tempfile::tempdir().unwrap();
        copy(shop.register.root(), folder.path());
        folder
    });
    made.path()
}

fn copy(from: &Path, to: &Path) {
    for entry in walkdir::WalkDir::new(from).into_iter().map(Result::unwrap) {
        if entry.file_type().is_file() {
            let inside = entry.path().strip_prefix(from).unwrap();
            write_file(&to.join(inside), &fs::read(entry.path()).unwrap());
        }
    }
}

impl Shop {
    /// A copy of the register and its site.
    pub(crate) fn new() -> Self {
        let register = TestRegister::empty();
        copy(original(), register.root());
        Self { register }
    }

    /// Makes an edition, however implausible.
    pub(crate) fn seal(&self, at: &str) {
        self.run_confirmed(&["seal", "--at", at]);
    }

    /// Runs a command that may ask for `--confirm`.
    pub(crate) fn run_confirmed(&self, arguments: &[&str]) {
        let first = self.register.attestar(arguments);
        let code = first.stderr.split("`--confirm ").nth(1).map(str::to_owned);
        match code {
            Some(code) => {
                let code = code.split('`').next().unwrap();
                let run = self.register.attestar([arguments, &["--confirm", code]].concat());
                run.success();
            }
            None => _ = first.success(),
        }
    }

    /// Builds the site.
    pub(crate) fn build(&self) {
        self.register.attestar(["build", "--out", "public", "--as-of", "2026-06-20"]).success();
    }

    /// Runs the program with keys remembered in the register's folder and a fixed clock.
    pub(crate) fn run(&self, arguments: &[&str]) -> Run {
        let mut command = self.register.command(arguments);
        command.env("XDG_CONFIG_HOME", self.register.path(".config"));
        command.env_remove("LANG").env_remove("LC_ALL").env_remove("LC_MESSAGES");
        if !arguments.contains(&"--at") && ["verify", "audit", "evidence"].contains(&arguments[0]) {
            command.args(["--at", NOW]);
        }
        Run::of(&mut command)
    }

    /// What `verify --json` says about one thing.
    #[track_caller]
    pub(crate) fn verify(&self, arguments: &[&str]) -> Outcome {
        let run = self.run(&[&["verify", "--json"], arguments].concat());
        let code = run.exit();
        let run = run.ended();
        let value = serde_json::from_str(&run.stdout)
            .unwrap_or_else(|e| panic!("{e}: {}{}", run.stdout, run.stderr));
        Outcome { value, code }
    }

    /// What `audit --json` says.
    #[track_caller]
    pub(crate) fn audit(&self, arguments: &[&str]) -> Findings {
        let run = self.run(&[&["audit", "--json"], arguments].concat());
        let code = run.exit();
        let run = run.ended();
        let value = serde_json::from_str(&run.stdout)
            .unwrap_or_else(|e| panic!("{e}: {}{}", run.stdout, run.stderr));
        Findings { value, code }
    }

    /// A file of the site.
    #[track_caller]
    pub(crate) fn read(&self, path: &str) -> Vec<u8> {
        let path = self.register.path("public").join(path);
        fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    /// A text of the site.
    #[track_caller]
    pub(crate) fn text(&self, path: &str) -> String {
        String::from_utf8(self.read(path)).unwrap()
    }

    /// Writes a file of the site.
    pub(crate) fn write(&self, path: &str, bytes: impl AsRef<[u8]>) {
        write_file(&self.register.path("public").join(path), bytes.as_ref());
    }

    /// Removes a file of the site.
    #[track_caller]
    pub(crate) fn remove(&self, path: &str) {
        fs::remove_file(self.register.path("public").join(path)).unwrap();
    }

    /// Changes a text of the site; the change must change something.
    #[track_caller]
    pub(crate) fn edit(&self, path: &str, from: &str, to: &str) {
        let text = self.text(path);
        assert!(text.contains(from), "`{from}` in {path}");
        self.write(path, text.replace(from, to));
    }

    /// An entry of the site.
    pub(crate) fn entry(&self, number: &str) -> Value {
        serde_json::from_slice(&self.read(&format!("c/{number}.json"))).unwrap()
    }

    /// Replaces an entry where it is published and where the ledger keeps it.
    pub(crate) fn replace_entry(&self, number: &str, bytes: &str) {
        let path = format!("c/{number}.json");
        let old = self.text(&path);
        self.write(&path, bytes);
        self.edit("ledger/credentials/0000.jsonl", &old, bytes);
    }

    /// The leaves of the site's log.
    pub(crate) fn leaves(&self) -> Vec<Value> {
        self.register.leaves()
    }

    /// Replaces the whole log by other leaves, with all its tiles and checkpoints, as whoever has the
    /// log key can.
    pub(crate) fn relog(&self, leaves: &[Value], key: &SigningKey) {
        fs::remove_dir_all(self.register.path("public/ledger/tile")).unwrap();
        fs::remove_dir_all(self.register.path("public/ledger/checkpoints")).unwrap();
        let texts: Vec<String> = leaves.iter().map(|leaf| canonical(leaf).unwrap()).collect();
        for (at, leaf) in leaves.iter().enumerate() {
            if leaf["kind"] != "publish" {
                continue;
            }
            let mut growth = Growth::new();
            texts[..=at].iter().for_each(|text| _ = growth.push(text.as_bytes()).unwrap());
            let grown = growth.finish();
            for (path, bytes) in &grown.files {
                self.write(&format!("ledger/{path}"), bytes);
            }
            let checkpoint = Checkpoint::new(ORIGIN, grown.head).unwrap();
            let mut note = Note::new(&checkpoint.to_string()).unwrap();
            note.sign(ORIGIN, key).unwrap();
            let size = grown.head.size;
            self.write(&format!("ledger/checkpoints/{size}"), note.to_string());
            self.write("ledger/checkpoint", note.to_string());
        }
    }

    /// Replaces a status list by one with other bits, signed with a key.
    pub(crate) fn relist(&self, purpose: Purpose, serials: &[u32], key: &SigningKey) {
        let path = purpose.path(0);
        let old: Value = serde_json::from_slice(&self.read(&path)).unwrap();
        let time = |member: &str| old[member].as_str().unwrap().parse().unwrap();
        let mut list = StatusList::new(purpose, 0);
        for serial in serials {
            list.set(*serial);
        }
        let did = Did::of("https://register.example").unwrap();
        let document = list.document(&did, time("validFrom"), time("validUntil"));
        let proof = &old["proof"];
        let config = ProofConfig {
            context: list_context(),
            created: proof["created"].as_str().unwrap().to_owned(),
            verification_method: proof["verificationMethod"].as_str().unwrap().to_owned(),
        };
        let prepared = Prepared::new(&config).unwrap();
        let signed = prepared.secure(&document, &key.sign(&prepared.to_sign(&document)));
        self.write(&path, &signed);
        self.write(&format!("ledger/{path}"), &signed);
    }

    /// The newest edition's leaf, naming the files that the site holds now.
    pub(crate) fn renamed_edition(&self, edition: &Value) -> Value {
        let digest = |path: &str| json!(hex(&sha256(&self.read(path))));
        let mut edition = edition.clone();
        for path in ["status/revocation-0.json", "status/suspension-0.json"] {
            edition["lists"][path] = digest(path);
        }
        edition["did"] = digest(".well-known/did.json");
        edition["policy"] = digest("ledger/policy");
        edition
    }
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The key of a role that was stolen.
pub(crate) fn stolen(role: Role) -> SigningKey {
    demo_key(role)
}

/// A document without its proof, changed and signed again.
pub(crate) fn signed_again(
    document: &Value,
    key: &SigningKey,
    change: impl FnOnce(&mut Value),
) -> String {
    let mut document = document.clone();
    let proof = document.as_object_mut().unwrap().remove("proof").unwrap();
    change(&mut document);
    let config = ProofConfig {
        context: document["@context"].clone(),
        created: proof["created"].as_str().unwrap().to_owned(),
        verification_method: proof["verificationMethod"].as_str().unwrap().to_owned(),
    };
    let text = canonical(&document).unwrap();
    let prepared = Prepared::new(&config).unwrap();
    prepared.secure(&text, &key.sign(&prepared.to_sign(&text)))
}

/// What `verify --json` says about one thing.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) value: Value,
    code: i32,
}

impl Outcome {
    /// The codes of the three verdicts and the answer.
    pub(crate) fn codes(&self) -> [String; 4] {
        let code = |value: &Value| value.as_str().unwrap().to_owned();
        let verdict = |name: &str| code(&self.value[name]["code"]);
        [verdict("genuine"), verdict("logged"), verdict("current"), code(&self.value["answer"])]
    }

    /// The codes of the notes.
    pub(crate) fn notes(&self) -> Vec<&str> {
        let notes = self.value["notes"].as_array().unwrap();
        notes.iter().map(|note| note["code"].as_str().unwrap()).collect()
    }

    /// Good, with everything yes.
    #[track_caller]
    pub(crate) fn is_good(&self) {
        assert_eq!((self.code, &self.value["good"]), (0, &json!(true)), "{:#}", self.value);
    }

    /// Not good: the codes of the verdicts and the answer, and exit code 1.
    #[track_caller]
    pub(crate) fn is(&self, codes: [&str; 4]) {
        assert_eq!(self.codes(), codes, "{:#}", self.value);
        let good = ["valid", "projected_valid"].contains(&codes[3]);
        assert_eq!(self.value["good"], json!(self.code == 0));
        assert!(good || self.code == 1, "exit code {}", self.code);
    }
}

/// What `audit --json` says.
#[derive(Debug)]
pub(crate) struct Findings {
    pub(crate) value: Value,
    code: i32,
}

impl Findings {
    /// Everything holds.
    #[track_caller]
    pub(crate) fn holds(&self) {
        let found = &self.value["discrepancies"];
        assert_eq!((found, self.code), (&json!([]), 0), "{:#}", self.value);
    }

    /// Numbers (or `-`) and codes of what was found, each once.
    #[track_caller]
    pub(crate) fn found(&self) -> Vec<String> {
        assert_eq!(self.code, 1, "{:#}", self.value);
        let mut found = BTreeSet::new();
        for discrepancy in self.value["discrepancies"].as_array().unwrap() {
            let number = discrepancy["number"].as_str().unwrap_or("-");
            let code = discrepancy["code"].as_str().unwrap();
            found.insert(format!("{number} {code}"));
        }
        found.into_iter().collect()
    }
}
