//! What can be wrong with dates and the order of events.

use jiff::civil::Date;

use crate::diag::{Code, Diagnostic, Label};
use crate::model::EventKind;

pub(in crate::load) fn decided_after_issued(
    decided: Label,
    issued: Label,
    day: Date,
) -> Diagnostic {
    let message = "the certificate was issued before the decision (ISO/IEC 17065, 7.7)";
    Diagnostic::new(Code::DecidedAfterIssued, issued, message)
        .also(decided.says("decided"))
        .help(format!("the earliest allowed date is {day}"))
}

pub(in crate::load) fn dates_reversed(from: Label, until: Label, day: Date) -> Diagnostic {
    Diagnostic::new(Code::DatesReversed, until, "the certificate ends before it begins")
        .also(from.says("begins"))
        .help(format!("the earliest allowed date is {day}"))
}

pub(in crate::load) fn before(at: Label, what: &str, than: &str, day: Date) -> Diagnostic {
    Diagnostic::new(Code::DatesReversed, at, format!("{what} is before {than}"))
        .help(format!("the earliest allowed date is {day}"))
}

pub(in crate::load) fn term_too_long(at: Label, months: u32, latest: Date) -> Diagnostic {
    let message = format!("the certificate would last longer than the scheme's {months} months");
    Diagnostic::new(Code::TermTooLong, at, message)
        .help(format!("the latest allowed date is {latest}"))
}

pub(in crate::load) fn term_short(at: Label, months: u32, full: Date) -> Diagnostic {
    let message = format!("the certificate lasts less than the scheme's {months} months");
    Diagnostic::new(Code::TermShort, at, message).help(format!("a full cycle ends on {full}"))
}

pub(in crate::load) fn issued_ahead(at: Label, today: Date) -> Diagnostic {
    Diagnostic::new(Code::IssuedAhead, at, format!("the date of issue lies ahead of {today}"))
        .help("is the year right?")
}

pub(in crate::load) fn first_granted_late(at: Label, issued: Date) -> Diagnostic {
    let message = "the first grant is later than this one";
    Diagnostic::new(Code::FirstGrantedLate, at, message)
        .help(format!("the latest allowed date is {issued}"))
}

pub(in crate::load) fn scheme_not_in_force(at: Label, scheme: &str, when: &str) -> Diagnostic {
    let message = format!("the scheme `{scheme}` {when}");
    Diagnostic::new(Code::SchemeNotInForce, at, message)
}

pub(in crate::load) fn event_before_grant(at: Label, issued: Date) -> Diagnostic {
    Diagnostic::new(Code::EventBeforeGrant, at, "the event is before the grant")
        .help(format!("the earliest allowed date is {issued}"))
}

pub(in crate::load) fn event_out_of_order(at: Label, before: Date) -> Diagnostic {
    let message = "the event is earlier than one recorded before it";
    Diagnostic::new(Code::EventOutOfOrder, at, message).help(format!(
        "events stand in the order of their dates; the earliest allowed date is {before}; what was \
         recorded wrongly is put right by a `corrected` event at the end"
    ))
}

pub(in crate::load) fn event_after_end(
    at: Label,
    ended: &str,
    day: Date,
    only: &str,
) -> Diagnostic {
    let message = format!("the certificate {ended} on {day}, before this event");
    Diagnostic::new(Code::EventAfterEnd, at, message).help(format!("only {only} may follow"))
}

pub(in crate::load) fn fact_missing(at: Label, kind: EventKind, fact: &str) -> Diagnostic {
    let message = format!("a `{}` event needs {fact}", kind.name());
    Diagnostic::new(Code::EventFactMissing, at, message)
}

pub(in crate::load) fn fact_foreign(at: Label, kind: EventKind, fact: &str) -> Diagnostic {
    let message = format!("a `{}` event does not change `{fact}`", kind.name());
    Diagnostic::new(Code::EventFactForeign, at, message)
        .help("use the kind of event that does, or `corrected` for a mistake")
}

pub(in crate::load) fn no_change(at: Label, what: &str) -> Diagnostic {
    Diagnostic::new(Code::EventNoChange, at, format!("the event changes nothing: {what}"))
}

pub(in crate::load) fn not_suspended(at: Label) -> Diagnostic {
    let message = "the certificate is not suspended on that day";
    Diagnostic::new(Code::ReinstatedNotSuspended, at, message).help("record the suspension first")
}

pub(in crate::load) fn suspended_twice(at: Label, since: Date) -> Diagnostic {
    let message = format!("the certificate is already suspended, since {since}");
    Diagnostic::new(Code::SuspendedTwice, at, message)
}

pub(in crate::load) fn recertified_suspended(at: Label, since: Date) -> Diagnostic {
    let message = format!("the certificate is suspended, since {since}");
    Diagnostic::new(Code::RecertifiedSuspended, at, message).help("record the reinstatement first")
}

pub(in crate::load) fn suspension_long(at: Label, months: u32) -> Diagnostic {
    let message = format!("the suspension lasts longer than the scheme's {months} months");
    Diagnostic::new(Code::SuspensionLong, at, message).help("reinstate or withdraw the certificate")
}

pub(in crate::load) fn surveillance_overdue(at: Label, due: Date) -> Diagnostic {
    let message = format!("a surveillance was due on {due}, and none is recorded");
    Diagnostic::new(Code::SurveillanceOverdue, at, message).help(
        "add the `surveillance` event, or decide on a suspension; the page shows it as overdue",
    )
}

pub(in crate::load) fn correction_ahead(at: Label, date: Date) -> Diagnostic {
    let message = "the correction takes effect after the day it was made";
    Diagnostic::new(Code::CorrectionAhead, at, message)
        .help(format!("the latest allowed date is {date}"))
}
