//! From a folder of records to a folder of pages: load, then site, then output.

use std::path::Path;

use crate::config::BaseUrl;
use crate::diag::Report;
use crate::load::{self, LoadError, Loaded, Today};
use crate::output::{Adopt, OutputError, Sink, Summary, Tree};
use crate::site::{self, Inputs, Rendered, SiteError};
use crate::theme::{Minify, Theme, ThemeError};

/// How a register is built.
#[derive(Clone, Debug)]
pub struct BuildOptions {
    /// The day that counts as today.
    pub today: Today,
    /// Where the site is published, instead of where register.toml says.
    pub base_url: Option<BaseUrl>,
    /// Whether templates are minified.
    pub minify: Minify,
}

/// What became of a build.
#[derive(Debug)]
pub struct Built<T> {
    /// Everything that was found.
    pub report: Report,
    /// How many records were read.
    pub records: usize,
    /// What was made; nothing where a finding forbids it.
    pub made: Option<(Rendered, T)>,
}

/// Why a build could not be done.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// The register cannot be read.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// The theme cannot be read.
    #[error(transparent)]
    Theme(#[from] ThemeError),
    /// A page cannot be made.
    #[error(transparent)]
    Site(#[from] SiteError),
    /// The output folder cannot be written.
    #[error(transparent)]
    Output(#[from] OutputError),
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
    let Loaded { config, today, register, mut report, records } = load::load(root, options.today)?;
    let refused = |report: Report| Built { report, records, made: None };
    let Some(config) = config else { return Ok(refused(report)) };
    let (theme, found) = Theme::load(root, &config.theme, options.minify)?;
    report.append(found);
    report.sort();
    let sound = report.passes(crate::diag::Strictness::Errors);
    let Some(theme) = theme.filter(|_| sound) else { return Ok(refused(report)) };
    let base_url = options.base_url.as_ref().unwrap_or(&config.base_url);
    let (config, register, theme) = (&config, &register, &theme);
    let sink = open()?;
    let rendered =
        site::render(&Inputs { config, register, theme, base_url, today }, &sink, progress)?;
    Ok(Built { report, records, made: Some((rendered, finish(sink)?)) })
}
