//! Scheme files: `content/schemes/ID.toml`.

use std::{str::FromStr, sync::Arc};

use regex_lite::Regex;

use crate::diag::Source;
use crate::fields::{At, Fields};
use crate::load::findings;
use crate::model::{
    Clause, Decimal, Factor, Level, Publication, Quota, Reason, Sampling, Scheme, Scoring,
};

/// Reads one scheme.
pub(super) fn read(fields: &Fields<'_>, source: &Arc<Source>) -> Option<Scheme> {
    let name = source.path().rsplit('/').next().unwrap_or_default();
    let stem = name.strip_suffix(".toml").unwrap_or(name);
    if let Some(id) = fields.text("id").filter(|id| id.value != stem) {
        fields.push(findings::id_differs(id.label, id.value, stem));
    }
    for (key, example) in [
        ("title", "{ zh = \"…\", en = \"…\" }"),
        ("standard", "\"GB/T 27922-2011\""),
        ("total_points", "100"),
        ("cycle_months", "36"),
        ("level", "[…]"),
    ] {
        fields.needs(key, example);
    }
    let _ = (
        fields.count("schema"),
        fields.date("issued"),
        fields.count("late_recertification_months"),
    );
    let text = |key| fields.text(key).map(|at: At<&str>| Box::from(at.value));
    let count = |key| fields.count(key).map(|at| at.value);
    let (rounding, scoring) = (fields.table("rounding"), fields.table("scoring"));
    let title = fields.local("title");
    let short_title = fields.local("short_title").map(|at| at.value);
    let standard = text("standard");
    let total_points = points(fields, "total_points");
    let cycle_months = count("cycle_months");
    let scheme = Scheme {
        id: stem.into(),
        family: text("family"),
        short_title,
        effective_from: fields.date("effective_from").map(|at| at.value),
        superseded_by: text("superseded_by"),
        transition_until: fields.date("transition_until").map(|at| at.value),
        points_confirmed: fields.flag("points_confirmed").unwrap_or(false),
        score_decimals: count("score_decimals").unwrap_or(1).min(6),
        display: rounding.and_then(|table| rounding_rule(&table)).unwrap_or_default(),
        surveillance_interval_months: count("surveillance_interval_months"),
        surveillance_grace_days: count("surveillance_grace_days").unwrap_or(0),
        recertification_apply_before_days: count("recertification_apply_before_days"),
        early_recertification_months: count("early_recertification_months").unwrap_or(3),
        max_issue_ahead_days: count("max_issue_ahead_days").unwrap_or(1),
        suspension_max_months: count("suspension_max_months"),
        number_pattern: fields.parse("number_pattern", Regex::new).map(|at| at.value),
        guidance: text("guidance"),
        publication: publication(fields.table("publication").as_ref()),
        scoring: scoring_rule(scoring.as_ref()),
        quota: fields.table("quota").and_then(|table| quota(&table)),
        sampling: fields.table("sampling").and_then(|table| sampling(&table)),
        levels: levels(fields),
        clauses: clauses(fields),
        reasons: reasons(fields),
        // Last, so that every key has been asked for when one of these is missing.
        title: title?.value,
        standard: standard?,
        total_points: total_points?,
        cycle_months: cycle_months?,
    };
    Some(scheme)
}

/// Points as text or as a whole number: scheme files have both.
fn points(fields: &Fields<'_>, key: &'static str) -> Option<Decimal> {
    if fields.is_text(key) {
        return fields.parse(key, Decimal::from_str).map(|at| at.value);
    }
    fields.count(key).map(|at| Decimal::whole(at.value.min(999_999)))
}

fn rounding_rule(table: &Fields<'_>) -> Option<crate::model::DisplayRounding> {
    let _ = table.flag("compare_before_rounding");
    let known = ["down", "half_even", "half_up"];
    let display = table.text("display")?;
    let rule = display.value.parse().ok();
    if rule.is_none() {
        let known = known.into_iter();
        table.push(findings::unknown_word(display.label, "rounding", display.value, known));
    }
    rule
}

fn publication(table: Option<&Fields<'_>>) -> Publication {
    let flag = |key, default| table.and_then(|table| table.flag(key)).unwrap_or(default);
    Publication {
        score: flag("score", false),
        reasons: flag("reasons", true),
        site_addresses: flag("site_addresses", true),
    }
}

fn scoring_rule(table: Option<&Fields<'_>>) -> Scoring {
    let flag = |key, default| table.and_then(|table| table.flag(key)).unwrap_or(default);
    let _ = table.map(|table| (table.text("method"), table.text("qualitative_default")));
    let count = |key| table.and_then(|table| table.count(key)).map(|at| at.value);
    let points = |key| table.and_then(|table| points(table, key)).unwrap_or(Decimal::whole(1));
    Scoring {
        exclusions_allowed: flag("exclusions_allowed", true),
        special_deduction_points: points("special_deduction_points"),
        special_deduction_max: count("special_deduction_max"),
        special_deduction_max_inclusive: flag("special_deduction_max_inclusive", false),
        special_bonus_points: points("special_bonus_points"),
        special_bonus_max_count: count("special_bonus_max_count").unwrap_or(1),
    }
}

fn quota(table: &Fields<'_>) -> Option<Quota> {
    table.needs("role", "{ zh = \"…\", en = \"…\" }");
    table.needs("percent", "10");
    let _ = (table.text("base"), table.text("rounding"));
    let (role, percent) = (table.local("role"), table.count("percent"));
    let minimum = table.count("minimum").map_or(1, |at| at.value);
    Some(Quota { role: role?.value, percent: percent?.value, minimum })
}

