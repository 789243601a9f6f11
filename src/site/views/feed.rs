//! The feed of changes, and what search engines read.

use jiff::{Timestamp, civil::Date};
use serde::Serialize;

use crate::site::{
    Site,
    frame::Here,
    index::Change,
    route::Route,
    seals::Seals,
    tongue::Tongue,
    views::{bulletin::counts_text, history::change, seal::edition_words},
};

#[derive(Debug, Serialize)]
pub(crate) struct FeedView {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) self_url: String,
    pub(crate) site_url: String,
    pub(crate) updated: String,
    pub(crate) entries: Vec<FeedEntry>,
}

#[derive(Debug, Serialize)]
pub(crate) struct FeedEntry {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) url: String,
    pub(crate) updated: String,
    pub(crate) summary: String,
}

/// How many changes the feed has.
pub(crate) const ENTRIES: usize = 50;

/// The newest changes: by edition where the register is sealed, else by the day they take effect.
pub(crate) fn feed(here: &Here<'_>) -> FeedView {
    let (site, tongue) = (here.site, here.tongue);
    let name = tongue.plain(&site.config.name);
    let (updated, entries) = match &site.seals {
        Some(seals) => (seals.sealed.newest().time.to_string(), published(here, seals)),
        None => {
            let newest = site.index.changes.last().map_or(site.today, |change| change.date);
            let changes = site.index.changes.iter().rev().take(ENTRIES);
            let entries = changes.map(|found| entry(here, found, midnight(here, found.date)));
            (midnight(here, newest), entries.collect())
        }
    };
    FeedView {
        id: here.url(),
        title: format!("{name} · {}", tongue.t("feed_title")),
        self_url: here.url(),
        site_url: site.url(tongue, &Route::Home),
        updated,
        entries,
    }
}

/// The newest editions, each with its changes.
fn published(here: &Here<'_>, seals: &Seals<'_>) -> Vec<FeedEntry> {
    let mut entries = Vec::new();
    for (at, edition) in seals.editions().rev() {
        if entries.len() >= ENTRIES {
            break;
        }
        let updated = edition.time.to_string();
        let counts = counts_text(here, at);
        let words = edition_words(here.tongue, edition.name);
        let values = [("edition", &*words), ("counts", &*counts)];
        let url = here.site.url(here.tongue, &Route::Bulletin(edition.name.to_string()));
        entries.push(FeedEntry {
            id: url.clone(),
            title: here.tongue.fill("feed_edition", &values),
            updated: updated.clone(),
            summary: counts.clone(),
            url,
        });
        let changes = seals.changes(at).iter().rev().take(ENTRIES - entries.len());
        entries.extend(changes.map(|found| entry(here, found, updated.clone())));
    }
    entries
}

/// The start of a day where the register is; nothing at the end of time.
pub(crate) fn start_of(site: &Site<'_>, day: Date) -> Option<Timestamp> {
    site.config.time_zone.to_timestamp(day.at(0, 0, 0, 0)).ok()
}

fn midnight(here: &Here<'_>, day: Date) -> String {
    let start = start_of(here.site, day);
    start.map_or_else(|| format!("{day}T00:00:00Z"), |instant| instant.to_string())
}

/// A change as an entry of a feed.
pub(crate) fn entry(here: &Here<'_>, found: &Change, updated: String) -> FeedEntry {
    let (site, tongue) = (here.site, here.tongue);
    let entry = site.index.entry(found.entry);
    let url = site.url(tongue, &Route::Certificate(entry.path().into_owned()));
    let view = change(here, found);
    let values = [
        ("title", view.title()),
        ("number", entry.certificate.number.as_str()),
        ("holder", tongue.plain(entry.standing.holder_name)),
    ];
    FeedEntry {
        id: format!("{url}#{}-{}", found.date, found.what.slug()),
        title: tongue.fill("feed_summary", &values),
        updated,
        summary: view.detail().map_or_else(|| view.title().to_owned(), ToOwned::to_owned),
        url,
    }
}

/// How many addresses a sitemap has at most: a fifth of what sitemaps.org (protocol 0.9) allows, so
/// that little is held at once, and little is made anew when one is added.
pub(crate) const SITEMAP_URLS: usize = 10_000;

#[derive(Debug, Serialize)]
pub(crate) struct SitemapView {
    urls: Vec<SitemapUrl>,
}

#[derive(Debug, Serialize)]
struct SitemapUrl {
    loc: String,
    alternates: Vec<SitemapAlternate>,
}

#[derive(Debug, Serialize)]
struct SitemapAlternate {
    lang: String,
    url: String,
}

#[derive(Debug, Serialize)]
pub(crate) struct SitemapIndexView {
    sitemaps: Vec<SitemapPart>,
}

#[derive(Debug, Serialize)]
struct SitemapPart {
    loc: String,
}

#[derive(Debug, Serialize)]
pub(crate) struct RobotsView {
    sitemap_url: String,
}

/// A sitemap of these pages.
pub(crate) fn sitemap(site: &Site<'_>, pages: &[(&Tongue<'_>, &Route)]) -> SitemapView {
    let alternate = |tongue: &Tongue<'_>, route: &Route| SitemapAlternate {
        lang: tongue.html_lang.to_owned(),
        url: site.url(tongue, route),
    };
    let several = site.tongues.len() > 1;
    let url = |(tongue, route): &(&Tongue<'_>, &Route)| SitemapUrl {
        loc: site.url(tongue, route),
        alternates: site
            .tongues
            .iter()
            .filter(|_| several)
            .map(|other| alternate(other, route))
            .collect(),
    };
    SitemapView { urls: pages.iter().map(url).collect() }
}

/// The sitemap of so many sitemaps.
pub(crate) fn sitemap_index(site: &Site<'_>, parts: usize) -> SitemapIndexView {
    let part = |n| SitemapPart { loc: format!("{}/sitemaps/{n}.xml", site.base_url.as_str()) };
    SitemapIndexView { sitemaps: (1..=parts).map(part).collect() }
}

/// What robots are told.
pub(crate) fn robots(site: &Site<'_>) -> RobotsView {
    RobotsView { sitemap_url: format!("{}/sitemap.xml", site.base_url.as_str()) }
}
