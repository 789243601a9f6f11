//! Records as an earlier run read them, and what this one leaves for the next.

use std::{
    collections::{BTreeMap, HashMap},
    fs,
    ops::Range,
    path::{Path, PathBuf},
    sync::Arc,
    time::SystemTime,
};

use crate::cache::{
    self, Key, Reader, Stamp, Unfinished, Writer, read_certificate, write_certificate,
};
use crate::load::{Lists, record::Parsed, repeats::Said, walk::Entry};
use crate::model::Scheme;

/// Where records are kept between runs.
#[derive(Clone, Debug)]
pub struct Shelf {
    /// The file of the cache.
    pub path: PathBuf,
    /// When the run began to look at files.
    pub looked: SystemTime,
}

/// What was left of a record.
#[derive(Clone, Debug)]
struct Kept {
    stamp: Option<Stamp>,
    digest: Key,
    at: Range<usize>,
}

/// Records as an earlier run read them, of the same lists and on the same day.
#[derive(Debug, Default)]
pub(super) struct Records {
    bytes: Vec<u8>,
    by_name: HashMap<Box<str>, Kept>,
}

/// What is kept of a record that was read.
#[derive(Debug)]
pub(super) struct Trace {
    pub(super) digest: Key,
    stamp: Option<Stamp>,
    how: How,
}

#[derive(Debug)]
enum How {
    /// It is as it was.
    Same,
    /// It has changed its stamp only.
    Touched,
    Read(Vec<u8>),
    /// Something is wrong with it: it is read again.
    Unsound,
}

/// How many records may differ from what is kept before it is written anew. Until then the next run
/// reads those few again.
const FEW: usize = 64;

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

impl Records {
    /// Reads what is kept. Without any record where it was left by other lists, or cannot be read.
    pub(super) fn open(path: &Path, lists: Key) -> Self {
        Self::read(path, lists).unwrap_or_default()
    }

    fn read(path: &Path, lists: Key) -> Option<Self> {
        let bytes = cache::read(path)?;
        let (held, end) = bytes.split_at_checked(bytes.len().checked_sub(8)?)?;
        let table = usize::try_from(u64::from_le_bytes(end.try_into().ok()?)).ok()?;
        let mut reader = Reader::new(held.get(table..)?);
        if Key(reader.array()?) != lists {
            return None;
        }
        let mut from = 0;
        let entries = reader.list(|reader| {
            let name: Box<str> = reader.text()?.into();
            let stamp = reader.option(Stamp::read)?;
            let digest = Key(reader.array()?);
            let until = from + reader.size()?;
            let at = from..until;
            from = until;
            Some((name, Kept { stamp, digest, at }))
        })?;
        let by_name = entries.into_iter().collect();
        (from == table && reader.is_at_end()).then_some(Self { bytes, by_name })
    }

    pub(super) fn is_empty(&self) -> bool {
        self.by_name.is_empty()
    }

    fn blob(&self, kept: &Kept) -> &[u8] {
        self.bytes.get(kept.at.clone()).unwrap_or_default()
    }
}

/// Reads records, or takes them from what is kept.
pub(super) struct Desk<'d> {
    pub(super) records: Records,
    pub(super) shelf: &'d Shelf,
    pub(super) schemes: &'d BTreeMap<Box<str>, Arc<Scheme>>,
}

impl Desk<'_> {
    /// The record of a file, where it is as it was. Else its bytes, if it had to be read to see that.
    pub(super) fn take(&self, entry: &Entry) -> Taken {
        let stamp = Stamp::of(&entry.path).filter(|stamp| stamp.is_settled(self.shelf.looked));
        let Some(kept) = self.records.by_name.get(&*entry.name) else {
            return Taken::Unknown(stamp);
        };
        if stamp.is_some() && stamp == kept.stamp {
            return match self.parsed(kept) {
                Some(parsed) => self.same(parsed, kept, How::Same),
                None => Taken::Unknown(stamp),
            };
        }
        let is_same = fs::read(&entry.path).is_ok_and(|bytes| cache::key(&bytes) == kept.digest);
        match self.parsed(kept).filter(|_| is_same) {
            Some(parsed) => self.same(parsed, &Kept { stamp, ..kept.clone() }, How::Touched),
            None => Taken::Unknown(stamp),
        }
    }

    fn same(&self, (mut parsed, said): (Parsed, Vec<Said>), kept: &Kept, how: How) -> Taken {
        parsed.trace = Some(Trace { digest: kept.digest, stamp: kept.stamp, how });
        Taken::Same(Box::new(parsed), said)
    }

    fn parsed(&self, kept: &Kept) -> Option<(Parsed, Vec<Said>)> {
        let mut reader = Reader::new(self.records.blob(kept));
        let read = parsed(&mut reader, self.schemes)?;
        reader.is_at_end().then_some(read)
    }
}

