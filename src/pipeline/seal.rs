//! Makes an edition of a register, or says what it would be.

use std::{fs, io::ErrorKind, path::Path, time::SystemTime};

use jiff::Timestamp;

use crate::config::Config;
use crate::credential::Issuer;
use crate::diag::{Report, Strictness};
use crate::keyring::{self, Passphrases, Role, Signing};
use crate::ledger::{Ledger, LedgerError, Recorded, Recorder, Repair, Watch};
use crate::load::{Reading, Today};
use crate::model::Register;
use crate::pipeline::{
    BuildError,
    archive::Archive,
    check::{self, Content},
    findings, known, public_keys,
};
use crate::seal::{
    Changes, Compared, NewRecords, Order, Plan, Planning, Plausible, PublicKeys, Renew, Scope,
    SealError, Sealing, key_of,
};
use crate::theme::Minify;

/// Which edition is asked for, and how.
pub struct SealOptions<'o> {
    /// Its time. What is finer than a second is cut off.
    pub time: Timestamp,
    /// Where the time comes from.
    pub clock: Clock,
    /// What goes into it.
    pub request: Request,
    /// The numbers of changes, as somebody confirmed them.
    pub confirm: Option<&'o str>,
    /// Checkpoints that it must follow.
    pub known: &'o [Known],
    /// Whether it is made.
    pub mode: Mode<'o>,
    /// Told now and then how many credentials were signed since.
    pub progress: &'o (dyn Fn(u64) + Sync),
    /// When this run began, where what is remembered between runs may be used.
    pub looked: Option<SystemTime>,
}

/// Where a time comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clock {
    /// The system's clock.
    Now,
    /// Somebody, which is for demo keys.
    Given,
}

/// What goes into an edition.
#[derive(Clone, Debug)]
pub enum Request {
    /// Everything that differs.
    Full(Renew),
    /// Changes of status: of these numbers, or of all where there are none.
    Status(Vec<String>),
    /// Numbers are erased.
    Erase(Vec<String>),
    /// Everything that differs, and a key is revoked, by its fragment.
    Revoke(String),
}

/// A checkpoint that somebody remembers.
#[derive(Clone, Debug)]
pub struct Known {
    /// Where it came from.
    pub name: String,
    /// The note.
    pub text: String,
}

/// Whether an edition is made.
pub enum Mode<'m> {
    /// Only worked out; nothing is written, no key is opened.
    DryRun,
    /// Made, with keys that open with these passphrases. `Watch` is for tests of crashes.
    Make(&'m mut dyn Passphrases, Option<Watch>),
}

/// What became of an edition.
#[derive(Debug)]
pub struct SealRun {
    /// Everything that was found.
    pub report: Report,
    /// How many records were read.
    pub records: usize,
    /// What an interrupted edition had left.
    pub repairs: Vec<Repair>,
    /// What the edition changes; nothing where a finding forbids it.
    pub changes: Option<Changes>,
    /// How it ended.
    pub end: SealEnd,
    /// What was read for it, where a [build](crate::pipeline::build_after) can go on from that.
    pub read: Option<Read>,
}

/// A register as it was read for an edition.
#[derive(Debug)]
pub struct Read {
    pub(super) content: Content,
    pub(super) archive: Archive,
}

/// How making an edition ended.
#[derive(Clone, Debug)]
pub enum SealEnd {
    /// A finding forbids it.
    Forbidden,
    /// There is nothing to say.
    Nothing,
    /// It changes more than can be believed, and nobody has confirmed it.
    Implausible(Plausible),
    /// It was only worked out.
    Planned,
    /// It was made.
    Made(Recorded),
}

/// What an edition of this moment would change.
pub fn diff(root: &Path, now: Timestamp) -> Result<SealRun, BuildError> {
    seal(
        root,
        SealOptions {
            time: now,
            clock: Clock::Now,
            request: Request::Full(Renew::WhenDue),
            confirm: None,
            known: &[],
            mode: Mode::DryRun,
            progress: &|_| (),
            looked: None,
        },
    )
}

