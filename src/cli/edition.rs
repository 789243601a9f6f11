//! What the commands that make editions share: arguments, the run, and what is printed of it.

use std::{
    path::Path,
    time::{Duration, Instant, SystemTime},
};

use clap::Args;
use jiff::Timestamp;
use serde::Serialize;

use super::{
    Exit, Failure, known,
    passphrase::{PassphraseArgs, Sources},
    term,
};
use attestar::{
    ledger::Watch,
    pipeline::{self, Clock, Known, Mode, Request, SealEnd, SealOptions, SealRun},
    seal::Changes,
};

/// Arguments of every command that makes an edition.
#[derive(Debug, Args)]
pub(super) struct EditionArgs {
    /// The numbers of changes as they were printed, where the edition changes more than can be believed
    #[arg(long, value_name = "CODE")]
    pub(super) confirm: Option<String>,

    /// A checkpoint that the log must go on from: a file, or the address of a published one
    ///
    /// Nothing is signed where it is newer than this ledger, or of another history. In a CI job,
    /// name the published checkpoint: `--last https://register.example/ledger/checkpoint`.
    #[arg(long, value_name = "FILE|URL")]
    pub(super) last: Vec<String>,

    /// The edition's time instead of the clock's, such as 2026-11-23T16:00:00+08:00; demo keys only
    #[arg(long, value_name = "TIMESTAMP", value_parser = super::time)]
    pub(super) at: Option<Timestamp>,

    /// Print what was done as one JSON object
    #[arg(long)]
    pub(super) json: bool,

    #[command(flatten)]
    pub(super) passphrase: PassphraseArgs,
}

/// Whether an edition is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Make {
    Edition,
    DryRun,
}

impl EditionArgs {
    /// The edition's time, and where it comes from.
    pub(super) fn time(&self) -> (Timestamp, Clock) {
        self.at.map_or_else(|| (super::now(), Clock::Now), |at| (at, Clock::Given))
    }

    /// Makes an edition, and prints what is to be said about it.
    pub(super) fn run(
        &self,
        root: &Path,
        request: Request,
        make: Make,
    ) -> Result<(Exit, SealRun), Failure> {
        let started = Instant::now();
        let known: Vec<Known> =
            self.last.iter().map(|last| known::read(last)).collect::<Result<_, _>>()?;
        let mut passphrases = Sources::new(&self.passphrase);
        let mode = match make {
            Make::DryRun => Mode::DryRun,
            Make::Edition => Mode::Make(&mut passphrases, fault()),
        };
        let bar = term::progress("signing");
        let progress = |signed| bar.inc(signed);
        let (time, clock) = self.time();
        let confirm = self.confirm.as_deref();
        let options = SealOptions {
            time,
            clock,
            request,
            confirm,
            known: &known,
            mode,
            progress: &progress,
            looked: Some(SystemTime::now()),
        };
        let run = pipeline::seal(root, options);
        bar.finish_and_clear();
        let run = run?;
        let exit = self.print(&run, make, started.elapsed());
        Ok((exit, run))
    }

    fn print(&self, run: &SealRun, make: Make, elapsed: Duration) -> Exit {
        term::findings(&run.report);
        for repair in &run.repairs {
            term::say(repair);
        }
        let says_something = !matches!(run.end, SealEnd::Nothing);
        if self.json {
            term::data(&Line::new(run));
        } else if let Some(changes) = run.changes.as_ref().filter(|_| says_something) {
            match make {
                Make::DryRun => term::line(changes),
                Make::Edition => term::say(changes),
            }
        }
        let (exit, words) = summary(run, self.confirm.as_deref(), elapsed);
        term::say(words);
        exit
    }
}

fn summary(run: &SealRun, given: Option<&str>, elapsed: Duration) -> (Exit, String) {
    let edition = run.changes.as_ref().map_or("", |changes| &changes.edition);
    let confirm = run.changes.as_ref().map_or("", |changes| &changes.confirm);
    match &run.end {
        SealEnd::Forbidden => {
            (Exit::Findings, format!("nothing was sealed: {}", term::tally(&run.report)))
        }
        SealEnd::Nothing => (Exit::Done, "there is nothing to seal".to_owned()),
        SealEnd::Planned => (Exit::Done, format!("edition {edition} would be made")),
        SealEnd::Implausible(why) => (
            Exit::Findings,
            match given {
                Some(given) => format!(
                    "nothing was sealed: {why}; `{given}` are not its numbers: if it is so, \
                     `--confirm {confirm}`"
                ),
                None => {
                    format!("nothing was sealed: {why}; if that is so, add `--confirm {confirm}`")
                }
            },
        ),
        SealEnd::Made(recorded) => (
            Exit::Done,
            format!(
                "edition {edition} is sealed: {confirm}; leaves: {}, files written: {} ({:.2} s)",
                recorded.size,
                recorded.written.len(),
                elapsed.as_secs_f64(),
            ),
        ),
    }
}

/// What was done, for programs.
#[derive(Serialize)]
struct Line<'l> {
    /// `sealed`, `nothing`, `planned`, `implausible` or `forbidden`.
    result: &'static str,
    records: usize,
    changes: Option<&'l Changes>,
    repairs: Vec<String>,
    /// Leaves of the log.
    size: Option<u64>,
    /// Files whose bytes changed, below ledger/.
    written: &'l [String],
}

impl<'l> Line<'l> {
    fn new(run: &'l SealRun) -> Self {
        let result = match &run.end {
            SealEnd::Forbidden => "forbidden",
            SealEnd::Nothing => "nothing",
            SealEnd::Planned => "planned",
            SealEnd::Implausible(_) => "implausible",
            SealEnd::Made(_) => "sealed",
        };
        let recorded = match &run.end {
            SealEnd::Made(recorded) => Some(recorded),
            _ => None,
        };
        Self {
            result,
            records: run.records,
            changes: run.changes.as_ref(),
            repairs: run.repairs.iter().map(ToString::to_string).collect(),
            size: recorded.map(|recorded| recorded.size),
            written: recorded.map_or(&[], |recorded| &recorded.written),
        }
    }
}

/// Tests stop the program before its so-manieth change to the disk, to see what a crash leaves. Not
/// in released programs.
#[cfg(debug_assertions)]
fn fault() -> Option<Watch> {
    use std::sync::atomic::{AtomicU64, Ordering};

    let count: u64 = std::env::var("ATTESTAR_FAULT_AFTER_WRITES").ok()?.parse().ok()?;
    let left = AtomicU64::new(count);
    Some(Box::new(move |what| {
        let before =
            left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1));
        if before.is_err() {
            term::say(format_args!("stopped before: {what}"));
            std::process::abort();
        }
    }))
}

#[cfg(not(debug_assertions))]
fn fault() -> Option<Watch> {
    None
}
