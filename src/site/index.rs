//! The register in the orders in which pages show it: by holder, by list, by day.

use std::{
    borrow::Cow,
    collections::{BTreeMap, HashMap, btree_map},
};

use jiff::civil::Date;
use rayon::prelude::*;

use crate::model::{
    Certificate, EventKind, HolderId, LocalText, Register, Segment, Standing, Status, Timeline,
};
use crate::site::{
    holders::{HolderEntry, Holders},
    route::Kind,
};

/// A certificate as of the day of the build.
#[derive(Debug)]
pub(crate) struct Entry<'r> {
    pub(crate) certificate: &'r Certificate,
    /// Its place among the entries.
    pub(crate) at: u32,
    pub(crate) standing: Standing<'r>,
    pub(crate) segments: Box<[Segment]>,
    /// The day of its newest change up to today.
    pub(crate) latest: Option<Date>,
}

impl<'r> Entry<'r> {
    /// Its events in effective order, ready to be asked about days.
    pub(crate) fn timeline(&self) -> Timeline<'r> {
        self.certificate.timeline()
    }

    /// The number's path.
    pub(crate) fn path(&self) -> Cow<'r, str> {
        self.certificate.number.path()
    }
}

/// A place in a list: a certificate and the day it came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Slot {
    pub(crate) since: Date,
    pub(crate) entry: u32,
}

/// A list of certificates. Slots stand oldest first and keep their place for ever.
#[derive(Debug)]
pub(crate) struct List<'r> {
    pub(crate) kind: Kind,
    /// The path below the kind's folder.
    pub(crate) key: String,
    /// What the list is of.
    pub(crate) subject: Subject<'r>,
    pub(crate) slots: Vec<Slot>,
}

/// What a list is of.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Subject<'r> {
    /// A scheme and a place in its ladder.
    Level(&'r crate::model::Scheme, usize),
    /// A region or an industry, with the name in the newest record that has one.
    Coded(&'r str, Option<&'r LocalText>),
    /// A scheme.
    Scheme(&'r crate::model::Scheme),
}

/// Something that happened to a certificate, on the day under which it is announced.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Change {
    pub(crate) date: Date,
    pub(crate) entry: u32,
    pub(crate) what: What,
}

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum What {
    Granted,
    /// By place in the certificate's events.
    Event(u32),
    Expired,
}

impl What {
    /// A name that tells it from the certificate's other changes of a day.
    pub(crate) fn slug(self) -> String {
        match self {
            Self::Granted => "granted".to_owned(),
            Self::Event(at) => format!("event-{}", at + 1),
            Self::Expired => "expired".to_owned(),
        }
    }
}

/// The whole register, in order. A million entries stand in it: what can be looked for in them is not
/// kept beside them.
#[derive(Debug)]
pub(crate) struct Index<'r> {
    /// In the order of their numbers' keys.
    pub(crate) entries: Vec<Entry<'r>>,
    pub(crate) holders: Holders<'r>,
    succeeded_by: HashMap<u32, u32>,
    pub(crate) lists: Vec<List<'r>>,
    /// Oldest first.
    pub(crate) changes: Vec<Change>,
}

impl<'r> Index<'r> {
    pub(crate) fn new(register: &'r Register, today: Date) -> Self {
        let certificates = register.certificates.par_iter().enumerate();
        let entries: Vec<_> =
            certificates.map(|(at, certificate)| entry(at, certificate, today)).collect();
        let ((holders, succeeded_by), (lists, changes)) = rayon::join(
            || rayon::join(|| Holders::of(&entries), || succeeded_by(&entries)),
            || rayon::join(|| lists(register, &entries, today), || changes(&entries, today)),
        );
        Self { entries, holders, succeeded_by, lists, changes }
    }

