//! Where the time of a run goes, told by a clock of the caller's: the library reads none.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use serde::Serialize;
use strum::{EnumCount, EnumIter, IntoEnumIterator, IntoStaticStr};

/// A part of a build.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumCount, EnumIter, IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum Stage {
    /// Listing the sources and comparing them with those of the last build.
    Walk,
    /// Reading, parsing and checking records.
    Records,
    /// Of it: reading files.
    Read,
    /// Of it: parsing, and checking one by one.
    Parse,
    /// Checking records against one another, guidance and pictures.
    Across,
    /// Reading templates, labels and assets.
    Theme,
    /// Reading the ledger, beside the records.
    Ledger,
    /// Comparing records with what is sealed.
    Match,
    /// Reading what is sealed in the place of the records.
    Reveal,
    /// Putting certificates in the orders in which pages show them.
    Plan,
    /// Making pages and files, and writing them.
    Pages,
    /// Of it: templates.
    Render,
    /// Of it: comparing with what is there, and writing.
    Write,
    /// Open data: the files of all certificates.
    Data,
    /// The index of the search, made beside open data.
    Index,
    /// The files that prove the entries.
    Proofs,
    /// Removing what is no longer part of the site, writing the manifest and what the next build
    /// needs.
    Finish,
}

impl Stage {
    /// The stage that this one is a part of. Parts add the times of all threads.
    pub fn part_of(self) -> Option<Self> {
        match self {
            Self::Read | Self::Parse => Some(Self::Records),
            Self::Render | Self::Write => Some(Self::Pages),
            _ => None,
        }
    }

    /// The stage's name.
    pub fn name(self) -> &'static str {
        self.into()
    }
}

/// Answers how long something has been going on.
pub type Clock = fn() -> Duration;

/// The time that each stage took. From any thread.
#[derive(Debug, Default)]
pub struct Timings {
    clock: Option<Clock>,
    nanoseconds: [AtomicU64; Stage::COUNT],
}

impl Timings {
    /// Takes the time with a clock.
    pub fn by(clock: Clock) -> Self {
        Self { clock: Some(clock), ..Self::default() }
    }

    /// Does something that belongs to a stage.
    pub fn of<T>(&self, stage: Stage, act: impl FnOnce() -> T) -> T {
        let Some(clock) = self.clock else { return act() };
        let then = clock();
        let done = act();
        self.since(stage, Some(then));
        done
    }

    /// What the clock says; for [`since`](Self::since).
    pub fn now(&self) -> Option<Duration> {
        self.clock.map(|clock| clock())
    }

    /// What has passed since then belongs to a stage.
    pub fn since(&self, stage: Stage, then: Option<Duration>) {
        if let (Some(clock), Some(then)) = (self.clock, then) {
            self.add(stage, clock().saturating_sub(then));
        }
    }

    fn add(&self, stage: Stage, time: Duration) {
        let time = u64::try_from(time.as_nanos()).unwrap_or(u64::MAX);
        self.nanoseconds[stage as usize].fetch_add(time, Ordering::Relaxed);
    }

    /// How long a stage took: by the clock, and a part of a stage on all threads together.
    pub fn time(&self, stage: Stage) -> Duration {
        let time = |stage: Stage| self.nanoseconds[stage as usize].load(Ordering::Relaxed);
        Duration::from_nanos(time(stage))
    }

    /// The stages that took any time, in order, in seconds.
    pub fn table(&self) -> Vec<Timing> {
        let timing = |stage: Stage| {
            let seconds = self.time(stage).as_secs_f64();
            Timing { stage: stage.name(), part_of: stage.part_of().map(Stage::name), seconds }
        };
        Stage::iter().map(timing).filter(|timing| timing.seconds > 0.0).collect()
    }
}

/// How long a stage took.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Timing {
    /// The stage.
    pub stage: &'static str,
    /// The stage that it is a part of, whose parts add the times of all threads.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub part_of: Option<&'static str>,
    /// How long it took.
    pub seconds: f64,
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    thread_local! {
        static NOW: Cell<u64> = const { Cell::new(0) };
    }

    fn clock() -> Duration {
        Duration::from_secs(NOW.get())
    }

    #[test]
    fn a_stage_adds_what_it_takes_and_nothing_is_taken_without_a_clock() {
        let timings = Timings::by(clock);
        for seconds in [2, 3] {
            timings.of(Stage::Walk, || NOW.set(NOW.get() + seconds));
        }
        assert_eq!(timings.time(Stage::Walk), Duration::from_secs(5));
        assert_eq!(timings.table().len(), 1);
        let off = Timings::default();
        assert_eq!(off.of(Stage::Walk, || 7), 7);
        assert!(off.table().is_empty());
    }
}
