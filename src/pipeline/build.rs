//! Builds a register into a folder of pages.

use std::{path::Path, time::SystemTime};

use crate::cache::Key;
use crate::config::{BaseUrl, Config};
use crate::diag::{Report, Strictness};
use crate::ledger::Ledger;
use crate::load::{Reading, Today};
use crate::model::Register;
use crate::output::{Adopt, OutputError, Pieces, Sink, Summary, Tree};
use crate::pipeline::{
    BuildError,
    archive::Archive,
    check::{self, Content},
    outcome::{Kept, Memory, folder_name},
    publish,
    remarks::{Opened, Way},
    seal::Read,
};
use crate::site::{self, Inputs, Rendered};
use crate::theme::{Minify, Theme};
use crate::timing::{Stage, Timings};

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

/// Who looks on while a register is built.
#[derive(Clone, Copy)]
pub struct Onlooker<'o> {
    /// Told now and then how many pages were made since, from any thread.
    pub progress: &'o (dyn Fn(u64) + Sync),
    /// Told where the time goes.
    pub timings: &'o Timings,
}

/// Builds a register into a folder. What a finding forbids writes nothing.
///
/// Where `looked` says when this run began, what the last one came to is remembered in the
/// register's [cache](crate::pipeline::CACHE), and only what has changed since is made again.
pub fn build(
    root: &Path,
    out: &Path,
    (adopt, looked): (Adopt, Option<SystemTime>),
    options: &BuildOptions,
    onlooker: &Onlooker<'_>,
) -> Result<Built<Summary>, BuildError> {
    let open = |looked| Memory::open(root, &folder_name(out, options), options.today, looked);
    let memory = onlooker.timings.of(Stage::Walk, || looked.and_then(open));
    let built = build_with(root, (out, adopt), memory.as_ref(), options, onlooker);
    // It takes a while to free what was looked at.
    rayon::spawn(move || drop(memory));
    built
}

fn build_with(
    root: &Path,
    (out, adopt): (&Path, Adopt),
    memory: Option<&Memory>,
    options: &BuildOptions,
    onlooker: &Onlooker<'_>,
) -> Result<Built<Summary>, BuildError> {
    let mut left = Left { memory, opened: Opened::default(), content: None };
    let Some(memory) = memory else { return go_on(root, (out, adopt), left, options, onlooker) };
    let timings = onlooker.timings;
    if let Some(built) = timings.of(Stage::Walk, || recall(root, out, memory)) {
        return Ok(built);
    }
    let (there, opened) = Way { root, out, adopt, memory, options, onlooker }.build()?;
    if let Some((built, kept)) = there {
        timings.of(Stage::Finish, || memory.remember(root, &built, &kept));
        return Ok(built);
    }
    left.opened = opened;
    go_on(root, (out, adopt), left, options, onlooker)
}

/// What the last build came to, where nothing has changed since.
fn recall(root: &Path, out: &Path, memory: &Memory) -> Option<Built<Summary>> {
    let built = memory.recall(root)?;
    let (rendered, _) = built.made?;
    let summary = Tree::untouched(out, &memory.folder)?;
    Some(Built { made: Some((rendered, summary)), ..built })
}

/// Builds a register into a folder from what was read for an edition that was just made of it.
pub fn build_after(
    root: &Path,
    out: &Path,
    (adopt, read): (Adopt, Read),
    options: &BuildOptions,
    onlooker: &Onlooker<'_>,
) -> Result<Built<Summary>, BuildError> {
    let Read { content, archive } = read;
    let (name, today) = (folder_name(out, options), content.loaded.today);
    let memory = onlooker.timings.of(Stage::Walk, || Memory::after(root, &name, today, archive));
    let left = Left { memory: Some(&memory), opened: Opened::default(), content: Some(content) };
    go_on(root, (out, adopt), left, options, onlooker)
}

/// What earlier runs, or this one until now, have left.
struct Left<'l> {
    memory: Option<&'l Memory>,
    opened: Opened,
    content: Option<Content>,
}