/// What a file was found to be.
pub(super) enum Taken {
    Same(Box<Parsed>, Vec<Said>),
    Unknown(Option<Stamp>),
}

/// Notes what is to be kept of a record that was just read from bytes with a digest; of what is wrong
/// with it nothing but what is said once for all records may be left out.
pub(super) fn note(parsed: &mut Parsed, said: &[Said], (stamp, digest): (Option<Stamp>, Key)) {
    let how = match &parsed.certificate {
        Some(_) if parsed.report.is_empty() => {
            let mut writer = Writer::default();
            write_parsed(&mut writer, parsed, said);
            How::Read(writer.into_bytes())
        }
        _ => How::Unsound,
    };
    parsed.trace = Some(Trace { digest, stamp, how });
}

fn write_parsed(writer: &mut Writer, parsed: &Parsed, said: &[Said]) {
    if let Some(certificate) = &parsed.certificate {
        write_certificate(writer, certificate);
    }
    let number = parsed.number.as_ref().map(|(_, span)| span);
    for span in [number, parsed.succeeds.as_ref(), parsed.holder.as_ref()] {
        writer.option(span, |writer, span| {
            writer.size(span.start);
            writer.size(span.end);
        });
    }
    writer.list(said, |writer, said| said.write(writer));
}

fn parsed(
    reader: &mut Reader<'_>,
    schemes: &BTreeMap<Box<str>, Arc<Scheme>>,
) -> Option<(Parsed, Vec<Said>)> {
    let certificate = read_certificate(reader, schemes)?;
    let span = |reader: &mut Reader<'_>| Some(reader.size()?..reader.size()?);
    let number = reader.option(span)?;
    let number = number.map(|span| (certificate.number.key().into(), span));
    let (succeeds, holder) = (reader.option(span)?, reader.option(span)?);
    let said = reader.list(Said::read)?;
    let certificate = Some(certificate);
    Some((Parsed { certificate, number, succeeds, holder, ..Parsed::default() }, said))
}

/// Writes what the next run is to find, while records are read.
pub(super) struct Keeper {
    file: Option<Unfinished>,
    lists: Key,
    table: Writer,
    count: usize,
    length: u64,
}

impl Keeper {
    /// Begins; that a file cannot be written costs time only.
    pub(super) fn new(path: &Path, lists: Key) -> Self {
        let file = Unfinished::new(path).ok();
        Self { file, lists, table: Writer::default(), count: 0, length: 0 }
    }

    /// Adds some records.
    pub(super) fn add(&mut self, entries: &[Entry], parsed: &mut [Parsed], records: &Records) {
        for (entry, parsed) in entries.iter().zip(parsed) {
            let Some(trace) = &mut parsed.trace else { continue };
            let blob = match std::mem::replace(&mut trace.how, How::Same) {
                How::Read(blob) => blob,
                How::Unsound => continue,
                How::Same | How::Touched => match records.by_name.get(&*entry.name) {
                    Some(kept) => records.blob(kept).to_vec(),
                    None => continue,
                },
            };
            self.table.text(&entry.name);
            self.table.option(trace.stamp, |writer, stamp| stamp.write(writer));
            self.table.raw(&trace.digest.0);
            self.table.size(blob.len());
            self.count += 1;
            self.length += blob.len() as u64;
            if self.file.as_mut().is_some_and(|file| file.add(&blob).is_err()) {
                self.file = None;
            }
        }
    }

    /// Puts it in its place.
    pub(super) fn finish(self) {
        let Some(mut file) = self.file else { return };
        let mut head = Writer::default();
        head.raw(&self.lists.0);
        head.size(self.count);
        let parts = [head.into_bytes(), self.table.into_bytes()];
        let written = parts.iter().try_for_each(|part| file.add(part));
        let written = written.and_then(|()| file.add(&self.length.to_le_bytes()));
        drop(written.and_then(|()| file.finish()));
    }
}

/// Whether so much differs from what is kept that it is to be written anew.
pub(super) fn is_outdated(records: &Records, parsed: &[Parsed]) -> bool {
    let differs = |parsed: &&Parsed| {
        parsed.trace.as_ref().is_some_and(|trace| !matches!(trace.how, How::Same | How::Unsound))
    };
    let gone = records.by_name.len().saturating_sub(parsed.len());
    parsed.iter().filter(differs).count() + gone > FEW
}