    pub(crate) fn entry(&self, at: u32) -> &Entry<'r> {
        &self.entries[at as usize]
    }

    /// The newest certificate of a holder.
    pub(crate) fn newest_of(&self, holder: &HolderEntry<'_>) -> &Entry<'r> {
        self.entry(self.holders.held_by(holder)[0])
    }

    /// Other holders whose name is the same to the letter.
    pub(crate) fn homonyms(&self, holder: &HolderEntry<'r>) -> Vec<&HolderEntry<'r>> {
        let names = self.newest_of(holder).standing.holder_name.iter();
        let mut found: Vec<_> = names.flat_map(|(_, name)| self.holders.called(name)).collect();
        found.sort_unstable();
        found.dedup();
        let others = found.into_iter().map(|at| &self.holders.all[at as usize]);
        others.filter(|other| other.id != holder.id).collect()
    }

    /// Identifiers that no holder has any more, each with the holders that once had it.
    pub(crate) fn former_ids(&self) -> BTreeMap<&'r HolderId, Vec<&HolderEntry<'r>>> {
        let mut found: BTreeMap<&'r HolderId, Vec<&HolderEntry<'r>>> = BTreeMap::new();
        for holder in &self.holders.all {
            let entries = self.holders.held_by(holder).iter().map(|at| self.entry(*at));
            for id in entries.flat_map(|entry| entry.timeline().former_ids()) {
                let holders = found.entry(id).or_default();
                if holders.last().is_none_or(|last| last.id != holder.id) {
                    holders.push(holder);
                }
            }
        }
        for holder in &self.holders.all {
            found.remove(holder.id);
        }
        found
    }

    /// The certificate that takes the place of another.
    pub(crate) fn successor(&self, at: u32) -> Option<&Entry<'r>> {
        self.succeeded_by.get(&at).map(|at| self.entry(*at))
    }

    /// The place of the certificate that takes the place of another.
    pub(crate) fn successor_place(&self, at: u32) -> Option<u32> {
        self.succeeded_by.get(&at).copied()
    }

    /// A certificate by its number's key.
    pub(crate) fn by_key(&self, key: &str) -> Option<&Entry<'r>> {
        self.place(key).map(|at| self.entry(at))
    }

    /// The place of a certificate, by its number's key.
    pub(crate) fn place(&self, key: &str) -> Option<u32> {
        place(&self.entries, key)
    }

    /// How many certificates have a status.
    pub(crate) fn count(&self, status: Status) -> usize {
        self.entries.iter().filter(|entry| entry.standing.status == status).count()
    }

    /// The lists of one kind, in the order of the index.
    pub(crate) fn of(&self, kind: Kind) -> impl Iterator<Item = &List<'r>> {
        self.lists.iter().filter(move |list| list.kind == kind)
    }
}

/// The place of a certificate among entries, by its number's key.
fn place(entries: &[Entry<'_>], key: &str) -> Option<u32> {
    let found = entries.binary_search_by(|entry| entry.certificate.number.key().cmp(key));
    found.ok().and_then(|at| u32::try_from(at).ok())
}

/// By which certificates others were replaced.
fn succeeded_by(entries: &[Entry<'_>]) -> HashMap<u32, u32> {
    let succeeded = |entry: &Entry<'_>| {
        let key = entry.certificate.succeeds.as_deref()?;
        Some((place(entries, key)?, entry.at))
    };
    entries.iter().filter_map(succeeded).collect()
}

fn entry(at: usize, certificate: &Certificate, today: Date) -> Entry<'_> {
    let at = u32::try_from(at).unwrap_or(u32::MAX);
    let timeline = certificate.timeline();
    let segments = timeline.segments().into();
    let standing = timeline.on(today);
    let mut entry = Entry { certificate, at, standing, segments, latest: None };
    entry.latest = changes_of(&entry, today).map(|change| change.date).max();
    entry
}

/// The lists that a certificate ever stood in, each with the day it came in.
fn memberships<'r>(entry: &Entry<'r>, today: Date) -> Vec<(Kind, String, Subject<'r>, Date)> {
    let certificate = entry.certificate;
    let scheme = &*certificate.scheme;
    let granted = certificate.grant.issued;
    let mut found = vec![(Kind::Schemes, scheme.id.to_string(), Subject::Scheme(scheme), granted)];
    let mut levels = vec![(certificate.grant.level, granted)];
    let mut regions = vec![(certificate.grant.region.as_ref(), granted)];
    let mut industries = vec![(certificate.grant.industry.as_ref(), granted)];
    for event in entry.timeline().events().iter().filter(|event| event.effective <= today) {
        levels.extend(event.change.level().map(|level| (level, event.date)));
        regions.extend(event.change.region().map(|region| (Some(region), event.date)));
        industries.extend(event.change.industry().map(|i| (Some(i), event.date)));
    }
    for (level, since) in levels {
        let Some(step) = scheme.levels.get(level) else { continue };
        let key = format!("{}/{}", scheme.id, step.id);
        found.push((Kind::Levels, key, Subject::Level(scheme, level), since));
    }
    for (kind, coded) in [(Kind::Regions, regions), (Kind::Industries, industries)] {
        for (coded, since) in coded.into_iter().filter_map(|(coded, since)| Some((coded?, since))) {
            let subject = Subject::Coded(&coded.code, coded.name.as_ref());
            found.push((kind, coded.code.to_string(), subject, since));
        }
    }
    found
}

