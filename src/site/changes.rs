//! Pages and files of what changed, by month and by edition.

use std::fmt::Debug;

use jiff::civil::Date;
use rayon::prelude::*;

use crate::cache::Key;
use crate::credential::Edition;
use crate::site::{
    SiteError,
    frame::Here,
    index::Change,
    made_of::Basis,
    records,
    render::Worker,
    route::Route,
    seals::Seals,
    tongue::Tongue,
    views::{
        bulletin,
        edition::{self, Tally},
    },
};

impl Worker<'_> {
    pub(super) fn editions(&self) -> Result<(), SiteError> {
        let months: Vec<_> = self.site.months().collect();
        months.par_iter().try_for_each(|&(year, month)| {
            let name = || format!("month {year}-{month}");
            let made_of = |basis: &Basis| self.month_key(basis, &months, (year, month));
            self.unit(name, made_of, 1, |worker| worker.month((year, month)))?;
            let changes = self.site.changes_of(year, month);
            self.changes_file(changes, &Route::EditionData(year, month))
        })?;
        self.each(|tongue| {
            let here = Here::new(self.site, tongue, Route::Editions);
            let (about, view) = edition::editions(&here);
            self.page(&here, "editions.html", (about, "editions", &view))
        })
    }

    fn month_key(&self, basis: &Basis, months: &[(i16, i8)], month: (i16, i8)) -> Key {
        let (site, at) = (self.site, months.iter().position(|found| *found == month));
        let changes = site.changes_of(month.0, month.1);
        let neighbours = at.map(|at| (at.checked_sub(1).map(|at| months[at]), months.get(at + 1)));
        let published = site.seals.iter().flat_map(|seals| {
            let editions = seals.editions().filter(|(_, edition)| {
                let day = edition.name.date();
                (day.year(), day.month()) == month
            });
            editions.map(|(at, edition)| (edition.name, Tally::of(site, seals.changes(at))))
        });
        let published: Vec<_> = published.collect();
        let expiring = edition::shows_expiring(site, month).then_some(site.today);
        self.changes_key(basis, changes, (expiring, &(month, neighbours, published)))
    }

    /// The key of a page of changes that may list what expires next from a day on, and says more.
    fn changes_key(
        &self,
        basis: &Basis,
        changes: &[Change],
        (expiring, beside): (Option<Date>, &impl Debug),
    ) -> Key {
        let beside = (beside, expiring, Tally::of(self.site, changes));
        let expiring = expiring.map(|day| edition::expiring(self.site, day)).unwrap_or_default();
        let shown = edition::shown(self.site, changes);
        basis.changes(shown.into_iter().flatten(), (&expiring, &beside))
    }

    fn month(&self, (year, month): (i16, i8)) -> Result<(), SiteError> {
        self.each(|tongue| {
            let here = Here::new(self.site, tongue, Route::Edition(year, month));
            let (about, view) = edition::edition(&here, year, month);
            self.page(&here, "edition.html", (about, "edition", &view))
        })
    }

    pub(super) fn bulletins(&self, seals: &Seals<'_>) -> Result<(), SiteError> {
        let editions: Vec<_> = seals.editions().collect();
        editions.par_iter().try_for_each(|&(at, edition)| {
            let name = || format!("edition {}", edition.name);
            let made_of = |basis: &Basis| self.bulletin_key(basis, seals, (at, edition));
            self.unit(name, made_of, 1, |worker| worker.bulletin(at, edition))?;
            self.changes_file(seals.changes(at), &Route::BulletinData(edition.name.to_string()))
        })
    }

    fn bulletin_key(&self, basis: &Basis, seals: &Seals<'_>, of: (usize, &Edition)) -> Key {
        let (at, edition) = of;
        let is_newest = at + 1 == seals.sealed.editions.len();
        let expiring = is_newest.then(|| edition.name.date());
        let editions = &seals.sealed.editions;
        let neighbour = |at: Option<usize>| at.and_then(|at| editions.get(at)).map(|e| e.name);
        let neighbours = (neighbour(at.checked_sub(1)), neighbour(Some(at + 1)));
        let beside = (edition, neighbours, seals.erased_in(at));
        self.changes_key(basis, seals.changes(at), (expiring, &beside))
    }

    fn bulletin(&self, at: usize, edition: &Edition) -> Result<(), SiteError> {
        self.each(|tongue| {
            let here = Here::new(self.site, tongue, Route::Bulletin(edition.name.to_string()));
            let (about, view) = bulletin::bulletin(&here, at, edition);
            self.page(&here, "bulletin.html", (about, "bulletin", &view))
        })
    }

    /// A file of changes, one for each language.
    fn changes_file(&self, changes: &[Change], file: &Route) -> Result<(), SiteError> {
        let made_of = |basis: &Basis| basis.changes_file(self.site, changes);
        self.unit(
            || format!("changes {file}"),
            made_of,
            0,
            |worker| {
                let data = records::changes_csv(worker.site, changes);
                let write = |tongue: &Tongue<'_>| {
                    Ok(worker.sink.write(&format!("{}{file}", tongue.prefix), &data)?)
                };
                worker.each(write)
            },
        )
    }
}
