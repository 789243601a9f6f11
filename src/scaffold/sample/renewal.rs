//! How a cycle of a made-up certificate ends: in a new cycle or without one.

use std::ops::ControlFlow::{self, Break, Continue};

use jiff::civil::Date;

use crate::scaffold::sample::{
    calendar::{add_days, add_months, cycle_end, days_before, workday},
    evaluation::Detail,
    history::{Cycle, Life},
    record::{Recertified, What},
};

#[derive(Clone, Copy)]
enum Outcome {
    OnTime,
    Early,
    Late,
    Lapsed,
    SuspendedAtTheEnd,
}

/// How often each comes about, in 100 cycles.
const OUTCOMES: [(Outcome, u32); 5] = [
    (Outcome::OnTime, 49),
    (Outcome::Early, 13),
    (Outcome::Late, 9),
    (Outcome::Lapsed, 25),
    (Outcome::SuspendedAtTheEnd, 4),
];

impl Life<'_, '_> {
    /// The end of a cycle whose next surveillance would be due on a day.
    pub(super) fn renewal(&mut self, cycle: Cycle, due: Date) -> ControlFlow<(), Cycle> {
        let outcome = OUTCOMES[self.random.weighted(OUTCOMES.iter().map(|(_, weight)| *weight))].0;
        let until = cycle.until;
        if let Outcome::Early = outcome {
            let from = days_before(until, self.random.between(25, 80));
            let from = workday(from.min(due)).max(self.last);
            if from <= self.today {
                let decided = workday(days_before(from, self.random.between(2, 10)));
                return self.recertify(from, from, decided, add_months(until, 36));
            }
        }
        if due < until && due < self.today && self.today <= until {
            // The last weeks are longer than a year after the last look.
            let look = workday(days_before(due, self.random.below(6)));
            self.look(look)?;
        }
        match outcome {
            Outcome::Early | Outcome::Lapsed => Break(()),
            Outcome::OnTime => {
                let from = add_days(until, 1);
                let decided = workday(days_before(until, self.random.between(8, 30)));
                // Known before the new cycle begins only while it has not begun.
                let date = if from <= self.today { from } else { workday(add_days(decided, 4)) };
                self.recertify(date, from, decided, cycle_end(from))
            }
            Outcome::Late => {
                let from = workday(add_days(until, self.random.between(8, 150)));
                let decided =
                    workday(days_before(from, self.random.between(2, 9))).max(add_days(until, 1));
                self.recertify(from, from, decided, add_months(until, 36))
            }
            Outcome::SuspendedAtTheEnd => {
                let date = workday(days_before(until, self.random.between(20, 120)));
                self.suspend(date)?;
                Break(())
            }
        }
    }

    /// Records on a day the cycle that begins on another.
    fn recertify(
        &mut self,
        date: Date,
        from: Date,
        decided: Date,
        expires: Date,
    ) -> ControlFlow<(), Cycle> {
        let date = date.max(self.last);
        let other = self.random.chance(150).then(|| self.other_level()).flatten();
        let level = other.unwrap_or(self.level);
        let day = workday(days_before(decided, self.random.between(5, 25)));
        let evaluation =
            self.record.evaluator.evaluate(&mut self.random, level, day, Detail::Clauses);
        let issued = workday(add_days(decided, self.random.between(0, 2))).max(decided).min(from);
        let valid_from = (from != date).then_some(from);
        let new = Recertified { decided, issued, valid_from, expires, level: other, evaluation };
        self.push(date, What::Recertified(Box::new(new)))?;
        self.level = level;
        Continue(Cycle { from, until: expires })
    }
}
