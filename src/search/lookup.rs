//! Looks up rows in an index that somebody published. Nothing of it is signed: rows are hints, and
//! who relies on one looks at the entry that it leads to.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::{Arc, Mutex, PoisonError, RwLock},
};

use crate::search::{
    alike::{self, is_within, pairs, share},
    fold::{capitals, core, fold, query_core},
    found::Found,
    packed::{self, Damaged, Manifest, Mark},
    terms::{Fact, Term, is_pair, short_words, term_hash, terms},
};

/// Gets a file of the site by its path, and what stands for its version; nothing where there is none.
pub type Get<'g> = dyn Fn(&str, Option<&str>) -> Result<Option<Vec<u8>>, String> + Send + Sync + 'g;

/// Files that are read for one part of a name.
const FILES: usize = 64;
/// Lists of terms that are read to find a name.
const LISTS: usize = 6;
/// Rows that are looked at to find names that hold a text.
const ROWS: usize = 200;

/// Why nothing could be looked up.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LookupError {
    /// There is no index.
    #[error("there is no index of names and codes")]
    None,
    /// A file could not be had.
    #[error("{0}")]
    Unreachable(String),
    /// A file that the manifest promises is not there, or is another's.
    #[error("{0} of the index is missing")]
    Missing(String),
    /// A file that is not what it ought to be.
    #[error("{0} of the index is damaged")]
    Damaged(String),
}

/// Rows with a text in a name, and whether there may be more that were not looked at.
#[derive(Clone, Debug, Default)]
pub struct Named {
    /// The rows, newest first.
    pub rows: Vec<Found>,
    /// Whether not all was looked at.
    pub partial: bool,
}

/// An index that is asked.
pub struct Lookup<'g> {
    get: Box<Get<'g>>,
    manifest: RwLock<Arc<Manifest>>,
    kept: Mutex<HashMap<String, Arc<Vec<u8>>>>,
}

impl<'g> Lookup<'g> {
    /// Reads the manifest of an index.
    pub fn open(get: Box<Get<'g>>) -> Result<Self, LookupError> {
        let manifest = RwLock::new(Arc::new(manifest(&get)?));
        Ok(Self { get, manifest, kept: Mutex::default() })
    }

    /// How many editions there were, as the index says.
    pub fn editions(&self) -> Option<u64> {
        self.manifest.read().unwrap_or_else(PoisonError::into_inner).editions
    }

    /// Rows with this number, identifier (both as keys) or whole folded name, now or formerly; newest
    /// first.
    pub fn exact(&self, key: &str) -> Result<Vec<Found>, LookupError> {
        self.ask(|on| on.exact(key))
    }

    /// Some rows of a level of a scheme, newest first.
    pub fn of_level(
        &self,
        scheme: &str,
        level: &str,
        limit: usize,
    ) -> Result<Vec<Found>, LookupError> {
        let term = Fact::Level.word(&format!("{scheme}/{level}"));
        let fits = |row: &Found| row.is_of(scheme, level);
        self.ask(|on| on.with(&[term], &fits, limit)).map(|named| named.rows)
    }

    /// Rows with a text in one of their names, newest first.
    pub fn containing(&self, text: &str, limit: usize) -> Result<Named, LookupError> {
        let folded = fold(text);
        self.ask(|on| on.containing(&folded, limit))
    }

    /// Rows with a name like one that is not there, the likest first.
    pub fn similar(&self, text: &str) -> Result<Vec<Found>, LookupError> {
        let wanted = core(&fold(text)).to_owned();
        self.ask(|on| on.similar(&wanted))
    }

    /// Asks; once more where the manifest has been replaced meanwhile.
    fn ask<T>(
        &self,
        work: impl Fn(&Session<'_, 'g>) -> Result<T, LookupError>,
    ) -> Result<T, LookupError> {
        let now = Arc::clone(&self.manifest.read().unwrap_or_else(PoisonError::into_inner));
        match work(&Session { lookup: self, manifest: &now }) {
            Err(LookupError::Missing(_)) => {
                let fresh = Arc::new(manifest(&self.get)?);
                self.kept.lock().unwrap_or_else(PoisonError::into_inner).clear();
                *self.manifest.write().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&fresh);
                work(&Session { lookup: self, manifest: &fresh })
            }
            answer => answer,
        }
    }
}

fn manifest(get: &Get<'_>) -> Result<Manifest, LookupError> {
    let path = "s/manifest.json";
    let bytes = get(path, None).map_err(LookupError::Unreachable)?.ok_or(LookupError::None)?;
    Manifest::parse(&bytes).map_err(|Damaged| LookupError::Damaged(path.to_owned()))
}

