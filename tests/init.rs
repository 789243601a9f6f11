//! What `attestar init` writes, seen from outside.

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
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
    process::Command,
};

use serde_json::Value;
use support::{Finding, Run, write_file};
use walkdir::WalkDir;

fn attestar(root: &Path, arguments: &[&str]) -> Run {
    let mut command = Command::new(env!("CARGO_BIN_EXE_attestar"));
    Run::of(command.env_remove("RUST_BACKTRACE").current_dir(root).args(arguments))
}

fn files(root: &Path) -> BTreeMap<String, String> {
    let entries = WalkDir::new(root).into_iter().map(|entry| entry.unwrap());
    let files = entries.filter(|entry| entry.file_type().is_file());
    let name = |path: &Path| path.strip_prefix(root).unwrap().display().to_string();
    files.map(|e| (name(e.path()), fs::read_to_string(e.path()).unwrap_or_default())).collect()
}

#[test]
fn a_new_register_has_nothing_wrong_with_it_and_builds() {
    let folder = tempfile::tempdir().unwrap();
    attestar(folder.path(), &["init", "new/register"]).success();
    let root = folder.path().join("new/register");
    let findings: Vec<Finding> = attestar(&root, &["check", "--json"]).success().json();
    assert_eq!(findings, []);
    attestar(&root, &["build"]).success();
    assert!(root.join("public/index.html").exists());
}

#[test]
fn a_folder_with_something_in_it_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    write_file(&folder.path().join("records.xlsx"), b"years of work");
    for arguments in [&["init", "."][..], &["init", ".", "--sample", "5"]] {
        let run = attestar(folder.path(), arguments).code(2);
        assert!(run.stderr.contains("is not empty"), "{}", run.stderr);
    }
    assert_eq!(files(folder.path()).len(), 1);
    let run = attestar(folder.path(), &["init", "records.xlsx"]).code(2);
    assert!(run.stderr.contains("records.xlsx"), "{}", run.stderr);
    for wrong in ["0", "1000001", "-1", "many"] {
        let run = attestar(folder.path(), &["init", "x", "--sample", wrong]).code(2);
        assert!(!folder.path().join("x").exists(), "{}", run.stderr);
    }
}

#[test]
fn a_seed_always_writes_the_same_records_and_another_one_others() {
    let folder = tempfile::tempdir().unwrap();
    let mut written = ["7", "7", "8"].into_iter().enumerate().map(|(at, seed)| {
        let dir = format!("{at}");
        attestar(folder.path(), &["init", &dir, "--sample", "60", "--seed", seed]).success();
        files(&folder.path().join(dir))
    });
    let (a, b, c) = (written.next().unwrap(), written.next().unwrap(), written.next().unwrap());
    assert!(a == b, "one seed, two registers");
    assert!(a != c, "two seeds, one register");
}

#[test]
fn a_sample_has_everything_that_a_register_can_have_and_no_errors() {
    let folder = tempfile::tempdir().unwrap();
    attestar(folder.path(), &["init", ".", "--sample", "600"]).success();
    let findings = attestar(folder.path(), &["check", "--json"]).success().json();
    let errors: Vec<_> = findings.iter().filter(|found| found.severity == "error").collect();
    assert!(errors.is_empty(), "{errors:?}");
    attestar(folder.path(), &["build", "--out", "site"]).success();
    let text = fs::read_to_string(folder.path().join("site/data/certificates.jsonl")).unwrap();
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 600);
    let all = |key: &str| -> BTreeSet<&str> {
        lines.iter().filter_map(|line| line[key].as_str()).collect()
    };
    assert_eq!(all("number").len(), 600);
    let statuses = ["cancelled", "expired", "not-yet-valid", "suspended", "valid", "withdrawn"];
    assert_eq!(all("status").into_iter().collect::<Vec<_>>(), statuses);
    assert!(
        all("level").is_superset(&BTreeSet::from(["pass", "star-3", "star-4", "star-5"])),
        "{:?}",
        all("level")
    );
    assert!(all("scheme").len() >= 5, "{:?}", all("scheme"));
    let regions: BTreeSet<_> = lines.iter().filter_map(|l| l["region"]["code"].as_str()).collect();
    assert!(regions.len() > 20, "{regions:?}");
    let some = |holds: &dyn Fn(&Value) -> bool| lines.iter().filter(|line| holds(line)).count();
    assert!(some(&|line| line["sites"].as_array().is_some_and(|sites| sites.len() > 2)) > 20);
    assert!(
        some(&|line| line["holder"]["zh"].is_string() && line["holder"]["en"].is_string()) > 50
    );
    // A name belongs to one company: names that are alike are the same holder's.
    let mut owners: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for line in &lines {
        let (name, id) = (line["holder"]["zh"].as_str(), line["identifier"].as_str());
        if let (Some(name), Some(id)) = (name, id) {
            owners.entry(name).or_default().insert(id);
        }
    }
    let shared: Vec<_> = owners.iter().filter(|(_, ids)| ids.len() > 1).collect();
    assert!(shared.is_empty(), "{shared:?}");
}
