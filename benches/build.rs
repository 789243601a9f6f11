//! A cold build of a made-up register, beside a bare writer of the same files.
//!
//! `cargo bench --bench build -- 10000 [FOLDER]` makes a register of 10,000 records (one language)
//! in a folder (default: the system's temporary one), then builds it and writes the same files
//! bare, in turn, five times each. What is quoted is the ratio of the medians of one run: these
//! machines differ, and disks are noisy. State the file system beside it.

#![expect(clippy::print_stdout, reason = "what a bench prints is its result")]

use std::{
    env, fs,
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

const RUNS: usize = 5;
const ATTESTAR: &str = env!("CARGO_BIN_EXE_attestar");

fn main() {
    let mut arguments = env::args().skip(1).filter(|argument| !argument.starts_with('-'));
    let count = arguments.next().and_then(|text| text.parse().ok()).unwrap_or(1000_u32);
    let folder = arguments.next().map_or_else(env::temp_dir, PathBuf::from);
    let base = folder.join(format!("attestar-bench-{}", std::process::id()));
    let register = base.join("register");
    fs::create_dir_all(&base).expect("the folder can be written");
    run(Command::new(ATTESTAR).args(["init", "--sample", &count.to_string()]).arg(&register));
    one_language(&register);

    let (mut built, mut bare, mut peak) = (Vec::new(), Vec::new(), 0);
    let mut files = Vec::new();
    for _ in 0..RUNS {
        let out = base.join("out");
        let (time, memory) = run(Command::new(ATTESTAR)
            .arg("-C")
            .arg(&register)
            .arg("build")
            .arg("--out")
            .arg(&out));
        built.push(time);
        peak = peak.max(memory);
        if files.is_empty() {
            files = read(&out, &out);
        }
        fs::remove_dir_all(&out).expect("what was written can be removed");
        let out = base.join("bare");
        bare.push(write(&out, &files));
        fs::remove_dir_all(&out).expect("what was written can be removed");
    }
    fs::remove_dir_all(&base).expect("what was written can be removed");

    let bytes: usize = files.iter().map(|(_, bytes)| bytes.len()).sum();
    let (built, bare) = (median(built), median(bare));
    println!("records {count}, files {}, MB {}", files.len(), bytes / 1_000_000);
    println!(
        "build {:.3} s, bare writer {:.3} s, ratio {:.2}",
        built.as_secs_f64(),
        bare.as_secs_f64(),
        built.as_secs_f64() / bare.as_secs_f64()
    );
    println!("peak memory {} MB", peak / 1000);
}

/// Runs a command; its time and, where the system tells it, its peak memory in KB.
fn run(command: &mut Command) -> (Duration, u64) {
    let started = Instant::now();
    let mut child = command.stderr(Stdio::null()).spawn().expect("the command starts");
    let status = PathBuf::from(format!("/proc/{}/status", child.id()));
    let mut peak = 0;
    loop {
        if let Some(ended) = child.try_wait().expect("the command can be waited for") {
            assert!(ended.success(), "{command:?} failed");
            return (started.elapsed(), peak);
        }
        let text = fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let number = line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok());
        peak = peak.max(number.unwrap_or(0));
        thread::sleep(Duration::from_millis(2));
    }
}

/// The register with its first language only.
fn one_language(register: &Path) {
    let settings = register.join("register.toml");
    let text = fs::read_to_string(&settings).expect("the register has settings");
    let two = "languages  = [\"zh\", \"en\"]";
    assert!(text.contains(two), "the sample has two languages");
    let mut file = fs::File::create(settings).expect("the settings can be written");
    let text = text.replace(two, "languages = [\"zh\"]");
    file.write_all(text.as_bytes()).expect("the settings can be written");
}

fn read(root: &Path, folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).expect("the folder can be read").flatten() {
        let path = entry.path();
        if path.is_dir() {
            files.extend(read(root, &path));
        } else if let Ok(inside) = path.strip_prefix(root) {
            files.push((inside.to_owned(), fs::read(&path).expect("the file can be read")));
        }
    }
    files
}

/// Two threads that only create folders and write files.
fn write(root: &Path, files: &[(PathBuf, Vec<u8>)]) -> Duration {
    let started = Instant::now();
    let half = files.len().div_ceil(2);
    thread::scope(|scope| {
        for part in files.chunks(half.max(1)) {
            scope.spawn(move || {
                for (path, bytes) in part {
                    let path = root.join(path);
                    fs::create_dir_all(path.parent().unwrap_or(root)).expect("folders can be made");
                    let mut file = fs::File::create(path).expect("files can be made");
                    file.write_all(bytes).expect("files can be written");
                }
            });
        }
    });
    started.elapsed()
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}
