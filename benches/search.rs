//! The index of the search alone, of made-up names.
//!
//! `cargo bench --bench search -- 10000 100000 1000000` makes it of so many rows, each in a process
//! of its own, and counts what it hands on. `--out FOLDER` writes the last one there; `--rows FILE`
//! takes the rows from a file instead, a JSON object a line. Memory is the process's peak, with the
//! rows themselves, which a register has in memory anyway: that part is told beside it.

#![expect(clippy::print_stdout, reason = "what a bench prints is its result")]

#[path = "support/rows.rs"]
mod rows;

use std::{
    collections::{BTreeMap, HashMap},
    env, fs,
    path::PathBuf,
    process::Command,
    sync::Mutex,
    time::Instant,
};

use attestar::{
    output::{Adopt, OutputError, Sink, Tree},
    search::{Index, Settings, main_of, write},
};
use rows::{Made, made, slot};

/// Counts what it is given.
#[derive(Default)]
struct Counter(Mutex<BTreeMap<String, Vec<usize>>>);

impl Sink for Counter {
    fn write(&self, path: &str, bytes: &[u8]) -> Result<(), OutputError> {
        let folder = path.rsplit_once('/').map_or(path, |(folder, file)| match file {
            "manifest.json" => file,
            _ if folder.starts_with("s/t") => match file.chars().next() {
                Some('k') => "s/t, keys",
                Some('x') => "s/t, others",
                _ => "s/t, pairs",
            },
            "heavy.json" => file,
            _ => folder,
        });
        let mut sizes = self.0.lock().expect("no thread panics");
        sizes.entry(folder.to_owned()).or_default().push(bytes.len());
        Ok(())
    }
}

fn main() {
    let arguments: Vec<String> =
        env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let value = |name: &str| {
        let at = arguments.iter().position(|argument| argument == name)?;
        arguments.get(at + 1).cloned()
    };
    let rows = value("--rows");
    let counts: Vec<u32> = arguments.iter().filter_map(|argument| argument.parse().ok()).collect();
    if counts.len() > 1 {
        for count in counts {
            let this = env::current_exe().expect("a process knows its program");
            let ended = Command::new(this).arg(count.to_string()).status();
            assert!(ended.expect("a process starts").success());
        }
        return;
    }
    let made = match &rows {
        Some(file) => {
            let text = fs::read_to_string(file).expect("the file of rows can be read");
            let row = |line: &str| serde_json::from_str(line).expect("a line is a row");
            text.lines().map(row).collect()
        }
        None => made(counts.first().copied().unwrap_or(10_000)),
    };
    measure(&made, value("--out").map(PathBuf::from));
}

fn measure(made: &[Made], out: Option<PathBuf>) {
    let mut schemes: Vec<&str> =
        made.iter().map(|row| &*row.scheme).filter(|id| !id.is_empty()).collect();
    schemes.sort_unstable();
    schemes.dedup();
    let levels =
        made.iter().filter(|row| !row.gone).map(|row| format!("{}/{}", row.scheme, row.level));
    let mut levels: Vec<_> = levels.collect();
    levels.sort_unstable();
    levels.dedup();
    let count = u32::try_from(made.len()).expect("there are not so many rows");
    let main = main_of(count, &Settings::default());
    let newer = (0..main).filter_map(|serial| Some((made[serial as usize].newer?, serial)));
    let last: HashMap<u32, u32> = newer.filter(|(by, _)| *by >= main).collect();
    let slot = |serial: u32| slot(made, &last, serial);
    let edition = Some(("2026-11-25", 7));
    let index = Index {
        count,
        slot: &slot,
        schemes: &schemes,
        levels: &levels,
        names: Vec::new(),
        edition,
    };
    let before = memory("VmRSS:");
    let counter = Counter::default();
    let started = Instant::now();
    write(&index, &Settings::default(), &counter).expect("counting does not fail");
    let took = started.elapsed().as_secs_f64();
    let peak = memory("VmHWM:");
    println!("\n{count} rows: {took:.2} s, peak {peak} MB ({before} MB of it the rows)");
    println!("{:>16} {:>8} {:>12} {:>8} {:>8} {:>8}", "", "files", "bytes", "median", "p99", "max");
    let sizes = counter.0.into_inner().expect("no thread panicked");
    let mut all = Vec::new();
    for (folder, mut sizes) in sizes {
        sizes.sort_unstable();
        line(&folder, &sizes);
        all.extend(sizes);
    }
    all.sort_unstable();
    line("all", &all);
    if let Some(out) = out {
        let tree = Tree::open(&out, Adopt::No).expect("the folder can be opened");
        let started = Instant::now();
        write(&index, &Settings::default(), &tree).expect("the files can be written");
        println!("written to {} in {:.2} s", out.display(), started.elapsed().as_secs_f64());
        tree.finish().expect("the folder can be finished");
    }
}

fn line(name: &str, sizes: &[usize]) {
    let at = |percent: usize| sizes[(sizes.len() - 1) * percent / 100];
    let bytes: usize = sizes.iter().sum();
    let (median, p99, max) = (at(50), at(99), at(100));
    println!("{name:>16} {:>8} {bytes:>12} {median:>8} {p99:>8} {max:>8}", sizes.len());
}

/// A line of what the system tells of this process, in MB; 0 where it tells nothing.
fn memory(name: &str) -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    let number = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok());
    number.unwrap_or(0) / 1000
}
