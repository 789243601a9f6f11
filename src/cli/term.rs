//! The only place that prints. Data goes to stdout, everything said to a person to stderr.
//!
//! Nothing here panics when nobody listens, as `println!` does: `attestar check | head` is fine.

use std::{
    borrow::Cow,
    env,
    error::Error,
    fmt::Display,
    io::{self, IsTerminal, Write},
};

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;

use super::verify::Lang;
use attestar::{
    batch::Answered,
    diag::{Diagnostic, Label, Report, Severity},
    verify::{Certainty, Outcome, Reason},
};

/// Prints findings for people, with their source lines.
pub(super) fn findings(report: &Report) {
    let renderer = if colours() { Renderer::styled() } else { Renderer::plain() };
    let mut stderr = io::stderr().lock();
    for finding in report.findings() {
        let text = renderer.render(&groups(finding));
        if writeln!(stderr, "{text}\n").is_err() {
            return; // Nobody listens.
        }
    }
}

fn colours() -> bool {
    let unwanted = env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    io::stderr().is_terminal() && !unwanted
}

fn groups(finding: &Diagnostic) -> Vec<Group<'_>> {
    let level = match finding.severity() {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let title = level.primary_title(&*finding.message).id(finding.code.name());
    let mut sources: Vec<&str> = Vec::new();
    let mut group = Group::with_title(title);
    for label in &finding.labels {
        let path = label.source.path();
        if sources.contains(&path) {
            continue;
        }
        sources.push(path);
        let here = finding.labels.iter().filter(|other| other.source.path() == path);
        group = group.element(snippet(here, label, finding.primary()));
    }
    if let Some(help) = &finding.help {
        group = group.element(Level::HELP.message(&**help));
    }
    vec![group]
}

/// What would steer the terminal or turn the text around.
fn steers(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// A path without what would steer the terminal or turn the text around; the rest of a finding is
/// freed of it by the renderer.
fn shown(path: &str) -> Cow<'_, str> {
    if path.contains(steers) { path.replace(steers, "\u{FFFD}").into() } else { path.into() }
}

/// The lines of one file that a finding is about.
fn snippet<'f>(
    labels: impl Iterator<Item = &'f Label>,
    first: &'f Label,
    primary: &Label,
) -> Snippet<'f, annotate_snippets::Annotation<'f>> {
    let text = first.source.text();
    let mut snippet = Snippet::source(text).path(shown(first.source.path()));
    for label in labels {
        let kind = if std::ptr::eq(label, primary) {
            AnnotationKind::Primary
        } else {
            AnnotationKind::Context
        };
        let start = text.floor_char_boundary(label.span.start.min(text.len()));
        let end = text.ceil_char_boundary(label.span.end.min(text.len()));
        let annotation = kind.span(start..end.max(start));
        snippet =
            snippet.annotation(annotation.label((!label.text.is_empty()).then_some(&*label.text)));
    }
    snippet
}

/// A finding as editors read it.
#[derive(Serialize)]
struct EditorLine<'f> {
    file: &'f str,
    line: usize,
    column: usize,
    severity: &'static str,
    code: &'static str,
    message: &'f str,
    help: Option<&'f str>,
}

impl<'f> EditorLine<'f> {
    fn new(finding: &'f Diagnostic) -> Self {
        let label = finding.primary();
        let position = label.source.position(label.span.start);
        Self {
            file: label.source.path(),
            line: position.line,
            column: position.column,
            severity: finding.severity().into(),
            code: finding.code.name(),
            message: &finding.message,
            help: finding.help.as_deref(),
        }
    }
}

/// Prints findings for programs: one JSON object a line, on stdout.
pub(super) fn findings_json(report: &Report) {
    let mut stdout = io::stdout().lock();
    for finding in report.findings() {
        let written = serde_json::to_writer(&mut stdout, &EditorLine::new(finding)).is_ok();
        if !written || writeln!(stdout).is_err() {
            return; // Nobody listens.
        }
    }
}

/// Prints findings as annotations of GitHub Actions, on stdout.
pub(super) fn findings_github(report: &Report) {
    let value = |text: &str| text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    let property = |text: &str| value(text).replace(':', "%3A").replace(',', "%2C");
    let mut stdout = io::stdout().lock();
    for finding in report.findings() {
        let line = EditorLine::new(finding);
        let help = line.help.map(|help| format!("\n{help}")).unwrap_or_default();
        let written = writeln!(
            stdout,
            "::{} file={},line={},col={},title={}::{}",
            line.severity,
            property(line.file),
            line.line,
            line.column,
            property(line.code),
            value(&format!("{}{help}", line.message)),
        );
        if written.is_err() {
            return; // Nobody listens.
        }
    }
}

