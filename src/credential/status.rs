//! The status of a certificate as the log tells it.
//!
//! A status leaf says what the status is from a day on. Of the leaves up to a day the latest holds,
//! and of those of one date the last: that rule is all a reader needs. A record says it in other
//! ways too (a new cycle ends a suspension, a correction reaches back), so what a record says is
//! worked out by its own rules and put into leaves until the leaves say the same for every day.

use jiff::civil::Date;
use strum::{EnumString, IntoStaticStr};

use crate::model::{Certificate, Event, EventKind};

/// A status that a leaf can state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumString, IntoStaticStr)]
#[strum(serialize_all = "lowercase")]
pub enum LeafStatus {
    /// 有效, as far as suspension and withdrawal go; dates are the entry's to tell.
    Valid,
    /// 暂停.
    Suspended,
    /// 撤销.
    Withdrawn,
    /// 注销.
    Cancelled,
}

impl LeafStatus {
    /// The word in leaves.
    pub fn word(self) -> &'static str {
        self.into()
    }

    /// The status that an event leaves behind, if it is an event of status.
    pub fn of(kind: EventKind) -> Option<Self> {
        match kind {
            EventKind::Suspended => Some(Self::Suspended),
            EventKind::Reinstated => Some(Self::Valid),
            EventKind::Withdrawn => Some(Self::Withdrawn),
            EventKind::Cancelled => Some(Self::Cancelled),
            _ => None,
        }
    }

    /// The event that leaves this status behind.
    pub fn event(self) -> EventKind {
        match self {
            Self::Valid => EventKind::Reinstated,
            Self::Suspended => EventKind::Suspended,
            Self::Withdrawn => EventKind::Withdrawn,
            Self::Cancelled => EventKind::Cancelled,
        }
    }
}

/// A change of status, as a leaf states it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusChange {
    /// Its first day.
    pub date: Date,
    /// The status from then on.
    pub status: LeafStatus,
    /// A reason of the scheme, where reasons are published.
    pub reason: Option<Box<str>>,
}

impl StatusChange {
    /// Whether another says the same. A reason that one of them does not give is no contradiction:
    /// what a scheme publishes may change.
    fn agrees(&self, other: &Self) -> bool {
        let reasons = self.reason.as_ref().zip(other.reason.as_ref());
        self.date == other.date
            && self.status == other.status
            && reasons.is_none_or(|(mine, theirs)| mine == theirs)
    }
}

/// The log holds a change of status that the record does not tell, or tells in another order.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the log says `{}` from {} on, and the record does not", .0.status.word(), .0.date)]
pub struct Rewritten(pub StatusChange);

/// The changes of status that a record tells, in recording order. More events only ever add to it.
pub fn statuses(certificate: &Certificate) -> Vec<StatusChange> {
    let mut changes = Vec::new();
    let says = |event: &Event| LeafStatus::of(event.change.status().unwrap_or(event.kind));
    if certificate.events.iter().all(|event| says(event).is_none()) {
        return changes;
    }
    let publishes = certificate.scheme.publication.reasons;
    let mut so_far: Vec<&Event> = Vec::new();
    for event in &certificate.events {
        let at = so_far.partition_point(|other| other.effective <= event.effective);
        so_far.insert(at, event);
        if let Some(status) = says(event) {
            let reason = event.reason().filter(|_| publishes).map(Box::from);
            changes.push(StatusChange { date: event.effective, status, reason });
        }
        for (date, status) in disagreements(&so_far, &changes) {
            changes.push(StatusChange { date, status, reason: None });
        }
    }
    changes
}

/// The days from which on events, given in effective order, leave another status than the changes
/// so far say, and that status. Adding them makes the two agree for every day.
pub(super) fn disagreements(
    events: &[&Event],
    changes: &[StatusChange],
) -> Vec<(Date, LeafStatus)> {
    let mut days: Vec<Date> = events.iter().map(|event| event.effective).collect();
    days.extend(changes.iter().map(|change| change.date));
    days.sort_unstable();
    days.dedup();
    let mut changes = changes.to_vec();
    let mut found = Vec::new();
    for date in days {
        let status = held(events, date);
        let logged = status_on(&changes, date).map_or(LeafStatus::Valid, |change| change.status);
        if status != logged {
            found.push((date, status));
            changes.push(StatusChange { date, status, reason: None });
        }
    }
    found
}

