//! Which paths an output may have, and who has which.

use std::{
    collections::HashMap,
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

/// The paths taken in a run, by key, each with what makes two files of one path the same.
#[derive(Debug)]
pub(super) struct Claims<T>(Mutex<HashMap<String, (String, T)>>);

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
    pub(super) fn claim(&self, key: &str, path: &str, file: T) -> Result<Claim, OutputError> {
        let mut claims = self.lock();
        let Some((other, taken)) = claims.get(key) else {
            claims.insert(key.to_owned(), (path.to_owned(), file));
            return Ok(Claim::First);
        };
        let path = path.to_owned();
        if *other != path {
            return Err(OutputError::Capitals { path, other: other.clone() });
        }
        if *taken != file {
            return Err(OutputError::Twice { path });
        }
        Ok(Claim::Again)
    }

    /// Whether a path is taken.
    pub(super) fn has(&self, key: &str) -> bool {
        self.lock().contains_key(key)
    }

    /// All that was taken, by path.
    pub(super) fn lock(&self) -> MutexGuard<'_, HashMap<String, (String, T)>> {
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
        assert_eq!(claims.claim("a", "A", 1).unwrap(), Claim::First);
        assert_eq!(claims.claim("a", "A", 1).unwrap(), Claim::Again);
        assert!(matches!(claims.claim("a", "A", 2), Err(OutputError::Twice { .. })));
        assert!(matches!(claims.claim("a", "a", 1), Err(OutputError::Capitals { .. })));
    }
}
