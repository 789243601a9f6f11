//! What happened to a certificate, in words.

use jiff::civil::Date;
use serde::Serialize;

use crate::model::{Event, EventKind, Standing, Status};
use crate::site::{
    frame::Here,
    index::{Change, Entry, What},
    route::Route,
    tongue::{Day, Text, Tongue},
};

/// A step of a certificate's history.
#[derive(Debug, Serialize)]
pub(crate) struct HistoryView {
    date: Day,
    kind: &'static str,
    title: String,
    detail: Option<Text<'static>>,
    future: bool,
    corrected_on: Option<String>,
}

/// A change in a list of changes.
#[derive(Debug, Serialize)]
pub(crate) struct ChangeView<'v> {
    date: Day,
    kind: &'static str,
    title: &'v str,
    number: &'v str,
    href: String,
    holder: Text<'v>,
    level: Option<Text<'v>>,
    detail: Option<String>,
}

impl ChangeView<'_> {
    /// What happened, in a word.
    pub(crate) fn title(&self) -> &str {
        self.title
    }

    /// The same with something to say about it.
    pub(crate) fn with_detail(self, detail: Option<String>) -> Self {
        Self { detail: detail.or(self.detail), ..self }
    }

    /// What changed, why, and what the body adds.
    pub(crate) fn detail(&self) -> Option<&str> {
        self.detail.as_deref()
    }
}

/// The history of a certificate, oldest first: its grant, its events and its expiries.
pub(crate) fn history(here: &Here<'_>, entry: &Entry<'_>) -> Vec<HistoryView> {
    let (tongue, today) = (here.tongue, here.site.today);
    let grant = &entry.certificate.grant;
    let granted = granted(entry, tongue);
    let mut steps = vec![(grant.issued, 0, step(tongue, "granted", grant.issued, granted, today))];
    for event in &entry.certificate.events {
        let detail = detail(entry, event, tongue);
        let mut view = step(tongue, event.kind.name(), event.date, detail, today);
        if event.kind == EventKind::Corrected {
            let effective = tongue.prose(event.effective);
            view.corrected_on = Some(tongue.fill("detail_corrected", &[("date", &effective)]));
        }
        steps.push((event.date, 1, view));
    }
    for end in entry.segments.iter().filter(|segment| segment.status == Status::Expired) {
        if end.from <= today {
            steps.push((end.from, 2, step(tongue, "expired", end.from, None, today)));
        }
    }
    // Stable: what was recorded later on one day stays later.
    steps.sort_by_key(|(date, rank, _)| (*date, *rank));
    steps.into_iter().map(|(_, _, view)| view).collect()
}

fn step(
    tongue: &Tongue<'_>,
    kind: &'static str,
    date: Date,
    detail: Option<String>,
    today: Date,
) -> HistoryView {
    HistoryView {
        date: tongue.day(date),
        kind,
        title: tongue.coded("event", kind).to_owned(),
        detail: detail.map(Text::plain),
        future: date > today,
        corrected_on: None,
    }
}

/// One change, wherever changes are listed.
pub(crate) fn change<'v>(here: &'v Here<'v>, change: &Change) -> ChangeView<'v> {
    change_as_of(here, change, &here.site.index.entry(change.entry).standing)
}

/// One change, with the holder and the level of another day.
pub(crate) fn change_as_of<'v>(
    here: &'v Here<'v>,
    change: &Change,
    standing: &Standing<'v>,
) -> ChangeView<'v> {
    let tongue = here.tongue;
    let entry = here.site.index.entry(change.entry);
    let (kind, detail, shows_level) = match change.what {
        What::Granted => ("granted", None, true),
        What::Expired => ("expired", None, false),
        What::Event(at) => {
            let event = &entry.certificate.events[at as usize];
            let detail = detail(entry, event, tongue);
            (event.kind.name(), detail, event.kind == EventKind::Reinstated)
        }
    };
    let level = entry.certificate.scheme.levels.get(standing.level);
    ChangeView {
        date: tongue.day(change.date),
        kind,
        title: tongue.coded("event", kind),
        number: entry.certificate.number.as_str(),
        href: here.href(&Route::Certificate(entry.path().into_owned())),
        holder: tongue.local(standing.holder_name),
        level: level.filter(|_| shows_level).map(|level| tongue.local(&level.title)),
        detail,
    }
}

fn granted(entry: &Entry<'_>, tongue: &Tongue<'_>) -> Option<String> {
    let grant = &entry.certificate.grant;
    let title = &entry.certificate.scheme.levels.get(grant.level)?.title;
    let until = tongue.prose(grant.cycle.until);
    Some(tongue.fill("detail_granted", &[("level", tongue.plain(title)), ("until", &until)]))
}

