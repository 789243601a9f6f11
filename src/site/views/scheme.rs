//! A scheme in tables: its levels, clauses, reasons, quota and sampling.

use serde::Serialize;

use crate::model::{EventKind, Scheme};
use crate::site::{
    frame::Here,
    route::{Kind, Route},
    tongue::Text,
    views::{
        certificate::Fact,
        list::{Cell, DataTable, Heading},
    },
};

#[derive(Debug, Serialize)]
pub(crate) struct SchemeView<'v> {
    title: Text<'v>,
    standard: &'v str,
    facts: Vec<Fact<'v>>,
    guidance_href: Option<String>,
    levels: DataTable<'v>,
    clauses: Option<DataTable<'v>>,
    reasons: Option<DataTable<'v>>,
}

pub(crate) fn scheme<'v>(here: &'v Here<'v>, scheme: &'v Scheme) -> SchemeView<'v> {
    let guidance = scheme.guidance.as_deref().filter(|slug| here.site.has_guide(slug));
    SchemeView {
        title: here.tongue.local(&scheme.title),
        standard: &scheme.standard,
        facts: facts(here, scheme),
        guidance_href: guidance.map(|slug| here.href(&Route::Guide(slug.to_owned()))),
        levels: levels(here, scheme),
        clauses: (!scheme.clauses.is_empty()).then(|| clauses(here, scheme)),
        reasons: (!scheme.reasons.is_empty() && scheme.publication.reasons)
            .then(|| reasons(here, scheme)),
    }
}

fn facts<'v>(here: &'v Here<'v>, scheme: &'v Scheme) -> Vec<Fact<'v>> {
    let tongue = here.tongue;
    let months = |n: u32| Text::plain(tongue.fill("months_words", &[("n", &n.to_string())]));
    let mut facts = Vec::new();
    let mut fact = |key: &'static str, text: Text<'v>| facts.push(Fact::text(tongue.t(key), text));
    if let Some(from) = scheme.effective_from {
        fact("field_effective_from", Text::plain(tongue.prose(from)));
    }
    if let Some(until) = scheme.transition_until {
        fact("field_transition_until", Text::plain(tongue.prose(until)));
    }
    fact("field_cycle_months", months(scheme.cycle_months));
    if let Some(interval) = scheme.surveillance_interval_months {
        fact("field_surveillance_interval", months(interval));
    }
    fact("field_total_points", Text::plain(scheme.total_points.to_string()));
    if let Some(next) = &scheme.superseded_by {
        let route = Route::List(Kind::Schemes, next.to_string());
        let known = here.site.register.schemes.get(next);
        let text = known.map_or(Text::plain(&**next), |next| tongue.local(&next.title));
        let fact = Fact::text(tongue.t("field_superseded_by"), text);
        facts.push(if known.is_some() { fact.href(here.href(&route)) } else { fact });
    }
    facts
}

/// The ladder, highest first, with how many certificates ever reached each level.
pub(crate) fn levels<'v>(here: &'v Here<'v>, scheme: &'v Scheme) -> DataTable<'v> {
    let tongue = here.tongue;
    let row = |level: &'v crate::model::Level| {
        let route = Route::List(Kind::Levels, format!("{}/{}", scheme.id, level.id));
        let least =
            level.min_score.map(|least| tongue.fill("level_min", &[("score", &least.to_string())]));
        let title = Cell::words(tongue.local(&level.title)).header().href(Some(here.href(&route)));
        vec![title, Cell::words(Text::plain(least.unwrap_or_default()))]
    };
    DataTable {
        caption: tongue.t("table_levels").to_owned(),
        columns: vec![heading(here, "field_level"), heading(here, "field_min_score")],
        rows: scheme.levels.iter().rev().map(row).collect(),
        note: None,
        id: None,
    }
}

fn heading<'v>(here: &Here<'v>, key: &str) -> Heading<'v> {
    Heading { label: here.tongue.t(key), numeric: false }
}

