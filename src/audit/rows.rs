//! The data files, a row a certificate.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::audit::{
    fault::{Discrepancy, Fault},
    pages::{Layout, Signed, same},
};
use crate::model::{CertificateNumber, LocalText, Standing};
use crate::verify::{Source, SourceError, records};

/// Serials of one part of a compact site's data files.
const PART: usize = 5000;

/// The rows of the data files, by number's key.
#[derive(Debug, Default)]
pub(super) struct Rows {
    json: Vec<Part<Vec<u8>>>,
    csv: Vec<Part<Vec<String>>>,
}

/// The rows of one file.
#[derive(Debug)]
struct Part<T> {
    path: String,
    head: Vec<String>,
    rows: BTreeMap<Box<str>, T>,
}

/// The row of a number, and the file that it stands in; the first file where it stands in none.
fn row<'r, T>(parts: &'r [Part<T>], owner: &str) -> Option<(&'r Part<T>, Option<&'r T>)> {
    let found = parts.iter().find(|part| part.rows.contains_key(owner));
    let part = found.or_else(|| parts.first())?;
    Some((part, part.rows.get(owner)))
}

impl Rows {
    /// Reads the data files, where there are any.
    pub(super) fn read(
        source: &dyn Source,
        (layout, serials): (Layout, usize),
        found: &mut Vec<Discrepancy>,
    ) -> Result<Self, SourceError> {
        let names: Vec<_> = match layout {
            Layout::Full => vec!["data/certificates".to_owned()],
            Layout::Compact => {
                let parts = 1..=serials.div_ceil(PART).max(1);
                parts.map(|part| format!("data/certificates-{part:04}")).collect()
            }
        };
        let mut rows = Self::default();
        for name in names {
            let (json, csv) = (format!("{name}.jsonl"), format!("{name}.csv"));
            match source.get(&json)? {
                Some(bytes) => rows.json.push(json_rows(json, &bytes, found)),
                None => found.push(Discrepancy::at(json, Fault::Missing)),
            }
            match source.get(&csv)? {
                Some(bytes) => rows.csv.extend(csv_rows(csv, &bytes, found)),
                None => found.push(Discrepancy::at(csv, Fault::Missing)),
            }
        }
        rows.twice(found);
        Ok(rows)
    }

    /// No number stands in two files of a kind.
    fn twice(&self, found: &mut Vec<Discrepancy>) {
        let mut seen = BTreeSet::new();
        for (path, key) in self.numbers() {
            let kind = path.rsplit('.').next().unwrap_or_default();
            if !seen.insert((kind, key)) {
                found.push(Discrepancy::of(key, path, Fault::RowStray));
            }
        }
    }

    /// Numbers that stand in the files.
    pub(super) fn numbers(&self) -> impl Iterator<Item = (&str, &str)> {
        let json = self.json.iter();
        let json = json.flat_map(|part| part.rows.keys().map(|key| (&*part.path, &**key)));
        let csv = self.csv.iter();
        json.chain(csv.flat_map(|part| part.rows.keys().map(|key| (&*part.path, &**key))))
    }

    /// The rows of an erased certificate are gone.
    pub(super) fn erased(&self, owner: &str) -> Vec<Discrepancy> {
        let listed = self.numbers().filter(|(_, key)| *key == owner);
        listed.map(|(path, _)| Discrepancy::of(owner, path, Fault::PageNotErased)).collect()
    }

    /// The rows of a certificate say what its entry says.
    pub(super) fn check(&self, owner: &str, signed: &Signed<'_>) -> Vec<Discrepancy> {
        let mut found = Vec::new();
        if let Some((part, line)) = row(&self.json, owner) {
            let path = &*part.path;
            match line.map(|line| serde_json::from_slice::<Value>(line)) {
                None => found.push(Discrepancy::of(owner, path, Fault::RowMissing)),
                Some(Err(error)) => {
                    let fault = Fault::Malformed(error.to_string());
                    found.push(Discrepancy::of(owner, path, fault));
                }
                Some(Ok(row)) => {
                    let member = |name: &str| match row.get(name) {
                        Some(Value::String(text)) => Some(text.clone()),
                        _ => None,
                    };
                    let local = |name: &str, language: &str| {
                        let text = row.get(name).and_then(|versions| versions.get(language));
                        Some(text.and_then(Value::as_str).unwrap_or_default().to_owned())
                    };
                    compare(owner, path, signed, &member, &local, &mut found);
                }
            }
        }
        if let Some((part, cells)) = row(&self.csv, owner) {
            let path = &*part.path;
            match cells {
                None => found.push(Discrepancy::of(owner, path, Fault::RowMissing)),
                Some(row) => {
                    let cell = |name: &str| {
                        let at = part.head.iter().position(|head| head == name)?;
                        Some(plain(row.get(at).map_or("", String::as_str)).to_owned())
                    };
                    let local = |name: &str, language: &str| cell(&format!("{name}_{language}"));
                    compare(owner, path, signed, &cell, &local, &mut found);
                }
            }
        }
        found
    }
}

