//! Events of a record, and what each kind may and must say.

use std::{str::FromStr, sync::Arc};

use jiff::civil::Date;
use strum::IntoEnumIterator;

use crate::diag::Label;
use crate::fields::{At, Fields};
use crate::load::{
    Lists, findings,
    parts::{self, EvaluationDraft, Whole},
    record,
};
use crate::model::{Change, Coded, Event, EventKind, HolderId, LocalText, NewFacts, Scheme, Site};

/// An event as it was read.
#[derive(Debug)]
pub(super) struct EventDraft {
    pub(super) label: Label,
    pub(super) date: At<Date>,
    pub(super) kind: EventKind,
    pub(super) effective: Option<At<Date>>,
    pub(super) reason: Option<Box<str>>,
    pub(super) note: Option<LocalText>,
    pub(super) level: Option<At<usize>>,
    pub(super) decided: Option<At<Date>>,
    pub(super) issued: Option<At<Date>>,
    pub(super) valid_from: Option<At<Date>>,
    pub(super) expires: Option<At<Date>>,
    pub(super) first_granted: Option<At<Date>>,
    pub(super) scope: Option<LocalText>,
    pub(super) exclusions: Option<Vec<At<Box<str>>>>,
    pub(super) region: Option<Arc<Coded>>,
    pub(super) industry: Option<Arc<Coded>>,
    pub(super) holder_name: Option<LocalText>,
    pub(super) holder_address: Option<LocalText>,
    pub(super) holder_id: Option<At<HolderId>>,
    pub(super) sites: Option<Box<[Site]>>,
    pub(super) site_closed: Option<At<Box<str>>>,
    pub(super) evaluation: Option<EvaluationDraft>,
    pub(super) status: Option<EventKind>,
}

/// The facts that an event can carry, by key.
const FACTS: [&str; 15] = [
    "level",
    "decided",
    "issued",
    "valid_from",
    "expires",
    "first_granted",
    "scope",
    "exclusions",
    "region",
    "industry",
    "holder",
    "sites",
    "site",
    "evaluation",
    "status",
];

/// The facts that a kind may carry.
fn allowed(kind: EventKind) -> &'static [&'static str] {
    match kind {
        EventKind::Suspended
        | EventKind::Reinstated
        | EventKind::Withdrawn
        | EventKind::Cancelled => &[],
        EventKind::LevelChanged => &["level", "decided", "evaluation"],
        EventKind::ScopeChanged => &["scope", "exclusions", "decided"],
        EventKind::Renamed | EventKind::AddressChanged => &["holder"],
        EventKind::SiteAdded => &["sites"],
        EventKind::SiteClosed => &["site"],
        EventKind::Recertified => &[
            "decided",
            "issued",
            "valid_from",
            "expires",
            "level",
            "scope",
            "exclusions",
            "evaluation",
        ],
        EventKind::Surveillance => &["evaluation"],
        EventKind::Corrected => &[
            "level",
            "decided",
            "issued",
            "valid_from",
            "expires",
            "first_granted",
            "scope",
            "exclusions",
            "region",
            "industry",
            "holder",
            "sites",
            "evaluation",
            "status",
        ],
    }
}

pub(super) fn read(
    fields: &Fields<'_>,
    scheme: Option<&Scheme>,
    lists: &Lists<'_>,
) -> Option<EventDraft> {
    fields.needs("date", "2026-09-01");
    fields.needs("kind", "\"suspended\"");
    let date = fields.date("date");
    let kind = kind(fields);
    let sites = fields.has("sites").then(|| parts::sites(&fields.tables("sites")));
    let holder = fields.table("holder").map(|table| parts::holder(&table, Whole::Part));
    let holder = holder.unwrap_or_default();
    let draft = EventDraft {
        label: fields.label(),
        date: date.clone().unwrap_or(At { value: Date::ZERO, label: fields.label() }),
        kind: kind.unwrap_or(EventKind::Surveillance),
        effective: fields.date("effective"),
        reason: reason(fields, scheme, kind),
        note: fields.local_or_plain("note").map(|at| at.value),
        level: record::level(fields, scheme),
        decided: fields.date("decided"),
        issued: fields.date("issued"),
        valid_from: fields.date("valid_from"),
        expires: fields.date("expires"),
        first_granted: fields.date("first_granted"),
        scope: fields.local("scope").map(|at| at.value),
        exclusions: record::exclusions(fields),
        region: parts::coded(fields, "region", lists),
        industry: parts::coded(fields, "industry", lists),
        holder_name: holder.name,
        holder_address: holder.address,
        holder_id: holder.id,
        sites,
        site_closed: fields.text("site").map(|at| at.map(Box::from)),
        evaluation: fields.table("evaluation").map(|table| parts::evaluation(&table, scheme)),
        status: status(fields),
    };
    facts(fields, kind?, &draft);
    date.is_some().then_some(draft)
}

fn kind(fields: &Fields<'_>) -> Option<EventKind> {
    let word = fields.text("kind")?;
    let kind = EventKind::from_str(word.value).ok();
    if kind.is_none() {
        let known = EventKind::iter().map(EventKind::name);
        fields.push(findings::unknown_word(word.label, "kind of event", word.value, known));
    }
    kind
}

fn reason(
    fields: &Fields<'_>,
    scheme: Option<&Scheme>,
    kind: Option<EventKind>,
) -> Option<Box<str>> {
    let word = fields.text("reason")?;
    let (scheme, kind) = (scheme?, kind?);
    let fits = |kinds: &[Box<str>]| kinds.is_empty() || kinds.iter().any(|k| &**k == kind.name());
    if !scheme.reason(word.value).is_some_and(|reason| fits(&reason.kinds)) {
        fields.push(findings::reason_unknown(word.label, word.value, scheme, kind));
    }
    Some(word.value.into())
}

