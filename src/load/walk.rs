//! Finds and reads the files of a register, and never leaves it.

use std::{
    collections::BTreeSet,
    fs::File,
    io::{self, Read},
    path::{Path, PathBuf},
    sync::Arc,
};

use walkdir::{DirEntry, WalkDir};

use crate::cache::{Look, Stamp, is_left_behind};
use crate::diag::{Report, Source};
use crate::load::{findings, holds_private_key, svg};

/// The largest record, scheme or guidance file.
const MAX_TEXT: u64 = 1 << 20;
/// The largest picture.
const MAX_PICTURE: u64 = 8 << 20;
/// What counts as a picture.
const PICTURES: [&str; 7] = ["svg", "png", "jpg", "jpeg", "webp", "avif", "gif"];

/// A file of `content/`, not yet read.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    root: Arc<Path>,
    /// Relative to the register's root, with `/` between its parts.
    pub(super) name: Box<str>,
    /// As it was when somebody looked, if somebody did.
    pub(super) stamp: Option<Stamp>,
}

impl Entry {
    /// A file of the register in a folder, by its name.
    pub(super) fn new(root: &Arc<Path>, name: impl Into<Box<str>>) -> Self {
        Self { root: Arc::clone(root), name: name.into(), stamp: None }
    }

    /// Where it is on disk.
    pub(super) fn path(&self) -> PathBuf {
        self.root.join(&*self.name)
    }
}

/// The files of `content/`, by what they are, each list in the order of names.
#[derive(Debug, Default)]
pub(super) struct Files {
    pub(super) certificates: Vec<Entry>,
    pub(super) schemes: Vec<Entry>,
    pub(super) guidance: Vec<Entry>,
    pub(super) pictures: Vec<Entry>,
    pub(super) regions: Option<Entry>,
    pub(super) industries: Option<Entry>,
}

/// Lists `content/`. What cannot be read, and what is no file, is a finding.
pub(super) fn walk(root: &Arc<Path>, report: &mut Report) -> Files {
    let mut files = Files::default();
    let content = root.join("content");
    if content.is_symlink() {
        report.push(findings::symlink("content"));
        return files;
    }
    if content.is_file() {
        report.push(findings::not_a_file("content"));
        return files;
    }
    // What lies in one folder has one path before its name, so that whole paths sort as names do;
    // and need not be taken apart at each comparison.
    let by_name = |a: &DirEntry, b: &DirEntry| a.path().as_os_str().cmp(b.path().as_os_str());
    let mut entries = WalkDir::new(&content).follow_links(false).sort_by(by_name).into_iter();
    while let Some(entry) = entries.next() {
        match entry {
            Ok(entry) => {
                if place(root, &entry, &mut files, report) == Descend::No
                    && entry.file_type().is_dir()
                {
                    entries.skip_current_dir();
                }
            }
            Err(error) => {
                let path = error.path().unwrap_or(&content);
                let why = error.io_error().map_or_else(|| error.to_string(), io::Error::to_string);
                report.push(findings::unreadable(&relative(root, path), &why));
            }
        }
    }
    files
}

/// Lists `content/` from a look at it, as a walk would. Nothing where one would find anything wrong.
pub(super) fn seen(root: &Arc<Path>, look: &Look) -> Option<Files> {
    let is_inside = |(name, _): &(&str, _)| name.starts_with("content/") && !is_left_behind(name);
    let mut found: Vec<_> = look.all().filter(is_inside).collect();
    // As a walk goes: what is in a folder stands where the folder does.
    let in_order = |a: &str, b: &str| a.split('/').le(b.split('/'));
    if !found.is_sorted_by(|(a, _), (b, _)| in_order(a, b)) {
        found.sort_by(|(a, _), (b, _)| a.split('/').cmp(b.split('/')));
    }
    let mut files = Files::default();
    for (name, stamp) in found {
        if name.contains(char::REPLACEMENT_CHARACTER) {
            return None;
        }
        if let Some(folder) = name.strip_suffix('/') {
            (!is_ours(folder)).then_some(())?;
            continue;
        }
        let (stamp, _) = stamp.filter(|(stamp, _)| stamp.is_file())?;
        let entry = Entry { stamp: Some(stamp), ..Entry::new(root, name) };
        files.add(entry, depth(name)).ok()?;
    }
    Some(files)
}

/// Files of `content/` by their names, as a walk that found nothing wrong would list them.
pub(super) fn listed(root: &Arc<Path>, names: &BTreeSet<String>) -> Files {
    let mut files = Files::default();
    for name in names.iter().filter(|name| name.starts_with("content/") && !is_left_behind(name)) {
        drop(files.add(Entry::new(root, &**name), depth(name)));
    }
    files
}

/// How many folders below the register's root a file lies.
fn depth(name: &str) -> usize {
    name.matches('/').count()
}

/// Whether a name is that of a file that people write.
fn is_ours(name: &str) -> bool {
    let ending = Path::new(name).extension().and_then(|e| e.to_str()).unwrap_or_default();
    ["md", "toml"].iter().any(|ours| ending.eq_ignore_ascii_case(ours))
}

