//! A certificate: its facts as granted, and what happened to it afterwards.

use std::sync::Arc;

use jiff::civil::Date;
use strum::{EnumIter, EnumString, IntoStaticStr};

use crate::model::{
    CertificateNumber, Coded, Cycle, Evaluation, Holder, LocalText, NewFacts, Scheme, Site,
};

/// A certificate, as one record tells it. Holding one is the proof that it was checked.
#[derive(Clone, Debug)]
pub struct Certificate {
    /// The number.
    pub number: CertificateNumber,
    /// The scheme it is granted under.
    pub scheme: Arc<Scheme>,
    /// The facts as granted.
    pub grant: Grant,
    /// What happened since, in recording order.
    pub events: Box<[Event]>,
    /// The key of the certificate of another legal person that this one takes the place of.
    pub succeeds: Option<Box<str>>,
    /// The certification rule it follows.
    pub rule: Option<Arc<Rule>>,
    /// The day it was reported to the national platform.
    pub reported_on: Option<Date>,
    /// Remarks, as Markdown.
    pub remarks: Box<str>,
    /// The record's file, relative to the register's root, with `/` between its parts.
    pub file: Box<str>,
}

/// The facts as granted.
#[derive(Clone, Debug)]
pub struct Grant {
    /// The day of the certification decision.
    pub decided: Date,
    /// The day of issue (颁证日期).
    pub issued: Date,
    /// The first and last day of validity.
    pub cycle: Cycle,
    /// The day the holder was first certified.
    pub first_granted: Option<Date>,
    /// A place in the scheme's ladder.
    pub level: usize,
    /// The certified organisation.
    pub holder: Holder,
    /// What is certified.
    pub scope: LocalText,
    /// Excluded clauses (删减).
    pub exclusions: Box<[Box<str>]>,
    /// The sites.
    pub sites: Box<[Site]>,
    /// GB/T 2260.
    pub region: Option<Arc<Coded>>,
    /// GB/T 4754.
    pub industry: Option<Arc<Coded>>,
    /// The evaluation that the decision rests on.
    pub evaluation: Option<Evaluation>,
}

/// The certification rule (认证规则) that a body has filed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// The body's own number of it.
    pub id: Box<str>,
    /// Its version.
    pub version: Option<Box<str>>,
    /// The number under which it is filed.
    pub filing_number: Option<Box<str>>,
}

/// Something that happened to a certificate.
#[derive(Clone, Debug)]
pub struct Event {
    /// The day; effective from 00:00 of it, but for corrections.
    pub date: Date,
    /// The first day on which the new facts hold: the date, or what a correction says.
    pub effective: Date,
    /// What happened.
    pub kind: EventKind,
    /// The new facts, and the words about them.
    pub change: NewFacts,
}

impl Event {
    /// A reason of the scheme.
    pub fn reason(&self) -> Option<&str> {
        self.change.reason()
    }

    /// Words for the public.
    pub fn note(&self) -> Option<&LocalText> {
        self.change.note()
    }
}

/// What can happen to a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, EnumString, IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum EventKind {
    /// 暂停.
    Suspended,
    /// 恢复.
    Reinstated,
    /// 撤销: ended by the body, for cause.
    Withdrawn,
    /// 注销: ended without blame.
    Cancelled,
    /// 级别变更.
    LevelChanged,
    /// 扩大/缩小范围.
    ScopeChanged,
    /// 更名.
    Renamed,
    /// 地址变更.
    AddressChanged,
    /// 增加场所.
    SiteAdded,
    /// 关闭场所.
    SiteClosed,
    /// 再认证.
    Recertified,
    /// 监督.
    Surveillance,
    /// 更正.
    Corrected,
}

impl EventKind {
    /// The word that records use.
    pub fn name(self) -> &'static str {
        self.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_million_certificates_find_room() {
        assert!(size_of::<Certificate>() <= 336, "{}", size_of::<Certificate>());
        assert!(size_of::<Event>() <= 32, "{}", size_of::<Event>());
        assert!(size_of::<Site>() <= 64, "{}", size_of::<Site>());
        assert!(size_of::<NewFacts>() <= 16, "{}", size_of::<NewFacts>());
    }
}
