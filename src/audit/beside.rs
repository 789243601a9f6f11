//! What stands beside the log: keys, lists, details, index, policy.

use std::{collections::BTreeMap, fmt::Display, ops::Range};

use jiff::civil::Date;
use rayon::prelude::*;

use crate::audit::{
    fault::{Discrepancy, Fault},
    ground::{self, Bits},
};
use crate::credential::{
    Detail, DidDocument, KeyAction, LIST_BITS, ListCredential, Past, Publish, Purpose,
    StatusChange, Use,
};
use crate::proof::{VerifyingKey, sha256};
use crate::verify::{Scan, Shape, Source, SourceError, Traces};

/// Serials of one file.
const THOUSAND: u32 = 1000;

/// The files that the newest edition names by their digests.
pub(super) struct Beside<'a> {
    pub(super) source: &'a dyn Source,
    pub(super) scan: &'a Scan,
    pub(super) publish: &'a Publish,
}

impl Beside<'_> {
    fn day(&self) -> Date {
        self.publish.edition.date()
    }

    fn serials(&self) -> u32 {
        u32::try_from(self.scan.serials.len()).unwrap_or(u32::MAX)
    }

    fn number(&self, serial: u32) -> Option<Box<str>> {
        self.scan.owner(serial).map(|traces| traces.number.clone())
    }

    /// A file, where the log names it and where the ledger keeps it: the bytes at the first.
    fn named(
        &self,
        path: &str,
        kept: &str,
        digest: &[u8; 32],
        found: &mut Vec<Discrepancy>,
    ) -> Result<Option<Vec<u8>>, SourceError> {
        let places = match self.source.shape() {
            Shape::Site => vec![path, kept],
            Shape::Register => vec![kept],
        };
        let mut first = None;
        for place in places {
            match self.source.get(place)? {
                None => found.push(Discrepancy::at(place, Fault::Missing)),
                Some(bytes) => {
                    if sha256(&bytes) != *digest {
                        found.push(Discrepancy::at(place, Fault::NotPublished));
                    }
                    first.get_or_insert(bytes);
                }
            }
        }
        Ok(first)
    }

    /// The policy is the published one.
    pub(super) fn policy(&self, found: &mut Vec<Discrepancy>) -> Result<(), SourceError> {
        self.named("ledger/policy", "ledger/policy", &self.publish.policy, found).map(|_| ())
    }

    /// The key list is the published one, and lists the keys that the log announced.
    pub(super) fn keys(
        &self,
        path: &str,
        found: &mut Vec<Discrepancy>,
    ) -> Result<Option<DidDocument>, SourceError> {
        let bytes = self.named(path, "ledger/keys/did.json", &self.publish.did, found)?;
        let Some(bytes) = bytes else { return Ok(None) };
        let document = match DidDocument::parse(&bytes) {
            Ok(document) => document,
            Err(error) => {
                found.push(Discrepancy::at(path, Fault::Malformed(error.to_string())));
                return Ok(None);
            }
        };
        let mut announced: BTreeMap<&str, (VerifyingKey, KeyAction)> = BTreeMap::new();
        for event in &self.scan.keys {
            announced.insert(&event.method, (event.key, event.action));
        }
        for method in document.methods.iter().filter(|m| m.used_for == Use::Assertion) {
            let name = document.did.key_url(&method.fragment);
            match announced.get(&*name) {
                Some((key, action)) if *key == method.key => {
                    if *action == KeyAction::Revoke {
                        found.push(Discrepancy::at(path, Fault::KeyRevoked(name)));
                    }
                }
                _ => found.push(Discrepancy::at(path, Fault::KeyNotLogged(name))),
            }
        }
        for (name, (key, action)) in announced {
            let listed = document
                .method(name)
                .is_some_and(|method| method.key == key && method.used_for == Use::Assertion);
            if action != KeyAction::Revoke && !listed {
                found.push(Discrepancy::at(path, Fault::KeyMissing(name.to_owned())));
            }
        }
        Ok(Some(document))
    }

    /// The status lists are signed, published, and say what the events say.
    pub(super) fn lists(
        &self,
        keys: Option<&DidDocument>,
        found: &mut Vec<Discrepancy>,
    ) -> Result<(), SourceError> {
        for list in 0..self.serials().div_ceil(LIST_BITS).max(1) {
            let first = list.saturating_mul(LIST_BITS);
            let mut bits: Vec<Option<ListCredential>> = Vec::new();
            for purpose in [Purpose::Revocation, Purpose::Suspension] {
                let path = purpose.path(first);
                bits.push(self.list(&path, keys, found)?);
            }
            let [Some(revocation), Some(suspension)] = &*bits else { continue };
            let says = |serial: u32| Bits {
                revoked: revocation.list.get(serial).unwrap_or_default(),
                suspended: suspension.list.get(serial).unwrap_or_default(),
            };
            let last = first.saturating_add(LIST_BITS);
            let wrong = (first..last).into_par_iter().filter_map(|serial| {
                let events = ground::expected(self.scan, serial, self.day()).0;
                let says = says(serial);
                let known = serial < self.serials();
                (says != events).then(|| Discrepancy {
                    number: self.number(serial),
                    place: format!("status lists {list}"),
                    fault: Fault::Bit {
                        serial,
                        says: says.word(),
                        events: if known { events.word() } else { "no such serial" },
                    },
                })
            });
            found.extend(wrong.collect::<Vec<_>>());
        }
        Ok(())
    }

    fn list(
        &self,
        path: &str,
        keys: Option<&DidDocument>,
        found: &mut Vec<Discrepancy>,
    ) -> Result<Option<ListCredential>, SourceError> {
        let Some(digest) = self.publish.lists.get(path) else { return Ok(None) };
        let kept = format!("ledger/{path}");
        let Some(bytes) = self.named(path, &kept, digest, found)? else { return Ok(None) };
        let list = match ListCredential::parse(&bytes) {
            Ok(list) if list.list.path() == path => list,
            Ok(list) => {
                let detail = format!("it is {}", list.list.path());
                found.push(Discrepancy::at(path, Fault::Malformed(detail)));
                return Ok(None);
            }
            Err(error) => {
                found.push(Discrepancy::at(path, Fault::Malformed(error.to_string())));
                return Ok(None);
            }
        };
        let key = keys.and_then(|keys| keys.method(&list.proof.verification_method));
        let key = key.filter(|method| method.used_for == Use::Assertion);
        if key.is_none_or(|method| list.proof.check(&method.key).is_err()) {
            found.push(Discrepancy::at(path, Fault::Signature));
        }
        if (list.valid_from, list.valid_until) != (self.publish.time, self.publish.next) {
            let detail = "it does not hold from its edition to the next".to_owned();
            found.push(Discrepancy::at(path, Fault::Malformed(detail)));
        }
        Ok(Some(list))
    }

    /// The words behind the bits are those of the events, also where the ledger keeps them.
    pub(super) fn details(&self, found: &mut Vec<Discrepancy>) -> Result<(), SourceError> {
        let kept = |serial| format!("ledger/{}", Detail::path(serial));
        let mut files = self.thousands(Detail::path, Detail::parse, found)?;
        if self.source.shape() == Shape::Site {
            files.extend(self.thousands(kept, Detail::parse, found)?);
        }
        for (serials, path, detail) in files {
            for serial in serials.clone() {
                let expected = ground::expected(self.scan, serial, self.day()).1;
                if detail.entries.get(&serial) != expected.as_ref() {
                    found.push(self.wrong(serial, &path, Fault::Detail(serial)));
                }
            }
            let stray = detail.entries.keys().filter(|serial| !serials.contains(serial));
            found.extend(stray.map(|s| Discrepancy::at(path.clone(), Fault::Detail(*s))));
        }
        Ok(())
    }

    /// The changes of each number's status are those of the log, under its newest serial. Only a
    /// site has these files.
    pub(super) fn past(&self, found: &mut Vec<Discrepancy>) -> Result<(), SourceError> {
        if self.source.shape() == Shape::Register {
            return Ok(());
        }
        for (serials, path, past) in self.thousands(Past::path, Past::parse, found)? {
            for serial in serials.clone() {
                let says = past.entries.get(&serial).map_or(&[][..], Vec::as_slice);
                if says != self.changes(serial) {
                    found.push(self.wrong(serial, &path, Fault::Past(serial)));
                }
            }
            let stray = past.entries.keys().filter(|serial| !serials.contains(serial));
            found.extend(stray.map(|s| Discrepancy::at(path.clone(), Fault::Past(*s))));
        }
        Ok(())
    }

    /// The changes of status that stand under a serial: those of a number whose newest version it is.
    fn changes(&self, serial: u32) -> &[(u64, StatusChange)] {
        let traces = self.scan.owner(serial).filter(|traces| traces.erased.is_none());
        let newest = |traces: &&Traces| traces.newest().is_some_and(|one| one.serial == serial);
        traces.filter(newest).map_or(&[], |traces| &traces.statuses)
    }

    fn wrong(&self, serial: u32, path: &str, fault: Fault) -> Discrepancy {
        Discrepancy { number: self.number(serial), place: path.to_owned(), fault }
    }

    /// The files of a kind, one for each thousand serials; what cannot be read is found wanting.
    fn thousands<T, E: Display>(
        &self,
        path: impl Fn(u32) -> String,
        parse: fn(&[u8]) -> Result<T, E>,
        found: &mut Vec<Discrepancy>,
    ) -> Result<Vec<(Range<u32>, String, T)>, SourceError> {
        let mut files = Vec::new();
        for thousand in 0..self.serials().div_ceil(THOUSAND) {
            let first = thousand * THOUSAND;
            let last = first.saturating_add(THOUSAND).min(self.serials());
            let path = path(first);
            match self.source.get(&path)?.map(|bytes| parse(&bytes)) {
                None => found.push(Discrepancy::at(path, Fault::Missing)),
                Some(Err(error)) => {
                    found.push(Discrepancy::at(path, Fault::Malformed(error.to_string())));
                }
                Some(Ok(file)) => files.push((first..last, path, file)),
            }
        }
        Ok(files)
    }

    /// The index leads each serial to its leaf.
    pub(super) fn index(&self, found: &mut Vec<Discrepancy>) -> Result<(), SourceError> {
        for thousand in 0..self.serials().div_ceil(THOUSAND) {
            let path = format!("ledger/index/{thousand:04}");
            let Some(bytes) = self.source.get(&path)? else {
                found.push(Discrepancy::at(path, Fault::Missing));
                continue;
            };
            let first = thousand * THOUSAND;
            let last = first.saturating_add(THOUSAND).min(self.serials());
            let (rows, rest) = bytes.as_chunks::<4>();
            let expected = (last - first) as usize;
            if rows.len() != expected || !rest.is_empty() {
                let detail = format!("{} bytes instead of {}", bytes.len(), expected * 4);
                found.push(Discrepancy::at(path.clone(), Fault::Malformed(detail)));
            }
            let leaves = self.scan.serials.iter().skip(first as usize);
            for ((serial, leaf), row) in (first..last).zip(leaves).zip(rows) {
                if u64::from(u32::from_be_bytes(*row)) != *leaf {
                    let (number, place) = (self.number(serial), path.clone());
                    found.push(Discrepancy { number, place, fault: Fault::Index(serial) });
                }
            }
        }
        Ok(())
    }
}
