//! Writes what [`Blobs`] are read from.

use std::{
    fs::File,
    io::Write as _,
    path::{Path, PathBuf},
};

use crate::cache::{
    Blob, Blobs, Key, Stamp, Unfinished, Writer,
    blobs::{SPARE, table},
    key, write,
};

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
        let used: usize = blobs.things.iter().map(|blob| blob.length).sum();
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
        let place = (self.end, bytes.len());
        self.end += bytes.len();
        self.list(name, (stamp, made_of), (key(bytes), place), tags);
    }

    /// Lists a thing: its name, what it was made of, what it holds and where, and its tags.
    fn list(
        &mut self,
        name: &str,
        (stamp, made_of): (Option<Stamp>, Key),
        (held, (from, length)): (Key, (usize, usize)),
        tags: &[u32],
    ) {
        self.table.text(name);
        self.table.option(stamp, |writer, stamp| stamp.write(writer));
        self.table.raw(&made_of.0);
        self.table.raw(&held.0);
        self.table.size(from);
        self.table.size(length);
        self.table.list(tags, |writer, tag| writer.raw(&tag.to_le_bytes()));
        self.count += 1;
    }

    /// Adds a thing that was kept before, of which a stamp is new.
    pub fn add_again(&mut self, name: &str, stamp: Option<Stamp>, kept: &Blob, blobs: &Blobs) {
        let (of, tags) = ((stamp, kept.made_of), blobs.tags(kept));
        match self.file {
            Some(Place::After(_)) => {
                self.list(name, of, (kept.held, (kept.from, kept.length)), tags);
            }
            _ => self.add(name, of, &blobs.bytes(kept), tags),
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
            Place::New(file) => file.finish().map(drop),
            Place::After(mut file) => file.flush(),
        }
        .and_then(|()| write(&table(&self.path), &whole))
        .ok()
    }
}
