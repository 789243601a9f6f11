//! Registers that are sealed: with the demo keys, at times that the tests say.

use std::{collections::BTreeMap, fs, path::Path};

use serde_json::Value;

use super::{Run, TestRegister, write_file};

/// The day after the minimal register's record was issued, and the time of its first edition.
pub(crate) const FIRST: &str = "2026-03-20T08:00:00Z";

impl TestRegister {
    /// The same register with the demo keys.
    pub(crate) fn keyed(self) -> Self {
        let keys = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/support/demo-keys");
        for role in ["issue", "status", "log"] {
            let key = fs::read(keys.join(format!("{role}.pem"))).unwrap();
            // The demo register names them where they lie in the repository.
            for folder in ["keys", "tests/support/demo-keys"] {
                write_file(&self.path(&format!("{folder}/{role}.pem")), &key);
            }
        }
        self
    }

    /// The minimal register with its first edition.
    pub(crate) fn sealed() -> Self {
        let register = Self::minimal().keyed();
        register.seal(FIRST).success();
        register
    }

    /// Makes an edition at a time.
    pub(crate) fn seal(&self, at: &str) -> Run {
        self.attestar(["seal", "--at", at])
    }

    /// Makes an edition that must be made, and hands the register on.
    #[track_caller]
    pub(crate) fn seals(self, at: &str) -> Self {
        self.seal(at).success();
        self
    }

    /// What `seal --json` says with some more arguments.
    #[track_caller]
    pub(crate) fn sealed_json(&self, arguments: &[&str]) -> Value {
        let run = self.attestar([&["seal", "--json"], arguments].concat()).ended();
        serde_json::from_str(&run.stdout)
            .unwrap_or_else(|e| panic!("{e}: {}{}", run.stdout, run.stderr))
    }

    /// The files of the ledger, but for the lock.
    pub(crate) fn ledger(&self) -> BTreeMap<String, Vec<u8>> {
        let inside = |(path, bytes): (String, Vec<u8>)| {
            let path = path.strip_prefix("ledger/")?.to_owned();
            (path != ".lock" && self.path("ledger").join(&path).is_file()).then_some((path, bytes))
        };
        self.files().into_iter().filter_map(inside).collect()
    }

    /// The size that the checkpoint says.
    pub(crate) fn size(&self) -> u64 {
        self.read("ledger/checkpoint").lines().nth(1).unwrap().parse().unwrap()
    }

    /// The leaves of the log, as the newest bundles have them.
    pub(crate) fn leaves(&self) -> Vec<Value> {
        let size = self.size();
        let mut leaves = Vec::new();
        for bundle in 0..size.div_ceil(256) {
            let width = (size - bundle * 256).min(256);
            let partial = if width == 256 { String::new() } else { format!(".p/{width}") };
            let path = self.path(&format!("ledger/tile/entries/{bundle:03}{partial}"));
            let bytes = fs::read(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
            let mut rest = bytes.as_slice();
            while let [high, low, after @ ..] = rest {
                let (leaf, after) = after.split_at(usize::from(u16::from_be_bytes([*high, *low])));
                leaves.push(serde_json::from_slice(leaf).unwrap());
                rest = after;
            }
        }
        leaves
    }

    /// The leaves as `kind id status`, without what they do not have.
    pub(crate) fn leaf_words(&self) -> Vec<String> {
        let word = |leaf: &Value| {
            let members = ["kind", "action", "id", "status", "edition"];
            let words: Vec<_> = members.iter().filter_map(|name| leaf[name].as_str()).collect();
            words.join(" ")
        };
        self.leaves().iter().map(word).collect()
    }

    /// The sealed lines, in order of serials.
    pub(crate) fn lines(&self) -> Vec<String> {
        let files = self.ledger();
        let files = files.iter().filter(|(path, _)| path.starts_with("credentials/"));
        let texts = files.map(|(_, bytes)| String::from_utf8(bytes.clone()).unwrap());
        texts.flat_map(|text| text.lines().map(str::to_owned).collect::<Vec<_>>()).collect()
    }

    /// A sound record of another number.
    pub(crate) fn record(self, number: &str) -> Self {
        let (_, text) = super::MINIMAL[2];
        let text = text.replace("EX-2026-001", number);
        self.write(&format!("content/certificates/2026/{number}.md"), text)
    }

    /// What `show --json` answers.
    #[track_caller]
    pub(crate) fn shows(&self, arguments: &[&str]) -> Value {
        let run = self.attestar([&["show", "--json"], arguments].concat()).ended();
        serde_json::from_str(&run.stdout)
            .unwrap_or_else(|e| panic!("{e}: {}{}", run.stdout, run.stderr))
    }
}
