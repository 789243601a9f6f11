//! `attestar diff`: what the next edition would change.

use std::path::Path;

use clap::{Args, ValueEnum};
use jiff::Timestamp;

use super::{Exit, Failure, term};
use attestar::pipeline::{self, SealEnd};

/// Show what the records say otherwise than the last edition
///
/// The same as `seal --dry-run`, and as Markdown for a comment under a change. Exits with 0 whether
/// or not there is a difference, and with 1 where `check` finds what forbids an edition.
#[derive(Debug, Args)]
#[command(after_help = "Example: attestar diff --format markdown > comment.md")]
pub(super) struct Diff {
    /// How to print it
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,

    /// The same as --format json
    #[arg(long, conflicts_with = "format")]
    json: bool,

    /// The edition's time [default: now]
    #[arg(long, value_name = "TIMESTAMP", value_parser = super::time)]
    at: Option<Timestamp>,
}

/// How the difference is printed.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    /// For people
    Text,
    /// One JSON object
    Json,
    /// A comment under a change
    Markdown,
}

impl Diff {
    pub(super) fn run(&self, root: &Path) -> Result<Exit, Failure> {
        let run = pipeline::diff(root, self.at.unwrap_or_else(super::now))?;
        term::findings(&run.report);
        let Some(changes) = &run.changes else {
            term::say(format_args!("nothing was compared: {}", term::tally(&run.report)));
            return Ok(Exit::Findings);
        };
        let same = matches!(run.end, SealEnd::Nothing);
        match if self.json { Format::Json } else { self.format } {
            Format::Text if same => {}
            Format::Text => term::line(changes),
            Format::Json => term::data(changes),
            Format::Markdown => term::line(changes.markdown().trim_end()),
        }
        let ending = if same { ": nothing differs" } else { "" };
        term::say(format_args!("records: {}{ending}", run.records));
        Ok(Exit::Done)
    }
}
