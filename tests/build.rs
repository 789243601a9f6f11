//! What `attestar build` promises about the folder that it writes, seen from outside.

#![allow(
    clippy::duration_suboptimal_units,
    clippy::format_collect,
    clippy::format_push_string,
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "a test may panic, print and be plain"
)]

mod support;

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Stdio,
    thread,
    time::Duration,
};

use serde_json::Value;
use support::{RECORD, Run, SCHEME, TestRegister, write_file};
use tempfile::TempDir;
use walkdir::WalkDir;

/// A folder beside the register, which goes away with the test.
fn folder() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("site");
    (folder, out)
}

fn build(register: &TestRegister, out: &Path, more: &[&str]) -> Run {
    let mut arguments = vec!["build", "--out", out.to_str().unwrap()];
    arguments.extend(more);
    register.attestar(arguments)
}

/// All files of a folder, but the journal, and their bytes.
fn files(out: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = WalkDir::new(out).into_iter().map(|entry| entry.unwrap());
    let name = |path: &Path| path.strip_prefix(out).unwrap().to_str().unwrap().to_owned();
    let files = entries.filter(|entry| entry.file_type().is_file());
    let files = files.map(|entry| (name(entry.path()), fs::read(entry.path()).unwrap()));
    files.filter(|(name, _)| name != ".attestar-journal").collect()
}

/// How many files the run wrote, left and removed.
fn counts(run: Run) -> (u64, u64, u64) {
    let line: Value = serde_json::from_str(&run.success().stdout).unwrap();
    let count = |key: &str| line[key].as_u64().unwrap();
    (count("written"), count("unchanged"), count("removed"))
}

/// That two folders are the same, saying where they are not.
#[track_caller]
fn same(a: &BTreeMap<String, Vec<u8>>, b: &BTreeMap<String, Vec<u8>>) {
    let names = |files: &BTreeMap<String, Vec<u8>>| files.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(a), names(b));
    let differ: Vec<_> = a.iter().filter(|(name, bytes)| b[*name] != **bytes).collect();
    assert!(differ.is_empty(), "{:?}", differ.iter().map(|(name, _)| name).collect::<Vec<_>>());
}

#[test]
fn the_same_records_give_the_same_bytes_with_any_number_of_threads() {
    let register = TestRegister::demo();
    let built = |jobs: &str| {
        let (_folder, out) = folder();
        build(&register, &out, &["--jobs", jobs]).success();
        files(&out)
    };
    let one = built("1");
    assert!(one.len() > 500, "the demo register has {} files", one.len());
    for jobs in ["2", "7"] {
        same(&one, &built(jobs));
    }
}

#[test]
fn a_second_build_writes_nothing_and_a_change_only_what_it_changes() {
    let register = TestRegister::demo();
    let (_folder, out) = folder();
    let (written, _, _) = counts(build(&register, &out, &["--json"]));
    assert_eq!(counts(build(&register, &out, &["--json"])), (0, written, 0));
    let next_day = &["--json", "--as-of", "2026-11-24"];
    let (changed, _, _) = counts(build(&register, &out, next_day));
    assert!(changed < 20, "a day on which little happens changes {changed} files");
}

#[test]
fn what_a_build_wrote_and_no_longer_should_goes_and_nothing_else() {
    let register = TestRegister::minimal();
    let (_folder, out) = folder();
    build(&register, &out, &[]).success();
    write_file(&out.join("CNAME"), b"register.example");
    write_file(&out.join("c/notes.txt"), b"ours");
    let page = out.join("c/EX-2026-001.html");
    assert!(page.exists());
    let without = register.edit(RECORD, |text| text.replace("EX-2026-001", "EX-2026-007"));
    let (_, _, removed) = counts(build(&without, &out, &["--json"]));
    assert_eq!(removed, 2, "a page in two languages");
    assert!(!page.exists() && out.join("c/EX-2026-007.html").exists());
    assert_eq!(fs::read(out.join("CNAME")).unwrap(), b"register.example");
    assert_eq!(fs::read(out.join("c/notes.txt")).unwrap(), b"ours");
}

