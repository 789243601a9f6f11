//! What changed in a month.

use jiff::civil::Date;
use serde::Serialize;

use crate::model::{EventKind, Status};
use crate::site::{
    Site,
    frame::{About, Crumb, Here},
    index::{Change, Entry, What},
    route::Route,
    views::{
        bulletin::counts_text as bulletin_counts,
        history::{ChangeView, change},
        list::Turn,
        row::{RowView, row},
        seal::edition_words,
    },
};

#[derive(Debug, Serialize)]
pub(crate) struct EditionView<'v> {
    title: String,
    intro: &'v str,
    groups: Vec<Group<'v>>,
    newer: Option<Turn>,
    older: Option<Turn>,
    /// The editions published in the month, newest first.
    published: Vec<Published>,
    expiring_next: Vec<RowView<'v>>,
}

/// An edition in a list of them.
#[derive(Debug, Serialize)]
pub(crate) struct Published {
    pub(super) text: String,
    pub(super) href: String,
    pub(super) counts_text: String,
}

/// Changes of a kind.
#[derive(Debug, Serialize)]
pub(crate) struct Group<'v> {
    kind: &'static str,
    pub(super) title: &'v str,
    count_text: String,
    changes: Vec<ChangeView<'v>>,
    /// A file of all, where the page shows only the newest.
    more_href: Option<String>,
}

#[derive(Debug, Serialize)]
pub(crate) struct EditionsView<'v> {
    title: &'v str,
    intro: &'v str,
    /// The editions, newest first.
    published: Vec<Published>,
    years: Vec<Year>,
}

#[derive(Debug, Serialize)]
struct Year {
    year: String,
    months: Vec<Month>,
}

#[derive(Debug, Serialize)]
struct Month {
    text: String,
    href: String,
    counts_text: String,
}

/// The parts of an edition, in their order.
const GROUPS: [&str; 9] = [
    "issued",
    "recertified",
    "changed",
    "suspended",
    "reinstated",
    "withdrawn",
    "cancelled",
    "expired",
    "corrected",
];
/// How many changes of a kind a page shows; all of them are in the month's file.
const MOST: usize = 200;
/// How many rows "expiring next" has at most.
const EXPIRING: usize = 50;

/// The part of an edition that a change stands in, by place.
fn group(site: &Site<'_>, change: &Change) -> usize {
    let kind = match change.what {
        What::Granted => "issued",
        What::Expired => "expired",
        What::Event(at) => match event(site, change, at) {
            EventKind::Suspended => "suspended",
            EventKind::Reinstated => "reinstated",
            EventKind::Withdrawn => "withdrawn",
            EventKind::Cancelled => "cancelled",
            EventKind::Recertified => "recertified",
            EventKind::Corrected => "corrected",
            _ => "changed",
        },
    };
    GROUPS.iter().position(|group| *group == kind).unwrap_or_default()
}

fn event(site: &Site<'_>, change: &Change, at: u32) -> EventKind {
    site.index.entry(change.entry).certificate.events[at as usize].kind
}

/// How many changes there are of each kind.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Tally([usize; GROUPS.len()]);

impl Tally {
    pub(crate) fn of(site: &Site<'_>, changes: &[Change]) -> Self {
        let mut tally = Self::default();
        for change in changes {
            tally.0[group(site, change)] += 1;
        }
        tally
    }

    /// How many there are of some kinds together.
    pub(super) fn count(&self, kinds: &[&str]) -> usize {
        let counts = GROUPS.iter().zip(self.0).filter(|(kind, _)| kinds.contains(kind));
        counts.map(|(_, count)| count).sum()
    }

    pub(super) fn all(&self) -> usize {
        self.0.iter().sum()
    }
}

/// The changes of each kind that a page shows, the newest first.
pub(crate) fn shown<'c>(site: &Site<'_>, changes: &'c [Change]) -> Vec<Vec<&'c Change>> {
    let mut shown = vec![Vec::new(); GROUPS.len()];
    for change in changes.iter().rev() {
        let group = &mut shown[group(site, change)];
        if group.len() < MOST {
            group.push(change);
        }
    }
    shown
}

/// Changes by kind, the newest first; all of them are in a file.
pub(crate) fn groups<'v>(
    here: &'v Here<'v>,
    changes: &[Change],
    file: &Route,
    view: impl Fn(&Change) -> ChangeView<'v>,
) -> Vec<Group<'v>> {
    let tally = Tally::of(here.site, changes);
    let group = |(at, shown): (usize, Vec<&Change>)| Group {
        kind: GROUPS[at],
        title: here.tongue.coded("group", GROUPS[at]),
        count_text: here.tongue.count("count_changes", tally.0[at]),
        more_href: (tally.0[at] > shown.len()).then(|| here.href(file)),
        changes: shown.into_iter().map(&view).collect(),
    };
    let shown = shown(here.site, changes).into_iter().enumerate();
    shown.filter(|(_, shown)| !shown.is_empty()).map(group).collect()
}