impl Files {
    /// Puts a file where it belongs, by its place and ending; else hands it back.
    fn add(&mut self, found: Entry, depth: usize) -> Result<(), Entry> {
        let inside = found.name.strip_prefix("content/").unwrap_or_default();
        let folder = inside.split_once('/').map_or("", |(folder, _)| folder);
        let ending = Path::new(inside).extension().and_then(|e| e.to_str()).unwrap_or_default();
        match (folder, ending.to_ascii_lowercase().as_str()) {
            ("certificates", "md") => self.certificates.push(found),
            ("guidance", "md") => self.guidance.push(found),
            ("schemes", "toml") if depth == 2 => self.schemes.push(found),
            ("", "toml") if inside == "regions.toml" => self.regions = Some(found),
            ("", "toml") if inside == "industries.toml" => self.industries = Some(found),
            (_, picture) if PICTURES.contains(&picture) => self.pictures.push(found),
            _ => return Err(found),
        }
        Ok(())
    }
}

#[derive(PartialEq)]
enum Descend {
    Yes,
    No,
}

fn place(root: &Arc<Path>, entry: &DirEntry, files: &mut Files, report: &mut Report) -> Descend {
    let name = relative(root, entry.path());
    let Some(last) = entry.file_name().to_str() else {
        report.push(findings::unreadable(&name, "its name is not UTF-8"));
        return Descend::No;
    };
    if is_left_behind(last) {
        return Descend::No;
    }
    if entry.path_is_symlink() {
        report.push(findings::symlink(&name));
        return Descend::No;
    }
    if entry.file_type().is_dir() {
        if is_ours(last) && entry.depth() > 0 {
            report.push(findings::not_a_file(&name));
            return Descend::No;
        }
        return Descend::Yes;
    }
    if !entry.file_type().is_file() {
        report.push(findings::not_a_file(&name));
        return Descend::No;
    }
    if let Err(found) = files.add(Entry::new(root, name), entry.depth()) {
        report.push(findings::ignored(&found.name));
    }
    Descend::Yes
}

/// A path as findings name it.
pub(super) fn relative(root: &Path, path: &Path) -> String {
    let path = path.strip_prefix(root).unwrap_or(path);
    let parts: Vec<_> = path.iter().map(|part| part.to_string_lossy()).collect();
    parts.join("/")
}

/// Reads a text file whole. What is no sound text is a finding.
pub(super) fn read_text(entry: &Entry, report: &mut Report) -> Option<Arc<Source>> {
    let bytes = read(entry, MAX_TEXT, report)?;
    sound_text(&entry.name, bytes, report)
}

fn sound_text(name: &str, bytes: Vec<u8>, report: &mut Report) -> Option<Arc<Source>> {
    let text = match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let sound = error.utf8_error().valid_up_to();
            let text = String::from_utf8_lossy(error.as_bytes()).into_owned();
            let source = Arc::new(Source::new(name, text));
            report.push(findings::not_utf8(&source, sound));
            return None;
        }
    };
    let source = Arc::new(Source::new(name, text));
    let control = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t');
    // Controls are these bytes, or begin with U+0080's first: few texts have to be looked at closer.
    let unlikely =
        |b: u8| b < b' ' && !matches!(b, b'\n' | b'\r' | b'\t') || b == 0x7F || b == 0xC2;
    // All bytes are looked at, which takes less time than to stop at the first.
    let is_odd = source.text().bytes().fold(false, |odd, byte| odd | unlikely(byte));
    let looked_at = if is_odd { source.text() } else { "" };
    if let Some((at, c)) = looked_at.char_indices().find(|(_, c)| control(*c)) {
        report.push(findings::control_character(&source, at, c));
        return None;
    }
    if holds_private_key(source.text()) {
        report.push(findings::key_exposed(&source));
    }
    if source.text().trim_matches(['\u{FEFF}', ' ', '\n', '\r', '\t']).is_empty() {
        report.push(findings::empty(&source));
        return None;
    }
    Some(source)
}

/// Reads a picture whole.
pub(super) fn read_picture(entry: &Entry, report: &mut Report) -> Option<Arc<[u8]>> {
    let bytes = read(entry, MAX_PICTURE, report)?;
    let is_svg = Path::new(&*entry.name).extension().is_some_and(|e| e.eq_ignore_ascii_case("svg"));
    if !is_svg {
        return Some(bytes.into());
    }
    let source = sound_text(&entry.name, bytes, report)?;
    if svg::is_active(source.text()) {
        report.push(findings::active_picture(&entry.name));
        return None;
    }
    Some(source.text().as_bytes().into())
}

fn read(entry: &Entry, most: u64, report: &mut Report) -> Option<Vec<u8>> {
    match read_at_most(&entry.path(), most) {
        Ok(Some(bytes)) => Some(bytes),
        Ok(None) => {
            report.push(findings::too_large(&entry.name, most));
            None
        }
        Err(error) => {
            report.push(findings::unreadable(&entry.name, &error.to_string()));
            None
        }
    }
}

fn read_at_most(path: &Path, most: u64) -> io::Result<Option<Vec<u8>>> {
    let file = File::open(path)?;
    let length = file.metadata()?.len();
    if length > most {
        return Ok(None);
    }
    let length = usize::try_from(length).unwrap_or(0);
    let mut bytes = Vec::with_capacity(length);
    // Up to its length, a file is read in one go; whether it grows meanwhile is not looked at.
    file.take(most.min(length as u64)).read_to_end(&mut bytes)?;
    Ok(Some(bytes))
}

/// Reads a file that the register names outside `content/`, such as `register.toml`.
pub(super) fn read_named(root: &Path, name: &str, report: &mut Report) -> Option<Arc<Source>> {
    let entry = Entry::new(&root.into(), name);
    if entry.path().is_symlink() {
        report.push(findings::symlink(name));
        return None;
    }
    read_text(&entry, report)
}
