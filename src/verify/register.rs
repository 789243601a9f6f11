//! A register that can be asked: a folder or a site.

use std::sync::OnceLock;

use jiff::{Timestamp, civil::Date};

use crate::credential::{Credential, DidDocument, Leaf, Purpose};
use crate::model::CertificateNumber;
use crate::proof::VerifyingKey;
use crate::verify::{
    answer::{About, Code},
    check::{Extent, History, KeyKnown, Material, Need, Question, check, refused},
    compact::Compact,
    context::{Context, Kind, Parts, Vouched},
    current::Current,
    genuine::Genuine,
    lines::{LINES, Lines},
    log::{Log, Proven, Trouble},
    logged::Logged,
    note::Note,
    outcome::{Minimum, Outcome},
    pins::{Memory, MemoryError},
    scan::{Scan, Traces},
    source::{Reach, Shape, Source, SourceError},
    trust::{Remembers, Shown, State, Trust, establish, origin_of},
};

/// Why a check could not be made. That something is wrong with an entry is no error.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum VerifyError {
    /// A file could not be read.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// What is remembered could not be read or kept.
    #[error(transparent)]
    Memory(#[from] MemoryError),
}

/// What is asked about an entry.
#[derive(Clone, Debug, Default)]
pub struct Ask {
    /// The day; today where it is absent.
    pub on: Option<Date>,
    /// The least level that counts.
    pub minimum: Option<Minimum>,
    /// The name or address of a site that must be covered.
    pub site: Option<String>,
}

impl Ask {
    /// The question about one entry.
    pub(crate) fn question<'q>(
        &'q self,
        asked: &'q str,
        number: Option<&'q CertificateNumber>,
    ) -> Question<'q> {
        let (minimum, site) = (self.minimum.as_ref(), self.site.as_deref());
        Question { asked, number, on: self.on, minimum, site }
    }
}

/// A register whose checkpoint, newest edition and keys were looked at.
pub struct Register<'s> {
    source: &'s dyn Source,
    pub(crate) context: Context,
    log: Option<Log<'s>>,
    lines: Lines,
    /// What the place says of its layout, once that was asked.
    compact: OnceLock<Option<Compact>>,
}

impl<'s> Register<'s> {
    /// Looks at a register, compares it with what is remembered, and remembers it.
    pub fn open(
        source: &'s dyn Source,
        trust: &Trust,
        memory: &mut dyn Memory,
        clock: Timestamp,
    ) -> Result<Self, VerifyError> {
        let note = source.get("ledger/checkpoint")?;
        let policy = source.get("ledger/policy")?;
        let origin = note.as_deref().and_then(origin_of);
        let pins = origin.as_deref().map(|origin| memory.recall(origin)).transpose()?.flatten();
        let shown = Shown { note: note.as_deref(), policy: policy.as_deref() };
        let remembers = if memory.keeps() { Remembers::Yes } else { Remembers::No };
        let state = establish(shown, trust, pins.as_ref(), remembers);
        let log = state.as_ref().ok().map(|(state, _)| Log::new(source, state.head()));
        let state = match (&log, state) {
            (Some(log), Ok((state, mut notes))) => {
                match compare(log, pins.as_ref().and_then(super::pins::Pins::seen), &state) {
                    Ok(note) => {
                        notes.extend(note);
                        Ok((state, notes))
                    }
                    Err(Trouble::Refused(reason)) => Err(reason),
                    Err(Trouble::Source(error)) => return Err(error.into()),
                }
            }
            (_, state) => state,
        };
        let publish = match log.as_ref().map(Log::newest) {
            None => Err(Logged::NoCheckpoint),
            Some(Ok((_, publish))) => Ok(publish),
            Some(Err(Trouble::Refused(reason))) => Err(reason),
            Some(Err(Trouble::Source(error))) => return Err(error.into()),
        };
        let did = keys_file(source, origin.as_deref())?;
        let (did, policy) = (did.as_deref(), policy.as_deref());
        let parts = Parts { kind: Kind::Live, state, publish, did, policy, pins, clock };
        let mut context = Context::new(parts);
        context.name_memory(memory);
        let home = context.issuer().map(|did| did.base_url().to_owned());
        if let (Reach::Remote, Some(home)) = (source.reach(), home)
            && source.place() != home
        {
            context.notes.push(Note::Copy { place: source.place(), home });
        }
        context.notes.extend(source.note());
        if let Some(pins) = context.to_remember() {
            memory.remember(&pins)?;
        }
        Ok(Self { source, context, log, lines: Lines::default(), compact: OnceLock::new() })
    }

