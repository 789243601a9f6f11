//! What an evaluation found.

use jiff::civil::Date;

use crate::model::{Decimal, Ratio, Scheme};

/// An evaluation: a score, and what it is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evaluation {
    /// The day it ended.
    pub date: Option<Date>,
    /// The final score, of the scheme's total.
    pub score: Option<Decimal>,
    /// Points by clause, in the scheme's order.
    pub clauses: Box<[ClauseScore]>,
    /// How many special deductions there were.
    pub special_deductions: u32,
    /// How many special bonuses.
    pub special_bonus: u32,
    /// GB/T 27922-2011, 5.1.2.2: staff who manage service.
    pub service_management_staff: Option<u32>,
    /// GB/T 27922-2011, 5.1.2.2: certified after-sales service managers (售后服务管理师).
    pub after_sales_service_managers: Option<u32>,
}

/// Points of one clause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClauseScore {
    /// The clause, such as `5.1.1`.
    pub clause: Box<str>,
    /// Points obtained.
    pub obtained: Decimal,
    /// Points that apply here.
    pub applicable: Decimal,
}

impl Evaluation {
    /// The score that the clauses give: obtained ÷ applicable × total − deductions + bonus, exact.
    /// Nothing where there are no clauses or none applies.
    pub fn computed(&self, scheme: &Scheme) -> Option<Ratio> {
        let sum = |points: fn(&ClauseScore) -> Decimal| {
            self.clauses.iter().map(points).fold(Decimal::default(), Decimal::plus)
        };
        let share = Ratio::share(sum(|c| c.obtained), sum(|c| c.applicable), scheme.total_points)?;
        let times = |points: Decimal, count: u32| (0..count.min(1000)).map(move |_| points);
        let scoring = &scheme.scoring;
        let share = times(scoring.special_deduction_points, self.special_deductions)
            .fold(share, Ratio::minus);
        Some(times(scoring.special_bonus_points, self.special_bonus).fold(share, Ratio::plus))
    }
}
