//! One table, asked field by field.

use std::{
    cell::{Cell, RefCell},
    fmt::Display,
    ops::Range,
    sync::Arc,
};

use jiff::civil::Date;
use toml::{
    Spanned,
    de::{DeTable, DeValue},
    value::Datetime,
};

use crate::diag::{Diagnostic, Label, Report, Source};
use crate::fields::findings;
use crate::model::Language;

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
}

/// One table of a document.
pub struct Fields<'d> {
    document: &'d Document,
    table: &'d DeTable<'d>,
    span: Range<usize>,
    asked: RefCell<Vec<&'static str>>,
    ignored: Cell<Ignored>,
}

/// Whether unknown keys have been looked for.
#[derive(Clone, Copy, PartialEq)]
enum Ignored {
    Not,
    Yes,
}

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
        let (root, errors) = DeTable::parse_recoverable(text);
        let document = Self {
            source: Arc::clone(source),
            base: range.start,
            languages: languages.to_vec(),
            report: RefCell::default(),
        };
        for error in &errors {
            let label = document.label(error.span().unwrap_or(0..0));
            document.push(findings::syntax(label, error.message()));
        }
        let value = errors.is_empty().then(|| {
            let fields = Fields::new(&document, root.get_ref(), 0..0);
            read(&fields)
        });
        report.append(document.report.into_inner());
        value
    }

    fn label(&self, span: Range<usize>) -> Label {
        Label::new(&self.source, span.start + self.base..span.end + self.base)
    }

    fn push(&self, finding: Diagnostic) {
        self.report.borrow_mut().push(finding);
    }
}

impl<'d> Fields<'d> {
    fn new(document: &'d Document, table: &'d DeTable<'d>, span: Range<usize>) -> Self {
        let ignored = Cell::new(Ignored::Not);
        Self { document, table, span, asked: RefCell::default(), ignored }
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
        self.value(key).is_some_and(|value| value.get_ref().is_str())
    }

    /// Where a key stands, for findings about it.
    pub fn key_label(&self, key: &'static str) -> Option<Label> {
        let (name, _) = self.table.iter().find(|(name, _)| name.get_ref() == key)?;
        Some(self.document.label(name.span()))
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
        match value.get_ref().as_str() {
            Some(text) => Some(At { value: text, label: self.document.label(value.span()) }),
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
        let label = self.document.label(value.span());
        match value.get_ref().as_datetime() {
            Some(Datetime { date: Some(date), time: None, offset: None }) => {
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
                let found = value.get_ref().type_str();
                let finding = findings::wrong_type(label, key, "a date", found);
                self.push(finding.help("a date is written without quotes, such as `2026-03-18`"));
            }
        }
        None
    }

    /// A whole number, not below zero.
    pub fn count(&self, key: &'static str) -> Option<At<u32>> {
        let value = self.value(key)?;
        let label = self.document.label(value.span());
        let integer = value.get_ref().as_integer();
        let number = integer.and_then(|i| u32::from_str_radix(i.as_str(), i.radix()).ok());
        if number.is_none() {
            let found = integer.map_or(value.get_ref().type_str(), |_| "number out of range");
            self.push(findings::wrong_type(label.clone(), key, "a whole number", found));
        }
        number.map(|value| At { value, label })
    }

    /// A whole number that may be negative.
    pub fn integer(&self, key: &'static str) -> Option<At<i64>> {
        let value = self.value(key)?;
        let label = self.document.label(value.span());
        let integer = value.get_ref().as_integer();
        let number = integer.and_then(|i| i64::from_str_radix(i.as_str(), i.radix()).ok());
        if number.is_none() {
            let found = value.get_ref().type_str();
            self.push(findings::wrong_type(label.clone(), key, "a whole number", found));
        }
        number.map(|value| At { value, label })
    }

    /// `true` or `false`.
    pub fn flag(&self, key: &'static str) -> Option<bool> {
        let value = self.value(key)?;
        let flag = value.get_ref().as_bool();
        if flag.is_none() {
            let label = self.document.label(value.span());
            let found = value.get_ref().type_str();
            self.push(findings::wrong_type(label, key, "`true` or `false`", found));
        }
        flag
    }

    /// A list of texts.
    pub fn texts(&self, key: &'static str) -> Option<Vec<At<&'d str>>> {
        let value = self.value(key)?;
        let Some(array) = value.get_ref().as_array() else {
            let label = self.document.label(value.span());
            let found = value.get_ref().type_str();
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
        let Some(array) = value.get_ref().as_array() else {
            let label = self.document.label(value.span());
            let found = value.get_ref().type_str();
            let finding = findings::wrong_type(label, key, "a list of tables", found);
            self.push(finding.help(format!("begin each with `[[{key}]]`")));
            return Vec::new();
        };
        array.iter().filter_map(|item| self.table_of(key, item)).collect()
    }

    /// All keys of a table whose keys are data, each with its own table or text.
    pub fn entries(&self) -> impl Iterator<Item = (At<&'d str>, Entry<'_, 'd>)> {
        self.ignored.set(Ignored::Yes);
        self.table.iter().map(|(key, value)| {
            let label = self.document.label(key.span());
            (At { value: &**key.get_ref(), label }, Entry { fields: self, value })
        })
    }

    pub(super) fn raw(&self) -> &'d DeTable<'d> {
        self.table
    }

    pub(super) fn value(&self, key: &'static str) -> Option<&'d Spanned<DeValue<'d>>> {
        self.asked.borrow_mut().push(key);
        self.table.get(key)
    }

    pub(super) fn label_of(&self, span: Range<usize>) -> Label {
        self.document.label(span)
    }

    pub(super) fn ignore_keys(&self) {
        self.ignored.set(Ignored::Yes);
    }

    pub(super) fn text_of(
        &self,
        key: &str,
        value: &'d Spanned<DeValue<'d>>,
    ) -> Option<At<&'d str>> {
        let label = self.document.label(value.span());
        let Some(text) = value.get_ref().as_str() else {
            let found = value.get_ref().type_str();
            let finding = findings::wrong_type(label, key, "a text", found);
            self.push(finding.help("put it in quotes"));
            return None;
        };
        let hidden = |c: &char| crate::model::is_invisible(*c) && !matches!(c, '\n' | '\r' | '\t');
        if let Some(character) = text.chars().find(hidden) {
            self.push(findings::invisible(label, key, character));
            return None;
        }
        if text.trim().is_empty() {
            self.push(findings::empty(label, key));
            return None;
        }
        Some(At { value: text.trim(), label })
    }

    pub(super) fn table_of(
        &self,
        key: &str,
        value: &'d Spanned<DeValue<'d>>,
    ) -> Option<Fields<'d>> {
        if let Some(table) = value.get_ref().as_table() {
            return Some(Fields::new(self.document, table, value.span()));
        }
        let label = self.document.label(value.span());
        self.push(findings::wrong_type(label, key, "a table", value.get_ref().type_str()));
        None
    }
}

/// The value behind a key that is data.
pub struct Entry<'f, 'd> {
    fields: &'f Fields<'d>,
    value: &'d Spanned<DeValue<'d>>,
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

/// What nobody asked for is a finding when the table has been read.
impl Drop for Fields<'_> {
    fn drop(&mut self) {
        if self.ignored.get() == Ignored::Yes {
            return;
        }
        let asked = self.asked.borrow();
        for (key, _) in self.table.iter().filter(|(key, _)| !asked.contains(&&**key.get_ref())) {
            let label = self.document.label(key.span());
            self.document.push(findings::unknown_key(label, key.get_ref(), &asked));
        }
    }
}