/// What a row must be.
type Fits<'f> = dyn Fn(&Found) -> bool + 'f;

/// What is looked for, and what was found of it.
struct Sought<'f> {
    fits: &'f Fits<'f>,
    limit: usize,
    /// How many rows may still be looked at.
    left: usize,
    named: Named,
}

impl Sought<'_> {
    fn is_done(&self) -> bool {
        self.named.rows.len() >= self.limit
    }
}

/// A question to an index that is as a manifest says.
struct Session<'l, 'g> {
    lookup: &'l Lookup<'g>,
    manifest: &'l Manifest,
}

impl Session<'_, '_> {
    /// A file, read once.
    fn file(&self, path: &str, mark: Mark) -> Result<Arc<Vec<u8>>, LookupError> {
        let kept = || self.lookup.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(bytes) = kept().get(path) {
            return Ok(Arc::clone(bytes));
        }
        let bytes = (self.lookup.get)(path, Some(self.manifest.mark(mark)));
        let bytes = bytes.map_err(LookupError::Unreachable)?;
        let bytes = Arc::new(bytes.ok_or_else(|| LookupError::Missing(path.to_owned()))?);
        let mut kept = kept();
        if kept.len() >= 4096 {
            kept.clear();
        }
        kept.insert(path.to_owned(), Arc::clone(&bytes));
        Ok(bytes)
    }

    /// What is made of a file.
    fn read<T>(
        &self,
        path: &str,
        mark: Mark,
        make: impl FnOnce(&[u8]) -> Result<T, Damaged>,
    ) -> Result<T, LookupError> {
        make(&self.file(path, mark)?).map_err(|Damaged| LookupError::Damaged(path.to_owned()))
    }

    /// The rows of some serials, in their order. A serial that is not its certificate's newest has
    /// none.
    fn rows(&self, serials: impl IntoIterator<Item = u32>) -> Result<Vec<Found>, LookupError> {
        let log2 = self.manifest.row_log2;
        let mut rows = Vec::new();
        for serial in serials {
            let mark = if serial < self.manifest.main { Mark::Rows } else { Mark::Tail };
            let path = format!("s/r{log2}/{}.json", serial >> log2);
            let at = serial & ((1 << log2) - 1);
            rows.extend(self.read(&path, mark, |bytes| Found::in_block(bytes, at, serial))?);
        }
        Ok(rows)
    }

    fn exact(&self, key: &str) -> Result<Vec<Found>, LookupError> {
        let mut serials = BTreeSet::new();
        for (part, path) in self.manifest.key_files(key) {
            serials.extend(self.read(&path, part, |b| self.manifest.key_serials(part, b, key))?);
        }
        let in_order = serials.into_iter().rev().filter(|serial| *serial < self.manifest.n);
        let mut rows = self.rows(in_order)?;
        rows.retain(|row| row.has_key(key));
        Ok(rows)
    }

    /// The serials of a term that has no windows, in one part.
    fn list(&self, part: Mark, term: Term) -> Result<BTreeSet<u32>, LookupError> {
        let Manifest { main, bits, tail_bits, .. } = *self.manifest;
        let hash = term_hash(term);
        let found = if part == Mark::Tail {
            let kind = if is_pair(term) { "" } else { "x" };
            let path = format!("s/t{main}/{kind}{:x}.bin", hash & packed::mask(tail_bits));
            self.read(&path, part, |bytes| self.manifest.tail(bytes, hash))?
        } else {
            let path = format!("s/g{bits}/{:03x}.bin", hash & packed::mask(bits));
            let list = self.read(&path, part, |bytes| packed::list(bytes, main, hash >> 16))?;
            list.ok_or(LookupError::Missing(path))?
        };
        Ok(found.into_iter().collect())
    }

    /// The terms that have windows, with the power of two of these.
    fn windowed(&self, terms: &[Term]) -> Result<BTreeMap<Term, u32>, LookupError> {
        let mut known = self.manifest.heavy.clone();
        if self.manifest.main > 0 && !terms.iter().all(|term| is_pair(*term)) {
            known.extend(self.read("s/heavy.json", Mark::Main, packed::heavy)?);
        }
        known.retain(|term, _| terms.contains(term));
        Ok(known)
    }

    fn containing(&self, folded: &str, limit: usize) -> Result<Named, LookupError> {
        let mut wanted: Vec<Term> = Vec::new();
        terms(query_core(folded), |term| wanted.push(term));
        if wanted.is_empty() {
            short_words(&capitals(folded), |term| wanted.push(term));
        }
        let mut seen = BTreeSet::new();
        wanted.retain(|term| seen.insert(*term));
        if wanted.is_empty() {
            return Ok(Named::default());
        }
        self.with(&wanted, &|row| row.is_named_with(folded), limit)
    }

