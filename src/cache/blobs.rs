//! Many small things by name, each with a key of what it was made of: read back one by one.

use std::{
    collections::{BTreeSet, HashMap},
    fs::{self, File},
    io::{Read as _, Seek as _, SeekFrom, Write as _},
    path::{Path, PathBuf},
    sync::OnceLock,
};

use crate::cache::{Key, Reader, Stamp, Unfinished, Writer, key, read, write};

/// A thing that is kept.
#[derive(Clone, Debug)]
pub struct Blob {
    /// The stamp of its file when it was made, if that could be trusted.
    pub stamp: Option<Stamp>,
    /// What it was made of.
    pub made_of: Key,
    /// What it holds.
    held: Key,
    from: usize,
    length: usize,
    /// By what it can be found beside its name.
    tags: Vec<u32>,
}

/// Things that are kept, all of one base: a table, and a file that holds them one after another.
#[derive(Debug, Default)]
pub struct Blobs {
    base: Key,
    mark: Option<Key>,
    path: PathBuf,
    /// The whole file, where much of it is wanted.
    bytes: OnceLock<Vec<u8>>,
    /// In the order of their bytes.
    things: Vec<(Box<str>, Blob)>,
    by_name: HashMap<Box<str>, usize>,
}

impl Blobs {
    /// Reads the table of what is kept. Nothing is, where it cannot be read.
    pub fn open(path: &Path) -> Self {
        Self::read(path).unwrap_or_default()
    }

    fn read(path: &Path) -> Option<Self> {
        let bytes = read(&table(path))?;
        let mut reader = Reader::new(&bytes);
        let base = Key(reader.array()?);
        let things = reader.list(|reader| {
            let name: Box<str> = reader.text()?.into();
            let stamp = reader.option(Stamp::read)?;
            let (made_of, held) = (Key(reader.array()?), Key(reader.array()?));
            let (from, length) = (reader.size()?, reader.size()?);
            let tags = reader.list(|reader| reader.array().map(u32::from_le_bytes))?;
            Some((name, Blob { stamp, made_of, held, from, length, tags }))
        })?;
        let by_name = things.iter().zip(0..).map(|((name, _), at)| (name.clone(), at)).collect();
        let mark = Some(key(&bytes));
        let is_whole = reader.is_at_end();
        let (path, bytes) = (path.to_owned(), OnceLock::new());
        is_whole.then_some(Self { base, mark, path, bytes, things, by_name })
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

    /// The thing of a name.
    pub fn get(&self, name: &str) -> Option<&Blob> {
        self.by_name.get(name).map(|at| &self.things[*at].1)
    }

    /// The names of things that hold nothing.
    pub fn empty(&self) -> impl Iterator<Item = &str> {
        self.things.iter().filter(|(_, blob)| blob.length == 0).map(|(name, _)| &**name)
    }

    /// The tag of a word. Two words may share one.
    pub fn tag(word: &str) -> u32 {
        let Key([a, b, c, d, ..]) = key(word.as_bytes());
        u32::from_le_bytes([a, b, c, d])
    }

    /// The names of things that have one of these tags.
    pub fn tagged<'n>(&'n self, tags: &'n BTreeSet<u32>) -> impl Iterator<Item = &'n str> {
        let has = |blob: &Blob| blob.tags.iter().any(|tag| tags.contains(tag));
        self.things.iter().filter(move |(_, blob)| has(blob)).map(|(name, _)| &**name)
    }

    /// Gets ready to hand out most things.
    pub fn read_all(&self) {
        self.bytes.get_or_init(|| fs::read(&self.path).unwrap_or_default());
    }

    /// What a thing holds; nothing where that is not what was kept.
    pub fn bytes(&self, blob: &Blob) -> Vec<u8> {
        let held = match self.bytes.get() {
            Some(all) => all.get(blob.from..blob.from + blob.length).map(<[u8]>::to_vec),
            None => self.read_one(blob),
        };
        held.filter(|held| key(held) == blob.held).unwrap_or_default()
    }

    fn read_one(&self, blob: &Blob) -> Option<Vec<u8>> {
        let mut file = File::open(&self.path).ok()?;
        file.seek(SeekFrom::Start(blob.from as u64)).ok()?;
        let mut held = vec![0; blob.length];
        file.read_exact(&mut held).ok()?;
        Some(held)
    }
}

fn table(path: &Path) -> PathBuf {
    path.with_extension("table")
}

/// Writes things for the next run to find. That they cannot be written costs time only.
#[derive(Debug)]
pub struct BlobsWriter {
    path: PathBuf,
    file: Option<Place>,
    base: Key,
    table: Writer,
    count: usize,
    /// Where the next thing begins.
    end: usize,
}

/// How many bytes of no use are no reason to write everything anew.
const SPARE: usize = 1 << 16;

/// Where things are written to.
#[derive(Debug)]
enum Place {
    /// A file of their own.
    New(Unfinished),
    /// After those that are kept; until the table is another, nobody looks there.
    After(File),
}

impl BlobsWriter {
    /// Begins anew.
    pub fn new(path: &Path, base: Key) -> Self {
        Self::at(path, base, Unfinished::new(path).ok().map(Place::New), 0)
    }

