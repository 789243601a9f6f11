//! A language of the site: its labels, and how it writes dates and numbers.

use std::{borrow::Cow, fmt::Write as _};

use jiff::civil::Date;
use serde::{Serialize, Serializer};
use tera::Value;

use crate::model::{Language, LocalText};
use crate::theme::{Labels, escape_html};

/// A text and its `lang`, where that is not the page's. A template gets one value, which it prints
/// between tags: the text, within a `span` that has the `lang`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Text<'v> {
    pub(crate) text: Cow<'v, str>,
    pub(crate) lang: Option<&'v str>,
}

impl Serialize for Text<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Some(lang) = self.lang else { return serializer.serialize_str(&self.text) };
        let (lang, text) = (escape_html(lang), escape_html(&self.text));
        Value::safe_string(&format!("<span lang=\"{lang}\">{text}</span>")).serialize(serializer)
    }
}

impl<'v> Text<'v> {
    /// A text in the page's language.
    pub(crate) fn plain(text: impl Into<Cow<'v, str>>) -> Self {
        Self { text: text.into(), lang: None }
    }
}

impl<'v> From<&'v str> for Text<'v> {
    fn from(text: &'v str) -> Self {
        Self::plain(text)
    }
}

impl From<String> for Text<'_> {
    fn from(text: String) -> Self {
        Self::plain(text)
    }
}

/// A day, for machines and for people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Day {
    pub(crate) iso: String,
    pub(crate) text: String,
}

/// A day in ISO 8601.
pub(crate) fn iso(date: Date) -> String {
    let mut text = String::with_capacity(10);
    push_iso(&mut text, date);
    text
}

/// Adds a day in ISO 8601. A page has fifty, so they are written digit by digit.
pub(crate) fn push_iso(text: &mut String, date: Date) {
    let year = match u32::try_from(date.year()) {
        Ok(year) if year <= 9999 => year,
        _ => {
            write!(text, "{date}").expect("writing to a string cannot fail");
            return;
        }
    };
    let (month, day) = (date.month().unsigned_abs().into(), date.day().unsigned_abs().into());
    for (number, places) in
        [(year, [1000, 100, 10, 1].as_slice()), (month, &[10, 1]), (day, &[10, 1])]
    {
        if places.len() == 2 {
            text.push('-');
        }
        text.extend(places.iter().filter_map(|place| char::from_digit(number / place % 10, 10)));
    }
}

/// Adds a year, a month or a day of a month.
fn push_number(text: &mut String, number: i16) {
    match u32::try_from(number) {
        Ok(number) if number <= 9999 => {
            let places =
                [1000, 100, 10, 1].into_iter().filter(|place| number >= *place || *place == 1);
            text.extend(places.filter_map(|place| char::from_digit(number / place % 10, 10)));
        }
        _ => write!(text, "{number}").expect("writing to a string cannot fail"),
    }
}

/// A part of a date as a language writes it.
#[derive(Clone, Copy, Debug)]
enum DatePart<'t> {
    Text(&'t str),
    Year,
    Month,
    MonthName,
    Day,
}

/// Takes a pattern such as `{d} {month} {y}` apart.
fn date_pattern(pattern: &str) -> Vec<DatePart<'_>> {
    let mut chunks = pattern.split('{');
    let mut parts: Vec<_> = chunks.next().map(DatePart::Text).into_iter().collect();
    for chunk in chunks {
        let (name, after) = chunk.split_once('}').unwrap_or(("", chunk));
        match name {
            "y" => parts.extend([DatePart::Year, DatePart::Text(after)]),
            "m" => parts.extend([DatePart::Month, DatePart::Text(after)]),
            "month" => parts.extend([DatePart::MonthName, DatePart::Text(after)]),
            "d" => parts.extend([DatePart::Day, DatePart::Text(after)]),
            _ => parts.extend([DatePart::Text("{"), DatePart::Text(chunk)]),
        }
    }
    parts
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
    date_pattern: Vec<DatePart<'t>>,
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
        let date_pattern = date_pattern(labels.get("date_pattern"));
        Self { language, html_lang, prefix, labels, date_pattern, html_langs }
    }

    pub(crate) fn labels(&self) -> &'t Labels {
        self.labels
    }

    /// A label.
    pub(crate) fn t(&self, key: &str) -> &'t str {
        let label = self.labels.find(key);
        debug_assert!(label.is_some(), "there is no label `{key}`");
        label.unwrap_or_default()
    }

    /// A label with its blanks filled in.
    pub(crate) fn fill(&self, key: &str, values: &[(&str, &str)]) -> String {
        debug_assert!(self.labels.has(key), "there is no label `{key}`");
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
        let mut key = String::with_capacity(prefix.len() + 1 + code.len());
        key.extend([prefix, "_"]);
        key.extend(code.chars().map(|c| if c == '-' { '_' } else { c }));
        self.t(&key)
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
        Day { iso: iso(date), text: self.prose(date) }
    }

    /// A day in prose, as text only.
    pub(crate) fn prose(&self, date: Date) -> String {
        let mut text = String::with_capacity(24);
        for part in &self.date_pattern {
            match part {
                DatePart::Text(part) => text.push_str(part),
                DatePart::Year => push_number(&mut text, date.year()),
                DatePart::Month => push_number(&mut text, date.month().into()),
                DatePart::MonthName => text.push_str(self.month_name("month", date.month())),
                DatePart::Day => push_number(&mut text, date.day().into()),
            }
        }
        text
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

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn days_are_written_as_iso_has_them() {
        for day in [
            date(2026, 3, 18),
            date(1999, 12, 31),
            date(987, 1, 2),
            date(0, 10, 10),
            date(-44, 3, 15),
            Date::MIN,
            Date::MAX,
        ] {
            assert_eq!(iso(day), day.to_string());
        }
    }

    #[test]
    fn numbers_are_written_without_zeros_before_them() {
        for number in [0, 7, 10, 100, 2026, 9999, -44] {
            let mut text = String::new();
            push_number(&mut text, number);
            assert_eq!(text, number.to_string());
        }
    }
}
