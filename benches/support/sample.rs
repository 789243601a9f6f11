//! A made-up register on disk, gone when the bench is done with it.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

pub(crate) const ATTESTAR: &str = env!("CARGO_BIN_EXE_attestar");

pub(crate) struct Sample {
    pub(crate) root: PathBuf,
}

impl Sample {
    /// One of so many records; `--sealed` signs them with demo keys.
    pub(crate) fn make(count: u32, folder: &Path, arguments: &[&str]) -> Self {
        let root = folder.join(format!("attestar-bench-{}-{count}", std::process::id()));
        let mut init = Command::new(ATTESTAR);
        init.args(["init", "--sample", &count.to_string()]).args(arguments).arg(&root);
        run(&mut init);
        Self { root }
    }
}

/// Runs a command that must not fail.
pub(crate) fn run(command: &mut Command) {
    let output = command.output().expect("the program runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

impl Drop for Sample {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.root).expect("what was written can be removed");
    }
}
