//! From the text of templates to something that renders: read, checked, and minified once.

use std::{
    collections::BTreeMap,
    io::{self, Write},
    ops::Range,
    path::Path,
    sync::Arc,
};

use serde_json::Value as Json;
use tera::{Error, ErrorKind, Tera};

use crate::diag::{Diagnostic, Label, Report, Source};
use crate::theme::minify::{Refused, minify};
use crate::theme::scan::{FlawKind, Scan, scan};
use crate::theme::settle::settle;
use crate::theme::{Minify, findings};

/// Templates by the names tera knows them by: `default/base.html` is the default theme's.
pub(super) type Templates = BTreeMap<String, Arc<Source>>;

/// The endings of files whose values are escaped.
const ESCAPED: [&str; 4] = [".html", ".xml", ".atom", ".svg"];

/// Templates that can be rendered.
#[derive(Debug)]
pub(super) struct Compiled {
    /// What pages are made with.
    pub(super) tera: Tera,
    /// Its templates' texts, by name.
    pub(super) texts: BTreeMap<String, String>,
    /// The same templates as they were written, which know the line of a mistake.
    pub(super) written: Tera,
}

impl Compiled {
    /// The same with constants put in.
    pub(super) fn settle(&self, name: &str, constants: &Json) -> Result<Tera, Error> {
        let settled = |(template, text): (&String, &String)| {
            (template.clone(), settle(template, text, name, constants))
        };
        build(self.texts.iter().map(settled))
    }
}

/// Reads all templates. What forbids using them is a finding, and then there is nothing.
pub(super) fn compile(
    templates: &Templates,
    minify: Minify,
    report: &mut Report,
) -> Option<Compiled> {
    let mut sound = true;
    for (name, source) in templates {
        sound &= readable(name, source, report) && trusted(name, source, report);
    }
    if !sound {
        return None;
    }
    let whole = || templates.iter().map(|(name, source)| (name.clone(), source.text().to_owned()));
    let written = match build(whole()) {
        Ok(tera) => tera,
        Err(error) => {
            explain(&error, templates, report);
            return None;
        }
    };
    if minify == Minify::No {
        return Some(Compiled { tera: written.clone(), texts: whole().collect(), written });
    }
    let texts = minified(templates, report)?;
    match build(texts.clone()) {
        Ok(tera) => Some(Compiled { tera, texts, written }),
        Err(error) => {
            let source = templates.values().next()?;
            report.push(findings::minified(source, &error.to_string()));
            None
        }
    }
}

fn build(templates: impl IntoIterator<Item = (String, String)>) -> Result<Tera, Error> {
    let mut tera = Tera::default();
    tera.autoescape_on(ESCAPED);
    tera.set_escape_fn(escape);
    tera.set_fallback_prefixes(["default/"])?;
    tera.add_raw_templates(templates)?;
    Ok(tera)
}

/// Escapes a value for text and for attributes in either quotes. Runs that need nothing are written
/// whole: tera's own writes byte by byte, or leaves `'` as it is.
fn escape(text: &str, out: &mut dyn Write) -> io::Result<()> {
    let mut rest = text.as_bytes();
    while let Some(at) = rest.iter().position(|byte| IS_SPECIAL[usize::from(*byte)]) {
        let (plain, from) = rest.split_at(at);
        out.write_all(plain)?;
        let Some((first, after)) = from.split_first() else { break };
        out.write_all(special(*first).unwrap_or_default().as_bytes())?;
        rest = after;
    }
    out.write_all(rest)
}

/// The bytes that are escaped. Every byte of every value is looked up.
const IS_SPECIAL: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0_u8;
    loop {
        table[byte as usize] = special(byte).is_some();
        if byte == u8::MAX {
            break table;
        }
        byte += 1;
    }
};

/// A text as it stands in HTML and XML, between tags and in an attribute.
pub fn escape_html(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match u8::try_from(character).ok().and_then(special) {
            Some(entity) => escaped.push_str(entity),
            None => escaped.push(character),
        }
    }
    escaped
}

/// What a value becomes in a template of this name.
pub(super) fn escaped(template: &str, text: &str) -> String {
    let is_escaped = ESCAPED.iter().any(|ending| template.ends_with(ending));
    if is_escaped { escape_html(text) } else { text.to_owned() }
}

const fn special(byte: u8) -> Option<&'static str> {
    Some(match byte {
        b'&' => "&amp;",
        b'<' => "&lt;",
        b'>' => "&gt;",
        b'"' => "&quot;",
        b'\'' => "&#39;",
        _ => return None,
    })
}

/// Whether any template has this word, as in `site.t.KEY` or `site.t["KEY"]`.
pub(super) fn mention(templates: &Templates, word: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    let mut words = templates.values().flat_map(|source| source.text().split(|c| !is_part(c)));
    words.any(|other| other == word)
}

/// Whether a template is HTML: only those are minified.
pub(super) fn is_html(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|ending| ending == "html")
}

