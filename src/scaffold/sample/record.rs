//! A made-up record before it is text.

use jiff::civil::Date;
use serde::Deserialize;

use crate::scaffold::sample::{evaluation::Evaluator, scheme::Scheme};

/// A text in Chinese and English.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(from = "(String, String)")]
pub(super) struct Local {
    pub(super) zh: String,
    pub(super) en: String,
}

impl From<(String, String)> for Local {
    fn from((zh, en): (String, String)) -> Self {
        Self { zh, en }
    }
}

impl From<(&str, &str)> for Local {
    fn from((zh, en): (&str, &str)) -> Self {
        Self { zh: zh.to_owned(), en: en.to_owned() }
    }
}

/// In which languages a record is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Languages {
    ChineseOnly,
    Both,
}

/// A certificate.
#[derive(Debug)]
pub(super) struct Record<'w> {
    pub(super) languages: Languages,
    pub(super) number: String,
    pub(super) level: usize,
    pub(super) decided: Date,
    pub(super) issued: Date,
    pub(super) valid_from: Option<Date>,
    pub(super) expires: Date,
    pub(super) first_granted: Option<Date>,
    pub(super) industry: &'w str,
    pub(super) region: Region<'w>,
    pub(super) scope: &'w Local,
    pub(super) exclusion: Option<&'static str>,
    pub(super) rule: Option<u32>,
    pub(super) reported_on: Option<Date>,
    pub(super) name: Local,
    pub(super) credit_code: String,
    pub(super) address: Local,
    pub(super) evaluator: Evaluator<'w>,
    pub(super) evaluation: Evaluation,
    pub(super) sites: Vec<Site>,
    pub(super) events: Vec<Event<'w>>,
    pub(super) remarks: Option<String>,
}

/// A region, by code or written out.
#[derive(Debug)]
pub(super) struct Region<'w> {
    pub(super) code: &'w str,
    pub(super) written_out: Option<Local>,
}

/// An evaluation. Scores are in tenths, points of clauses in halves.
#[derive(Debug)]
pub(super) struct Evaluation {
    pub(super) date: Date,
    pub(super) score: u32,
    pub(super) deductions: u32,
    pub(super) bonus: u32,
    pub(super) staff: u32,
    pub(super) managers: u32,
    /// Points obtained, clause by clause of the scheme; empty where they are not given.
    pub(super) clauses: Vec<u32>,
}

/// A site.
#[derive(Clone, Debug)]
pub(super) struct Site {
    pub(super) name: Local,
    pub(super) address: Local,
    pub(super) role: &'static str,
    pub(super) service: Option<(&'static str, &'static str)>,
}

/// Something that happened.
#[derive(Debug)]
pub(super) struct Event<'w> {
    pub(super) date: Date,
    pub(super) what: What<'w>,
    pub(super) note: Option<(&'static str, &'static str)>,
}

/// What happened.
#[derive(Debug)]
pub(super) enum What<'w> {
    Suspended(&'w str),
    Reinstated,
    Withdrawn(&'w str),
    Cancelled(&'w str),
    LevelChanged { level: usize, decided: Date },
    ScopeChanged(&'w Local),
    Renamed(Local),
    AddressChanged(Local),
    SiteAdded(Site),
    SiteClosed(String),
    Recertified(Box<Recertified>),
    Surveillance(Option<Evaluation>),
    Corrected(Correction<'w>),
}

/// A new cycle.
#[derive(Debug)]
pub(super) struct Recertified {
    pub(super) decided: Date,
    pub(super) issued: Date,
    pub(super) valid_from: Option<Date>,
    pub(super) expires: Date,
    pub(super) level: Option<usize>,
    pub(super) evaluation: Evaluation,
}

/// A mistake put right.
#[derive(Debug)]
pub(super) enum Correction<'w> {
    Expires(Date),
    Industry(&'w str),
    FirstGranted(Date),
    Address(Local),
    /// A suspension that ought never to have been recorded, from its day on.
    NotSuspended(Date),
}

impl<'w> Record<'w> {
    pub(super) fn scheme(&self) -> &'w Scheme {
        self.evaluator.scheme
    }
}
