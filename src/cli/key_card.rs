//! What is public about a key, for people and for programs.

use std::{collections::BTreeMap, fs, path::Path};

use serde::Serialize;

use super::{Failure, term};
use attestar::{
    credential::{Did, DidDocument},
    keyring,
    proof::VerifyingKey,
    tlog::{NoteAlgorithm, Policy, VerifierKey},
};

/// What is public about a key.
pub(super) struct Card {
    /// `issue`, `status`, `log` or `former_log`.
    pub(super) role: &'static str,
    /// The file, the command, or what else told.
    pub(super) place: String,
    pub(super) key: VerifyingKey,
}

/// What the ledger says of keys.
#[derive(Default)]
pub(super) struct Published {
    document: Option<DidDocument>,
    policy: Option<Policy>,
}

impl Published {
    /// What the ledger in a folder says. Nothing before the first edition.
    pub(super) fn read(root: &Path) -> Result<Self, Failure> {
        let read = |name: &str| {
            let path = root.join("ledger").join(name);
            let bytes = path.is_file().then(|| fs::read(&path)).transpose();
            bytes.map_err(|error| format!("{}: {error}", path.display()))
        };
        let wrong = |name, error: &dyn std::fmt::Display| format!("ledger/{name}: {error}");
        let document = read("keys/did.json")?.map(|bytes| DidDocument::parse(&bytes));
        let policy = read("policy")?.map(|bytes| Policy::parse(&bytes));
        Ok(Self {
            document: document.transpose().map_err(|error| wrong("keys/did.json", &error))?,
            policy: policy.transpose().map_err(|error| wrong("policy", &error))?,
        })
    }

    /// The name of a key in did.json, such as `k2026-1`.
    pub(super) fn fragment(&self, key: &VerifyingKey) -> Option<&str> {
        let methods = self.document.iter().flat_map(|document| &document.methods);
        methods.rev().find(|method| method.key == *key).map(|method| &*method.fragment)
    }

    /// The newest key of a role that the ledger names.
    pub(super) fn key(&self, role: keyring::Role) -> Option<VerifyingKey> {
        let letter = match role {
            keyring::Role::Issue => 'k',
            keyring::Role::Status => 's',
            keyring::Role::Log => {
                let logs = self.policy.as_ref().map(Policy::logs).unwrap_or_default();
                return logs.last().map(|log| *log.key.key());
            }
        };
        let methods = self.document.iter().flat_map(|document| &document.methods);
        methods.rev().find(|method| method.fragment.starts_with(letter)).map(|method| method.key)
    }
}

/// A card, as programs read it.
#[derive(Serialize)]
struct CardData {
    place: String,
    multikey: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    verification_method: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    vkey: Option<String>,
    fingerprint: FingerprintData,
    demo: bool,
}

#[derive(Serialize)]
struct FingerprintData {
    hex: String,
    words: String,
    short: String,
}

impl Card {
    fn is_of_log(&self) -> bool {
        matches!(self.role, "log" | "former_log")
    }

    fn data(&self, did: &Did, published: &Published) -> Result<CardData, Failure> {
        let fingerprint = self.key.fingerprint();
        let vkey = self
            .is_of_log()
            .then(|| VerifierKey::new(&did.log_origin(), NoteAlgorithm::Ed25519, self.key));
        let fragment = published.fragment(&self.key).filter(|_| !self.is_of_log());
        Ok(CardData {
            place: self.place.clone(),
            multikey: self.key.multikey(),
            verification_method: fragment.map(|fragment| format!("{}#{fragment}", did.as_str())),
            vkey: vkey.transpose()?.map(|vkey| vkey.to_string()),
            fingerprint: FingerprintData {
                hex: fingerprint.to_string(),
                words: fingerprint.words(),
                short: fingerprint.short_words(),
            },
            demo: keyring::is_demo(&self.key),
        })
    }
}

/// Prints cards for programs: one object, a member for each role.
pub(super) fn print_json(cards: &[Card], did: &Did, published: &Published) -> Result<(), Failure> {
    let data = cards.iter().map(|card| Ok((card.role, card.data(did, published)?)));
    term::data(&data.collect::<Result<BTreeMap<_, _>, Failure>>()?);
    Ok(())
}

/// Prints cards for people, to be copied to paper.
pub(super) fn print(cards: &[Card], did: &Did, published: &Published) -> Result<(), Failure> {
    for (at, card) in cards.iter().enumerate() {
        let data = card.data(did, published)?;
        if at > 0 {
            term::line("");
        }
        let demo = if data.demo { " (DEMO KEY: everybody has it)" } else { "" };
        term::line(format_args!("{}: {}{demo}", card.role.replace('_', " "), data.place));
        match data.vkey {
            Some(vkey) => term::line(format_args!("  vkey         {vkey}")),
            None => {
                let unsealed = || "the next seal gives it its name in did.json".to_owned();
                let method = data.verification_method.unwrap_or_else(unsealed);
                term::line(format_args!(
                    "  multikey     {}\n  method       {method}",
                    data.multikey
                ));
            }
        }
        let (print, half) = (data.fingerprint, 39);
        let (hex, rest) = print.hex.split_at_checked(half).unwrap_or((&print.hex, ""));
        term::line(format_args!("  fingerprint  {hex}\n              {rest}"));
        let words: Vec<_> = print.words.split(' ').collect();
        for (at, words) in words.chunks(8).enumerate() {
            let title = if at == 0 { "words" } else { "" };
            term::line(format_args!("  {title:11}  {}", words.join(" ")));
        }
    }
    Ok(())
}