fn go_on(
    root: &Path,
    (out, adopt): (&Path, Adopt),
    left: Left<'_>,
    options: &BuildOptions,
    onlooker: &Onlooker<'_>,
) -> Result<Built<Summary>, BuildError> {
    let (timings, Left { memory, opened: Opened { tree, ledger }, content }) =
        (onlooker.timings, left);
    let (cache, archive) = memory.map(|memory| (&*memory.folder, &memory.archive)).unzip();
    let is_own = out == root.join("public");
    let is_published = is_own && cache.is_some_and(|cache| Tree::untouched(out, cache).is_some());
    let reading = archive.map_or(Reading { timings: Some(timings), ..Reading::default() }, |a| {
        Reading { is_published, ..a.reading(Some(timings)) }
    });
    let open = || Tree::open_with(out, adopt, cache);
    // What lies there from an earlier run can be read beside the records: nothing is written yet.
    let early = || {
        archive.map(Archive::revealed);
        tree.or_else(|| (archive.is_some() && Tree::is_finished(out)).then(open))
    };
    let asked = (options.today, options.minify);
    let read = || check::read(root, asked, (content, ledger), (&reading, archive));
    let (read, tree) = rayon::join(read, early);
    let open = || tree.unwrap_or_else(|| timings.of(Stage::Walk, open));
    let (read, looks) = (read?, (onlooker, archive));
    let built = make(read, options, looks, || Ok(open()?), |tree| Ok(tree.finish()?))?;
    if let Some(memory) = memory {
        let kept = Kept { unsealed: built.unsealed, ahead: Vec::new() };
        timings.of(Stage::Finish, || memory.remember(root, &built, &kept));
    }
    Ok(built)
}

/// Builds a register into a sink of the caller's.
pub fn build_into<S: Sink>(
    root: &Path,
    sink: S,
    options: &BuildOptions,
) -> Result<Built<S>, BuildError> {
    let onlooker = Onlooker { progress: &|_| {}, timings: &Timings::default() };
    let asked = (options.today, options.minify);
    let read = check::read(root, asked, (None, None), (&Reading::default(), None))?;
    make(read, options, (&onlooker, None), || Ok(sink), Ok)
}

fn make<S: Sink, T>(
    (content, beside): check::Found,
    options: &BuildOptions,
    (onlooker, archive): (&Onlooker<'_>, Option<&Archive>),
    open: impl FnOnce() -> Result<S, BuildError>,
    finish: impl FnOnce(S) -> Result<T, BuildError>,
) -> Result<Built<T>, BuildError> {
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
    let what = Pages { config: &config, theme: &theme, base_url, today, onlooker, archive };
    let sink = open()?;
    let rendered = what.make((loaded.register, loaded.sources), ledger, &sink)?;
    let finished = onlooker.timings.of(Stage::Finish, || finish(sink))?;
    Ok(Built { report, records, unsealed, made: Some((rendered, finished)) })
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
    onlooker: &'p Onlooker<'p>,
    archive: Option<&'p Archive>,
}

impl Pages<'_> {
    fn make(
        &self,
        (mut register, mut sources): (Register, Vec<Key>),
        mut ledger: Option<Ledger>,
        sink: &dyn Sink,
    ) -> Result<Rendered, BuildError> {
        let Onlooker { progress, timings } = *self.onlooker;
        let timed = Timed { sink, timings };
        if let Some(ledger) = &mut ledger {
            timings.of(Stage::Reveal, || {
                publish::reveal(&mut register, ledger, (self.config.layout, sink), self.archive)
            })?;
            // Nothing is asked of them any more.
            ledger.forget_tree();
            sources = Vec::new();
        }
        let (config, theme, base_url, today) = (self.config, self.theme, self.base_url, self.today);
        let sealed = ledger.as_ref().map(Ledger::sealed);
        let inputs = Inputs {
            config,
            register: &register,
            sources: &sources,
            theme,
            base_url,
            today,
            sealed,
        };
        let rendered = site::render(&inputs, &timed, (progress, timings))?;
        if let Some(ledger) = &ledger {
            timings.of(Stage::Proofs, || publish::proofs(ledger, sink, self.archive))?;
        }
        // It takes a while to free them.
        rayon::spawn(move || drop((register, ledger)));
        Ok(rendered)
    }
}

/// A sink whose time is taken.
struct Timed<'t> {
    sink: &'t dyn Sink,
    timings: &'t Timings,
}

impl Sink for Timed<'_> {
    fn write(&self, path: &str, bytes: &[u8]) -> Result<(), OutputError> {
        self.timings.of(Stage::Write, || self.sink.write(path, bytes))
    }

    fn write_pieces(&self, path: &str, pieces: Pieces<'_>) -> Result<u64, OutputError> {
        self.sink.write_pieces(path, pieces)
    }

    fn remembers(&self) -> bool {
        self.sink.remembers()
    }

    fn keep(&self, unit: Key, made_of: Key) -> bool {
        self.timings.of(Stage::Write, || self.sink.keep(unit, made_of))
    }

    fn made(&self, unit: Key, made_of: Key, paths: Vec<String>, bytes: u64) {
        self.sink.made(unit, made_of, paths, bytes);
    }
}
