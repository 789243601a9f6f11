//! Records beside what is sealed of them.

use jiff::civil::Date;
use rayon::prelude::*;

use crate::credential::{
    Comparison, Issuer, Rewritten, SealedEntry, StatusChange, Unfit, pending, statuses,
};
use crate::ledger::Ledger;
use crate::model::{Certificate, Register};
use crate::seal::SealError;

/// A register beside its ledger.
#[derive(Clone, Debug, Default)]
pub struct Compared {
    /// Those that differ from what is sealed, in the register's order.
    pub records: Vec<ComparedRecord>,
    /// Sealed numbers without a record, but for erased ones, by key.
    pub gone: Vec<Box<str>>,
    /// How many numbers are sealed and not erased.
    pub sealed: usize,
}

/// A record that differs from what is sealed.
#[derive(Clone, Debug)]
pub struct ComparedRecord {
    /// Its place in the register.
    pub at: usize,
    /// What its certificate states otherwise.
    pub version: VersionState,
    /// The changes of status in force that the log does not hold, in the order in which they are to
    /// be logged; or one that it holds and the record does not tell.
    pub statuses: Result<Vec<StatusChange>, Rewritten>,
}

/// What a record's certificate states beside the newest sealed version.
#[derive(Clone, Debug)]
pub enum VersionState {
    /// Nothing of it is sealed.
    New,
    /// It cannot be stated.
    Unfit(Unfit),
    /// The same.
    Same,
    /// Something else.
    Changed(Comparison),
    /// The number was erased.
    Erased,
}

/// Whether it is looked if records that are new can be stated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NewRecords {
    /// It is.
    Stated,
    /// It is not: whoever seals them next will see.
    Believed,
    /// It is; where nothing was ever sealed, those that can be are left out.
    Unfit,
}

/// Compares every record with what is sealed of it, as a seal on a day would. Of records that
/// `is_quiet` says differ in nothing, by their places, nothing is looked at.
pub fn compare(
    register: &Register,
    issuer: &Issuer,
    ledger: Option<&Ledger>,
    (day, new_records): (Date, NewRecords),
    is_quiet: &(dyn Fn(usize) -> bool + Sync),
) -> Result<Compared, SealError> {
    let new = |certificate: &Certificate| match new_records {
        NewRecords::Believed => VersionState::New,
        NewRecords::Stated | NewRecords::Unfit => new(certificate, issuer, day),
    };
    let Some(ledger) = ledger else {
        return Ok(match new_records {
            NewRecords::Unfit => unfit(register, &new, is_quiet),
            NewRecords::Stated | NewRecords::Believed => first(register, &new, day),
        });
    };
    let entries = &ledger.sealed().entries;
    let mut newest = vec![None; ledger.serials() as usize];
    let mut gone = Vec::new();
    let mut sealed = 0;
    // Both are in the order of numbers.
    let mut records = register.certificates.iter().map(|of| of.number.key()).enumerate().peekable();
    for (key, entry) in entries.iter().filter(|(_, entry)| entry.erased.is_none()) {
        sealed += 1;
        while records.next_if(|(_, other)| *other < &**key).is_some() {}
        match records.next_if(|(_, other)| *other == &**key) {
            Some((at, _)) if is_quiet(at) => {}
            Some((at, _)) => newest[entry.newest().serial as usize] = Some(at),
            None => gone.push(key.clone()),
        }
    }
    let is_wanted = |serial: u32| newest[serial as usize].is_some();
    let take = |serial: u32, bytes: &[u8]| {
        let at = newest[serial as usize].unwrap_or_default();
        let version = version(&register.certificates[at], issuer, (serial, bytes), day)?;
        let other = (!matches!(version, VersionState::Same)).then(|| Box::new(version));
        Ok::<_, SealError>((at, other))
    };
    // Nearly all state the same, and there are as many of them as records: only others take room.
    let mut versions: Vec<Option<Option<Box<VersionState>>>> =
        vec![None; register.certificates.len()];
    ledger.credentials(&is_wanted, &take, &mut |(at, version)| versions[at] = Some(version))?;
    let records = register.certificates.par_iter().zip(versions).enumerate();
    let records = records.filter(|(at, _)| !is_quiet(*at));
    let records = records.filter_map(|(at, (certificate, version))| {
        let entry = entries.get(certificate.number.key());
        let version = match (version, entry) {
            (Some(other), _) => other.map_or(VersionState::Same, |other| *other),
            (None, Some(_)) => VersionState::Erased,
            (None, None) => new(certificate),
        };
        let logged = entry.map(SealedEntry::changes).unwrap_or_default();
        let statuses = pending(&statuses(certificate), &logged, day);
        let same = matches!(version, VersionState::Same);
        let quiet = statuses.as_ref().is_ok_and(Vec::is_empty);
        (!same || !quiet).then_some(ComparedRecord { at, version, statuses })
    });
    Ok(Compared { records: records.collect(), gone, sealed })
}

/// Before the first edition everything is new.
fn first(
    register: &Register,
    new: &(dyn Fn(&Certificate) -> VersionState + Sync),
    day: Date,
) -> Compared {
    let records = register.certificates.par_iter().enumerate().map(|(at, certificate)| {
        let statuses = pending(&statuses(certificate), &[], day);
        ComparedRecord { at, version: new(certificate), statuses }
    });
    Compared { records: records.collect(), gone: Vec::new(), sealed: 0 }
}

/// What cannot be part of a first edition.
fn unfit(
    register: &Register,
    new: &(dyn Fn(&Certificate) -> VersionState + Sync),
    is_quiet: &(dyn Fn(usize) -> bool + Sync),
) -> Compared {
    let records = register.certificates.par_iter().enumerate();
    let records = records.filter(|(at, _)| !is_quiet(*at)).filter_map(|(at, certificate)| {
        let version = new(certificate);
        let is_unfit = matches!(version, VersionState::Unfit(_));
        is_unfit.then_some(ComparedRecord { at, version, statuses: Ok(Vec::new()) })
    });
    Compared { records: records.collect(), gone: Vec::new(), sealed: 0 }
}

fn new(certificate: &Certificate, issuer: &Issuer, day: Date) -> VersionState {
    match issuer.statement(certificate, day) {
        Ok(_) => VersionState::New,
        Err(unfit) => VersionState::Unfit(unfit),
    }
}

fn version(
    certificate: &Certificate,
    issuer: &Issuer,
    (serial, sealed): (u32, &[u8]),
    day: Date,
) -> Result<VersionState, SealError> {
    let statement = match issuer.statement(certificate, day) {
        Ok(statement) => statement,
        Err(unfit) => return Ok(VersionState::Unfit(unfit)),
    };
    if statement.is_sealed_in(sealed, serial) {
        return Ok(VersionState::Same);
    }
    let failed = |why: String| SealError::Entry { number: certificate.number.to_string(), why };
    let comparison = statement.compare(sealed).map_err(|error| failed(error.to_string()))?;
    Ok(VersionState::Changed(comparison))
}

impl Compared {
    /// How many records differ from what is sealed, and sealed numbers are gone.
    pub fn count(&self) -> usize {
        self.records.len() + self.gone.len()
    }
}
