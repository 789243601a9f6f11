//! Rules that look across records.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    ops::Range,
    sync::Arc,
};

use jiff::civil::Date;
use rayon::prelude::*;

use crate::cache::Key;
use crate::diag::{Code, Label, Report, Source};
use crate::load::{
    addresses, findings, guide,
    record::Parsed,
    walk::{self, Entry, Files},
};
use crate::markdown::{self, LinkKind};
use crate::model::{Certificate, HolderId, Language, Register, Status};

/// Gathers the findings of all records, checks the records against one another, and hands on the
/// certificates in the order of their numbers.
pub(super) fn check(
    entries: &[Entry],
    mut parsed: Vec<Parsed>,
    today: Date,
    report: &mut Report,
) -> Vec<(Certificate, Key)> {
    for record in &mut parsed {
        report.append(std::mem::take(&mut record.report));
    }
    let numbers = numbers(entries, &parsed, report);
    successors(entries, &parsed, &numbers, today, report);
    names(entries, &parsed, today, report);
    addresses::holders(entries, &parsed, report);
    let sound = |parsed: Parsed| {
        Some((parsed.certificate?, parsed.trace.map(|t| t.digest).unwrap_or_default()))
    };
    let mut certificates: Vec<_> = parsed.into_iter().filter_map(sound).collect();
    certificates.par_sort_by(|(a, _), (b, _)| a.number.key().cmp(b.number.key()));
    certificates
}

/// A place in a record that was read before: the text is read again, because keeping a million of
/// them for the few findings that need them would cost a gigabyte.
pub(super) fn place(entry: &Entry, span: Range<usize>) -> Label {
    Label::new(&text(entry), span)
}

/// The text of a file that was read before.
pub(super) fn text(entry: &Entry) -> Arc<Source> {
    let source = walk::read_text(entry, &mut Report::default());
    source.unwrap_or_else(|| Arc::new(Source::new(entry.name.clone(), "")))
}

/// No two records have one number, in whatever spelling.
fn numbers<'p>(
    entries: &[Entry],
    parsed: &'p [Parsed],
    report: &mut Report,
) -> HashMap<&'p str, usize> {
    let mut first: HashMap<&str, usize> = HashMap::with_capacity(parsed.len());
    for (at, record) in parsed.iter().enumerate() {
        let Some((key, span)) = &record.number else { continue };
        let Some(&before) = first.get(&**key) else {
            first.insert(key, at);
            continue;
        };
        let before_span = parsed[before].number.as_ref().map_or(0..0, |(_, span)| span.clone());
        let other = place(&entries[before], before_span);
        report.push(findings::number_duplicate(place(&entries[at], span.clone()), other, key));
    }
    first
}

/// A certificate succeeds one of another holder that is there and has ended.
fn successors(
    entries: &[Entry],
    parsed: &[Parsed],
    numbers: &HashMap<&str, usize>,
    today: Date,
    report: &mut Report,
) {
    for (at, record) in parsed.iter().enumerate() {
        let (Some(certificate), Some(span)) = (&record.certificate, &record.succeeds) else {
            continue;
        };
        let Some(key) = certificate.succeeds.as_deref() else { continue };
        let label = || place(&entries[at], span.clone());
        let Some(&other) = numbers.get(key).filter(|other| **other != at) else {
            report.push(findings::succeeds_unknown(label(), key));
            continue;
        };
        let Some(other) = &parsed[other].certificate else { continue };
        let (mine, theirs) = (certificate.standing(today), other.standing(today));
        if mine.holder_id == theirs.holder_id {
            report.push(findings::succeeds_unknown(label(), key));
        } else if !matches!(theirs.status, Status::Cancelled | Status::Withdrawn | Status::Expired)
        {
            report.push(findings::succeeded_not_ended(label(), key));
        }
    }
}

/// Certificates in force call one holder by one name.
fn names(entries: &[Entry], parsed: &[Parsed], today: Date, report: &mut Report) {
    let mut known: HashMap<&HolderId, &str> = HashMap::new();
    for (at, record) in parsed.iter().enumerate() {
        let Some(certificate) = &record.certificate else { continue };
        let standing = certificate.standing(today);
        if !matches!(standing.status, Status::Valid | Status::Suspended) {
            continue;
        }
        let Some((_, name)) = standing.holder_name.iter().next() else { continue };
        let other = *known.entry(standing.holder_id).or_insert(name);
        if other != name {
            let label = place(&entries[at], record.holder.clone().unwrap_or(0..0));
            let id = standing.holder_id.value();
            report.push(findings::holder_name_conflict(label, id, name, other));
        }
    }
}

