//! What an entry says of its certificate, as it was read.

use jiff::civil::Date;

use crate::model::{CertificateNumber, Change, EventKind, LocalText, Rule};

/// The `credentialSubject` of an entry.
#[derive(Clone, Debug)]
pub struct Subject {
    /// The number.
    pub number: CertificateNumber,
    /// The scheme, as the entry names it.
    pub scheme: StatedScheme,
    /// The facts in force on the day of sealing; decided, issued, valid from and expires are of the
    /// last decided cycle.
    pub facts: Facts,
    /// From the grant on, in recording order.
    pub history: Vec<HistoryEntry>,
    /// The key of the number that it takes the place of.
    pub succeeds: Option<Box<str>>,
    /// The certification rule.
    pub rule: Option<Rule>,
    /// The day it was reported to the national platform.
    pub reported_on: Option<Date>,
    /// Remarks, as Markdown.
    pub remarks: Box<str>,
}

/// A scheme, as an entry names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatedScheme {
    /// Its id.
    pub id: Box<str>,
    /// The edition of its standard, such as `2011`.
    pub edition: Option<Box<str>>,
    /// Its standard, such as `GB/T 27922-2011`.
    pub standard: Box<str>,
}

/// A level, as an entry names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatedLevel {
    /// Such as `star-5`.
    pub id: Box<str>,
    /// From 1 upwards.
    pub rank: u32,
    /// Such as 五星级.
    pub name: LocalText,
    /// How many stars.
    pub stars: Option<u32>,
}

/// Facts. What an entry does not say is absent.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// The level.
    pub level: Option<StatedLevel>,
    /// Everything else; its `level` is not used.
    pub change: Change,
}

/// A step of an entry's history.
#[derive(Clone, Debug)]
pub struct HistoryEntry {
    /// The day.
    pub date: Date,
    /// The first day on which the new facts hold.
    pub effective: Date,
    /// What happened.
    pub kind: HistoryKind,
    /// The new facts.
    pub facts: Facts,
    /// A reason of the scheme, where reasons are published.
    pub reason: Option<Box<str>>,
    /// Words for the public.
    pub note: Option<LocalText>,
}

/// What a step of a history is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HistoryKind {
    /// The grant. It states its facts only where a later step changes some.
    Granted,
    /// Anything that happened since, but changes of status.
    Event(EventKind),
}
