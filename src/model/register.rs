//! The whole register, checked.

use std::{collections::BTreeMap, sync::Arc};

use crate::model::{Certificate, Coded, Language, LocalText, Scheme};

/// All that a site is made of. Only valid data exists here.
#[derive(Clone, Debug, Default)]
pub struct Register {
    /// In the order of their number's keys; no two share one.
    pub certificates: Vec<Certificate>,
    /// By id.
    pub schemes: BTreeMap<Box<str>, Arc<Scheme>>,
    /// Guidance pages, in the order of slug and language.
    pub guides: Vec<Guide>,
    /// Names of regions (GB/T 2260).
    pub regions: Names,
    /// Names of industries (GB/T 4754).
    pub industries: Names,
    /// Pictures that pages show, by path relative to `content/`.
    pub pictures: BTreeMap<Box<str>, Picture>,
}

/// Names for the codes of a public list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names {
    /// The list's edition.
    pub edition: Option<Box<str>>,
    /// The codes that have a name, as certificates hold them.
    pub codes: BTreeMap<Box<str>, Arc<Coded>>,
}

impl Names {
    /// The name of a code.
    pub fn name(&self, code: &str) -> Option<&LocalText> {
        self.codes.get(code)?.name.as_ref()
    }
}

/// A guidance page in one language.
#[derive(Clone, Debug)]
pub struct Guide {
    /// Its address without ending, such as `levels`.
    pub slug: Box<str>,
    /// Its language.
    pub language: Language,
    /// Its title.
    pub title: Box<str>,
    /// One sentence about it.
    pub summary: Option<Box<str>>,
    /// Its place in the index, small first.
    pub order: i64,
    /// The part of the index it stands in.
    pub group: Box<str>,
    /// The scheme whose data it shows.
    pub scheme: Option<Arc<Scheme>>,
    /// The tables of that scheme that it shows: `levels`, `clauses`, `quota`, `sampling`.
    pub data: Vec<Box<str>>,
    /// The text, as Markdown.
    pub text: Box<str>,
    /// The identifiers of its headings.
    pub anchors: Vec<Box<str>>,
    /// The file, relative to the register's root, with `/` between its parts.
    pub file: Box<str>,
}

/// A picture.
#[derive(Clone, Debug)]
pub struct Picture {
    /// Its bytes.
    pub bytes: Arc<[u8]>,
}
