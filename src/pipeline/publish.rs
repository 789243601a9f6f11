//! The sealed state, shown: certificates as their entries state them, and the files that prove it.

use std::{collections::BTreeMap, sync::Arc};

use crate::config::Layout;
use crate::credential::{self, Unproved};
use crate::ledger::Ledger;
use crate::model::{Certificate, Register};
use crate::output::{OutputError, Sink};
use crate::pipeline::BuildError;

/// A sealed version, read.
struct Read {
    serial: u32,
    /// How many entries its history has.
    history: u32,
    /// How many bytes it has.
    length: u32,
    /// What it states, if it is the newest of its number.
    certificate: Option<Certificate>,
}

/// Puts what is sealed in the place of the records, hands the newest entry of each number to the sink
/// (in the compact layout they are read from the ledger), and notes in the ledger what only entries
/// tell.
pub(super) fn reveal(
    register: &mut Register,
    ledger: &mut Ledger,
    (layout, sink): (Layout, &dyn Sink),
) -> Result<(), BuildError> {
    let files: BTreeMap<Box<str>, Box<str>> = std::mem::take(&mut register.certificates)
        .into_iter()
        .map(|certificate| (certificate.number.key().into(), certificate.file))
        .collect();
    let mut newest: Vec<Option<Arc<[credential::StatusChange]>>> =
        vec![None; ledger.serials() as usize];
    for entry in ledger.sealed().entries.values() {
        newest[entry.newest().serial as usize] = Some(entry.changes().into());
    }
    let take = |serial: u32, bytes: &[u8]| -> Result<Read, BuildError> {
        let failed = |why: String| BuildError::Entry { serial, why };
        let credential = Unproved::parse(bytes).map_err(|error| failed(error.to_string()))?;
        let history = u32::try_from(credential.subject().history.len()).unwrap_or(u32::MAX);
        let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
        let Some(statuses) = &newest[serial as usize] else {
            return Ok(Read { serial, history, length, certificate: None });
        };
        if layout == Layout::Full {
            sink.write(&format!("c/{}.json", credential.number().path()), bytes)?;
        }
        let mut certificate = certificate(&credential, statuses, register)?;
        if let Some(file) = files.get(certificate.number.key()) {
            certificate.file = file.clone();
        }
        Ok(Read { serial, history, length, certificate: Some(certificate) })
    };
    let read = ledger.credentials(&|_| true, &take)?;
    let known: Vec<_> =
        read.iter().map(|read| (read.serial, (read.history, read.length))).collect();
    ledger.know_versions(&known);
    let certificates = read.into_iter().filter_map(|read| read.certificate);
    register.certificates = certificates.collect();
    register.certificates.sort_unstable_by(|a, b| a.number.key().cmp(b.number.key()));
    Ok(())
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
pub(super) fn proofs(ledger: &Ledger, sink: &dyn Sink) -> Result<(), BuildError> {
    let sealed = ledger.sealed();
    let did = &sealed.issuer;
    sink.write("ns/v1.jsonld", credential::context(did).as_bytes())?;
    sink.write(did.document_path(), &sealed.did)?;
    ledger.files(&|path, bytes| -> Result<(), BuildError> {
        if path == "checkpoint" {
            return Ok(());
        }
        if path.starts_with("status/") {
            sink.write(path, bytes)?;
        }
        Ok(sink.write(&format!("ledger/{path}"), bytes)?)
    })?;
    for (path, past) in credential::Past::of(sealed, ledger.serials()) {
        sink.write(&path, past.text().as_bytes())?;
    }
    let last: Result<(), OutputError> =
        sink.write("ledger/checkpoint", sealed.checkpoint.as_bytes());
    Ok(last?)
}
