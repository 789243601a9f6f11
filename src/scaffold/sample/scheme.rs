//! What a made-up certificate must know about its scheme, read from the starter's scheme files.

use jiff::civil::Date;
use serde::Deserialize;

use crate::scaffold::starter;

/// Scheme, its code in numbers and in `trades.toml`, and how common its levels are, lowest first.
const SCHEMES: [(&str, &str, &[u32]); 5] = [
    ("gbt-27922-2011", "SC", &[8, 22, 38, 32]),
    ("sbt-10962-2013", "RW", &[4, 6, 14, 30, 28, 18]),
    ("rbt-309-2017", "CA", &[5, 12, 38, 28, 17]),
    ("gbt-20647-9-2006", "RE", &[55, 45]),
    ("demo-css-2026", "CS", &[8, 24, 38, 30]),
];

/// A scheme.
#[derive(Debug)]
pub(super) struct Scheme {
    pub(super) id: &'static str,
    pub(super) code: &'static str,
    /// In tenths.
    pub(super) total: u32,
    /// Lowest first.
    pub(super) levels: Vec<Level>,
    /// Where the points are confirmed: the clauses that carry them.
    pub(super) clauses: Vec<Clause>,
    /// The first day it is in force.
    pub(super) from: Option<Date>,
    reasons: Vec<Reason>,
}

/// A level.
#[derive(Debug)]
pub(super) struct Level {
    pub(super) id: String,
    /// In tenths.
    pub(super) least: u32,
    /// How common it is.
    pub(super) weight: u32,
}

/// A clause without parts.
#[derive(Debug)]
pub(super) struct Clause {
    pub(super) id: String,
    pub(super) points: u32,
}

#[derive(Debug, Deserialize)]
struct Reason {
    id: String,
    kinds: Vec<String>,
}

#[derive(Deserialize)]
struct File {
    id: String,
    effective_from: Option<toml::value::Datetime>,
    points_confirmed: bool,
    total_points: u32,
    level: Vec<FileLevel>,
    clause: Vec<FileClause>,
    reason: Vec<Reason>,
}

#[derive(Deserialize)]
struct FileLevel {
    id: String,
    min_score: String,
}

#[derive(Deserialize)]
struct FileClause {
    id: String,
    parent: Option<String>,
    points: u32,
}

impl Scheme {
    /// The schemes of a sample, in the order of [`SCHEMES`].
    pub(super) fn read_all() -> Vec<Self> {
        let files: Vec<File> =
            starter::schemes().map(|text| toml::from_str(text).expect("tested")).collect();
        let scheme = |(id, code, weights): &(&'static str, &'static str, &[u32])| {
            let file = files.iter().find(|file| file.id == *id).expect("tested");
            Self::from_file(file, id, code, weights)
        };
        SCHEMES.iter().map(scheme).collect()
    }

    fn from_file(file: &File, id: &'static str, code: &'static str, weights: &[u32]) -> Self {
        let level = |(level, weight): (&FileLevel, &u32)| Level {
            id: level.id.clone(),
            least: level.min_score.parse::<u32>().expect("tested") * 10,
            weight: *weight,
        };
        let has_parts = |id: &str| file.clause.iter().any(|c| c.parent.as_deref() == Some(id));
        let leaves = file.clause.iter().filter(|c| file.points_confirmed && !has_parts(&c.id));
        let from = file.effective_from.and_then(|day| day.date);
        let civil = |day: toml::value::Date| {
            let (month, day_of_month) = (day.month.try_into().ok()?, day.day.try_into().ok()?);
            Date::new(day.year.try_into().ok()?, month, day_of_month).ok()
        };
        let reason =
            |reason: &Reason| Reason { id: reason.id.clone(), kinds: reason.kinds.clone() };
        Self {
            id,
            code,
            total: file.total_points * 10,
            levels: file.level.iter().zip(weights).map(level).collect(),
            clauses: leaves.map(|c| Clause { id: c.id.clone(), points: c.points }).collect(),
            from: from.and_then(civil),
            reasons: file.reason.iter().map(reason).collect(),
        }
    }

    /// A reason of the scheme by its id; the id of another one that fits the kind where the scheme
    /// has no such reason.
    pub(super) fn reason(&self, kind: &str, id: &str) -> &str {
        let fits = |reason: &&Reason| reason.kinds.iter().any(|k| k == kind);
        let mut fitting = self.reasons.iter().filter(fits);
        let first = fitting.clone().next().expect("tested");
        &fitting.find(|reason| reason.id == id).unwrap_or(first).id
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_starter_has_the_schemes_as_the_sample_needs_them() {
        let schemes = Scheme::read_all();
        for (scheme, (_, _, weights)) in schemes.iter().zip(SCHEMES) {
            assert_eq!(scheme.levels.len(), weights.len(), "{}", scheme.id);
            assert!(scheme.levels.is_sorted_by_key(|level| level.least));
            for kind in ["suspended", "withdrawn", "cancelled", "corrected"] {
                scheme.reason(kind, "");
            }
        }
        let demo = &schemes[4];
        assert_eq!(demo.clauses.iter().map(|clause| clause.points).sum::<u32>(), 100);
        assert_eq!(demo.from, Some(jiff::civil::date(2026, 1, 1)));
        assert_eq!((schemes[1].total, schemes[0].clauses.len()), (1500, 0));
    }
}
