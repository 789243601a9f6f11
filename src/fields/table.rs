//! One table, asked field by field.

use std::{
    cell::{Cell, RefCell},
    fmt::Display,
    ops::Range,
    sync::Arc,
};

use jiff::civil::Date;
use toml::{de::DeTable, value::Datetime};

use crate::diag::{Diagnostic, Label, Report, Source};
use crate::fields::{
    findings,
    local::Unpublished,
    quick,
    tree::{Node, Table, Value},
};
use crate::model::{Language, is_invisible, may_hide};

/// A value and where it stands.
#[derive(Clone, Debug)]
pub struct At<T> {
    /// The value.
    pub value: T,
    /// Its place.
    pub label: Label,
}

impl<T> At<T> {
    /// Another value at the same place.
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> At<U> {
        At { value: f(self.value), label: self.label }
    }
}

/// A TOML text inside a file, and the findings made while it is read.
pub struct Document {
    source: Arc<Source>,
    base: usize,
    languages: Vec<Language>,
    report: RefCell<Report>,
    unpublished: Unpublished,
    /// How many of its tables were asked.
    tables: Cell<u32>,
    /// What was asked of each table, by its number. One list, as most records have twenty tables.
    asked: RefCell<Vec<(u32, &'static str)>>,
}

/// One table of a document.
pub struct Fields<'d> {
    document: &'d Document,
    table: &'d Table<'d>,
    span: Range<usize>,
    /// Its number in the document.
    number: u32,
    /// A bit for each of the first entries that was asked for.
    seen: Cell<u64>,
    ignored: Cell<Ignored>,
}

/// Whether unknown keys have been looked for.
#[derive(Clone, Copy, PartialEq)]
enum Ignored {
    Not,
    Yes,
}

/// How many questions a record is asked.
const ASKED: usize = 192;

impl Document {
    /// Reads the TOML in a range of a source. Syntax errors are findings, all of them at once; the
    /// tables that could be read are handed on all the same.
    pub fn read<T>(
        source: &Arc<Source>,
        range: Range<usize>,
        languages: &[Language],
        report: &mut Report,
        read: impl FnOnce(&Fields<'_>) -> T,
    ) -> Option<T> {
        let text = source.text().get(range.clone()).unwrap_or_default();
        let document = Self {
            source: Arc::clone(source),
            base: range.start,
            languages: languages.to_vec(),
            report: RefCell::default(),
            unpublished: Unpublished::default(),
            tables: Cell::default(),
            asked: RefCell::new(Vec::with_capacity(ASKED)),
        };
        let root = quick::read(text).or_else(|| document.parse(text));
        let value = root.map(|root| read(&Fields::new(&document, &root, 0..0)));
        for (language, first, count) in document.unpublished.take() {
            let label = document.label(first);
            document.push(findings::unpublished(label, language, languages, count));
        }
        report.append(document.report.into_inner());
        value
    }

    /// Parses a text of whatever TOML; each error is a finding, and then there is nothing.
    fn parse<'t>(&self, text: &'t str) -> Option<Table<'t>> {
        let (root, errors) = DeTable::parse_recoverable(text);
        for error in &errors {
            let label = self.label(error.span().unwrap_or(0..0));
            self.push(findings::syntax(label, error.message()));
        }
        errors.is_empty().then(|| root.into_inner().into())
    }

    fn label(&self, span: Range<usize>) -> Label {
        Label::new(&self.source, span.start + self.base..span.end + self.base)
    }

    fn push(&self, finding: Diagnostic) {
        self.report.borrow_mut().push(finding);
    }
}

impl<'d> Fields<'d> {
    fn new(document: &'d Document, table: &'d Table<'d>, span: Range<usize>) -> Self {
        let number = document.tables.get();
        document.tables.set(number + 1);
        let ignored = Cell::new(Ignored::Not);
        Self { document, table, span, number, seen: Cell::default(), ignored }
    }

    /// Adds a finding about this document.
    pub fn push(&self, finding: impl Into<Diagnostic>) {
        self.document.push(finding.into());
    }

    /// Where the table stands: its header, or the start of the file.
    pub fn label(&self) -> Label {
        self.document.label(self.span.clone())
    }

    /// The register's languages, in its order. Empty while they are being read.
    pub fn languages(&self) -> &[Language] {
        &self.document.languages
    }

    /// Whether a key is there.
    pub fn has(&self, key: &'static str) -> bool {
        self.value(key).is_some()
    }

