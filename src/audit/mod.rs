//! Rebuilds a whole log from its leaves and compares it with everything that is published. Trusts
//! nothing but the log key.
//!
//! What it finds is listed, number by number, and the audit goes on: one edited entry hides no other.
//! It answers what no single proof can: that nothing was removed, that no leaf was left out, that
//! lists, pages and data files say what the log says. What it cannot see: a register that shows
//! others something else, unless a remembered checkpoint or a witness is at hand; and words on a
//! page outside the elements that mark facts.

mod beside;
mod careful;
mod compact;
mod day;
mod entries;
mod fault;
mod ground;
mod html;
mod leaves;
mod pages;
mod rows;
mod rules;
mod tiles;

use std::collections::BTreeSet;

use jiff::{Timestamp, civil::Date, tz::Offset};

use crate::credential::{DidDocument, Publish};
use crate::tlog::{Checkpoint, Note as SignedNote, TreeHead, VerifierKey, root};
use crate::verify::{
    Compact, Compared, Memory, MemoryError, Note, Remembers, Scan, Shape, Shown, Source,
    SourceError, State, Trust, establish, origin_of, unescape,
};

pub use fault::{Discrepancy, Fault, Rule};

use beside::Beside;
use careful::Careful;
use entries::Entries;
use leaves::Leaves;
use pages::{Layout, Pages};
use rows::Rows;

/// How much is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// Everything that is published.
    All,
    /// Only what is signed: the ledger.
    Ledger,
}

/// How an audit is made.
pub struct Options<'o> {
    /// Whom to trust.
    pub trust: Trust,
    /// A checkpoint of an earlier day, that the log must continue.
    pub since: Option<SignedNote>,
    /// How much is looked at.
    pub extent: Extent,
    /// The present moment.
    pub clock: Timestamp,
    /// Told how many entries were looked at.
    pub progress: &'o (dyn Fn(u64) + Sync),
}

/// What an audit found.
#[derive(Clone, Debug, Default)]
pub struct Audit {
    /// The checkpoint, if one is believed.
    pub checkpoint: Option<Checkpoint>,
    /// Who cosigned it.
    pub witnesses: Vec<String>,
    /// How many editions there are.
    pub editions: usize,
    /// How many numbers there are.
    pub certificates: usize,
    /// How many sealed entries there are.
    pub entries: usize,
    /// The newest edition.
    pub edition: Option<String>,
    /// Everything that does not hold, by number.
    pub discrepancies: Vec<Discrepancy>,
    /// What else a reader must know.
    pub notes: Vec<Note>,
}

/// Why an audit could not be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AuditError {
    /// A file could not be read.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// What is remembered could not be read or kept.
    #[error(transparent)]
    Memory(#[from] MemoryError),
}

/// Audits a register.
pub fn audit(
    source: &dyn Source,
    options: &Options<'_>,
    memory: &mut dyn Memory,
) -> Result<Audit, AuditError> {
    let note = source.get("ledger/checkpoint")?;
    let careful = Careful::new(source);
    let mut audit = audited(&careful, note.as_deref(), options, memory)?;
    careful.settle(&mut audit.discrepancies);
    audit.discrepancies.sort();
    audit.discrepancies.dedup();
    Ok(audit)
}

/// Audits what a checkpoint is said to be of.
fn audited(
    source: &dyn Source,
    note: Option<&[u8]>,
    options: &Options<'_>,
    memory: &mut dyn Memory,
) -> Result<Audit, AuditError> {
    let policy = source.get("ledger/policy")?;
    let origin = note.and_then(origin_of);
    let pins = origin.as_deref().map(|origin| memory.recall(origin)).transpose()?.flatten();
    let shown = Shown { note, policy: policy.as_deref() };
    let remembers = if memory.keeps() { Remembers::Yes } else { Remembers::No };
    let mut audit = Audit { notes: Vec::from_iter(source.note()), ..Audit::default() };
    let (state, notes) = match establish(shown, &options.trust, pins.as_ref(), remembers) {
        Ok(established) => established,
        Err(reason) => {
            let place = origin.filter(|_| reason.is_of_memory()).and_then(|o| memory.place(&o));
            audit.notes.extend(place.map(Note::Remembered));
            let fault = Fault::Checkpoint(reason.to_string());
            audit.discrepancies.push(Discrepancy::at("ledger/checkpoint", fault));
            return Ok(audit);
        }
    };
    audit.notes.extend(notes);
    audit.checkpoint = Some(state.accepted.checkpoint.clone());
    audit.witnesses = state.witnesses();
    let leaves = leaves::read(source, &state.head(), &mut audit.discrepancies)?;
    let scan = scan(source, &leaves)?;
    audit.editions = scan.editions.len();
    audit.certificates = scan.numbers().len();
    audit.entries = scan.serials.len();
    let work = Work { source, options, state: &state, leaves: &leaves, scan: &scan };
    work.log(&mut audit)?;
    let seen = pins.as_ref().and_then(crate::verify::Pins::seen);
    work.earlier(seen.as_ref(), &mut audit);
    if let Some(seen) = seen.filter(|seen| !work.commits(seen.tree())) {
        audit.notes.extend(memory.place(seen.origin()).map(Note::Remembered));
    }
    if let Some((_, publish)) = scan.editions.last() {
        audit.edition = Some(publish.edition.to_string());
        work.published(publish, &mut audit)?;
    }
    if audit.discrepancies.is_empty() {
        let keys = keys(source, origin.as_deref())?;
        if let Some(keys) = keys {
            memory.remember(&state.remembered(pins.as_ref(), &keys, Compared::WithPins))?;
        }
    }
    Ok(audit)
}

