//! What can be wrong with records, in words: one function a finding. Nothing else in `load` has
//! words.

use std::{fmt::Display, sync::Arc};

use jiff::civil::Date;

use crate::diag::{Code, Diagnostic, Label, Source};
use crate::fields::{did_you_mean, one_of};
use crate::model::{CreditCode, Decimal, EventKind, Scheme};

fn file(name: &str) -> Label {
    Label::file(&Arc::new(Source::new(name, "")))
}

// Files

pub(super) fn symlink(name: &str) -> Diagnostic {
    Diagnostic::new(
        Code::FileSymlink,
        file(name),
        "this is a symbolic link, and links are not followed",
    )
    .help("put the file itself here")
}

pub(super) fn unreadable(name: &str, why: &str) -> Diagnostic {
    Diagnostic::new(Code::FileUnreadable, file(name), format!("this cannot be read: {why}"))
}

pub(super) fn not_a_file(name: &str) -> Diagnostic {
    let message = "this has the name of a file, and is a folder or something else";
    Diagnostic::new(Code::FileNotAFile, file(name), message).help("rename it, or move it away")
}

pub(super) fn ignored(name: &str) -> Diagnostic {
    let message = "this file is not read: it is neither record, scheme, guidance nor picture";
    let help = "records stand in content/certificates/ and end in .md, schemes in \
                content/schemes/ and end in .toml, guidance in content/guidance/";
    Diagnostic::new(Code::FileIgnored, file(name), message).help(help)
}

pub(super) fn not_utf8(source: &Arc<Source>, at: usize) -> Diagnostic {
    Diagnostic::new(Code::FileNotUtf8, Label::new(source, at..at), "this is not UTF-8 from here on")
        .help("save the file as UTF-8; an editor that shows the characters right can do it")
}

pub(super) fn control_character(source: &Arc<Source>, at: usize, c: char) -> Diagnostic {
    let label = Label::new(source, at..at + c.len_utf8());
    let message = format!("the control character U+{:04X} cannot stand in a text", u32::from(c));
    Diagnostic::new(Code::FileControlCharacter, label, message).help("delete it")
}

pub(super) fn too_large(name: &str, most: u64) -> Diagnostic {
    let message = format!("this file is larger than {} MiB and was not read", most >> 20);
    Diagnostic::new(Code::FileTooLarge, file(name), message)
}

pub(super) fn empty(source: &Arc<Source>) -> Diagnostic {
    Diagnostic::new(Code::FileEmpty, Label::file(source), "this file is empty")
        .help("write the record, or remove the file")
}

pub(super) fn active_picture(name: &str) -> Diagnostic {
    let message = "this picture could run a script or fetch something";
    Diagnostic::new(Code::ImageActive, file(name), message)
        .help("remove <script>, <foreignObject>, entities and on… attributes from the SVG")
}

// Front matter

pub(super) fn front_matter_missing(source: &Arc<Source>) -> Diagnostic {
    let label = Label::file(source);
    Diagnostic::new(Code::FrontMatterMissing, label, "the file does not begin with a line `+++`")
        .help("put the facts as TOML between two lines `+++`, and the remarks after them")
}

pub(super) fn front_matter_unclosed(label: Label) -> Diagnostic {
    let message = "the second line `+++` is missing";
    Diagnostic::new(Code::FrontMatterUnclosed, label, message).help("put it after the last fact")
}

pub(super) fn invalid(at: Label, message: impl Display) -> Diagnostic {
    Diagnostic::new(Code::ValueInvalid, at, message.to_string())
}

pub(super) fn id_differs(at: Label, id: &str, stem: &str) -> Diagnostic {
    let message = format!("the scheme calls itself `{id}`, and its file `{stem}`");
    Diagnostic::new(Code::ValueInvalid, at, message).help("a scheme's id is its file's name")
}

// Numbers and holders

pub(super) fn number(at: Label, error: impl Display) -> Diagnostic {
    Diagnostic::new(Code::NumberMalformed, at, error.to_string())
}

