//! Walks `content/`, parses its files, and checks them one by one and together.
//!
//! [`load`] reads everything in one pass and gathers everything that is wrong; only what nothing
//! forbids comes out as part of a [`Register`].

mod across;
mod addresses;
mod event;
mod findings;
mod guide;
mod kept;
mod key;
mod parts;
mod record;
mod records;
mod repeats;
mod rules;
mod scheme;
mod svg;
mod walk;

pub use kept::{Shelf, ties};
pub use key::holds_private_key;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    sync::Arc,
};

use jiff::{Timestamp, civil::Date};
use rayon::prelude::*;

use crate::cache::{self, Blob, BlobsWriter, Key, Look};
use crate::config::Config;
use crate::diag::{Report, Severity};
use crate::fields::Document;
use crate::load::{
    kept::Desk,
    records::{Record, Records},
    repeats::Unpublished,
    walk::Entry,
};
use crate::model::{Coded, Language, Names, Picture, Register, Scheme, Shared};
use crate::timing::{Stage, Timings};

/// The day that counts as today.
#[derive(Clone, Copy, Debug)]
pub enum Today {
    /// This day.
    Day(Date),
    /// The day of this instant in the register's time zone.
    Now(Timestamp),
}

/// A register as it was read.
#[derive(Debug)]
pub struct Loaded {
    /// The settings, where they could be read.
    pub config: Option<Config>,
    /// The day that counts as today; the first day of time where there are no settings.
    pub today: Date,
    /// What nothing forbids. Complete only where the report has no errors.
    pub register: Register,
    /// What tells each certificate's record from every other, in their order.
    pub sources: Vec<Key>,
    /// Whether all records were read before and differ in nothing but their remarks.
    pub only_remarks: bool,
    /// Everything that is wrong, in order.
    pub report: Report,
    /// How many records were read, sound or not.
    pub records: usize,
}

/// Why a register cannot be read at all.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LoadError {
    /// There is no `register.toml`.
    #[error(
        "there is no register in `{0}`: it has no register.toml; `attestar init DIR` makes one"
    )]
    NoRegister(String),
}

/// What records refer to.
pub(crate) struct Lists<'l> {
    pub(crate) languages: &'l [Language],
    pub(crate) schemes: &'l BTreeMap<Box<str>, Arc<Scheme>>,
    /// Schemes whose files have mistakes of their own: a record is not blamed for them.
    pub(crate) broken_schemes: &'l BTreeSet<String>,
    pub(crate) regions: &'l Names,
    pub(crate) industries: &'l Names,
    pub(crate) shared: &'l Shared<'l>,
    pub(crate) today: Date,
}

/// Reads the settings of the register in a folder, and nothing else of it.
pub fn config(root: &Path, report: &mut Report) -> Result<Option<Config>, LoadError> {
    if !root.join("register.toml").is_file() {
        return Err(LoadError::NoRegister(root.display().to_string()));
    }
    let source = walk::read_named(root, "register.toml", report);
    Ok(source.and_then(|source| Config::read(&source, report)))
}

/// How a register is read.
#[derive(Clone, Copy, Debug, Default)]
pub struct Reading<'r> {
    /// The register's files as they were when this run began, if it has looked.
    pub look: Option<&'r Look>,
    /// Where records are kept between runs, if they are.
    pub shelf: Option<&'r Shelf>,
    /// Whether what this run has read is kept for the next.
    pub keeps: bool,
    /// Told where the time goes.
    pub timings: Option<&'r Timings>,
    /// Whether `public/` is known to hold nothing but what builds have written.
    pub is_published: bool,
    /// The files of `content/` that are read, where that is not all of them. Findings that look
    /// across files are worth nothing then.
    pub only: Option<&'r BTreeSet<String>>,
}

impl Reading<'_> {
    /// Does something that belongs to a stage.
    pub fn of<T>(&self, stage: Stage, act: impl FnOnce() -> T) -> T {
        match self.timings {
            Some(timings) => timings.of(stage, act),
            None => act(),
        }
    }
}

/// Reads the register in a folder.
pub fn load(root: &Path, today: Today) -> Result<Loaded, LoadError> {
    load_with(root, today, &Reading::default())
}

