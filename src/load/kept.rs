//! Records as an earlier run read them, and what this one leaves for the next.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    sync::{Arc, OnceLock},
    time::SystemTime,
};

use crate::cache::{
    self, Blob, Blobs, BlobsWriter, Key, Reader, Stamp, Stretch, Writer, read_certificate,
    write_certificate,
};
use crate::load::{
    Lists,
    record::{Parsed, Span},
    records::Records,
    repeats::Said,
    walk::Entry,
};
use crate::model::{Certificate, HolderId, Scheme, Shared};

/// Where records are kept between runs.
#[derive(Debug)]
pub struct Shelf {
    /// The file of the cache.
    path: PathBuf,
    /// When the run began to look at files.
    looked: SystemTime,
    /// What the file holds, once it was read.
    held: OnceLock<Blobs>,
    /// What tells what this run has left.
    left: OnceLock<Option<Key>>,
}

impl Shelf {
    /// The place of records in a folder of the cache, for a run that began at a time.
    pub fn at(folder: &Path, looked: SystemTime) -> Self {
        Self { path: folder.join("records"), looked, held: OnceLock::new(), left: OnceLock::new() }
    }

    /// What is kept, of whatever lists.
    pub fn held(&self) -> &Blobs {
        self.held.get_or_init(|| Blobs::open(&self.path))
    }

    /// What tells what this run has left, or else found, from what was kept at any other time.
    pub fn mark(&self) -> Option<Key> {
        self.left.get().copied().unwrap_or_else(|| self.held().mark())
    }

    /// Puts what the next run is to find in its place.
    pub(super) fn leave(&self, writer: BlobsWriter) {
        let mark = writer.finish();
        self.left.get_or_init(|| mark);
    }

    /// What is kept of some lists; else nothing.
    pub(super) fn of(&self, lists: Key) -> &Blobs {
        static NOTHING: OnceLock<Blobs> = OnceLock::new();
        let held = self.held();
        if held.base() == lists { held } else { NOTHING.get_or_init(Blobs::default) }
    }

    /// Begins to write what the next run is to find.
    pub(super) fn anew(&self, lists: Key) -> BlobsWriter {
        BlobsWriter::new(&self.path, lists)
    }
}

/// What is kept of a record that was read.
#[derive(Debug)]
pub(super) struct Trace {
    pub(super) digest: Key,
    stamp: Option<Stamp>,
    how: How,
    /// Whether it was read before, and differs in nothing but its remarks.
    pub(super) only_remarks: bool,
}

#[derive(Debug)]
enum How {
    /// It is as it was.
    Same,
    /// It has changed its stamp only.
    Touched,
    /// It was read: its bytes, and what it is found by.
    Read(Box<(Vec<u8>, Vec<u32>)>),
    /// Something is wrong with it: it is read again.
    Unsound,
}

/// Everything beside a record that its reading depends on.
pub(super) fn lists_key(lists: &Lists<'_>) -> Key {
    let mut writer = Writer::default();
    writer.list(lists.languages, |writer, language| writer.text(language.code()));
    // A form that says all there is to say, and is read by nobody.
    writer.text(&format!("{:?}", lists.schemes));
    writer.text(&format!("{:?}", lists.broken_schemes));
    writer.text(&format!("{:?} {:?}", lists.regions, lists.industries));
    writer.date(lists.today);
    cache::key(&writer.into_bytes())
}

/// Reads records, or takes them from what is kept.
pub(super) struct Desk<'d> {
    pub(super) records: &'d Blobs,
    pub(super) shelf: &'d Shelf,
    pub(super) schemes: &'d BTreeMap<Box<str>, Arc<Scheme>>,
    pub(super) shared: &'d Shared<'d>,
    /// What is kept of the records that are read now.
    pub(super) stretch: Stretch,
}

impl Desk<'_> {
    /// The record of a file, where it is as it was; else its stamp, where that can be trusted.
    pub(super) fn take(&self, entry: &Entry, kept: Option<&Blob>) -> Taken {
        let stamp = entry.stamp.or_else(|| Stamp::of(&entry.path()));
        let stamp = stamp.filter(|stamp| stamp.is_settled(self.shelf.looked));
        let kept = kept.ok_or(stamp)?;
        let is_same =
            || fs::read(entry.path()).is_ok_and(|bytes| cache::key(&bytes) == kept.made_of);
        let how = match stamp {
            Some(_) if stamp == kept.stamp => How::Same,
            _ if is_same() => How::Touched,
            _ => return Err(stamp),
        };
        let (mut parsed, said) = self.parsed(kept).ok_or(stamp)?;
        parsed.trace = Some(Trace { digest: kept.made_of, stamp, how, only_remarks: true });
        Ok((parsed, said))
    }

    fn parsed(&self, kept: &Blob) -> Option<(Parsed, Vec<Said>)> {
        self.records.with(kept, &self.stretch, |bytes| {
            let mut reader = Reader::new(bytes);
            let read = parsed(&mut reader, self.schemes, self.shared)?;
            reader.is_at_end().then_some(read)
        })
    }
}