pub(super) fn number_duplicate(at: Label, first: Label, key: &str) -> Diagnostic {
    let message = format!("the certificate number `{key}` stands in two records");
    Diagnostic::new(Code::NumberDuplicate, at, message)
        .also(first.says("here it stands first"))
        .help("a reissue under the same number is an event of the first record; another certificate needs another number")
}

pub(super) fn number_punctuation(at: Label, last: char) -> Diagnostic {
    let message = format!("the certificate number ends in `{last}`");
    Diagnostic::new(Code::NumberPunctuation, at, message).help("remove it, unless it is printed so")
}

pub(super) fn number_pattern(at: Label, pattern: &str) -> Diagnostic {
    Diagnostic::new(
        Code::NumberPattern,
        at,
        "the certificate number does not look like the scheme's",
    )
    .help(format!("the scheme's `number_pattern` is {pattern}"))
}

pub(super) fn credit_code(at: Label, error: impl Display, help: Option<String>) -> Diagnostic {
    Diagnostic::new(Code::CreditCodeMalformed, at, error.to_string()).maybe_help(help)
}

pub(super) fn check_digit(at: Label, code: &CreditCode) -> Diagnostic {
    let digit = code.check_digit();
    let message = format!("the check digit of `{code}` is wrong");
    let help = format!(
        "if the first 17 characters are right, the last is `{digit}`; a genuine code that fails \
         the check needs `credit_code_waiver = \"reason\"`"
    );
    Diagnostic::new(
        Code::CreditCodeCheckDigit,
        at.says(format!("`{digit}` expected at the end")),
        message,
    )
    .help(help)
}

pub(super) fn check_digit_waived(at: Label, code: &CreditCode) -> Diagnostic {
    let message = format!("the check digit of `{code}` is wrong, and waived");
    Diagnostic::new(Code::CreditCodeWaived, at, message)
}

pub(super) fn waiver_unneeded(at: Label) -> Diagnostic {
    Diagnostic::new(Code::CreditCodeWaiverUnneeded, at, "this credit code needs no waiver")
        .help("remove `credit_code_waiver`")
}

pub(super) fn organisation_code(at: Label, code: &CreditCode) -> Diagnostic {
    let message =
        format!("the organisation code in `{code}` has a wrong check digit (character 17)");
    Diagnostic::new(Code::CreditCodeOrganisation, at, message)
        .help("compare it with the business licence")
}

pub(super) fn holder_identifier(at: Label, both: bool) -> Diagnostic {
    let message = if both {
        "the holder has both a credit code and another identifier"
    } else {
        "the holder has no identifier"
    };
    Diagnostic::new(Code::HolderIdentifier, at, message).help(
        "write `credit_code = \"…\"`, or `id = { scheme = \"lei\", value = \"…\" }` for a holder without one",
    )
}

pub(super) fn holder_name_conflict(at: Label, id: &str, name: &str, other: &str) -> Diagnostic {
    let message = format!("`{id}` is called `{name}` here and `{other}` elsewhere");
    Diagnostic::new(Code::HolderNameConflict, at, message)
        .help("if the holder was renamed, all its certificates in force need a `renamed` event")
}

pub(super) fn holder_transfer(at: Label) -> Diagnostic {
    Diagnostic::new(Code::HolderTransfer, at, "a certificate cannot pass to another holder")
        .help("cancel this one and issue a new certificate with `succeeds`; a mistyped code is put right by a `corrected` event")
}

pub(super) fn succeeds_unknown(at: Label, number: &str) -> Diagnostic {
    let message = format!("`{number}` is not a certificate that this one can succeed");
    Diagnostic::new(Code::SucceedsUnknown, at, message)
        .help("`succeeds` names another certificate of this register, of another holder")
}

pub(super) fn succeeded_not_ended(at: Label, number: &str) -> Diagnostic {
    let message = format!("`{number}` is succeeded by this certificate, and has not ended");
    Diagnostic::new(Code::SucceededNotEnded, at, message).help("record its `cancelled` event")
}

// Names that must be known