/// Reads the register in a folder, and what is kept of it.
pub fn load_with(root: &Path, today: Today, how: &Reading<'_>) -> Result<Loaded, LoadError> {
    let mut report = Report::default();
    let Some(config) = config(root, &mut report)? else {
        return Ok(Loaded::without_settings(report));
    };
    let today = match today {
        Today::Day(day) => day,
        Today::Now(now) => config.day(now),
    };
    let root = Arc::from(root);
    let list = || match how.only {
        Some(names) => walk::listed(&root, names),
        None => {
            let seen = how.look.and_then(|look| walk::seen(&root, look));
            seen.unwrap_or_else(|| walk::walk(&root, &mut report))
        }
    };
    // What is kept of the files can be looked up meanwhile.
    let held = || how.shelf.map(Shelf::held);
    let (files, _) = how.of(Stage::Walk, || rayon::join(list, held));
    addresses::files(&files, &config.languages, &mut report);
    let mut register = Register::default();
    let languages = &config.languages;
    register.regions = names(files.regions.as_ref(), languages, &mut report);
    register.industries = names(files.industries.as_ref(), languages, &mut report);
    let (schemes, broken_schemes) = schemes(&files.schemes, languages, &mut report);
    register.schemes = schemes;
    let shared = Shared::new(&register.regions, &register.industries);
    let lists = Lists {
        languages,
        schemes: &register.schemes,
        broken_schemes: &broken_schemes,
        regions: &register.regions,
        industries: &register.industries,
        shared: &shared,
        today,
    };
    register.guides = guides(&files.guidance, &lists, &mut report);
    let count = files.certificates.len();
    let unpublished = Unpublished::default();
    let records = how.of(Stage::Records, || {
        let beside = (&lists, &unpublished, how);
        certificates(&files.certificates, beside, &mut report)
    });
    let same = |record: &Record| record.trace.as_ref().is_some_and(|t| t.only_remarks);
    let only_remarks = records.all().iter().all(same);
    let sources = how.of(Stage::Across, || {
        let (certificates, sources) =
            across::check(&files.certificates, records, today, &mut report);
        register.certificates = certificates;
        across::guidance(&files, &register, languages, &mut report);
        pictures(&files.pictures, &mut register, &mut report);
        across::references(&files, &register, &mut report);
        sources
    });
    unpublished.take(&mut report);
    unpublished.finish(&mut report, |name| across::text(&Entry::new(&root, name)));
    report.sort();
    let config = Some(config);
    Ok(Loaded { config, today, register, sources, only_remarks, report, records: count })
}

/// How many records are read before what is kept of them is written.
const CHUNK: usize = 4096;

fn certificates(
    entries: &[Entry],
    (lists, unpublished, how): Beside<'_>,
    report: &mut Report,
) -> Records {
    let mut records = Records::with_capacity(entries.len());
    let shelf = how.shelf.map(|shelf| (shelf, kept::lists_key(lists)));
    let Some((shelf, key)) = shelf else {
        let read = |entry: &Entry| read_one(entry, (lists, unpublished, how)).0;
        for entries in entries.chunks(CHUNK) {
            let parsed = entries.par_iter().with_min_len(64).map(read).collect();
            records.take_in(parsed, report);
        }
        return records;
    };
    let kept = shelf.of(key);
    let is_first = kept.is_empty();
    let mut keeper = (how.keeps && is_first).then(|| shelf.anew(key));
    let mut cursor = kept.cursor();
    for entries in entries.chunks(CHUNK) {
        let found: Vec<_> = entries.iter().map(|entry| cursor.get(&entry.name)).collect();
        let stretch = kept.stretch(found.iter().copied().flatten());
        let (schemes, shared) = (lists.schemes, lists.shared);
        let desk = Desk { records: kept, shelf, schemes, shared, stretch };
        let take = |(entry, kept): (&Entry, Option<&Blob>)| {
            take_one((entry, kept), (lists, unpublished, how), &desk)
        };
        let some = entries.par_iter().zip(found).with_min_len(64).map(take);
        let mut some: Vec<_> = some.collect();
        if let Some(keeper) = &mut keeper {
            let traces = some.iter_mut().map(|parsed| parsed.trace.as_mut());
            kept::add(keeper, entries.iter().zip(traces), kept);
        }
        records.take_in(some, report);
    }
    if how.keeps && !is_first && kept::is_outdated(kept, &records) {
        let mut more = BlobsWriter::after(kept);
        kept::add(&mut more, entries.iter().zip(records.traces()), kept);
        keeper = Some(more);
    }
    if let Some(keeper) = keeper {
        shelf.leave(keeper);
    }
    records
}

/// What records are read beside.
type Beside<'b> = (&'b Lists<'b>, &'b Unpublished, &'b Reading<'b>);

