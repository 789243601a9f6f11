//! What a day's status is called in an answer.

use jiff::civil::Date;
use strum::{EnumIter, IntoStaticStr};

use crate::model::Status;

/// The answer for one number and one day, as far as the certificate alone decides it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum Answer {
    /// 有效.
    Valid,
    /// 暂停.
    Suspended,
    /// 过期失效.
    Expired,
    /// 撤销.
    Withdrawn,
    /// 注销.
    Cancelled,
    /// 未生效.
    NotYetValid,
    /// There was no certificate that day.
    NoneThatDay,
    /// Valid if nothing changes: the day is later than the edition.
    ProjectedValid,
    /// Suspended if nothing changes.
    ProjectedSuspended,
    /// Expired if nothing changes.
    ProjectedExpired,
    /// Not yet valid if nothing changes.
    ProjectedNotYetValid,
}

impl Answer {
    /// The code in data files and reports.
    pub fn code(self) -> &'static str {
        self.into()
    }
}

/// The answer for a day, as an edition gives it. A day later than the edition is a projection, but
/// for what ends a certificate for good, withdrawn and cancelled; and a day before the decision is
/// none that anything was said about.
pub fn answer(status: Status, day: Date, edition: Date) -> Answer {
    let projected = day > edition;
    match status {
        Status::None => Answer::NoneThatDay,
        Status::Withdrawn => Answer::Withdrawn,
        Status::Cancelled => Answer::Cancelled,
        Status::Valid if projected => Answer::ProjectedValid,
        Status::Suspended if projected => Answer::ProjectedSuspended,
        Status::Expired if projected => Answer::ProjectedExpired,
        Status::NotYetValid if projected => Answer::ProjectedNotYetValid,
        Status::Valid => Answer::Valid,
        Status::Suspended => Answer::Suspended,
        Status::Expired => Answer::Expired,
        Status::NotYetValid => Answer::NotYetValid,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_day_later_than_the_edition_is_a_projection() {
        let edition = date(2026, 11, 23);
        let code = |status, day| answer(status, day, edition).code();
        assert_eq!(code(Status::Valid, edition), "valid");
        assert_eq!(code(Status::Valid, date(2026, 11, 24)), "projected_valid");
        assert_eq!(code(Status::Expired, date(2027, 1, 1)), "projected_expired");
        assert_eq!(code(Status::NotYetValid, date(2026, 11, 24)), "projected_not_yet_valid");
        assert_eq!(code(Status::Withdrawn, date(2027, 1, 1)), "withdrawn");
        assert_eq!(code(Status::Cancelled, date(2027, 1, 1)), "cancelled");
        assert_eq!(code(Status::None, date(2020, 1, 1)), "none_that_day");
    }
}