pub(super) fn scheme_unknown<'k>(
    at: Label,
    id: &str,
    known: impl Iterator<Item = &'k str> + Clone,
) -> Diagnostic {
    let help =
        did_you_mean(id, known.clone()).unwrap_or_else(|| format!("there are {}", one_of(known)));
    Diagnostic::new(Code::SchemeUnknown, at, format!("there is no scheme `{id}`")).help(help)
}

pub(super) fn level_unknown(at: Label, id: &str, scheme: &Scheme) -> Diagnostic {
    let known = scheme.levels.iter().map(|level| &*level.id);
    let help = did_you_mean(id, known.clone())
        .unwrap_or_else(|| format!("its levels are {}", one_of(known)));
    let message = format!("the scheme `{}` has no level `{id}`", scheme.id);
    Diagnostic::new(Code::LevelUnknown, at, message).help(help)
}

pub(super) fn reason_unknown(at: Label, id: &str, scheme: &Scheme, kind: EventKind) -> Diagnostic {
    let fits = |r: &&crate::model::Reason| {
        r.kinds.is_empty() || r.kinds.iter().any(|k| &**k == kind.name())
    };
    let known = scheme.reasons.iter().filter(fits).map(|reason| &*reason.id);
    let help = did_you_mean(id, known.clone())
        .unwrap_or_else(|| format!("the reasons for `{}` are {}", kind.name(), one_of(known)));
    let message = format!("the scheme `{}` has no reason `{id}` for `{}`", scheme.id, kind.name());
    Diagnostic::new(Code::ReasonUnknown, at, message).help(help)
}

pub(super) fn clause_unknown(at: Label, id: &str, scheme: &Scheme) -> Diagnostic {
    let known = scheme.clauses.iter().map(|clause| &*clause.id);
    let message = format!("the scheme `{}` has no clause `{id}`", scheme.id);
    Diagnostic::new(Code::ClauseUnknown, at, message).maybe_help(did_you_mean(id, known))
}

pub(super) fn unknown_word<'k>(
    at: Label,
    what: &str,
    word: &str,
    known: impl Iterator<Item = &'k str> + Clone,
) -> Diagnostic {
    let help =
        did_you_mean(word, known.clone()).unwrap_or_else(|| format!("there are {}", one_of(known)));
    Diagnostic::new(Code::ValueInvalid, at, format!("there is no {what} `{word}`")).help(help)
}

pub(super) fn code_unnamed(at: Label, code: &str, list: &str) -> Diagnostic {
    let message = format!("the code `{code}` has no name in content/{list}");
    Diagnostic::new(Code::CodeUnnamed, at, message)
        .help("add it there, or write `{ code = \"…\", name = { zh = \"…\" } }` here")
}

pub(super) fn site_unknown<'k>(
    at: Label,
    name: &str,
    known: impl Iterator<Item = &'k str> + Clone,
) -> Diagnostic {
    let help = did_you_mean(name, known.clone())
        .unwrap_or_else(|| format!("the sites are {}", one_of(known)));
    let message = format!("no site called `{name}` is covered on that day");
    Diagnostic::new(Code::SiteUnknown, at, message).help(help)
}

// Dates

pub(super) fn decided_after_issued(decided: Label, issued: Label, day: Date) -> Diagnostic {
    let message = "the certificate was issued before the decision (ISO/IEC 17065, 7.7)";
    Diagnostic::new(Code::DecidedAfterIssued, issued, message)
        .also(decided.says("decided"))
        .help(format!("the earliest allowed date is {day}"))
}

pub(super) fn dates_reversed(from: Label, until: Label, day: Date) -> Diagnostic {
    Diagnostic::new(Code::DatesReversed, until, "the certificate ends before it begins")
        .also(from.says("begins"))
        .help(format!("the earliest allowed date is {day}"))
}

pub(super) fn before(at: Label, what: &str, than: &str, day: Date) -> Diagnostic {
    Diagnostic::new(Code::DatesReversed, at, format!("{what} is before {than}"))
        .help(format!("the earliest allowed date is {day}"))
}

pub(super) fn term_too_long(at: Label, months: u32, latest: Date) -> Diagnostic {
    let message = format!("the certificate would last longer than the scheme's {months} months");
    Diagnostic::new(Code::TermTooLong, at, message)
        .help(format!("the latest allowed date is {latest}"))
}