fn lists<'r>(register: &'r Register, entries: &[Entry<'r>], today: Date) -> Vec<List<'r>> {
    let mut lists: Lists<'r> = BTreeMap::new();
    let mut start = |kind, key: String, subject| {
        let list = List { kind, key: key.clone(), subject, slots: Vec::new() };
        lists.insert((kind, key), list);
    };
    for scheme in register.schemes.values().map(|scheme| &**scheme) {
        start(Kind::Schemes, scheme.id.to_string(), Subject::Scheme(scheme));
        for (at, level) in scheme.levels.iter().enumerate() {
            let key = format!("{}/{}", scheme.id, level.id);
            start(Kind::Levels, key, Subject::Level(scheme, at));
        }
    }
    let parts: Vec<_> = entries.par_chunks(4096).map(|part| part_lists(part, today)).collect();
    for part in parts.into_iter().flat_map(Lists::into_values) {
        add(&mut lists, part);
    }
    let mut lists: Vec<_> = lists.into_values().collect();
    lists.par_iter_mut().for_each(|list| {
        list.slots.sort_unstable();
        list.slots.shrink_to_fit();
    });
    lists.sort_by_key(|list| match list.subject {
        Subject::Level(_, at) => (list.kind, at),
        _ => (list.kind, 0),
    });
    lists.sort_by(|a, b| (a.kind, family(a)).cmp(&(b.kind, family(b))));
    lists
}

type Lists<'r> = BTreeMap<(Kind, String), List<'r>>;

/// The lists of some certificates, as far as they stand in them.
fn part_lists<'r>(entries: &[Entry<'r>], today: Date) -> Lists<'r> {
    let mut lists: Lists<'r> = BTreeMap::new();
    for entry in entries {
        for (kind, key, subject, since) in memberships(entry, today) {
            let slot = Slot { since, entry: entry.at };
            add(&mut lists, List { kind, key, subject, slots: vec![slot] });
        }
    }
    lists
}

/// Adds a part of a list to what there is of it before.
fn add<'r>(lists: &mut Lists<'r>, part: List<'r>) {
    match lists.entry((part.kind, part.key.clone())) {
        btree_map::Entry::Vacant(free) => drop(free.insert(part)),
        btree_map::Entry::Occupied(mut list) => list.get_mut().go_on(part),
    }
}

impl<'r> List<'r> {
    /// Adds what comes after, in the order of certificates.
    fn go_on(&mut self, part: List<'r>) {
        if let (Subject::Coded(..), Subject::Coded(_, Some(_))) = (self.subject, part.subject) {
            self.subject = part.subject; // Names come and go; the newest record's stands.
        }
        for slot in part.slots {
            match self.slots.last_mut() {
                Some(last) if last.entry == slot.entry => last.since = last.since.min(slot.since),
                _ => self.slots.push(slot),
            }
        }
    }
}

/// What keeps the levels of one scheme together, in their order.
fn family<'l>(list: &'l List<'_>) -> &'l str {
    match list.subject {
        Subject::Level(scheme, _) => &scheme.id,
        _ => &list.key,
    }
}

/// What happened to a certificate up to today.
pub(crate) fn changes_of<'e>(
    entry: &'e Entry<'_>,
    today: Date,
) -> impl Iterator<Item = Change> + use<'e> {
    let at = entry.at;
    let change = move |date, what| Change { date, entry: at, what };
    let certificate = entry.certificate;
    let granted = change(certificate.grant.issued, What::Granted);
    let events = (0..).zip(&certificate.events);
    let events = events.filter(|(_, event)| event.kind != EventKind::Surveillance);
    let events = events.map(move |(place, event)| change(event.date, What::Event(place)));
    let ends = entry.segments.iter().filter(|segment| segment.status == Status::Expired);
    let ends = ends.map(move |end| change(end.from, What::Expired));
    let all = std::iter::once(granted).chain(events).chain(ends);
    all.filter(move |change| change.date <= today)
}

fn changes(entries: &[Entry<'_>], today: Date) -> Vec<Change> {
    let entries = entries.par_iter();
    let mut changes: Vec<_> = entries.flat_map_iter(|entry| changes_of(entry, today)).collect();
    changes.par_sort_unstable();
    changes
}