/// A record that is as it was, and what is said of it once for all; else its file's stamp.
pub(super) type Taken = Result<(Parsed, Vec<Said>), Option<Stamp>>;

impl Desk<'_> {
    /// Notes what is to be kept of a record that was just read from bytes with a digest; of what is
    /// wrong with it nothing but what is said once for all records may be left out.
    pub(super) fn note(
        &self,
        entry: &Entry,
        parsed: &mut Parsed,
        said: &[Said],
        (stamp, digest): (Option<Stamp>, Key),
    ) {
        let (how, only_remarks) = match &parsed.certificate {
            Some(certificate) if parsed.report.is_empty() => {
                let mut writer = Writer::default();
                write_parsed(&mut writer, parsed, said);
                let bytes = writer.into_bytes();
                let only_remarks =
                    self.before(entry, &certificate.remarks).as_ref() == Some(&bytes);
                let tags = ties(certificate).map(Blobs::tag).collect();
                (How::Read(Box::new((bytes, tags))), only_remarks)
            }
            _ => {
                let kept = self.records.get(&entry.name);
                (How::Unsound, kept.is_some_and(|kept| kept.made_of == digest))
            }
        };
        parsed.trace = Some(Trace { digest, stamp, how, only_remarks });
    }

    /// What is kept of a record, with other remarks.
    fn before(&self, entry: &Entry, remarks: &str) -> Option<Vec<u8>> {
        let (mut parsed, said) = self.parsed(self.records.get(&entry.name)?)?;
        parsed.certificate.as_mut()?.remarks = remarks.into();
        let mut writer = Writer::default();
        write_parsed(&mut writer, &parsed, &said);
        Some(writer.into_bytes())
    }
}

fn write_parsed(writer: &mut Writer, parsed: &Parsed, said: &[Said]) {
    if let Some(certificate) = &parsed.certificate {
        write_certificate(writer, certificate);
    }
    for span in [parsed.number_at, parsed.succeeds_at, parsed.holder_at] {
        writer.option(span.map(Span::range), |writer, span| {
            writer.size(span.start);
            writer.size(span.end);
        });
    }
    writer.list(said, |writer, said| said.write(writer));
}

fn parsed(
    reader: &mut Reader<'_>,
    schemes: &BTreeMap<Box<str>, Arc<Scheme>>,
    shared: &Shared<'_>,
) -> Option<(Parsed, Vec<Said>)> {
    let certificate = read_certificate(reader, (schemes, shared))?;
    let span = |reader: &mut Reader<'_>| Span::new(reader.size()?, reader.size()?);
    let number_at = reader.option(span)?;
    let (succeeds_at, holder_at) = (reader.option(span)?, reader.option(span)?);
    let said = reader.list(Said::read)?;
    let certificate = Some(certificate);
    Some((Parsed { certificate, number_at, succeeds_at, holder_at, ..Parsed::default() }, said))
}

/// Adds some records to what the next run is to find.
pub(super) fn add<'t>(
    writer: &mut BlobsWriter,
    records: impl Iterator<Item = (&'t Entry, Option<&'t mut Trace>)>,
    kept: &Blobs,
) {
    let mut cursor = kept.cursor();
    for (entry, trace) in records {
        let Some(Trace { digest, stamp, how, .. }) = trace else { continue };
        match std::mem::replace(how, How::Same) {
            How::Read(read) => writer.add(&entry.name, (*stamp, *digest), &read.0, &read.1),
            How::Unsound => writer.add(&entry.name, (*stamp, *digest), &[], &[]),
            How::Same | How::Touched => {
                if let Some(before) = cursor.get(&entry.name) {
                    writer.add_again(&entry.name, *stamp, before, kept);
                }
            }
        }
    }
}

/// What ties a certificate to others: its number, those of its holder, and what it succeeds. By these
/// words it is found on its shelf.
pub fn ties(certificate: &Certificate) -> impl Iterator<Item = &str> {
    let corrected = certificate.events.iter().filter_map(|event| event.change.holder_id());
    let ids = corrected.chain([&certificate.grant.holder.id]).map(HolderId::value);
    let keys = [Some(certificate.number.key()), certificate.succeeds.as_deref()];
    ids.chain(keys.into_iter().flatten())
}

/// Whether anything differs from what is kept.
pub(super) fn is_outdated(kept: &Blobs, records: &Records) -> bool {
    let same = |trace: &Trace| {
        let is_kept = matches!(trace.how, How::Unsound) && trace.only_remarks;
        is_kept || matches!(trace.how, How::Same)
    };
    let all = records.all();
    kept.len() != all.len() || !all.iter().all(|record| record.trace.as_ref().is_some_and(same))
}
