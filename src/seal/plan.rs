//! What an edition would say, worked out without any key.

use jiff::{SignedDuration, Timestamp, civil::Date};
use rayon::prelude::*;

use crate::config::Config;
use crate::credential::{
    Difference, EditionKind, EditionName, Issuer, KeyChange, LeafStatus, SealedEntry, StatusChange,
    status_on,
};
use crate::ledger::Ledger;
use crate::model::{CertificateNumber, Register, Status};
use crate::proof::VerifyingKey;
use crate::seal::{
    Compared, ComparedRecord, Counts, Plausible, PublicKeys, SealError, VersionState, keys, logs,
};

/// An edition without any difference is made when the last one is so old: sealing twice adds
/// nothing, and a monthly edition of a quiet month renews the status lists.
const RENEWED_AFTER: SignedDuration = SignedDuration::from_hours(24);

/// Which edition is asked for.
#[derive(Clone, Debug)]
pub struct Order {
    /// Its time, in whole seconds.
    pub time: Timestamp,
    /// What goes into it.
    pub scope: Scope,
    /// Whether it is made where nothing differs.
    pub renew: Renew,
    /// Keys of numbers to erase.
    pub erase: Vec<Box<str>>,
    /// The fragment of a key to revoke.
    pub revoke: Option<Box<str>>,
}

/// What goes into an edition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Everything that differs.
    Full,
    /// Changes of status only: of these keys of numbers, or of all where there are none.
    Status(Vec<Box<str>>),
    /// What the order itself names, and nothing else.
    Nothing,
}

/// Whether an edition is made where nothing differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Renew {
    /// When the last one is a day old.
    WhenDue,
    /// In any case.
    Now,
}

/// An edition that could be made.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Its name.
    pub edition: EditionName,
    /// Its time.
    pub time: Timestamp,
    /// When the one after it is due, at the latest.
    pub next: Timestamp,
    /// Which kind it is.
    pub kind: EditionKind,
    /// What it says about numbers, by key.
    pub numbers: Vec<NumberPlan>,
    /// Keys of numbers that it erases.
    pub erased: Vec<Box<str>>,
    /// What it says about keys.
    pub keys: Vec<KeyChange>,
    /// The log's key, where the last edition's policy does not name it.
    pub log_key: Option<VerifyingKey>,
    /// The policy's lines, where somebody edited it since the last edition.
    pub policy: Vec<String>,
    /// Keys of numbers that have expired since the last edition. It says nothing about them.
    pub expired: Vec<Box<str>>,
    /// How many numbers were sealed before.
    pub sealed: usize,
    /// Whether it is made though nothing differs, and why.
    pub renewal: Option<Renewal>,
}

/// Why an edition is made though nothing differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Renewal {
    /// Somebody asked for it.
    Asked,
    /// The last one is a day old.
    Due,
    /// A file beside the log was edited, such as the policy.
    Edited,
    /// The log's key was rotated.
    LogKey,
}

/// What an edition says about a number.
#[derive(Clone, Debug)]
pub struct NumberPlan {
    /// Its key.
    pub key: Box<str>,
    /// The record's place in the register.
    pub at: usize,
    /// The version that it seals.
    pub version: Option<VersionPlan>,
    /// The changes of status that it logs, in order, each with the status before it.
    pub statuses: Vec<(LeafStatus, StatusChange)>,
}

/// A version that is sealed.
#[derive(Clone, Debug)]
pub enum VersionPlan {
    /// The first.
    New,
    /// Another, that differs.
    Changed(Vec<Difference>),
    /// The same, because the key of the last one is revoked.
    Resealed,
}

/// All that a plan is made from.
#[derive(Clone, Copy, Debug)]
pub struct Planning<'p> {
    /// The settings.
    pub config: &'p Config,
    /// The records.
    pub register: &'p Register,
    /// Who states.
    pub issuer: &'p Issuer,
    /// What is sealed.
    pub ledger: Option<&'p Ledger>,
    /// The records beside what is sealed.
    pub compared: &'p Compared,
    /// The public halves of the keys, as far as they are known.
    pub keys: &'p PublicKeys,
}

