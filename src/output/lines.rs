//! The lines of the manifest that a run leaves: those that stay, and those of what it has taken.

use std::{
    collections::BTreeSet,
    convert::Infallible,
    io::{self, BufWriter, Write as _},
    path::Path,
    sync::atomic::AtomicU64,
};

use crate::output::{
    claims::Taken,
    listing::Listing,
    manifest::{self, Digest, MANIFEST},
    paths,
    unfinished::Unfinished,
    units::Units,
};

/// The number of a line that is not there.
pub(super) const GONE: u32 = u32::MAX;

/// Where a line comes from.
#[derive(Clone, Copy)]
enum Line {
    /// A line of the manifest before.
    Kept(usize),
    /// A number of what was taken, and the line of the same path in the manifest before.
    Taken(u32, Option<usize>),
}

/// What the manifest of a run is made of.
pub(super) struct Lines<'l> {
    pub(super) before: &'l Listing,
    pub(super) units: Option<&'l Units>,
    pub(super) taken: &'l Taken<Digest>,
}

/// Where lines are, once the manifest is made.
#[derive(Debug)]
pub(super) struct Places {
    /// Of each line of the manifest before, or [`GONE`].
    pub(super) before: Vec<u32>,
    /// Of each number of what was taken, or [`GONE`] where there is no such number.
    pub(super) taken: Vec<u32>,
    /// The folders of all files, and those above them.
    pub(super) folders: BTreeSet<String>,
}

impl Lines<'_> {
    /// Goes through all lines, in the order of their paths.
    fn each<E>(&self, mut take: impl FnMut(Line, &str) -> Result<(), E>) -> Result<(), E> {
        let mut taken = self.taken.order().iter().map(|at| (*at, self.taken.path(*at))).peekable();
        for line in 0..self.before.len() {
            let path = self.before.path(line);
            while let Some((number, path)) = taken.next_if(|taken| taken.1 < path) {
                take(Line::Taken(number, None), path)?;
            }
            if let Some((number, path)) = taken.next_if(|taken| taken.1 == path) {
                take(Line::Taken(number, Some(line)), path)?;
            } else if self.units.is_some_and(|units| units.is_kept(line)) {
                take(Line::Kept(line), path)?;
            }
        }
        taken.try_for_each(|(number, path)| take(Line::Taken(number, None), path))
    }

    /// Where the lines are.
    pub(super) fn places(&self) -> Places {
        let mut places = Places {
            before: vec![GONE; self.before.len()],
            taken: vec![GONE; self.taken.end()],
            folders: BTreeSet::from([String::new()]),
        };
        let mut last = String::new();
        // Where there were more lines than numbers, those after are gone: made again the next time.
        let mut at = 0_u32;
        let Ok(()) = self.each::<Infallible>(|line, path| {
            match line {
                Line::Kept(line) => places.before[line] = at,
                Line::Taken(number, before) => {
                    places.taken[number as usize] = at;
                    if let Some(before) = before {
                        places.before[before] = at;
                    }
                }
            }
            at = at.saturating_add(1);
            if paths::folder(path) != last {
                paths::folder(path).clone_into(&mut last);
                add_folders(&mut places.folders, &last);
            }
            Ok(())
        });
        places
    }

    /// Writes the manifest piece by piece, unless it is the one that is there. `next` numbers the
    /// names of unfinished files.
    pub(super) fn print(&self, root: &Path, next: &AtomicU64) -> io::Result<()> {
        let mut print = Print { before: self.before, same: 0, file: None, root, next };
        let mut text = String::new();
        self.each(|line, path| match line {
            Line::Kept(line) => print.line(self.before.line(line)),
            Line::Taken(number, _) => {
                text.clear();
                manifest::print(&mut text, path, self.taken.file(number));
                print.line(&text)
            }
        })?;
        print.finish()
    }
}

fn add_folders(folders: &mut BTreeSet<String>, folder: &str) {
    let mut above = folder;
    while !above.is_empty() && folders.insert(above.to_owned()) {
        above = paths::folder(above);
    }
}

/// A manifest while it is made. As long as it is like the one before it is compared only.
struct Print<'p> {
    before: &'p Listing,
    /// How many bytes are as before.
    same: usize,
    file: Option<BufWriter<Unfinished>>,
    root: &'p Path,
    next: &'p AtomicU64,
}

impl Print<'_> {
    fn line(&mut self, line: &str) -> io::Result<()> {
        if let Some(file) = &mut self.file {
            return file.write_all(line.as_bytes());
        }
        let rest = self.before.text().get(self.same..).unwrap_or_default();
        if rest.starts_with(line) {
            self.same += line.len();
            return Ok(());
        }
        self.file.insert(self.begin()?).write_all(line.as_bytes())
    }

    /// A file that begins with what is as before.
    fn begin(&self) -> io::Result<BufWriter<Unfinished>> {
        let unfinished = Unfinished::new(self.root, self.next)?;
        let mut file = BufWriter::with_capacity(1 << 18, unfinished);
        let same = self.before.text().get(..self.same).unwrap_or_default();
        file.write_all(same.as_bytes())?;
        Ok(file)
    }

    fn finish(mut self) -> io::Result<()> {
        let is_before = self.before.is_there() && self.same == self.before.text().len();
        let file = match self.file.take() {
            Some(file) => file,
            None if is_before => return Ok(()),
            None => self.begin()?,
        };
        file.into_inner()?.place(&self.root.join(MANIFEST))
    }
}
