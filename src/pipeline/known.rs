//! Checkpoints that this computer knows of, without being told.

use std::{fs, path::Path, process::Command};

use crate::ledger::Ledger;
use crate::pipeline::Known;

/// Where a build puts the checkpoint, below the register's folder.
const BUILT: &str = "public/ledger/checkpoint";

/// The newest checkpoints of a log that are known here: that of the last build, and those that git
/// holds of other people's work. Whoever signs a checkpoint that does not follow them starts a second
/// history.
pub(super) fn here(root: &Path, origin: &str, ledger: Option<&Ledger>) -> Vec<Known> {
    let mut known = Vec::new();
    if let Ok(text) = fs::read_to_string(root.join(BUILT)) {
        let hint = "if ledger/ is the right one, `attestar build` first";
        known.push(Known { name: format!("`{BUILT}` ({hint})"), text });
    }
    // Where the ledger is gone, what was committed last counts too.
    let committed = ledger.is_none().then_some("HEAD");
    for revision in ["@{upstream}", "MERGE_HEAD"].into_iter().chain(committed) {
        if let Some(text) = committed_checkpoint(root, revision) {
            known.push(Known { name: format!("git's `{revision}:ledger/checkpoint`"), text });
        }
    }
    known.retain(|known| known.text.lines().next() == Some(origin));
    known
}

/// The checkpoint in a commit; nothing where there is none, or no git.
fn committed_checkpoint(root: &Path, revision: &str) -> Option<String> {
    let mut git = Command::new("git");
    git.arg("-C")
        .arg(root)
        .args(["cat-file", "blob"])
        .arg(format!("{revision}:./ledger/checkpoint"));
    let output = git.output().ok().filter(|output| output.status.success())?;
    String::from_utf8(output.stdout).ok()
}