/// Prints how many findings there are, where there are any.
pub(super) fn tally(report: &Report) -> String {
    let words = |count: usize, word: &str| match count {
        1 => format!("1 {word}"),
        n => format!("{n} {word}s"),
    };
    let errors = words(report.count(Severity::Error), "error");
    let warnings = words(report.count(Severity::Warning), "warning");
    match (report.count(Severity::Error), report.count(Severity::Warning)) {
        (0, 0) => "no findings".to_owned(),
        (0, _) => warnings,
        (_, 0) => errors,
        _ => format!("{errors}, {warnings}"),
    }
}

/// One line to a person.
pub(super) fn say(text: impl Display) {
    let _ = writeln!(io::stderr(), "{text}"); // Nobody may listen.
}

/// One line to a person, of text that strangers wrote.
pub(super) fn say_safely(text: &str) {
    say(shown(text));
}

/// One line of data, of text that strangers wrote.
pub(super) fn line_safely(text: &str) {
    let _ = writeln!(io::stdout(), "{}", text.replace(steers, "\u{FFFD}")); // Nobody may listen.
}

/// A table as data; on a terminal without what would steer it.
pub(super) fn table(text: &str) {
    if io::stdout().is_terminal() {
        raw(tamed(text).as_bytes());
    } else {
        raw(text.as_bytes());
    }
}

/// A text of several lines without what would steer a terminal.
fn tamed(text: &str) -> String {
    let text = text.trim_start_matches('\u{FEFF}').replace("\r\n", "\n");
    text.replace(|c| c != '\n' && steers(c), "\u{FFFD}")
}

/// Bytes of data as they are.
pub(super) fn raw(bytes: &[u8]) {
    let _ = io::stdout().write_all(bytes); // Nobody may listen.
}

/// An answer: three verdicts and what they come to, and what else it may mean.
pub(super) fn answered(answered: &Answered, lang: Lang) {
    outcome(&answered.outcome, lang);
    for remark in &answered.remarks {
        line_safely(&format!("  remark   {}", lang.of(&remark.words())));
    }
    for suggestion in answered.suggestions() {
        line_safely(&format!("  perhaps  {suggestion}"));
    }
}

/// An outcome of a check: three verdicts and the answer.
fn outcome(outcome: &Outcome, lang: Lang) {
    let facts = outcome.facts.as_ref().filter(|_| outcome.genuine.certainty() == Certainty::Yes);
    let holder = facts.and_then(|facts| facts.holder.values().next_back());
    line_safely(&format!("{}  {}", outcome.asked, holder.map_or("", String::as_str)));
    let verdict = |name: &str, reason: &dyn Reason| {
        let certainty = reason.certainty().code();
        line_safely(&format!("  {name:8} {certainty:8} {}", lang.of(&reason.words())));
    };
    verdict("genuine", &outcome.genuine);
    verdict("logged", &outcome.logged);
    verdict("current", &outcome.current);
    let answer = &outcome.answer;
    line_safely(&format!("  answer   {:8} {}", answer.code.name(), lang.of(&answer.words)));
}

/// Why the command could not be done.
pub(super) fn failure(error: &(dyn Error + 'static)) {
    let mut text = format!("error: {error}");
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    say(tamed(&text));
}

/// Text that somebody asked for, on stdout.
pub(super) fn line(text: impl Display) {
    let _ = writeln!(io::stdout(), "{text}"); // Nobody may listen.
}

/// One JSON object, on stdout.
pub(super) fn data(value: &impl Serialize) {
    let mut stdout = io::stdout().lock();
    let written = serde_json::to_writer(&mut stdout, value).is_ok();
    let _ = written && writeln!(stdout).is_ok();
}

/// A counter on a terminal, and nothing elsewhere.
pub(super) fn progress(what: &'static str) -> ProgressBar {
    if !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new_spinner();
    let style = ProgressStyle::with_template("{spinner} {msg} {human_pos} ({per_sec})");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()));
    bar.set_message(what);
    bar
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_does_not_steer_a_terminal() {
        let text = "\u{FEFF}asked\r\n\u{1B}[2JA\r\u{202E}1\r\n";
        assert_eq!(tamed(text), "asked\n\u{FFFD}[2JA\u{FFFD}\u{FFFD}1\n");
    }
}
