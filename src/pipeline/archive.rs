//! What is sealed, as an earlier run has read it: what never changes need not be read again.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    sync::OnceLock,
    time::SystemTime,
};

use jiff::civil::Date;
use rayon::prelude::*;

use crate::cache::{
    self, Blob, Blobs, BlobsWriter, Cursor, FEW, Key, Look, Reader, Stamp, Stretch, Writer,
    read_certificate, write_certificate,
};
use crate::config::{Config, KeySource};
use crate::credential::{Did, SealedEntry, StatusChange};
use crate::diag::Report;
use crate::ledger::{Ledger, LedgerError};
use crate::load::{self, Reading, Shelf};
use crate::model::{Certificate, Register, Shared};
use crate::output::Tree;
use crate::pipeline::CACHE;
use crate::timing::Timings;

/// The certificates that entries state.
const REVEALED: &str = "revealed";
/// Records that differ in nothing from what is sealed.
const QUIET: &str = "quiet";
/// How large versions are, and in which files they were seen to be what their leaves say.
const VERSIONS: &str = "versions";

/// What a run reads, beside the files of keys.
const SOURCES: [&str; 4] = ["register.toml", "content", "themes", LEDGER];
const LEDGER: &str = "ledger";

/// What opening a ledger came to.
pub(super) type OpenLedger = Result<Option<Ledger>, LedgerError>;

/// What earlier runs have left of a register, whatever it is built into, and its files as they are.
#[derive(Debug)]
pub(super) struct Archive {
    pub(super) folder: PathBuf,
    pub(super) look: Look,
    pub(super) shelf: Shelf,
    /// The register's settings.
    pub(super) config: Config,
    /// Who states what is sealed, where the settings say.
    issuer: Option<Did>,
    revealed: OnceLock<Blobs>,
}

impl Archive {
    /// Looks at everything that a run reads, for one that began at a time. Nothing where the settings
    /// cannot be read, or where a link leads to something: then nothing is remembered.
    pub(super) fn open(root: &Path, looked: SystemTime) -> Option<Self> {
        let config = load::config(root, &mut Report::default()).ok().flatten()?;
        let folder = root.join(CACHE);
        let keys = key_files(&config);
        let names = SOURCES.into_iter().chain(keys.iter().map(String::as_str));
        let look = Look::at(root, &names.collect::<Vec<_>>(), looked);
        let is_unread = |name: &str| {
            let is_written = name.starts_with("content/") || name.starts_with("themes/");
            is_written && cache::is_left_behind(name)
        };
        look.is_plain(is_unread).then_some(())?;
        let shelf = Shelf::at(&folder, looked);
        let (issuer, revealed) = (Did::of(config.base_url.as_str()).ok(), OnceLock::new());
        Some(Self { folder, look, shelf, config, issuer, revealed })
    }

    /// Looks once more at the ledger.
    pub(super) fn renew(&mut self, root: &Path) {
        self.look.renew(root, LEDGER);
    }

    /// How a register is read with what is left of it, and leaving what this run reads.
    pub(super) fn reading<'r>(&'r self, timings: Option<&'r Timings>) -> Reading<'r> {
        let (look, shelf) = (Some(&self.look), Some(&self.shelf));
        Reading { look, shelf, keeps: true, timings, ..Reading::default() }
    }

    /// Whether `public/` holds nothing but what a build has left there.
    pub(super) fn is_published(&self, root: &Path) -> bool {
        let public = root.join("public");
        let folders = fs::read_dir(&self.folder).into_iter().flatten().filter_map(Result::ok);
        folders.into_iter().any(|folder| Tree::untouched(&public, &folder.path()).is_some())
    }

    /// Opens the ledger; nothing where nobody is known who could have made it.
    pub(super) fn ledger(&self, root: &Path) -> Option<OpenLedger> {
        self.issuer.as_ref().map(|issuer| Ledger::open(root, issuer))
    }

