//! What pages are made of: a key for each, which is another as soon as anything that the page shows
//! is.
//!
//! A page that shows a certificate depends on all of its record, whatever it shows of it: a key may
//! differ for nothing, and then the same bytes are made once more. What it must not do is stay the
//! same where the page would not; `tests/incremental.rs` holds that for random edits.

use rayon::prelude::*;

use crate::cache::{self, Key, Writer};
use crate::credential::{Edition, SealedEntry, StatusChange};
use crate::markdown::{self, Place};
use crate::site::{
    Inputs, Site,
    holders::HolderEntry,
    index::{Change, Entry, List, Slot, Subject},
    records,
    route::Route,
    seals::Seals,
    tongue::Tongue,
    views::list,
};

/// What everything is made of.
#[derive(Debug, Default)]
pub(crate) struct Basis {
    /// All that is not a certificate, and may show on any page.
    all: Key,
    /// Each certificate, by its place in the index.
    entries: Vec<Key>,
}

impl Basis {
    /// `sources` tells each certificate's record from every other.
    pub(crate) fn new(inputs: &Inputs<'_>, site: &Site<'_>) -> Self {
        let editions = site.seals.as_ref().map(editions).unwrap_or_default();
        let entries = site.index.entries.par_iter().enumerate().map(|(at, entry)| {
            let mut of = Writer::default();
            of.text(&entry.certificate.file);
            match site.seals.as_ref().and_then(|seals| seals.of(entry)) {
                Some(sealed) => seal(&mut of, sealed, &editions),
                None => of.raw(&inputs.sources.get(at).copied().unwrap_or_default().0),
            }
            cache::key(&of.into_bytes())
        });
        Self { all: all(inputs), entries: entries.collect() }
    }

