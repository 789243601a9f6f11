//! `attestar erase`: takes personal data out of the ledger.

use std::path::Path;

use clap::Args;

use super::{
    Exit, Failure,
    edition::{EditionArgs, Make},
    term,
};
use attestar::pipeline::{Request, SealEnd};

/// Erase a certificate: its sealed entries, its record and its page
///
/// The log keeps only digests, so it stays whole: a leaf says that the number was erased, and every
/// verifier says so too. This cannot be undone, and needs `--confirm`. What git keeps of the record
/// and of ledger/credentials/ must be removed from its history too, as docs/operations.md says. A
/// certificate without what was erased is issued under a new number.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  attestar erase AST-SC-2026-00017                  shows what would be erased
  attestar erase AST-SC-2026-00017 --confirm new=0,changed=0,suspended=0,reinstated=0,ended=0,gone=1")]
pub(super) struct Erase {
    /// The certificates' numbers
    #[arg(value_name = "NUMBER", required = true)]
    numbers: Vec<String>,

    #[command(flatten)]
    edition: EditionArgs,
}

impl Erase {
    pub(super) fn run(&self, root: &Path) -> Result<Exit, Failure> {
        let request = Request::Erase(self.numbers.clone());
        let (exit, run) = self.edition.run(root, request, Make::Edition)?;
        if matches!(run.end, SealEnd::Made(_)) {
            term::say(
                "erased from ledger/ and content/; their history in git is not (docs/operations.md)",
            );
        }
        Ok(exit)
    }
}