/// Makes an edition. What a finding forbids, or is implausible and not confirmed, writes nothing.
pub fn seal(root: &Path, options: SealOptions<'_>) -> Result<SealRun, BuildError> {
    let time = Timestamp::from_second(options.time.as_second()).unwrap_or(options.time);
    let archive = options.looked.and_then(|looked| Archive::open(root, looked));
    let reading = archive.as_ref().map_or_else(Reading::default, |archive| Reading {
        is_published: archive.is_published(root),
        ..archive.reading(None)
    });
    let known = archive.as_ref().map(|archive| &archive.config);
    let mut content = check::content(root, (Today::Now(time), Minify::Yes), known, &reading)?;
    let found = content.loaded.report.clone();
    let order = order(&options.request, time)?;
    let mut run = SealRun {
        report: Report::default(),
        records: content.loaded.records,
        repairs: Vec::new(),
        changes: None,
        end: SealEnd::Forbidden,
        read: None,
    };
    let is_sound = |content: &Content| content.loaded.report.passes(Strictness::Errors);
    let config = content.loaded.config.clone().filter(|_| is_sound(&content));
    let Some(config) = config else {
        run.report = content.loaded.report;
        return Ok(run);
    };
    let issuer = check::issuer(&config)?;
    let SealOptions { clock, confirm, known, mode, progress, .. } = options;
    let held = match hold(root, &issuer, mode) {
        Err(BuildError::Ledger(LedgerError::Origin { found, .. })) => {
            run.report = content.loaded.report;
            run.report.push(findings::elsewhere(root, &found));
            return Ok(run);
        }
        held => held?,
    };
    run.repairs = held.repairs();
    let how = (held.new_records(), order.erase.as_slice());
    let kept = archive.as_ref().map(|archive| (archive, true));
    let compared = check::compare(root, &mut content, &issuer, held.ledger(), how, kept)?;
    let register = &content.loaded.register;
    if is_sound(&content) {
        let sealing =
            Making { root, config: &config, issuer: &issuer, register, compared: &compared };
        let checks = Checks { clock, confirm, known };
        match sealing.make(&order, held, &checks, progress) {
            Err(BuildError::Seal(SealError::Unfit(_))) => {
                // A new record that cannot be stated; all of them are wanted.
                let ledger = Ledger::open(root, issuer.did())?;
                let how = (NewRecords::Stated, order.erase.as_slice());
                check::compare(root, &mut content, &issuer, ledger.as_ref(), how, None)?;
            }
            made => (run.changes, run.end) = made?,
        }
    }
    run.report = std::mem::replace(&mut content.loaded.report, found);
    let is_made = matches!(run.end, SealEnd::Made(_)) && order.erase.is_empty();
    run.read = archive.filter(|_| is_made).map(|archive| Read { content, archive });
    Ok(run)
}

fn order(request: &Request, time: Timestamp) -> Result<Order, BuildError> {
    let keys = |numbers: &[String]| -> Result<Vec<Box<str>>, BuildError> {
        let key = |text: &String| {
            key_of(text).map_err(|source| BuildError::Number { text: text.clone(), source })
        };
        numbers.iter().map(key).collect()
    };
    let renew = Renew::WhenDue;
    let order = Order { time, scope: Scope::Full, renew, erase: Vec::new(), revoke: None };
    Ok(match request {
        Request::Full(renew) => Order { renew: *renew, ..order },
        Request::Status(numbers) => Order { scope: Scope::Status(keys(numbers)?), ..order },
        Request::Erase(numbers) => Order { scope: Scope::Nothing, erase: keys(numbers)?, ..order },
        Request::Revoke(fragment) => Order { revoke: Some(fragment.as_str().into()), ..order },
    })
}

/// The ledger, to look at or to write to.
enum Held<'h> {
    Reading(Option<Ledger>),
    Writing(Recorder, &'h mut dyn Passphrases),
}

fn hold<'h>(root: &Path, issuer: &Issuer, mode: Mode<'h>) -> Result<Held<'h>, BuildError> {
    Ok(match mode {
        Mode::DryRun => Held::Reading(Ledger::open(root, issuer.did())?),
        Mode::Make(passphrases, watch) => {
            Held::Writing(Recorder::take(root, issuer.did(), watch)?, passphrases)
        }
    })
}

impl Held<'_> {
    fn ledger(&self) -> Option<&Ledger> {
        match self {
            Self::Reading(ledger) => ledger.as_ref(),
            Self::Writing(recorder, _) => recorder.ledger(),
        }
    }

    /// Signing new records shows whether they can be stated: nobody needs to look before.
    fn new_records(&self) -> NewRecords {
        match self {
            Self::Reading(_) => NewRecords::Stated,
            Self::Writing(..) => NewRecords::Believed,
        }
    }

    fn repairs(&self) -> Vec<Repair> {
        match self {
            Self::Reading(_) => Vec::new(),
            Self::Writing(recorder, _) => recorder.repairs().to_vec(),
        }
    }
}

/// An order without the numbers that were erased before, and these.
fn erased_before(order: &Order, ledger: Option<&Ledger>) -> (Order, Vec<Box<str>>) {
    let was_erased = |key: &str| {
        let entry = ledger.and_then(|ledger| ledger.sealed().entry(key));
        entry.is_some_and(|entry| entry.erased.is_some())
    };
    let (before, erase) = order.erase.iter().cloned().partition(|key| was_erased(key));
    (Order { erase, ..order.clone() }, before)
}

