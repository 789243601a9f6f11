//! The manifest in memory: what the last finished run wrote, and what a killed one left.

use std::{
    collections::{BTreeMap, HashMap},
    hash::RandomState,
    ops::Range,
    path::Path,
    sync::OnceLock,
};

use crate::output::{
    OutputError,
    manifest::{self, Digest},
    paths,
    slots::Slots,
};

/// How many characters a digest and the spaces after it take in a line.
const DIGEST: usize = 66;

/// The files of earlier runs. Lines are in the order of paths.
#[derive(Debug, Default)]
pub(super) struct Listing {
    is_there: bool,
    text: String,
    /// Where each line begins, and where the last one ends.
    starts: Vec<usize>,
    /// What a killed run left, by key.
    left: HashMap<String, String>,
    /// What there is at the top, once a path in any spelling is looked for.
    tops: OnceLock<BTreeMap<String, Top>>,
}

/// A file that an earlier run wrote.
#[derive(Clone, Copy, Debug)]
pub(super) struct Known<'l> {
    pub(super) path: &'l str,
    /// None when the run did not come to its end.
    pub(super) digest: Option<Digest>,
}

impl Listing {
    /// A manifest that was read and looked through, or written by ourselves.
    pub(super) fn new(text: String) -> Self {
        let mut starts = Vec::with_capacity(text.len() / (DIGEST + 16));
        starts.push(0);
        let mut at = 0;
        // No line ends before its digest does.
        while let Some(end) = text.get(at + DIGEST..).and_then(|rest| rest.find('\n')) {
            at += DIGEST + end + 1;
            starts.push(at);
        }
        Self { is_there: true, text, starts, ..Self::default() }
    }

    /// Adds what a killed run left.
    pub(super) fn leave(&mut self, left: Vec<String>) -> Result<(), OutputError> {
        for path in left {
            self.left.insert(paths::key(&path)?, path);
        }
        Ok(())
    }

    /// Whether there is a manifest.
    pub(super) fn is_there(&self) -> bool {
        self.is_there
    }

    /// The whole manifest.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// How many lines there are.
    pub(super) fn len(&self) -> usize {
        self.starts.len().saturating_sub(1)
    }

    /// Where a line begins; where the last one ends, for that after it.
    pub(super) fn start(&self, line: usize) -> usize {
        self.starts.get(line).copied().unwrap_or(self.text.len())
    }

    /// A line with its line end.
    pub(super) fn line(&self, line: usize) -> &str {
        let range = self.starts.get(line).zip(self.starts.get(line + 1));
        range.and_then(|(from, until)| self.text.get(*from..*until)).unwrap_or_default()
    }

    /// The path in a line.
    pub(super) fn path(&self, line: usize) -> &str {
        self.line(line).get(DIGEST..).and_then(|rest| rest.strip_suffix('\n')).unwrap_or_default()
    }

    fn digest(&self, line: usize) -> Option<Digest> {
        manifest::from_hex(self.line(line).get(..DIGEST - 2)?)
    }

    /// The line of a path.
    pub(super) fn find(&self, path: &str) -> Option<usize> {
        let (mut from, mut until) = (0, self.len());
        while from < until {
            let middle = usize::midpoint(from, until);
            match self.path(middle).cmp(path) {
                std::cmp::Ordering::Equal => return Some(middle),
                std::cmp::Ordering::Less => from = middle + 1,
                std::cmp::Ordering::Greater => until = middle,
            }
        }
        None
    }

    /// What is known of a path or of another spelling of it. `key` is its key.
    pub(super) fn get(&self, path: &str, key: &str) -> Option<Known<'_>> {
        if let Some(path) = self.left.get(key) {
            return Some(Known { path, digest: None });
        }
        let line = self.find(path).or_else(|| self.spelled(key))?;
        Some(Known { path: self.path(line), digest: self.digest(line) })
    }

    /// The line of another spelling of a path.
    fn spelled(&self, key: &str) -> Option<usize> {
        let Top { ranges, spelled } = self.tops.get_or_init(|| self.tops()).get(top(key))?;
        let (state, slots) = spelled.get_or_init(|| {
            let (state, mut slots) = (RandomState::new(), Slots::default());
            let lines = ranges.iter().cloned().flatten();
            for line in lines.filter_map(|line| u32::try_from(line).ok()) {
                slots.insert(short(&state, self.path(line as usize)), line);
            }
            (state, slots)
        });
        let is_it = |line: u32| paths::is_same(self.path(line as usize), key);
        slots.find(short(state, key), is_it).map(|line| line as usize)
    }

    /// Where the lines are of what begins with one name.
    fn tops(&self) -> BTreeMap<String, Top> {
        let mut tops: BTreeMap<String, Top> = BTreeMap::new();
        let mut from = 0;
        while from < self.len() {
            let path = self.path(from);
            let mut until = from + 1;
            if let Some((name, _)) = path.split_once('/') {
                // All that is in one folder stands together.
                let is_inside = |line: usize| {
                    self.path(line).strip_prefix(name).is_some_and(|rest| rest.starts_with('/'))
                };
                let (mut inside, mut outside) = (from, self.len());
                while inside + 1 < outside {
                    let middle = usize::midpoint(inside, outside);
                    if is_inside(middle) { inside = middle } else { outside = middle }
                }
                until = outside;
            }
            tops.entry(top(path).to_lowercase()).or_default().ranges.push(from..until);
            from = until;
        }
        tops
    }

    /// The keys and paths of what stands in no line: what a killed run left.
    pub(super) fn left(&self) -> impl Iterator<Item = (&str, &str)> {
        self.left.iter().map(|(key, path)| (&**key, &**path))
    }
}

