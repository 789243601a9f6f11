//! `attestar build`: compiles the register into a static site.

use std::{
    path::{Path, PathBuf},
    sync::OnceLock,
    time::{Duration, Instant, SystemTime},
};

use clap::Args;
use jiff::{Timestamp, civil::Date};

use super::{Exit, Failure, date, term, today};
use attestar::{
    config::BaseUrl,
    load::Today,
    output::{Adopt, Summary},
    pipeline::{self, BuildOptions, Built, Onlooker, Read, State},
    theme::Minify,
    timing::{Timing, Timings},
};

/// Compile the register into a static site
///
/// Refuses what `check` refuses, before it writes anything. Writes only files whose bytes change,
/// and removes only files that an earlier build wrote.
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  attestar build --out public --as-of 2026-11-23
  attestar build --working --out preview")]
pub(super) struct Build {
    /// Where the site goes [default: public/ in the register's folder]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,

    /// The day as of which statuses are stated [default: today in the register's time zone]
    #[arg(long, value_name = "DATE", value_parser = date)]
    as_of: Option<Date>,

    /// Where the site is published [default: `base_url` of register.toml]
    #[arg(long, value_name = "URL")]
    base_url: Option<BaseUrl>,

    /// How many threads work [default: as many as there are processors]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    jobs: Option<u16>,

    /// Show the records as they are, marked as not signed, where some are sealed: for a preview
    #[arg(long)]
    working: bool,

    /// Replace files in the output folder that no build wrote
    #[arg(long)]
    adopt: bool,

    /// Leave templates as they are, to find out why a page looks as it does
    #[arg(long)]
    no_minify: bool,

    /// Forget what the last build remembered, and remember nothing for the next
    #[arg(long)]
    no_cache: bool,

    /// Say where the time went
    #[arg(long)]
    timings: bool,

    /// Print what was done as one JSON object
    #[arg(long)]
    json: bool,

    /// The time of the edition that was just made.
    #[arg(skip)]
    sealed: Option<Timestamp>,
}

impl Build {
    /// The build that follows an edition.
    pub(super) fn published(out: Option<PathBuf>, time: Timestamp, adopt: bool) -> Self {
        Self {
            out,
            as_of: None,
            base_url: None,
            jobs: None,
            working: false,
            adopt,
            no_minify: false,
            no_cache: false,
            timings: false,
            json: false,
            sealed: Some(time),
        }
    }

    pub(super) fn run(&self, root: &Path) -> Result<Exit, Failure> {
        self.after(root, None)
    }

    /// Builds; from what was read for an edition, where there was one.
    pub(super) fn after(&self, root: &Path, read: Option<Read>) -> Result<Exit, Failure> {
        let started = Instant::now();
        if let Some(jobs) = self.jobs {
            rayon::ThreadPoolBuilder::new().num_threads(usize::from(jobs)).build_global()?;
        }
        let out = self.out.clone().unwrap_or_else(|| root.join("public"));
        let adopt = if self.adopt { Adopt::Yes } else { Adopt::No };
        let options = BuildOptions {
            today: self.sealed.map_or_else(|| today(self.as_of), Today::Now),
            base_url: self.base_url.clone(),
            minify: if self.no_minify { Minify::No } else { Minify::Yes },
            state: if self.working { State::Working } else { State::Sealed },
        };
        let bar = term::progress("building");
        let timings = if self.timings { Timings::by(clock) } else { Timings::default() };
        let onlooker = Onlooker { progress: &|pages| bar.inc(pages), timings: &timings };
        let looked = (!self.no_cache).then(SystemTime::now);
        let built = match read {
            Some(read) => pipeline::build_after(root, &out, (adopt, read), &options, &onlooker),
            None => pipeline::build(root, &out, (adopt, looked), &options, &onlooker),
        };
        bar.finish_and_clear();
        let built = built?;
        // After an edition they have been said already.
        if self.sealed.is_none() || built.made.is_none() {
            term::findings(&built.report);
        }
        let Some((_, summary)) = &built.made else {
            term::say(format_args!("nothing was built: {}", term::tally(&built.report)));
            return Ok(Exit::Findings);
        };
        let mut line = Line::new(&built, summary);
        if self.json {
            line.timings = self.timings.then(|| timings.table());
            term::data(&line);
        } else {
            if self.timings {
                term::say(table(&timings.table(), started.elapsed()));
            }
            term::say(line.words(&out, started.elapsed()));
        }
        Ok(Exit::Done)
    }
}

/// How long this process has been asking for the time.
fn clock() -> Duration {
    static BEGAN: OnceLock<Instant> = OnceLock::new();
    BEGAN.get_or_init(Instant::now).elapsed()
}

/// Where the time went, as a table. Parts of a stage add the times of all threads.
fn table(timings: &[Timing], all: Duration) -> String {
    let row = |timing: &Timing| {
        let (name, seconds) = (timing.stage, timing.seconds);
        match timing.part_of {
            None => format!("{name:<12}{seconds:>9.3} s"),
            Some(_) => format!("  {name:<10}{:>9}   {seconds:>9.3} s on all threads", ""),
        }
    };
    let rows =
        timings.iter().map(row).chain([format!("{:<12}{:>9.3} s", "all", all.as_secs_f64())]);
    rows.collect::<Vec<_>>().join("\n")
}

/// What was done, for programs.
#[derive(serde::Serialize)]
struct Line {
    records: usize,
    /// Records that differ from what is sealed; nothing where nothing is.
    unsealed: Option<usize>,
    pages: usize,
    written: u64,
    unchanged: u64,
    removed: u64,
    bytes: u64,
    /// Where the time went, if that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    timings: Option<Vec<Timing>>,
}

impl Line {
    fn new(built: &Built<Summary>, summary: &Summary) -> Self {
        let Summary { written, unchanged, removed, bytes } = *summary;
        let pages = built.made.map_or(0, |(rendered, _)| rendered.pages);
        let (records, unsealed) = (built.records, built.unsealed);
        let timings = None;
        Self { records, unsealed, pages, written, unchanged, removed, bytes, timings }
    }

    fn words(&self, out: &Path, elapsed: Duration) -> String {
        let unsealed = match self.unsealed {
            None => " (nothing is sealed)".to_owned(),
            Some(0) => String::new(),
            Some(count) => format!(" ({count} with changes that are not sealed)"),
        };
        format!(
            "records: {}{unsealed}, pages: {}; files written: {}, unchanged: {}, removed: {}; in {} ({:.2} s)",
            self.records,
            self.pages,
            self.written,
            self.unchanged,
            self.removed,
            out.display(),
            elapsed.as_secs_f64(),
        )
    }
}
