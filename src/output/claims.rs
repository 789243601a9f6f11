//! Who has which path in a run. A large site has millions of paths: each is kept once, among others
//! in one piece of memory, and has a number by which others speak of it.

use std::{
    array,
    hash::RandomState,
    sync::{Mutex, MutexGuard, PoisonError},
};

use rayon::prelude::*;

use crate::output::{OutputError, paths, slots::Slots};

/// How many shelves there are: as many threads can take paths at once, and as many parts of the
/// whole grow one by one.
const SHELVES: u32 = 64;

/// The paths taken in a run, each with what makes two files of one path the same.
#[derive(Debug)]
pub(super) struct Claims<T> {
    state: RandomState,
    shelves: [Mutex<Shelf<T>>; SHELVES as usize],
}

/// Paths that have the same first bits of their hashes.
#[derive(Debug)]
struct Shelf<T> {
    /// One after another.
    paths: String,
    /// Where each ends.
    ends: Vec<usize>,
    files: Vec<T>,
    /// Their places here.
    slots: Slots,
}

/// Whether a path was free.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Claim {
    First,
    Again,
}

impl<T> Default for Claims<T> {
    fn default() -> Self {
        let shelf = || Shelf {
            paths: String::new(),
            ends: Vec::new(),
            files: Vec::new(),
            slots: Slots::default(),
        };
        Self { state: RandomState::new(), shelves: array::from_fn(|_| Mutex::new(shelf())) }
    }
}

impl<T> Shelf<T> {
    fn path(&self, at: u32) -> &str {
        let at = at as usize;
        let from = at.checked_sub(1).map_or(0, |before| self.ends[before]);
        self.paths.get(from..self.ends[at]).unwrap_or_default()
    }

    /// The place of a path, in whatever spelling.
    fn find(&self, hash: u32, path: &str) -> Option<u32> {
        self.slots.find(hash, |at| paths::is_same(self.path(at), path))
    }

    fn push(&mut self, hash: u32, path: &str, file: T) {
        let at = u32::try_from(self.ends.len()).ok().filter(|at| *at < u32::MAX / SHELVES);
        let at = at.expect("four thousand million paths are more than any memory holds");
        self.paths.push_str(path);
        self.ends.push(self.paths.len());
        self.files.push(file);
        self.slots.insert(hash, at);
    }
}

impl<T: PartialEq> Claims<T> {
    /// Takes a path for a file.
    pub(super) fn claim(&self, path: &str, file: T) -> Result<Claim, OutputError> {
        let (_, mut shelf, hash) = self.shelf(path);
        let Some(at) = shelf.find(hash, path) else {
            shelf.push(hash, path, file);
            return Ok(Claim::First);
        };
        let other = shelf.path(at);
        if other != path {
            let (path, other) = (path.to_owned(), other.to_owned());
            Err(OutputError::Capitals { path, other })
        } else if shelf.files[at as usize] != file {
            Err(OutputError::Twice { path: path.to_owned() })
        } else {
            Ok(Claim::Again)
        }
    }
}

impl<T> Claims<T> {
    /// The shelf of a path, which one it is, and the path's hash there.
    fn shelf(&self, path: &str) -> (u32, MutexGuard<'_, Shelf<T>>, u32) {
        let [a, b, c, d, first, ..] = paths::hash(&self.state, path).to_le_bytes();
        let which = u32::from(first) % SHELVES;
        // A panic of another thread while it took a path stops the whole run.
        let shelf = self.shelves[which as usize].lock().unwrap_or_else(PoisonError::into_inner);
        (which, shelf, u32::from_le_bytes([a, b, c, d]))
    }

    /// Whether a path is taken, in whatever spelling.
    pub(super) fn has(&self, path: &str) -> bool {
        let (_, shelf, hash) = self.shelf(path);
        shelf.find(hash, path).is_some()
    }

    /// What a path was taken for, in this spelling.
    pub(super) fn with<U>(&self, path: &str, use_it: impl FnOnce(&T) -> U) -> Option<U> {
        let (_, shelf, hash) = self.shelf(path);
        let at = shelf.find(hash, path).filter(|at| shelf.path(*at) == path)?;
        Some(use_it(&shelf.files[at as usize]))
    }

