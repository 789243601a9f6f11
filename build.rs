//! Rebuilds the crate when a file is added to what it embeds (`include_dir!` tracks edits only), and
//! tells it which sources it is made from, so that no build trusts what another program remembered.

use std::{
    collections::hash_map::DefaultHasher,
    fs,
    hash::Hasher,
    path::{Path, PathBuf},
};

const SOURCES: [&str; 4] = ["src", "themes/default", "Cargo.toml", "Cargo.lock"];

fn main() {
    let mut files = Vec::new();
    for source in SOURCES {
        println!("cargo::rerun-if-changed={source}");
        list(Path::new(source), &mut files);
    }
    files.sort();
    let mut hasher = DefaultHasher::new();
    for file in files {
        hasher.write(file.to_string_lossy().as_bytes());
        hasher.write(&fs::read(&file).unwrap_or_default());
    }
    println!("cargo::rustc-env=ATTESTAR_SOURCES={:016x}", hasher.finish());
}

fn list(path: &Path, files: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(path) else { return files.push(path.to_owned()) };
    for entry in entries.flatten() {
        list(&entry.path(), files);
    }
}
