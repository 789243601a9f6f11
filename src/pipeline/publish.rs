//! The sealed state, shown: certificates as their entries state them, and the files that prove it.

use std::collections::BTreeMap;

use rayon::prelude::*;

use crate::cache::{self, Key, Writer};
use crate::config::Layout;
use crate::credential::{self, Unproved};
use crate::ledger::Ledger;
use crate::model::{Certificate, Register, Shared};
use crate::output::{OutputError, Sink};
use crate::pipeline::{
    BuildError,
    archive::{Archive, Measure, Revealed},
};
use crate::proof::sha256;

/// A sealed version, read.
struct Read {
    serial: u32,
    measure: Measure,
    /// What it states, if it is the newest of its number.
    certificate: Option<Certificate>,
}

/// What is known of a version without reading it.
#[derive(Clone, Copy)]
struct Known {
    measure: Option<Measure>,
    /// Whether its line is as it was when it was last read.
    is_seen: bool,
}

/// A number's newest version.
struct Newest<'l> {
    key: &'l str,
    statuses: Vec<credential::StatusChange>,
    /// What it states, where an earlier run has read it.
    certificate: Option<Certificate>,
    /// Whether its published entry is what it was.
    is_kept: bool,
}

impl Newest<'_> {
    /// Whether its entry has to be read to know what it states, or to publish it.
    fn lacks(&self, layout: Layout) -> bool {
        self.certificate.is_none() || (layout == Layout::Full && !self.is_kept)
    }
}

/// Puts what is sealed in the place of the records, hands the newest entry of each number to the sink
/// (in the compact layout they are read from the ledger), and notes in the ledger what only entries
/// tell.
pub(super) fn reveal(
    register: &mut Register,
    ledger: &mut Ledger,
    (layout, sink): (Layout, &dyn Sink),
    archive: Option<&Archive>,
) -> Result<(), BuildError> {
    let files: BTreeMap<Box<str>, Box<str>> = std::mem::take(&mut register.certificates)
        .into_iter()
        .map(|certificate| (certificate.number.key().into(), certificate.file))
        .collect();
    let known = archive.map(|archive| Revealed::open(archive, register, ledger));
    let (read, mut certificates) = entries(register, ledger, (layout, sink), known.as_ref())?;
    ledger.know_versions(&read);
    certificates.par_sort_unstable_by(|a, b| a.number.key().cmp(b.number.key()));
    if let Some(known) = &known {
        known.keep(&certificates, ledger);
    }
    for certificate in &mut certificates {
        if let Some(file) = files.get(certificate.number.key()) {
            certificate.file.clone_from(file);
        }
    }
    register.certificates = certificates;
    Ok(())
}

/// The measures of all versions, by serial, and what the newest of each number state.
type Entries = (Vec<(u32, Measure)>, Vec<Certificate>);

fn entries(
    register: &Register,
    ledger: &Ledger,
    (layout, sink): (Layout, &dyn Sink),
    known: Option<&Revealed<'_>>,
) -> Result<Entries, BuildError> {
    let shared = Shared::of(register);
    let mut versions = vec![None; ledger.serials() as usize];
    let sealed = ledger.sealed();
    let unerased = sealed.entries.iter().filter(|(_, entry)| entry.erased.is_none());
    for version in unerased.clone().flat_map(|(_, entry)| &entry.versions) {
        let measure = known.and_then(|known| known.measure(version.serial, &version.sha256));
        let is_seen = known.is_some_and(|known| known.is_seen(version.serial));
        versions[version.serial as usize] = Some(Known { measure, is_seen });
    }
    let mut newest: Vec<Option<Newest<'_>>> = Vec::new();
    newest.resize_with(versions.len(), || None);
    let numbers: Vec<_> = unerased.collect();
    let taken = numbers.par_iter().map(|(key, entry)| {
        let version = entry.newest();
        let certificate = known.and_then(|known| known.certificate(key, entry, register));
        let certificate = certificate.map(|certificate| shared.share(certificate));
        let (unit, made_of) = unit(key, &version.sha256);
        let is_kept = layout == Layout::Full && sink.keep(unit, made_of);
        (version.serial, Newest { key, statuses: entry.changes(), certificate, is_kept })
    });
    for (serial, of) in taken.collect::<Vec<_>>() {
        newest[serial as usize] = Some(of);
    }
    let is_wanted = |serial: u32| {
        let newest = newest[serial as usize].as_ref();
        // A line is read where its file has changed, to see that it is still what it should be.
        versions[serial as usize].is_none_or(|known| known.measure.is_none() || !known.is_seen)
            || newest.is_some_and(|newest| newest.lacks(layout))
    };
    let take = |serial: u32, bytes: &[u8]| {
        let (newest, known) = (newest[serial as usize].as_ref(), versions[serial as usize]);
        let mut read = read((serial, bytes), (newest, known), register, (layout, sink))?;
        read.certificate = read.certificate.map(|certificate| shared.share(certificate));
        Ok::<_, BuildError>(read)
    };
    let read = ledger.credentials(&is_wanted, &take)?;
    let measured = (0..).zip(&versions).filter_map(|(serial, of)| Some((serial, (*of)?.measure?)));
    let mut measures: Vec<_> = measured.collect();
    measures.extend(read.iter().map(|read| (read.serial, read.measure)));
    let kept = newest.into_iter().flatten().filter_map(|of| of.certificate);
    let read = read.into_iter().filter_map(|read| read.certificate);
    Ok((measures, kept.chain(read).collect()))
}