/// Whether tera can read a template by itself. What it needs of others is looked at later.
fn readable(name: &str, source: &Arc<Source>, report: &mut Report) -> bool {
    let Err(error) = Tera::default().add_raw_template(name, source.text()) else { return true };
    let ErrorKind::SyntaxError(error) = error.kind() else { return true };
    let at = Label::new(source, error.span().range.clone());
    report.push(findings::template_syntax(at, error.message()));
    false
}

/// Whether no value of a template can leave its attribute.
fn trusted(name: &str, source: &Arc<Source>, report: &mut Report) -> bool {
    if !is_html(name) {
        return true;
    }
    let Scan { flaws, .. } = scan(source.text());
    for flaw in &flaws {
        let words = match flaw.kind {
            FlawKind::InTag => findings::in_tag,
            FlawKind::Unquoted => findings::unquoted,
            FlawKind::InComment => findings::in_comment,
        };
        report.push(words(source, flaw.span.clone()));
    }
    flaws.is_empty()
}

fn minified(templates: &Templates, report: &mut Report) -> Option<BTreeMap<String, String>> {
    let mut texts = BTreeMap::new();
    for (name, source) in templates {
        let text =
            if is_html(name) { minify(&scan(source.text())) } else { Ok(source.text().to_owned()) };
        match text {
            Ok(text) => {
                texts.insert(name.clone(), text);
            }
            Err(Refused::Reserved(span)) => report.push(findings::reserved(source, span)),
            Err(Refused::Changed(span)) => report.push(findings::changed(source, span)),
        }
    }
    (texts.len() == templates.len()).then_some(texts)
}

/// Makes findings of what templates lack of one another.
fn explain(error: &Error, templates: &Templates, report: &mut Report) {
    let before = report.findings().len();
    match error.kind() {
        ErrorKind::SyntaxError(error) | ErrorKind::RenderingError(error) => {
            if let Some(source) = templates.get(error.filename()) {
                let at = Label::new(source, error.span().range.clone());
                report.push(findings::template_syntax(at, error.message()));
            }
        }
        ErrorKind::CircularExtend { tpl: name, .. }
        | ErrorKind::CircularInclude { tpl: name, .. }
        | ErrorKind::MissingParent { current: name, .. } => {
            if let Some(source) = templates.get(name) {
                let at = Label::new(source, tag(source.text(), &["extends", "include"]));
                report.push(findings::template_syntax(at, &error.to_string()));
            }
        }
        ErrorKind::Msg(message) => reports(message, templates, report),
        _ => {}
    }
    if report.findings().len() == before
        && let Some(source) = templates.values().next()
    {
        report.push(findings::template_syntax(Label::file(source), &error.to_string()));
    }
}

/// Takes tera's reports apart: `error: WHAT`, then `--> NAME:LINE:COLUMN` (tera 2.4, reporting.rs).
fn reports(message: &str, templates: &Templates, report: &mut Report) {
    let (mut what, mut found) = (message, false);
    for line in message.lines() {
        if let Some(error) = line.strip_prefix("error: ") {
            what = error;
        } else if let Some(place) = line.trim_start().strip_prefix("--> ")
            && let Some(at) = place_of(place, templates)
        {
            report.push(findings::template_syntax(at, what));
            found = true;
        }
    }
    // Two templates that define one component: both are named, between backticks.
    let named = message.split('`').filter_map(|name| templates.get(name));
    let labels = named.map(|source| Label::new(source, tag(source.text(), &["component"])));
    if let [first, others @ ..] = labels.collect::<Vec<_>>().as_slice()
        && !found
    {
        let finding = findings::template_syntax(first.clone(), message);
        report.push(others.iter().cloned().fold(finding, Diagnostic::also));
    }
}

/// The place that tera calls `NAME:LINE:COLUMN`, both from 1 and the column in characters.
fn place_of(place: &str, templates: &Templates) -> Option<Label> {
    let mut parts = place.rsplitn(3, ':');
    let column: usize = parts.next()?.parse().ok()?;
    let line: usize = parts.next()?.parse().ok()?;
    let source = templates.get(parts.next()?)?;
    let mut lines = source.text().split_inclusive('\n');
    let before: usize = lines.by_ref().take(line.checked_sub(1)?).map(str::len).sum();
    let within = lines.next().unwrap_or_default().chars().take(column.checked_sub(1)?);
    let offset = before + within.map(char::len_utf8).sum::<usize>();
    Some(Label::new(source, offset..offset))
}

/// Where the first construct stands that begins with one of these words.
fn tag(text: &str, words: &[&str]) -> Range<usize> {
    let scan = scan(text);
    let found = scan.pieces.iter().find(|piece| {
        let inner = piece.text.strip_prefix("{%").map(|inner| inner.trim_start_matches('-'));
        inner.is_some_and(|inner| words.iter().any(|word| inner.trim_start().starts_with(word)))
    });
    found.map_or(0..0, |piece| piece.at..piece.at + piece.text.len())
}