/// What all leaves say together. Where one is damaged, the index says whether it was an entry's.
fn scan(source: &dyn Source, leaves: &Leaves) -> Result<Scan, SourceError> {
    let damaged = leaves.entries.iter().any(Option::is_none);
    let indexed = if damaged { indexed(source, leaves.entries.len())? } else { BTreeSet::new() };
    let mut scan = Scan::default();
    for (leaf, at) in leaves.entries.iter().zip(0_u64..) {
        match leaf {
            Some(leaf) => scan.add(leaf),
            None => scan.skip(indexed.contains(&at)),
        }
    }
    Ok(scan)
}

/// The leaves that the register's unsigned index calls entries'.
fn indexed(source: &dyn Source, leaves: usize) -> Result<BTreeSet<u64>, SourceError> {
    let mut indexed = BTreeSet::new();
    for thousand in 0..leaves.div_ceil(1000) {
        let Some(bytes) = source.get(&format!("ledger/index/{thousand:04}"))? else { break };
        let (rows, _) = bytes.as_chunks::<4>();
        indexed.extend(rows.iter().map(|row| u64::from(u32::from_be_bytes(*row))));
    }
    Ok(indexed)
}

/// Where the issuer's key list lies.
fn keys_path(source: &dyn Source, origin: Option<&str>) -> &'static str {
    let host = origin.and_then(|origin| origin.strip_suffix("/ledger"));
    match (source.shape(), host) {
        (Shape::Register, _) => "ledger/keys/did.json",
        (_, Some(host)) if host.contains('/') => "did.json",
        _ => ".well-known/did.json",
    }
}

fn keys(source: &dyn Source, origin: Option<&str>) -> Result<Option<DidDocument>, SourceError> {
    let bytes = source.get(keys_path(source, origin))?;
    Ok(bytes.and_then(|bytes| DidDocument::parse(&bytes).ok()))
}

/// An audit under way.
struct Work<'w> {
    source: &'w dyn Source,
    options: &'w Options<'w>,
    state: &'w State,
    leaves: &'w Leaves,
    scan: &'w Scan,
}

