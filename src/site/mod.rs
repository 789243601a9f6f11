//! The site: which pages there are, what stands on each, and how they are rendered.
//!
//! [`render`] hands every file to a sink as soon as it is made, pages before the indexes that lead
//! to them, so that memory does not grow with the number of pages.

mod calendar;
mod changes;
mod compact;
mod csv;
mod frame;
mod holders;
mod index;
mod links;
mod machines;
mod made_of;
mod menus;
mod published;
mod records;
mod render;
mod route;
mod rows;
mod seals;
mod subscriptions;
mod tongue;
mod units;
mod views;
mod voice;

pub use render::{Inputs, Rendered, SiteError, render};
pub use units::{certificate_unit, render_certificates};

use std::sync::OnceLock;

use jiff::civil::Date;

use crate::config::{BaseUrl, Config, Layout};
use crate::model::{Guide, Language, Register, Scheme};
use crate::site::{
    frame::Here,
    index::{Change, Index},
    route::Route,
    seals::Seals,
    tongue::Tongue,
};

/// Everything that pages are made of.
#[derive(Debug)]
pub(crate) struct Site<'s> {
    pub(crate) config: &'s Config,
    pub(crate) register: &'s Register,
    pub(crate) base_url: &'s BaseUrl,
    pub(crate) today: Date,
    pub(crate) tongues: Vec<Tongue<'s>>,
    pub(crate) index: Index<'s>,
    /// What is sealed; nothing in a working copy.
    pub(crate) seals: Option<Seals<'s>>,
    /// Ranges of changes by month, oldest month first.
    months: Vec<((i16, i8), std::ops::Range<usize>)>,
    /// The places of certificates in the order of their records' files, once one is linked to.
    by_file: OnceLock<Vec<u32>>,
    /// Guides by language, in the order of the guidance index.
    guides: Vec<(Language, Vec<&'s Guide>)>,
}

impl<'s> Site<'s> {
    fn new(inputs: &Inputs<'s>) -> Self {
        let Inputs { config, register, theme, base_url, today, sealed, .. } = *inputs;
        let html_langs: Vec<_> = config
            .languages
            .iter()
            .map(|language| (*language, theme.html_lang(language.code())))
            .collect();
        let tongues = config.languages.iter().enumerate().filter_map(|(at, language)| {
            let labels = theme.labels(language.code())?;
            let prefix = if at == 0 { String::new() } else { format!("{language}/") };
            Some(Tongue::new(*language, html_langs.clone(), prefix, labels))
        });
        let tongues = tongues.collect();
        let index = Index::new(register, today);
        let seals = sealed.map(|sealed| Seals::new(sealed, &index));
        let mut months = months(&index.changes);
        for (_, edition) in seals.iter().flat_map(Seals::editions) {
            add_month(&mut months, edition.name.date());
        }
        let guides = config.languages.iter().map(|l| (*l, guides(register, *l))).collect();
        Self {
            config,
            register,
            base_url,
            today,
            tongues,
            index,
            seals,
            months,
            by_file: OnceLock::new(),
            guides,
        }
    }

    /// Which files there are. The compact layout shows what the ledger holds, so that a working copy,
    /// of which nothing is signed yet, is laid out in full.
    pub(crate) fn layout(&self) -> Layout {
        if self.seals.is_some() { self.config.layout } else { Layout::Full }
    }

    /// The address of a page on the register's own host.
    pub(crate) fn url(&self, tongue: &Tongue<'_>, route: &Route) -> String {
        let base = self.base_url.as_str();
        match route {
            Route::Home => format!("{base}/{}", tongue.prefix),
            route => frame::joined(&[base, "/", &tongue.prefix], route),
        }
    }

    /// Where a clause is explained, if a guidance page does.
    pub(crate) fn clause_href(
        &self,
        here: &Here<'_>,
        scheme: &Scheme,
        clause: &str,
    ) -> Option<String> {
        let slug = scheme.guidance.as_deref()?;
        let anchor = format!("clause-{clause}");
        let guides = self.guides(here.tongue.language);
        let guide = guides.iter().find(|guide| &*guide.slug == slug)?;
        let there = guide.anchors.iter().any(|known| **known == *anchor);
        let page = here.href(&Route::Guide(slug.to_owned()));
        there.then(|| format!("{page}#{anchor}"))
    }

    /// Guidance in a language, in the order of its index; pages that only the first language has
    /// stand in for those that are missing.
    pub(crate) fn guides(&self, language: Language) -> &[&'s Guide] {
        let found = self.guides.iter().find(|(l, _)| *l == language);
        found.map_or(&[], |(_, guides)| guides)
    }

    /// Whether there is a guidance page of that name.
    pub(crate) fn has_guide(&self, slug: &str) -> bool {
        self.register.guides.iter().any(|guide| &*guide.slug == slug)
    }

    /// The months in which something changed or was published, oldest first.
    pub(crate) fn months(&self) -> impl DoubleEndedIterator<Item = (i16, i8)> {
        self.months.iter().map(|(month, _)| *month)
    }

    /// What changed in a month, oldest first.
    pub(crate) fn changes_of(&self, year: i16, month: i8) -> &[Change] {
        let found = self.months.binary_search_by_key(&(year, month), |(month, _)| *month);
        let range = found.ok().map(|at| self.months[at].1.clone());
        range.and_then(|range| self.index.changes.get(range)).unwrap_or_default()
    }

    /// The page that is made from a file of the register.
    pub(crate) fn page_of(&self, file: &str) -> Option<Route> {
        let mut guides = self.register.guides.iter();
        if let Some(guide) = guides.find(|guide| *guide.file == *file) {
            return Some(Route::Guide(guide.slug.to_string()));
        }
        let file_of = |at: &u32| &*self.index.entry(*at).certificate.file;
        let by_file = self.by_file.get_or_init(|| {
            let mut places: Vec<u32> = self.index.entries.iter().map(|entry| entry.at).collect();
            places.sort_unstable_by_key(file_of);
            places
        });
        let found = by_file.binary_search_by(|at| file_of(at).cmp(file)).ok()?;
        Some(Route::Certificate(self.index.entry(by_file[found]).path().into_owned()))
    }
}

fn months(changes: &[Change]) -> Vec<((i16, i8), std::ops::Range<usize>)> {
    let mut months = Vec::new();
    let mut start = 0;
    for chunk in
        changes.chunk_by(|a, b| (a.date.year(), a.date.month()) == (b.date.year(), b.date.month()))
    {
        let month = (chunk[0].date.year(), chunk[0].date.month());
        months.push((month, start..start + chunk.len()));
        start += chunk.len();
    }
    months
}

/// A month in which an edition was published, even if nothing took effect in it.
fn add_month(months: &mut Vec<((i16, i8), std::ops::Range<usize>)>, day: Date) {
    let month = (day.year(), day.month());
    if let Err(at) = months.binary_search_by_key(&month, |(month, _)| *month) {
        months.insert(at, (month, 0..0));
    }
}

fn guides(register: &Register, language: Language) -> Vec<&Guide> {
    let mut found: Vec<&Guide> = Vec::new();
    for guide in &register.guides {
        match found.iter_mut().find(|other| other.slug == guide.slug) {
            None => found.push(guide),
            Some(other) if guide.language == language => *other = guide,
            Some(_) => {}
        }
    }
    let groups = ["customers", "companies", "process", "schemes", "help"];
    let place = |guide: &Guide| groups.iter().position(|group| *group == &*guide.group);
    found.sort_by_key(|guide| (place(guide), guide.order, &guide.slug));
    found
}
