//! Where a theme comes from: files embedded in the binary, and files on disk that shadow them.

use std::{
    borrow::Cow,
    fs, io,
    path::{Component, Path},
    sync::Arc,
};

use include_dir::{Dir, DirEntry, include_dir};
use walkdir::WalkDir;

use crate::cache::is_left_behind;
use crate::diag::{Report, Source};
use crate::theme::{ThemeError, findings};

static DEFAULT: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/themes/default");

/// The name of the theme in the binary.
pub(super) const DEFAULT_NAME: &str = "default";

/// A file of a theme.
pub(super) struct File {
    /// Within the theme, with `/` between its parts.
    pub(super) path: String,
    /// The name under which findings speak of it.
    pub(super) name: String,
    pub(super) bytes: Cow<'static, [u8]>,
}

impl File {
    /// The file as text. What is not UTF-8 is a finding.
    pub(super) fn source(&self, report: &mut Report) -> Option<Arc<Source>> {
        let Ok(text) = std::str::from_utf8(&self.bytes) else {
            report.push(findings::not_utf8(&self.name));
            return None;
        };
        Some(Arc::new(Source::new(self.name.as_str(), text)))
    }
}

/// The files of the default theme as it was when the binary was made.
pub(super) fn embedded() -> Vec<File> {
    let mut files = Vec::new();
    let mut folders = vec![&DEFAULT];
    while let Some(folder) = folders.pop() {
        for entry in folder.entries() {
            match entry {
                DirEntry::Dir(folder) => folders.push(folder),
                DirEntry::File(file) => {
                    let path = slashed(file.path());
                    let name = format!("themes/{DEFAULT_NAME}/{path} (built in)");
                    if !is_left_behind(&path) {
                        files.push(File { path, name, bytes: Cow::Borrowed(file.contents()) });
                    }
                }
            }
        }
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files
}

/// The files of a theme on disk, or nothing when it has no folder.
pub(super) fn on_disk(
    root: &Path,
    name: &str,
    report: &mut Report,
) -> Result<Option<Vec<File>>, ThemeError> {
    let mut parts = Path::new(name).components();
    let plain = matches!((parts.next(), parts.next()), (Some(Component::Normal(_)), None));
    if !plain || name.ends_with(['/', '\\']) || is_left_behind(name) {
        return Ok(None);
    }
    for folder in ["themes".to_owned(), format!("themes/{name}")] {
        match kind(&root.join(&folder))? {
            Some(kind) if kind.is_symlink() => {
                report.push(findings::symlink(&folder));
                return Ok(Some(Vec::new()));
            }
            Some(kind) if kind.is_dir() => {}
            _ => return Ok(None),
        }
    }
    Ok(Some(walk(root, name, report)))
}

/// The names of all themes that could be asked for.
pub(super) fn names(root: &Path) -> Vec<String> {
    let entries = fs::read_dir(root.join("themes")).into_iter().flatten().flatten();
    let folders = entries.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()));
    let mut names: Vec<_> =
        folders.filter_map(|entry| entry.file_name().into_string().ok()).collect();
    names.push(DEFAULT_NAME.to_owned());
    names.retain(|name| !is_left_behind(name));
    names.sort();
    names.dedup();
    names
}

fn kind(path: &Path) -> Result<Option<fs::FileType>, ThemeError> {
    match fs::symlink_metadata(path) {
        Ok(metadata) => Ok(Some(metadata.file_type())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(ThemeError::Folder { path: path.to_owned(), source }),
    }
}

fn walk(root: &Path, name: &str, report: &mut Report) -> Vec<File> {
    let folder = root.join("themes").join(name);
    let mut files = Vec::new();
    let entries = WalkDir::new(&folder).min_depth(1).follow_links(false).sort_by_file_name();
    let kept = |entry: &walkdir::DirEntry| !entry.file_name().to_str().is_some_and(is_left_behind);
    for entry in entries.into_iter().filter_entry(kept) {
        let full = |path: &Path| slashed(path.strip_prefix(root).unwrap_or(path));
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                let why = error.io_error().map_or_else(|| error.to_string(), io::Error::to_string);
                report.push(findings::unreadable(&full(error.path().unwrap_or(&folder)), &why));
                continue;
            }
        };
        let name = full(entry.path());
        let kind = entry.file_type();
        if kind.is_symlink() {
            report.push(findings::symlink(&name));
        } else if entry.file_name().to_str().is_none() {
            report.push(findings::name_not_utf8(&name));
        } else if kind.is_file() {
            let path = slashed(entry.path().strip_prefix(&folder).unwrap_or(entry.path()));
            match fs::read(entry.path()) {
                Ok(bytes) => files.push(File { path, name, bytes: Cow::Owned(bytes) }),
                Err(error) => report.push(findings::unreadable(&name, &error.to_string())),
            }
        } else if !kind.is_dir() {
            report.push(findings::not_a_file(&name));
        }
    }
    files
}

fn slashed(path: &Path) -> String {
    path.iter().map(|part| part.to_string_lossy()).collect::<Vec<_>>().join("/")
}
