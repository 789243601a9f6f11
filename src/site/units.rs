//! Files that are made together, and only when what they are made of has changed.

use std::{
    collections::BTreeSet,
    sync::{Mutex, PoisonError},
};

use crate::cache::{self, Key};
use crate::output::{OutputError, Pieces, Sink};
use crate::site::{
    Inputs, Site, SiteError, index::Entry, made_of::Basis, menus::MenuCache, render::Worker,
    tongue::Tongue, voice::Voice,
};
use crate::timing::Timings;

/// What is prepared once for all pages.
pub(super) struct Parts<'p> {
    pub(super) voices: Vec<Voice<'p>>,
    pub(super) menus: MenuCache,
    /// Where units are kept between runs.
    basis: Option<Basis>,
}

impl<'p> Parts<'p> {
    pub(super) fn new(
        inputs: &Inputs<'p>,
        site: &'p Site<'p>,
        sink: &dyn Sink,
    ) -> Result<Self, SiteError> {
        let voice = |tongue: &'p Tongue<'p>| Voice::new(inputs, tongue);
        let voices = site.tongues.iter().map(voice).collect::<Result<_, _>>()?;
        let basis = sink.remembers().then(|| Basis::new(inputs, site));
        Ok(Self { voices, menus: MenuCache::default(), basis })
    }
}

/// The unit of a certificate's files, by its path.
pub fn certificate_unit(path: &str) -> Key {
    cache::key(certificate_name(path).as_bytes())
}

fn certificate_name(path: &str) -> String {
    format!("certificate {path}")
}

/// Makes the pages of some certificates, by their paths, and hands them to the sink. The register may
/// be a part of one: of these certificates, of all others of their holders, and of all that they
/// speak of.
pub fn render_certificates(
    inputs: &Inputs<'_>,
    sink: &dyn Sink,
    paths: &BTreeSet<String>,
) -> Result<(), SiteError> {
    let site = Site::new(inputs);
    let parts = Parts::new(inputs, &site, sink)?;
    let (progress, timings) = (&|_| (), &Timings::default());
    let (theme, parts, of) = (inputs.theme, &parts, &site);
    let worker = Worker { site: of, theme, parts, sink, progress, timings };
    let wanted = (0..).zip(&site.index.entries).filter(|(_, entry)| paths.contains(&*entry.path()));
    wanted.into_iter().try_for_each(|(at, entry)| worker.certificate_unit(at, entry))
}

impl Worker<'_> {
    /// Makes the files of a unit, unless they were made of the same before. `pages` is how many of
    /// them are pages, in each language.
    pub(super) fn unit(
        &self,
        name: impl FnOnce() -> String,
        made_of: impl FnOnce(&Basis) -> Key,
        pages: u64,
        make: impl FnOnce(&Worker<'_>) -> Result<(), SiteError>,
    ) -> Result<(), SiteError> {
        let Some(basis) = &self.parts.basis else { return make(self) };
        let (unit, made_of) = (cache::key(name().as_bytes()), made_of(basis));
        if self.sink.keep(unit, made_of) {
            (self.progress)(pages * self.site.tongues.len() as u64);
            return Ok(());
        }
        let recorder = Recorder { sink: self.sink, files: Mutex::default() };
        make(&Worker { sink: &recorder, ..*self })?;
        let files = recorder.files.into_inner().unwrap_or_else(PoisonError::into_inner);
        let (paths, sizes): (Vec<_>, Vec<_>) = files.into_iter().unzip();
        self.sink.made(unit, made_of, paths, sizes.into_iter().sum());
        Ok(())
    }

    /// The page and the badge of a certificate.
    pub(super) fn certificate_unit(&self, at: u32, entry: &Entry<'_>) -> Result<(), SiteError> {
        let made_of = |basis: &Basis| basis.certificate(self.site, at, entry);
        let name = || certificate_name(&entry.path());
        self.unit(name, made_of, 1, |worker| worker.certificate(at, entry))
    }
}

/// Notes what is written on its way to a sink.
struct Recorder<'r> {
    sink: &'r dyn Sink,
    files: Mutex<Vec<(String, u64)>>,
}

impl Recorder<'_> {
    fn note(&self, path: &str, size: u64) {
        let mut files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        files.push((path.to_owned(), size));
    }
}

impl Sink for Recorder<'_> {
    fn write(&self, path: &str, bytes: &[u8]) -> Result<(), OutputError> {
        self.note(path, bytes.len() as u64);
        self.sink.write(path, bytes)
    }

    fn write_pieces(&self, path: &str, pieces: Pieces<'_>) -> Result<u64, OutputError> {
        self.sink.write_pieces(path, pieces).inspect(|size| self.note(path, *size))
    }
}
