//! What a published edition said that the one before did not. Once published it says so for ever,
//! but for what is erased.

use jiff::Timestamp;
use serde::Serialize;

use crate::credential::{Edition, EditionKind, KeyChange};
use crate::model::Status;
use crate::site::{
    frame::{About, Crumb, Here},
    index::{Change, What},
    route::{Route, Shared},
    tongue::{Day, Text},
    views::{
        certificate::Fact,
        edition::{Group, Tally, expiring_rows, groups},
        history::{ChangeView, change_as_of},
        list::Turn,
        row::RowView,
        seal::edition_words,
    },
};

#[derive(Debug, Serialize)]
pub(crate) struct BulletinView<'v> {
    title: String,
    nth: String,
    intro: &'v str,
    facts: Vec<Fact<'v>>,
    groups: Vec<Group<'v>>,
    /// Numbers that it erased.
    erased: Vec<Erased<'v>>,
    keys: Vec<KeyLine<'v>>,
    /// What is said where nothing changed.
    none: Option<&'v str>,
    newer: Option<Turn>,
    older: Option<Turn>,
    expiring_next: Vec<RowView<'v>>,
}

#[derive(Debug, Serialize)]
struct Erased<'v> {
    number: &'v str,
    href: String,
}

#[derive(Debug, Serialize)]
struct KeyLine<'v> {
    what: &'v str,
    id: &'v str,
}

/// The bulletin of an edition, by place.
pub(crate) fn bulletin<'v>(
    here: &'v Here<'v>,
    at: usize,
    edition: &'v Edition,
) -> (About<'v>, BulletinView<'v>) {
    let (site, tongue) = (here.site, here.tongue);
    let seals = site.seals.as_ref();
    let changes = seals.map_or(&[][..], |seals| seals.changes(at));
    let erased = seals.map_or(&[][..], |seals| seals.erased_in(at));
    let name = edition_words(tongue, edition.name);
    let title = tongue.fill("bulletin_title", &[("edition", &name)]);
    let (n, counts) = (edition.ordinal.to_string(), counts_text(here, at));
    let values = [("n", &*n), ("date", &*name), ("counts", &*counts)];
    let mut about = About::new("bulletin", &*title, tongue.fill("bulletin_description", &values));
    let month = (edition.name.date().year(), edition.name.date().month());
    about.breadcrumbs = vec![
        here.crumb(tongue.t("nav_home"), &Route::Home),
        here.crumb(tongue.t("editions_title"), &Route::Editions),
        here.crumb(tongue.month(month.0, month.1), &Route::Edition(month.0, month.1)),
        Crumb::end(name),
    ];
    let neighbour = |key, at: Option<usize>| {
        let edition = site.seals.as_ref()?.sealed.editions.get(at?)?;
        let words = edition_words(tongue, edition.name);
        let href = here.href(&Route::Bulletin(edition.name.to_string()));
        Some(Turn { href, label: tongue.fill(key, &[("edition", &words)]) })
    };
    let newer = neighbour("bulletin_newer", Some(at + 1));
    let is_newest = newer.is_none();
    let file = Route::BulletinData(edition.name.to_string());
    let mut groups = groups(here, changes, &file, |change| change_view(here, edition, change));
    if let Some(first) = groups.first_mut().filter(|_| changes.iter().any(is_registered)) {
        first.title = tongue.t("group_registered");
    }
    let nothing = changes.is_empty() && erased.is_empty() && edition.key_changes.is_empty();
    let view = BulletinView {
        title,
        nth: tongue.fill("bulletin_nth", &[("n", &n)]),
        intro: tongue.t(match (at, edition.kind) {
            (0, _) => "bulletin_intro_first",
            (_, EditionKind::Full) => "bulletin_intro_full",
            (_, EditionKind::Status) => "bulletin_intro_status",
        }),
        facts: facts(here, edition),
        groups,
        erased: erased.iter().map(|key| erased_link(here, key)).collect(),
        keys: edition.key_changes.iter().map(|change| key_line(here, change)).collect(),
        none: nothing.then(|| tongue.t("bulletin_none")),
        newer,
        older: neighbour("bulletin_older", at.checked_sub(1)),
        expiring_next: if is_newest {
            expiring_rows(here, edition.name.date())
        } else {
            Vec::new()
        },
    };
    (about, view)
}

fn is_registered(change: &Change) -> bool {
    change.what == What::Granted
}

/// How many certificates an edition registered, changed and gave another status.
pub(crate) fn counts_text(here: &Here<'_>, at: usize) -> String {
    let changes = here.site.seals.as_ref().map_or(&[][..], |seals| seals.changes(at));
    if changes.is_empty() {
        return here.tongue.t("bulletin_counts_none").to_owned();
    }
    let tally = Tally::of(here.site, changes);
    let issued = tally.count(&["issued"]);
    let statuses = tally.count(&["suspended", "reinstated", "withdrawn", "cancelled"]);
    let changed = tally.all() - issued - statuses;
    let [issued, changed, statuses] = [issued, changed, statuses].map(|count| count.to_string());
    let values = [("issued", &*issued), ("changed", &*changed), ("status", &*statuses)];
    here.tongue.fill("bulletin_counts", &values)
}

/// An instant, in the register's time zone.
pub(crate) fn moment(here: &Here<'_>, instant: Timestamp) -> Day {
    let local = here.site.config.time_zone.to_datetime(instant);
    let time = format!("{:02}:{:02}", local.hour(), local.minute());
    Day { iso: instant.to_string(), text: format!("{} {time}", here.tongue.prose(local.date())) }
}

fn facts<'v>(here: &'v Here<'v>, edition: &'v Edition) -> Vec<Fact<'v>> {
    let tongue = here.tongue;
    let next = here.site.config.day(edition.next);
    let (year, month) = (edition.name.date().year(), edition.name.date().month());
    let size = Text::plain(edition.size.to_string());
    let checkpoint = format!("{}{}", here.root, Shared::Checkpoint(edition.size));
    vec![
        Fact::day(tongue.t("bulletin_time"), moment(here, edition.time)),
        Fact::text(tongue.t("bulletin_size"), size).href(checkpoint),
        Fact::day(tongue.t("bulletin_next"), tongue.day(next)),
        Fact::text(tongue.t("bulletin_month"), Text::plain(tongue.month(year, month)))
            .href(here.href(&Route::Edition(year, month))),
    ]
}

/// A change with the holder and the level of the edition's day.
fn change_view<'v>(here: &'v Here<'v>, edition: &Edition, change: &Change) -> ChangeView<'v> {
    let entry = here.site.index.entry(change.entry);
    let standing = entry.timeline().on(edition.name.date());
    let status = (is_registered(change) && standing.status != Status::Valid)
        .then(|| here.tongue.coded("status", standing.status.code()).to_owned());
    change_as_of(here, change, &standing).with_detail(status)
}

fn erased_link<'v>(here: &Here<'_>, key: &'v str) -> Erased<'v> {
    let path = crate::model::escape_path(key).into_owned();
    Erased { number: key, href: here.href(&Route::Certificate(path)) }
}

fn key_line<'v>(here: &'v Here<'v>, change: &'v KeyChange) -> KeyLine<'v> {
    let action: &'static str = change.action.into();
    KeyLine { what: here.tongue.coded("key", action), id: &change.method }
}