    /// Whether a key is there and a text.
    pub fn is_text(&self, key: &'static str) -> bool {
        self.value(key).is_some_and(|value| value.text().is_some())
    }

    /// Where a key stands, for findings about it.
    pub fn key_label(&self, key: &'static str) -> Option<Label> {
        let (at, _) = self.table.find(key)?;
        Some(self.document.label(self.table.0[at].0.span.clone()))
    }

    /// Leaves a finding when a key is not there.
    pub fn needs(&self, key: &'static str, example: &str) {
        if !self.has(key) {
            self.push(findings::missing_key(self.label(), key, example));
        }
    }

    /// A text, trimmed; neither empty nor with invisible characters in it.
    pub fn text(&self, key: &'static str) -> Option<At<&'d str>> {
        let value = self.value(key)?;
        self.text_of(key, value)
    }

    /// A text as it stands, for values that have their own rule about invisible characters.
    pub fn number_text(&self, key: &'static str) -> Option<At<&'d str>> {
        let value = self.value(key)?;
        match value.text() {
            Some(text) => Some(At { value: text, label: self.label_of(value) }),
            None => self.text_of(key, value),
        }
    }

    /// A text read as something that texts can be.
    pub fn parse<T, E: Display>(
        &self,
        key: &'static str,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<At<T>> {
        let text = self.text(key)?;
        match parse(text.value) {
            Ok(value) => Some(At { value, label: text.label }),
            Err(error) => {
                self.push(findings::invalid(text.label, error.to_string()));
                None
            }
        }
    }

    /// A civil date, as TOML writes it: `2026-03-18` without quotes.
    pub fn date(&self, key: &'static str) -> Option<At<Date>> {
        let value = self.value(key)?;
        let label = self.label_of(value);
        match &value.value {
            Value::Time(Datetime { date: Some(date), time: None, offset: None }) => {
                let year = i16::try_from(date.year).unwrap_or(i16::MAX);
                let parts = (i8::try_from(date.month), i8::try_from(date.day));
                if let (Ok(month), Ok(day)) = parts
                    && let Ok(value) = Date::new(year, month, day)
                {
                    return Some(At { value, label });
                }
                self.push(findings::invalid(label, format!("there is no day {date}")));
            }
            _ => {
                let found = value.type_name();
                let finding = findings::wrong_type(label, key, "a date", found);
                self.push(finding.help("a date is written without quotes, such as `2026-03-18`"));
            }
        }
        None
    }

    /// A whole number, not below zero.
    pub fn count(&self, key: &'static str) -> Option<At<u32>> {
        let value = self.value(key)?;
        let label = self.label_of(value);
        let integer = value.integer();
        let number = integer.and_then(|(digits, base)| u32::from_str_radix(digits, base).ok());
        if number.is_none() {
            let found = integer.map_or(value.type_name(), |_| "number out of range");
            self.push(findings::wrong_type(label.clone(), key, "a whole number", found));
        }
        number.map(|value| At { value, label })
    }

    /// A whole number that may be negative.
    pub fn integer(&self, key: &'static str) -> Option<At<i64>> {
        let value = self.value(key)?;
        let label = self.label_of(value);
        let integer = value.integer();
        let number = integer.and_then(|(digits, base)| i64::from_str_radix(digits, base).ok());
        if number.is_none() {
            let found = value.type_name();
            self.push(findings::wrong_type(label.clone(), key, "a whole number", found));
        }
        number.map(|value| At { value, label })
    }

    /// `true` or `false`.
    pub fn flag(&self, key: &'static str) -> Option<bool> {
        let value = self.value(key)?;
        if let Value::Flag(flag) = value.value {
            return Some(flag);
        }
        let (label, found) = (self.label_of(value), value.type_name());
        self.push(findings::wrong_type(label, key, "`true` or `false`", found));
        None
    }

    /// A list of texts.
    pub fn texts(&self, key: &'static str) -> Option<Vec<At<&'d str>>> {
        let value = self.value(key)?;
        let Some(array) = value.list() else {
            let label = self.label_of(value);
            let found = value.type_name();
            self.push(findings::wrong_type(label, key, "a list of texts", found));
            return None;
        };
        Some(array.iter().filter_map(|item| self.text_of(key, item)).collect())
    }

    /// A table.
    pub fn table(&self, key: &'static str) -> Option<Fields<'d>> {
        let value = self.value(key)?;
        self.table_of(key, value)
    }

    /// A list of tables; none where the key is absent.
    pub fn tables(&self, key: &'static str) -> Vec<Fields<'d>> {
        let Some(value) = self.value(key) else { return Vec::new() };
        let Some(array) = value.list() else {
            let label = self.label_of(value);
            let found = value.type_name();
            let finding = findings::wrong_type(label, key, "a list of tables", found);
            self.push(finding.help(format!("begin each with `[[{key}]]`")));
            return Vec::new();
        };
        let mut tables = Vec::with_capacity(array.len());
        tables.extend(array.iter().filter_map(|item| self.table_of(key, item)));
        tables
    }

    /// All keys of a table whose keys are data, each with its own table or text.
    pub fn entries(&self) -> impl Iterator<Item = (At<&'d str>, Entry<'_, 'd>)> {
        self.ignored.set(Ignored::Yes);
        self.table.0.iter().map(|(key, value)| {
            let label = self.document.label(key.span.clone());
            (At { value: &*key.text, label }, Entry { fields: self, value })
        })
    }

    pub(super) fn raw(&self) -> &'d Table<'d> {
        self.table
    }

    pub(super) fn value(&self, key: &'static str) -> Option<&'d Node<'d>> {
        self.document.asked.borrow_mut().push((self.number, key));
        let (at, value) = self.table.find(key)?;
        self.seen.set(self.seen.get() | bit(at));
        Some(value)
    }

    pub(super) fn label_of(&self, value: &Node<'_>) -> Label {
        self.document.label(value.span.clone())
    }

    pub(super) fn label_at(&self, span: &Range<usize>) -> Label {
        self.document.label(span.clone())
    }

    pub(super) fn unpublished(&self) -> &Unpublished {
        &self.document.unpublished
    }

    pub(super) fn ignore_keys(&self) {
        self.ignored.set(Ignored::Yes);
    }

    pub(super) fn text_of(&self, key: &str, value: &'d Node<'d>) -> Option<At<&'d str>> {
        let label = self.label_of(value);
        let Some(text) = value.text() else {
            let found = value.type_name();
            let finding = findings::wrong_type(label, key, "a text", found);
            self.push(finding.help("put it in quotes"));
            return None;
        };
        let hidden = |c: &char| is_invisible(*c) && !matches!(c, '\n' | '\r' | '\t');
        let looked_at = if may_hide(text) { text } else { "" };
        if let Some(character) = looked_at.chars().find(hidden) {
            self.push(findings::invisible(label, key, character));
            return None;
        }
        if text.trim().is_empty() {
            self.push(findings::empty(label, key));
            return None;
        }
        Some(At { value: text.trim(), label })
    }

    pub(super) fn table_of(&self, key: &str, value: &'d Node<'d>) -> Option<Fields<'d>> {
        if let Some(table) = value.table() {
            return Some(Fields::new(self.document, table, value.span.clone()));
        }
        let label = self.label_of(value);
        self.push(findings::wrong_type(label, key, "a table", value.type_name()));
        None
    }
}

/// The value behind a key that is data.
pub struct Entry<'f, 'd> {
    fields: &'f Fields<'d>,
    value: &'d Node<'d>,
}

impl<'d> Entry<'_, 'd> {
    /// As a table; a finding where it is none.
    pub fn table(&self, key: &str) -> Option<Fields<'d>> {
        self.fields.table_of(key, self.value)
    }

    /// As a text; a finding where it is none.
    pub fn text(&self, key: &str) -> Option<At<&'d str>> {
        self.fields.text_of(key, self.value)
    }
}

/// The bit of an entry; none for those after the first 64.
fn bit(at: usize) -> u64 {
    u32::try_from(at).ok().and_then(|at| 1_u64.checked_shl(at)).unwrap_or_default()
}

/// What nobody asked for is a finding when the table has been read.
impl Drop for Fields<'_> {
    fn drop(&mut self) {
        let is_seen = |at: usize| self.seen.get() & bit(at) != 0;
        let entries = &self.table.0;
        if self.ignored.get() == Ignored::Yes || (0..entries.len()).all(is_seen) {
            return;
        }
        let asked = self.document.asked.borrow();
        let asked = asked.iter().filter(|(table, _)| *table == self.number);
        let asked: Vec<_> = asked.map(|(_, key)| *key).collect();
        for (key, _) in entries.iter().filter(|(key, _)| !asked.contains(&&*key.text)) {
            let label = self.label_at(&key.span);
            self.document.push(findings::unknown_key(label, &key.text, &asked));
        }
    }
}
