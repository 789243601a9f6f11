//! The names of schemes, guidance pages and pictures become addresses: each must be fit for one, and
//! have it for itself, on disks that ignore capitals too.

use std::collections::HashMap;

use crate::diag::Report;
use crate::load::{
    across::place,
    findings, guide,
    records::Records,
    walk::{Entry, Files},
};
use crate::model::{HolderId, Language};

/// Checks the names of files.
pub(super) fn files(files: &Files, languages: &[Language], report: &mut Report) {
    let inside = |entry: &Entry| entry.name.strip_prefix("content/").map(ToOwned::to_owned);
    let mut schemes = Addresses::default();
    for entry in &files.schemes {
        let name = inside(entry).unwrap_or_default();
        let stem = name.trim_start_matches("schemes/").trim_end_matches(".toml");
        if stem.is_ascii() {
            schemes.add(entry, stem, "", report);
        } else {
            report.push(findings::file_name(&entry.name));
        }
    }
    let mut guides = Addresses::default();
    for entry in &files.guidance {
        let name = inside(entry).unwrap_or_default();
        let (slug, language) = guide::slug(name.trim_start_matches("guidance/"), languages);
        guides.add(entry, slug, language.code(), report);
    }
    let mut pictures = Addresses::default();
    for entry in &files.pictures {
        pictures.add(entry, &inside(entry).unwrap_or_default(), "", report);
    }
}

/// The addresses of one kind, and the files that have them.
#[derive(Default)]
struct Addresses {
    /// Folders and files in small letters: as they are first written, and in which file's name.
    written: HashMap<String, (String, Box<str>)>,
    /// By address and variant.
    files: HashMap<String, Box<str>>,
}

impl Addresses {
    fn add(&mut self, entry: &Entry, address: &str, variant: &str, report: &mut Report) {
        let safe = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
        let sound = |part: &str| part.chars().all(safe) && !part.ends_with('.');
        if !address.split('/').all(sound) || address == "index" {
            report.push(findings::file_name(&entry.name));
            return;
        }
        let folders = address.match_indices('/').filter_map(|(at, _)| address.get(..=at));
        let as_written = folders.chain([address]).find_map(|path| {
            let here = || (path.to_owned(), entry.name.clone());
            let (first, file) = self.written.entry(path.to_lowercase()).or_insert_with(here);
            (first != path).then(|| file.clone())
        });
        let same = self.files.insert(format!("{address}\0{variant}"), entry.name.clone());
        if let Some(other) = as_written.or(same) {
            report.push(findings::address_taken(&entry.name, &other));
        }
    }
}

/// No two holders' identifiers have one address: `abc` and `ABC` of one scheme, for example.
pub(super) fn holders(entries: &[Entry], records: &Records, report: &mut Report) {
    let mut known: HashMap<String, &HolderId> = HashMap::new();
    for (at, certificate) in records.sound() {
        let changes = certificate.events.iter().filter_map(|e| e.change.holder_id());
        for id in std::iter::once(&certificate.grant.holder.id).chain(changes) {
            if matches!(id, HolderId::CreditCode(_)) {
                continue; // It is its own address, and no other identifier's.
            }
            let other = *known.entry(id.path()).or_insert(id);
            if other != id {
                let label = place(&entries[at], records.all()[at].holder_at);
                report.push(findings::holder_address(label, id, other));
            }
        }
    }
}
