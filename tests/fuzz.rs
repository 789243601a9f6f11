//! The fuzz targets' seeds, through what the fuzz targets do with them (fuzz/README.md).

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::print_stdout,
    unreachable_pub,
    reason = "a test may panic, and the targets are a crate of their own"
)]

#[path = "../fuzz/src/lib.rs"]
mod targets;

use std::{fs, path::Path};

use attestar::verify::Outcome;

use targets::{credential, evidence, known, mutate, note, qr, tile};

fn seeds(target: &str) -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds").join(target);
    let files = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    files.map(|file| (file.display().to_string(), fs::read(&file).unwrap())).collect()
}

/// Runs every seed of a target, and as many changed ones; says which one it was where that fails.
fn run(target: &str, changed: u32, with: impl Fn(&[u8])) {
    let seeds = seeds(target);
    assert!(!seeds.is_empty());
    for (name, bytes) in seeds {
        println!("{name}");
        with(&bytes);
        for number in 0..changed {
            println!("{name}, changed {number}");
            if let Some(bytes) = mutate::json(&bytes, 1 << 16, number) {
                with(&bytes);
            }
        }
    }
}

#[test]
fn seeds_of_notes() {
    run("note", 0, note::run);
}

#[test]
fn seeds_of_tiles() {
    run("tile", 0, tile::run);
}

#[test]
fn seeds_of_credentials() {
    run("credential", 100, credential::run);
}

#[test]
fn seeds_of_evidence() {
    run("evidence", 15, evidence::run);
}

#[test]
fn seeds_of_qr_codes() {
    run("qr", 0, qr::run);
}

/// Where this fails the targets look at refusals alone.
#[test]
fn what_the_targets_know_is_accepted() {
    let policy = attestar::tlog::Policy::parse(known::policy().as_bytes()).unwrap();
    assert!(policy.check(&known::checkpoint(257, 2)).is_ok());
    let good = |bytes: &[u8]| evidence::outcomes(bytes, None).iter().all(Outcome::is_good);
    let whole: Vec<bool> = evidence::SEEDS.iter().map(|seed| good(seed)).collect();
    assert_eq!(whole, [true, true, false, false, true, false]);
    let sealed = evidence::SEEDS.iter().map(|seed| {
        let evidence = attestar::credential::Evidence::parse(seed).unwrap();
        targets::reseal::reseal(&evidence).unwrap().text().unwrap()
    });
    let sealed: Vec<bool> = sealed.map(|text| good(text.as_bytes())).collect();
    assert_eq!(sealed, whole);
}

#[test]
#[ignore = "writes the seeds that are made of the known log"]
#[expect(clippy::disallowed_methods, reason = "what a seed is does not change")]
fn write_the_seeds() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds");
    for (name, bytes) in targets::seeds::all() {
        let file = folder.join(name);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, bytes).unwrap();
    }
}