/// A scheme's guidance page is there, so that clauses can link to it.
pub(super) fn guidance(
    files: &Files,
    register: &Register,
    languages: &[Language],
    report: &mut Report,
) {
    let pages = files.guidance.iter().filter_map(|e| e.name.strip_prefix("content/guidance/"));
    let pages: HashSet<&str> = pages.map(|path| guide::slug(path, languages).0).collect();
    for scheme in register.schemes.values() {
        let Some(slug) = scheme.guidance.as_deref() else { continue };
        if !pages.contains(slug) {
            let name = format!("content/schemes/{}.toml", scheme.id);
            let label = Label::file(&Arc::new(Source::new(name, "")));
            report.push(findings::link_broken(label, &format!("guidance/{slug}.md")));
        }
    }
}

/// Links and pictures in Markdown lead to something.
pub(super) fn references(files: &Files, register: &Register, report: &mut Report) {
    let records: HashSet<&str> = files.certificates.iter().map(|e| e.name.as_str()).collect();
    let guides: BTreeMap<&str, &[Box<str>]> =
        register.guides.iter().map(|guide| (&*guide.file, &*guide.anchors)).collect();
    let pages: HashSet<&str> = files.guidance.iter().map(|e| e.name.as_str()).collect();
    let known = Known { records, pages, guides, register };
    for guide in &register.guides {
        known.check(&files.guidance, &guide.file, &guide.text, report);
    }
    let with_remarks = register.certificates.iter().filter(|c| !c.remarks.is_empty());
    for certificate in with_remarks {
        known.check(&files.certificates, &certificate.file, &certificate.remarks, report);
    }
}

struct Known<'k> {
    records: HashSet<&'k str>,
    pages: HashSet<&'k str>,
    guides: BTreeMap<&'k str, &'k [Box<str>]>,
    register: &'k Register,
}

impl Known<'_> {
    fn check(&self, entries: &[Entry], file: &str, text: &str, report: &mut Report) {
        let wrong: Vec<_> = markdown::references(text)
            .into_iter()
            .filter_map(|reference| {
                let code = self.wrong(file, reference.kind, &reference.destination)?;
                Some((code, reference))
            })
            .collect();
        if wrong.is_empty() {
            return;
        }
        let (source, base) = whole(entries, file, text);
        for (code, reference) in wrong {
            let span = reference.span.start + base..reference.span.end + base;
            let label = Label::new(&source, span);
            let destination = &reference.destination;
            report.push(match code {
                Code::LinkBroken => findings::link_broken(label, destination),
                Code::ImageOutside => findings::image_outside(label, destination),
                _ => findings::link_unsafe(label, destination),
            });
        }
    }

    fn wrong(&self, file: &str, kind: LinkKind, destination: &str) -> Option<Code> {
        let target = markdown::resolve(file, destination);
        match (kind, target) {
            (LinkKind::Image, markdown::Place::File { path, .. }) => {
                let inside = path.strip_prefix("content/").unwrap_or_default();
                let there = self.register.pictures.contains_key(inside);
                (!there).then_some(Code::ImageOutside)
            }
            (LinkKind::Image, _) => Some(Code::ImageOutside),
            (LinkKind::Link, markdown::Place::File { path, anchor }) => {
                let anchors = self.guides.get(&*path);
                let there = self.records.contains(&*path) || self.pages.contains(&*path);
                let there = there || self.is_picture(&path);
                let found = anchor.is_none_or(|anchor| {
                    anchors.is_none_or(|anchors| anchors.iter().any(|a| **a == *anchor))
                });
                (!there || !found).then_some(Code::LinkBroken)
            }
            (LinkKind::Link, markdown::Place::Unsafe) => Some(Code::LinkUnsafe),
            (LinkKind::Link, markdown::Place::Web) => None,
        }
    }

    fn is_picture(&self, path: &str) -> bool {
        path.strip_prefix("content/").is_some_and(|p| self.register.pictures.contains_key(p))
    }
}

/// The whole file that a text stands in, and where in it the text begins.
fn whole(entries: &[Entry], file: &str, text: &str) -> (Arc<Source>, usize) {
    let entry = entries.iter().find(|entry| entry.name == file);
    let source = entry.and_then(|entry| walk::read_text(entry, &mut Report::default()));
    let source = source.unwrap_or_else(|| Arc::new(Source::new(file, text)));
    let base = source.text().rfind(text).unwrap_or_default();
    (source, base)
}
