//! `attestar seal`: makes an edition.

use std::path::Path;

use clap::Args;

use super::{
    Exit, Failure,
    edition::{EditionArgs, Make},
};
use attestar::{pipeline::Request, seal::Renew};

/// Make an edition: sign what is new in the records, log it, and publish a checkpoint of the log
///
/// Shows first what differs from the last edition, and stops where that is more than can be believed
/// (`max_change_percent` in register.toml; five changes always can) until `--confirm` repeats the
/// numbers. Writes ledger/ and nothing else, the checkpoint last. A second seal adds nothing; where nothing differs and the last
/// edition is more than a day old, an edition renews the status lists. What an interrupted seal left
/// is finished, or dropped and made again.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  attestar seal --dry-run
  attestar seal --last https://register.example/ledger/checkpoint
  attestar seal --status-only AST-SC-2026-00017    a suspension, the same day
  attestar seal --confirm new=0,changed=40,suspended=0,reinstated=0,ended=0,gone=0")]
pub(super) struct Seal {
    /// Only say what the edition would change; no key is needed
    #[arg(long)]
    dry_run: bool,

    /// Seal changes of status only: of these numbers, or of all where none is named
    #[arg(long, value_name = "NUMBER", num_args = 0.., conflicts_with = "renew")]
    status_only: Option<Vec<String>>,

    /// Make an edition even where nothing differs
    #[arg(long)]
    renew: bool,

    #[command(flatten)]
    edition: EditionArgs,
}

impl Seal {
    pub(super) fn run(&self, root: &Path) -> Result<Exit, Failure> {
        let renew = if self.renew { Renew::Now } else { Renew::WhenDue };
        let request = match &self.status_only {
            Some(numbers) => Request::Status(numbers.clone()),
            None => Request::Full(renew),
        };
        let make = if self.dry_run { Make::DryRun } else { Make::Edition };
        Ok(self.edition.run(root, request, make)?.0)
    }
}
