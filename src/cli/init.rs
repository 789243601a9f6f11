//! `attestar init`: writes a new register.

use std::path::PathBuf;

use clap::Args;

use super::{
    Exit, Failure,
    passphrase::{PassphraseArgs, Sources},
    term,
};
use attestar::{
    keyring,
    pipeline::{self, Clock, Mode, Request, SealEnd, SealOptions},
    scaffold::{self, Options, Sample},
    seal::Renew,
};

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

    /// Seal the made-up records, with demo keys that everybody has
    #[arg(long, requires = "sample")]
    sealed: bool,
}

impl Init {
    pub(super) fn run(&self) -> Result<Exit, Failure> {
        let sample = self.sample.map(|count| Sample { count, seed: self.seed });
        let options = Options { sample, today: super::civil_today() };
        let bar = term::progress("writing");
        let written = scaffold::write(&self.dir, &options, &|files| bar.inc(files));
        bar.finish_and_clear();
        let written = written?;
        if self.sealed {
            self.seal()?;
        }
        term::say(format_args!(
            "a register with {} certificates is in {}; try `attestar -C {} serve --open`",
            written.certificates,
            self.dir.display(),
            self.dir.display(),
        ));
        Ok(Exit::Done)
    }

    /// Makes the first edition of a sample.
    fn seal(&self) -> Result<(), Failure> {
        keyring::create_demo(&self.dir.join("keys"))?;
        let mut passphrases = Sources::new(&PassphraseArgs { passphrase_fd: None });
        let bar = term::progress("signing");
        let run = pipeline::seal(
            &self.dir,
            SealOptions {
                time: super::now(),
                clock: Clock::Now,
                request: Request::Full(Renew::WhenDue),
                confirm: None,
                known: &[],
                mode: Mode::Make(&mut passphrases, None),
                progress: &|signed| bar.inc(signed),
                looked: None,
            },
        );
        bar.finish_and_clear();
        let run = run?;
        match run.end {
            SealEnd::Made(_) => Ok(()),
            _ => Err(format!("the sample is not sealed: {}", term::tally(&run.report)).into()),
        }
    }
}