    /// Goes on from what is kept, if not too much of that is of no use any more.
    pub fn after(blobs: &Blobs) -> Self {
        let used: usize = blobs.things.iter().map(|(_, blob)| blob.length).sum();
        let file = File::options().append(true).open(&blobs.path);
        let end = file.as_ref().ok().and_then(|file| file.metadata().ok());
        let end = end.and_then(|end| usize::try_from(end.len()).ok());
        match (file, end) {
            (Ok(file), Some(end)) if end / 2 <= used + SPARE => {
                Self::at(&blobs.path, blobs.base, Some(Place::After(file)), end)
            }
            _ => Self::new(&blobs.path, blobs.base),
        }
    }

    fn at(path: &Path, base: Key, file: Option<Place>, end: usize) -> Self {
        Self { path: path.to_owned(), file, base, table: Writer::default(), count: 0, end }
    }

    /// Adds a thing, and the tags by which it can be found.
    pub fn add(
        &mut self,
        name: &str,
        (stamp, made_of): (Option<Stamp>, Key),
        bytes: &[u8],
        tags: &[u32],
    ) {
        let written = match &mut self.file {
            Some(Place::New(file)) => file.add(bytes),
            Some(Place::After(file)) => file.write_all(bytes),
            None => return,
        };
        if written.is_err() {
            self.file = None;
            return;
        }
        let (held, length) = (key(bytes), bytes.len());
        let blob = Blob { stamp, made_of, held, from: self.end, length, tags: tags.to_vec() };
        self.end += length;
        self.list(name, stamp, &blob);
    }

    fn list(&mut self, name: &str, stamp: Option<Stamp>, blob: &Blob) {
        self.table.text(name);
        self.table.option(stamp, |writer, stamp| stamp.write(writer));
        self.table.raw(&blob.made_of.0);
        self.table.raw(&blob.held.0);
        self.table.size(blob.from);
        self.table.size(blob.length);
        self.table.list(&blob.tags, |writer, tag| writer.raw(&tag.to_le_bytes()));
        self.count += 1;
    }

    /// Adds a thing that was kept before, of which a stamp is new.
    pub fn add_again(&mut self, name: &str, stamp: Option<Stamp>, kept: &Blob, blobs: &Blobs) {
        match self.file {
            Some(Place::After(_)) => self.list(name, stamp, kept),
            _ => self.add(name, (stamp, kept.made_of), &blobs.bytes(kept), &kept.tags),
        }
    }

    /// Puts everything in its place, the table last. Answers what tells that from every other;
    /// nothing where it could not be written.
    pub fn finish(self) -> Option<Key> {
        let mut whole = Writer::default();
        whole.raw(&self.base.0);
        whole.size(self.count);
        whole.raw(&self.table.into_bytes());
        let whole = whole.into_bytes();
        match self.file? {
            Place::New(file) => file.finish(),
            Place::After(mut file) => file.flush(),
        }
        .and_then(|()| write(&table(&self.path), &whole))
        .ok()?;
        Some(key(&whole))
    }
}

/// How many things may differ from what is kept before it is written anew. Until then the next run
/// makes those few again.
pub const FEW: usize = 64;

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests write as anybody does")]
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
        blobs.read_all();
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