/// What an event changed, why, and what the body adds.
fn detail(entry: &Entry<'_>, event: &Event, tongue: &Tongue<'_>) -> Option<String> {
    let scheme = &entry.certificate.scheme;
    let mut parts = facts(entry, event, tongue);
    let reason = event.reason().filter(|_| scheme.publication.reasons);
    if let Some(reason) = reason.and_then(|id| scheme.reason(id)) {
        parts.push(tongue.fill("detail_reason", &[("reason", tongue.plain(&reason.title))]));
    }
    parts.extend(event.note().map(|note| tongue.plain(note).to_owned()));
    (!parts.is_empty()).then(|| parts.join(tongue.t("detail_separator")))
}

fn facts(entry: &Entry<'_>, event: &Event, tongue: &Tongue<'_>) -> Vec<String> {
    let scheme = &entry.certificate.scheme;
    let before = entry.timeline().before(event);
    let change = &event.change;
    let title = |at: usize| scheme.levels.get(at).map_or("", |level| tongue.plain(&level.title));
    let fill = |key, values: &[(&str, &str)]| vec![tongue.fill(key, values)];
    match event.kind {
        EventKind::LevelChanged => {
            let to = title(change.level().unwrap_or(before.level));
            fill("detail_level_changed", &[("from", title(before.level)), ("to", to)])
        }
        EventKind::ScopeChanged => {
            let scope = change.scope().map(|scope| {
                tongue.fill("detail_scope_changed", &[("scope", tongue.plain(scope))])
            });
            let clauses = change.exclusions().map(|ids| {
                let clauses = tongue.join(ids.iter().map(ToString::to_string));
                tongue.fill("detail_exclusions_changed", &[("clauses", &clauses)])
            });
            scope.into_iter().chain(clauses).collect()
        }
        EventKind::Renamed => match change.holder_name() {
            Some(to) => {
                let (from, to) = (tongue.plain(before.holder_name), tongue.plain(to));
                fill("detail_renamed", &[("from", from), ("to", to)])
            }
            None => Vec::new(),
        },
        EventKind::AddressChanged => match change.holder_address() {
            Some(to) => fill("detail_address_changed", &[("address", tongue.plain(to))]),
            None => Vec::new(),
        },
        EventKind::SiteAdded => {
            let names = change.sites().into_iter().flatten().map(|site| tongue.plain(&site.name));
            fill("detail_site_added", &[("site", &tongue.join(names))])
        }
        EventKind::SiteClosed => {
            let name = change.site_closed().unwrap_or_default();
            let sites = entry.timeline().sites();
            let site = sites.iter().find(|site| site.site.name.is_called(name));
            let name = site.map_or(name, |site| tongue.plain(&site.site.name));
            fill("detail_site_closed", &[("site", name)])
        }
        EventKind::Recertified => {
            let until = tongue.prose(change.expires().unwrap_or(before.until));
            let level = title(change.level().unwrap_or(before.level));
            fill("detail_recertified", &[("level", level), ("until", &until)])
        }
        EventKind::Corrected => corrected(event, tongue, title),
        _ => Vec::new(),
    }
}

fn corrected<'l>(
    event: &Event,
    tongue: &Tongue<'_>,
    title: impl Fn(usize) -> &'l str,
) -> Vec<String> {
    let change = &event.change;
    let mut parts = Vec::new();
    let mut fact = |field, value: &str| {
        let values = [("field", tongue.t(field)), ("value", value)];
        parts.push(tongue.fill("detail_corrected_fact", &values));
    };
    if let Some(level) = change.level() {
        fact("field_level", title(level));
    }
    let days = [
        ("field_decided", change.decided()),
        ("field_issued", change.issued()),
        ("field_valid_from", change.valid_from()),
        ("field_expires", change.expires()),
        ("field_first_granted", change.first_granted()),
    ];
    for (field, day) in days.into_iter().filter_map(|(field, day)| Some((field, day?))) {
        fact(field, &tongue.prose(day));
    }
    let texts = [
        ("field_scope", change.scope()),
        ("field_holder", change.holder_name()),
        ("field_address", change.holder_address()),
        ("field_region", change.region().and_then(|region| region.name.as_ref())),
        ("field_industry", change.industry().and_then(|industry| industry.name.as_ref())),
    ];
    for (field, text) in texts.into_iter().filter_map(|(field, text)| Some((field, text?))) {
        fact(field, tongue.plain(text));
    }
    if let Some(id) = change.holder_id() {
        fact("field_credit_code", id.value());
    }
    if let Some(status) = change.status() {
        let code = match status {
            EventKind::Reinstated => "valid",
            other => other.name(),
        };
        fact("field_status", tongue.coded("status", code));
    }
    parts
}
