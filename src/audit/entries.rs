//! Every sealed entry, line by line: digest, form, key, signature, and what is published of it.

use std::{
    collections::BTreeMap,
    io::BufRead as _,
    sync::{Mutex, PoisonError},
};

use rayon::prelude::*;

use crate::audit::{
    fault::{Discrepancy, Fault},
    pages::{Layout, Pages},
};
use crate::credential::{Credential, KeyAction, Leaf};
use crate::model::{CertificateNumber, escape_path};
use crate::proof::{Document, Node, VerifyingKey, sha256};
use crate::verify::{KeyEvent, Scan, Shape, Source, SourceError, Traces, Version, read_entry};

/// Lines of a file.
const LINES: usize = 1000;

/// What the entries are compared with.
pub(super) struct Entries<'a> {
    pub(super) source: &'a dyn Source,
    pub(super) scan: &'a Scan,
    pub(super) leaves: &'a [Option<Leaf>],
    /// What is published of them; nothing where only the ledger is looked at.
    pub(super) pages: Option<&'a Pages<'a>>,
    pub(super) progress: &'a (dyn Fn(u64) + Sync),
    /// The histories of numbers with several versions, by serial.
    pub(super) histories: Mutex<BTreeMap<u32, Vec<String>>>,
}

impl Entries<'_> {
    /// Looks at all of them, on all threads.
    pub(super) fn check(&self) -> Result<Vec<Discrepancy>, SourceError> {
        let files = self.scan.serials.len().div_ceil(LINES);
        let checked = (0..files).into_par_iter().map(|file| self.file(file));
        let mut found: Vec<_> = checked.collect::<Result<Vec<_>, _>>()?.concat();
        self.histories(&mut found);
        Ok(found)
    }

    fn file(&self, file: usize) -> Result<Vec<Discrepancy>, SourceError> {
        let path = format!("ledger/credentials/{file:04}.jsonl");
        let count = (self.scan.serials.len() - file * LINES).min(LINES);
        let bytes = self.source.get(&path)?;
        let mut found = Vec::new();
        if bytes.is_none() {
            found.push(Discrepancy::at(path.clone(), Fault::Missing));
        }
        let bytes = bytes.unwrap_or_default();
        let lines = lines_of(&bytes);
        if lines.len() > count {
            let extra = lines.len() - count;
            found.push(Discrepancy::at(path.clone(), Fault::Unlogged(extra)));
        }
        let checked = (0..count).into_par_iter().map(|line| {
            let bytes = lines.get(line).copied().unwrap_or_default();
            let found = self.line(&path, file * LINES + line, bytes);
            (self.progress)(1);
            found
        });
        found.extend(checked.collect::<Result<Vec<_>, _>>()?.concat());
        Ok(found)
    }

    fn line(
        &self,
        path: &str,
        serial: usize,
        bytes: &[u8],
    ) -> Result<Vec<Discrepancy>, SourceError> {
        let number = u32::try_from(serial).unwrap_or(u32::MAX);
        // Where its leaf is damaged, that was reported.
        let Some(traces) = self.scan.owner(number) else { return Ok(Vec::new()) };
        let owner = &*traces.number;
        let version = traces.versions.iter().find(|version| version.serial == number);
        let Some(version) = version else { return Ok(Vec::new()) };
        let at =
            |fault| Discrepancy::of(owner, format!("{path}, line {}", serial % LINES + 1), fault);
        let newest = traces.newest() == Some(version);
        let mut found = Vec::new();
        match (bytes.is_empty(), traces.erased) {
            (true, Some(_)) => {
                if let (true, Some(pages)) = (newest, self.pages) {
                    found.extend(pages.erased(owner)?);
                }
                return Ok(found);
            }
            (true, None) => {
                found.push(at(Fault::EntryMissing(number)));
            }
            (false, Some(_)) => found.push(at(Fault::NotErased(number))),
            (false, None) => {}
        }
        let mut entry = None;
        if !bytes.is_empty() {
            entry = self.entry(bytes, version, traces, &at, &mut found);
            let digest = entry.as_ref().map_or_else(|| sha256(bytes), |entry| *entry.digest());
            if digest != version.sha256 {
                found.push(at(Fault::Digest));
            }
        }
        if newest && traces.erased.is_none() {
            found.extend(self.published(owner, traces, bytes, entry.as_ref())?);
        }
        if entry.is_some() && traces.versions.len() > 1 {
            self.keep_history(number, bytes);
        }
        Ok(found)
    }

    /// Checks an entry by itself; nothing where it cannot be read.
    fn entry(
        &self,
        bytes: &[u8],
        version: &Version,
        traces: &Traces,
        at: &dyn Fn(Fault) -> Discrepancy,
        found: &mut Vec<Discrepancy>,
    ) -> Option<Credential> {
        let entry = match read_entry(bytes) {
            Ok(entry) => entry,
            Err(reason) => {
                found.push(at(Fault::Entry(reason.to_string())));
                return None;
            }
        };
        if entry.serial() != version.serial {
            let (claimed, expected) = (entry.serial(), version.serial);
            found.push(at(Fault::Serial { found: claimed, expected }));
        }
        if entry.number().key() != &*traces.number {
            found.push(at(Fault::Number(entry.number().key().to_owned())));
        }
        let leaf = usize::try_from(version.leaf).ok().and_then(|at| self.leaves.get(at));
        if let Some(logged) = leaf.and_then(Option::as_ref).map(Leaf::time)
            && logged != entry.created()
        {
            let (claimed, logged) = (entry.created().to_string(), logged.to_string());
            found.push(at(Fault::Created { found: claimed, logged }));
        }
        match self.key(&entry, version, traces) {
            None => found.push(at(Fault::Key(entry.proof().verification_method.clone()))),
            Some(key) => {
                if entry.proof().check(key).is_err() {
                    found.push(at(Fault::Signature));
                }
            }
        }
        Some(entry)
    }

    /// The key that an entry names, if it counted when the entry was logged; where it was revoked
    /// later, what was logged before the revocation counts as history only, never as the newest.
    fn key(&self, entry: &Credential, version: &Version, traces: &Traces) -> Option<&VerifyingKey> {
        let leaf = version.leaf;
        let name = &entry.proof().verification_method;
        let events = || self.scan.keys.iter().filter(|event| *event.method == **name);
        let added: &KeyEvent =
            events().find(|event| event.action == KeyAction::Add && event.leaf < leaf)?;
        let ended = events().find(|event| event.action != KeyAction::Add);
        let revoked = events().any(|event| event.action == KeyAction::Revoke);
        let is_newest = traces.newest() == Some(version);
        let outlived = ended.is_some_and(|event| event.leaf < leaf);
        let counts = !outlived && (!revoked || !is_newest);
        counts.then_some(&added.key)
    }

    /// What is published of a number's newest entry.
    fn published(
        &self,
        owner: &str,
        traces: &Traces,
        bytes: &[u8],
        entry: Option<&Credential>,
    ) -> Result<Vec<Discrepancy>, SourceError> {
        let (Some(pages), Shape::Site) = (self.pages, self.source.shape()) else {
            return Ok(Vec::new());
        };
        let mut found = Vec::new();
        let path = format!("c/{}.json", escape_path(owner));
        match pages.own(&path)? {
            None if pages.layout == Layout::Compact => {}
            None => found.push(Discrepancy::of(owner, path, Fault::Missing)),
            Some(published) if published != bytes => {
                found.push(Discrepancy::of(owner, path, Fault::NotNewest));
            }
            Some(_) => {}
        }
        if let Some(entry) = entry {
            found.extend(pages.check(owner, traces, entry)?);
        }
        Ok(found)
    }

    fn keep_history(&self, serial: u32, bytes: &[u8]) {
        let Ok(document) = Document::read(bytes) else { return };
        let subject = document.top().member("credentialSubject");
        let history = subject.and_then(|subject| subject.member("history")?.items());
        // The grant's facts are written out once a later step changes some.
        let told = history.into_iter().flatten().enumerate().map(|(at, step)| match at {
            0 => ["date", "kind"].map(|name| step.member(name).map_or("", Node::written)).join(" "),
            _ => step.written().to_owned(),
        });
        let mut histories = self.histories.lock().unwrap_or_else(PoisonError::into_inner);
        histories.insert(serial, told.collect());
    }

    /// A newer version begins its history as the older one told it.
    fn histories(&self, found: &mut Vec<Discrepancy>) {
        let histories = self.histories.lock().unwrap_or_else(PoisonError::into_inner);
        let amended = self.scan.numbers().iter().filter(|traces| traces.versions.len() > 1);
        for traces in amended {
            for pair in traces.versions.windows(2) {
                let [older, newer] = pair else { continue };
                let told = (histories.get(&older.serial), histories.get(&newer.serial));
                let (Some(before), Some(after)) = told else { continue };
                let same = before.iter().zip(after).take_while(|(a, b)| a == b).count();
                if same < before.len() {
                    let place = format!("entry of serial {}", newer.serial);
                    found.push(Discrepancy::of(&traces.number, place, Fault::History(same + 1)));
                }
            }
        }
    }
}

/// The lines of a file, each of which ends with a newline.
fn lines_of(bytes: &[u8]) -> Vec<&[u8]> {
    let (mut lines, mut rest) = (Vec::with_capacity(LINES), bytes);
    while !rest.is_empty() {
        let from = rest;
        // Bytes in memory can be read.
        let length = rest.skip_until(b'\n').unwrap_or_default();
        let line = from.get(..length).unwrap_or_default();
        lines.push(line.strip_suffix(b"\n").unwrap_or(line));
    }
    lines
}

/// Whether a text is the key of a number.
pub(super) fn is_key(text: &str) -> bool {
    CertificateNumber::try_from(text).is_ok_and(|number| number.key() == text)
}
