//! `attestar init`: writes a new register.

use std::path::PathBuf;

use clap::Args;

use super::{Exit, Failure, term};
use attestar::scaffold::{self, Options, Sample};

/// Write a new register, ready to be filled
///
/// The folder must be empty (dot files do not count) or not be there yet. With --sample it is
/// filled with made-up records, to try Attestar at your own scale.
#[derive(Debug, Args)]
#[command(
    after_help = "Example: attestar init my-register && attestar -C my-register serve --open"
)]
pub(super) struct Init {
    /// The new register's folder
    #[arg(value_name = "DIR")]
    dir: PathBuf,

    /// Write N made-up records, at most 1000000
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    sample: Option<u32>,

    /// Which made-up records: the same seed writes the same ones
    #[arg(long, value_name = "S", default_value_t = 1, requires = "sample")]
    seed: u64,
}

impl Init {
    pub(super) fn run(&self) -> Result<Exit, Failure> {
        let sample = self.sample.map(|count| Sample { count, seed: self.seed });
        let options = Options { sample, today: super::civil_today() };
        let bar = term::progress("writing");
        let written = scaffold::write(&self.dir, &options, &|files| bar.inc(files));
        bar.finish_and_clear();
        let written = written?;
        term::say(format_args!(
            "a register with {} certificates is in {}; try `attestar -C {} serve --open`",
            written.certificates,
            self.dir.display(),
            self.dir.display(),
        ));
        Ok(Exit::Done)
    }
}