impl Planning<'_> {
    /// Works out an edition. Records that tell their sealed past otherwise are refused: `check`
    /// says more about them.
    pub fn plan(&self, order: &Order) -> Result<Plan, SealError> {
        let (time, day) = (order.time, self.issuer.day(order.time));
        let last = self.ledger.map(|ledger| ledger.sealed().newest());
        if let Some(last) = last.map(|last| last.time).filter(|last| *last > time) {
            return Err(SealError::Time { time, last });
        }
        let mut numbers = self.numbers(&order.scope)?;
        numbers.retain(|number| !order.erase.contains(&number.key));
        let mut keys = keys::changes(self.ledger, self.issuer, self.keys, day)?;
        if let Some(fragment) = &order.revoke {
            keys.push(keys::revocation(self.ledger, self.issuer, fragment, &keys)?);
            self.reseal(fragment, &mut numbers)?;
        }
        let kind = match order.scope {
            Scope::Full => EditionKind::Full,
            Scope::Status(_) | Scope::Nothing => EditionKind::Status,
        };
        let mut plan = Plan {
            edition: last.map_or(EditionName::new(day, 1), |last| last.name.next(day)),
            time,
            next: self.next(time),
            kind: if order.revoke.is_some() { EditionKind::Full } else { kind },
            numbers,
            erased: self.erased(&order.erase)?,
            keys,
            expired: self.expired(last.map(|last| last.name.date()), day),
            sealed: self.compared.sealed,
            log_key: logs::new_key(self.ledger, self.keys.log),
            policy: logs::edited_policy(self.ledger)?,
            renewal: None,
        };
        if !plan.has_changes() {
            plan.renewal = self.renewal(order, &plan);
        }
        Ok(plan)
    }

    fn next(&self, time: Timestamp) -> Timestamp {
        let days = SignedDuration::from_hours(24 * i64::from(self.config.stale_after_days));
        time.saturating_add(days).unwrap_or(Timestamp::MAX)
    }

    fn renewal(&self, order: &Order, plan: &Plan) -> Option<Renewal> {
        let Some(ledger) = self.ledger else { return Some(Renewal::Asked) };
        if order.renew == Renew::Now {
            return Some(Renewal::Asked);
        }
        if ledger.unfinished().is_some() {
            return Some(Renewal::Edited);
        }
        if plan.log_key.is_some() {
            return Some(Renewal::LogKey);
        }
        let due = order.time.duration_since(ledger.sealed().newest().time) >= RENEWED_AFTER;
        (due && order.scope == Scope::Full).then_some(Renewal::Due)
    }

    fn numbers(&self, scope: &Scope) -> Result<Vec<NumberPlan>, SealError> {
        let number = |record: &ComparedRecord| {
            let key = self.register.certificates[record.at].number.key();
            let is_wanted = match scope {
                Scope::Full => true,
                Scope::Status(keys) => {
                    keys.is_empty() || keys.iter().any(|wanted| **wanted == *key)
                }
                Scope::Nothing => false,
            };
            if is_wanted { self.number(key, record, scope).transpose() } else { None }
        };
        let numbers = self.compared.records.par_iter().filter_map(number);
        let numbers = numbers.collect::<Result<Vec<_>, SealError>>()?;
        if let Scope::Status(keys) = scope {
            keys.iter().try_for_each(|key| self.sealed(key).map(drop))?;
        }
        Ok(numbers)
    }

    fn number(
        &self,
        key: &str,
        record: &ComparedRecord,
        scope: &Scope,
    ) -> Result<Option<NumberPlan>, SealError> {
        let version = match &record.version {
            VersionState::Unfit(unfit) => return Err(unfit.clone().into()),
            VersionState::Erased => return Err(SealError::Erased { number: key.to_owned() }),
            VersionState::Changed(comparison) => {
                if let Some(why) = comparison.rewritten.clone() {
                    return Err(SealError::Rewritten { number: key.to_owned(), why });
                }
                Some(VersionPlan::Changed(comparison.differences.clone()))
            }
            VersionState::New => Some(VersionPlan::New),
            VersionState::Same => None,
        };
        let statuses =
            record.statuses.clone().map_err(|rewritten| SealError::rewritten(key, &rewritten))?;
        let is_full = *scope == Scope::Full;
        if !is_full && matches!(version, Some(VersionPlan::New)) {
            return Ok(None); // There is nothing yet whose status could change.
        }
        let version = version.filter(|_| is_full);
        let statuses = self.before(key, statuses);
        let says_something = version.is_some() || !statuses.is_empty();
        Ok(says_something.then(|| NumberPlan { key: key.into(), at: record.at, version, statuses }))
    }

    /// Each change with the status that the log says was before it.
    fn before(&self, key: &str, new: Vec<StatusChange>) -> Vec<(LeafStatus, StatusChange)> {
        let entry = self.ledger.and_then(|ledger| ledger.sealed().entry(key));
        let mut known = entry.map(SealedEntry::changes).unwrap_or_default();
        let mut changes = Vec::new();
        for change in new {
            let before = status_on(&known, change.date);
            let before = before.map_or(LeafStatus::Valid, |before| before.status);
            known.push(change.clone());
            changes.push((before, change));
        }
        changes
    }

    /// The key of a number that is sealed and not erased.
    fn sealed(&self, key: &str) -> Result<Box<str>, SealError> {
        let sealed = self.ledger.map(Ledger::sealed);
        match sealed.and_then(|sealed| sealed.entry(key)) {
            None => Err(SealError::NotSealed { number: key.to_owned() }),
            Some(entry) if entry.erased.is_some() => {
                Err(SealError::Erased { number: key.to_owned() })
            }
            Some(_) => Ok(key.into()),
        }
    }

    fn erased(&self, keys: &[Box<str>]) -> Result<Vec<Box<str>>, SealError> {
        let mut erased: Vec<_> =
            keys.iter().map(|key| self.sealed(key)).collect::<Result<_, _>>()?;
        erased.sort_unstable();
        erased.dedup();
        Ok(erased)
    }

    /// Seals again what a key has signed that does not count any more.
    fn reseal(&self, fragment: &str, numbers: &mut Vec<NumberPlan>) -> Result<(), SealError> {
        let Some(ledger) = self.ledger else { return Ok(()) };
        let method = self.issuer.did().key_url(fragment);
        let signed = signed_with(ledger, &method)?;
        let planned: Vec<_> = numbers.iter().map(|number| number.key.clone()).collect();
        let certificates = self.register.certificates.iter().enumerate();
        for (at, certificate) in certificates {
            let key = certificate.number.key();
            let entry = ledger.sealed().entry(key).filter(|entry| entry.erased.is_none());
            let Some(serial) = entry.map(|entry| entry.newest().serial) else { continue };
            if signed.binary_search(&serial).is_err() {
                continue;
            }
            match planned.binary_search_by(|planned| (**planned).cmp(key)) {
                Ok(place) => {
                    let version = &mut numbers[place].version;
                    *version = version.take().or(Some(VersionPlan::Resealed));
                }
                Err(_) => numbers.push(NumberPlan {
                    key: key.into(),
                    at,
                    version: Some(VersionPlan::Resealed),
                    statuses: Vec::new(),
                }),
            }
        }
        numbers.sort_unstable_by(|a, b| a.key.cmp(&b.key));
        Ok(())
    }

    /// What has run out since the last edition.
    fn expired(&self, last: Option<Date>, day: Date) -> Vec<Box<str>> {
        let Some(last) = last else { return Vec::new() };
        let certificates = self.register.certificates.par_iter();
        let expired = certificates.filter(|certificate| {
            let standing = certificate.standing(day);
            standing.status == Status::Expired && standing.since > last
        });
        expired.map(|certificate| certificate.number.key().into()).collect()
    }
}