fn sampling(table: &Fields<'_>) -> Option<Sampling> {
    let _ = table.text("head_office");
    let factor = |key| {
        table.needs(key, "{ num = 1, den = 1 }");
        let fraction = table.table(key)?;
        fraction.needs("num", "1");
        fraction.needs("den", "1");
        let (num, den) = (fraction.count("num"), fraction.count("den"));
        let (num, den) = (num?, den?);
        if den.value == 0 || num.value > 1000 || den.value > 1000 {
            let label = den.label;
            fraction.push(findings::invalid(label, "a factor is num/den with 1 to 1000 below"));
            return None;
        }
        Some(Factor { num: num.value, den: den.value })
    };
    let initial = factor("initial");
    let surveillance = factor("surveillance");
    let recertification = factor("recertification");
    Some(Sampling {
        initial: initial?,
        surveillance: surveillance?,
        recertification: recertification?,
    })
}

fn levels(fields: &Fields<'_>) -> Vec<Level> {
    let mut levels: Vec<Level> = Vec::new();
    for table in fields.tables("level") {
        for (key, example) in [("id", "\"star-5\""), ("rank", "4"), ("title", "{ zh = \"…\" }")] {
            table.needs(key, example);
        }
        let (id, rank, title) =
            (table.parse("id", identifier), table.count("rank"), table.local("title"));
        let min_score = table.parse("min_score", Decimal::from_str);
        let stars = table.count("stars").map(|at| at.value);
        let (Some(id), Some(rank), Some(title)) = (id, rank, title) else { continue };
        let min = min_score.map(|at| at.value);
        if levels.iter().any(|level| level.id.eq_ignore_ascii_case(&id.value)) {
            table.push(findings::scheme_levels(id.label, "a level stands twice"));
            continue;
        }
        let rises =
            |last: &Level| last.rank < rank.value && (last.min_score < min || min.is_none());
        if !levels.last().is_none_or(rises) {
            table.push(findings::scheme_levels(
                rank.label,
                "this level is not above the one before",
            ));
        }
        levels.push(Level {
            id: id.value,
            rank: rank.value,
            min_score: min,
            stars,
            title: title.value,
        });
    }
    if let (Some(label), true) = (fields.key_label("level"), levels.is_empty()) {
        fields.push(findings::scheme_levels(label, "a scheme has at least one level"));
    }
    levels
}

/// A word that can stand in an address.
fn identifier(text: &str) -> Result<Box<str>, &'static str> {
    let safe = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let sound = text.chars().all(safe) && !text.starts_with('.');
    if sound { Ok(text.into()) } else { Err("an id has letters, digits, `-`, `_` and `.` only") }
}

fn clauses(fields: &Fields<'_>) -> Vec<Clause> {
    let mut clauses: Vec<(Clause, At<()>)> = Vec::new();
    for table in fields.tables("clause") {
        table.needs("id", "\"5.1.1\"");
        table.needs("title", "{ zh = \"…\" }");
        let _ = table.texts("indicators");
        if let Some(known) = table.table("known") {
            known.entries().for_each(drop);
        }
        let (id, title) = (table.parse("id", identifier), table.local("title"));
        let points = table.has("points").then(|| points(&table, "points")).flatten();
        let parent = table.text("parent");
        let (Some(id), Some(title)) = (id, title) else { continue };
        let stands = |asked: &str| clauses.iter().any(|(clause, _)| &*clause.id == asked);
        if stands(&id.value) {
            let message = format!("the clause `{}` stands twice", id.value);
            table.push(findings::scheme_clauses(id.label, message));
            continue;
        }
        if let Some(parent) = parent.as_ref().filter(|parent| !stands(parent.value)) {
            let message = format!("no clause `{}` stands before this one", parent.value);
            table.push(findings::scheme_clauses(parent.label.clone(), message));
        }
        let parent = parent.map(|at| at.value.into());
        let label = At { value: (), label: id.label };
        clauses.push((Clause { id: id.value, parent, title: title.value, points }, label));
    }
    for (clause, at) in &clauses {
        let parts = clauses.iter().filter(|(part, _)| part.parent.as_ref() == Some(&clause.id));
        let parts: Vec<_> = parts.filter_map(|(part, _)| part.points).collect();
        let sum = parts.iter().fold(Decimal::default(), |sum, part| sum.plus(*part));
        if let Some(points) = clause.points.filter(|points| !parts.is_empty() && *points != sum) {
            fields.push(findings::scheme_points(at.label.clone(), &clause.id, points, sum));
        }
    }
    clauses.into_iter().map(|(clause, _)| clause).collect()
}

fn reasons(fields: &Fields<'_>) -> Vec<Reason> {
    let mut reasons = Vec::new();
    for table in fields.tables("reason") {
        table.needs("id", "\"surveillance-overdue\"");
        table.needs("title", "{ zh = \"…\" }");
        let (id, title) = (table.parse("id", identifier), table.local("title"));
        let kinds = table.texts("kinds").unwrap_or_default();
        let kinds = kinds.into_iter().map(|at| at.value.into()).collect();
        let (Some(id), Some(title)) = (id, title) else { continue };
        reasons.push(Reason { id: id.value, kinds, title: title.value });
    }
    reasons
}
