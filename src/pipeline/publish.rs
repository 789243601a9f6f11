//! The sealed state, shown: certificates as their entries state them, and the files that prove it.

use rayon::prelude::*;

use crate::cache::{self, Key, Writer};
use crate::config::Layout;
use crate::credential::{self, SealedEntry, Unproved};
use crate::ledger::Ledger;
use crate::model::{Certificate, CertificateNumber, Register, Shared};
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
    entry: &'l SealedEntry,
    /// Whether an earlier run has read what it states.
    is_known: bool,
    /// Whether its published entry is what it was.
    is_kept: bool,
}

impl Newest<'_> {
    /// Whether its entry has to be read to know what it states, or to publish it.
    fn lacks(&self, layout: Layout) -> bool {
        !self.is_known || (layout == Layout::Full && !self.is_kept)
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
    // Of the records nothing else is needed any more, and they take as much room as what they state.
    let records = std::mem::take(&mut register.certificates);
    let mut files = Vec::with_capacity(records.len()); // Not where they lay.
    files.extend(records.into_iter().map(|record| (record.number, record.file)));
    let known = archive.map(|archive| Revealed::open(archive, register, ledger));
    let Entries { measures, mut certificates, read } =
        entries(register, ledger, (layout, sink), known.as_ref())?;
    ledger.know_versions(&measures);
    if let Some(known) = &known {
        known.keep(&certificates, ledger, read);
    }
    name_files(&mut certificates, files);
    register.certificates = certificates;
    Ok(())
}

/// Notes in which record each certificate stands. Both are in the order of numbers.
fn name_files(certificates: &mut [Certificate], records: Vec<(CertificateNumber, Box<str>)>) {
    let mut records = records.into_iter().peekable();
    for certificate in certificates {
        let key = certificate.number.key();
        while records.next_if(|(number, _)| number.key() < key).is_some() {}
        if let Some((_, file)) = records.next_if(|(number, _)| number.key() == key) {
            certificate.file = file;
        }
    }
}

/// What entries tell.
struct Entries {
    /// Of all versions, by serial.
    measures: Vec<Measure>,
    /// What the newest of each number state, in the order of numbers.
    certificates: Vec<Certificate>,
    /// How many of them were read, and not known from an earlier run.
    read: usize,
}

/// How many certificates are read at once from what is kept.
const CHUNK: usize = 4096;

fn entries<'l>(
    register: &Register,
    ledger: &'l Ledger,
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
    let numbers: Vec<_> = unerased.map(|(key, entry)| (&**key, entry)).collect();
    let mut newest = Vec::with_capacity(numbers.len());
    let mut certificates = Vec::with_capacity(numbers.len());
    let mut cursor = known.map(Revealed::cursor);
    for numbers in numbers.chunks(CHUNK) {
        let find = |(key, _): &(&'l str, _)| cursor.as_mut().and_then(|c| c.get(key));
        let found: Vec<_> = numbers.iter().map(find).collect();
        let stretch = known.map(|known| known.stretch(&found)).unwrap_or_default();
        let take = |(&(key, entry), blob): (&(&'l str, &'l SealedEntry), _)| {
            let version = entry.newest();
            let from = (blob, &stretch);
            let beside = (register, &shared);
            let certificate = known.and_then(|known| known.certificate((key, entry), beside, from));
            let (unit, made_of) = unit(key, &version.sha256);
            let is_kept = layout == Layout::Full && sink.keep(unit, made_of);
            (Newest { key, entry, is_known: certificate.is_some(), is_kept }, certificate)
        };
        let taken: Vec<_> = numbers.par_iter().zip(found).map(take).collect();
        for (of, certificate) in taken {
            newest.push(of);
            certificates.push(certificate);
        }
    }
    let mut places = vec![None; versions.len()];
    for (at, of) in newest.iter().enumerate() {
        places[of.entry.newest().serial as usize] = Some(at);
    }
    let newest_of = |serial: u32| places[serial as usize].map(|at| &newest[at]);
    let is_wanted = |serial: u32| {
        // A line is read where its file has changed, to see that it is still what it should be.
        versions[serial as usize].is_none_or(|known| known.measure.is_none() || !known.is_seen)
            || newest_of(serial).is_some_and(|newest| newest.lacks(layout))
    };
    let take = |serial: u32, bytes: &[u8]| {
        let (newest, known) = (newest_of(serial), versions[serial as usize]);
        let mut read = read((serial, bytes), (newest, known), register, (layout, sink))?;
        read.certificate = read.certificate.map(|certificate| shared.share(certificate));
        Ok::<_, BuildError>(read)
    };
    let known = versions.iter().map(|of| of.and_then(|of| of.measure).unwrap_or_default());
    let mut measures: Vec<Measure> = known.collect();
    let mut read = 0;
    ledger.credentials(&is_wanted, &take, &mut |Read { serial, measure, certificate }| {
        measures[serial as usize] = measure;
        if let (Some(certificate), Some(at)) = (certificate, places[serial as usize]) {
            certificates[at] = Some(certificate);
            read += 1;
        }
    })?;
    #[expect(clippy::filter_map_identity, reason = "`flatten` would not leave them where they lie")]
    let certificates = certificates.into_iter().filter_map(|certificate| certificate).collect();
    Ok(Entries { measures, certificates, read })
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
    if newest.is_known {
        return Ok(Read { serial, measure, certificate: None });
    }
    let certificate = certificate(&credential, &newest.entry.changes(), register)?;
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
