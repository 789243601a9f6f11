//! `status/detail/NNNN.json`: the words behind the bits, for the serials of one thousand.

use std::collections::BTreeMap;

use jiff::civil::Date;
use strum::{EnumString, IntoStaticStr};

/// A detail file. Provable from the leaves, and checked by whoever audits.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Detail {
    /// By serial; only those that are not valid.
    pub entries: BTreeMap<u32, DetailEntry>,
}

/// What there is to say about one serial.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DetailEntry {
    /// The word.
    pub status: DetailStatus,
    /// The first day of it.
    pub date: Option<Date>,
    /// A reason of the scheme, where reasons are published.
    pub reason: Option<Box<str>>,
    /// The serial that took its place.
    pub by: Option<u32>,
}

/// Why a serial is not valid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumString, IntoStaticStr)]
#[strum(serialize_all = "lowercase")]
pub enum DetailStatus {
    /// 暂停.
    Suspended,
    /// 撤销.
    Withdrawn,
    /// 注销.
    Cancelled,
    /// A newer version of the certificate was sealed.
    Superseded,
    /// 依个人信息保护要求不予展示.
    Erased,
}

/// Why bytes are no detail file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DetailError {
    /// Not canonical JSON.
    #[error(transparent)]
    Json(#[from] crate::proof::JsonError),
    /// A member is missing, unknown or of the wrong shape.
    #[error("`{0}` of the detail file is missing, unknown or not of its form")]
    Member(String),
}

impl Detail {
    /// The address of the file for a serial, below the register's address.
    pub fn path(serial: u32) -> String {
        format!("status/detail/{:04}.json", serial / 1000)
    }

    /// The file.
    pub fn text(&self) -> String {
        todo!()
    }

    /// Reads a file.
    pub fn parse(bytes: &[u8]) -> Result<Self, DetailError> {
        todo!()
    }
}
