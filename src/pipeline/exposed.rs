//! Private keys that lie where everybody can read them.

use std::{
    fs::File,
    io::Read,
    path::{Path, PathBuf},
};

use walkdir::WalkDir;

use crate::cache::Look;
use crate::diag::Report;
use crate::load;
use crate::pipeline::findings;

/// Folders that are published, or committed and shown.
const FOLDERS: [&str; 4] = ["content", "themes", "ledger", PUBLIC];
const PUBLIC: &str = "public";
/// No key file is larger.
const MOST: u64 = 64 << 10;

/// Looks for private keys. Records and guidance are looked through when they are read; of what else
/// there is, files that could be a key: by their ending, or because nothing is known by theirs. Where
/// `public/` is known to hold only what builds have written, it is left out; where somebody has looked
/// at what there is, the folders that were looked at are not walked through again.
pub(super) fn find(root: &Path, (look, is_published): (Option<&Look>, bool)) -> Report {
    let mut report = Report::default();
    let mut suspects = Vec::new();
    for folder in FOLDERS.into_iter().filter(|folder| !is_published || *folder != PUBLIC) {
        match look.filter(|look| look.has(folder)) {
            Some(look) => {
                let files = look.below(folder).filter(|name| could_be_key(Path::new(name)));
                suspects.extend(files.map(|name| root.join(name)));
            }
            None => suspects.extend(walk(&root.join(folder))),
        }
    }
    for path in suspects.into_iter().filter(|path| is_key(path)) {
        report.push(findings::key_exposed(&name(root, &path)));
    }
    report
}

/// Whether no private key lies in `public/`.
pub(super) fn is_clean(root: &Path) -> bool {
    !walk(&root.join(PUBLIC)).any(|path| is_key(&path))
}

fn is_key(path: &Path) -> bool {
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| file.take(MOST).read_to_end(&mut bytes));
    read.is_ok() && load::holds_private_key(&String::from_utf8_lossy(&bytes))
}

/// The files in a folder that could be keys. What cannot be read is said by whoever needs it.
fn walk(folder: &Path) -> impl Iterator<Item = PathBuf> {
    let entries = WalkDir::new(folder).follow_links(false).into_iter().filter_map(Result::ok);
    let suspects = entries.filter(|e| e.file_type().is_file() && could_be_key(e.path()));
    suspects.map(walkdir::DirEntry::into_path)
}

fn could_be_key(path: &Path) -> bool {
    let known = [
        "md", "toml", "svg", "png", "jpg", "jpeg", "webp", "avif", "gif", "html", "json", "jsonl",
        "css", "js", "csv", "xml", "atom", "tera", "woff2", "ics",
    ];
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    let inside_log =
        || path.iter().any(|part| part == "tile" || part == "index" || part == "checkpoints");
    !known.contains(&ending.to_ascii_lowercase().as_str()) && !inside_log()
}

fn name(root: &Path, path: &Path) -> String {
    let inside: PathBuf = path.strip_prefix(root).unwrap_or(path).to_owned();
    let parts: Vec<_> = inside.iter().map(|part| part.to_string_lossy()).collect();
    parts.join("/")
}
