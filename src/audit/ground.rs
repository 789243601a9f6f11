//! What the log says about each serial, worked out anew: nothing here is shared with the writer.

use jiff::civil::Date;

use crate::credential::{DetailEntry, DetailStatus, LeafStatus, StatusChange};
use crate::verify::{Scan, Traces};

/// What the lists must say of a serial.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Bits {
    pub(super) revoked: bool,
    pub(super) suspended: bool,
}

impl Bits {
    pub(super) const CLEAR: Self = Self { revoked: false, suspended: false };

    /// In one word.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self { revoked: true, .. } => "revoked",
            Self { suspended: true, .. } => "suspended",
            _ => "valid",
        }
    }
}

/// The change of status in force on a day: of those up to it the latest, and of one date the last.
pub(super) fn in_force(traces: &Traces, day: Date) -> Option<&StatusChange> {
    let mut held: Option<&StatusChange> = None;
    for (_, change) in &traces.statuses {
        if change.date <= day && held.is_none_or(|held| change.date >= held.date) {
            held = Some(change);
        }
    }
    held
}

/// The bits of a serial, and the words behind them.
pub(super) fn expected(scan: &Scan, serial: u32, day: Date) -> (Bits, Option<DetailEntry>) {
    let Some(traces) = scan.owner(serial) else { return (Bits::CLEAR, None) };
    let revoked = Bits { revoked: true, suspended: false };
    let bare = |status, date| DetailEntry { status, date, reason: None, by: None };
    if let Some(leaf) = traces.erased {
        return (revoked, Some(bare(DetailStatus::Erased, edition_day(scan, leaf))));
    }
    let newer = traces.versions.iter().find(|version| version.serial > serial);
    if let Some(newer) = newer {
        let date = edition_day(scan, newer.leaf);
        let detail = DetailEntry { by: Some(newer.serial), ..bare(DetailStatus::Superseded, date) };
        return (revoked, Some(detail));
    }
    let Some(change) = in_force(traces, day) else { return (Bits::CLEAR, None) };
    let (bits, status) = match change.status {
        LeafStatus::Valid => return (Bits::CLEAR, None),
        LeafStatus::Suspended => {
            (Bits { revoked: false, suspended: true }, DetailStatus::Suspended)
        }
        LeafStatus::Withdrawn => (revoked, DetailStatus::Withdrawn),
        LeafStatus::Cancelled => (revoked, DetailStatus::Cancelled),
    };
    let detail = DetailEntry { reason: change.reason.clone(), ..bare(status, Some(change.date)) };
    (bits, Some(detail))
}

/// The day of the edition that a leaf belongs to.
fn edition_day(scan: &Scan, leaf: u64) -> Option<Date> {
    let at = scan.editions.partition_point(|(end, _)| *end < leaf);
    scan.editions.get(at).map(|(_, publish)| publish.edition.date())
}
