//! What is new about a holder or a list, as a feed and as a calendar.

use jiff::{Timestamp, ToSpan, civil::Date, tz::TimeZone};
use rayon::prelude::*;
use serde::Serialize;

use crate::model::Status;
use crate::site::{
    Site,
    calendar::Event,
    frame::Here,
    index::{Change, Entry, What, changes_of},
    route::Route,
    views::{
        feed::{self, ENTRIES, FeedEntry, FeedView},
        history::change,
    },
};

/// So many days before its end a certificate is announced as expiring.
const SOON: u32 = 60;

/// So many certificates that expire soon are announced at most, the next first.
const EXPIRING: usize = 500;

/// Where a page's subscriptions are.
#[derive(Debug, Serialize)]
pub(crate) struct SubscribeView {
    pub(crate) feed: String,
    pub(crate) calendar: String,
}

/// Something new: that a certificate expires soon, or a change of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Item {
    /// Since when the register says so.
    said: Timestamp,
    entry: u32,
    what: News,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum News {
    Change(Change),
    /// Its last day.
    Expires(Date),
}

/// What is new about some certificates, in every language the same.
pub(crate) struct Subscription<'s> {
    /// The page that it belongs to.
    page: Route,
    /// The certificates, by place.
    entries: &'s [u32],
    /// Whose last days stand in the calendar.
    ends: Ends,
    /// Newest first, as many as a feed has.
    items: Vec<Item>,
    /// Those of them that are changes, as many again.
    changes: Vec<Item>,
}

/// Whose last days stand in a calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ends {
    /// Those of all certificates, and a reminder before each.
    All,
    /// Those of certificates that expire soon.
    Soon,
}

impl<'s> Subscription<'s> {
    pub(crate) fn new(site: &Site<'_>, page: Route, entries: &'s [u32], ends: Ends) -> Self {
        let of = |mut newest: Newest, at: &u32| {
            news(site, site.index.entry(*at), &mut newest);
            newest
        };
        let some = entries.par_iter().with_min_len(256).fold(Newest::default, of);
        let Newest { items, changes } = some.reduce(Newest::default, Newest::join);
        Self { page, entries, ends, items: items.into_items(), changes: changes.into_items() }
    }

    /// The newest changes, and what expires soon, under a title.
    pub(crate) fn feed(&self, here: &Here<'_>, title: &str) -> FeedView {
        // A feed has a time even where nothing is in it (RFC 4287, 4.1.1).
        let updated = self.items.first().map(|item| item.said.to_string());
        let register = here.tongue.plain(&here.site.config.name);
        FeedView {
            id: here.url(),
            title: format!("{title} · {register}"),
            self_url: here.url(),
            site_url: here.site.url(here.tongue, &self.page),
            updated: updated.unwrap_or_else(|| "1970-01-01T00:00:00Z".to_owned()),
            entries: self.items.iter().map(|item| item.entry(here)).collect(),
        }
    }

    /// The same changes on their days, and last days, the next first.
    pub(crate) fn calendar(&self, here: &Here<'_>) -> Vec<Event> {
        let site = here.site;
        let ends = self.entries.iter().map(|at| (&site.index.entry(*at).standing.until, *at));
        let lives = |(_, at): &(&Date, u32)| match (self.ends, soon(site.index.entry(*at))) {
            (Ends::All, since) => since.is_some(),
            (Ends::Soon, since) => since.is_some_and(|since| since <= site.today),
        };
        let mut ends: Vec<_> = ends.filter(lives).collect();
        ends.sort_unstable();
        let ends = ends.into_iter().take(EXPIRING).map(|(_, at)| self.end(here, at));
        let changes = self.changes.iter().filter_map(|item| match &item.what {
            News::Change(change) => Some(event(here, item.said, change)),
            News::Expires(_) => None,
        });
        ends.chain(changes).collect()
    }

    /// A certificate's last day.
    fn end(&self, here: &Here<'_>, at: u32) -> Event {
        let entry = here.site.index.entry(at);
        let (url, summary) = line(here, entry, "event_last_day");
        let until = entry.standing.until;
        Event {
            uid: format!("{}-expires-{until}@{}", entry.path(), here.site.base_url.host()),
            day: until,
            known: entry.standing.as_of,
            summary,
            description: String::new(),
            url,
            remind: (self.ends == Ends::All).then_some(SOON),
        }
    }
}

