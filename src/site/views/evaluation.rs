//! The evaluation on a certificate page: as much of it as the scheme lets be published.

use serde::Serialize;

use crate::model::{ClauseScore, Decimal, Evaluation, Ratio, Scheme};
use crate::site::{
    frame::Here,
    index::Entry,
    tongue::{Day, Text},
};

#[derive(Debug, Serialize)]
pub(crate) struct EvaluationView<'v> {
    date: Option<Day>,
    score_text: Option<String>,
    score_x: Option<String>,
    total_text: Option<String>,
    thresholds: Vec<Threshold<'v>>,
    hidden_note: Option<&'v str>,
    clauses: Vec<ClauseRow<'v>>,
}

#[derive(Debug, Serialize)]
struct Threshold<'v> {
    label: Text<'v>,
    text: String,
    x: String,
    reached: bool,
}

#[derive(Debug, Serialize)]
struct ClauseRow<'v> {
    id: &'v str,
    title: Text<'v>,
    href: Option<String>,
    obtained_text: String,
    applicable_text: String,
    share_text: String,
    length: u32,
    excluded: bool,
    depth: usize,
}

impl EvaluationView<'_> {
    /// Whether it says more than its day and what the scheme says of all.
    pub(crate) fn tells(&self) -> bool {
        self.score_text.is_some() || !self.clauses.is_empty()
    }
}

/// What the scheme says of all evaluations whose score is not shown.
pub(crate) fn of_scheme<'v>(here: &'v Here<'v>, scheme: &'v Scheme) -> EvaluationView<'v> {
    EvaluationView {
        date: None,
        score_text: None,
        score_x: None,
        total_text: None,
        thresholds: thresholds(here, scheme, None),
        hidden_note: (!scheme.publication.score).then(|| here.tongue.t("score_hidden")),
        clauses: Vec::new(),
    }
}

pub(crate) fn evaluation<'v>(
    here: &'v Here<'v>,
    entry: &'v Entry<'v>,
    found: &'v Evaluation,
) -> Option<EvaluationView<'v>> {
    let scheme = &*entry.certificate.scheme;
    let tongue = here.tongue;
    let score = found.score.map(Decimal::ratio).or_else(|| found.computed(scheme));
    let score = score.filter(|_| scheme.publication.score);
    let with_clauses = scheme.points_confirmed && scheme.publication.score;
    let clauses = if with_clauses { clauses(here, entry, found) } else { Vec::new() };
    let hidden_note = if !scheme.publication.score {
        Some(tongue.t("score_hidden"))
    } else if !scheme.points_confirmed && !found.clauses.is_empty() {
        Some(tongue.t("clauses_hidden"))
    } else {
        None
    };
    let shown = score.map(|score| scheme.shown(score));
    let view = EvaluationView {
        date: found.date.map(|date| tongue.day(date)),
        score_text: shown.map(|score| fixed(score, scheme.score_decimals)),
        score_x: shown.and_then(|score| percent(score, scheme.total_points)),
        total_text: shown.map(|_| scheme.total_points.to_string()),
        thresholds: thresholds(here, scheme, score),
        hidden_note,
        clauses,
    };
    (view.date.is_some() || view.score_text.is_some()).then_some(view)
}

fn thresholds<'v>(
    here: &'v Here<'v>,
    scheme: &'v Scheme,
    score: Option<Ratio>,
) -> Vec<Threshold<'v>> {
    let levels = scheme.levels.iter().filter_map(|level| Some((level, level.min_score?)));
    levels
        .map(|(level, least)| Threshold {
            label: here.tongue.local(&level.title),
            text: least.to_string(),
            x: percent(least, scheme.total_points).unwrap_or_default(),
            reached: score.is_some_and(|score| score >= least),
        })
        .collect()
}

/// A share as the percentage that SVG places by.
fn percent(part: Decimal, of: Decimal) -> Option<String> {
    let share = Ratio::share(part, of, Decimal::whole(100))?;
    Some(format!("{}%", share.rounded_down(1)))
}

/// A decimal with as many digits after the point as the scheme shows, so that columns align.
fn fixed(number: Decimal, decimals: u32) -> String {
    let mut text = number.to_string();
    let has = number.decimals();
    if has < decimals {
        text.push_str(if has == 0 { "." } else { "" });
        text.extend((has..decimals).map(|_| '0'));
    }
    text
}

/// All clauses in the standard's order: leaves as evaluated, parents as the sum of theirs.
fn clauses<'v>(
    here: &'v Here<'v>,
    entry: &'v Entry<'v>,
    found: &'v Evaluation,
) -> Vec<ClauseRow<'v>> {
    if found.clauses.is_empty() {
        return Vec::new();
    }
    let scheme = &entry.certificate.scheme;
    let within = |id: &str, of: &str| {
        id.strip_prefix(of).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    let mut rows = Vec::new();
    for clause in &scheme.clauses {
        let parts: Vec<&ClauseScore> =
            found.clauses.iter().filter(|score| within(&score.clause, &clause.id)).collect();
        let excluded =
            entry.standing.exclusions.iter().any(|excluded| within(&clause.id, excluded));
        if parts.is_empty() && !excluded {
            continue;
        }
        let sum = |points: fn(&ClauseScore) -> Decimal| {
            parts.iter().map(|score| points(score)).fold(Decimal::default(), Decimal::plus)
        };
        let (obtained, applicable) = (sum(|c| c.obtained), sum(|c| c.applicable));
        let share = Ratio::share(obtained, applicable, Decimal::whole(1));
        let hundredths = Ratio::share(obtained, applicable, Decimal::whole(100));
        rows.push(ClauseRow {
            id: &clause.id,
            title: here.tongue.local(&clause.title),
            href: here.site.clause_href(here, scheme, &clause.id),
            obtained_text: obtained.to_string(),
            applicable_text: applicable.to_string(),
            share_text: hundredths.map(|h| format!("{}%", h.rounded_down(0))).unwrap_or_default(),
            length: share.map_or(0, Ratio::thousandths),
            excluded,
            depth: scheme.depth(clause),
        });
    }
    rows
}
