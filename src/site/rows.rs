//! What the search finds: a row for each serial.

use std::{borrow::Cow, collections::BTreeMap};

use jiff::civil::Date;
use serde::Serialize;

use crate::config::Layout;
use crate::model::{Coded, HolderId, LocalText, Names, Segment, Standing, Status, Timeline};
use crate::search::{self, Index, Row, Settings, Slot};
use crate::site::{Site, SiteError, index::Subject, render::Worker, route::Kind, tongue::Tongue};

/// What a serial stands for.
#[derive(Clone, Copy)]
enum Place {
    /// A certificate, by its place in the index.
    Newest(u32),
    /// An older version of one.
    Superseded {
        by: u32,
        /// The certificate, and how many entries the version's history has, if it is the last in
        /// the main part and the newest is not in it.
        was: Option<(u32, u32)>,
    },
    Gone,
}

/// The names of what rows have codes of, in one language.
#[derive(Serialize)]
struct NamesView<'v> {
    schemes: BTreeMap<&'v str, &'v str>,
    levels: BTreeMap<String, LevelName<'v>>,
    regions: BTreeMap<&'v str, &'v str>,
    industries: BTreeMap<&'v str, &'v str>,
}

#[derive(Serialize)]
struct LevelName<'v> {
    name: &'v str,
    /// From 1, the lowest.
    rank: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    stars: Option<u32>,
}

impl Worker<'_> {
    /// The index of the search.
    #[expect(
        clippy::redundant_closure_for_method_calls,
        reason = "the method is of one lifetime, the closure of any"
    )]
    pub(super) fn search(&self) -> Result<(), SiteError> {
        self.unit(
            || "search".to_owned(),
            |basis| basis.whole(self.site),
            0,
            |worker| worker.search_files(),
        )
    }

    fn search_files(&self) -> Result<(), SiteError> {
        let (site, settings) = (self.site, settings(self.site));
        let places = places(site, &settings);
        let count = u32::try_from(places.len()).unwrap_or(u32::MAX);
        let slot = |serial: u32| slot(site, places[serial as usize]);
        let schemes = site.register.schemes.values();
        let levels = schemes.flat_map(|scheme| {
            scheme.levels.iter().map(move |level| format!("{}/{}", scheme.id, level.id))
        });
        let levels: Vec<_> = levels.collect();
        let schemes: Vec<&str> = site.register.schemes.keys().map(|id| &**id).collect();
        let newest = site.seals.as_ref().map(|seals| seals.sealed.newest());
        let edition = newest.map(|edition| (edition.name.to_string(), edition.ordinal));
        let named = |tongue: &Tongue<'_>| {
            let names = serde_json::to_vec(&names(site, tongue)).expect("texts can be written");
            (tongue.language, names)
        };
        let index = Index {
            count,
            slot: &slot,
            schemes: &schemes,
            levels: &levels,
            names: site.tongues.iter().map(named).collect(),
            edition: edition.as_ref().map(|(name, ordinal)| (&**name, *ordinal)),
        };
        Ok(search::write(&index, &settings, self.sink)?)
    }
}

/// How large the files of the index are. The compact layout has an eighth of the blocks of rows, which
/// would otherwise be most of its files, and half of the shards.
fn settings(site: &Site<'_>) -> Settings {
    match site.layout() {
        Layout::Full => Settings::default(),
        Layout::Compact => {
            Settings { row_log2: 6, shard: 3072, layout: Some("compact"), ..Settings::default() }
        }
    }
}

/// The serials of a sealed register. A working copy has none: there it is the order of issue.
fn places(site: &Site<'_>, settings: &Settings) -> Vec<Place> {
    let Some(seals) = &site.seals else {
        let mut order: Vec<_> = (0..).zip(&site.index.entries).collect();
        order.sort_by_key(|(_, entry)| {
            (entry.certificate.grant.issued, entry.certificate.number.key())
        });
        return order.into_iter().map(|(at, _)| Place::Newest(at)).collect();
    };
    let count = seals.sealed.serials();
    let main = search::main_of(count, settings);
    let mut places = vec![Place::Gone; count as usize];
    for (entry, shown) in (0..).zip(&site.index.entries) {
        let Some(sealed) = seals.of(shown).filter(|sealed| sealed.erased.is_none()) else {
            continue;
        };
        let by = sealed.newest().serial;
        let last = sealed.versions.iter().rfind(|version| version.serial < main);
        for version in &sealed.versions {
            let is_kept = by >= main && last == Some(version);
            places[version.serial as usize] = match version.serial {
                serial if serial == by => Place::Newest(entry),
                _ => Place::Superseded { by, was: is_kept.then_some((entry, version.history)) },
            };
        }
    }
    places
}

fn slot<'s>(site: &'s Site<'s>, place: Place) -> Slot<'s> {
    match place {
        Place::Gone => Slot::Gone,
        Place::Newest(at) => {
            let entry = site.index.entry(at);
            Slot::Newest(row(site, &entry.timeline(), &entry.standing, &entry.segments))
        }
        Place::Superseded { by, was } => {
            let was = was.map(|(entry, history)| earlier(site, entry, history));
            Slot::Superseded { by, was }
        }
    }
}

