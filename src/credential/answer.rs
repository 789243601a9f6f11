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
/// for what no later edition takes back: withdrawn and cancelled.
pub fn answer(status: Status, day: Date, edition: Date) -> Answer {
    todo!()
}