impl Work<'_> {
    /// The log itself: its rules, tiles and archived checkpoints.
    fn log(&self, audit: &mut Audit) -> Result<(), SourceError> {
        let found = &mut audit.discrepancies;
        let issuer = self.scan.keys.first().and_then(|event| event.method.split_once('#'));
        let issuer = issuer.map(|(issuer, _)| issuer);
        let sizes: Vec<u64> = self.scan.editions.iter().map(|(leaf, _)| leaf + 1).collect();
        let (broken, tiles) = rayon::join(
            || rules::check(&self.leaves.entries, issuer, self.options.clock),
            || {
                let whole = self.leaves.whole.then_some(&self.leaves.tree);
                whole.map_or(Ok(Vec::new()), |tree| tiles::check(self.source, tree, &sizes))
            },
        );
        found.extend(broken);
        found.extend(tiles?);
        for size in sizes {
            found.extend(self.archived(size)?);
        }
        Ok(())
    }

    /// The checkpoint of an edition, as it was archived.
    fn archived(&self, size: u64) -> Result<Option<Discrepancy>, SourceError> {
        let path = format!("ledger/checkpoints/{size}");
        let fault = match self.source.get(&path)? {
            None => Some(Fault::Missing),
            Some(bytes) => self.archive_fault(size, &bytes),
        };
        Ok(fault.map(|fault| Discrepancy::at(path, fault)))
    }

    fn archive_fault(&self, size: u64, bytes: &[u8]) -> Option<Fault> {
        let note = SignedNote::parse(bytes);
        let note = match note {
            Ok(note) => note,
            Err(error) => return Some(Fault::ArchiveMalformed(error.to_string())),
        };
        let checkpoint = match note.text().parse::<Checkpoint>() {
            Ok(checkpoint) => checkpoint,
            Err(error) => return Some(Fault::ArchiveMalformed(error.to_string())),
        };
        if checkpoint.origin() != self.state.origin() || checkpoint.tree().size != size {
            let found =
                format!("it is of {} with {} entries", checkpoint.origin(), checkpoint.tree().size);
            return Some(Fault::ArchiveMalformed(found));
        }
        if !self.commits(checkpoint.tree()) {
            return Some(Fault::ArchiveDiffers);
        }
        let policy = self.state.policy.logs().iter().map(|log| log.key.clone());
        let keys: Vec<VerifierKey> = policy.chain(self.state.logs.iter().cloned()).collect();
        // The checkpoints of a key before the last change are signed with a key that nobody names
        // any more; the tree vouches for them.
        let by_former = note
            .signatures()
            .iter()
            .all(|signature| keys.iter().all(|key| key.id() != signature.id()));
        let signed = note.verified_by(&keys).is_ok_and(|signed| !signed.is_empty());
        (!signed && !by_former).then_some(Fault::ArchiveUnsigned)
    }

    /// Whether the log holds the leaves that a tree commits to.
    fn commits(&self, tree: &TreeHead) -> bool {
        root(&self.leaves.tree, tree.size).is_ok_and(|root| root == tree.root)
    }

    /// The log continues what was seen before.
    fn earlier(&self, seen: Option<&Checkpoint>, audit: &mut Audit) {
        let since = self.options.since.as_ref();
        let since = since.and_then(|note| note.text().parse::<Checkpoint>().ok());
        let shown = self.state.head().size;
        let compared = seen.is_some() || since.is_some();
        for checkpoint in seen.into_iter().chain(&since) {
            let (tree, place) = (checkpoint.tree(), "ledger/checkpoint");
            let fault = if checkpoint.origin() != self.state.origin() {
                Some(Fault::Checkpoint(format!("the earlier one is of {}", checkpoint.origin())))
            } else if tree.size > shown {
                Some(Fault::Rollback { seen: tree.size, shown })
            } else if !self.commits(tree) {
                Some(Fault::SecondHistory(tree.size))
            } else {
                audit.notes.push(Note::Continues(tree.size));
                None
            };
            audit.discrepancies.extend(fault.map(|fault| Discrepancy::at(place, fault)));
        }
        if !compared && audit.witnesses.is_empty() {
            audit.notes.push(Note::NotCompared);
        }
    }

    /// Everything that the newest edition published.
    fn published(&self, publish: &Publish, audit: &mut Audit) -> Result<(), SourceError> {
        let found = &mut audit.discrepancies;
        let beside = Beside { source: self.source, scan: self.scan, publish };
        beside.policy(found)?;
        let keys = beside.keys(keys_path(self.source, Some(self.state.origin())), found)?;
        beside.lists(keys.as_ref(), found)?;
        beside.details(found)?;
        beside.past(found)?;
        beside.index(found)?;
        if self.options.clock > publish.next {
            let since = publish.next;
            audit.notes.push(Note::Old(since));
        }
        let layout = Compact::read(self.source)?.map_or(Layout::Full, |_| Layout::Compact);
        let everything = self.options.extent == Extent::All && self.source.shape() == Shape::Site;
        let edition = publish.edition.date();
        let pages = if everything {
            let rows = Rows::read(self.source, (layout, self.scan.serials.len()), found)?;
            let today = self.today(publish);
            let pages = Pages::new(self.source, (edition, today), rows, layout);
            Some(pages)
        } else {
            None
        };
        let entries = Entries {
            source: self.source,
            scan: self.scan,
            leaves: &self.leaves.entries,
            pages: pages.as_ref(),
            progress: self.options.progress,
            histories: std::sync::Mutex::default(),
        };
        found.extend(entries.check()?);
        if let Some(pages) = &pages {
            found.extend(pages.words());
            found.extend(pages.missing());
            self.strays(pages, found)?;
            if layout == Layout::Compact {
                compact::Ways { source: self.source, scan: self.scan }.check(found)?;
            }
        }
        Ok(())
    }

    /// The present civil day, in the zone that the newest edition's name and time show.
    fn today(&self, publish: &Publish) -> Date {
        let shown = publish.edition.date();
        let offset = (-12..=14).filter_map(|hours: i8| Offset::from_hours(hours).ok());
        let mut fits = offset.filter(|offset| offset.to_datetime(publish.time).date() == shown);
        let east = fits.next_back().unwrap_or(Offset::UTC);
        east.to_datetime(self.options.clock).date()
    }

    /// What is published, and not in the log.
    fn strays(&self, pages: &Pages<'_>, found: &mut Vec<Discrepancy>) -> Result<(), SourceError> {
        for (path, number) in pages.rows.numbers() {
            if self.scan.number(number).is_none() {
                found.push(Discrepancy::of(number, path, Fault::RowStray));
            }
        }
        for folder in pages.folders().into_iter().chain(["badge".to_owned()]) {
            for name in self.source.list(&folder)?.unwrap_or_default() {
                let stem = [".json", ".html", ".svg"].iter().find_map(|end| name.strip_suffix(end));
                let Some(stem) = stem else { continue };
                let number = unescape(stem);
                let known = number.as_deref().and_then(|number| self.scan.number(number));
                if known.is_none() {
                    let number = number.filter(|number| entries::is_key(number)).map(Into::into);
                    let place = format!("{folder}/{name}");
                    found.push(Discrepancy { number, place, fault: Fault::NotLogged });
                }
            }
        }
        Ok(())
    }
}
