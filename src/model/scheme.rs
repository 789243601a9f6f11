//! A certification scheme: its ladder of levels, its clauses, its rules. All of it is data.

use jiff::civil::Date;
use regex_lite::Regex;

use crate::model::{Decimal, LocalText, Ratio, add_months};

/// A certification scheme (认证项目), read from `content/schemes/ID.toml`.
#[derive(Clone, Debug)]
pub struct Scheme {
    /// The file's stem.
    pub id: Box<str>,
    /// Groups the editions of one scheme.
    pub family: Option<Box<str>>,
    /// The full title.
    pub title: LocalText,
    /// A short title, for tables.
    pub short_title: Option<LocalText>,
    /// The normative basis, such as `GB/T 27922-2011`.
    pub standard: Box<str>,
    /// The first day on which certificates may be granted under it.
    pub effective_from: Option<Date>,
    /// The scheme that takes its place.
    pub superseded_by: Option<Box<str>>,
    /// The last day on which certificates of this edition are valid, whatever is printed on them.
    pub transition_until: Option<Date>,
    /// Whether the body has confirmed the points of the clauses; nothing per clause is shown
    /// before.
    pub points_confirmed: bool,
    /// The best score.
    pub total_points: Decimal,
    /// Digits after the point when a score is shown.
    pub score_decimals: u32,
    /// How a score is rounded when it is shown.
    pub display: DisplayRounding,
    /// How long a certificate lasts, in months.
    pub cycle_months: u32,
    /// The longest time between surveillances, in months.
    pub surveillance_interval_months: Option<u32>,
    /// Days after that before a surveillance counts as overdue.
    pub surveillance_grace_days: u32,
    /// Days before the end when a holder ought to apply for recertification.
    pub recertification_apply_before_days: Option<u32>,
    /// How long before the old end a new cycle may begin and still count from the old end.
    pub early_recertification_months: u32,
    /// How many days ahead an issue date may lie.
    pub max_issue_ahead_days: u32,
    /// How long a suspension may last, in months.
    pub suspension_max_months: Option<u32>,
    /// What its certificate numbers look like. A lint only.
    pub number_pattern: Option<Regex>,
    /// The guidance page that explains its clauses.
    pub guidance: Option<Box<str>>,
    /// What the body publishes.
    pub publication: Publication,
    /// How a score comes about.
    pub scoring: Scoring,
    /// How many certified managers a holder needs.
    pub quota: Option<Quota>,
    /// How many sites are sampled.
    pub sampling: Option<Sampling>,
    /// The ladder, lowest first.
    pub levels: Vec<Level>,
    /// The clauses, in the standard's order, parents before their children.
    pub clauses: Vec<Clause>,
    /// Why certificates are suspended, withdrawn, cancelled or corrected.
    pub reasons: Vec<Reason>,
}

/// What of a record is published.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Publication {
    /// The total score.
    pub score: bool,
    /// The titles of reasons.
    pub reasons: bool,
    /// The addresses of sites.
    pub site_addresses: bool,
}

/// How scores are rounded for people. Comparing comes first, always.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, strum::EnumString)]
#[strum(serialize_all = "snake_case")]
pub enum DisplayRounding {
    /// 94.95 is shown as 94.9.
    #[default]
    Down,
    /// To the nearest, halves to the even digit.
    HalfEven,
    /// To the nearest, halves up.
    HalfUp,
}

impl DisplayRounding {
    /// A score with so many digits after the point.
    pub fn round(self, score: Ratio, decimals: u32) -> Decimal {
        match self {
            Self::Down => score.rounded_down(decimals),
            Self::HalfEven => score.rounded_half_even(decimals),
            Self::HalfUp => score.rounded_half_up(decimals),
        }
    }
}

/// How a score comes about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scoring {
    /// Whether clauses may be excluded (删减).
    pub exclusions_allowed: bool,
    /// What a special deduction costs.
    pub special_deduction_points: Decimal,
    /// So many special deductions …
    pub special_deduction_max: Option<u32>,
    /// … are still allowed (`true`) or fail the evaluation (`false`).
    pub special_deduction_max_inclusive: bool,
    /// What a special bonus brings.
    pub special_bonus_points: Decimal,
    /// How many there may be.
    pub special_bonus_max_count: u32,
}

/// The share of certified managers among service-management staff (GB/T 27922-2011, 5.1.2.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quota {
    /// What the managers are called.
    pub role: LocalText,
    /// The share, in percent, rounded up.
    pub percent: u32,
    /// At least so many.
    pub minimum: u32,
}

impl Quota {
    /// How many managers so many staff need.
    pub fn needed(&self, staff: u32) -> u32 {
        let share = u64::from(staff) * u64::from(self.percent);
        u32::try_from(share.div_ceil(100)).unwrap_or(u32::MAX).max(self.minimum)
    }
}

/// How many sites are visited beside the head office, by stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sampling {
    /// Initial evaluation.
    pub initial: Factor,
    /// Each surveillance.
    pub surveillance: Factor,
    /// Recertification.
    pub recertification: Factor,
}