pub(super) fn term_short(at: Label, months: u32, full: Date) -> Diagnostic {
    let message = format!("the certificate lasts less than the scheme's {months} months");
    Diagnostic::new(Code::TermShort, at, message).help(format!("a full cycle ends on {full}"))
}

pub(super) fn issued_ahead(at: Label, today: Date) -> Diagnostic {
    Diagnostic::new(Code::IssuedAhead, at, format!("the date of issue lies ahead of {today}"))
        .help("is the year right?")
}

pub(super) fn first_granted_late(at: Label, issued: Date) -> Diagnostic {
    let message = "the first grant is later than this one";
    Diagnostic::new(Code::FirstGrantedLate, at, message)
        .help(format!("the latest allowed date is {issued}"))
}

pub(super) fn scheme_not_in_force(at: Label, scheme: &str, when: &str) -> Diagnostic {
    let message = format!("the scheme `{scheme}` {when}");
    Diagnostic::new(Code::SchemeNotInForce, at, message)
}

// Events

pub(super) fn event_before_grant(at: Label, issued: Date) -> Diagnostic {
    Diagnostic::new(Code::EventBeforeGrant, at, "the event is before the grant")
        .help(format!("the earliest allowed date is {issued}"))
}

pub(super) fn event_out_of_order(at: Label, before: Date) -> Diagnostic {
    let message = "the event is earlier than one recorded before it";
    Diagnostic::new(Code::EventOutOfOrder, at, message).help(format!(
        "events stand in the order of their dates; the earliest allowed date is {before}; what was \
         recorded wrongly is put right by a `corrected` event at the end"
    ))
}

pub(super) fn event_after_end(at: Label, ended: &str, day: Date, only: &str) -> Diagnostic {
    let message = format!("the certificate {ended} on {day}, before this event");
    Diagnostic::new(Code::EventAfterEnd, at, message).help(format!("only {only} may follow"))
}

pub(super) fn fact_missing(at: Label, kind: EventKind, fact: &str) -> Diagnostic {
    let message = format!("a `{}` event needs {fact}", kind.name());
    Diagnostic::new(Code::EventFactMissing, at, message)
}

pub(super) fn fact_foreign(at: Label, kind: EventKind, fact: &str) -> Diagnostic {
    let message = format!("a `{}` event does not change `{fact}`", kind.name());
    Diagnostic::new(Code::EventFactForeign, at, message)
        .help("use the kind of event that does, or `corrected` for a mistake")
}

pub(super) fn no_change(at: Label, what: &str) -> Diagnostic {
    Diagnostic::new(Code::EventNoChange, at, format!("the event changes nothing: {what}"))
}

pub(super) fn not_suspended(at: Label) -> Diagnostic {
    let message = "the certificate is not suspended on that day";
    Diagnostic::new(Code::ReinstatedNotSuspended, at, message).help("record the suspension first")
}

pub(super) fn suspended_twice(at: Label, since: Date) -> Diagnostic {
    let message = format!("the certificate is already suspended, since {since}");
    Diagnostic::new(Code::SuspendedTwice, at, message)
}

pub(super) fn recertified_suspended(at: Label, since: Date) -> Diagnostic {
    let message = format!("the certificate is suspended, since {since}");
    Diagnostic::new(Code::RecertifiedSuspended, at, message).help("record the reinstatement first")
}

pub(super) fn suspension_long(at: Label, months: u32) -> Diagnostic {
    let message = format!("the suspension lasts longer than the scheme's {months} months");
    Diagnostic::new(Code::SuspensionLong, at, message).help("reinstate or withdraw the certificate")
}

pub(super) fn surveillance_overdue(at: Label, due: Date) -> Diagnostic {
    let message = format!("a surveillance was due on {due}, and none is recorded");
    Diagnostic::new(Code::SurveillanceOverdue, at, message).help(
        "add the `surveillance` event, or decide on a suspension; the page shows it as overdue",
    )
}

pub(super) fn correction_ahead(at: Label, date: Date) -> Diagnostic {
    let message = "the correction takes effect after the day it was made";
    Diagnostic::new(Code::CorrectionAhead, at, message)
        .help(format!("the latest allowed date is {date}"))
}

