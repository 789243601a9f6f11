//! Rules that look across records.

use std::{
    cell::OnceCell,
    collections::{BTreeMap, HashMap, HashSet},
    sync::Arc,
};

use jiff::civil::Date;
use rayon::prelude::*;

use crate::cache::Key;
use crate::diag::{Code, Label, Report, Source};
use crate::load::{
    addresses, findings, guide,
    record::Span,
    records::Records,
    walk::{self, Entry, Files},
};
use crate::markdown::{self, LinkKind};
use crate::model::{Certificate, HolderId, Language, Register, Status};

/// Checks the records against one another, and hands on the certificates in the order of their
/// numbers, with the keys of what they were read from.
pub(super) fn check(
    entries: &[Entry],
    records: Records,
    today: Date,
    report: &mut Report,
) -> (Vec<Certificate>, Vec<Key>) {
    let by_number = records.by_number();
    numbers(entries, &records, &by_number, report);
    successors(entries, (&records, &by_number), today, report);
    names(entries, &records, today, report);
    addresses::holders(entries, &records, report);
    records.into_order(&by_number)
}

/// A place in a record that was read before: the text is read again, because keeping a million of
/// them for the few findings that need them would cost a gigabyte.
pub(super) fn place(entry: &Entry, span: Option<Span>) -> Label {
    Label::new(&text(entry), span.map_or(0..0, Span::range))
}

/// The text of a file that was read before.
pub(super) fn text(entry: &Entry) -> Arc<Source> {
    let source = walk::read_text(entry, &mut Report::default());
    source.unwrap_or_else(|| Arc::new(Source::new(&*entry.name, "")))
}

/// No two records have one number, in whatever spelling.
fn numbers(entries: &[Entry], records: &Records, by_number: &[usize], report: &mut Report) {
    for same in by_number.chunk_by(|a, b| records.number(*a) == records.number(*b)) {
        let [first, others @ ..] = same else { continue };
        let place = |at: usize| place(&entries[at], records.all()[at].number_at);
        for at in others {
            let key = records.number(*at).unwrap_or_default();
            report.push(findings::number_duplicate(place(*at), place(*first), key));
        }
    }
}

/// A certificate succeeds one of another holder that is there and has ended.
fn successors(
    entries: &[Entry],
    (records, by_number): (&Records, &[usize]),
    today: Date,
    report: &mut Report,
) {
    for (at, certificate) in records.sound() {
        let span = records.all()[at].succeeds_at;
        let (Some(key), Some(_)) = (certificate.succeeds.as_deref(), span) else { continue };
        let label = || place(&entries[at], span);
        let first = by_number.partition_point(|other| records.number(*other) < Some(key));
        let other = by_number.get(first).filter(|other| records.number(**other) == Some(key));
        let Some(&other) = other.filter(|other| **other != at) else {
            report.push(findings::succeeds_unknown(label(), key));
            continue;
        };
        let Some(other) = records.certificate(other) else { continue };
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
fn names(entries: &[Entry], records: &Records, today: Date, report: &mut Report) {
    let in_force = |at: usize| {
        let standing = records.certificate(at)?.standing(today);
        let is_in_force = matches!(standing.status, Status::Valid | Status::Suspended);
        let (_, name) = standing.holder_name.iter().next().filter(|_| is_in_force)?;
        Some((at, standing.holder_id, name))
    };
    let places = 0..records.all().len();
    let in_force: Vec<_> = places.into_par_iter().filter_map(in_force).collect();
    let mut known: HashMap<&HolderId, &str> = HashMap::with_capacity(in_force.len());
    for (at, holder, name) in in_force {
        let other = *known.entry(holder).or_insert(name);
        if other != name {
            let label = place(&entries[at], records.all()[at].holder_at);
            report.push(findings::holder_name_conflict(label, holder.value(), name, other));
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
    let guides: BTreeMap<&str, &[Box<str>]> =
        register.guides.iter().map(|guide| (&*guide.file, &*guide.anchors)).collect();
    let pages: HashSet<&str> = files.guidance.iter().map(|e| &*e.name).collect();
    let known = Known { files, records: OnceCell::new(), pages, guides, register };
    for guide in &register.guides {
        known.check(&files.guidance, &guide.file, &guide.text, report);
    }
    let with_remarks = register.certificates.iter().filter(|c| !c.remarks.is_empty());
    for certificate in with_remarks {
        known.check(&files.certificates, &certificate.file, &certificate.remarks, report);
    }
}

struct Known<'k> {
    files: &'k Files,
    /// The files of records. Few registers have links to them.
    records: OnceCell<HashSet<&'k str>>,
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
                let there = self.pages.contains(&*path) || self.is_record(&path);
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

    fn is_record(&self, path: &str) -> bool {
        let names = || self.files.certificates.iter().map(|entry| &*entry.name).collect();
        self.records.get_or_init(names).contains(path)
    }

    fn is_picture(&self, path: &str) -> bool {
        path.strip_prefix("content/").is_some_and(|p| self.register.pictures.contains_key(p))
    }
}

/// The whole file that a text stands in, and where in it the text begins.
fn whole(entries: &[Entry], file: &str, text: &str) -> (Arc<Source>, usize) {
    let entry = entries.iter().find(|entry| *entry.name == *file);
    let source = entry.and_then(|entry| walk::read_text(entry, &mut Report::default()));
    let source = source.unwrap_or_else(|| Arc::new(Source::new(file, text)));
    let base = source.text().rfind(text).unwrap_or_default();
    (source, base)
}
