//! `attestar show`: what the register says of a number, and what it said.

use std::path::Path;

use clap::Args;
use jiff::civil::Date;
use serde::Serialize;

use super::{Exit, Failure, date, term, today};
use attestar::{
    credential::{Answer, Edition},
    model::{Certificate, LocalText},
    pipeline::{self, Asked, Said, Shown},
};

/// Show what the register says of a certificate on a day, and what it said on an earlier day
///
/// Answers from the ledger, not from the records. "Was it valid on 1 May?" and "what did the register
/// say on 1 May?" are different questions: `--on` asks the first, `--as-published` the second. A day
/// later than the edition is a projection: so it will be if nothing changes.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  attestar show AST-SC-2021-00033 --on 2023-07-10
  attestar show AST-SC-2021-00033 --on 2023-07-10 --as-published 2023-06-30")]
pub(super) struct Show {
    /// The certificate's number, however it is spelled
    #[arg(value_name = "NUMBER")]
    number: String,

    /// The day that is asked about [default: the day of --as-published, else today]
    #[arg(long, value_name = "DATE", value_parser = date)]
    on: Option<Date>,

    /// What the register said at the end of this day [default: what it says now]
    #[arg(long, value_name = "DATE", value_parser = date)]
    as_published: Option<Date>,

    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

impl Show {
    pub(super) fn run(&self, root: &Path) -> Result<Exit, Failure> {
        let (on, as_published) = (self.on, self.as_published);
        let asked = Asked { number: self.number.clone(), on, as_published };
        let shown = pipeline::show(root, &asked, today(None))?;
        let line = Line::new(&shown);
        if self.json {
            term::data(&line);
        } else {
            term::line(self.before_first(&shown).unwrap_or_else(|| line.words()));
        }
        let found = matches!(shown.said, Said::Stated { .. });
        Ok(if found { Exit::Done } else { Exit::Findings })
    }

    /// What is said where the day lies before all editions.
    fn before_first(&self, shown: &Shown) -> Option<String> {
        let (Said::BeforeFirst(first), Some(day)) = (&shown.said, self.as_published) else {
            return None;
        };
        let key = &shown.key;
        Some(format!(
            "{key}: nothing was published by {day}: the first edition is of {first}; without \
             --as-published, what the register says now is shown"
        ))
    }
}

/// The answer, for programs.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Line {
    number: String,
    on: String,
    /// The code of the answer, such as `valid` or `projected_expired`.
    answer: &'static str,
    /// The edition that answers.
    edition: Option<String>,
    /// Its place among all editions, from 1.
    ordinal: Option<u32>,
    /// Whether the day is later than the edition.
    projection: bool,
    #[serde(flatten)]
    facts: Option<Facts>,
}

/// What the certificate says of that day.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Facts {
    serial: u32,
    status: &'static str,
    since: String,
    reason: Option<String>,
    scheme: String,
    level: String,
    holder: String,
    holder_id: String,
    scope: String,
    valid_from: String,
    valid_until: String,
    first_granted: Option<String>,
}

impl Line {
    fn new(shown: &Shown) -> Self {
        let (number, answer, facts) = match &shown.said {
            Said::NotFound | Said::BeforeFirst(_) => (shown.key.to_string(), "not_found", None),
            Said::Erased => (shown.key.to_string(), "erased", None),
            Said::Stated { certificate, answer, serial } => {
                let facts = Facts::new(certificate, shown, *serial);
                (certificate.number.to_string(), answer.code(), Some(facts))
            }
        };
        let is_projected = |answer: &Answer| answer.code().starts_with("projected_");
        let projection = match &shown.said {
            Said::Stated { answer, .. } => is_projected(answer),
            Said::NotFound | Said::BeforeFirst(_) | Said::Erased => false,
        };
        let edition = shown.edition.as_ref().map(|edition| edition.name.to_string());
        let ordinal = shown.edition.as_ref().map(|Edition { ordinal, .. }| *ordinal);
        Self { number, on: shown.on.to_string(), answer, edition, ordinal, projection, facts }
    }

    fn words(&self) -> String {
        let Self { number, on, answer, .. } = self;
        let source = match (&self.edition, self.ordinal) {
            (Some(edition), Some(ordinal)) => format!("edition {edition} (no. {ordinal})"),
            _ => "no edition was published yet".to_owned(),
        };
        let Some(facts) = &self.facts else {
            return match *answer {
                "erased" => format!("{number}: erased on legal ground; {source}"),
                _ => format!(
                    "{number}: not found in the register; {source}. That does not by itself mean a \
                     forgery: it may not be published yet, or be under another number"
                ),
            };
        };
        let status = facts.status.replace('-', " ");
        let verdict = if facts.status == "none" {
            format!("no certificate on {on}: it was decided or began later; {source}")
        } else if self.projection {
            format!("{status} on {on} if nothing changes: the day is later than {source}")
        } else {
            format!("{status} on {on}, since {}; {source}", facts.since)
        };
        let reason = facts.reason.as_ref().map(|why| format!("\nreason   {why}"));
        format!(
            "{number}: {verdict}\nholder   {} ({})\nlevel    {} ({})\nscope    {}\nvalid    {} to {}{}",
            facts.holder,
            facts.holder_id,
            facts.level,
            facts.scheme,
            facts.scope,
            facts.valid_from,
            facts.valid_until,
            reason.unwrap_or_default(),
        )
    }
}

impl Facts {
    fn new(certificate: &Certificate, shown: &Shown, serial: u32) -> Self {
        let standing = certificate.standing(shown.on);
        let words = |text: &LocalText| text.best(shown.language).0.to_owned();
        Self {
            serial,
            status: standing.status.code(),
            since: standing.since.to_string(),
            reason: standing.reason.map(str::to_owned),
            scheme: certificate.scheme.id.to_string(),
            level: certificate.scheme.levels[standing.level].id.to_string(),
            holder: words(standing.holder_name),
            holder_id: standing.holder_id.value().to_owned(),
            scope: words(standing.scope),
            valid_from: standing.cycle.from.to_string(),
            valid_until: standing.until.to_string(),
            first_granted: standing.first_granted.map(|day| day.to_string()),
        }
    }
}