    /// The certificates that entries state, as an earlier run has read them.
    pub(super) fn revealed(&self) -> &Blobs {
        self.revealed.get_or_init(|| Blobs::open(&self.folder.join(REVEALED)))
    }

    /// The stamp of a file of the ledger, where it can be trusted.
    pub(super) fn stamp(&self, path: &str) -> Option<Stamp> {
        let (stamp, settled) = self.look.stamp(&format!("{LEDGER}/{path}"))?;
        settled.then_some(stamp)
    }

    /// The files of entries.
    fn files(&self, ledger: &Ledger) -> Files {
        let stamped = |path: String| {
            let stamp = self.stamp(&path);
            (path, stamp)
        };
        ledger.entry_files().map(stamped).collect()
    }
}

/// The newest entry of a number and its statuses.
fn entry(of: &mut Writer, sealed: &SealedEntry) {
    let newest = sealed.newest();
    of.number(newest.serial.into());
    of.raw(&newest.sha256);
    of.list(&sealed.statuses, |of, status| {
        let StatusChange { date, status, reason } = &status.change;
        of.date(*date);
        of.text(status.word());
        of.option(reason.as_deref(), Writer::text);
    });
}

/// The files of a register's keys.
fn key_files(config: &Config) -> Vec<String> {
    let signing = &config.signing;
    let sources = [Some(&signing.issue), signing.status.as_ref(), Some(&signing.log)];
    let files = sources.into_iter().flatten().filter_map(|source| match source {
        KeySource::File(path) => Some(path.to_string_lossy().into_owned()),
        KeySource::Command(_) => None,
    });
    files.collect()
}

/// How many entries the history of a version has, and how many bytes the version.
pub(super) type Measure = (u32, u32);

/// What an earlier run has read of the ledger.
pub(super) struct Revealed<'a> {
    archive: &'a Archive,
    blobs: &'a Blobs,
    base: Key,
    versions: Versions,
    /// The files of entries as they are now.
    files: Files,
}

/// What is known of all versions.
#[derive(Debug, Default, PartialEq, Eq)]
struct Versions {
    /// By serial: a part of the version's digest, and its measure.
    measures: Vec<([u8; 16], Measure)>,
    files: Files,
}

impl<'a> Revealed<'a> {
    pub(super) fn open(archive: &'a Archive, register: &Register, ledger: &Ledger) -> Self {
        static NOTHING: OnceLock<Blobs> = OnceLock::new();
        let mut base = Writer::default();
        base.text(&format!("{:?}", register.schemes));
        base.text(ledger.sealed().issuer.as_str());
        let base = cache::key(&base.into_bytes());
        let kept = archive.revealed();
        let blobs = if kept.base() == base { kept } else { NOTHING.get_or_init(Blobs::default) };
        let versions = versions(&archive.folder.join(VERSIONS)).unwrap_or_default();
        let files = archive.files(ledger);
        Self { archive, blobs, base, versions, files }
    }

    /// The measure of a version that was read before.
    pub(super) fn measure(&self, serial: u32, sha256: &[u8; 32]) -> Option<Measure> {
        let (digest, measure) = self.versions.measures.get(serial as usize)?;
        sha256.starts_with(digest).then_some(*measure)
    }

    /// Whether the file of a version has not changed since it was seen to hold what it should.
    pub(super) fn is_seen(&self, serial: u32) -> bool {
        same(&self.versions.files, &self.files, serial)
    }

    fn made_of(sealed: &SealedEntry) -> Key {
        let mut of = Writer::default();
        entry(&mut of, sealed);
        cache::key(&of.into_bytes())
    }

