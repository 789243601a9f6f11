//! What happened to a made-up certificate, year by year until today.
//!
//! A year runs from one look (the grant, a surveillance) to the next, at most twelve months later.
//! Early in it at most one thing happens besides; everything in it has ended before the next look.

use std::ops::ControlFlow::{self, Break, Continue};

use jiff::civil::Date;

use crate::scaffold::sample::{
    calendar::{add_days, add_months, cycle_end, days_before, workday},
    company::{Company, Form},
    evaluation::Detail,
    random::Random,
    record::{Correction, Event, Local, Record, What},
    sites::site,
    words::Words,
};

/// First and last day of a cycle.
#[derive(Clone, Copy)]
pub(super) struct Cycle {
    pub(super) from: Date,
    pub(super) until: Date,
}

/// A certificate on its way through time. [`Break`] is the end of the story: today, or its own.
pub(super) struct Life<'l, 'w> {
    pub(super) random: Random,
    pub(super) today: Date,
    pub(super) words: &'w Words,
    pub(super) company: &'l Company<'w>,
    pub(super) record: &'l mut Record<'w>,
    pub(super) level: usize,
    pub(super) form: Form,
    /// The holder has other certificates, which must agree on its name.
    pub(super) shared_name: bool,
    /// The names of sites that can close.
    pub(super) open_sites: Vec<String>,
    pub(super) site_numbers: u32,
    /// The day of the last event.
    pub(super) last: Date,
}

const NOTES_LEVEL: (&str, &str) = ("专项检查后调整级别", "Level changed after a special check");
const NOTE_MISTAKE: (&str, &str) =
    ("登记差错，该证书未被暂停", "Clerical error: this certificate was not suspended");

#[derive(Clone, Copy)]
enum Chance {
    Nothing,
    Suspended,
    SuspendedForGood,
    Withdrawn,
    Cancelled,
    LevelChanged,
    Renamed,
    AddressChanged,
    ScopeChanged,
    SiteAdded,
    SiteClosed,
    Corrected,
    SuspendedByMistake,
}

/// How often each happens, in 10,000 years.
const CHANCES: [(Chance, u32); 13] = [
    (Chance::Nothing, 7905),
    (Chance::Suspended, 340),
    (Chance::SuspendedForGood, 70),
    (Chance::Withdrawn, 50),
    (Chance::Cancelled, 120),
    (Chance::LevelChanged, 280),
    (Chance::Renamed, 280),
    (Chance::AddressChanged, 170),
    (Chance::ScopeChanged, 180),
    (Chance::SiteAdded, 260),
    (Chance::SiteClosed, 160),
    (Chance::Corrected, 165),
    (Chance::SuspendedByMistake, 20),
];

