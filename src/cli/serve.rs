//! `attestar serve`: a preview that follows every save.

use std::path::Path;

use clap::Args;
use jiff::civil::Date;

use super::{Exit, Failure, date, term, today};
use attestar::serve::{self, ServeOptions, Told};

/// Build a preview, serve it on this machine, and follow every save
///
/// Pages reload when they change, and show what `check` finds. Nothing is written but
/// `.attestar-cache`, so that a save costs what it changes.
#[derive(Debug, Args)]
#[command(after_help = "Example: attestar serve --open")]
pub(super) struct Serve {
    /// The port to listen on [default: the first free one from 8400]
    #[arg(long, value_name = "N")]
    port: Option<u16>,

    /// Open the browser
    #[arg(long)]
    open: bool,

    /// The day as of which statuses are stated [default: today in the register's time zone]
    #[arg(long, value_name = "DATE", value_parser = date)]
    as_of: Option<Date>,
}

impl Serve {
    pub(super) fn run(&self, root: &Path) -> Result<Exit, Failure> {
        let tell = |told: Told<'_>| match told {
            Told::Listening(url) => {
                term::say(format_args!("serving {url} (Ctrl-C stops)"));
                if self.open {
                    open(url);
                }
            }
            Told::Built(shown) => {
                term::findings(&shown.report);
                let state = if shown.current { "built" } else { "not built" };
                let tally = term::tally(&shown.report);
                term::say(format_args!("{state}: {} records, {tally}", shown.records));
            }
            Told::Failed(error) => term::failure(error),
        };
        let today = || today(self.as_of);
        let (root, port) = (root.to_owned(), self.port);
        let now = &std::time::SystemTime::now;
        serve::serve(&ServeOptions { root, port, today: &today, now, tell: &tell })?;
        Ok(Exit::Done)
    }
}

/// Opens the browser with what the system has for that; a person can open the address by hand.
fn open(url: &str) {
    let (program, first) = match std::env::consts::OS {
        "macos" => ("open", None),
        "windows" => ("cmd", Some(["/C", "start"])),
        _ => ("xdg-open", None),
    };
    let mut command = std::process::Command::new(program);
    if command.args(first.into_iter().flatten()).arg(url).spawn().is_err() {
        term::say(format_args!("no browser could be opened: open {url} yourself"));
    }
}