    /// Rows that have all terms, and fit.
    fn with(&self, wanted: &[Term], fits: &Fits<'_>, limit: usize) -> Result<Named, LookupError> {
        let mut sought = Sought { fits, limit, left: ROWS, named: Named::default() };
        if self.manifest.n > self.manifest.main {
            let lists = alike::spread(wanted, LISTS).into_iter();
            let serials = common(lists.map(|term| self.list(Mark::Tail, term)))?;
            self.confirm(serials, &mut sought)?;
        }
        if self.manifest.main > 0 {
            self.in_main(wanted, &mut sought)?;
        }
        Ok(sought.named)
    }

    /// Rows of the main part: of the terms those that are rare, or else the windows of one that is
    /// not, from the newest on.
    fn in_main(&self, wanted: &[Term], sought: &mut Sought<'_>) -> Result<(), LookupError> {
        let windowed = self.windowed(wanted)?;
        let rare: Vec<Term> =
            wanted.iter().copied().filter(|term| !windowed.contains_key(term)).collect();
        if !rare.is_empty() {
            let lists = alike::spread(&rare, LISTS).into_iter();
            let serials = common(lists.map(|term| self.list(Mark::Main, term)))?;
            return self.confirm(serials, sought);
        }
        // The one whose windows are widest has the fewest.
        let Some((term, log2)) = windowed.iter().max_by_key(|(_, log2)| **log2) else {
            return Ok(());
        };
        for (read, at) in (0..=(self.manifest.main - 1) >> log2).rev().enumerate() {
            if sought.is_done() {
                return Ok(());
            }
            if read >= FILES {
                sought.named.partial = true;
                return Ok(());
            }
            let path = format!("s/h/{:04x}{:04x}.{log2}.{at}.bin", term >> 16, term & 0xFFFF);
            let serials = self.read(&path, Mark::Main, packed::ascending)?;
            self.confirm(serials.into_iter().collect(), sought)?;
        }
        Ok(())
    }

    /// Looks at rows, newest first, until there are enough.
    fn confirm(&self, serials: BTreeSet<u32>, sought: &mut Sought<'_>) -> Result<(), LookupError> {
        for serial in serials.into_iter().rev().filter(|serial| *serial < self.manifest.n) {
            if sought.is_done() {
                return Ok(());
            }
            if sought.left == 0 {
                sought.named.partial = true;
                return Ok(());
            }
            sought.left -= 1;
            let rows = self.rows([serial])?.into_iter();
            sought.named.rows.extend(rows.filter(|row| (sought.fits)(row)));
        }
        Ok(())
    }

    fn similar(&self, wanted: &str) -> Result<Vec<Found>, LookupError> {
        let mut all = Vec::new();
        terms(wanted, |term| all.push(term));
        let windowed = self.windowed(&all)?;
        all.retain(|term| is_pair(*term) && !windowed.contains_key(term));
        let mut votes: BTreeMap<u32, usize> = BTreeMap::new();
        for term in alike::spread(&all, 4) {
            let Manifest { n, main, .. } = *self.manifest;
            let parts = [(n > main).then_some(Mark::Tail), (main > 0).then_some(Mark::Main)];
            for part in parts.into_iter().flatten() {
                for serial in self.list(part, term)?.into_iter().filter(|serial| *serial < n) {
                    *votes.entry(serial).or_default() += 1;
                }
            }
        }
        let asked = pairs(wanted);
        // Of a short text one rare pair says enough.
        let enough = if asked.len() < 5 { 1 } else { 2 };
        let mut best: Vec<(u32, usize)> = votes.into_iter().filter(|(_, n)| *n >= enough).collect();
        best.sort_by_key(|(serial, count)| std::cmp::Reverse((*count, *serial)));
        let rows = self.rows(best.into_iter().take(8).map(|(serial, _)| serial))?;
        let likeness = |row: &Found| {
            let like = |name: &str| match fold(name) {
                name if is_within(wanted, &name) => 1.0,
                name => share(&asked, &pairs(core(&name))),
            };
            row.names().map(like).fold(0.0, f64::max)
        };
        Ok(alike::likest(rows.into_iter().map(|row| (likeness(&row), row))))
    }
}

/// What is in all lists.
fn common(
    mut lists: impl Iterator<Item = Result<BTreeSet<u32>, LookupError>>,
) -> Result<BTreeSet<u32>, LookupError> {
    let first = lists.next().unwrap_or_else(|| Ok(BTreeSet::new()))?;
    lists.try_fold(first, |held, list| Ok(&held & &list?))
}