    /// Checks the entry of a number.
    pub fn number(&self, asked: &str, ask: &Ask) -> Result<Outcome, SourceError> {
        let Ok(number) = CertificateNumber::try_from(asked) else {
            return Ok(self.not_read(asked, ask));
        };
        let question = ask.question(asked, Some(&number));
        match self.entry_of(&number)? {
            Ok(bytes) => check(&self.context, self, &question, &bytes),
            Err(Absent::Unknown) => Ok(self.not_found(&question)),
            Err(Absent::Reason(reason)) => Ok(refused(&self.context, &question, reason)),
            Err(Absent::Log(reason)) => {
                let outcome = refused(&self.context, &question, Genuine::NoEntry);
                Ok(Outcome { logged: reason, ..outcome })
            }
        }
    }

    /// Checks an entry that somebody has at hand.
    pub fn entry(&self, asked: &str, bytes: &[u8], ask: &Ask) -> Result<Outcome, SourceError> {
        check(&self.context, self, &ask.question(asked, None), bytes)
    }

    /// What the log comes to, where it does not hold.
    pub(crate) fn refusal(&self) -> Option<Logged> {
        self.context.refusal()
    }

    /// Where the register lives, as its keys say.
    pub(crate) fn home(&self) -> Option<String> {
        self.context.issuer().map(|issuer| issuer.base_url().to_owned())
    }

    /// The issuer's key list, if the log vouches for it.
    pub(crate) fn trusted_keys(&self) -> Option<&DidDocument> {
        let vouched = self.context.vouched == Vouched::ByLog && self.context.state.is_ok();
        self.context.keys.as_ref().ok().filter(|_| vouched)
    }

    /// What was learnt about the register, beside its entries.
    pub fn notes(&self) -> &[Note] {
        &self.context.notes
    }

    /// The newest bytes of a number's entry.
    pub(crate) fn entry_of(
        &self,
        number: &CertificateNumber,
    ) -> Result<Result<Vec<u8>, Absent>, SourceError> {
        // Some hosts answer every address with a page.
        let own = self.source.get(&format!("c/{}.json", number.path()))?;
        if let Some(bytes) = own.filter(|bytes| !bytes.starts_with(b"<")) {
            return Ok(Ok(bytes));
        }
        if let Some(compact) = self.compact()?
            && let Some(bytes) = compact.entry(self.source, number)?
        {
            return Ok(Ok(bytes));
        }
        if let Some(reason) = self.context.state.as_ref().err() {
            return Ok(Err(Absent::Log(reason.clone())));
        }
        let scan = match self.scan() {
            Ok(scan) => scan,
            Err(Trouble::Refused(reason)) => return Ok(Err(Absent::Log(reason))),
            Err(Trouble::Source(error)) => return Err(error),
        };
        let Some(traces) = scan.number(number.key()) else {
            return Ok(Err(Absent::Unknown));
        };
        if traces.erased.is_some() {
            return Ok(Err(Absent::Reason(Genuine::Erased)));
        }
        let keeps_lines = self.source.shape() == Shape::Register || self.compact()?.is_some();
        let line = match traces.newest() {
            Some(version) if keeps_lines => self.lines.line(self.source, version.serial)?,
            _ => None,
        };
        Ok(line.ok_or(Absent::Reason(Genuine::EntryMissing)))
    }

    /// How a compact site leads to its entries; nothing where each has a file of its own.
    fn compact(&self) -> Result<Option<&Compact>, SourceError> {
        if let Some(known) = self.compact.get() {
            return Ok(known.as_ref());
        }
        let compact = Compact::read(self.source)?;
        Ok(self.compact.get_or_init(|| compact).as_ref())
    }

    pub(crate) fn not_read(&self, asked: &str, ask: &Ask) -> Outcome {
        let question = ask.question(asked, None);
        let outcome = refused(&self.context, &question, Genuine::NoEntry);
        let about = About { number: asked.to_owned(), ..About::default() };
        Outcome { answer: about.answer(Code::BadInput), ..outcome }
    }

    fn not_found(&self, question: &Question<'_>) -> Outcome {
        let editions = self.scan().ok().map(|scan| scan.editions.len() as u64);
        self.absent(question, editions)
    }

    /// The outcome for a name or code that leads to no certificate. `editions`: how many there were,
    /// where somebody says so; else the log is read for it if that is cheap.
    pub(crate) fn not_listed(&self, asked: &str, ask: &Ask, editions: Option<u64>) -> Outcome {
        let question = ask.question(asked, None);
        match self.source.reach() {
            Reach::Remote => self.absent(&question, editions),
            Reach::Here => self.not_found(&question),
        }
    }

    fn absent(&self, question: &Question<'_>, editions: Option<u64>) -> Outcome {
        let edition = self.context.publish.as_ref().ok();
        let about = About {
            number: question.asked.to_owned(),
            edition: edition.map(|publish| publish.edition.to_string()),
            editions,
            ..About::default()
        };
        let outcome = refused(&self.context, question, Genuine::NoEntry);
        Outcome {
            answer: about.answer(Code::NotFound),
            logged: Logged::NotLogged,
            current: Current::NotChecked,
            ..outcome
        }
    }

