//! The words of a theme: one flat table a language.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    ops::Range,
    sync::Arc,
};

use serde::Serialize;
use toml::de::{DeTable, DeValue};

use crate::diag::{Label, Report, Source};
use crate::theme::findings;

/// The labels of one language. A template sees them as a map.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(transparent)]
pub struct Labels {
    words: Arc<HashMap<String, String>>,
}

impl Labels {
    /// The label of a key; the key itself when there is none, so that it is seen.
    pub fn get<'l>(&'l self, key: &'l str) -> &'l str {
        self.words.get(key).map_or(key, String::as_str)
    }

    /// The label of a key, if there is one.
    pub fn find(&self, key: &str) -> Option<&str> {
        self.words.get(key).map(String::as_str)
    }

    /// Whether there is such a label.
    pub fn has(&self, key: &str) -> bool {
        self.words.contains_key(key)
    }

    /// The labels whose keys begin so, by the rest of their keys.
    pub fn starting(&self, prefix: &str) -> BTreeMap<&str, &str> {
        let words = self.words.iter();
        words.filter_map(|(key, text)| Some((key.strip_prefix(prefix)?, text.as_str()))).collect()
    }

    /// A label with values in place of the names in braces. A brace in a value stays a brace, and a
    /// name without a value stays as it is.
    pub fn fill(&self, key: &str, values: &[(&str, &str)]) -> String {
        let mut rest = self.get(key);
        let mut filled = String::with_capacity(rest.len());
        while let Some((before, after)) = rest.split_once('{') {
            filled.push_str(before);
            let named = after.split_once('}').and_then(|(name, after)| {
                let (_, value) = values.iter().find(|(known, _)| *known == name)?;
                Some((value, after))
            });
            let (text, after) = named.map_or(("{", after), |(value, after)| (*value, after));
            filled.push_str(text);
            rest = after;
        }
        filled.push_str(rest);
        filled
    }
}

/// A text of a TOML file and where its key stands.
pub(super) struct Word {
    pub(super) key: String,
    pub(super) text: String,
    pub(super) at: Label,
}

/// Reads a flat table of texts. What is none is a finding, and the others are read all the same.
pub(super) fn read(source: &Arc<Source>, report: &mut Report) -> Vec<Word> {
    let table = table(source, report);
    table.iter().filter_map(|(key, value)| text(source, key, value, report)).collect()
}

/// A TOML file, as far as it can be read.
pub(super) fn table<'s>(source: &'s Arc<Source>, report: &mut Report) -> DeTable<'s> {
    let (table, errors) = DeTable::parse_recoverable(source.text());
    for error in errors {
        let at = Label::new(source, error.span().unwrap_or(0..0));
        report.push(findings::toml_syntax(at, error.message()));
    }
    table.into_inner()
}

/// One entry of a table of texts.
pub(super) fn text(
    source: &Arc<Source>,
    key: &toml::Spanned<toml::de::DeString<'_>>,
    value: &toml::Spanned<DeValue<'_>>,
    report: &mut Report,
) -> Option<Word> {
    let at = |span: Range<usize>| Label::new(source, span);
    if let DeValue::String(text) = value.get_ref() {
        let (key, at) = (key.get_ref().to_string(), at(key.span()));
        return Some(Word { key, text: text.to_string(), at });
    }
    report.push(findings::not_a_text(at(value.span()), key.get_ref()));
    None
}

/// A label file of a theme.
pub(super) struct LabelFile {
    pub(super) language: String,
    pub(super) source: Arc<Source>,
    pub(super) words: Vec<Word>,
}

/// The labels of each language: those of the default theme, and over them those of the register's.
///
/// `is_read` tells whether a template of the register's theme reads a label of its own.
pub(super) fn merge(
    default: &[LabelFile],
    own: &[LabelFile],
    is_read: impl Fn(&str) -> bool,
    report: &mut Report,
) -> BTreeMap<String, Labels> {
    let defaults = gather(default);
    let known: BTreeSet<&str> = defaults.values().flatten().map(|(key, _)| key.as_str()).collect();
    lacking(default, &defaults, &known, report);
    for word in own.iter().flat_map(|file| &file.words) {
        if !known.contains(word.key.as_str()) && !is_read(&word.key) {
            report.push(findings::label_unknown(word, &known));
        }
    }
    let mut labels = defaults.clone();
    for (language, words) in gather(own) {
        labels.entry(language).or_default().extend(words);
    }
    let lenders = defaults.get("en").into_iter().chain(defaults.values()).chain(labels.values());
    let lenders: Vec<_> = lenders.cloned().collect();
    for words in labels.values_mut() {
        let own: BTreeSet<String> = words.keys().cloned().collect();
        for (key, text) in lenders.iter().flatten() {
            if !leader(key).is_some_and(|leader| own.contains(leader)) {
                words.entry(key.clone()).or_insert_with(|| text.clone());
            }
        }
    }
    labels
        .into_iter()
        .map(|(language, words)| {
            (language, Labels { words: Arc::new(words.into_iter().collect()) })
        })
        .collect()
}

