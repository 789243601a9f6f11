//! All that a check has to say about one entry.

use std::{collections::BTreeMap, fmt::Display};

use jiff::{Timestamp, civil::Date};
use serde::{Serialize, Serializer};

use crate::credential::Credential;
use crate::model::{LocalText, Standing};
use crate::tlog::Checkpoint;
use crate::verify::{
    answer::{Answer, Code},
    current::Current,
    genuine::Genuine,
    holder::HolderNames,
    logged::Logged,
    note::Note,
    verdict::{Certainty, Line, Reason, Words},
};

/// As text.
fn text<S: Serializer>(value: &impl Display, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(value)
}

/// As text, or as nothing.
#[expect(
    clippy::ref_option,
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands fields over like this"
)]
fn maybe<S: Serializer>(value: &Option<Date>, serializer: S) -> Result<S::Ok, S::Error> {
    match value {
        Some(value) => serializer.collect_str(value),
        None => serializer.serialize_none(),
    }
}

/// All that a check has to say about one entry.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// What was asked, as it was written.
    pub asked: String,
    /// The key of the number that it is about, as far as one could be read.
    pub number: Option<String>,
    /// The day that the answer is about.
    pub on: Option<Date>,
    /// Did the issuer sign it?
    pub genuine: Genuine,
    /// Is it in the log?
    pub logged: Logged,
    /// Is its status known, and does nothing stand against it?
    pub current: Current,
    /// The answer.
    pub answer: Answer,
    /// What else a reader must know.
    pub notes: Vec<Note>,
    /// What the entry says about that day; to be relied on only where the verdicts allow it.
    pub facts: Option<Facts>,
    /// What the entry calls its holder, today and before.
    pub(crate) holder: Option<HolderNames>,
    /// The edition behind the answer.
    pub edition: Option<EditionSeen>,
    /// The checkpoint behind the answer.
    pub checkpoint: Option<Checkpoint>,
}

/// An edition that an answer rests on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct EditionSeen {
    /// Its name.
    pub name: String,
    /// Its day.
    #[serde(skip)]
    pub day: Date,
    /// When it was sealed.
    #[serde(serialize_with = "text")]
    pub time: Timestamp,
    /// When the next one is due, at the latest.
    #[serde(serialize_with = "text")]
    pub next: Timestamp,
    /// The civil day of that.
    #[serde(skip)]
    pub last_day: Date,
}

/// What an entry says about a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Facts {
    /// The printed number.
    pub number: String,
    /// The holder's name, by language.
    pub holder: BTreeMap<String, String>,
    /// What tells the holder from others of that name.
    pub identifier: String,
    /// The scheme's id.
    pub scheme: String,
    /// The level's id.
    pub level: String,
    /// Its place in the ladder, from 1 upwards.
    pub rank: u32,
    /// The level's name, by language.
    pub level_name: BTreeMap<String, String>,
    /// What is certified, by language.
    pub scope: BTreeMap<String, String>,
    /// The first day of the cycle.
    #[serde(serialize_with = "text")]
    pub valid_from: Date,
    /// The last day of it.
    #[serde(serialize_with = "text")]
    pub valid_until: Date,
    /// Whether it was suspended when it expired.
    #[serde(skip)]
    pub suspended_at_expiry: bool,
    /// The digest of the entry's bytes.
    pub sha256: String,
}

impl Facts {
    pub(crate) fn of(entry: &Credential, standing: &Standing<'_>, sha256: &str) -> Self {
        let versions = |text: &LocalText| {
            text.iter().map(|(language, text)| (language.to_string(), text.to_owned())).collect()
        };
        let scheme = entry.scheme();
        let level = scheme.levels.get(standing.level);
        Self {
            number: entry.number().to_string(),
            holder: versions(standing.holder_name),
            identifier: standing.holder_id.value().to_owned(),
            scheme: scheme.id.to_string(),
            level: level.map(|level| level.id.to_string()).unwrap_or_default(),
            rank: level.map(|level| level.rank).unwrap_or_default(),
            level_name: level.map(|level| versions(&level.title)).unwrap_or_default(),
            scope: versions(standing.scope),
            valid_from: standing.cycle.from,
            valid_until: standing.until,
            suspended_at_expiry: standing.suspended_at_expiry,
            sha256: sha256.to_owned(),
        }
    }
}

