//! Runs a program and tells what it cost.
//!
//! Time is the clock's. Processor time is what the system books for children that have ended, in
//! hundredths of a second; peak memory is what it tells of the process while it runs, looked at every
//! ten milliseconds. Both are `/proc`'s: where there is none, they are left out.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::{Duration, Instant},
};

const LOOK: Duration = Duration::from_millis(10);
/// `/proc` counts hundredths of a second, whatever the kernel does.
const TICK: Duration = Duration::from_millis(10);

/// What a run has cost.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Cost {
    pub(crate) time: Duration,
    pub(crate) processor: Duration,
    /// In KB.
    pub(crate) peak: u64,
}

/// Runs a command to its end. What it says goes to a file, and is quoted where it fails.
pub(crate) fn run(command: &mut Command, said: &Path) -> Result<Cost, String> {
    let file = File::create(said).map_err(|error| format!("{}: {error}", said.display()))?;
    let other = file.try_clone().map_err(|error| format!("{}: {error}", said.display()))?;
    let before = children();
    let started = Instant::now();
    let spawned = command.stdin(Stdio::null()).stdout(file).stderr(other).spawn();
    let mut child = spawned.map_err(|error| format!("{command:?} does not start: {error}"))?;
    let status = PathBuf::from(format!("/proc/{}/status", child.id()));
    let ended = AtomicBool::new(false);
    let (exit, time, peak) = thread::scope(|scope| {
        let watch = scope.spawn(|| watch(&status, &ended));
        let exit = child.wait();
        let time = started.elapsed();
        ended.store(true, Ordering::Relaxed);
        (exit, time, watch.join().unwrap_or(0))
    });
    let exit = exit.map_err(|error| format!("{command:?} cannot be waited for: {error}"))?;
    if !exit.success() {
        let text = fs::read_to_string(said).unwrap_or_default();
        let lines: Vec<&str> = text.lines().collect();
        let last = lines.get(lines.len().saturating_sub(30)..).unwrap_or_default().join("\n");
        return Err(format!("{command:?} failed ({exit}):\n{last}"));
    }
    Ok(Cost { time, processor: children().saturating_sub(before), peak })
}

/// The largest peak that the system tells until the process has ended.
fn watch(status: &Path, ended: &AtomicBool) -> u64 {
    let mut peak = 0;
    while !ended.load(Ordering::Relaxed) {
        let text = fs::read_to_string(status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let number = line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok());
        peak = peak.max(number.unwrap_or(0));
        thread::sleep(LOOK);
    }
    peak
}

/// The processor time of all children that have ended.
fn children() -> Duration {
    let text = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // The name in brackets may hold anything; proc(5), fields 16 and 17 (cutime, cstime).
    let fields = text.rsplit_once(')').map_or("", |(_, fields)| fields);
    let ticks =
        fields.split_whitespace().skip(13).take(2).filter_map(|text| text.parse::<u32>().ok());
    TICK * ticks.sum()
}
