//! Warnings that one setting causes in every record, said once.

use std::{
    collections::BTreeMap,
    ops::Range,
    sync::{Arc, Mutex, PoisonError},
};

use crate::cache::{Reader, Writer};
use crate::diag::{Code, Diagnostic, Label, Report, Source};

/// Texts in languages that the register is not published in: the first of each language, and how
/// many there are. Nothing else of them is kept, as a register may have a million.
#[derive(Debug, Default)]
pub(super) struct Unpublished {
    by_message: Mutex<BTreeMap<Box<str>, First>>,
}

/// The first of them, and the path of its file.
type First = (Box<str>, Said);

/// What one file has of them: the first, and how many.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Said {
    message: Box<str>,
    help: Option<Box<str>>,
    label: Box<str>,
    span: Range<usize>,
    count: usize,
}

impl Said {
    fn new(finding: &Diagnostic) -> Self {
        let label = finding.primary();
        Self {
            message: finding.message.as_str().into(),
            help: finding.help.as_deref().map(Box::from),
            label: label.text.as_str().into(),
            span: label.span.clone(),
            count: finding.count,
        }
    }

    pub(super) fn write(&self, writer: &mut Writer) {
        writer.text(&self.message);
        writer.option(self.help.as_deref(), Writer::text);
        writer.text(&self.label);
        for number in [self.span.start, self.span.end, self.count] {
            writer.size(number);
        }
    }

    pub(super) fn read(reader: &mut Reader<'_>) -> Option<Self> {
        Some(Self {
            message: reader.text()?.into(),
            help: reader.option(|reader| reader.text().map(Box::from))?,
            label: reader.text()?.into(),
            span: reader.size()?..reader.size()?,
            count: reader.size()?,
        })
    }

    /// The finding, for all texts of its language.
    fn finding(self, source: &Arc<Source>) -> Diagnostic {
        let label = Label::new(source, self.span).says(self.label);
        let message = match self.count {
            1 => self.message.to_string(),
            count => {
                let texts = format!("{count} texts are not shown; this is the first");
                self.message.replace("the text is not shown", &texts)
            }
        };
        let finding = Diagnostic::new(Code::LanguageUnpublished, label, message);
        finding.maybe_help(self.help.map(String::from))
    }
}

impl Unpublished {
    /// Takes its findings out of the report of one file. From any thread.
    pub(super) fn take(&self, report: &mut Report) -> Vec<Said> {
        let mut all: Vec<Said> = Vec::new();
        for finding in report.extract(Code::LanguageUnpublished) {
            let said = Said::new(&finding);
            self.know(finding.primary().source.path(), std::slice::from_ref(&said));
            match all.iter_mut().find(|other| other.message == said.message) {
                None => all.push(said),
                Some(other) if said.span.start < other.span.start => {
                    *other = Said { count: other.count + said.count, ..said };
                }
                Some(other) => other.count += said.count,
            }
        }
        all
    }

    /// Adds what a file has. From any thread.
    pub(super) fn know(&self, path: &str, all: &[Said]) {
        if all.is_empty() {
            return;
        }
        let mut kept = self.by_message.lock().unwrap_or_else(PoisonError::into_inner);
        for said in all {
            let Some((first_path, first)) = kept.get_mut(&said.message) else {
                kept.insert(said.message.clone(), (path.into(), said.clone()));
                continue;
            };
            let count = first.count + said.count;
            if (path, said.span.start) < (first_path, first.span.start) {
                (*first_path, *first) = (path.into(), said.clone());
            }
            first.count = count;
        }
    }

    /// One finding a language. `read` reads a file once more.
    pub(super) fn finish(self, report: &mut Report, read: impl Fn(&str) -> Arc<Source>) {
        let kept = self.by_message.into_inner().unwrap_or_else(PoisonError::into_inner);
        for (path, said) in kept.into_values() {
            report.push(said.finding(&read(&path)));
        }
    }
}
