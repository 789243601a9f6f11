//! Many small things by name, each with a key of what it was made of: read back one by one.

use std::{collections::HashMap, ops::Range, path::Path};

use memchr::memmem;

use crate::cache::{Key, Reader, Stamp, Unfinished, Writer, read};

/// A thing that is kept.
#[derive(Clone, Debug)]
pub struct Blob {
    /// The stamp of its file when it was made, if that could be trusted.
    pub stamp: Option<Stamp>,
    /// What it was made of.
    pub made_of: Key,
    at: Range<usize>,
}

/// Things that are kept, all of one base.
#[derive(Debug, Default)]
pub struct Blobs {
    base: Key,
    bytes: Vec<u8>,
    /// In the order of their bytes.
    blobs: Vec<(Box<str>, Blob)>,
    by_name: HashMap<Box<str>, usize>,
}

impl Blobs {
    /// Reads what is kept. Nothing is, where it cannot be read.
    pub fn open(path: &Path) -> Self {
        Self::read(path).unwrap_or_default()
    }

    /// Everything that the things depend on beside what they were made of.
    pub fn base(&self) -> Key {
        self.base
    }

    fn read(path: &Path) -> Option<Self> {
        let bytes = read(path)?;
        let (held, end) = bytes.split_at_checked(bytes.len().checked_sub(8)?)?;
        let table = usize::try_from(u64::from_le_bytes(end.try_into().ok()?)).ok()?;
        let mut reader = Reader::new(held.get(table..)?);
        let base = Key(reader.array()?);
        let mut from = 0;
        let entries = reader.list(|reader| {
            let name: Box<str> = reader.text()?.into();
            let stamp = reader.option(Stamp::read)?;
            let made_of = Key(reader.array()?);
            let until = from + reader.size()?;
            let at = from..until;
            from = until;
            Some((name, Blob { stamp, made_of, at }))
        })?;
        let by_name = entries.iter().zip(0..).map(|((name, _), at)| (name.clone(), at)).collect();
        (from == table && reader.is_at_end()).then_some(Self {
            base,
            bytes,
            blobs: entries,
            by_name,
        })
    }

    /// How many things are kept.
    pub fn len(&self) -> usize {
        self.by_name.len()
    }

    /// Whether nothing is kept.
    pub fn is_empty(&self) -> bool {
        self.by_name.is_empty()
    }

    /// The thing of a name.
    pub fn get(&self, name: &str) -> Option<&Blob> {
        self.by_name.get(name).map(|at| &self.blobs[*at].1)
    }

    /// The names of things that hold nothing.
    pub fn empty(&self) -> impl Iterator<Item = &str> {
        self.blobs.iter().filter(|(_, blob)| blob.at.is_empty()).map(|(name, _)| &**name)
    }

    /// The names of things that hold some bytes.
    pub fn holding<'n>(&'n self, needle: &'n [u8]) -> impl Iterator<Item = &'n str> {
        let end = self.blobs.last().map_or(0, |(_, blob)| blob.at.end);
        let found = memmem::find_iter(self.bytes.get(..end).unwrap_or_default(), needle);
        found.filter_map(|at| {
            let after = self.blobs.partition_point(|(_, blob)| blob.at.end <= at);
            self.blobs.get(after).map(|(name, _)| &**name)
        })
    }

    /// What a thing holds.
    pub fn bytes(&self, blob: &Blob) -> &[u8] {
        self.bytes.get(blob.at.clone()).unwrap_or_default()
    }
}

/// Writes things for the next run to find. That they cannot be written costs time only.
#[derive(Debug)]
pub struct BlobsWriter {
    file: Option<Unfinished>,
    base: Key,
    table: Writer,
    count: usize,
    length: u64,
}

impl BlobsWriter {
    /// Begins.
    pub fn new(path: &Path, base: Key) -> Self {
        let file = Unfinished::new(path).ok();
        Self { file, base, table: Writer::default(), count: 0, length: 0 }
    }

    /// Adds a thing.
    pub fn add(&mut self, name: &str, stamp: Option<Stamp>, made_of: Key, bytes: &[u8]) {
        self.table.text(name);
        self.table.option(stamp, |writer, stamp| stamp.write(writer));
        self.table.raw(&made_of.0);
        self.table.size(bytes.len());
        self.count += 1;
        self.length += bytes.len() as u64;
        if self.file.as_mut().is_some_and(|file| file.add(bytes).is_err()) {
            self.file = None;
        }
    }

    /// Puts everything in its place.
    pub fn finish(self) {
        let Some(mut file) = self.file else { return };
        let mut head = Writer::default();
        head.raw(&self.base.0);
        head.size(self.count);
        let parts = [head.into_bytes(), self.table.into_bytes()];
        let written = parts.iter().try_for_each(|part| file.add(part));
        let written = written.and_then(|()| file.add(&self.length.to_le_bytes()));
        drop(written.and_then(|()| file.finish()));
    }
}

/// How many things may differ from what is kept before it is written anew. Until then the next run
/// makes those few again.
pub const FEW: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cache::key;

    #[test]
    fn things_are_found_by_name_and_of_their_base_only() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("things");
        let [base, one, two] = ["base", "one", "two"].map(|text| key(text.as_bytes()));
        assert!(Blobs::open(&path).is_empty());
        let mut writer = BlobsWriter::new(&path, base);
        writer.add("a", None, one, b"first");
        writer.add("b", Stamp::of(folder.path()), two, b"");
        writer.finish();
        let blobs = Blobs::open(&path);
        assert_eq!(blobs.base(), base);
        assert_eq!(blobs.len(), 2);
        let a = blobs.get("a").unwrap();
        assert_eq!((a.made_of, blobs.bytes(a)), (one, &b"first"[..]));
        assert_eq!(blobs.get("b").unwrap().stamp.is_some(), cfg!(unix));
        assert!(blobs.get("c").is_none());
        assert_eq!(blobs.holding(b"irs").collect::<Vec<_>>(), ["a"]);
        assert!(blobs.holding(b"second").next().is_none());
        assert_eq!(blobs.empty().collect::<Vec<_>>(), ["b"]);
    }
}
