//! Writes canonical JSON (RFC 8785) in one pass.
//!
//! The caller names the members of an object in sorted order; nothing is sorted or copied here,
//! because every record is written once for each plan. Texts are looked at on the way: what would
//! not be the same text to every reader is kept as the writer's fault.

use std::borrow::Cow;

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use serde_json::Value;
use unicode_normalization::{UnicodeNormalization, is_nfc};

use crate::model::{Language, LocalText, is_invisible};
use crate::proof::{canonical, plain_length};

/// Why a text or a day cannot be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// The text in normalisation form C.
    NotNormalised(String),
    Invisible(char),
    Year,
}

/// A value of ours in canonical form.
pub(super) fn print(value: &Value) -> String {
    canonical(value).expect("texts, lists and objects of them have a canonical form")
}

/// Whether a text may have several lines.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Lines {
    One,
    Many,
}

#[derive(Debug, Default)]
pub(super) struct Writer {
    out: String,
    member: &'static str,
    fault: Option<(&'static str, Fault)>,
}

impl Writer {
    pub(super) fn with_capacity(bytes: usize) -> Self {
        Self { out: String::with_capacity(bytes), ..Self::default() }
    }

    /// The text, or the first fault and the member it was found in.
    pub(super) fn finish(self) -> Result<String, (&'static str, Fault)> {
        match self.fault {
            Some(fault) => Err(fault),
            None => Ok(self.out),
        }
    }

    /// The text, where only our own texts were written.
    pub(super) fn text_of_ours(self) -> String {
        self.out
    }

    pub(super) fn open(&mut self, bracket: char) {
        self.out.push(bracket);
    }

    pub(super) fn close(&mut self, bracket: char) {
        self.out.push(bracket);
    }

    /// How long the text is so far.
    pub(super) fn len(&self) -> usize {
        self.out.len()
    }

    /// A comma, unless a bracket has just been opened.
    pub(super) fn next(&mut self) {
        if !matches!(self.out.as_bytes().last(), None | Some(b'{' | b'[')) {
            self.out.push(',');
        }
    }

    /// The name of the next member. Names are our own and plain ASCII.
    pub(super) fn key(&mut self, name: &'static str) -> &mut Self {
        self.member = name;
        self.next();
        self.out.push('"');
        self.out.push_str(name);
        self.out.push_str("\":");
        self
    }

    /// A value that is canonical JSON already.
    pub(super) fn raw(&mut self, json: &str) {
        self.out.push_str(json);
    }

    pub(super) fn number(&mut self, number: u64) {
        let mut digits = [0; 20];
        let mut at = digits.len();
        let mut rest = number;
        loop {
            at -= 1;
            digits[at] = b'0' + u8::try_from(rest % 10).unwrap_or_default();
            rest /= 10;
            if rest == 0 {
                break;
            }
        }
        self.ascii(&digits[at..]);
    }

    /// A text of one line.
    pub(super) fn text(&mut self, text: &str) {
        self.out.push('"');
        self.inside(text, Lines::One);
        self.out.push('"');
    }

    /// A text of any number of lines, with one kind of line end.
    pub(super) fn lines(&mut self, text: &str) {
        let text =
            if text.contains('\r') { text.replace("\r\n", "\n").into() } else { Cow::from(text) };
        self.out.push('"');
        self.inside(&text, Lines::Many);
        self.out.push('"');
    }

    /// The versions of a text by language, sorted. Nearly always there are one or two.
    pub(super) fn local(&mut self, text: &LocalText) {
        self.open('{');
        let mut versions = text.iter();
        match (versions.next(), versions.next(), versions.next()) {
            (Some(only), None, _) => self.version(only),
            (Some(one), Some(other), None) => {
                let (first, second) = if one.0 < other.0 { (one, other) } else { (other, one) };
                self.version(first);
                self.out.push(',');
                self.version(second);
            }
            _ => {
                let mut versions: Vec<_> = text.iter().collect();
                versions.sort_unstable();
                for version in versions {
                    self.next();
                    self.version(version);
                }
            }
        }
        self.close('}');
    }

    fn version(&mut self, (language, version): (Language, &str)) {
        self.out.push('"');
        self.out.push_str(language.code());
        self.out.push_str("\":");
        self.text(version);
    }

    /// `"YYYY-MM-DD"`.
    pub(super) fn day(&mut self, day: Date) {
        if !(1..=9999).contains(&day.year()) {
            self.fault(Fault::Year);
        }
        self.out.push('"');
        self.civil(day);
        self.out.push('"');
    }

    /// `"YYYY-MM-DDTHH:MM:SSZ"`.
    pub(super) fn instant(&mut self, instant: Timestamp) {
        let time = TimeZone::UTC.to_datetime(instant);
        if !(1..=9999).contains(&time.year()) {
            self.fault(Fault::Year);
        }
        self.out.push('"');
        self.civil(time.date());
        for (before, part) in [(b'T', time.hour()), (b':', time.minute()), (b':', time.second())] {
            let part = part.unsigned_abs();
            self.ascii(&[before, b'0' + part / 10, b'0' + part % 10]);
        }
        self.out.push_str("Z\"");
    }