/// A certificate as an earlier version had it.
fn earlier<'s>(site: &'s Site<'s>, entry: u32, history: u32) -> Row<'s> {
    let certificate = site.index.entry(entry).certificate;
    // A history's first entry is the grant.
    let timeline = certificate.timeline_of(history.saturating_sub(1) as usize);
    row(site, &timeline, &timeline.on(site.today), &timeline.segments())
}

fn row<'s>(
    site: &'s Site<'s>,
    timeline: &Timeline<'s>,
    standing: &Standing<'s>,
    segments: &[Segment],
) -> Row<'s> {
    let certificate = timeline.certificate();
    let scheme = &certificate.scheme;
    let code = |coded: Option<&'s Coded>| coded.map_or("", |coded| &*coded.code);
    let (names, former) = all_names(site, timeline, standing.holder_name);
    Row {
        number: certificate.number.as_str(),
        key: certificate.number.key(),
        names,
        former,
        id: id(standing.holder_id),
        former_ids: timeline.former_ids().into_iter().map(id).collect(),
        scheme: &scheme.id,
        level: scheme.levels.get(standing.level).map_or("", |level| &level.id),
        region: code(standing.region),
        industry: code(standing.industry),
        from: standing.cycle.from,
        until: until(standing, segments, site.today),
    }
}

/// The names in the site's first two languages, and all others: those in further languages, and
/// those that the holder had before.
fn all_names<'s>(
    site: &Site<'_>,
    timeline: &Timeline<'s>,
    name: &'s LocalText,
) -> ([&'s str; 2], Vec<&'s str>) {
    let mut languages = site.config.languages.iter();
    let names = [languages.next(), languages.next()]
        .map(|language| language.and_then(|language| name.get(*language)).unwrap_or_default());
    let former = timeline.former_names(site.today);
    let others = [name].into_iter().chain(former.into_iter().rev().map(|(name, _)| name));
    let mut former: Vec<&str> = Vec::new();
    for (_, other) in others.flat_map(LocalText::iter) {
        if !names.contains(&other) && !former.contains(&other) {
            former.push(other);
        }
    }
    (names, former)
}

/// The identifier as it is looked up.
fn id(id: &HolderId) -> Cow<'_, str> {
    match id {
        HolderId::CreditCode(code) => Cow::Borrowed(code.as_str()),
        HolderId::Other { scheme, value } => Cow::Owned(format!("{scheme}-{value}").to_uppercase()),
    }
}

/// The last day of validity: of the cycle that the day belongs to, and of those that follow it
/// without a gap.
fn until(standing: &Standing<'_>, segments: &[Segment], today: Date) -> Date {
    let ends = |segment: &&Segment| segment.status == Status::Expired && segment.from > today;
    let end = segments.iter().find(ends).and_then(|end| end.from.yesterday().ok());
    let lives = matches!(standing.status, Status::Valid | Status::Suspended | Status::NotYetValid);
    end.filter(|_| lives).unwrap_or(standing.until)
}

fn names<'v>(site: &'v Site<'_>, tongue: &'v Tongue<'_>) -> NamesView<'v> {
    let schemes = || site.register.schemes.values();
    let title = |of: &'v crate::model::Scheme| {
        (&*of.id, tongue.plain(of.short_title.as_ref().unwrap_or(&of.title)))
    };
    let levels = schemes().flat_map(|scheme| {
        let level = move |(at, level): (usize, &'v crate::model::Level)| {
            let name = tongue.plain(&level.title);
            let view = LevelName { name, rank: at + 1, stars: level.stars };
            (format!("{}/{}", scheme.id, level.id), view)
        };
        scheme.levels.iter().enumerate().map(level)
    });
    NamesView {
        schemes: schemes().map(|scheme| title(scheme)).collect(),
        levels: levels.collect(),
        regions: coded(site, tongue, Kind::Regions, &site.register.regions),
        industries: coded(site, tongue, Kind::Industries, &site.register.industries),
    }
}

/// The names of all codes in use, and of what they are parts of.
fn coded<'v>(
    site: &'v Site<'_>,
    tongue: &'v Tongue<'_>,
    kind: Kind,
    known: &'v Names,
) -> BTreeMap<&'v str, &'v str> {
    let mut names = BTreeMap::new();
    for list in site.index.of(kind) {
        let Subject::Coded(code, name) = list.subject else { continue };
        names.extend(name.map(|name| (code, tongue.plain(name))));
        let parts = match kind {
            Kind::Regions => vec![format!("{:.2}0000", code), format!("{:.4}00", code)],
            _ => vec![format!("{:.1}", code), format!("{:.3}", code)],
        };
        for part in parts {
            let Some((part, coded)) = known.codes.get_key_value(&*part) else { continue };
            if let Some(name) = &coded.name {
                names.entry(part).or_insert_with(|| tongue.plain(name));
            }
        }
    }
    names
}