/// What must hold before an edition is made.
struct Checks<'c> {
    clock: Clock,
    confirm: Option<&'c str>,
    known: &'c [Known],
}

impl Checks<'_> {
    /// Whether the ledger goes on from every checkpoint that is known.
    fn follow(&self, ledger: Option<&Ledger>) -> Result<(), LedgerError> {
        for Known { name, text } in self.known {
            match ledger {
                Some(ledger) => ledger.compare(name, text)?,
                None => {
                    let why = "a checkpoint is known, and there is no ledger here; fetch it first";
                    let (name, why) = (name.clone(), why.to_owned());
                    return Err(LedgerError::NotTheNewest { name, why });
                }
            }
        }
        Ok(())
    }
}

/// Whose keys sign an edition: where it seals no certificate, the issue key can stay in its safe.
fn needed(plan: &Plan, signing: &Signing) -> &'static [Role] {
    let seals = plan.numbers.iter().any(|number| number.version.is_some());
    if seals || signing.status.is_none() { &Role::ALL } else { &[Role::Status, Role::Log] }
}

/// A sound register beside its ledger.
struct Making<'m> {
    root: &'m Path,
    config: &'m Config,
    issuer: &'m Issuer,
    register: &'m Register,
    compared: &'m Compared,
}

impl Making<'_> {
    fn make(
        &self,
        order: &Order,
        held: Held<'_>,
        checks: &Checks<'_>,
        progress: &(dyn Fn(u64) + Sync),
    ) -> Result<(Option<Changes>, SealEnd), BuildError> {
        let signing = &self.config.signing;
        let mut public = public_keys(self.root, signing);
        checks.follow(held.ledger())?;
        if matches!(held, Held::Writing(..)) {
            let known = known::here(self.root, &self.issuer.did().log_origin(), held.ledger());
            Checks { known: &known, ..*checks }.follow(held.ledger())?;
        }
        let (order, erased) = erased_before(order, held.ledger());
        if matches!(held, Held::Writing(..)) {
            // An erasure that was interrupted had been confirmed.
            self.remove_records(&erased)?;
        }
        let order = &order;
        let mut plan = self.plan(order, held.ledger(), &public)?;
        let changes = Some(self.changes(&plan));
        let plausible = plan.plausible(signing.max_change_percent);
        let confirmed = checks.confirm.is_some_and(|code| plan.counts().is_confirmed_by(code));
        if !plan.is_due() {
            return Ok((changes, SealEnd::Nothing));
        }
        let Held::Writing(recorder, passphrases) = held else {
            return Ok((changes, SealEnd::Planned));
        };
        if plausible != Plausible::Yes && !confirmed {
            return Ok((changes, SealEnd::Implausible(plausible)));
        }
        let keys = keyring::open_for(self.root, signing, needed(&plan, signing), passphrases)?;
        let opened = PublicKeys::of(&keys);
        if checks.clock == Clock::Given && !opened.iter().all(|key| keyring::is_demo(&key)) {
            return Err(BuildError::NotTheClock);
        }
        if opened != public {
            public = opened;
            plan = self.plan(order, recorder.ledger(), &public)?;
        }
        let (base_url, register, issuer) = (&self.config.base_url, self.register, self.issuer);
        let sealing = Sealing { base_url, register, issuer, keys: &keys, progress };
        let recorded = sealing.apply(&plan, recorder)?;
        self.remove_records(&plan.erased)?;
        Ok((Some(self.changes(&plan)), SealEnd::Made(recorded)))
    }

    fn plan(
        &self,
        order: &Order,
        ledger: Option<&Ledger>,
        keys: &PublicKeys,
    ) -> Result<Plan, BuildError> {
        let Self { config, register, issuer, compared, .. } = *self;
        Ok(Planning { config, register, issuer, ledger, compared, keys }.plan(order)?)
    }

    fn changes(&self, plan: &Plan) -> Changes {
        Changes::new(plan, self.register, self.config.first_language())
    }

    /// Removes the records of erased numbers: what is erased is erased here too.
    fn remove_records(&self, erased: &[Box<str>]) -> Result<(), BuildError> {
        let is_erased = |key: &str| erased.iter().any(|erased| **erased == *key);
        for certificate in &self.register.certificates {
            if is_erased(certificate.number.key()) {
                let path = self.root.join(&*certificate.file);
                match fs::remove_file(&path) {
                    Err(source) if source.kind() != ErrorKind::NotFound => {
                        return Err(BuildError::Record { path, source });
                    }
                    _ => {}
                }
            }
        }
        Ok(())
    }
}
