//! From a folder of records to a folder of pages: load, then site, then output.

use std::path::Path;

use crate::config::BaseUrl;
use crate::diag::{Report, Strictness};
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

/// Reads a register and its theme and finds what is wrong with them. Writes nothing.
pub fn check(root: &Path, today: Today) -> Result<Loaded, BuildError> {
    Ok(prepare(root, today, Minify::Yes)?.loaded)
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
    let Prepared { loaded, theme } = prepare(root, options.today, options.minify)?;
    let Loaded { config, today, register, report, records } = loaded;
    let (Some(config), Some(theme)) = (config, theme) else {
        return Ok(Built { report, records, made: None });
    };
    let base_url = options.base_url.as_ref().unwrap_or(&config.base_url);
    let (config, register, theme) = (&config, &register, &theme);
    let sink = open()?;
    let inputs = Inputs { config, register, theme, base_url, today, sealed: None };
    let rendered = site::render(&inputs, &sink, progress)?;
    Ok(Built { report, records, made: Some((rendered, finish(sink)?)) })
}

/// A register and its theme, with all that is wrong with either.
struct Prepared {
    loaded: Loaded,
    /// Nothing where a finding forbids publishing.
    theme: Option<Theme>,
}

fn prepare(root: &Path, today: Today, minify: Minify) -> Result<Prepared, BuildError> {
    let mut loaded = load::load(root, today)?;
    let Some(config) = &loaded.config else { return Ok(Prepared { loaded, theme: None }) };
    let (theme, found) = Theme::load(root, &config.theme, minify)?;
    loaded.report.append(found);
    if let Some(theme) = &theme {
        loaded.report.append(theme.unspoken(config.language_codes()));
    }
    loaded.report.sort();
    let sound = loaded.report.passes(Strictness::Errors);
    Ok(Prepared { loaded, theme: theme.filter(|_| sound) })
}
