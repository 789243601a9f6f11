//! `attestar audit`: does the whole register hold?

use std::path::{Path, PathBuf};

use clap::Args;
use jiff::Timestamp;
use serde::Serialize;

use super::{
    Exit, Failure, now,
    place::{self, Whom},
    rebuild, term,
    verify::Lang,
};
use attestar::{
    audit::{self, Audit, Discrepancy, Extent, Options},
    tlog::Note,
    verify::{self, Folder, Reach, Shape, Words},
};

/// Rebuild the log of a register from its entries, and compare everything with it
///
/// Every tile, checkpoint, credential, signature, status list, page and data file; nothing is
/// trusted but the log key. Reports each discrepancy by number and goes on. Exits with 0 when all of
/// it holds, 1 when something does not, 2 when it could not be audited.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  attestar audit https://register.example --since checkpoint.txt
  attestar audit public --rebuild")]
pub(super) struct AuditCommand {
    /// A built site, an address, or a register's folder for its ledger [default: the site of the
    /// register here, `public/`]
    #[arg(value_name = "DIR|URL")]
    what: Option<String>,

    /// A checkpoint of an earlier day: the log must continue it
    #[arg(long, value_name = "FILE")]
    since: Option<PathBuf>,

    /// Look at the ledger only: no pages, entry files and data files
    #[arg(long)]
    ledger_only: bool,

    /// Build the register's folder (-C) anew, in memory, and compare every file of the site with it
    ///
    /// Audit compares what pages and data files mark as facts. This compares everything: titles,
    /// lists, badges, feeds, scripts. The folder is trusted for words; `--at` names the moment of
    /// the site's own build, where a certificate has expired since.
    #[arg(long, conflicts_with = "ledger_only")]
    rebuild: bool,

    /// Print what was found as one JSON object
    #[arg(long)]
    json: bool,

    #[command(flatten)]
    whom: Whom,

    /// The moment that counts as now, to repeat an old audit [default: the clock]
    #[arg(long, value_name = "TIME", value_parser = super::time)]
    at: Option<Timestamp>,
}

impl AuditCommand {
    pub(super) fn run(&self, root: Option<&Path>) -> Result<Exit, Failure> {
        let source = match &self.what {
            Some(what) => place::open(what)?,
            None if self.ledger_only => Box::new(Folder::open(&super::root(root)?)?),
            None => Box::new(Folder::of_register(&super::root(root)?)?),
        };
        let since = self.since.as_deref().map(checkpoint).transpose()?;
        let bar = term::progress("auditing");
        let options = Options {
            trust: self.whom.trust()?,
            since,
            extent: if self.ledger_only { Extent::Ledger } else { Extent::All },
            clock: self.at.unwrap_or_else(now),
            progress: &|entries| bar.inc(entries),
        };
        let mut memory = self.whom.memory();
        let mut run = || -> Result<Audit, Failure> {
            let mut audit = audit::audit(&*source, &options, &mut memory)?;
            if self.rebuild {
                let found = rebuild::compare(&super::root(root)?, &*source, options.clock)?;
                audit.discrepancies.extend(found);
                audit.discrepancies.sort();
                audit.discrepancies.dedup();
            }
            Ok(audit)
        };
        if self.rebuild && source.shape() != Shape::Site {
            return Err("name the built site: `attestar audit public --rebuild`".into());
        }
        let audit = match source.reach() {
            Reach::Here => run(),
            // Waiting for a network takes no processor.
            Reach::Remote => rayon::ThreadPoolBuilder::new().num_threads(16).build()?.install(run),
        };
        bar.finish_and_clear();
        let audit = audit?;
        let unseen = if self.ledger_only || source.shape() == Shape::Register {
            "; pages were not looked at"
        } else {
            ""
        };
        self.print(&audit, &source.place(), unseen);
        Ok(if audit.discrepancies.is_empty() { Exit::Done } else { Exit::Findings })
    }

    fn print(&self, audit: &Audit, place: &str, unseen: &str) {
        if self.json {
            term::data(&Report::new(audit));
            return;
        }
        for discrepancy in &audit.discrepancies {
            term::line_safely(&discrepancy.to_string());
        }
        let lang = Lang::or_system(None);
        for note in &audit.notes {
            term::say_safely(lang.of(&note.words()));
        }
        let head = audit.checkpoint.as_ref().map_or(0, |checkpoint| checkpoint.tree().size);
        let verdict = match audit.discrepancies.len() {
            0 => "everything holds".to_owned(),
            1 => "1 discrepancy".to_owned(),
            n => format!("{n} discrepancies"),
        };
        term::say_safely(&format!(
            "{place}: {verdict}; log entries: {head}, editions: {}, certificates: {}, sealed \
             versions: {}{unseen}",
            audit.editions, audit.certificates, audit.entries
        ));
    }
}

/// A checkpoint in a file.
fn checkpoint(path: &Path) -> Result<Note, Failure> {
    let bytes = verify::read(path, 64 * 1024)?
        .ok_or_else(|| format!("there is no file {}", path.display()))?;
    Ok(Note::parse(&bytes).map_err(|error| format!("{}: {error}", path.display()))?)
}

/// What was found, for programs.
#[derive(Serialize)]
struct Report<'a> {
    v: u32,
    holds: bool,
    checkpoint: Option<String>,
    size: u64,
    editions: usize,
    edition: Option<&'a str>,
    certificates: usize,
    entries: usize,
    witnesses: &'a [String],
    discrepancies: Vec<Line<'a>>,
    notes: Vec<NoteLine>,
}

#[derive(Serialize)]
struct Line<'a> {
    number: Option<&'a str>,
    place: &'a str,
    code: &'static str,
    message: String,
}

#[derive(Serialize)]
struct NoteLine {
    code: &'static str,
    sentence: Words,
}

impl<'a> Report<'a> {
    fn new(audit: &'a Audit) -> Self {
        let line = |discrepancy: &'a Discrepancy| Line {
            number: discrepancy.number.as_deref(),
            place: &discrepancy.place,
            code: discrepancy.code(),
            message: discrepancy.fault.to_string(),
        };
        let checkpoint = audit.checkpoint.as_ref();
        Self {
            v: 1,
            holds: audit.discrepancies.is_empty(),
            checkpoint: checkpoint.map(ToString::to_string),
            size: checkpoint.map_or(0, |checkpoint| checkpoint.tree().size),
            editions: audit.editions,
            edition: audit.edition.as_deref(),
            certificates: audit.certificates,
            entries: audit.entries,
            witnesses: &audit.witnesses,
            discrepancies: audit.discrepancies.iter().map(line).collect(),
            notes: audit
                .notes
                .iter()
                .map(|note| NoteLine { code: note.code(), sentence: note.words() })
                .collect(),
        }
    }
}
