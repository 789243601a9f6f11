//! The cycles of a certificate, and the unbroken run that ends with the last.

use jiff::civil::Date;

use crate::model::{Cycle, EventKind, Timeline};

/// The last decided cycle, and since when there was no gap before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Run {
    /// The first day of the first cycle of the run.
    pub(super) from: Date,
    /// The last decided cycle, as printed.
    pub(super) last: Cycle,
    /// The decision of that cycle.
    pub(super) decided: Date,
    /// The day of issue of that cycle.
    pub(super) issued: Date,
}

/// The run of cycles that ends with the last decided one. A certificate that was recertified early
/// is valid all the time, and one that was recertified late was not: a validity from the first day
/// of the last cycle would deny the former, and one from the grant on would claim the latter.
pub(super) fn run(timeline: &Timeline<'_>) -> Run {
    let grant = &timeline.certificate().grant;
    let (mut decided, mut issued) = (grant.decided, grant.issued);
    let mut last = grant.cycle;
    let mut former = Vec::new();
    for event in timeline.events() {
        let change = &event.change;
        match event.kind {
            EventKind::Recertified => {
                decided = change.decided().unwrap_or(event.date);
                issued = change.issued().unwrap_or(event.date);
                if let Some(until) = change.expires() {
                    former.push(last);
                    last = Cycle { from: change.valid_from().unwrap_or(event.date), until };
                }
            }
            EventKind::Corrected => {
                decided = change.decided().unwrap_or(decided);
                issued = change.issued().unwrap_or(issued);
                last.from = change.valid_from().unwrap_or(last.from);
                last.until = change.expires().unwrap_or(last.until);
            }
            _ => {}
        }
    }
    let mut from = last.from;
    for cycle in former.into_iter().rev() {
        let next = cycle.until.tomorrow().unwrap_or(cycle.until);
        if next < from || cycle.from > from {
            break;
        }
        from = cycle.from;
    }
    Run { from, last, decided, issued }
}