/// The label without which this one means nothing. Not every language has singulars, or names of
/// months: one that has the pattern or the plural is not lent another language's words.
fn leader(key: &str) -> Option<&str> {
    if let Some(plural) = key.strip_suffix("_one") {
        return Some(plural);
    }
    match key.trim_end_matches(|c: char| c.is_ascii_digit()) {
        same if same == key => None,
        "month_" => Some("month_pattern"),
        "month_short_" => Some("month_short_pattern"),
        _ => None,
    }
}

type Words = BTreeMap<String, String>;

/// The words of each language; a later file overrides an earlier one.
fn gather(files: &[LabelFile]) -> BTreeMap<String, Words> {
    let mut languages: BTreeMap<String, Words> = BTreeMap::new();
    for file in files {
        let words = file.words.iter().map(|word| (word.key.clone(), word.text.clone()));
        languages.entry(file.language.clone()).or_default().extend(words);
    }
    languages
}

/// What one language of the default theme has and another lacks.
fn lacking(
    files: &[LabelFile],
    languages: &BTreeMap<String, Words>,
    known: &BTreeSet<&str>,
    report: &mut Report,
) {
    for (language, words) in languages {
        let file = files.iter().rev().find(|file| file.language == *language);
        let needed = |key: &&&str| !words.contains_key(**key) && leader(key).is_none();
        let missing = known.iter().filter(needed);
        for (file, key) in
            file.into_iter().flat_map(|file| missing.clone().map(move |key| (file, key)))
        {
            report.push(findings::label_missing(&file.source, key));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(words: &[(&str, &str)]) -> Labels {
        let words = words.iter().map(|(key, text)| ((*key).to_owned(), (*text).to_owned()));
        Labels { words: Arc::new(words.collect()) }
    }

    #[test]
    fn values_are_filled_in_once() {
        let labels = labels(&[("a", "{n} of {all}, {{n}} {x} { {n"), ("b", "证书 {number}")]);
        assert_eq!(
            labels.fill("a", &[("n", "{all}"), ("all", "3")]),
            "{all} of 3, {{all}} {x} { {n"
        );
        assert_eq!(labels.fill("b", &[("number", "甲-1")]), "证书 甲-1");
        assert_eq!(labels.fill("c {n}", &[("n", "1")]), "c 1");
        assert_eq!((labels.get("c"), labels.has("c"), labels.has("a")), ("c", false, true));
    }

    #[test]
    fn a_template_sees_labels_as_a_map() {
        let json = serde_json::to_value(labels(&[("a", "1"), ("b", "2")])).unwrap();
        assert_eq!(json, serde_json::json!({ "a": "1", "b": "2" }));
    }

    fn file(language: &str, text: &str) -> LabelFile {
        let source = Arc::new(Source::new(format!("i18n/{language}.toml"), text));
        let words = read(&source, &mut Report::default());
        LabelFile { language: language.to_owned(), source, words }
    }

    #[test]
    fn a_language_is_lent_what_it_lacks_but_no_singulars_and_months_of_its_own() {
        let english = "n = '{n} days'\nn_one = '1 day'\nback = 'back'
            month_pattern = '{month} {y}'\nmonth_1 = 'January'";
        let chinese = "n = '{n} 天'\nmonth_pattern = '{y}年{m}月'";
        let mut report = Report::default();
        let own = [file("fr", "n = '{n} jours'"), file("zh", "bakc = '回'")];
        let labels =
            merge(&[file("zh", chinese), file("en", english)], &own, |_| false, &mut report);
        let told = report.findings().iter().map(|finding| {
            (finding.primary().source.path(), &*finding.message, finding.help.as_deref())
        });
        assert_eq!(
            told.collect::<Vec<_>>(),
            [
                ("i18n/zh.toml", "the label `back` is missing, and another language has it", None),
                (
                    "i18n/zh.toml",
                    "the default theme has no label `bakc`",
                    Some("did you mean `back`?")
                ),
            ]
        );
        assert_eq!(labels["fr"].get("month_1"), "January", "it goes with the pattern that is lent");
        assert_eq!(labels["zh"].get("back"), "back");
        for (language, key) in [("fr", "n_one"), ("zh", "n_one"), ("zh", "month_1")] {
            assert!(!labels[language].has(key), "{language} {key}");
        }
    }
}
