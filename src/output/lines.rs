//! The lines of the manifest that a run leaves: those that stay, and those of what it has taken.

use std::{
    collections::BTreeSet,
    convert::Infallible,
    io::{self, BufWriter, Write as _},
    path::Path,
    sync::atomic::AtomicU64,
};

use crate::cache::Draft;
use crate::output::{
    claims::Taken,
    listing::Listing,
    manifest::{self, Digest, MANIFEST},
    paths,
    unfinished::begin,
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
    /// Of each line of the manifest before, or [`GONE`]. Nothing where all are where they were.
    pub(super) before: Option<Vec<u32>>,
    /// Of each number of what was taken.
    taken: Vec<u32>,
    /// The folders of all files, and those above them. Nothing where they are those there were.
    pub(super) folders: Option<BTreeSet<String>>,
}

impl Places {
    /// Where a line of the manifest before is.
    pub(super) fn before(&self, line: u32) -> u32 {
        let Some(before) = &self.before else { return line };
        before.get(line as usize).copied().unwrap_or(GONE)
    }

    /// Where the line of a number of what was taken is; [`GONE`] where there is no such number.
    pub(super) fn taken(&self, number: u32) -> u32 {
        self.taken.get(number as usize).copied().unwrap_or(GONE)
    }
}

/// Lines that stand in the places of those of the same paths: these, and the numbers of what was
/// taken, in order.
pub(super) type Replaced = Vec<(u32, u32)>;

/// Of how many lines, at least, one is looked for by itself.
const ONE_OF: usize = 64;

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

    /// The lines that are not those they were, where they are few and the paths are the same.
    pub(super) fn replaced(&self) -> Option<Replaced> {
        let (units, count) = (self.units?, self.before.len());
        let order = self.taken.order();
        let kept = units.count_kept(count);
        if count == 0 || order.len() > count / ONE_OF || kept + order.len() < count {
            return None;
        }
        let find = |number: &u32| {
            let line = self.before.find(self.taken.path(*number))?;
            Some((u32::try_from(line).ok()?, *number))
        };
        let replaced: Replaced = order.iter().map(find).collect::<Option<_>>()?;
        let new = replaced.iter().filter(|(line, _)| !units.is_kept(*line as usize)).count();
        (kept + new == count).then_some(replaced)
    }

    /// Where the lines are.
    pub(super) fn places(&self, replaced: Option<&Replaced>) -> Places {
        let mut taken = vec![GONE; self.taken.end()];
        if let Some(replaced) = replaced {
            for (line, number) in replaced {
                taken[*number as usize] = *line;
            }
            return Places { before: None, taken, folders: None };
        }
        let mut before = vec![GONE; self.before.len()];
        let mut folders = BTreeSet::from([String::new()]);
        let mut last = String::new();
        // Where there were more lines than numbers, those after are gone: made again the next time.
        let mut at = 0_u32;
        let Ok(()) = self.each::<Infallible>(|line, path| {
            match line {
                Line::Kept(line) => before[line] = at,
                Line::Taken(number, line) => {
                    taken[number as usize] = at;
                    if let Some(line) = line {
                        before[line] = at;
                    }
                }
            }
            at = at.saturating_add(1);
            if paths::folder(path) != last {
                paths::folder(path).clone_into(&mut last);
                add_folders(&mut folders, &last);
            }
            Ok(())
        });
        Places { before: Some(before), taken, folders: Some(folders) }
    }

    /// Writes the manifest piece by piece, unless it is the one that is there. `next` numbers the
    /// names of unfinished files.
    pub(super) fn print(
        &self,
        replaced: Option<&Replaced>,
        (root, next): (&Path, &AtomicU64),
    ) -> io::Result<()> {
        if let Some(replaced) = replaced {
            return self.print_replaced(replaced, (root, next));
        }
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

    /// Writes the manifest with other lines in the places of some, if they are others.
    fn print_replaced(
        &self,
        replaced: &Replaced,
        (root, next): (&Path, &AtomicU64),
    ) -> io::Result<()> {
        let (before, mut text) = (self.before, String::new());
        let (mut file, mut done) = (None, 0);
        for (line, number) in replaced {
            text.clear();
            manifest::print(&mut text, self.taken.path(*number), self.taken.file(*number));
            let line = *line as usize;
            if before.line(line) == text {
                continue;
            }
            let file = match &mut file {
                Some(file) => file,
                free @ None => free.insert(begin(root, next)?),
            };
            let same = before.text().get(done..before.start(line)).unwrap_or_default();
            file.write_all(same.as_bytes())?;
            file.write_all(text.as_bytes())?;
            done = before.start(line + 1);
        }
        let Some(mut file) = file else { return Ok(()) };
        file.write_all(before.text().get(done..).unwrap_or_default().as_bytes())?;
        file.place(&root.join(MANIFEST))
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
    file: Option<BufWriter<Draft>>,
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
    fn begin(&self) -> io::Result<BufWriter<Draft>> {
        let unfinished = begin(self.root, self.next)?;
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
