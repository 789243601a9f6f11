//! What can be wrong with evaluations and with scheme files.

use jiff::civil::Date;

use crate::diag::{Code, Diagnostic, Label};
use crate::model::Decimal;

pub(in crate::load) fn score_below_level(
    at: Label,
    score: &str,
    level: &str,
    least: Decimal,
) -> Diagnostic {
    let message = format!("the score {score} does not reach the level `{level}`");
    Diagnostic::new(Code::ScoreBelowLevel, at, message).help(format!("`{level}` begins at {least}"))
}

pub(in crate::load) fn score_out_of_range(at: Label, total: Decimal) -> Diagnostic {
    let message = format!("the score is above the scheme's total of {total}");
    Diagnostic::new(Code::ScoreOutOfRange, at, message)
}

pub(in crate::load) fn score_mismatch(at: Label, given: Decimal, computed: Decimal) -> Diagnostic {
    let message = format!("the clauses give the score {computed}, not {given}");
    Diagnostic::new(Code::ScoreMismatch, at, message).help(
        "score = obtained ÷ applicable × total − special deductions + bonus, rounded as the scheme says",
    )
}

pub(in crate::load) fn clause_points(at: Label, message: String) -> Diagnostic {
    Diagnostic::new(Code::ClausePoints, at, message)
}

pub(in crate::load) fn exclusion(at: Label, message: String) -> Diagnostic {
    Diagnostic::new(Code::ExclusionInvalid, at, message)
}

pub(in crate::load) fn deductions(at: Label, count: u32) -> Diagnostic {
    let message = format!("{count} special deductions fail the evaluation, whatever the score");
    Diagnostic::new(Code::DeductionsTooMany, at, message)
}

pub(in crate::load) fn bonus(at: Label, max: u32) -> Diagnostic {
    Diagnostic::new(
        Code::BonusTooMany,
        at,
        format!("the scheme allows at most {max} special bonus"),
    )
}

pub(in crate::load) fn quota(at: Label, managers: u32, staff: u32, needed: u32) -> Diagnostic {
    let message = format!(
        "{staff} service-management staff need {needed} certified managers, and there are {managers}"
    );
    Diagnostic::new(Code::QuotaNotMet, at, message)
}

pub(in crate::load) fn evaluation_late(at: Label, decided: Date) -> Diagnostic {
    let message = "the evaluation is later than the decision that rests on it";
    Diagnostic::new(Code::EvaluationAfterDecision, at, message)
        .help(format!("the latest allowed date is {decided}"))
}

pub(in crate::load) fn scheme_points(
    at: Label,
    id: &str,
    points: Decimal,
    sum: Decimal,
) -> Diagnostic {
    let message = format!("`{id}` has {points} points, and its parts have {sum}");
    Diagnostic::new(Code::SchemePoints, at, message)
        .help("the points of a clause are the sum of its parts")
}

pub(in crate::load) fn scheme_levels(at: Label, message: &str) -> Diagnostic {
    Diagnostic::new(Code::SchemeLevels, at, message).help(
        "levels stand lowest first, each with a higher rank and threshold than the one before",
    )
}

pub(in crate::load) fn scheme_clauses(at: Label, message: String) -> Diagnostic {
    Diagnostic::new(Code::SchemeClauses, at, message)
}