impl<'w> Life<'_, 'w> {
    /// Lives until today or the end.
    pub(super) fn live(mut self) {
        let from = self.record.valid_from.unwrap_or(self.record.issued);
        let mut cycle = Cycle { from, until: self.record.expires };
        if from > self.today || self.mend_the_end(&mut cycle).is_break() {
            return;
        }
        while let Continue(next) = self.cycle(cycle) {
            cycle = next;
        }
    }

    /// An end that was typed a day too late is put right in the first weeks.
    fn mend_the_end(&mut self, cycle: &mut Cycle) -> ControlFlow<()> {
        let right = cycle_end(cycle.from);
        if cycle.until != right {
            let date = workday(add_days(cycle.from, self.random.between(8, 20)));
            self.push(date, What::Corrected(Correction::Expires(right)))?;
            cycle.until = right;
        }
        Continue(())
    }

    fn cycle(&mut self, cycle: Cycle) -> ControlFlow<(), Cycle> {
        let mut look = cycle.from;
        loop {
            self.year(look, cycle.until)?;
            let due = add_months(look, 12);
            if add_days(due, 60) > cycle.until {
                return self.renewal(cycle, due);
            }
            look = self.surveillance(due, cycle.until)?;
        }
    }

    /// Records an event, never before an earlier one. Nothing is recorded after today.
    pub(super) fn push(&mut self, date: Date, what: What<'w>) -> ControlFlow<()> {
        self.push_with(date, what, None)
    }

    fn push_with(
        &mut self,
        date: Date,
        what: What<'w>,
        note: Option<(&'static str, &'static str)>,
    ) -> ControlFlow<()> {
        let date = date.max(self.last);
        if date > self.today {
            return Break(());
        }
        self.last = date;
        self.record.events.push(Event { date, what, note });
        Continue(())
    }

    /// Suspends on a day for a reason that is not about surveillance.
    pub(super) fn suspend(&mut self, date: Date) -> ControlFlow<()> {
        let ids = ["nonconformity-open", "mark-misused", "holder-request", "rule-changed"];
        let id = ids[self.random.weighted([5, 2, 2, 1].into_iter())];
        self.push(date, What::Suspended(self.record.scheme().reason("suspended", id)))
    }

    fn withdraw(&mut self, date: Date, ids: &[&str]) -> ControlFlow<()> {
        let id = *self.random.pick(ids);
        self.push(date, What::Withdrawn(self.record.scheme().reason("withdrawn", id)))?;
        Break(())
    }

    /// The surveillance due on a day, and the day it took place.
    fn surveillance(&mut self, due: Date, until: Date) -> ControlFlow<(), Date> {
        if self.random.chance(12) && add_days(due, 200) < until {
            return self.late_surveillance(due);
        }
        let is_forgotten = self.random.chance(40);
        if is_forgotten && due < self.today && self.today < add_days(due, 120) {
            return Break(()); // A small share is overdue.
        }
        let date = workday(days_before(due, self.random.between(1, 25)));
        self.look(date)?;
        Continue(date)
    }

    /// A surveillance on a day, with its evaluation now and then.
    pub(super) fn look(&mut self, date: Date) -> ControlFlow<()> {
        let found = self.random.chance(350).then(|| {
            let day = workday(days_before(date, self.random.between(1, 6)));
            self.record.evaluator.evaluate(&mut self.random, self.level, day, Detail::ScoreOnly)
        });
        self.push(date, What::Surveillance(found))
    }

    /// Suspended because the surveillance was not there in time; it is made up for, or that is it.
    fn late_surveillance(&mut self, due: Date) -> ControlFlow<(), Date> {
        let overdue = self.record.scheme().reason("suspended", "surveillance-overdue");
        let start = add_days(due, self.random.between(1, 12));
        self.push(start, What::Suspended(overdue))?;
        let end = workday(add_days(start, self.random.between(30, 150)));
        if self.random.chance(250) {
            self.withdraw(end, &["suspension-unresolved", "surveillance-refused"])?;
        }
        self.push(end, What::Surveillance(None))?;
        self.push(end, What::Reinstated)?;
        Continue(end)
    }

    fn year(&mut self, look: Date, until: Date) -> ControlFlow<()> {
        let chance = CHANCES[self.random.weighted(CHANCES.iter().map(|(_, weight)| *weight))].0;
        let start = workday(add_days(look, self.random.between(27, 130)));
        if add_days(start, 180) > until {
            return Continue(());
        }
        match chance {
            Chance::Nothing => Continue(()),
            Chance::Suspended => {
                self.suspend(start)?;
                let end = workday(add_days(start, self.random.between(20, 170)));
                self.push(end, What::Reinstated)
            }
            Chance::SuspendedForGood => {
                self.suspend(start)?;
                let end = workday(add_days(start, self.random.between(60, 170)));
                self.withdraw(end, &["suspension-unresolved"])
            }
            Chance::Withdrawn => {
                self.withdraw(start, &["serious-breach", "cheating", "legal-status-lost"])
            }
            Chance::Cancelled => {
                let ids = ["holder-request-cancel", "activity-stopped", "rule-not-followed"];
                let id = ids[self.random.weighted([6, 3, 1].into_iter())];
                self.push(start, What::Cancelled(self.record.scheme().reason("cancelled", id)))?;
                Break(())
            }
            Chance::LevelChanged => self.level_changed(start),
            Chance::SuspendedByMistake => {
                self.suspend(start)?;
                let start = self.last;
                let date = add_days(start, self.random.between(2, 6));
                let what = What::Corrected(Correction::NotSuspended(start));
                self.push_with(date, what, Some(NOTE_MISTAKE))
            }
            chance => self.facts(chance, start),
        }
    }

    /// A level that is not this one, one step up or down.
    pub(super) fn other_level(&mut self) -> Option<usize> {
        let top = self.record.scheme().levels.len() - 1;
        let down = self.level.checked_sub(1);
        let up = Some(self.level + 1).filter(|level| *level <= top);
        if self.random.chance(500) { up.or(down) } else { down.or(up) }
    }

    /// A special check finds another score, and some days later the level follows.
    fn level_changed(&mut self, start: Date) -> ControlFlow<()> {
        let Some(level) = self.other_level() else { return Continue(()) };
        let found =
            self.record.evaluator.evaluate(&mut self.random, level, start, Detail::ScoreOnly);
        self.push(start, What::Surveillance(Some(found)))?;
        let date = workday(add_days(start, self.random.between(7, 15)));
        let decided = workday(add_days(start, self.random.between(3, 5)));
        let note = self.random.chance(400).then_some(NOTES_LEVEL);
        self.push_with(date, What::LevelChanged { level, decided }, note)?;
        self.level = level;
        Continue(())
    }

    /// New facts that leave the status alone.
    fn facts(&mut self, chance: Chance, date: Date) -> ControlFlow<()> {
        match chance {
            Chance::Renamed if !self.shared_name && self.form != Form::SoleTrader => {
                self.form = self.form.next();
                self.push(date, What::Renamed(self.company.name(self.form)))
            }
            Chance::AddressChanged => {
                let address = self.new_address();
                self.push(date, What::AddressChanged(address))
            }
            Chance::ScopeChanged => {
                let old = self.record.scope;
                let others: Vec<&Local> =
                    self.company.trade.scopes.iter().filter(|s| *s != old).collect();
                let scope = *self.random.pick(&others);
                let already = |event: &Event<'_>| matches!(event.what, What::ScopeChanged(_));
                if self.record.events.iter().any(already) {
                    return Continue(());
                }
                self.push(date, What::ScopeChanged(scope))
            }
            Chance::SiteAdded if self.site_numbers > 0 => {
                let site = site(&mut self.random, self.words, self.company, self.site_numbers);
                self.site_numbers += 1;
                self.open_sites.push(site.name.zh.clone());
                self.push(date, What::SiteAdded(site))
            }
            Chance::SiteClosed if !self.open_sites.is_empty() => {
                let at = self.random.place(self.open_sites.len());
                let name = self.open_sites.swap_remove(at);
                self.push(date, What::SiteClosed(name))
            }
            Chance::Corrected => {
                let correction = self.correction();
                self.push(date, What::Corrected(correction))
            }
            _ => Continue(()),
        }
    }

    fn new_address(&mut self) -> Local {
        self.company.place.address(&mut self.random).0
    }

    fn correction(&mut self) -> Correction<'w> {
        let company = self.company;
        match self.random.below(3) {
            0 => Correction::Industry(&company.trade.industries.1),
            1 if self.record.first_granted.is_none() => {
                Correction::FirstGranted(add_months(self.record.issued, -36))
            }
            _ => Correction::Address(self.new_address()),
        }
    }
}
