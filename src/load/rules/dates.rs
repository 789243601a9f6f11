//! The dates of a grant and of each new cycle.

use jiff::{Span, civil::Date};

use crate::diag::Label;
use crate::fields::{At, Fields};
use crate::load::{Lists, event::EventDraft, findings, record::Draft};
use crate::model::{Cycle, EventKind, Scheme, add_months};

pub(super) fn check(fields: &Fields<'_>, draft: &Draft, lists: &Lists<'_>) {
    grant(fields, draft, lists);
    let Some(scheme) = &draft.scheme else { return };
    if let Some(issued) = &draft.issued {
        let today = lists.today;
        let latest = today.saturating_add(Span::new().days(scheme.max_issue_ahead_days.min(3660)));
        if issued.value > latest {
            fields.push(findings::issued_ahead(issued.label.clone(), today));
        }
        in_force(fields, scheme, issued);
    }
    cycles(fields, draft, scheme);
}

fn grant(fields: &Fields<'_>, draft: &Draft, _lists: &Lists<'_>) {
    let Draft { decided, issued, valid_from, expires, first_granted, .. } = draft;
    if let (Some(decided), Some(issued)) = (decided, issued)
        && issued.value < decided.value
    {
        let (from, at) = (decided.label.clone(), issued.label.clone());
        fields.push(findings::decided_after_issued(from, at, decided.value));
    }
    if let (Some(issued), Some(from)) = (issued, valid_from)
        && from.value < issued.value
    {
        let label = from.label.clone();
        fields.push(findings::before(
            label,
            "the first day of validity",
            "the day of issue",
            issued.value,
        ));
    }
    if let (Some(from), Some(until)) = (valid_from.as_ref().or(issued.as_ref()), expires)
        && until.value < from.value
    {
        fields.push(findings::dates_reversed(from.label.clone(), until.label.clone(), from.value));
    }
    if let (Some(first), Some(issued)) = (first_granted, issued)
        && first.value > issued.value
    {
        fields.push(findings::first_granted_late(first.label.clone(), issued.value));
    }
}

/// New grants, and new cycles, follow an edition of the standard that is in force.
fn in_force(fields: &Fields<'_>, scheme: &Scheme, issued: &At<Date>) {
    if let Some(from) = scheme.effective_from.filter(|from| issued.value < *from) {
        let when = format!("is in force from {from} only");
        fields.push(findings::scheme_not_in_force(issued.label.clone(), &scheme.id, &when));
    }
    if let Some(until) = scheme.transition_until.filter(|until| issued.value > *until) {
        let when = format!("was in force until {until} only");
        fields.push(findings::scheme_not_in_force(issued.label.clone(), &scheme.id, &when));
    }
}

/// The length of each cycle, and of each end that a correction gives.
fn cycles(fields: &Fields<'_>, draft: &Draft, scheme: &Scheme) {
    let from = draft.valid_from.as_ref().or(draft.issued.as_ref()).map(|at| at.value);
    let (Some(from), Some(until)) = (from, &draft.expires) else { return };
    let mut cycle = Cycle { from, until: until.value };
    let mut old_end = None;
    term(fields, scheme, cycle, old_end, &until.label);
    for event in &draft.events {
        match (event.kind, &event.expires) {
            (EventKind::Recertified, Some(expires)) => {
                old_end = Some(cycle.until);
                let from = event.valid_from.as_ref().map_or(event.date.value, |at| at.value);
                cycle = Cycle { from, until: expires.value };
                recertified(fields, event, cycle, &expires.label);
                in_force(fields, scheme, event.issued.as_ref().unwrap_or(&event.date));
                term(fields, scheme, cycle, old_end, &expires.label);
            }
            (EventKind::Corrected, _) => {
                let first = event.effective.as_ref().is_none_or(|at| at.value < cycle.from);
                if old_end.is_some() && first {
                    continue; // It mends an earlier cycle.
                }
                cycle.from = event.valid_from.as_ref().map_or(cycle.from, |at| at.value);
                if let Some(expires) = &event.expires {
                    cycle.until = expires.value;
                    term(fields, scheme, cycle, old_end, &expires.label);
                }
            }
            _ => {}
        }
    }
}

fn recertified(fields: &Fields<'_>, event: &EventDraft, cycle: Cycle, until: &Label) {
    let issued = event.issued.as_ref().unwrap_or(&event.date);
    if let Some(decided) = event.decided.as_ref().filter(|decided| issued.value < decided.value) {
        let (from, at) = (decided.label.clone(), issued.label.clone());
        fields.push(findings::decided_after_issued(from, at, decided.value));
    }
    if let Some(from) = event.valid_from.as_ref().filter(|from| from.value < event.date.value) {
        let label = from.label.clone();
        fields.push(findings::before(
            label,
            "the new cycle",
            "the recertification",
            event.date.value,
        ));
    }
    if cycle.until < cycle.from {
        fields.push(findings::dates_reversed(event.date.label.clone(), until.clone(), cycle.from));
    }
}

/// A cycle lasts the scheme's months, to the same day or the day before, both clamped to the end
/// of the month. A new cycle may also count from the old end: shorter where it began late, longer
/// where it began early within the scheme's window.
fn term(fields: &Fields<'_>, scheme: &Scheme, cycle: Cycle, old_end: Option<Date>, at: &Label) {
    if cycle.until < cycle.from {
        return; // Said already.
    }
    let full = scheme.cycle_end(cycle.from);
    let from_old = old_end.map(|end| add_months(end, scheme.cycle_months));
    let early = old_end.is_some_and(|end| {
        cycle.from <= end && add_months(cycle.from, scheme.early_recertification_months) >= end
    });
    let latest = from_old.filter(|_| early).unwrap_or(full).max(full);
    if cycle.until > latest {
        fields.push(findings::term_too_long(at.clone(), scheme.cycle_months, latest));
        return;
    }
    let shortest = full.yesterday().unwrap_or(full);
    let late = from_old.is_some_and(|end| end.yesterday().unwrap_or(end) <= cycle.until);
    if cycle.until < shortest && !late {
        fields.push(findings::term_short(at.clone(), scheme.cycle_months, shortest));
    }
}