fn news(site: &Site<'_>, entry: &Entry<'_>, newest: &mut Newest) {
    let zone = &site.config.time_zone;
    let start = |day: Date| feed::start_of(site, day).unwrap_or(Timestamp::UNIX_EPOCH);
    if entry.latest.is_some_and(|day| newest.changes.may_take(day)) {
        let changes = changes_of(entry, site.today);
        for change in changes.filter(|c| site.seals.is_none() || c.what == What::Expired) {
            if newest.changes.may_take(change.date) {
                newest.add(Item::of(change, start(change.date)), zone);
            }
        }
    }
    if let Some(seals) = &site.seals {
        for (place, change) in seals.changes_of(entry) {
            if let Some(edition) = seals.edition(place) {
                newest.add(Item::of(change, edition.time), zone);
            }
        }
    }
    let soon = soon(entry).filter(|soon| *soon <= site.today);
    if let Some(soon) = soon.filter(|soon| newest.items.may_take(*soon)) {
        let what = News::Expires(entry.standing.until);
        newest.add(Item { said: start(soon), entry: entry.at, what }, zone);
    }
}

/// The newest of what was found so far.
#[derive(Default)]
struct Newest {
    items: Few,
    changes: Few,
}

impl Newest {
    fn add(&mut self, item: Item, zone: &TimeZone) {
        self.items.add(item, zone);
        if matches!(item.what, News::Change(_)) {
            self.changes.add(item, zone);
        }
    }

    fn join(mut self, other: Self) -> Self {
        self.items.items.extend(other.items.items);
        self.changes.items.extend(other.changes.items);
        self
    }
}

/// The newest items, as many as a feed has, and some more while they are gathered.
#[derive(Default)]
struct Few {
    items: Vec<Item>,
    /// What is older than this, and said before that day, is none of them.
    least: Option<(Timestamp, Date)>,
}

impl Few {
    /// Whether what is said from the first moment of a day on may be one of them.
    fn may_take(&self, day: Date) -> bool {
        self.least.is_none_or(|(_, least)| day >= least)
    }

    fn add(&mut self, item: Item, zone: &TimeZone) {
        if self.least.is_some_and(|(least, _)| item.said < least) {
            return;
        }
        self.items.push(item);
        if self.items.len() >= 4 * ENTRIES {
            self.items.select_nth_unstable_by(ENTRIES - 1, |a, b| b.cmp(a));
            self.items.truncate(ENTRIES);
            let said = self.items.last().map(|item| item.said);
            self.least = said.map(|said| (said, zone.to_datetime(said).date()));
        }
    }

    /// Newest first.
    fn into_items(self) -> Vec<Item> {
        let mut items = self.items;
        items.sort_unstable_by(|a, b| b.cmp(a));
        items.truncate(ENTRIES);
        items
    }
}

/// From when on a certificate expires soon; nothing where it has ended.
fn soon(entry: &Entry<'_>) -> Option<Date> {
    let standing = &entry.standing;
    let lives = matches!(standing.status, Status::Valid | Status::Suspended);
    lives.then(|| standing.until.saturating_sub(i64::from(SOON).days()))
}

impl Item {
    fn of(change: Change, said: Timestamp) -> Self {
        Self { said, entry: change.entry, what: News::Change(change) }
    }

    fn entry(&self, here: &Here<'_>) -> FeedEntry {
        let until = match &self.what {
            News::Change(change) => return feed::entry(here, change, self.said.to_string()),
            News::Expires(until) => *until,
        };
        let (url, title) = line(here, here.site.index.entry(self.entry), "event_expires");
        FeedEntry {
            id: format!("{url}#expires-{until}"),
            title,
            updated: self.said.to_string(),
            summary: here.tongue.fill("expires_on", &[("date", &here.tongue.prose(until))]),
            url,
        }
    }
}

/// A change on its day.
fn event(here: &Here<'_>, said: Timestamp, found: &Change) -> Event {
    let path = here.site.index.entry(found.entry).path();
    let FeedEntry { title, url, .. } = feed::entry(here, found, String::new());
    Event {
        uid: format!("{path}-{}-{}@{}", found.date, found.what.slug(), here.site.base_url.host()),
        day: found.date,
        known: here.site.config.time_zone.to_datetime(said).date(),
        summary: title,
        description: change(here, found).detail().unwrap_or_default().to_owned(),
        url,
        remind: None,
    }
}

/// The page of a certificate, and a line about it.
fn line(here: &Here<'_>, entry: &Entry<'_>, title: &str) -> (String, String) {
    let (site, tongue) = (here.site, here.tongue);
    let values = [
        ("title", tongue.t(title)),
        ("number", entry.certificate.number.as_str()),
        ("holder", tongue.plain(entry.standing.holder_name)),
    ];
    let url = site.url(tongue, &Route::Certificate(entry.path().into_owned()));
    (url, tongue.fill("feed_summary", &values))
}