/// The files in one folder at the top, or of one name there, in whatever spelling.
#[derive(Debug, Default)]
struct Top {
    ranges: Vec<Range<usize>>,
    /// Lines by their paths in any spelling, once one is looked for.
    spelled: OnceLock<(RandomState, Slots)>,
}

/// The first name of a path.
fn top(path: &str) -> &str {
    path.split_once('/').map_or(path, |(top, _)| top)
}

/// A part of a path's hash.
fn short(state: &RandomState, path: &str) -> u32 {
    let [a, b, c, d, ..] = paths::hash(state, path).to_le_bytes();
    u32::from_le_bytes([a, b, c, d])
}

/// Reads a manifest that is still the one that we have written.
pub(super) fn read_own(root: &Path) -> Result<Option<Listing>, OutputError> {
    match manifest::read(root)?.map(String::from_utf8) {
        Some(Ok(text)) => Ok(Some(Listing::new(text))),
        _ => read(root),
    }
}

/// Reads the manifest and looks through it; nothing where there is none.
pub(super) fn read(root: &Path) -> Result<Option<Listing>, OutputError> {
    let Some(text) = manifest::read(root)? else { return Ok(None) };
    let path = root.join(manifest::MANIFEST);
    let malformed = |line: usize| OutputError::ManifestMalformed { path: path.clone(), line };
    let text = String::from_utf8(text).map_err(|error| {
        let sound = error.utf8_error().valid_up_to();
        malformed(error.as_bytes()[..sound].split(|&b| b == b'\n').count())
    })?;
    for (line, at) in text.split_inclusive('\n').zip(1..) {
        if !is_line(line) {
            return Err(malformed(at));
        }
    }
    // Whoever merges two of them by hand may leave them out of order.
    let lines = || text.split_inclusive('\n');
    if !lines().is_sorted_by(|a, b| a.get(DIGEST..) < b.get(DIGEST..)) {
        let path = |line: &&str| line.get(DIGEST..).unwrap_or_default().to_owned();
        let mut lines: Vec<&str> = lines().collect();
        lines.sort_by_key(path);
        lines.dedup_by_key(|line| path(line));
        return Ok(Some(Listing::new(lines.concat())));
    }
    Ok(Some(Listing::new(text)))
}

fn is_line(line: &str) -> bool {
    let parts = line.strip_suffix('\n').and_then(|line| line.split_once("  "));
    parts.is_some_and(|(digest, path)| {
        manifest::from_hex(digest).is_some() && paths::key(path).is_ok()
    })
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests write as anybody does")]
mod tests {
    use std::fs;

    use super::*;

    fn put(root: &Path, text: &str) {
        fs::write(root.join(manifest::MANIFEST), text).unwrap();
    }

    #[test]
    fn a_manifest_reads_as_it_was_printed() {
        let root = tempfile::tempdir().unwrap();
        assert!(read(root.path()).unwrap().is_none());
        let digests = [manifest::digest(b"1"), manifest::digest(b"2")];
        let mut text = String::new();
        manifest::print(&mut text, "A/b  c", &digests[0]);
        manifest::print(&mut text, "d", &digests[1]);
        put(root.path(), &text);
        let listing = read(root.path()).unwrap().unwrap();
        assert_eq!((listing.len(), listing.path(0), listing.find("d")), (2, "A/b  c", Some(1)));
        assert_eq!(listing.get("a/B  c", "a/b  c").unwrap().path, "A/b  c");
        assert_eq!(listing.get("D", "d").unwrap().path, "d");
        assert_eq!(listing.get("d", "d").unwrap().digest, Some(digests[1]));
        assert!(listing.get("e", "e").is_none());
        let lines: Vec<_> = text.split_inclusive('\n').rev().collect();
        put(root.path(), &lines.concat());
        assert_eq!(read(root.path()).unwrap().unwrap().find("d"), Some(1));
    }

    #[test]
    fn a_manifest_that_reaches_outside_is_refused() {
        let hex = "0".repeat(64);
        let lines = ["../x", "/etc/passwd", "a/../../x", "x\\y"].map(|p| format!("{hex}  {p}\n"));
        let torn = [format!("{hex}  a"), format!("{hex} a\n"), "x  a\n".into(), "\n".into()];
        for line in lines.iter().chain(&torn) {
            let root = tempfile::tempdir().unwrap();
            put(root.path(), &format!("{hex}  good\n{line}"));
            let error = read(root.path()).unwrap_err();
            assert!(matches!(error, OutputError::ManifestMalformed { line: 2, .. }), "{line:?}");
        }
    }
}