// Evaluation

pub(super) fn score_below_level(at: Label, score: &str, level: &str, least: Decimal) -> Diagnostic {
    let message = format!("the score {score} does not reach the level `{level}`");
    Diagnostic::new(Code::ScoreBelowLevel, at, message).help(format!("`{level}` begins at {least}"))
}

pub(super) fn score_out_of_range(at: Label, total: Decimal) -> Diagnostic {
    let message = format!("the score is above the scheme's total of {total}");
    Diagnostic::new(Code::ScoreOutOfRange, at, message)
}

pub(super) fn score_mismatch(at: Label, given: Decimal, computed: Decimal) -> Diagnostic {
    let message = format!("the clauses give the score {computed}, not {given}");
    Diagnostic::new(Code::ScoreMismatch, at, message).help(
        "score = obtained ÷ applicable × total − special deductions + bonus, rounded as the scheme says",
    )
}

pub(super) fn clause_points(at: Label, message: String) -> Diagnostic {
    Diagnostic::new(Code::ClausePoints, at, message)
}

pub(super) fn exclusion(at: Label, message: String) -> Diagnostic {
    Diagnostic::new(Code::ExclusionInvalid, at, message)
}

pub(super) fn deductions(at: Label, count: u32) -> Diagnostic {
    let message = format!("{count} special deductions fail the evaluation, whatever the score");
    Diagnostic::new(Code::DeductionsTooMany, at, message)
}

pub(super) fn bonus(at: Label, max: u32) -> Diagnostic {
    Diagnostic::new(
        Code::BonusTooMany,
        at,
        format!("the scheme allows at most {max} special bonus"),
    )
}

pub(super) fn quota(at: Label, managers: u32, staff: u32, needed: u32) -> Diagnostic {
    let message = format!(
        "{staff} service-management staff need {needed} certified managers, and there are {managers}"
    );
    Diagnostic::new(Code::QuotaNotMet, at, message)
}

pub(super) fn evaluation_late(at: Label, decided: Date) -> Diagnostic {
    let message = "the evaluation is later than the decision that rests on it";
    Diagnostic::new(Code::EvaluationAfterDecision, at, message)
        .help(format!("the latest allowed date is {decided}"))
}

// Schemes

pub(super) fn scheme_points(at: Label, id: &str, points: Decimal, sum: Decimal) -> Diagnostic {
    let message = format!("`{id}` has {points} points, and its parts have {sum}");
    Diagnostic::new(Code::SchemePoints, at, message)
        .help("the points of a clause are the sum of its parts")
}

pub(super) fn scheme_levels(at: Label, message: &str) -> Diagnostic {
    Diagnostic::new(Code::SchemeLevels, at, message).help(
        "levels stand lowest first, each with a higher rank and threshold than the one before",
    )
}

pub(super) fn scheme_clauses(at: Label, message: String) -> Diagnostic {
    Diagnostic::new(Code::SchemeClauses, at, message)
}

// Markdown

pub(super) fn link_broken(at: Label, destination: &str) -> Diagnostic {
    Diagnostic::new(Code::LinkBroken, at, format!("the link to `{destination}` leads to nothing"))
        .help("a relative link names a Markdown file of this register, from the file it stands in")
}

pub(super) fn link_unsafe(at: Label, destination: &str) -> Diagnostic {
    let message =
        format!("`{destination}` is shown as text: links are http, https, mailto or relative");
    Diagnostic::new(Code::LinkUnsafe, at, message)
}

pub(super) fn image_outside(at: Label, destination: &str) -> Diagnostic {
    let message = format!("the picture `{destination}` is not in the register");
    Diagnostic::new(Code::ImageOutside, at, message)
        .help("put the file beside the text (svg, png, jpg, webp, avif, gif) and name it by its relative path")
}

pub(super) fn heading_duplicate(source: &Arc<Source>, id: &str) -> Diagnostic {
    let message = format!("two headings have the identifier `{id}`");
    Diagnostic::new(Code::HeadingDuplicate, Label::file(source), message)
}
