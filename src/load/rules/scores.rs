//! Scores, levels and what they are made of.

use jiff::civil::Date;

use crate::diag::Label;
use crate::fields::{At, Fields};
use crate::load::{findings, parts::EvaluationDraft, record::Draft};
use crate::model::{Decimal, EventKind, Level, Scheme};

pub(super) fn check(fields: &Fields<'_>, draft: &Draft) {
    let Some(scheme) = draft.scheme.as_deref() else { return };
    let mut excluded: Vec<&str> = draft.exclusions.iter().map(|at| &*at.value).collect();
    let mut level = draft.level.as_ref();
    if let Some(evaluation) = &draft.evaluation {
        let decided = draft.decided.as_ref().map(|at| at.value);
        evaluated(fields, scheme, evaluation, level, &excluded, decided);
    }
    for event in &draft.events {
        if let Some(ids) = &event.exclusions {
            excluded = ids.iter().map(|at| &*at.value).collect();
        }
        level = event.level.as_ref().or(level);
        let Some(evaluation) = &event.evaluation else { continue };
        let stands_on_it = event.kind != EventKind::Surveillance;
        let decided = event.decided.as_ref().map(|at| at.value).filter(|_| stands_on_it);
        evaluated(fields, scheme, evaluation, level.filter(|_| stands_on_it), &excluded, decided);
    }
}

fn evaluated(
    fields: &Fields<'_>,
    scheme: &Scheme,
    evaluation: &EvaluationDraft,
    level: Option<&At<usize>>,
    excluded: &[&str],
    decided: Option<Date>,
) {
    if let (Some(date), Some(decided)) = (&evaluation.date, decided)
        && date.value > decided
    {
        fields.push(findings::evaluation_late(date.label.clone(), decided));
    }
    if let Some(score) = evaluation.score.as_ref().filter(|score| score.value > scheme.total_points)
    {
        fields.push(findings::score_out_of_range(score.label.clone(), scheme.total_points));
    }
    specials(fields, scheme, evaluation);
    clauses(fields, scheme, evaluation, excluded);
    quota(fields, scheme, evaluation);
    reproduces(fields, scheme, evaluation);
    if let Some(level) = level.and_then(|at| scheme.levels.get(at.value)) {
        reaches(fields, scheme, evaluation, level);
    }
}

/// The level is compared with the exact score, before any rounding.
fn reaches(fields: &Fields<'_>, scheme: &Scheme, draft: &EvaluationDraft, level: &Level) {
    let Some(least) = level.min_score else { return };
    let computed = draft.evaluation.computed(scheme);
    let label = place(draft).unwrap_or_else(|| fields.label());
    if let Some(computed) = computed.filter(|computed| *computed < least) {
        let shown = computed.rounded_down(4).to_string();
        fields.push(findings::score_below_level(label, &shown, &level.id, least));
    } else if let Some(score) = draft.score.as_ref().filter(|score| score.value < least) {
        let shown = score.value.to_string();
        fields.push(findings::score_below_level(score.label.clone(), &shown, &level.id, least));
    }
}

fn place(draft: &EvaluationDraft) -> Option<Label> {
    let score = draft.score.as_ref().map(|at| at.label.clone());
    score.or_else(|| draft.clauses.first().map(|at| at.label.clone()))
}

/// Given clauses must give the given score, rounded as the scheme rounds.
fn reproduces(fields: &Fields<'_>, scheme: &Scheme, draft: &EvaluationDraft) {
    let Some(score) = &draft.score else { return };
    let Some(computed) = draft.evaluation.computed(scheme) else { return };
    let decimals = scheme.score_decimals.max(score.value.decimals());
    let shown = scheme.display.round(computed, decimals);
    if shown != score.value {
        fields.push(findings::score_mismatch(score.label.clone(), score.value, shown));
    }
}

fn specials(fields: &Fields<'_>, scheme: &Scheme, draft: &EvaluationDraft) {
    if let Some(count) =
        draft.deductions.as_ref().filter(|count| scheme.deductions_fail(count.value))
    {
        fields.push(findings::deductions(count.label.clone(), count.value));
    }
    let max = scheme.scoring.special_bonus_max_count;
    if let Some(count) = draft.bonus.as_ref().filter(|count| count.value > max) {
        fields.push(findings::bonus(count.label.clone(), max));
    }
}

fn quota(fields: &Fields<'_>, scheme: &Scheme, draft: &EvaluationDraft) {
    let Some(quota) = &scheme.quota else { return };
    let (Some(staff), Some(managers)) =
        (draft.evaluation.service_management_staff, &draft.managers)
    else {
        return;
    };
    let needed = quota.needed(staff);
    if managers.value < needed {
        fields.push(findings::quota(managers.label.clone(), managers.value, staff, needed));
    }
}

fn clauses(fields: &Fields<'_>, scheme: &Scheme, draft: &EvaluationDraft, excluded: &[&str]) {
    for at in &draft.clauses {
        let (score, label) = (&at.value, || at.label.clone());
        let Some(clause) = scheme.clause(&score.clause) else {
            fields.push(findings::clause_unknown(label(), &score.clause, scheme));
            continue;
        };
        let id = &score.clause;
        if !scheme.is_leaf(id) {
            let message = format!("`{id}` has parts: give the points of those");
            fields.push(findings::clause_points(label(), message));
        }
        if excluded.iter().any(|excluded| is_within(id, excluded)) {
            let message = format!("`{id}` is excluded and has points");
            fields.push(findings::exclusion(label(), message));
        }
        if score.obtained > score.applicable {
            let message = format!("`{id}` has {} points of {}", score.obtained, score.applicable);
            fields.push(findings::clause_points(label(), message));
        }
        let wrong = |points: &Decimal| scheme.points_confirmed && *points != score.applicable;
        if let Some(points) = clause.points.filter(wrong) {
            let message =
                format!("`{id}` has {points} points in the scheme, not {}", score.applicable);
            fields.push(findings::clause_points(label(), message));
        }
    }
}

/// Whether a clause is another or part of it.
fn is_within(id: &str, other: &str) -> bool {
    id.strip_prefix(other).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}
