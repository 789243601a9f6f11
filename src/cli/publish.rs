//! `attestar publish`: the monthly act.

use std::path::Path;

use clap::Args;

use super::{
    Exit, Failure,
    build::Build,
    edition::{EditionArgs, Make},
};
use attestar::{pipeline::Request, seal::Renew};

/// Check, seal and build, in this order; each only where the one before has succeeded
///
/// What was sealed stays sealed where the build fails: `attestar build` then goes on.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  attestar publish --last https://register.example/ledger/checkpoint
  attestar publish --status-only AST-SC-2026-00017    a suspension, the same day")]
pub(super) struct Publish {
    /// Only say what the edition would change; no key is needed
    #[arg(long)]
    dry_run: bool,

    /// Where the site goes [default: public/ in the register's folder]
    #[arg(long, value_name = "DIR")]
    out: Option<std::path::PathBuf>,

    /// Replace files in the output folder that no build wrote
    #[arg(long)]
    adopt: bool,

    /// Make an edition even where nothing differs
    #[arg(long)]
    renew: bool,

    /// Seal changes of status only: of these numbers, or of all where none is named
    #[arg(long, value_name = "NUMBER", num_args = 0.., conflicts_with = "renew")]
    status_only: Option<Vec<String>>,

    #[command(flatten)]
    edition: EditionArgs,
}

impl Publish {
    pub(super) fn run(&self, root: &Path) -> Result<Exit, Failure> {
        let renew = if self.renew { Renew::Now } else { Renew::WhenDue };
        let request = match &self.status_only {
            Some(numbers) => Request::Status(numbers.clone()),
            None => Request::Full(renew),
        };
        let make = if self.dry_run { Make::DryRun } else { Make::Edition };
        let (exit, run) = self.edition.run(root, request, make)?;
        if exit != Exit::Done || self.dry_run {
            return Ok(exit);
        }
        let build = Build::published(self.out.clone(), self.edition.time().0, self.adopt);
        build.after(root, run.read)
    }
}
