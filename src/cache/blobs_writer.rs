//! Writes what [`Blobs`] are read from.

use std::{fs::File, io::Write as _, path::Path};

use crate::cache::{
    Blob, Blobs, Key, Stamp, Unfinished, Writer,
    blobs::{SPARE, table},
    key,
};

/// Writes things for the next run to find. That they cannot be written costs time only.
#[derive(Debug)]
pub struct BlobsWriter {
    /// Nothing once something could not be written.
    files: Option<(Place, Unfinished)>,
    count: u64,
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
        let table = Unfinished::new(&table(path)).and_then(|mut table| {
            table.add(&base.0)?;
            Ok(table)
        });
        Self { files: file.zip(table.ok()), count: 0, end }
    }

    /// Adds a thing, and the tags by which it can be found.
    pub fn add(
        &mut self,
        name: &str,
        (stamp, made_of): (Option<Stamp>, Key),
        bytes: &[u8],
        tags: &[u32],
    ) {
        let written = match &mut self.files {
            Some((Place::New(file), _)) => file.add(bytes),
            Some((Place::After(file), _)) => file.write_all(bytes),
            None => return,
        };
        if written.is_err() {
            self.files = None;
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
        let Some((_, table)) = &mut self.files else { return };
        let mut line = Writer::default();
        line.text(name);
        line.option(stamp, |line, stamp| stamp.write(line));
        line.raw(&made_of.0);
        line.raw(&held.0);
        line.size(from);
        line.size(length);
        line.list(tags, |line, tag| line.raw(&tag.to_le_bytes()));
        if table.add(line.bytes()).is_err() {
            self.files = None;
        }
        self.count += 1;
    }

    /// Adds a thing that was kept before, of which a stamp is new.
    pub fn add_again(&mut self, name: &str, stamp: Option<Stamp>, kept: &Blob, blobs: &Blobs) {
        let (of, tags) = ((stamp, kept.made_of), blobs.tags(kept));
        match self.files {
            Some((Place::After(_), _)) => {
                self.list(name, of, (kept.held, (kept.from, kept.length)), tags);
            }
            _ => self.add(name, of, &blobs.bytes(kept), tags),
        }
    }

    /// Puts everything in its place, the table last. Answers what tells that from every other;
    /// nothing where it could not be written.
    pub fn finish(self) -> Option<Key> {
        let (things, mut table) = self.files?;
        match things {
            Place::New(file) => file.finish().map(drop),
            Place::After(mut file) => file.flush(),
        }
        .and_then(|()| table.add(&self.count.to_le_bytes()))
        .and_then(|()| table.finish())
        .ok()
    }
}
