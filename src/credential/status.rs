//! The status of a certificate as the log tells it.

use jiff::civil::Date;
use strum::{EnumString, IntoStaticStr};

use crate::model::Certificate;

/// A status that a leaf can state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumString, IntoStaticStr)]
#[strum(serialize_all = "lowercase")]
pub enum LeafStatus {
    /// 有效, as far as suspension and withdrawal go; dates are the entry's to tell.
    Valid,
    /// 暂停.
    Suspended,
    /// 撤销.
    Withdrawn,
    /// 注销.
    Cancelled,
}

impl LeafStatus {
    /// The word in leaves.
    pub fn word(self) -> &'static str {
        self.into()
    }
}

/// A change of status, as a leaf states it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusChange {
    /// Its first day.
    pub date: Date,
    /// The status from then on.
    pub status: LeafStatus,
    /// A reason of the scheme, where reasons are published.
    pub reason: Option<Box<str>>,
}

/// The log holds a change of status that the record does not tell, or tells otherwise.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the log says `{}` from {} on, and the record does not", .0.status.word(), .0.date)]
pub struct Rewritten(pub StatusChange);

/// The changes of status that a record tells, in recording order.
pub fn statuses(certificate: &Certificate) -> Vec<StatusChange> {
    todo!()
}

/// The status on a day, by changes in log order: of those up to that day, the latest, and of one
/// date the last. Nothing means valid from the start.
pub fn status_on(changes: &[StatusChange], day: Date) -> Option<&StatusChange> {
    todo!()
}

/// The changes that a record tells, that are in force on a day and that the log does not hold yet,
/// in the order in which they are to be logged.
pub fn pending(
    record: &[StatusChange],
    logged: &[StatusChange],
    day: Date,
) -> Result<Vec<StatusChange>, Rewritten> {
    todo!()
}
