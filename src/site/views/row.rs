//! A certificate in a list, and its status wherever it is shown.

use serde::Serialize;

use crate::model::{Level, Segment, Standing, Status};
use crate::site::{
    frame::Here,
    index::Entry,
    route::Route,
    tongue::{Text, Tongue, iso, push_iso},
};

/// A status, as of the day it names.
#[derive(Debug, Serialize)]
pub(crate) struct StatusView<'v> {
    pub(crate) code: &'static str,
    pub(crate) label: &'v str,
    pub(crate) statement: String,
    pub(crate) note: Option<String>,
    pub(crate) reason: Option<String>,
}

/// A status in a word.
#[derive(Debug, Serialize)]
pub(crate) struct StatusWord<'v> {
    code: &'static str,
    label: &'v str,
}

/// One certificate of a list.
#[derive(Debug, Serialize)]
pub(crate) struct RowView<'v> {
    number: &'v str,
    href: String,
    holder: Text<'v>,
    holder_href: String,
    level: Text<'v>,
    scheme: Text<'v>,
    status: StatusWord<'v>,
    segments: String,
    /// ISO 8601.
    until: String,
    region: Option<Text<'v>>,
    note: Option<String>,
}

/// The segments as the page's script reads them: `valid 2021-06-01;expired 2024-06-01`.
pub(crate) fn segments_text(segments: &[Segment]) -> String {
    let mut text = String::with_capacity(segments.len() * 25);
    for segment in segments {
        let between = if text.is_empty() { "" } else { ";" };
        text.extend([between, segment.status.code(), " "]);
        push_iso(&mut text, segment.from);
    }
    text
}

/// The level of a standing.
pub(crate) fn level<'r>(entry: &Entry<'r>) -> &'r Level {
    &entry.certificate.scheme.levels[entry.standing.level]
}

impl<'v> StatusWord<'v> {
    pub(crate) fn new(entry: &Entry<'_>, tongue: &Tongue<'v>) -> Self {
        let code = entry.standing.status.code();
        Self { code, label: tongue.coded("status", code) }
    }
}

impl<'v> StatusView<'v> {
    /// The statement that stays true for ever: what the register says, and as of which day.
    pub(crate) fn new(entry: &'v Entry<'v>, tongue: &'v Tongue<'v>) -> Self {
        let standing = &entry.standing;
        let StatusWord { code, label } = StatusWord::new(entry, tongue);
        let as_of = tongue.prose(standing.as_of);
        let key = format!("statement_{}", code.replace('-', "_"));
        let from = match standing.status {
            Status::NotYetValid => standing.cycle.from,
            _ => standing.since,
        };
        let (from, since) = (tongue.prose(from), tongue.prose(standing.since));
        let until = tongue.prose(standing.until);
        let sentence = tongue.fill(&key, &[("from", &from), ("since", &since), ("until", &until)]);
        let dated = tongue.fill("status_as_of", &[("date", &as_of)]);
        let statement = format!("{dated}{}{sentence}", tongue.t("colon"));
        let note = standing
            .suspended_at_expiry
            .then(|| tongue.t("note_suspended_at_expiry").to_owned())
            .or_else(|| standing.note.map(|note| tongue.plain(note).to_owned()));
        let note = note.filter(|_| standing.status != Status::Valid);
        let reason = reason(entry, standing, tongue);
        Self { code, label, statement, note, reason }
    }
}

/// The reason for a status, where the scheme's policy publishes it.
fn reason(entry: &Entry<'_>, standing: &Standing<'_>, tongue: &Tongue<'_>) -> Option<String> {
    let scheme = &entry.certificate.scheme;
    let ended =
        matches!(standing.status, Status::Suspended | Status::Withdrawn | Status::Cancelled);
    let reason = standing.reason.filter(|_| ended && scheme.publication.reasons)?;
    let title = tongue.plain(&scheme.reason(reason)?.title);
    Some(tongue.fill("note_reason", &[("reason", title)]))
}

/// A certificate in a list of this page.
pub(crate) fn row<'v>(
    here: &'v Here<'v>,
    entry: &'v Entry<'v>,
    note: Option<String>,
) -> RowView<'v> {
    let (tongue, standing) = (here.tongue, &entry.standing);
    let scheme = &entry.certificate.scheme;
    let level = level(entry);
    RowView {
        number: entry.certificate.number.as_str(),
        href: here.href(&Route::Certificate(entry.path().into_owned())),
        holder: tongue.local(standing.holder_name),
        holder_href: here.href(&Route::Enterprise(standing.holder_id.path())),
        level: tongue.local(&level.title),
        scheme: tongue.local(scheme.short_title.as_ref().unwrap_or(&scheme.title)),
        status: StatusWord::new(entry, tongue),
        segments: segments_text(&entry.segments),
        until: iso(standing.until),
        region: standing.region.and_then(|region| region.name.as_ref()).map(|n| tongue.local(n)),
        note,
    }
}