#[test]
fn a_folder_that_no_build_made_is_left_alone() {
    let register = TestRegister::minimal();
    let (_folder, out) = folder();
    write_file(&out.join("thesis.doc"), b"years of work");
    let run = build(&register, &out, &[]).code(2);
    assert!(run.stderr.contains("thesis.doc") && run.stderr.contains("--adopt"), "{}", run.stderr);
    assert_eq!(files(&out).len(), 1, "nothing was written");
    build(&register, &out, &["--adopt"]).success();
    assert_eq!(fs::read(out.join("thesis.doc")).unwrap(), b"years of work");
}

#[test]
fn what_check_refuses_is_refused_before_anything_is_written() {
    let (_folder, out) = folder();
    let flawed =
        TestRegister::minimal().replace(RECORD, "level = \"star-5\"", "level = \"star-9\"");
    let run = build(&flawed, &out, &[]).code(1);
    assert!(run.stderr.contains("level-unknown"), "{}", run.stderr);
    assert!(!out.exists());
    // An earlier site stays as it was.
    build(&TestRegister::minimal(), &out, &[]).success();
    let before = files(&out);
    build(&flawed, &out, &[]).code(1);
    let broken = TestRegister::minimal().replace(SCHEME, "effective_from", "effective_form");
    build(&broken, &out, &[]).code(1);
    same(&before, &files(&out));
}

#[test]
fn a_build_that_is_killed_leaves_whole_files_and_the_next_one_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let (root, out) = (folder.path().join("register"), folder.path().join("site"));
    let attestar = |arguments: &[&str]| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_attestar"));
        command.arg("-C").arg(&root).args(arguments).stderr(Stdio::null());
        command
    };
    let init = ["init", root.to_str().unwrap(), "--sample", "400"];
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_attestar"));
    Run::of(command.args(init)).success();
    let arguments = ["build", "--out", out.to_str().unwrap()];
    for pause in [50, 150, 300, 600] {
        let mut child = attestar(&arguments).spawn().unwrap();
        thread::sleep(Duration::from_millis(pause));
        child.kill().unwrap();
        child.wait().unwrap();
        if !out.exists() {
            continue;
        }
        for (name, bytes) in files(&out) {
            // What is made beside is nobody's to see.
            let is_page = name.contains(".html") && !name.starts_with(".attestar-");
            assert!(!is_page || bytes.ends_with(b"</html>"), "{name} is not whole");
        }
    }
    Run::of(&mut attestar(&arguments)).success();
    let other = folder.path().join("other");
    let clean = ["build", "--out", other.to_str().unwrap()];
    Run::of(&mut attestar(&clean)).success();
    same(&files(&other), &files(&out));
}

#[test]
fn a_base_url_with_a_path_is_in_every_address_that_is_not_relative() {
    let register = TestRegister::minimal();
    let (_folder, out) = folder();
    build(&register, &out, &["--base-url", "https://body.example/register"]).success();
    let text = |name: &str| fs::read_to_string(out.join(name)).unwrap();
    let page = text("c/EX-2026-001.html");
    assert!(page.contains("https://body.example/register/c/EX-2026-001.html"));
    assert!(text("404.html").contains("href=\"/register/assets/site.css\""));
    assert!(text("robots.txt").contains("https://body.example/register/sitemap.xml"));
    for name in files(&out).keys() {
        let bytes = fs::read(out.join(name)).unwrap();
        let text = String::from_utf8_lossy(&bytes);
        assert!(!text.contains("https://register.example/"), "{name}");
    }
}

#[cfg(unix)]
#[test]
fn links_in_the_output_are_not_followed() {
    let register = TestRegister::minimal();
    let (folder, out) = folder();
    build(&register, &out, &[]).success();
    let target = folder.path().join("target");
    write_file(&target, b"somebody's");
    let page = out.join("c/EX-2026-001.html");
    fs::remove_file(&page).unwrap();
    std::os::unix::fs::symlink(&target, &page).unwrap();
    build(&register, &out, &[]).success();
    assert!(!page.is_symlink() && page.is_file());
    assert_eq!(fs::read(&target).unwrap(), b"somebody's");
    // Neither is the folder itself, nor one within it.
    let linked = folder.path().join("linked");
    std::os::unix::fs::symlink(&out, &linked).unwrap();
    build(&register, &linked, &[]).code(2);
    fs::rename(out.join("c"), folder.path().join("elsewhere")).unwrap();
    std::os::unix::fs::symlink(folder.path().join("elsewhere"), out.join("c")).unwrap();
    build(&register, &out, &[]).code(2);
}
