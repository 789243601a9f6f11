//! Where a certificate holds: sites, regions, industries.

use jiff::civil::Date;
use strum::{EnumIter, EnumString, IntoStaticStr};

use crate::model::LocalText;

/// A code of a public list with its name: a region of GB/T 2260 or an industry of GB/T 4754.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Coded {
    /// The code, such as `440500` or `F52`.
    pub code: Box<str>,
    /// Its name, from the record or else from the register's list.
    pub name: Option<LocalText>,
    /// The edition of the list that the code stands in. Codes are retired; a record keeps its own.
    pub edition: Option<Box<str>>,
}

/// A place that a certificate covers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    /// What it is called.
    pub name: LocalText,
    /// Where it is.
    pub address: Option<LocalText>,
    /// What it is to the holder.
    pub role: Option<SiteRole>,
    /// What is done there.
    pub service: Option<LocalText>,
    /// The first day covered; the certificate's own where it is absent.
    pub from: Option<Date>,
    /// The last day covered, inclusive; the certificate's own where it is absent.
    pub until: Option<Date>,
}

/// What a site is to the holder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, EnumString, IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum SiteRole {
    /// 总部.
    Headquarters,
    /// 分支机构.
    Branch,
    /// 服务网点.
    Outlet,
    /// 仓库.
    Warehouse,
    /// Anything else.
    Other,
}

impl SiteRole {
    /// The word that records use.
    pub fn name(self) -> &'static str {
        self.into()
    }
}