    fn civil(&mut self, day: Date) {
        let year = day.year().unsigned_abs();
        let [century, year] = [year / 100, year % 100].map(|n| u8::try_from(n).unwrap_or_default());
        let (month, day) = (day.month().unsigned_abs(), day.day().unsigned_abs());
        let tens = |n: u8| b'0' + n / 10 % 10;
        let ones = |n: u8| b'0' + n % 10;
        self.ascii(&[
            tens(century),
            ones(century),
            tens(year),
            ones(year),
            b'-',
            tens(month),
            ones(month),
            b'-',
            tens(day),
            ones(day),
        ]);
    }

    fn ascii(&mut self, bytes: &[u8]) {
        self.out.push_str(str::from_utf8(bytes).unwrap_or_default());
    }

    fn fault(&mut self, fault: Fault) {
        let member = self.member;
        self.fault.get_or_insert((member, fault));
    }

    fn inside(&mut self, text: &str, lines: Lines) {
        let mut rest = text;
        let mut doubtful = false;
        loop {
            let (plain, special) = rest.split_at(plain_length(rest));
            self.out.push_str(plain);
            let mut after = special.chars();
            let Some(c) = after.next() else { break };
            rest = after.as_str();
            match c {
                '"' => self.out.push_str("\\\""),
                '\\' => self.out.push_str("\\\\"),
                '\n' if lines == Lines::Many => self.out.push_str("\\n"),
                '\t' if lines == Lines::Many => self.out.push_str("\\t"),
                c if is_invisible(c) => self.fault(Fault::Invisible(c)),
                c => {
                    doubtful |= !is_stable(c);
                    self.out.push(c);
                }
            }
        }
        if doubtful && !is_nfc(text) {
            self.fault(Fault::NotNormalised(text.nfc().collect()));
        }
    }
}

/// Whether a character is visible, and in normalisation form C whatever stands beside it: Latin,
/// punctuation, ideographs and full-width forms. Others are looked at one by one.
fn is_stable(c: char) -> bool {
    matches!(c, ' '..='~' | '\u{A0}'..='\u{AC}' | '\u{AE}'..='\u{2FF}')
        || matches!(c, '\u{2010}'..='\u{2027}' | '\u{2030}'..='\u{205E}')
        || matches!(c, '\u{3000}'..='\u{3029}' | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}')
        || matches!(c, '\u{FF01}'..='\u{FFEF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(text: &str) -> Result<String, Fault> {
        let mut writer = Writer::default();
        writer.key("scope").text(text);
        writer.finish().map_err(|(member, fault)| {
            assert_eq!(member, "scope");
            fault
        })
    }

    #[test]
    fn texts_are_escaped_as_rfc_8785_says() {
        assert_eq!(written("a \"b\" \\ c").unwrap(), r#""scope":"a \"b\" \\ c""#);
        assert_eq!(written("售后“服务”/ é").unwrap(), "\"scope\":\"售后“服务”/ é\"");
        let mut writer = Writer::default();
        writer.lines("一\r\n二\t\"三\"\n");
        assert_eq!(writer.finish().unwrap(), r#""一\n二\t\"三\"\n""#);
    }

    #[test]
    fn a_text_that_readers_could_take_for_another_is_a_fault() {
        assert_eq!(written("e\u{301}"), Err(Fault::NotNormalised("é".into())));
        assert_eq!(written("\u{F900}"), Err(Fault::NotNormalised("豈".into())));
        for c in ['\n', '\u{7F}', '\u{AD}', '\u{200B}', '\u{202E}', '\u{2066}', '\u{FEFF}'] {
            assert_eq!(written(&format!("a{c}b")), Err(Fault::Invisible(c)));
        }
        assert!(written("がん").is_ok() && written("か\u{3099}").is_err());
    }

    #[test]
    fn stable_characters_are_so_beside_any_other() {
        let stable = (0..=0x10_FFFF).filter_map(char::from_u32).filter(|c| is_stable(*c));
        for c in stable {
            assert!(!is_invisible(c), "U+{:04X}", u32::from(c));
            let alone: String = c.to_string().nfc().collect();
            assert_eq!(alone, c.to_string());
            assert_eq!(unicode_normalization::char::canonical_combining_class(c), 0);
            let quick = unicode_normalization::is_nfc_quick(std::iter::once(c));
            assert_eq!(quick, unicode_normalization::IsNormalized::Yes);
        }
    }

    #[test]
    fn days_instants_and_numbers_have_one_spelling() {
        let mut writer = Writer::default();
        writer.open('[');
        for number in [0, 7, 10, 9_007_199_254_740_991] {
            writer.next();
            writer.number(number);
        }
        writer.next();
        writer.day(jiff::civil::date(2026, 3, 8));
        writer.next();
        writer.instant("2026-09-15T08:00:05.9Z".parse().unwrap());
        writer.close(']');
        let wanted = r#"[0,7,10,9007199254740991,"2026-03-08","2026-09-15T08:00:05Z"]"#;
        assert_eq!(writer.finish().unwrap(), wanted);
    }
}