/// The least level that counts, in the ladder of one scheme.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Minimum {
    /// The scheme's id.
    pub scheme: String,
    /// The level's id, or its rank as a number; empty where any will do.
    pub level: String,
    /// The level's rank, where it is known.
    pub rank: Option<u32>,
}

impl Minimum {
    /// Whether a level is at least that one; nothing where nobody knows how they rank.
    pub(crate) fn is_reached(&self, id: &str, rank: u32) -> Option<bool> {
        if self.level.is_empty() || id == self.level {
            return Some(true);
        }
        let least = self.rank.or_else(|| self.level.parse().ok())?;
        Some(rank >= least)
    }
}

impl Outcome {
    /// Whether the certificate is good on that day and all three verdicts are yes. A day after the
    /// edition counts as long as the edition speaks for it: until the next one is due.
    pub fn is_good(&self) -> bool {
        let sure = [self.genuine.certainty(), self.logged.certainty(), self.current.certainty()]
            .iter()
            .all(|certainty| *certainty == Certainty::Yes);
        let spoken_for = match (&self.edition, self.on) {
            (Some(edition), Some(on)) => on <= edition.last_day,
            _ => false,
        };
        let answer = self.answer.code;
        sure && (answer == Code::Valid || (answer == Code::ProjectedValid && spoken_for))
    }

    /// The outcome for what could not be asked.
    pub fn unasked(asked: &str, words: Words) -> Self {
        Self {
            asked: asked.to_owned(),
            number: None,
            on: None,
            genuine: Genuine::NoEntry,
            logged: Logged::NoEntry,
            current: Current::NotChecked,
            answer: Answer { code: Code::BadInput, words },
            notes: Vec::new(),
            facts: None,
            holder: None,
            edition: None,
            checkpoint: None,
        }
    }

    /// The outcome as programs read it.
    pub fn record(&self) -> Record<'_> {
        Record {
            v: 1,
            asked: &self.asked,
            number: self.number.as_deref(),
            on: self.on,
            good: self.is_good(),
            answer: self.answer.code.name(),
            sentence: &self.answer.words,
            genuine: Line::verdict(&self.genuine),
            logged: Line::verdict(&self.logged),
            current: Line::verdict(&self.current),
            notes: self.notes.iter().map(Note::line).collect(),
            certificate: self.facts.as_ref(),
            edition: self.edition.as_ref(),
            checkpoint: self.checkpoint.as_ref().map(|checkpoint| Head {
                origin: checkpoint.origin(),
                size: checkpoint.tree().size,
                root: crate::proof::base64(checkpoint.tree().root.as_bytes()),
            }),
        }
    }
}

/// An outcome as programs read it.
#[derive(Debug, Serialize)]
pub struct Record<'o> {
    v: u32,
    asked: &'o str,
    number: Option<&'o str>,
    #[serde(serialize_with = "maybe")]
    on: Option<Date>,
    pub(crate) good: bool,
    answer: &'static str,
    sentence: &'o Words,
    genuine: Line,
    logged: Line,
    current: Line,
    notes: Vec<Line>,
    #[serde(skip_serializing_if = "Option::is_none")]
    certificate: Option<&'o Facts>,
    #[serde(skip_serializing_if = "Option::is_none")]
    edition: Option<&'o EditionSeen>,
    #[serde(skip_serializing_if = "Option::is_none")]
    checkpoint: Option<Head<'o>>,
}

#[derive(Debug, Serialize)]
struct Head<'o> {
    origin: &'o str,
    size: u64,
    root: String,
}
