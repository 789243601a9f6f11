//! What bits and status leaves say together.

use jiff::civil::Date;

use crate::credential::{LeafStatus, StatusChange, status_on};
use crate::verify::{
    check::{Extent, History},
    current::Current,
};

/// Whether the bits say what the log says. Where they do, what they say about the entry itself.
pub(crate) fn agreement(
    [revoked, suspended]: [bool; 2],
    history: &History,
    serial: u32,
    edition: Date,
) -> Result<Option<Current>, Current> {
    let status = status_on(&history.changes, edition).map_or(LeafStatus::Valid, |c| c.status);
    let ended = matches!(status, LeafStatus::Withdrawn | LeafStatus::Cancelled);
    let held = status == LeafStatus::Suspended;
    let word = || match (revoked, suspended) {
        (true, _) => "revoked",
        (_, true) => "suspended",
        _ => "valid",
    };
    let contradiction =
        || Current::ContradictsLog { bits: word().to_owned(), log: status.word().to_owned() };
    match history.extent {
        Extent::All { newest, erased } => {
            let superseded = newest != serial;
            let expected = (superseded || erased || ended, held && !superseded && !erased);
            match (revoked, suspended) == expected {
                false => Err(contradiction()),
                true if erased => Ok(Some(Current::Erased)),
                true if superseded => Ok(Some(Current::Superseded)),
                true => Ok(None),
            }
        }
        Extent::Claimed if ended && !revoked => Err(contradiction()),
        Extent::Claimed if suspended != (held && !revoked) => Err(contradiction()),
        Extent::Claimed if revoked && !ended => Ok(Some(Current::Superseded)),
        Extent::Claimed | Extent::NotRead => Ok(None),
    }
}

/// What stands against an entry on a day.
pub(crate) fn against(change: Option<&StatusChange>) -> Option<Current> {
    let StatusChange { date: since, status, .. } = *change?;
    match status {
        LeafStatus::Valid => None,
        LeafStatus::Suspended => Some(Current::Suspended { since }),
        LeafStatus::Withdrawn => Some(Current::Withdrawn { since }),
        LeafStatus::Cancelled => Some(Current::Cancelled { since }),
    }
}
