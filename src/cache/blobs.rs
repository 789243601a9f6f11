//! Many small things by name, each with a key of what it was made of: read back one by one.

use std::{
    borrow::Cow,
    collections::BTreeSet,
    fs::File,
    io::{Read as _, Seek as _, SeekFrom},
    path::{Path, PathBuf},
};

use crate::cache::{Key, Reader, Stamp, file::read_marked, key};

/// A thing that is kept.
#[derive(Clone, Debug)]
pub struct Blob {
    /// The stamp of its file when it was made, if that could be trusted.
    pub stamp: Option<Stamp>,
    /// What it was made of.
    pub made_of: Key,
    /// What it holds.
    pub(super) held: Key,
    pub(super) from: usize,
    pub(super) length: usize,
    /// Where its name stands among all names.
    pub(super) name: (u32, u32),
    /// By what it can be found beside its name: where that stands among all tags.
    pub(super) tags: (u32, u32),
}

/// How many bytes of no use between or after others are no reason to go about it differently.
pub(super) const SPARE: usize = 1 << 16;

/// Things that are kept, all of one base: a table, and a file that holds them one after another.
#[derive(Debug, Default)]
pub struct Blobs {
    pub(super) base: Key,
    mark: Option<Key>,
    pub(super) path: PathBuf,
    /// In the order of the table.
    pub(super) things: Vec<Blob>,
    /// All names, one after another.
    names: String,
    tags: Vec<u32>,
    /// The places of things, in the order of names.
    by_name: Vec<u32>,
}

/// A part of the file, read at once.
#[derive(Debug, Default)]
pub struct Stretch {
    from: usize,
    bytes: Vec<u8>,
}

impl Blobs {
    /// Reads the table of what is kept. Nothing is, where it cannot be read.
    pub fn open(path: &Path) -> Self {
        Self::read(path).unwrap_or_default()
    }

    fn read(path: &Path) -> Option<Self> {
        let (bytes, mark) = read_marked(&table(path))?;
        let (bytes, count) = bytes.split_last_chunk()?;
        let count = usize::try_from(u64::from_le_bytes(*count)).ok()?;
        let mut reader = Reader::new(bytes);
        let base = Key(reader.array()?);
        let mut blobs = Self { base, mark: Some(mark), path: path.to_owned(), ..Self::default() };
        blobs.things.reserve(count.min(bytes.len() / 64));
        for _ in 0..count {
            let first = blobs.names.len();
            blobs.names.push_str(reader.text()?);
            let name = range(first, blobs.names.len())?;
            let stamp = reader.option(Stamp::read)?;
            let (made_of, held) = (Key(reader.array()?), Key(reader.array()?));
            let (from, length) = (reader.size()?, reader.size()?);
            let first = blobs.tags.len();
            for _ in 0..reader.size()? {
                blobs.tags.push(u32::from_le_bytes(reader.array()?));
            }
            let tags = range(first, blobs.tags.len())?;
            blobs.things.push(Blob { stamp, made_of, held, from, length, name, tags });
        }
        reader.is_at_end().then_some(())?;
        let mut by_name: Vec<u32> = (0..u32::try_from(blobs.things.len()).ok()?).collect();
        by_name.sort_by(|a, b| blobs.name_at(*a).cmp(blobs.name_at(*b)));
        blobs.by_name = by_name;
        Some(blobs)
    }

    /// What tells this table from every other; nothing where there is none.
    pub fn mark(&self) -> Option<Key> {
        self.mark
    }

    /// Everything that the things depend on beside what they were made of.
    pub fn base(&self) -> Key {
        self.base
    }

    /// How many things are kept.
    pub fn len(&self) -> usize {
        self.things.len()
    }

    /// Whether nothing is kept.
    pub fn is_empty(&self) -> bool {
        self.things.is_empty()
    }

    fn name(&self, blob: &Blob) -> &str {
        self.names.get(blob.name.0 as usize..blob.name.1 as usize).unwrap_or_default()
    }