    fn of<'e>(&self, entries: impl IntoIterator<Item = &'e u32>, of: &mut Writer) {
        for at in entries {
            of.raw(&self.entries.get(*at as usize).copied().unwrap_or_default().0);
        }
    }

    fn begin(&self) -> Writer {
        let mut of = Writer::default();
        of.raw(&self.all.0);
        of
    }

    /// A certificate's page and badge.
    pub(crate) fn certificate(&self, site: &Site<'_>, at: u32, entry: &Entry<'_>) -> Key {
        let mut of = self.begin();
        let index = &site.index;
        let others = index.holders.held_with(entry);
        let succeeds = entry.certificate.succeeds.as_deref().and_then(|key| index.place(key));
        self.of([&at].into_iter().chain(others), &mut of);
        for neighbour in [succeeds, index.successor_place(at)] {
            of.option(neighbour, |of, at| self.of([&at], of));
        }
        links(site, entry, &mut of);
        cache::key(&of.into_bytes())
    }

    /// A holder's page, feed and calendar.
    pub(crate) fn holder(&self, site: &Site<'_>, holder: &HolderEntry<'_>) -> Key {
        let mut of = self.begin();
        self.of(site.index.holders.held_by(holder), &mut of);
        for other in site.index.homonyms(holder) {
            self.of(site.index.holders.held_by(other), &mut of);
        }
        cache::key(&of.into_bytes())
    }

    /// A page of a list, or its first page, feed and calendar.
    pub(crate) fn list(&self, site: &Site<'_>, of_list: &List<'_>, page: Option<usize>) -> Key {
        let mut of = self.begin();
        let size = site.config.page_size;
        let count = of_list.slots.len();
        // A numbered page knows of others only whether there is a newer one.
        let full = list::numbered(count, size);
        of.size(page.map_or(full, |page| usize::from(page < full)));
        of.option(page, Writer::size);
        if let Subject::Coded(code, name) = of_list.subject {
            of.text(code);
            of.text(&format!("{name:?}"));
        }
        let slots = match page {
            Some(_) => list::slots(of_list, page, size),
            None => &*of_list.slots,
        };
        for Slot { since, entry } in slots {
            of.date(*since);
            self.of([entry], &mut of);
        }
        cache::key(&of.into_bytes())
    }

    /// A page of changes: of those that it shows, of the certificates that it lists, and of what else
    /// it says.
    pub(crate) fn changes<'c>(
        &self,
        shown: impl IntoIterator<Item = &'c Change>,
        (listed, beside): (&[&Entry<'_>], &impl std::fmt::Debug),
    ) -> Key {
        let mut of = self.begin();
        of.text(&format!("{beside:?}"));
        for change in shown {
            of.date(change.date);
            of.text(&change.what.slug());
            self.of([&change.entry], &mut of);
        }
        self.of(listed.iter().map(|entry| &entry.at), &mut of);
        cache::key(&of.into_bytes())
    }

    /// A file of changes. It has all of them, and says little of their certificates.
    pub(crate) fn changes_file(&self, site: &Site<'_>, changes: &[Change]) -> Key {
        let mut of = self.begin();
        for change in changes {
            let entry = site.index.entry(change.entry);
            of.date(change.date);
            of.text(records::what(entry, change));
            of.text(entry.certificate.number.as_str());
            of.text(entry.standing.holder_id.value());
        }
        cache::key(&of.into_bytes())
    }

    /// A part of the sitemap.
    pub(crate) fn routes(&self, pages: &[(&Tongue<'_>, &Route)]) -> Key {
        let mut of = self.begin();
        for (tongue, route) in pages {
            of.text(&tongue.prefix);
            of.text(&route.to_string());
        }
        cache::key(&of.into_bytes())
    }

    /// What shows every certificate.
    pub(crate) fn whole(&self, site: &Site<'_>) -> Key {
        let mut of = self.begin();
        for key in &self.entries {
            of.raw(&key.0);
        }
        if let Some(seals) = &site.seals {
            let newest = seals.sealed.newest();
            of.text(&format!("{} {}", newest.name, newest.ordinal));
            of.number(seals.sealed.serials().into());
            for (key, _) in seals.erased() {
                of.text(key);
            }
        }
        cache::key(&of.into_bytes())
    }
}

/// All that may show on any page, and is not a certificate.
fn all(inputs: &Inputs<'_>) -> Key {
    let Inputs { config, register, theme, base_url, today, sealed, .. } = inputs;
    let mut of = Writer::default();
    // Forms that say all there is to say, and are read by nobody.
    of.text(&format!("{config:?}"));
    of.text(&format!("{:?}", register.schemes));
    of.text(&format!("{:?}", register.guides));
    of.text(&format!("{:?} {:?}", register.regions, register.industries));
    for (path, picture) in &register.pictures {
        of.text(path);
        of.raw(&cache::key(&picture.bytes).0);
    }
    of.raw(&theme.key().0);
    of.text(base_url.as_str());
    of.date(*today);
    of.option(*sealed, |of, sealed| of.text(sealed.issuer.as_str()));
    cache::key(&of.into_bytes())
}

/// Each edition, as far as a certificate's page speaks of it.
fn editions(seals: &Seals<'_>) -> Vec<Key> {
    let key = |edition: &Edition| {
        cache::key(format!("{} {} {}", edition.name, edition.ordinal, edition.time).as_bytes())
    };
    seals.editions().map(|(_, edition)| key(edition)).collect()
}

fn seal(of: &mut Writer, sealed: &SealedEntry, editions: &[Key]) {
    let edition = |of: &mut Writer, at: u32| {
        of.raw(&editions.get(at as usize).copied().unwrap_or_default().0);
    };
    of.list(&sealed.versions, |of, version| {
        of.number(version.serial.into());
        of.number(version.leaf);
        of.raw(&version.sha256);
        edition(of, version.edition);
        of.number(version.history.into());
        of.number(version.length.into());
    });
    of.list(&sealed.statuses, |of, status| {
        let StatusChange { date, status: word, reason } = &status.change;
        of.date(*date);
        of.text(word.word());
        of.option(reason.as_deref(), Writer::text);
        of.number(status.leaf);
        edition(of, status.edition);
    });
    of.option(sealed.erased, |of, at| edition(of, at));
}

/// Where the links of a certificate's remarks lead.
fn links(site: &Site<'_>, entry: &Entry<'_>, of: &mut Writer) {
    let remarks = &*entry.certificate.remarks;
    if !remarks.contains(['[', '<']) {
        return;
    }
    for reference in markdown::references(remarks) {
        if let Place::File { path, .. } =
            markdown::resolve(&entry.certificate.file, &reference.destination)
        {
            of.option(site.page_of(&path), |of, route| of.text(&route.to_string()));
        }
    }
}