type Text = for<'c> fn(&Standing<'c>) -> &'c LocalText;

/// A cell without the mark that keeps spreadsheets from taking it for a formula.
fn plain(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if rest.starts_with(['=', '+', '-', '@', '\t', '\r']) => rest,
        _ => cell,
    }
}

type Member<'m> = &'m dyn Fn(&str) -> Option<String>;
type Local<'m> = &'m dyn Fn(&str, &str) -> Option<String>;

fn compare(
    owner: &str,
    path: &str,
    signed: &Signed<'_>,
    member: Member<'_>,
    local: Local<'_>,
    found: &mut Vec<Discrepancy>,
) {
    let each = |value: &dyn Fn(&Standing<'_>) -> String| -> Vec<String> {
        signed.standings.iter().map(value).collect()
    };
    let level = |standing: &Standing<'_>| {
        signed.level_id.get(&standing.level).map(ToString::to_string).unwrap_or_default()
    };
    let members: [(&'static str, Vec<String>); 9] = [
        ("number", vec![signed.entry.number().to_string()]),
        ("status", each(&|s| s.status.code().to_owned())),
        ("status_since", each(&|s| s.since.to_string())),
        ("level", each(&level)),
        ("scheme", vec![signed.entry.subject().scheme.id.to_string()]),
        ("identifier", each(&|s| s.holder_id.value().to_owned())),
        ("valid_from", each(&|s| s.cycle.from.to_string())),
        ("expires", each(&|s| s.cycle.until.to_string())),
        ("valid_until", each(&|s| s.until.to_string())),
    ];
    let mut differs = |member, says, signed| {
        found.push(Discrepancy::of(owner, path, Fault::Row { member, says, signed }));
    };
    for (name, expected) in members {
        let says = member(name).unwrap_or_default();
        if let Err((says, expected)) = same(&says, expected) {
            differs(name, says, expected);
        }
    }
    let names = signed.level_name.values().flat_map(LocalText::iter);
    for language in names.map(|(language, _)| language).collect::<BTreeSet<_>>() {
        let Some(says) = local("level_title", language.code()) else { continue };
        let name = |s: &Standing<'_>| signed.level_name.get(&s.level)?.get(language);
        let expected = signed.standings.iter().map(|s| name(s).unwrap_or_default().to_owned());
        if let Err((says, expected)) = same(&says, expected) {
            differs("level_title", says, expected);
        }
    }
    let texts: [(&'static str, Text); 2] = [("holder", |s| s.holder_name), ("scope", |s| s.scope)];
    for (name, text) in texts {
        let newest = signed.standings.last().map(text);
        let languages = newest.into_iter().flat_map(LocalText::iter).map(|(language, _)| language);
        for language in languages {
            let Some(says) = local(name, language.code()) else { continue };
            let expected = signed.standings.iter().filter_map(|s| text(s).get(language));
            if let Err((says, expected)) = same(&says, expected.map(str::to_owned)) {
                differs(name, says, expected);
            }
        }
    }
}

/// The lines of a file by number. Lines that are no row are reported.
fn json_rows(path: String, bytes: &[u8], found: &mut Vec<Discrepancy>) -> Part<Vec<u8>> {
    #[derive(serde::Deserialize)]
    struct Named {
        number: String,
    }
    let mut rows = BTreeMap::new();
    let lines = bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    for line in lines {
        let number = serde_json::from_slice::<Named>(line).ok();
        let number = number.and_then(|n| CertificateNumber::try_from(&*n.number).ok());
        let Some(number) = number else {
            found.push(Discrepancy::at(&*path, Fault::Malformed("a line is no row".to_owned())));
            continue;
        };
        if rows.insert(Box::from(number.key()), line.to_vec()).is_some() {
            found.push(Discrepancy::of(number.key(), &*path, Fault::RowStray));
        }
    }
    Part { path, head: Vec::new(), rows }
}

fn csv_rows(path: String, bytes: &[u8], found: &mut Vec<Discrepancy>) -> Option<Part<Vec<String>>> {
    let bytes = bytes.strip_prefix("\u{FEFF}".as_bytes()).unwrap_or(bytes);
    let records = std::str::from_utf8(bytes).ok().and_then(|text| records(text, ',').ok());
    let mut records = records.into_iter().flatten().map(|(_, record)| record);
    let Some(head) = records.next() else {
        found.push(Discrepancy::at(&*path, Fault::Malformed("it is no table".to_owned())));
        return None;
    };
    let at = head.iter().position(|name| name == "number");
    let mut rows = BTreeMap::new();
    for record in records {
        let number = at.and_then(|at| record.get(at)).map(|cell| plain(cell));
        let number = number.and_then(|number| CertificateNumber::try_from(number).ok());
        let Some(number) = number else {
            found.push(Discrepancy::at(&*path, Fault::Malformed("a line is no row".to_owned())));
            continue;
        };
        if rows.insert(Box::from(number.key()), record).is_some() {
            found.push(Discrepancy::of(number.key(), &*path, Fault::RowStray));
        }
    }
    Some(Part { path, head, rows })
}
