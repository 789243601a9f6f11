//! Which paths an output may have, and when two are the same.

use std::hash::{BuildHasher as _, Hasher as _, RandomState};

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

/// Whether two paths are the same where capitals do not count.
pub(super) fn is_same(path: &str, other: &str) -> bool {
    if path.is_ascii() && other.is_ascii() {
        path.eq_ignore_ascii_case(other)
    } else {
        path.to_lowercase() == other.to_lowercase()
    }
}

/// The hash of a path, which is that of every other spelling of it.
pub(super) fn hash(state: &RandomState, path: &str) -> u64 {
    let mut hasher = state.build_hasher();
    let mut small = [0; 128];
    match small.get_mut(..path.len()).filter(|_| path.is_ascii()) {
        Some(small) => {
            small.copy_from_slice(path.as_bytes());
            small.make_ascii_lowercase();
            hasher.write(small);
        }
        None => hasher.write(path.to_lowercase().as_bytes()),
    }
    hasher.finish()
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
}
