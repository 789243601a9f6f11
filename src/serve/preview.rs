//! The site as it was last built, and what was found then.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{Arc, PoisonError, RwLock},
    time::SystemTime,
};

use serde::Serialize;
use tokio::sync::watch;

use crate::config::BaseUrl;
use crate::diag::{Diagnostic, Report};
use crate::load::Today;
use crate::output::{Adopt, Memory, Tree};
use crate::pipeline::{self, BuildError, BuildOptions, CACHE, Onlooker, State};
use crate::theme::Minify;
use crate::timing::Timings;

/// The outcome of a build, as the pages show it.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Shown {
    /// Counts the builds.
    pub generation: u64,
    /// Whether the pages are of this build; else a finding forbade it, and they are older.
    pub current: bool,
    /// What was found.
    pub findings: Vec<Found>,
    /// How many records were read.
    pub records: usize,
    /// The report itself, for who prints it.
    #[serde(skip)]
    pub report: Report,
}

/// A finding, as a page shows it.
#[derive(Clone, Debug, Serialize)]
pub struct Found {
    file: String,
    line: usize,
    column: usize,
    severity: &'static str,
    code: &'static str,
    message: String,
    help: Option<String>,
    source: String,
}

impl Found {
    fn new(finding: &Diagnostic) -> Self {
        let label = finding.primary();
        let position = label.source.position(label.span.start);
        let line = label.source.text().lines().nth(position.line - 1).unwrap_or_default();
        Self {
            file: label.source.path().to_owned(),
            line: position.line,
            column: position.column,
            severity: finding.severity().into(),
            code: finding.code.name(),
            message: finding.message.clone(),
            help: finding.help.clone(),
            source: line.to_owned(),
        }
    }
}

/// How many findings a page shows at most.
const MOST: usize = 50;

/// Where the pages are.
#[derive(Clone, Debug)]
pub(super) enum Pages {
    /// In a folder of the register's cache, where a build makes only what has changed.
    Folder(PathBuf),
    /// In memory, where the register's folder cannot be written to.
    Memory(Arc<Memory>),
}

impl Pages {
    /// The file of a path.
    pub(super) fn get(&self, path: &str) -> Option<Arc<[u8]>> {
        match self {
            Self::Folder(folder) => Tree::file(folder, path).map(Arc::from),
            Self::Memory(memory) => memory.get(path),
        }
    }
}

/// What the server answers from.
#[derive(Debug, Default)]
pub(super) struct Preview {
    site: RwLock<Option<Pages>>,
    shown: watch::Sender<Shown>,
}

impl Preview {
    /// Builds the register. Where a finding forbids it, the pages stay as they were. `name` tells
    /// this preview from others of the register; `looked` is when the build begins.
    pub(super) fn build(
        &self,
        (root, name): (&Path, &str),
        (today, looked): (Today, SystemTime),
        base_url: Option<BaseUrl>,
    ) -> Result<Shown, BuildError> {
        let options = BuildOptions { today, base_url, minify: Minify::Yes, state: State::Working };
        let folder = root.join(CACHE).join(name);
        let (report, records, pages) = if fs::create_dir_all(&folder).is_ok() {
            let (timings, how) = (Timings::default(), (Adopt::Yes, Some(looked)));
            let onlooker = Onlooker { progress: &|_| {}, timings: &timings };
            let built = pipeline::build(root, &folder, how, &options, &onlooker)?;
            (built.report, built.records, built.made.map(|_| Pages::Folder(folder)))
        } else {
            let built = pipeline::build_into(root, Memory::default(), &options)?;
            let pages = built.made.map(|(_, memory)| Pages::Memory(Arc::new(memory)));
            (built.report, built.records, pages)
        };
        let current = pages.is_some();
        if let Some(pages) = pages {
            *self.site.write().unwrap_or_else(PoisonError::into_inner) = Some(pages);
        }
        let findings = report.findings().iter().take(MOST).map(Found::new).collect();
        let generation = self.shown.borrow().generation + 1;
        let shown = Shown { generation, current, findings, records, report };
        self.shown.send_replace(shown.clone());
        Ok(shown)
    }

    /// Whether nothing was ever built or found.
    pub(super) fn is_empty(&self) -> bool {
        self.shown.borrow().generation == 0
    }

    /// The pages of the last build that could be done.
    pub(super) fn site(&self) -> Option<Pages> {
        self.site.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The outcome of the last build, and of each that comes.
    pub(super) fn outcomes(&self) -> watch::Receiver<Shown> {
        self.shown.subscribe()
    }
}