    pub(crate) fn log(&self) -> Result<&Log<'s>, Logged> {
        match (&self.context.state, &self.log) {
            (Ok(_), Some(log)) => Ok(log),
            (Err(reason), _) => Err(reason.clone()),
            (Ok(_), None) => Err(Logged::NoCheckpoint),
        }
    }

    pub(crate) fn scan(&self) -> Result<&Scan, Trouble> {
        self.log()?.scan()
    }

    pub(crate) fn source(&self) -> &'s dyn Source {
        self.source
    }

    /// The leaf of a serial, as the register's unsigned index has it.
    fn indexed(&self, serial: u32) -> Result<Option<u64>, SourceError> {
        let bytes = self.source.get(&format!("ledger/index/{:04}", serial / LINES))?;
        let at = usize::try_from(serial % LINES).unwrap_or_default() * 4;
        let four = bytes.as_deref().and_then(|bytes| bytes.get(at..at + 4));
        let four = four.and_then(|four| <[u8; 4]>::try_from(four).ok());
        Ok(four.map(|four| u64::from(u32::from_be_bytes(four))))
    }

    /// The leaf with an entry's digest, by reading the whole log.
    fn searched(&self, entry: &Credential) -> Result<Proven, Trouble> {
        let scan = self.scan()?;
        let traces = scan.number(entry.number().key()).ok_or(Logged::NotLogged)?;
        match traces.versions.iter().find(|version| version.sha256 == *entry.digest()) {
            Some(version) => self.log()?.prove(version.leaf),
            None => Err(traces.unlike(entry.serial()).into()),
        }
    }
}

impl Traces {
    /// What it means that no version has the digest of an entry of a serial.
    fn unlike(&self, serial: u32) -> Logged {
        let known = self.versions.iter().any(|version| version.serial == serial);
        if known { Logged::DigestDiffers } else { Logged::NotLogged }
    }
}

/// Why there is no entry of a number.
#[derive(Clone, Debug)]
pub(crate) enum Absent {
    /// The log knows no such number.
    Unknown,
    /// The log knows it.
    Reason(Genuine),
    /// The log does not hold.
    Log(Logged),
}

impl Material for Register<'_> {
    fn leaf(&self, entry: &Credential) -> Result<Proven, Trouble> {
        let log = self.log()?;
        let Some(index) = self.indexed(entry.serial())? else {
            return self.searched(entry);
        };
        if index >= log.tree().size {
            return self.searched(entry);
        }
        let proven = log.prove(index)?;
        let leaf = Leaf::parse(&proven.leaf);
        let fits = leaf.is_ok_and(|leaf| leaf.digest() == Some(entry.digest()));
        if fits { Ok(proven) } else { self.searched(entry) }
    }

    fn history(&self, number: &str, need: Need) -> Result<History, Trouble> {
        if need == Need::Cheap && self.source.reach() == Reach::Remote {
            return Ok(History { changes: Vec::new(), extent: Extent::NotRead });
        }
        let traces = self.scan()?.number(number).ok_or(Logged::NotLogged)?;
        let newest = traces.newest().ok_or(Logged::NotLogged)?.serial;
        let extent = Extent::All { newest, erased: traces.erased.is_some() };
        Ok(History { changes: traces.changes(), extent })
    }

    fn key(&self, method: &str, key: &VerifyingKey) -> Result<Option<KeyKnown>, Trouble> {
        if self.source.reach() == Reach::Remote {
            return Ok(None);
        }
        Ok(Some(self.scan()?.key_state(method, key)))
    }

    fn list(&self, path: &str) -> Result<Option<Vec<u8>>, SourceError> {
        self.source.get(path)
    }
}

/// Compares the tree with the one seen before.
fn compare(
    log: &Log<'_>,
    seen: Option<crate::tlog::Checkpoint>,
    state: &State,
) -> Result<Option<Note>, Trouble> {
    match seen {
        None if state.accepted.witnesses.is_empty() => Ok(Some(Note::NotCompared)),
        None => Ok(None),
        Some(seen) => {
            log.continues(seen.tree())?;
            Ok(Some(Note::Continues(seen.tree().size)))
        }
    }
}

/// The issuer's key list: where did:web has it, else where the ledger keeps it.
fn keys_file(source: &dyn Source, origin: Option<&str>) -> Result<Option<Vec<u8>>, SourceError> {
    let host = origin.and_then(|origin| origin.strip_suffix("/ledger"));
    let path = match host {
        Some(host) if host.contains('/') => "did.json",
        _ => ".well-known/did.json",
    };
    match source.get(path)? {
        Some(bytes) => Ok(Some(bytes)),
        None => source.get("ledger/keys/did.json"),
    }
}

/// The digests that lists of a serial are published under.
pub(crate) fn list_paths(serial: u32) -> [String; 2] {
    [Purpose::Revocation.path(serial), Purpose::Suspension.path(serial)]
}
