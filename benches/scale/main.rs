//! A whole register at any size: what every command costs, beside the bare work it cannot avoid.
//!
//! `benches/scale.sh --help` says how it is asked for. Only the standard library is used, so that the
//! script can compile this file alone and measure a program that is there already.

#![expect(clippy::print_stdout, reason = "what a bench prints is its result")]
#![expect(clippy::print_stderr, reason = "a person waits for it")]

mod cases;
mod disk;
mod hugo;
#[path = "../support/median.rs"]
mod median;
mod options;
mod process;
mod register;
mod table;

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, ExitCode},
    thread,
};

use cases::Cases;
use hugo::Hugo;
use options::{Layout, Options};
use register::Register;
use table::Figures;

fn main() -> ExitCode {
    let measured = match Options::read(env::args().skip(1)) {
        Ok(Some(options)) => measure_all(&options),
        Ok(None) => {
            print!("{}", options::HELP);
            Ok(())
        }
        Err(wrong) => Err(wrong),
    };
    match measured {
        Ok(()) => ExitCode::SUCCESS,
        Err(wrong) => {
            eprintln!("{wrong}");
            ExitCode::from(2)
        }
    }
}

/// A folder that is gone at the end, however that comes.
struct Folder(PathBuf);

impl Folder {
    fn make(parent: &Path) -> Result<Self, String> {
        let own = format!("attestar-scale-{}", std::process::id());
        let folder = parent.join(env::var("ATTESTAR_SCALE_FOLDER").unwrap_or(own));
        fs::create_dir(&folder).map_err(disk::trouble(&folder))?;
        Ok(Self(folder))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).unwrap_or_default();
    }
}

fn measure_all(options: &Options) -> Result<(), String> {
    let given = env::var_os("ATTESTAR").map(PathBuf::from);
    let built = option_env!("CARGO_BIN_EXE_attestar").map(PathBuf::from);
    let program = given.or(built).ok_or("ATTESTAR says which program is measured")?;
    let program = program.canonicalize().map_err(disk::trouble(&program))?;
    let hugo = if options.asks_for("hugo") { hugo::version() } else { None };
    let columns = options.counts.iter().map(|count| measure(&program, options, *count));
    let columns: Vec<Figures> = columns.collect::<Result<_, _>>()?;
    println!("{}", about(&program, options, hugo.as_deref()));
    print!("{}", table::table(&columns));
    if options.asks_for("hugo") && hugo.is_none() {
        println!("\nSKIPPED: Hugo is not installed");
    }
    Ok(())
}

/// On what it was measured.
fn about(program: &Path, options: &Options, hugo: Option<&str>) -> String {
    let version = Command::new(program).arg("--version").output().map(|output| output.stdout);
    let version = String::from_utf8_lossy(&version.unwrap_or_default()).trim().to_owned();
    let cores = thread::available_parallelism().map_or(0, usize::from);
    let cpu = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let cpu = cpu.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let cpu = cpu.map_or("unknown processor", |(_, name)| name.trim());
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split(' ').next().unwrap_or_default();
    let site = disk::file_system(&options.folder);
    let sources = options.sources.as_deref().map(disk::file_system);
    let sources = sources.filter(|kind| *kind != site).map(|kind| format!(", sources on {kind}"));
    let hugo = hugo.map_or_else(String::new, |hugo| format!("; {hugo}"));
    format!(
        "{version} on {cores} cores ({cpu}), {site}{}, {}, load {load} at the end{hugo}\n",
        sources.unwrap_or_default(),
        register::today(),
    )
}

fn measure(program: &Path, options: &Options, count: u32) -> Result<Figures, String> {
    let (layout, runs) = (options.layout(count), options.runs(count));
    enough(options, count, layout)?;
    let folder = Folder::make(&options.folder)?;
    let sources = options.sources.as_deref().map(Folder::make).transpose()?;
    let say = |what: &str| eprintln!("{count} records, {}: {what}", layout.name());
    say("making the register");
    let place = sources.as_ref().unwrap_or(&folder);
    let register = Register::make(program, &place.0, count, layout)?;
    register::settle();
    let hugo = if options.asks_for("hugo") && hugo::version().is_some() {
        say("making Hugo's pages of it");
        Some(Hugo::make(&register, &folder.0)?)
    } else {
        None
    };
    let mut figures = Figures::default();
    figures.add("records", register.records.to_string());
    figures.add("layout", layout.name());
    figures.add("runs", runs.to_string());
    let (out, bare) = (folder.0.join("out"), folder.0.join("bare"));
    let mut cases = Cases { program, register, layout, runs, out, bare, hugo, figures };
    run(&mut cases, options, &say)?;
    Ok(cases.figures)
}

/// The cases, in an order that needs one site at a time.
fn run(cases: &mut Cases<'_>, options: &Options, say: &dyn Fn(&str)) -> Result<(), String> {
    let asked = |name: &str| options.asks_for(name).then(|| say(name)).is_some();
    if asked("check") {
        cases.check()?;
    }
    if asked("start") {
        cases.start()?;
    }
    let is_compact = cases.layout == Layout::Compact;
    let changes = ["remark", "added"].into_iter().any(|name| options.asks_for(name));
    let is_cold = options.asks_for("cold") || cases.hugo.is_some();
    if is_cold {
        say("cold");
        cases.cold()?;
    } else if ["nothing", "publish"].into_iter().any(|name| options.asks_for(name))
        || (is_compact && changes)
    {
        cases.rebuild()?;
    }
    if asked("nothing") {
        cases.nothing()?;
        cases.check_again()?;
    }
    if asked("publish") {
        cases.publish()?;
        cases.sealed_remark()?;
    }
    if changes && !is_compact {
        say("the working copy");
        cases.unseal()?;
    }
    if asked("remark") {
        cases.remark()?;
    }
    if asked("added") {
        cases.added()?;
    }
    Ok(())
}

/// Refuses what would fill the disk.
fn enough(options: &Options, count: u32, layout: Layout) -> Result<(), String> {
    // KB a record, on file systems that give out 4 KB at a time, as measured.
    let (sources, site) = (9, if layout == Layout::Full { 60 } else { 11 });
    let hugo = if options.asks_for("hugo") { 6 } else { 0 };
    let needed = |each: u64| u64::from(count) * each / 1000 + 200;
    let places = match &options.sources {
        Some(folder) => vec![(folder, needed(sources)), (&options.folder, needed(site + hugo))],
        None => vec![(&options.folder, needed(sources + site + hugo))],
    };
    for (folder, needed) in places {
        if !folder.is_dir() {
            return Err(format!("{} is no folder", folder.display()));
        }
        let kind = disk::file_system(folder);
        let free = disk::free(folder, &kind).unwrap_or(u64::MAX);
        if free < needed {
            return Err(format!(
                "{count} records need about {needed} MB in {} ({kind}), and {free} MB are free; \
                 take another folder with --in, or keep the sources elsewhere with --sources",
                folder.display(),
            ));
        }
    }
    Ok(())
}
