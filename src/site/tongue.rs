//! A language of the site: its labels, and how it writes dates and numbers.

use std::borrow::Cow;

use jiff::civil::Date;
use serde::Serialize;

use crate::model::{Language, LocalText};
use crate::theme::Labels;

/// A text and its `lang`, where that is not the page's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Text<'v> {
    pub(crate) text: Cow<'v, str>,
    pub(crate) lang: Option<&'v str>,
}

impl<'v> Text<'v> {
    /// A text in the page's language.
    pub(crate) fn plain(text: impl Into<Cow<'v, str>>) -> Self {
        Self { text: text.into(), lang: None }
    }
}

/// A day, for machines and for people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Day {
    pub(crate) iso: String,
    pub(crate) text: String,
}

/// One language of the site.
#[derive(Clone, Debug)]
pub(crate) struct Tongue<'t> {
    pub(crate) language: Language,
    /// The `lang` attribute, such as `zh-CN`.
    pub(crate) html_lang: &'t str,
    /// Where its pages are, below the site's root: empty or `en/`.
    pub(crate) prefix: String,
    labels: &'t Labels,
    /// All languages of the register and their `lang` attributes.
    html_langs: Vec<(Language, &'t str)>,
}

impl<'t> Tongue<'t> {
    pub(crate) fn new(
        language: Language,
        html_langs: Vec<(Language, &'t str)>,
        prefix: String,
        labels: &'t Labels,
    ) -> Self {
        let own = html_langs.iter().find(|(l, _)| *l == language);
        let html_lang = own.map_or("", |(_, html_lang)| html_lang);
        Self { language, html_lang, prefix, labels, html_langs }
    }

    pub(crate) fn labels(&self) -> &'t Labels {
        self.labels
    }

    /// A label. One that is missing is seen as such by `tests/themes.rs`, not by a reader.
    pub(crate) fn t(&self, key: &str) -> &'t str {
        self.labels.find(key).unwrap_or_default()
    }

    /// A label with its blanks filled in.
    pub(crate) fn fill(&self, key: &str, values: &[(&str, &str)]) -> String {
        self.labels.fill(key, values)
    }

    /// A label about a number of things: `key`, or `key_one` where there is one thing.
    pub(crate) fn count(&self, key: &str, count: usize) -> String {
        let one = format!("{key}_one");
        let number = count.to_string();
        let key = if count == 1 && self.labels.has(&one) { &one } else { key };
        self.fill(key, &[("n", &number)])
    }

    /// A label whose key ends in a code of ours, such as `status_not_yet_valid`.
    pub(crate) fn coded(&self, prefix: &str, code: &str) -> &'t str {
        self.t(&format!("{prefix}_{}", code.replace('-', "_")))
    }

    /// The `lang` attribute of another language; nothing for the page's own.
    pub(crate) fn lang(&self, language: Language) -> Option<&'t str> {
        let other = self.html_langs.iter().find(|(l, _)| *l == language && *l != self.language);
        other.map(|(_, html_lang)| *html_lang)
    }

    /// A text in this language, else in another and marked so.
    pub(crate) fn local<'v>(&self, text: &'v LocalText) -> Text<'v>
    where
        't: 'v,
    {
        let (text, language) = text.best(self.language);
        Text { text: text.into(), lang: self.lang(language) }
    }

    /// A text in this language, else in another, unmarked: for titles and descriptions.
    pub(crate) fn plain<'v>(&self, text: &'v LocalText) -> &'v str {
        text.best(self.language).0
    }

    /// The same text in the next language that has it.
    pub(crate) fn other<'v>(&self, text: &'v LocalText) -> Option<Text<'v>>
    where
        't: 'v,
    {
        let (_, shown) = text.best(self.language);
        let (language, text) = text.iter().find(|(language, _)| *language != shown)?;
        Some(Text { text: text.into(), lang: self.lang(language) })
    }

    /// A day in prose.
    pub(crate) fn day(&self, date: Date) -> Day {
        Day { iso: date.to_string(), text: self.prose(date) }
    }

    /// A day in prose, as text only.
    pub(crate) fn prose(&self, date: Date) -> String {
        let (year, day) = (date.year().to_string(), date.day().to_string());
        let number = date.month().to_string();
        let month = self.month_name("month", date.month());
        let values = [("y", &*year), ("m", &*number), ("d", &*day), ("month", month)];
        self.fill("date_pattern", &values)
    }

    /// A month in prose.
    pub(crate) fn month(&self, year: i16, month: i8) -> String {
        let (year, number) = (year.to_string(), month.to_string());
        let name = self.month_name("month", month);
        self.fill("month_pattern", &[("y", &year), ("m", &number), ("month", name)])
    }

    /// A month under a column of a chart.
    pub(crate) fn short_month(&self, month: i8) -> String {
        let number = month.to_string();
        let name = self.month_name("month_short", month);
        self.fill("month_short_pattern", &[("m", &number), ("mon", name)])
    }

    fn month_name(&self, key: &str, month: i8) -> &'t str {
        let key = format!("{key}_{month}");
        if self.labels.has(&key) { self.t(&key) } else { "" }
    }

    /// Several texts in a row.
    pub(crate) fn join(&self, texts: impl IntoIterator<Item = impl Into<String>>) -> String {
        let texts: Vec<String> = texts.into_iter().map(Into::into).collect();
        texts.join(self.t("list_comma"))
    }
}
