//! What an entry says of its certificate, as it was read.

use std::sync::Arc;

use jiff::civil::Date;

use crate::credential::{
    LeafStatus,
    facts::{FACTS, Facts},
    leaf_text::reason,
    read::{self, Misread, Object},
    statement::is_status,
};
use crate::model::{CertificateNumber, EventKind, LocalText, Rule};
use crate::proof::Node;

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
    /// From the grant on, in recording order; never empty.
    pub history: Vec<HistoryEntry>,
    /// The key of the number that it takes the place of.
    pub succeeds: Option<Box<str>>,
    /// The certification rule.
    pub rule: Option<Arc<Rule>>,
    /// The day it was reported to the national platform.
    pub reported_on: Option<Date>,
    /// Remarks, as Markdown.
    pub remarks: Box<str>,
    /// The address of its page.
    pub register_entry: Box<str>,
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

const MORE: [&str; 9] = [
    "certificateNumber",
    "history",
    "registerEntry",
    "remarks",
    "reportedOn",
    "rule",
    "scheme",
    "succeeds",
    "type",
];
const MORE_IN_HISTORY: [&str; 7] =
    ["date", "effective", "kind", "note", "reason", "site", "status"];

impl Subject {
    pub(super) fn read(value: Node<'_>) -> Result<Self, Misread> {
        let object = Object::new(value, "credentialSubject", &[&FACTS[..], &MORE].concat())?;
        object.is("type", "CertifiedOrganisation")?;
        let facts = Facts::read(&object)?;
        let needed = [
            ("level", facts.level.is_some()),
            ("holder", facts.change.holder_name.is_some() && facts.change.holder_id.is_some()),
            ("decided", facts.change.decided.is_some()),
            ("issued", facts.change.issued.is_some()),
            ("validFrom", facts.change.valid_from.is_some()),
            ("expires", facts.change.expires.is_some()),
            ("scope", facts.change.scope.is_some()),
        ];
        if let Some((name, _)) = needed.into_iter().find(|(_, there)| !there) {
            return Err(Misread::Missing(object.at(name)));
        }
        let number = |value: Node<'_>| CertificateNumber::try_from(read::text(value)?).ok();
        let key = |value: Node<'_>| {
            let number = number(value)?;
            (Some(number.key()) == value.text()).then(|| number.key().into())
        };
        let scheme = object.inner("scheme", &["edition", "id", "standard"])?;
        let scheme = scheme.ok_or_else(|| Misread::Missing(object.at("scheme")))?;
        Ok(Self {
            number: object.need("certificateNumber", number)?,
            scheme: StatedScheme {
                id: scheme.need("id", read::boxed)?,
                edition: scheme.may("edition", read::boxed)?,
                standard: scheme.need("standard", read::boxed)?,
            },
            facts,
            history: history(&object)?,
            succeeds: object.may("succeeds", key)?,
            rule: rule(&object)?,
            reported_on: object.may("reportedOn", read::day)?,
            remarks: object.may("remarks", read::lines)?.unwrap_or_default().into(),
            register_entry: object.need("registerEntry", read::boxed)?,
        })
    }

    /// The facts as granted: the first step's, or those at the top where it states none.
    pub fn granted(&self) -> &Facts {
        match self.history.first() {
            Some(step) if step.facts.change.expires.is_some() => &step.facts,
            _ => &self.facts,
        }
    }
}

fn rule(object: &Object<'_>) -> Result<Option<Arc<Rule>>, Misread> {
    let Some(rule) = object.inner("rule", &["filingNumber", "id", "version"])? else {
        return Ok(None);
    };
    Ok(Some(Arc::new(Rule {
        id: rule.need("id", read::boxed)?,
        version: rule.may("version", read::boxed)?,
        filing_number: rule.may("filingNumber", read::boxed)?,
    })))
}

fn history(object: &Object<'_>) -> Result<Vec<HistoryEntry>, Misread> {
    let steps = object.list("history", &[&FACTS[..], &MORE_IN_HISTORY].concat())?;
    let steps = steps.ok_or_else(|| Misread::Missing(object.at("history")))?;
    let steps: Vec<_> = steps.iter().map(HistoryEntry::read).collect::<Result<_, _>>()?;
    // It begins with the grant, and there is one grant.
    let grants = steps.iter().filter(|step| step.kind == HistoryKind::Granted).count();
    let begins = steps.first().is_some_and(|step| step.kind == HistoryKind::Granted);
    if begins && grants == 1 { Ok(steps) } else { Err(object.form("history")) }
}

impl HistoryEntry {
    fn read(step: &Object<'_>) -> Result<Self, Misread> {
        let kind = |value: Node<'_>| match value.text()? {
            "granted" => Some(HistoryKind::Granted),
            word => word.parse().ok().filter(|kind| !is_status(*kind)).map(HistoryKind::Event),
        };
        let date = step.need("date", read::day)?;
        let effective = step.may("effective", read::day)?;
        if effective == Some(date) {
            return Err(step.form("effective"));
        }
        let mut facts = Facts::read(step)?;
        facts.change.site_closed = step.may("site", read::boxed)?;
        facts.change.status = step.may("status", read::word)?.map(LeafStatus::event);
        let entry = Self {
            date,
            effective: effective.unwrap_or(date),
            kind: step.need("kind", kind)?,
            facts,
            reason: step.may("reason", reason)?,
            note: step.may("note", read::local)?,
        };
        entry.grant_is_whole(step)?;
        Ok(entry)
    }

    /// A grant states all its facts or none, and nothing that only an event can say.
    fn grant_is_whole(&self, step: &Object<'_>) -> Result<(), Misread> {
        if self.kind != HistoryKind::Granted {
            return Ok(());
        }
        let foreign = ["effective", "issued", "note", "reason", "site", "status"];
        if let Some(name) = foreign.into_iter().find(|name| step.has(name)) {
            return Err(Misread::Unknown(step.at(name)));
        }
        let whole = ["decided", "expires", "holder", "level", "scope", "validFrom"];
        let missing = whole.into_iter().find(|name| !step.has(name));
        let change = &self.facts.change;
        match missing {
            Some(name) if FACTS.into_iter().any(|fact| step.has(fact)) => {
                Err(Misread::Missing(step.at(name)))
            }
            None if change.holder_name.is_none() || change.holder_id.is_none() => {
                Err(step.form("holder"))
            }
            _ => Ok(()),
        }
    }
}