pub(crate) fn edition<'v>(
    here: &'v Here<'v>,
    year: i16,
    month: i8,
) -> (About<'v>, EditionView<'v>) {
    let (site, tongue) = (here.site, here.tongue);
    let changes = site.changes_of(year, month);
    let file = Route::EditionData(year, month);
    let groups = groups(here, changes, &file, |found| change(here, found));
    let months: Vec<_> = site.months().collect();
    let at = months.iter().position(|found| *found == (year, month));
    let turn = |key, (year, month): (i16, i8)| Turn {
        href: here.href(&Route::Edition(year, month)),
        label: tongue.fill(key, &[("month", &tongue.month(year, month))]),
    };
    let newer = at.and_then(|at| months.get(at + 1)).map(|month| turn("edition_newer", *month));
    let older = at.and_then(|at| months.get(at.checked_sub(1)?)).map(|m| turn("edition_older", *m));
    let words = tongue.month(year, month);
    let title = tongue.fill("edition_title", &[("month", &words)]);
    let newest = shows_expiring(site, (year, month));
    let counts = counts_text(here, changes);
    let description = tongue.fill("edition_description", &[("month", &words), ("counts", &counts)]);
    let mut about = About::new("edition", &*title, description);
    about.breadcrumbs = vec![
        here.crumb(tongue.t("nav_home"), &Route::Home),
        here.crumb(tongue.t("editions_title"), &Route::Editions),
        Crumb::end(words),
    ];
    let expiring_next = if newest { expiring_rows(here, site.today) } else { Vec::new() };
    let intro = tongue.t("edition_intro");
    let in_month = |date: Date| (date.year(), date.month()) == (year, month);
    let published = published(here, in_month);
    (about, EditionView { title, intro, groups, newer, older, published, expiring_next })
}

/// Whether a month's page shows what expires next: the newest, where no bulletin does.
pub(crate) fn shows_expiring(site: &Site<'_>, month: (i16, i8)) -> bool {
    site.seals.is_none() && site.months().next_back() == Some(month)
}

/// The editions of days, newest first.
fn published(here: &Here<'_>, of: impl Fn(Date) -> bool) -> Vec<Published> {
    let Some(seals) = &here.site.seals else { return Vec::new() };
    let editions = seals.editions().rev().filter(|(_, edition)| of(edition.name.date()));
    editions
        .map(|(at, edition)| Published {
            text: edition_words(here.tongue, edition.name),
            href: here.href(&Route::Bulletin(edition.name.to_string())),
            counts_text: bulletin_counts(here, at),
        })
        .collect()
}

/// Certificates valid on a day that end within 60 days of it, the next first.
pub(crate) fn expiring<'s>(site: &'s Site<'_>, day: Date) -> Vec<&'s Entry<'s>> {
    let last = day.saturating_add(jiff::Span::new().days(60));
    let entries = site.index.entries.iter();
    let mut soon: Vec<_> = entries
        .filter(|e| e.standing.status == Status::Valid && (day..=last).contains(&e.standing.until))
        .collect();
    soon.sort_by_key(|entry| (entry.standing.until, entry.path()));
    soon.truncate(EXPIRING);
    soon
}

/// The rows of certificates that expire next.
pub(crate) fn expiring_rows<'v>(here: &'v Here<'v>, day: Date) -> Vec<RowView<'v>> {
    expiring(here.site, day).into_iter().map(|entry| row(here, entry, None)).collect()
}

fn counts_text(here: &Here<'_>, changes: &[Change]) -> String {
    let tally = Tally::of(here.site, changes);
    let count = |kinds: &[&str]| tally.count(kinds).to_string();
    let issued = count(&["issued", "recertified"]);
    let changed = count(&["changed", "suspended", "reinstated", "corrected"]);
    let ended = count(&["withdrawn", "cancelled", "expired"]);
    let values = [("issued", &*issued), ("changed", &*changed), ("ended", &*ended)];
    here.tongue.fill("edition_counts", &values)
}

pub(crate) fn editions<'v>(here: &'v Here<'v>) -> (About<'v>, EditionsView<'v>) {
    let (site, tongue) = (here.site, here.tongue);
    let sealed = site.seals.is_some();
    let intro = tongue.t(if sealed { "editions_sealed_intro" } else { "editions_intro" });
    let title = tongue.t("editions_title");
    let mut years: Vec<Year> = Vec::new();
    for (year, month) in site.months().rev() {
        let words = tongue.fill("year_pattern", &[("y", &year.to_string())]);
        if years.last().is_none_or(|last| last.year != words) {
            years.push(Year { year: words, months: Vec::new() });
        }
        let entry = Month {
            text: tongue.month(year, month),
            href: here.href(&Route::Edition(year, month)),
            counts_text: counts_text(here, site.changes_of(year, month)),
        };
        if let Some(year) = years.last_mut() {
            year.months.push(entry);
        }
    }
    let mut about = About::new("editions", title, intro);
    about.breadcrumbs = vec![here.crumb(tongue.t("nav_home"), &Route::Home), Crumb::end(title)];
    (about, EditionsView { title, intro, published: published(here, |_| true), years })
}