    /// The certificate that an entry states; without its record's file.
    pub(super) fn certificate(
        &self,
        (key, sealed): (&str, &SealedEntry),
        (register, shared): (&Register, &Shared<'_>),
        (blob, stretch): (Option<&Blob>, &Stretch),
    ) -> Option<Certificate> {
        let blob = blob?;
        if blob.made_of != Self::made_of(sealed) {
            return None;
        }
        self.blobs.with(blob, stretch, |bytes| {
            let mut reader = Reader::new(bytes);
            let certificate = read_certificate(&mut reader, (&register.schemes, shared))?;
            (reader.is_at_end() && certificate.number.key() == key).then_some(certificate)
        })
    }

    /// Looks for what is kept of numbers.
    pub(super) fn cursor(&self) -> Cursor<'_> {
        self.blobs.cursor()
    }

    /// Reads what is kept of some numbers.
    pub(super) fn stretch(&self, found: &[Option<&Blob>]) -> Stretch {
        self.blobs.stretch(found.iter().copied().flatten())
    }

    /// Keeps what this run has read, if it is much: of so many certificates the entries were read.
    pub(super) fn keep(&self, certificates: &[Certificate], ledger: &Ledger, read: usize) {
        self.keep_versions(ledger);
        if read <= FEW && !self.blobs.is_empty() {
            return;
        }
        let sealed = ledger.sealed();
        let of =
            |certificate: &Certificate| sealed.entry(certificate.number.key()).map(Self::made_of);
        let keys: Vec<_> = certificates.par_iter().map(of).collect();
        let mut writer = BlobsWriter::new(&self.archive.folder.join(REVEALED), self.base);
        for (certificates, keys) in certificates.chunks(4096).zip(keys.chunks(4096)) {
            let print = |certificate: &Certificate| {
                let mut writer = Writer::default();
                write_certificate(&mut writer, certificate);
                writer.into_bytes()
            };
            let bytes: Vec<_> = certificates.par_iter().map(print).collect();
            for ((certificate, made_of), bytes) in certificates.iter().zip(keys).zip(bytes) {
                if let Some(made_of) = made_of {
                    writer.add(certificate.number.key(), (None, *made_of), &bytes, &[]);
                }
            }
        }
        writer.finish();
    }

    fn keep_versions(&self, ledger: &Ledger) {
        let mut measures = vec![([0; 16], (0, 0)); ledger.serials() as usize];
        for version in ledger.sealed().entries.values().flat_map(|entry| &entry.versions) {
            let digest = std::array::from_fn(|at| version.sha256[at]);
            measures[version.serial as usize] = (digest, (version.history, version.length));
        }
        if measures == self.versions.measures && self.files == self.versions.files {
            return;
        }
        let mut writer = Writer::default();
        writer.list(&measures, |writer, (digest, (history, length))| {
            writer.raw(digest);
            writer.number((*history).into());
            writer.number((*length).into());
        });
        write_files(&mut writer, &self.files);
        drop(cache::write(&self.archive.folder.join(VERSIONS), &writer.into_bytes()));
    }
}

fn versions(path: &Path) -> Option<Versions> {
    let bytes = cache::read(path)?;
    let mut reader = Reader::new(&bytes);
    let measure =
        |reader: &mut Reader<'_>| Some((reader.array()?, (reader.small()?, reader.small()?)));
    let (measures, files) = (reader.list(measure)?, read_files(&mut reader)?);
    reader.is_at_end().then_some(Versions { measures, files })
}

/// Files with their stamps, where those can be trusted.
type Files = Vec<(String, Option<Stamp>)>;

fn write_files(writer: &mut Writer, files: &Files) {
    writer.list(files, |writer, (path, stamp)| {
        writer.text(path);
        writer.option(*stamp, |writer, stamp| stamp.write(writer));
    });
}

fn read_files(reader: &mut Reader<'_>) -> Option<Files> {
    reader.list(|reader| Some((reader.text()?.to_owned(), reader.option(Stamp::read)?)))
}

/// Whether the file of a serial is the same in two lists, and can be trusted.
fn same(then: &Files, now: &Files, serial: u32) -> bool {
    let at = Ledger::entry_file(serial);
    now.get(at).is_some_and(|(_, stamp)| stamp.is_some()) && then.get(at) == now.get(at)
}

