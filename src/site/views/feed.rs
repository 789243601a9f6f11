//! The feed of changes, and what search engines read.

use serde::Serialize;

use crate::site::{Site, frame::Here, route::Route, tongue::Tongue, views::history::change};

#[derive(Debug, Serialize)]
pub(crate) struct FeedView {
    id: String,
    title: String,
    self_url: String,
    site_url: String,
    updated: String,
    entries: Vec<FeedEntry>,
}

#[derive(Debug, Serialize)]
struct FeedEntry {
    id: String,
    title: String,
    url: String,
    updated: String,
    summary: String,
}

/// How many changes the feed has.
const ENTRIES: usize = 50;

/// The newest changes.
pub(crate) fn feed(here: &Here<'_>) -> FeedView {
    let (site, tongue) = (here.site, here.tongue);
    let name = tongue.plain(&site.config.name);
    let midnight = |day: jiff::civil::Date| {
        let zoned = site.config.time_zone.to_timestamp(day.at(0, 0, 0, 0));
        zoned.map_or_else(|_| format!("{day}T00:00:00Z"), |instant| instant.to_string())
    };
    let newest = site.index.changes.iter().rev().take(ENTRIES);
    let entries = newest.map(|found| {
        let entry = site.index.entry(found.entry);
        let url = site.url(tongue, &Route::Certificate(entry.path.clone()));
        let view = change(here, found);
        let words = [
            view.title(),
            entry.certificate.number.as_str(),
            tongue.plain(entry.standing.holder_name),
        ];
        let values = [("title", words[0]), ("number", words[1]), ("holder", words[2])];
        FeedEntry {
            id: format!("{url}#{}-{}", found.date, found.what.slug()),
            title: tongue.fill("feed_summary", &values),
            updated: midnight(found.date),
            summary: view.detail().map_or_else(|| view.title().to_owned(), ToOwned::to_owned),
            url,
        }
    });
    let updated = site.index.changes.last().map_or(site.today, |change| change.date);
    FeedView {
        id: here.url(),
        title: format!("{name} · {}", tongue.t("feed_title")),
        self_url: here.url(),
        site_url: site.url(tongue, &Route::Home),
        updated: midnight(updated),
        entries: entries.collect(),
    }
}

/// Addresses a sitemap holds at most (sitemaps.org, protocol 0.9).
pub(crate) const SITEMAP_URLS: usize = 50_000;

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