/// The published entry of a number, and what it is made of.
fn unit(key: &str, sha256: &[u8; 32]) -> (Key, Key) {
    (cache::key(format!("entry {key}").as_bytes()), cache::key(sha256))
}

/// Reads a version and, if it is the newest of its number, hands it to the sink.
fn read(
    (serial, bytes): (u32, &[u8]),
    (newest, known): (Option<&Newest<'_>>, Option<Known>),
    register: &Register,
    (layout, sink): (Layout, &dyn Sink),
) -> Result<Read, BuildError> {
    let measure = known.and_then(|known| known.measure);
    if let Some(measure) = measure.filter(|_| !newest.is_some_and(|of| of.lacks(layout))) {
        return Ok(Read { serial, measure, certificate: None });
    }
    let failed = |why: String| BuildError::Entry { serial, why };
    let credential = Unproved::parse(bytes).map_err(|error| failed(error.to_string()))?;
    let history = u32::try_from(credential.subject().history.len()).unwrap_or(u32::MAX);
    let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
    let measure = (history, length);
    let Some(newest) = newest else { return Ok(Read { serial, measure, certificate: None }) };
    if layout == Layout::Full && !newest.is_kept {
        let path = format!("c/{}.json", credential.number().path());
        sink.write(&path, bytes)?;
        let (unit, made_of) = unit(newest.key, &sha256(bytes));
        sink.made(unit, made_of, vec![path], bytes.len() as u64);
    }
    if newest.certificate.is_some() {
        return Ok(Read { serial, measure, certificate: None });
    }
    let certificate = certificate(&credential, &newest.statuses, register)?;
    Ok(Read { serial, measure, certificate: Some(certificate) })
}

fn certificate(
    credential: &Unproved,
    statuses: &[credential::StatusChange],
    register: &Register,
) -> Result<Certificate, BuildError> {
    let number = || credential.number().to_string();
    let stated = &credential.subject().scheme.id;
    let Some(scheme) = register.schemes.get(stated) else {
        return Err(BuildError::SchemeGone { number: number(), scheme: stated.to_string() });
    };
    let revealed = credential.reveal(statuses, scheme);
    revealed.map_err(|source| BuildError::Hidden { number: number(), source })
}

/// Hands everything that proves the entries to the sink, the checkpoint last.
pub(super) fn proofs(
    ledger: &Ledger,
    sink: &dyn Sink,
    archive: Option<&Archive>,
) -> Result<(), BuildError> {
    let sealed = ledger.sealed();
    let did = &sealed.issuer;
    sink.write("ns/v1.jsonld", credential::context(did).as_bytes())?;
    sink.write(did.document_path(), &sealed.did)?;
    let erased = sealed.entries.values().filter(|entry| entry.erased.is_some()).count();
    // What is published of a file depends on how much of it the checkpoint covers.
    let made_of = |path: &str| {
        let stamp = archive.and_then(|archive| archive.stamp(path))?;
        let mut of = Writer::default();
        stamp.write(&mut of);
        of.size(erased);
        of.number(Ledger::covered(path, ledger.serials()).into());
        Some((cache::key(format!("ledger {path}").as_bytes()), cache::key(&of.into_bytes())))
    };
    let is_kept = |path: &str| {
        path != "checkpoint" && made_of(path).is_some_and(|(unit, of)| sink.keep(unit, of))
    };
    ledger.files(&is_kept, &|path, bytes| -> Result<(), BuildError> {
        if path == "checkpoint" {
            return Ok(());
        }
        let mut paths = vec![format!("ledger/{path}")];
        paths.extend(path.starts_with("status/").then(|| path.to_owned()));
        paths.iter().try_for_each(|path| sink.write(path, bytes))?;
        if let Some((unit, of)) = made_of(path) {
            let size = bytes.len() * paths.len();
            sink.made(unit, of, paths, size as u64);
        }
        Ok(())
    })?;
    for (path, past) in credential::Past::of(sealed, ledger.serials()) {
        sink.write(&path, past.text().as_bytes())?;
    }
    let last: Result<(), OutputError> =
        sink.write("ledger/checkpoint", sealed.checkpoint.as_bytes());
    Ok(last?)
}