    /// The number of a path that was taken.
    pub(super) fn number(&self, path: &str) -> Option<u32> {
        let (which, shelf, hash) = self.shelf(path);
        Some(shelf.find(hash, path)? * SHELVES + which)
    }

    /// The paths, in no order.
    pub(super) fn paths(&self) -> Vec<String> {
        let mut paths = Vec::new();
        for shelf in &self.shelves {
            let shelf = shelf.lock().unwrap_or_else(PoisonError::into_inner);
            paths.extend((0..).take(shelf.ends.len()).map(|at| shelf.path(at).to_owned()));
        }
        paths
    }
}

impl<T: Sync> Claims<T> {
    /// All that was taken, when nothing more is.
    pub(super) fn sorted(self) -> Taken<T> {
        let shelves =
            self.shelves.map(|shelf| shelf.into_inner().unwrap_or_else(PoisonError::into_inner));
        let mut order = Vec::with_capacity(shelves.iter().map(|shelf| shelf.ends.len()).sum());
        for (which, shelf) in (0..).zip(&shelves) {
            order.extend((0..).take(shelf.ends.len()).map(|at: u32| at * SHELVES + which));
        }
        let mut taken = Taken { order: Vec::new(), shelves };
        order.par_sort_unstable_by(|a, b| taken.path(*a).cmp(taken.path(*b)));
        taken.order = order;
        taken
    }
}

/// The paths that a run has taken.
#[derive(Debug)]
pub(super) struct Taken<T> {
    shelves: [Shelf<T>; SHELVES as usize],
    /// Their numbers, by path.
    order: Vec<u32>,
}

impl<T> Taken<T> {
    /// The numbers, in the order of paths.
    pub(super) fn order(&self) -> &[u32] {
        &self.order
    }

    /// The path of a number.
    pub(super) fn path(&self, number: u32) -> &str {
        self.shelves[(number % SHELVES) as usize].path(number / SHELVES)
    }

    /// What the path of a number was taken for.
    pub(super) fn file(&self, number: u32) -> &T {
        &self.shelves[(number % SHELVES) as usize].files[(number / SHELVES) as usize]
    }

    /// A number that is above all.
    pub(super) fn end(&self) -> usize {
        let longest = self.shelves.iter().map(|shelf| shelf.ends.len()).max().unwrap_or_default();
        longest * SHELVES as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_path_has_one_file_and_one_spelling() {
        let claims = Claims::default();
        let long = "x".repeat(200);
        for (path, other) in [("A", "a"), ("É", "é"), (&*long, &*long.to_uppercase())] {
            assert_eq!(claims.claim(path, 1).unwrap(), Claim::First);
            assert_eq!(claims.claim(path, 1).unwrap(), Claim::Again);
            assert!(matches!(claims.claim(path, 2), Err(OutputError::Twice { .. })));
            assert!(matches!(claims.claim(other, 1), Err(OutputError::Capitals { .. })));
            assert!(claims.has(other));
            assert_eq!(claims.with(path, |file| *file), Some(1));
            assert_eq!(claims.with(other, |file| *file), None);
        }
        assert!(!claims.has("b"));
    }

    #[test]
    fn paths_are_spoken_of_by_number_and_listed_in_order() {
        let claims = Claims::default();
        let names: Vec<_> = (0..5000_u32).map(|n| format!("c/{}", n.wrapping_mul(7919))).collect();
        for (name, file) in names.iter().zip(0..) {
            claims.claim(name, file).unwrap();
        }
        assert_eq!(claims.number("d"), None);
        let numbers: Vec<_> = names.iter().map(|name| claims.number(name).unwrap()).collect();
        let taken = claims.sorted();
        for ((name, file), number) in names.iter().zip(0..).zip(numbers) {
            assert_eq!((taken.path(number), *taken.file(number)), (&**name, file));
            assert!((number as usize) < taken.end());
        }
        assert!(taken.order().is_sorted_by(|a, b| taken.path(*a) < taken.path(*b)));
        assert_eq!(taken.order().len(), 5000);
    }
}
