//! Which paths an output may have, and who has which.

use std::{
    collections::{HashMap, hash_map::Entry},
    hash::{Hash, Hasher},
    sync::{Mutex, MutexGuard, PoisonError},
};

use crate::output::OutputError;

/// How the names of the tree's own files begin.
pub(super) const OWN: &str = ".attestar-";
/// How the names of unfinished files end.
pub(super) const UNFINISHED: &str = ".attestar-tmp";

/// The form in which paths are compared, which ignores capitals as many disks do; or an error when
/// the path could leave the folder, hit one of the tree's own files, or break a line of a list.
pub(super) fn key(path: &str) -> Result<String, OutputError> {
    let key = path.to_lowercase();
    let strange = |c: char| c.is_control() || matches!(c, '\\' | ':');
    let own = |part: &str| part.starts_with(OWN) || part.ends_with(UNFINISHED);
    if key.contains(strange) || key.split('/').any(|p| matches!(p, "" | "." | "..") || own(p)) {
        return Err(OutputError::PathInvalid { path: path.to_owned() });
    }
    Ok(key)
}

/// The folder of a path; empty for the output folder itself.
pub(super) fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// The paths taken in a run, each with what makes two files of one path the same.
#[derive(Debug)]
pub(super) struct Claims<T>(Mutex<HashMap<Taken, T>>);

/// A path that is the same as another where capitals do not count. It has no key beside it: a large
/// site has millions of paths.
#[derive(Debug, Eq)]
pub(super) struct Taken(Box<str>);

impl Taken {
    /// The path as it was spelled.
    pub(super) fn path(&self) -> &str {
        &self.0
    }
}

impl PartialEq for Taken {
    fn eq(&self, other: &Self) -> bool {
        let (path, other) = (&self.0, &other.0);
        if path.is_ascii() && other.is_ascii() {
            path.eq_ignore_ascii_case(other)
        } else {
            path.to_lowercase() == other.to_lowercase()
        }
    }
}

impl Hash for Taken {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let mut small = [0; 128];
        match small.get_mut(..self.0.len()).filter(|_| self.0.is_ascii()) {
            Some(small) => {
                small.copy_from_slice(self.0.as_bytes());
                small.make_ascii_lowercase();
                state.write(small);
            }
            None => state.write(self.0.to_lowercase().as_bytes()),
        }
    }
}

/// Whether a path was free.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Claim {
    First,
    Again,
}

impl<T> Default for Claims<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T: PartialEq> Claims<T> {
    /// Takes a path for a file.
    pub(super) fn claim(&self, path: &str, file: T) -> Result<Claim, OutputError> {
        let taken = Taken(path.into());
        let mut claims = self.lock();
        match claims.entry(taken) {
            Entry::Vacant(free) => {
                free.insert(file);
                Ok(Claim::First)
            }
            Entry::Occupied(other) if other.key().path() != path => {
                let (path, other) = (path.to_owned(), other.key().path().to_owned());
                Err(OutputError::Capitals { path, other })
            }
            Entry::Occupied(other) if *other.get() != file => {
                Err(OutputError::Twice { path: path.to_owned() })
            }
            Entry::Occupied(_) => Ok(Claim::Again),
        }
    }

    /// Whether a path is taken, in whatever spelling.
    pub(super) fn has(&self, path: &str) -> bool {
        self.lock().contains_key(&Taken(path.into()))
    }

    /// What a path was taken for, in this spelling.
    pub(super) fn with<U>(&self, path: &str, use_it: impl FnOnce(&T) -> U) -> Option<U> {
        let claims = self.lock();
        let (taken, file) = claims.get_key_value(&Taken(path.into()))?;
        (taken.path() == path).then(|| use_it(file))
    }

    /// All that was taken.
    pub(super) fn lock(&self) -> MutexGuard<'_, HashMap<Taken, T>> {
        // A map is sound at every moment another thread could have panicked at.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_stays_inside_the_folder_on_every_system() {
        for path in ["index.html", "c/AST-2026.html", ".well-known/x", "a..b/c", "证书/五.json"]
        {
            assert_eq!(key(path).unwrap(), path.to_lowercase());
        }
        let wrong =
            ["", "/a", "a/", "a//b", ".", "a/..", "../a", "./a", "a\\b", "C:a", "a\nb", "a\0"];
        let own = [".attestar-manifest", ".ATTESTAR-x", "a/.1.attestar-tmp", "x.attestar-tmp/a"];
        for path in wrong.iter().chain(&own) {
            assert!(matches!(key(path), Err(OutputError::PathInvalid { .. })), "{path:?}");
        }
    }

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
}
