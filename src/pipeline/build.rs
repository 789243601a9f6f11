//! Builds a register into a folder of pages.

use std::path::Path;

use crate::config::{BaseUrl, Config};
use crate::diag::{Report, Strictness};
use crate::ledger::Ledger;
use crate::load::Today;
use crate::model::Register;
use crate::output::{Adopt, Sink, Summary, Tree};
use crate::pipeline::{
    BuildError,
    check::{self, Content},
    publish,
};
use crate::site::{self, Inputs, Rendered};
use crate::theme::{Minify, Theme};

/// How a register is built.
#[derive(Clone, Debug)]
pub struct BuildOptions {
    /// The day that counts as today.
    pub today: Today,
    /// Where the site is published, instead of where register.toml says.
    pub base_url: Option<BaseUrl>,
    /// Whether templates are minified.
    pub minify: Minify,
    /// What is shown of a register that was sealed.
    pub state: State,
}

/// What is shown of a register that was sealed. One that never was shows its records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// What is sealed, and nothing else.
    Sealed,
    /// The records as they are now, marked as not signed: for a preview.
    Working,
}

/// What became of a build.
#[derive(Debug)]
pub struct Built<T> {
    /// Everything that was found.
    pub report: Report,
    /// How many records were read.
    pub records: usize,
    /// How many records differ from what is sealed; nothing where nothing ever was.
    pub unsealed: Option<usize>,
    /// What was made; nothing where a finding forbids it.
    pub made: Option<(Rendered, T)>,
}

/// Builds a register into a folder. What a finding forbids writes nothing.
pub fn build(
    root: &Path,
    out: &Path,
    adopt: Adopt,
    options: &BuildOptions,
    progress: &(dyn Fn(u64) + Sync),
) -> Result<Built<Summary>, BuildError> {
    build_with(root, options, progress, || Ok(Tree::open(out, adopt)?), |tree| Ok(tree.finish()?))
}

/// Builds a register into a sink of the caller's.
pub fn build_into<S: Sink>(
    root: &Path,
    sink: S,
    options: &BuildOptions,
) -> Result<Built<S>, BuildError> {
    build_with(root, options, &|_| {}, || Ok(sink), Ok)
}

fn build_with<S: Sink, T>(
    root: &Path,
    options: &BuildOptions,
    progress: &(dyn Fn(u64) + Sync),
    open: impl FnOnce() -> Result<S, BuildError>,
    finish: impl FnOnce(S) -> Result<T, BuildError>,
) -> Result<Built<T>, BuildError> {
    let mut content = check::content(root, options.today, options.minify)?;
    let beside = check::beside_ledger(root, &mut content)?;
    let Content { loaded, theme } = content;
    let (report, records, today) = (loaded.report, loaded.records, loaded.today);
    let ledger = beside.and_then(|beside| Some((beside.ledger?, beside.compared.count())));
    let (ledger, unsealed) = ledger.unzip();
    let sound = report.passes(Strictness::Errors);
    let (Some(config), Some(theme), true) = (loaded.config, theme, sound) else {
        return Ok(Built { report, records, unsealed, made: None });
    };
    let ledger = ledger.filter(|_| options.state == State::Sealed);
    if let Some(ledger) = &ledger {
        refuse(ledger, &config, options.base_url.as_ref())?;
    }
    let base_url = options.base_url.as_ref().unwrap_or(&config.base_url);
    let what = Pages { config: &config, theme: &theme, base_url, today };
    let sink = open()?;
    let rendered = what.make(loaded.register, ledger, &sink, progress)?;
    Ok(Built { report, records, unsealed, made: Some((rendered, finish(sink)?)) })
}

/// A sealed state that cannot be shown, or not here.
fn refuse(ledger: &Ledger, config: &Config, base_url: Option<&BaseUrl>) -> Result<(), BuildError> {
    ledger.finished()?;
    match base_url.filter(|other| **other != config.base_url) {
        None => Ok(()),
        Some(_) => Err(BuildError::Elsewhere { sealed: config.base_url.as_str().to_owned() }),
    }
}

/// What pages are made with.
struct Pages<'p> {
    config: &'p Config,
    theme: &'p Theme,
    base_url: &'p BaseUrl,
    today: jiff::civil::Date,
}

impl Pages<'_> {
    fn make(
        &self,
        mut register: Register,
        mut ledger: Option<Ledger>,
        sink: &dyn Sink,
        progress: &(dyn Fn(u64) + Sync),
    ) -> Result<Rendered, BuildError> {
        if let Some(ledger) = &mut ledger {
            publish::reveal(&mut register, ledger, (self.config.layout, sink))?;
        }
        let (config, theme, base_url, today) = (self.config, self.theme, self.base_url, self.today);
        let sealed = ledger.as_ref().map(Ledger::sealed);
        let inputs = Inputs { config, register: &register, theme, base_url, today, sealed };
        let rendered = site::render(&inputs, sink, progress)?;
        if let Some(ledger) = &ledger {
            publish::proofs(ledger, sink)?;
        }
        Ok(rendered)
    }
}
