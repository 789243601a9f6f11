//! `attestar check`: reads every record and the theme and says what is wrong.

use std::{path::Path, time::SystemTime};

use clap::{Args, ValueEnum};
use jiff::civil::Date;

use super::{Exit, Failure, date, term, today};
use attestar::{diag::Strictness, pipeline};

/// Read every record and the theme, and say what is wrong with them
///
/// Exits with 0 when the register can be published, 1 when a finding forbids it, and 2 when the
/// check could not be made. Every code is explained in docs/findings.md.
#[derive(Debug, Args)]
#[command(after_help = "Example: attestar check --strict --format github")]
pub(super) struct Check {
    /// How to print findings
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,

    /// The same as --format json
    #[arg(long, conflicts_with = "format")]
    json: bool,

    /// Let warnings forbid publishing too
    #[arg(long)]
    strict: bool,

    /// The day that counts as today [default: today in the register's time zone]
    #[arg(long, value_name = "DATE", value_parser = date)]
    as_of: Option<Date>,

    /// Do without what builds and checks remember
    #[arg(long)]
    no_cache: bool,
}

/// How findings are printed.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    /// Source excerpts, for people
    Human,
    /// One JSON object a line, for editors and programs
    Json,
    /// Annotations of GitHub Actions
    Github,
}

impl Check {
    pub(super) fn run(&self, root: &Path) -> Result<Exit, Failure> {
        let looked = (!self.no_cache).then(SystemTime::now);
        let checked = pipeline::check(root, today(self.as_of), looked)?;
        match if self.json { Format::Json } else { self.format } {
            Format::Human => term::findings(&checked.report),
            Format::Json => term::findings_json(&checked.report),
            Format::Github => term::findings_github(&checked.report),
        }
        let strict = if self.strict { Strictness::Warnings } else { Strictness::Errors };
        term::say(format_args!("records: {}, {}", checked.records, term::tally(&checked.report)));
        Ok(if checked.report.passes(strict) { Exit::Done } else { Exit::Findings })
    }
}
