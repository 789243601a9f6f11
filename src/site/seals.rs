//! What the ledger says about the certificates that pages show, by edition and by certificate.

use std::collections::BTreeSet;

use rayon::prelude::*;

use crate::credential::{Edition, Sealed, SealedEntry};
use crate::model::{Certificate, Event, EventKind, Standing};
use crate::site::index::{Change, Entry, Index, What};

/// The sealed state, in the orders in which pages show it.
#[derive(Debug)]
pub(crate) struct Seals<'s> {
    pub(crate) sealed: &'s Sealed,
    /// What is sealed of each certificate, by its place in the index.
    entries: Vec<Option<&'s SealedEntry>>,
    /// The changes of each edition, in the order of [`Change`].
    changes: Vec<Vec<Change>>,
    /// The numbers that each edition erased.
    erased: Vec<Vec<&'s str>>,
}

impl<'s> Seals<'s> {
    pub(crate) fn new(sealed: &'s Sealed, index: &Index<'_>) -> Self {
        let none = || vec![Vec::new(); sealed.editions.len()];
        let entries = index.entries.par_iter();
        let entries = entries.map(|entry| sealed.entry(entry.certificate.number.key()));
        let mut seals = Self {
            sealed,
            entries: entries.collect(),
            changes: none(),
            erased: vec![Vec::new(); none().len()],
        };
        let said = index.entries.par_iter().flat_map_iter(|e| seals.changes_of(e));
        for (edition, change) in said.collect::<Vec<_>>() {
            if let Some(changes) = seals.changes.get_mut(edition as usize) {
                changes.push(change);
            }
        }
        for (key, entry) in &sealed.entries {
            let edition = entry.erased.and_then(|edition| seals.erased.get_mut(edition as usize));
            if let Some(numbers) = edition {
                numbers.push(key);
            }
        }
        for changes in &mut seals.changes {
            changes.par_sort_unstable();
        }
        seals
    }

    /// What is sealed of a certificate.
    pub(crate) fn of(&self, entry: &Entry<'_>) -> Option<&'s SealedEntry> {
        self.entries.get(entry.at as usize).copied().flatten()
    }

    /// The editions and their places, oldest first.
    pub(crate) fn editions(&self) -> impl DoubleEndedIterator<Item = (usize, &'s Edition)> + '_ {
        self.sealed.editions.iter().enumerate()
    }

    /// An edition by place.
    pub(crate) fn edition(&self, at: u32) -> Option<&'s Edition> {
        self.sealed.editions.get(at as usize)
    }

    /// What an edition said that the one before did not.
    pub(crate) fn changes(&self, edition: usize) -> &[Change] {
        self.changes.get(edition).map_or(&[], Vec::as_slice)
    }

    /// The numbers that an edition erased.
    pub(crate) fn erased_in(&self, edition: usize) -> &[&'s str] {
        self.erased.get(edition).map_or(&[], Vec::as_slice)
    }

    /// Every number that was erased, with the edition that did.
    pub(crate) fn erased(&self) -> impl Iterator<Item = (&'s str, &'s Edition)> + '_ {
        let numbers = self.editions().map(|(at, edition)| (self.erased_in(at), edition));
        numbers.flat_map(|(numbers, edition)| numbers.iter().map(move |key| (*key, edition)))
    }

    /// The editions that said something new of a certificate, and what they said.
    pub(crate) fn said<T>(
        &self,
        entry: &Entry<'_>,
        mut word: impl FnMut(Said<'s>, &Standing<'_>) -> T,
    ) -> Vec<T> {
        let Some(sealed) = self.of(entry) else { return Vec::new() };
        let versions = sealed.versions.iter().map(|version| version.edition);
        let statuses = sealed.statuses.iter().map(|status| status.edition);
        let places: BTreeSet<u32> = versions.chain(statuses).collect();
        let said = |place| {
            let edition = self.edition(place)?;
            let is_new = sealed.versions.iter().any(|version| version.edition == place);
            let version = sealed.versions.iter().take_while(|v| v.edition <= place).count();
            let said = Said { edition, version: is_new.then_some(version) };
            let day = edition.name.date();
            Some(match as_published(entry.certificate, sealed, place) {
                None => word(said, &entry.timeline().on(day)),
                Some(certificate) => word(said, &certificate.standing(day)),
            })
        };
        places.into_iter().filter_map(said).collect()
    }

    /// What editions said of a certificate that those before did not, by the edition's place.
    pub(crate) fn changes_of(&self, entry: &Entry<'_>) -> Vec<(u32, Change)> {
        let certificate = entry.certificate;
        let mut found = Vec::new();
        let mut add = |edition: u32, date, what| {
            found.push((edition, Change { date, entry: entry.at, what }));
        };
        let Some(sealed) = self.of(entry) else { return found };
        let Some(first) = sealed.versions.first() else { return found };
        add(first.edition, certificate.grant.issued, What::Granted);
        let written = events_of_history(sealed.newest().history, certificate);
        for (place, event) in (0..).zip(certificate.events.get(..written).unwrap_or_default()) {
            // The history's first entry is the grant, which is no event.
            let version = sealed.versions.iter().find(|version| place + 1 < version.history);
            let edition = version.map_or(first.edition, |version| version.edition);
            if edition != first.edition && event.kind != EventKind::Surveillance {
                add(edition, event.date, What::Event(place));
            }
        }
        for (after, status) in (0..).zip(&sealed.statuses) {
            // What a certificate's first edition says of its status is no change of it.
            let place = u32::try_from(written).unwrap_or(u32::MAX).saturating_add(after);
            let event = certificate.events.get(place as usize);
            if let Some(event) = event.filter(|_| status.edition != first.edition) {
                debug_assert_eq!(event.date, status.change.date, "events end with the statuses");
                add(status.edition, event.date, What::Event(place));
            }
        }
        found
    }
}

/// An edition that said something new of a certificate.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Said<'s> {
    pub(crate) edition: &'s Edition,
    /// Which version it sealed, from 1, if it sealed one.
    pub(crate) version: Option<usize>,
}

/// How many of a certificate's events come from a history of so many entries.
fn events_of_history(history: u32, certificate: &Certificate) -> usize {
    (history.saturating_sub(1) as usize).min(certificate.events.len())
}

/// The certificate as an edition knew it; nothing where it is as it is now.
fn as_published(
    certificate: &Certificate,
    sealed: &SealedEntry,
    edition: u32,
) -> Option<Certificate> {
    let (version, statuses) = sealed.as_published(edition)?;
    let written = events_of_history(sealed.newest().history, certificate);
    let known = events_of_history(version.history, certificate);
    let statuses = written.saturating_add(statuses.len());
    if known == written && statuses == certificate.events.len() {
        return None;
    }
    let part = |range| certificate.events.get(range).unwrap_or_default();
    let events: Vec<Event> = [part(0..known), part(written..statuses)].concat();
    Some(Certificate { events: events.into(), ..certificate.clone() })
}