    fn name_at(&self, at: u32) -> &str {
        self.things.get(at as usize).map_or("", |blob| self.name(blob))
    }

    pub(super) fn tags(&self, blob: &Blob) -> &[u32] {
        self.tags.get(blob.tags.0 as usize..blob.tags.1 as usize).unwrap_or_default()
    }

    /// The thing of a name.
    pub fn get(&self, name: &str) -> Option<&Blob> {
        self.things.get(self.find(name)?)
    }

    fn find(&self, name: &str) -> Option<usize> {
        let at = self.by_name.binary_search_by(|at| self.name_at(*at).cmp(name)).ok()?;
        Some(self.by_name[at] as usize)
    }

    /// All things with their names, in the order of names.
    pub fn by_name(&self) -> impl Iterator<Item = (&str, &Blob)> {
        let things = self.by_name.iter().filter_map(|at| self.things.get(*at as usize));
        things.map(|blob| (self.name(blob), blob))
    }

    /// The names of things that hold nothing.
    pub fn empty(&self) -> impl Iterator<Item = &str> {
        self.things.iter().filter(|blob| blob.length == 0).map(|blob| self.name(blob))
    }

    /// The tag of a word. Two words may share one.
    pub fn tag(word: &str) -> u32 {
        let Key([a, b, c, d, ..]) = key(word.as_bytes());
        u32::from_le_bytes([a, b, c, d])
    }

    /// The names of things that have one of these tags.
    pub fn tagged<'n>(&'n self, tags: &'n BTreeSet<u32>) -> impl Iterator<Item = &'n str> {
        let has = |blob: &&Blob| self.tags(blob).iter().any(|tag| tags.contains(tag));
        self.things.iter().filter(has).map(|blob| self.name(blob))
    }

    /// Looks for things by their names, quickly where these come in the order of the table.
    pub fn cursor(&self) -> Cursor<'_> {
        Cursor { blobs: self, next: 0 }
    }

    /// Reads what some things hold, where they lie close together.
    pub fn stretch<'b>(&self, blobs: impl IntoIterator<Item = &'b Blob>) -> Stretch {
        let (mut from, mut until, mut used) = (usize::MAX, 0, 0);
        for blob in blobs.into_iter().filter(|blob| blob.length > 0) {
            from = from.min(blob.from);
            until = until.max(blob.from.saturating_add(blob.length));
            used += blob.length;
        }
        let length = until.saturating_sub(from);
        let is_close = length > 0 && length / 2 <= used + SPARE;
        let bytes = is_close.then(|| self.read_at(from, length)).flatten();
        Stretch { from, bytes: bytes.unwrap_or_default() }
    }

    /// Does something with what a thing holds. Nothing where that is not what was kept.
    pub fn with<T>(
        &self,
        blob: &Blob,
        stretch: &Stretch,
        read: impl FnOnce(&[u8]) -> Option<T>,
    ) -> Option<T> {
        let from = blob.from.checked_sub(stretch.from);
        let within = from.and_then(|from| stretch.bytes.get(from..from.checked_add(blob.length)?));
        let held = match within {
            Some(held) => Cow::Borrowed(held),
            None => Cow::Owned(self.read_at(blob.from, blob.length)?),
        };
        (key(&held) == blob.held).then(|| read(&held)).flatten()
    }

    /// What a thing holds; nothing where that is not what was kept.
    pub fn bytes(&self, blob: &Blob) -> Vec<u8> {
        let held = self.with(blob, &Stretch::default(), |held| Some(held.to_vec()));
        held.unwrap_or_default()
    }

    fn read_at(&self, from: usize, length: usize) -> Option<Vec<u8>> {
        let mut file = File::open(&self.path).ok()?;
        file.seek(SeekFrom::Start(from as u64)).ok()?;
        let mut held = vec![0; length];
        file.read_exact(&mut held).ok()?;
        Some(held)
    }
}

/// Looks for one thing after another.
#[derive(Debug)]
pub struct Cursor<'b> {
    blobs: &'b Blobs,
    /// Where the next one is expected.
    next: usize,
}