/// The clauses; their points only where the body has confirmed them.
pub(crate) fn clauses<'v>(here: &'v Here<'v>, scheme: &'v Scheme) -> DataTable<'v> {
    let tongue = here.tongue;
    let mut columns = vec![heading(here, "field_clause"), heading(here, "field_name")];
    if scheme.points_confirmed {
        columns.push(Heading { label: tongue.t("field_points"), numeric: true });
    }
    let row = |clause: &'v crate::model::Clause| {
        let href = here.site.clause_href(here, scheme, &clause.id);
        let indent = scheme.depth(clause);
        let id = Cell::words(Text::plain(&*clause.id)).header().indent(indent);
        let mut cells = vec![id, Cell::words(tongue.local(&clause.title)).href(href)];
        if scheme.points_confirmed {
            let points = clause.points.map(|points| points.to_string());
            cells.push(Cell::number(points.unwrap_or_default()));
        }
        cells
    };
    let hidden =
        (!scheme.points_confirmed).then(|| tongue.t("scheme_clauses_unconfirmed").to_owned());
    DataTable {
        caption: tongue.t("table_clauses").to_owned(),
        columns,
        rows: scheme.clauses.iter().map(row).collect(),
        note: hidden,
        id: None,
    }
}

fn reasons<'v>(here: &'v Here<'v>, scheme: &'v Scheme) -> DataTable<'v> {
    let tongue = here.tongue;
    let row = |reason: &'v crate::model::Reason| {
        let kinds = reason.kinds.iter().filter_map(|kind| kind.parse::<EventKind>().ok());
        let kinds = tongue.join(kinds.map(|kind| tongue.coded("event", kind.name())));
        vec![Cell::words(tongue.local(&reason.title)).header(), Cell::words(Text::plain(kinds))]
    };
    DataTable {
        caption: tongue.t("scheme_reasons").to_owned(),
        columns: vec![heading(here, "field_reason"), heading(here, "scheme_reason_for")],
        rows: scheme.reasons.iter().map(row).collect(),
        note: None,
        id: None,
    }
}

/// How many certified managers so many staff need.
pub(crate) fn quota<'v>(here: &'v Here<'v>, scheme: &'v Scheme) -> Option<DataTable<'v>> {
    let (tongue, quota) = (here.tongue, scheme.quota.as_ref()?);
    let role = tongue.plain(&quota.role);
    let (percent, minimum) = (quota.percent.to_string(), quota.minimum.to_string());
    let values = [("role", role), ("percent", &*percent), ("minimum", &*minimum)];
    let row = |staff: u32| vec![Cell::number(staff).header(), Cell::number(quota.needed(staff))];
    let numeric = |key| Heading { label: tongue.t(key), numeric: true };
    Some(DataTable {
        caption: tongue.t("table_quota").to_owned(),
        columns: vec![numeric("quota_staff"), numeric("quota_needed")],
        rows: [1, 5, 10, 11, 23, 50, 100].into_iter().map(row).collect(),
        note: Some(tongue.fill("quota_text", &values)),
        id: None,
    })
}

/// How many sites are visited.
pub(crate) fn sampling<'v>(here: &'v Here<'v>, scheme: &'v Scheme) -> Option<DataTable<'v>> {
    let (tongue, sampling) = (here.tongue, scheme.sampling?);
    let row = |sites: u32| {
        let stages = [sampling.initial, sampling.surveillance, sampling.recertification];
        let mut cells = vec![Cell::number(sites).header()];
        cells.extend(stages.map(|factor| Cell::number(factor.sample(sites))));
        cells
    };
    let keys =
        ["sampling_sites", "sampling_initial", "sampling_surveillance", "sampling_recertification"];
    let numeric = |key| Heading { label: tongue.t(key), numeric: true };
    Some(DataTable {
        caption: tongue.t("table_sampling").to_owned(),
        columns: keys.into_iter().map(numeric).collect(),
        rows: [2, 5, 9, 16, 26, 30, 50, 100, 200].into_iter().map(row).collect(),
        note: None,
        id: None,
    })
}