/// Records that differed in nothing from what was sealed of them when an earlier run looked; where
/// nothing was ever sealed, those that can be.
///
/// Only of entries whose files have not changed since can it be known.
pub(super) struct Quiet<'a> {
    archive: &'a Archive,
    base: Key,
    known: Known,
    /// The key of each record, in the register's order, and whether it differed in nothing, where that
    /// is known; nothing of one that is not sealed, where others are.
    keys: Vec<Option<(Key, Option<bool>)>>,
    /// The files of entries, in order, with their stamps.
    files: Files,
}

/// What an earlier run has left.
#[derive(Default)]
struct Known {
    keys: Vec<Key>,
    files: Files,
}

impl<'a> Quiet<'a> {
    /// `sources` tells each record of the register from every other.
    pub(super) fn open(
        archive: &'a Archive,
        (config, register, sources): (&Config, &Register, &[Key]),
        ledger: Option<&Ledger>,
        day: Date,
    ) -> Self {
        let mut base = Writer::default();
        let Register { schemes, regions, industries, .. } = register;
        base.text(&format!("{config:?} {schemes:?} {regions:?} {industries:?}"));
        base.date(day);
        base.number(u64::from(ledger.is_some()));
        let base = cache::key(&base.into_bytes());
        let known = known(&archive.folder.join(QUIET), base).unwrap_or_default();
        let files = ledger.map(|ledger| archive.files(ledger)).unwrap_or_default();
        let keys = register.certificates.par_iter().zip(sources).map(|(certificate, source)| {
            let key = certificate.number.key();
            let mut of = Writer::default();
            of.text(key);
            of.raw(&source.0);
            let mut is_same = true;
            if let Some(ledger) = ledger {
                let sealed = ledger.sealed().entry(key).filter(|sealed| sealed.erased.is_none())?;
                entry(&mut of, sealed);
                is_same = same(&known.files, &files, sealed.newest().serial);
            }
            let key = cache::key(&of.into_bytes());
            Some((key, is_same.then(|| known.keys.binary_search(&key).is_ok())))
        });
        let keys = keys.collect();
        Self { archive, base, known, keys, files }
    }

    /// Whether a record is known to differ in nothing.
    pub(super) fn is_known(&self, at: usize) -> bool {
        self.keys.get(at).copied().flatten().is_some_and(|(_, quiet)| quiet == Some(true))
    }

    /// Whether a record differed in nothing, where that is known.
    pub(super) fn knew(&self, at: usize) -> Option<bool> {
        self.keys.get(at)?.map_or(Some(false), |(_, quiet)| quiet)
    }

    /// Keeps which records differ in nothing: all but those at these places.
    pub(super) fn keep(&self, differ: &BTreeSet<usize>) {
        let quiet = self.keys.iter().enumerate().filter(|(at, _)| !differ.contains(at));
        let mut quiet: Vec<Key> = quiet.filter_map(|(_, key)| key.map(|(key, _)| key)).collect();
        quiet.sort_unstable();
        if quiet == self.known.keys && self.files == self.known.files {
            return;
        }
        let mut writer = Writer::default();
        writer.raw(&self.base.0);
        writer.list(&quiet, |writer, key| writer.raw(&key.0));
        write_files(&mut writer, &self.files);
        drop(cache::write(&self.archive.folder.join(QUIET), &writer.into_bytes()));
    }
}

fn known(path: &Path, base: Key) -> Option<Known> {
    let bytes = cache::read(path)?;
    let mut reader = Reader::new(&bytes);
    if Key(reader.array()?) != base {
        return None;
    }
    let keys = reader.list(|reader| reader.array().map(Key))?;
    let files = read_files(&mut reader)?;
    (keys.is_sorted() && reader.is_at_end()).then_some(Known { keys, files })
}