/// A fraction by which the square root of the number of sites is multiplied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Factor {
    /// Numerator.
    pub num: u32,
    /// Denominator, not zero.
    pub den: u32,
}

impl Factor {
    /// `⌈num/den × √sites⌉` in whole numbers: the smallest k with (den·k)² ≥ num²·sites.
    pub fn sample(self, sites: u32) -> u32 {
        let (num, den) = (u128::from(self.num), u128::from(self.den.max(1)));
        let want = num * num * u128::from(sites);
        let root = want.isqrt().div_ceil(den);
        let enough = |k: u128| (den * k) * (den * k) >= want;
        u32::try_from(if enough(root) { root } else { root + 1 }).unwrap_or(u32::MAX)
    }
}

/// A step of a scheme's ladder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Level {
    /// Such as `star-5`.
    pub id: Box<str>,
    /// From 1 upwards.
    pub rank: u32,
    /// The least score, inclusive.
    pub min_score: Option<Decimal>,
    /// How many stars, where the scheme has stars.
    pub stars: Option<u32>,
    /// Such as 五星级.
    pub title: LocalText,
}

/// A clause of the standard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clause {
    /// Such as `5.1.1`.
    pub id: Box<str>,
    /// The clause that it belongs to.
    pub parent: Option<Box<str>>,
    /// Its title.
    pub title: LocalText,
    /// Its points. To be shown only where [`Scheme::points_confirmed`].
    pub points: Option<Decimal>,
}

/// Why something happened to a certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// Such as `surveillance-overdue`.
    pub id: Box<str>,
    /// The kinds of events it may stand with; all where empty.
    pub kinds: Vec<Box<str>>,
    /// What it says.
    pub title: LocalText,
}

impl Scheme {
    /// A level's place in the ladder.
    pub fn level_index(&self, id: &str) -> Option<usize> {
        self.levels.iter().position(|level| &*level.id == id)
    }

    /// A clause by its number.
    pub fn clause(&self, id: &str) -> Option<&Clause> {
        self.clauses.iter().find(|clause| &*clause.id == id)
    }

    /// A reason by its code.
    pub fn reason(&self, id: &str) -> Option<&Reason> {
        self.reasons.iter().find(|reason| &*reason.id == id)
    }

    /// Whether a clause has no children.
    pub fn is_leaf(&self, id: &str) -> bool {
        !self.clauses.iter().any(|clause| clause.parent.as_deref() == Some(id))
    }

    /// How deep a clause lies: 0 for one without a parent.
    pub fn depth(&self, clause: &Clause) -> usize {
        let mut depth = 0;
        let mut at = clause;
        while let Some(parent) = at.parent.as_deref().and_then(|id| self.clause(id)) {
            depth += 1;
            at = parent;
            if depth > self.clauses.len() {
                break; // A ring of parents; the scheme check reports it.
            }
        }
        depth
    }

    /// The most stars that its ladder has.
    pub fn max_stars(&self) -> Option<u32> {
        self.levels.iter().filter_map(|level| level.stars).max()
    }

    /// The day on which a full cycle from this day ends, under the longer of the two readings
    /// (the same day of the month; the other is the day before).
    pub fn cycle_end(&self, from: Date) -> Date {
        add_months(from, self.cycle_months)
    }

    /// A score as people see it.
    pub fn shown(&self, score: Ratio) -> Decimal {
        self.display.round(score, self.score_decimals)
    }

    /// Whether so many special deductions fail an evaluation.
    pub fn deductions_fail(&self, count: u32) -> bool {
        self.scoring.special_deduction_max.is_some_and(|max| {
            if self.scoring.special_deduction_max_inclusive { count > max } else { count >= max }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sites_are_sampled_as_iaf_md_1_says() {
        let factors =
            [Factor { num: 1, den: 1 }, Factor { num: 3, den: 5 }, Factor { num: 4, den: 5 }];
        let samples = |n| factors.map(|factor| factor.sample(n));
        assert_eq!(samples(0), [0, 0, 0]);
        assert_eq!(samples(2), [2, 1, 2]);
        assert_eq!(samples(9), [3, 2, 3]);
        assert_eq!(samples(26), [6, 4, 5]);
        assert_eq!(samples(30), [6, 4, 5]);
        assert_eq!(samples(100), [10, 6, 8]);
        for n in 0..20_000_u64 {
            let k = u64::from(Factor { num: 3, den: 5 }.sample(u32::try_from(n).unwrap()));
            assert!(25 * k * k >= 9 * n && (k == 0 || 25 * (k - 1) * (k - 1) < 9 * n), "{n}");
        }
    }

    #[test]
    fn one_manager_in_ten_rounded_up_and_at_least_one() {
        let language = "zh".parse().unwrap();
        let role = LocalText::new(&[(language, "售后服务管理师")]).unwrap();
        let quota = Quota { role, percent: 10, minimum: 1 };
        let needed = [0, 1, 10, 11, 23].map(|staff| quota.needed(staff));
        assert_eq!(needed, [1, 1, 1, 2, 3]);
    }
}