impl<'b> Cursor<'b> {
    /// The thing of a name.
    pub fn get(&mut self, name: &str) -> Option<&'b Blob> {
        let is_next = self.blobs.things.get(self.next).is_some_and(|b| self.blobs.name(b) == name);
        if !is_next {
            self.next = self.blobs.find(name)?;
        }
        self.next += 1;
        self.blobs.things.get(self.next - 1)
    }
}

/// A range, as things keep it.
fn range(from: usize, until: usize) -> Option<(u32, u32)> {
    Some((from.try_into().ok()?, until.try_into().ok()?))
}

/// Where the table of a file of things stands.
pub(super) fn table(path: &Path) -> PathBuf {
    path.with_extension("table")
}

/// How many things may differ from what is kept before it is written anew. Until then the next run
/// makes those few again.
pub const FEW: usize = 64;

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests write as anybody does")]
mod tests {
    use std::fs;

    use super::*;
    use crate::cache::{BlobsWriter, key};

    #[test]
    fn things_are_found_by_name_and_of_their_base_only() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("things");
        let [base, one, two] = ["base", "one", "two"].map(|text| key(text.as_bytes()));
        assert!(Blobs::open(&path).is_empty());
        let mut writer = BlobsWriter::new(&path, base);
        writer.add("a", (None, one), b"first", &[Blobs::tag("x")]);
        writer.add("b", (Stamp::of(folder.path()), two), b"", &[]);
        writer.add("c", (None, two), b"third", &[]);
        let mark = writer.finish();
        let blobs = Blobs::open(&path);
        assert_eq!((blobs.base(), blobs.len()), (base, 3));
        assert!(mark.is_some() && blobs.mark() == mark);
        let [a, b, c] = ["a", "b", "c"].map(|name| blobs.get(name).unwrap());
        assert_eq!((a.made_of, blobs.bytes(a)), (one, b"first".to_vec()));
        assert_eq!(b.stamp.is_some(), cfg!(unix));
        assert!(blobs.get("d").is_none());
        assert_eq!(blobs.tagged(&BTreeSet::from([Blobs::tag("x")])).collect::<Vec<_>>(), ["a"]);
        assert_eq!(blobs.empty().collect::<Vec<_>>(), ["b"]);
        let mut cursor = blobs.cursor();
        let found = ["a", "b", "none", "c", "a"].map(|name| cursor.get(name).map(|b| b.from));
        assert_eq!(found, [Some(a.from), Some(b.from), None, Some(c.from), Some(a.from)]);
        // A stretch holds what lies between.
        let stretch = blobs.stretch([a, c]);
        let held = [a, c].map(|blob| blobs.with(blob, &stretch, |held| Some(held.to_vec())));
        assert_eq!(held, [Some(b"first".to_vec()), Some(b"third".to_vec())]);
        assert_eq!(blobs.bytes(c), b"third");
        // What is added does not move what is kept.
        let mut writer = BlobsWriter::after(&blobs);
        writer.add_again("a", None, a, &blobs);
        writer.add("e", (None, one), b"fifth", &[]);
        writer.finish();
        let blobs = Blobs::open(&path);
        let held = ["a", "e"].map(|name| blobs.bytes(blobs.get(name).unwrap()));
        assert_eq!((blobs.len(), held), (2, [b"first".to_vec(), b"fifth".to_vec()]));
        let mut writer = BlobsWriter::after(&blobs);
        writer.add("c", (None, two), b"third", &[]);
        writer.add_again("a", None, blobs.get("a").unwrap(), &blobs);
        writer.finish();
        // Of a file that was changed, what is whole is still handed out, and nothing else.
        let mut bytes = fs::read(&path).unwrap();
        bytes[0] ^= 1;
        fs::write(&path, bytes).unwrap();
        let blobs = Blobs::open(&path);
        let [a, c] = ["a", "c"].map(|name| blobs.bytes(blobs.get(name).unwrap()));
        assert_eq!((a, c), (Vec::new(), b"third".to_vec()));
    }
}