/// The serials of newest versions that a key has signed, ascending.
fn signed_with(ledger: &Ledger, method: &str) -> Result<Vec<u32>, SealError> {
    let mut is_newest = vec![false; ledger.serials() as usize];
    for entry in ledger.sealed().entries.values() {
        is_newest[entry.newest().serial as usize] = true;
    }
    let named = format!("\"verificationMethod\":\"{method}\"");
    let take = |serial: u32, bytes: &[u8]| {
        let text = std::str::from_utf8(bytes).unwrap_or_default();
        Ok::<_, SealError>(text.contains(&named).then_some(serial))
    };
    let mut signed = Vec::new();
    ledger.credentials(&|serial| is_newest[serial as usize], &take, &mut |s| signed.extend(s))?;
    Ok(signed)
}

impl Plan {
    /// Whether something differs.
    pub fn has_changes(&self) -> bool {
        !(self.numbers.is_empty() && self.erased.is_empty() && self.keys.is_empty())
    }

    /// Whether there is an edition to make.
    pub fn is_due(&self) -> bool {
        self.has_changes() || self.renewal.is_some()
    }

    /// What it changes, in numbers.
    pub fn counts(&self) -> Counts {
        let mut counts = Counts { gone: self.erased.len(), ..Counts::default() };
        for number in &self.numbers {
            match number.version {
                Some(VersionPlan::New) => counts.new += 1,
                Some(VersionPlan::Changed(_) | VersionPlan::Resealed) => counts.changed += 1,
                None => {}
            }
            for (before, change) in &number.statuses {
                match (before, change.status) {
                    (_, LeafStatus::Suspended) => counts.suspended += 1,
                    (_, LeafStatus::Withdrawn | LeafStatus::Cancelled) => counts.ended += 1,
                    (_, LeafStatus::Valid) => counts.reinstated += 1,
                }
            }
        }
        counts
    }

    /// Whether what it changes can be believed.
    pub fn plausible(&self, percent: u32) -> Plausible {
        self.counts().plausible(self.sealed, percent)
    }
}

/// The key of a number as somebody wrote it.
pub fn key_of(text: &str) -> Result<Box<str>, crate::model::NumberError> {
    CertificateNumber::try_from(text).map(|number| number.key().into())
}