/// A record as it is kept, or as it stands in its file.
fn take_one(
    (entry, kept): (&Entry, Option<&Blob>),
    (lists, unpublished, how): Beside<'_>,
    desk: &Desk<'_>,
) -> record::Parsed {
    match how.of(Stage::Read, || desk.take(entry, kept)) {
        Ok((parsed, said)) => {
            unpublished.know(&entry.name, &said);
            parsed
        }
        Err(stamp) => {
            let (mut parsed, said, digest) = read_one(entry, (lists, unpublished, how));
            if let Some(digest) = digest {
                desk.note(entry, &mut parsed, &said, (stamp, digest));
            }
            parsed
        }
    }
}

/// A record as it stands in its file, and the key of its bytes.
fn read_one(
    entry: &Entry,
    (lists, unpublished, how): Beside<'_>,
) -> (record::Parsed, Vec<repeats::Said>, Option<Key>) {
    let mut report = Report::default();
    let Some(source) = how.of(Stage::Read, || walk::read_text(entry, &mut report)) else {
        return (record::Parsed { report, ..record::Parsed::default() }, Vec::new(), None);
    };
    how.of(Stage::Parse, || {
        let mut parsed = record::read(&source, lists);
        parsed.report.append(report);
        let said = unpublished.take(&mut parsed.report);
        let digest = how.shelf.is_some().then(|| cache::key(source.text().as_bytes()));
        (parsed, said, digest)
    })
}

type Schemes = (BTreeMap<Box<str>, Arc<Scheme>>, BTreeSet<String>);

fn schemes(entries: &[Entry], languages: &[Language], report: &mut Report) -> Schemes {
    let mut schemes = BTreeMap::new();
    let mut broken = BTreeSet::new();
    for entry in entries {
        let mut own = Report::default();
        let scheme = walk::read_text(entry, &mut own).and_then(|source| {
            let range = 0..source.text().len();
            let read = |fields: &crate::fields::Fields<'_>| scheme::read(fields, &source);
            Document::read(&source, range, languages, &mut own, read).flatten()
        });
        match scheme {
            Some(scheme) => {
                schemes.insert(scheme.id.clone(), Arc::new(scheme));
            }
            None => {
                let stem = Path::new(&*entry.name).file_stem().unwrap_or_default();
                broken.insert(stem.to_string_lossy().into_owned());
            }
        }
        report.append(own);
    }
    (schemes, broken)
}

fn names(entry: Option<&Entry>, languages: &[Language], report: &mut Report) -> Names {
    let source = entry.and_then(|entry| walk::read_text(entry, report));
    let Some(source) = source else { return Names::default() };
    let range = 0..source.text().len();
    let names = Document::read(&source, range, languages, report, |fields| {
        let edition = fields.text("edition").map(|at| at.value.into());
        let table = fields.table("names");
        let mut codes = BTreeMap::new();
        for (code, entry) in table.iter().flat_map(crate::fields::Fields::entries) {
            let name = entry.table(code.value).and_then(|table| table.versions());
            if name.is_some() {
                let coded = Coded { code: code.value.into(), name, edition: edition.clone() };
                codes.insert(coded.code.clone(), Arc::new(coded));
            }
        }
        Names { edition, codes }
    });
    names.unwrap_or_default()
}

fn guides(entries: &[Entry], lists: &Lists<'_>, report: &mut Report) -> Vec<crate::model::Guide> {
    let mut guides = Vec::new();
    for entry in entries {
        if let Some(source) = walk::read_text(entry, report) {
            guides.extend(guide::read(&source, lists, report));
        }
    }
    guides.sort_by(|a, b| (&a.slug, a.language).cmp(&(&b.slug, b.language)));
    guides
}

fn pictures(entries: &[Entry], register: &mut Register, report: &mut Report) {
    for entry in entries {
        let path = entry.name.strip_prefix("content/").unwrap_or(&entry.name);
        if let Some(bytes) = walk::read_picture(entry, report) {
            register.pictures.insert(path.into(), Picture { bytes });
        }
    }
}

impl Loaded {
    fn without_settings(mut report: Report) -> Self {
        report.sort();
        Self {
            config: None,
            today: Date::MIN,
            register: Register::default(),
            sources: Vec::new(),
            only_remarks: false,
            report,
            records: 0,
        }
    }

    /// Whether nothing forbids publishing.
    pub fn is_sound(&self) -> bool {
        self.config.is_some() && self.report.count(Severity::Error) == 0
    }
}