/// The status that events, given in effective order, have left on a day, expiry aside. As in the
/// model: a new cycle ends a suspension, and nothing else.
fn held(events: &[&Event], day: Date) -> LeafStatus {
    let mut held = LeafStatus::Valid;
    for event in events.iter().take_while(|event| event.effective <= day) {
        let begins = event.kind == EventKind::Recertified && event.change.expires().is_some();
        if begins && held == LeafStatus::Suspended {
            held = LeafStatus::Valid;
        }
        held = LeafStatus::of(event.change.status().unwrap_or(event.kind)).unwrap_or(held);
    }
    held
}

/// The change in force on a day, of changes in log order: of those up to that day the latest, and
/// of one date the last. Where there is none, the status is valid.
pub fn status_on(changes: &[StatusChange], day: Date) -> Option<&StatusChange> {
    let so_far = changes.iter().filter(|change| change.date <= day);
    so_far.reduce(|latest, change| if change.date >= latest.date { change } else { latest })
}

/// The changes that a record tells, that are in force on a day and that the log does not hold yet,
/// in the order in which they are to be logged.
pub fn pending(
    record: &[StatusChange],
    logged: &[StatusChange],
    day: Date,
) -> Result<Vec<StatusChange>, Rewritten> {
    let by_date = |changes: &mut Vec<&StatusChange>| changes.sort_by_key(|change| change.date);
    let mut told: Vec<_> = record.iter().filter(|change| change.date <= day).collect();
    let mut known: Vec<_> = logged.iter().collect();
    let (mut told_by_date, mut known_by_date) = (told.clone(), known.clone());
    by_date(&mut told_by_date);
    by_date(&mut known_by_date);
    let mut rest = known_by_date.into_iter().peekable();
    for change in &told_by_date {
        if rest.next_if(|logged| logged.agrees(change)).is_some() {
            told.retain(|other| !std::ptr::eq(*other, *change));
        }
    }
    if let Some(missing) = rest.next() {
        return Err(Rewritten(missing.clone()));
    }
    // What is logged late comes after what was logged of the same date: it must not stand before it
    // in the record.
    known.extend(told.iter().copied());
    by_date(&mut known);
    match known.iter().zip(&told_by_date).find(|(logged, told)| !logged.agrees(told)) {
        Some((logged, _)) => Err(Rewritten((*logged).clone())),
        None => Ok(told.into_iter().cloned().collect()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use LeafStatus::{Suspended, Valid, Withdrawn};
    use jiff::civil::date;

    fn change(month: i8, status: LeafStatus) -> StatusChange {
        StatusChange { date: date(2026, month, 1), status, reason: None }
    }

    fn words(changes: &[StatusChange]) -> Vec<(i8, LeafStatus)> {
        changes.iter().map(|change| (change.date.month(), change.status)).collect()
    }

    #[test]
    fn the_latest_change_holds_and_of_one_date_the_last() {
        let changes = [change(5, Suspended), change(3, Withdrawn), change(5, Valid)];
        let on = |month| status_on(&changes, date(2026, month, 1)).map(|change| change.status);
        assert_eq!(
            [on(1), on(3), on(4), on(5), on(9)],
            [None, Some(Withdrawn), Some(Withdrawn), Some(Valid), Some(Valid)]
        );
    }

    #[test]
    fn what_is_not_yet_logged_is_pending_from_its_day_on() {
        let record = [change(3, Suspended), change(5, Valid), change(9, Withdrawn)];
        let pending = |logged: &[StatusChange], month| {
            pending(&record, logged, date(2026, month, 28)).map(|changes| words(&changes))
        };
        assert_eq!(pending(&[], 2), Ok(vec![]));
        assert_eq!(pending(&[], 3), Ok(vec![(3, Suspended)]));
        assert_eq!(pending(&record[..1], 8), Ok(vec![(5, Valid)]));
        assert_eq!(pending(&record, 12), Ok(vec![]));
        assert_eq!(pending(&record[1..2], 12), Ok(vec![(3, Suspended), (9, Withdrawn)]));
    }

    #[test]
    fn a_logged_change_that_the_record_does_not_tell_is_a_rewritten_past() {
        let record = [change(3, Suspended), change(5, Valid)];
        let day = date(2026, 12, 31);
        for logged in [change(4, Suspended), change(3, Withdrawn), change(6, Valid)] {
            let found = pending(&record, std::slice::from_ref(&logged), day);
            assert_eq!(found, Err(Rewritten(logged)));
        }
        // Withdrawn by error and restored on one day: inserted before what was logged, it would be
        // the last of that day in the log, and is not in the record.
        let record = [change(3, Withdrawn), change(3, Valid)];
        assert_eq!(pending(&record, &record[1..], day), Err(Rewritten(change(3, Valid))));
        assert_eq!(pending(&record, &record[..1], day).map(|c| c.len()), Ok(1));
    }
}
