//! `attestar evidence`: one file that proves a certificate offline.

use std::path::{Path, PathBuf};

use clap::Args;
use jiff::{Timestamp, civil::Date};

use super::{Exit, Failure, date, keep, now, place::Place, term, verify::Lang};
use attestar::{model::CertificateNumber, verify::Register};

/// Write one file that proves a certificate offline, years later too
///
/// It holds the entry, its proofs, the status lists, the keys, the checkpoint with its cosignatures,
/// and what was asked. `attestar verify FILE` checks it, and so can others.
#[derive(Debug, Args)]
#[command(after_help = "Example: attestar evidence AST-SC-2026-00017 --on 2026-05-01")]
pub(super) struct Evidence {
    /// The certificate number
    #[arg(value_name = "NUMBER")]
    number: String,

    /// The day that is asked about [default: the day it is made]
    #[arg(long, value_name = "DATE", value_parser = date)]
    on: Option<Date>,

    /// Where the file goes, `-` for the output [default: NUMBER.attestar.json here]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,

    /// The moment that counts as now [default: the clock]
    #[arg(long, value_name = "TIME", value_parser = super::time)]
    at: Option<Timestamp>,

    #[command(flatten)]
    place: Place,
}

impl Evidence {
    pub(super) fn run(&self, root: Option<&Path>) -> Result<Exit, Failure> {
        let source = self.place.open(root)?;
        let clock = self.at.unwrap_or_else(now);
        let (trust, mut memory) = (self.place.whom.trust()?, self.place.whom.memory());
        let register = Register::open(&*source, &trust, &mut memory, clock)?;
        if let Some(note) = source.note() {
            term::say_safely(Lang::or_system(None).of(&note.words()));
        }
        let text = register.evidence(&self.number, self.on, clock)?;
        let number = CertificateNumber::try_from(&*self.number)?;
        let path = number.path();
        let out = self.out.clone().unwrap_or_else(|| format!("{path}.attestar.json").into());
        if out.as_os_str() == "-" {
            term::raw(text.as_bytes());
            return Ok(Exit::Done);
        }
        keep::write_named(&out, text.as_bytes())?;
        term::say(format_args!("{} proves {}", out.display(), self.number));
        Ok(Exit::Done)
    }
}
