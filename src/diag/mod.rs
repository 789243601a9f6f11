//! What is wrong with the records, said so that the reader can mend it.
//!
//! A *finding* is about the records: all are gathered in a [`Report`] and none stops the load.
//! A *failure* is about the machine (disk, network): an error type of the module where it happens,
//! and it stops the run. How findings are printed is the binary's affair.

mod code;
mod report;
mod source;

pub use code::{Code, Severity};
pub use report::{Report, Strictness};
pub use source::{Position, Source};

use std::{ops::Range, sync::Arc};

/// A byte range of a source and a few words about it.
#[derive(Clone, Debug)]
pub struct Label {
    /// The file, as it was read: a finding can be shown after the load is over.
    pub source: Arc<Source>,
    /// Where in the file.
    pub span: Range<usize>,
    /// What is there, in lower case and without a full stop. May be empty.
    pub text: String,
}

impl Label {
    /// A place without words of its own.
    pub fn new(source: &Arc<Source>, span: Range<usize>) -> Self {
        Self { source: Arc::clone(source), span, text: String::new() }
    }

    /// The start of a file, for what is wrong with the file as a whole.
    pub fn file(source: &Arc<Source>) -> Self {
        Self::new(source, 0..0)
    }

    /// The same place with words.
    #[must_use]
    pub fn says(mut self, text: impl Into<String>) -> Self {
        self.text = text.into();
        self
    }
}

/// One finding, ready to be shown. The first label is where it stands.
#[derive(Clone, Debug)]
pub struct Diagnostic {
    /// What kind of finding it is.
    pub code: Code,
    /// What is wrong, in one line, in lower case and without a full stop.
    pub message: String,
    /// Where, and what else bears on it. Never empty.
    pub labels: Vec<Label>,
    /// How to mend it, when that is not plain from the message.
    pub help: Option<String>,
    /// How often its file has it, where the finding is the first of some.
    pub count: usize,
}

impl Diagnostic {
    /// A finding at a place.
    pub fn new(code: Code, at: Label, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), labels: vec![at], help: None, count: 1 }
    }

    /// The same finding with another place that bears on it.
    #[must_use]
    pub fn also(mut self, label: Label) -> Self {
        self.labels.push(label);
        self
    }

    /// The same finding with advice.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The same finding with advice, if there is any.
    #[must_use]
    pub fn maybe_help(mut self, help: Option<String>) -> Self {
        self.help = help.or(self.help);
        self
    }

    /// Where it stands.
    pub fn primary(&self) -> &Label {
        &self.labels[0]
    }

    /// Whether it forbids publishing.
    pub fn severity(&self) -> Severity {
        self.code.severity()
    }
}