fn status(fields: &Fields<'_>) -> Option<EventKind> {
    let word = fields.text("status")?;
    let known = ["valid", "suspended", "withdrawn", "cancelled"];
    let kind = match word.value {
        "valid" => Some(EventKind::Reinstated),
        "suspended" => Some(EventKind::Suspended),
        "withdrawn" => Some(EventKind::Withdrawn),
        "cancelled" => Some(EventKind::Cancelled),
        _ => None,
    };
    if kind.is_none() {
        fields.push(findings::unknown_word(word.label, "status", word.value, known.into_iter()));
    }
    kind
}

/// Whether the event says what its kind needs, and nothing that its kind does not change.
fn facts(fields: &Fields<'_>, kind: EventKind, draft: &EventDraft) {
    for fact in FACTS.into_iter().filter(|fact| !allowed(kind).contains(fact)) {
        if let Some(label) = fields.key_label(fact) {
            fields.push(findings::fact_foreign(label, kind, fact));
        }
    }
    if kind != EventKind::Corrected
        && let Some(label) = fields.key_label("effective")
    {
        fields.push(findings::fact_foreign(label, kind, "effective"));
    }
    if let (EventKind::AddressChanged, Some(_)) = (kind, &draft.holder_name) {
        fields.push(findings::fact_foreign(fields.label(), kind, "holder.name"));
    }
    if let (EventKind::Renamed, Some(_)) = (kind, &draft.holder_address) {
        fields.push(findings::fact_foreign(fields.label(), kind, "holder.address"));
    }
    if let (EventKind::Renamed | EventKind::AddressChanged, Some(id)) = (kind, &draft.holder_id) {
        fields.push(findings::holder_transfer(id.label.clone()));
    }
    for missing in missing(fields, kind, draft) {
        fields.push(findings::fact_missing(fields.label(), kind, missing));
    }
}

fn missing(fields: &Fields<'_>, kind: EventKind, draft: &EventDraft) -> Vec<&'static str> {
    let mut missing = Vec::new();
    let mut need = |there: bool, what| {
        if !there {
            missing.push(what);
        }
    };
    match kind {
        EventKind::Suspended | EventKind::Withdrawn | EventKind::Cancelled => {
            need(fields.has("reason"), "a `reason`, a code of the scheme");
        }
        EventKind::LevelChanged => need(fields.has("level"), "the new `level`"),
        EventKind::ScopeChanged => {
            let there = fields.has("scope") || fields.has("exclusions");
            need(there, "the new `scope` or `exclusions`");
        }
        EventKind::Renamed => need(draft.holder_name.is_some(), "the new `[events.holder] name`"),
        EventKind::AddressChanged => {
            need(draft.holder_address.is_some(), "the new `[events.holder] address`");
        }
        EventKind::SiteAdded => {
            need(draft.sites.as_ref().is_some_and(|s| !s.is_empty()), "`[[events.sites]]`");
        }
        EventKind::SiteClosed => {
            need(fields.has("site"), "`site`, the name of the one that closed");
        }
        EventKind::Recertified => {
            need(fields.has("decided"), "the day of the decision, `decided`");
            need(fields.has("expires"), "the new last day, `expires`");
        }
        EventKind::Corrected => {
            let says = fields.has("note") || fields.has("reason");
            need(says, "a `note` or a `reason` that says why");
            let facts = FACTS.into_iter().filter(|fact| *fact != "site");
            need(
                facts.into_iter().any(|fact| fields.key_label(fact).is_some()),
                "what is corrected",
            );
            let dated = draft.status.is_none() || fields.has("effective");
            need(dated, "`effective`, the day from which the corrected `status` holds");
        }
        EventKind::Reinstated | EventKind::Surveillance => {}
    }
    missing
}

impl EventDraft {
    /// The first day on which the new facts hold, given the day of the decision to grant.
    pub(super) fn effective(&self, decided: Date) -> Date {
        match (self.kind, &self.effective) {
            (EventKind::Corrected, Some(at)) => at.value,
            (EventKind::Corrected, None) => {
                self.decided.as_ref().map_or(decided, |at| at.value.min(decided))
            }
            (EventKind::Recertified, _) => {
                self.valid_from.as_ref().map_or(self.date.value, |at| at.value)
            }
            _ => self.date.value,
        }
    }

    /// The event of a draft in which nothing is wrong.
    pub(super) fn finish(self, decided: Date) -> Event {
        let effective = self.effective(decided);
        let day = |at: Option<At<Date>>| at.map(|at| at.value);
        let change = Change {
            level: self.level.map(|at| at.value),
            decided: day(self.decided),
            issued: day(self.issued),
            valid_from: day(self.valid_from),
            expires: day(self.expires),
            first_granted: day(self.first_granted),
            scope: self.scope,
            exclusions: self.exclusions.map(|ids| ids.into_iter().map(|at| at.value).collect()),
            region: self.region,
            industry: self.industry,
            holder_name: self.holder_name,
            holder_address: self.holder_address,
            holder_id: self.holder_id.map(|at| at.value),
            sites: self.sites,
            site_closed: self.site_closed.map(|at| at.value),
            evaluation: self.evaluation.map(|draft| draft.evaluation),
            status: self.status,
        };
        Event {
            date: self.date.value,
            effective,
            kind: self.kind,
            change: NewFacts::new(change, self.reason, self.note),
        }
    }
}
