//! What a text in a list is, by itself: as `assets/table.js` has it.

use jiff::civil::Date;
use unicode_normalization::UnicodeNormalization;

use crate::model::number_key;
use crate::search::is_format;

/// A pattern that is compiled once.
macro_rules! pattern {
    ($name:ident, $text:expr) => {
        static $name: std::sync::LazyLock<regex_lite::Regex> = std::sync::LazyLock::new(|| {
            regex_lite::Regex::new($text).expect("the pattern is sound")
        });
    };
}
pub(super) use pattern;

// A credit code, with letters that it does not use where they stand for digits.
pattern!(CODE, "^[0-9A-Z]{2}[0-9OIL]{6}[0-9A-Z]{10}$");
// One that lacks a character, or has one too many.
pattern!(NEARLY_CODE, "^(?:9[123]|5[123]|1[12])[0-9OIL]{6}(?:[0-9A-Z]{9}|[0-9A-Z]{11})$");
pattern!(SIX_DIGITS, "[0-9]{6}");
pattern!(
    COMPANY,
    r"(?i)(?:公司|集团|厂|店|中心|学校|医院|协会|合作社|事务所|经营部|商行|门市部|\b(?:ltd|limited|inc|llc|corp|corporation|company|gmbh|group)\.?)[)）]?$"
);
pattern!(PAGE, "/(?:C|ENTERPRISES)/[^/?#]+");
pattern!(PLACE, r"://|^/|^[\w.-]+\.[A-Z]+");
pattern!(ROUNDED, r"^\d(?:\.\d+)?E\+\d+$");
pattern!(INDEX, r"^\d{1,4}$");
pattern!(WORD, "^[A-Za-z]{2,}[.,]?$");
pattern!(TIME, r"[T ]\d\d?:\d\d.*$");
pattern!(DAY, r"^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?$");
pattern!(DAY_DIGITS, r"^((?:19|20)\d\d)(\d\d)(\d\d)$");
pattern!(FILE, r"(?i)^[^:]*\.jsonl?$|^[a-z]:\\.*\.jsonl?$");

/// What a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CellKind {
    /// Nothing.
    Empty,
    /// The address of a page of a register.
    Address,
    Number,
    Code,
    Name,
    Day,
    /// A long number that a spreadsheet has rounded.
    Rounded,
    /// A credit code that lacks a character, or has one too many.
    CodeLength,
    /// The number of a line.
    Index,
    /// The name of a file on this machine: an entry or evidence.
    File,
}

/// What people do not see at the ends of a text.
pub(super) fn trimmed(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || c == '\u{FEFF}')
}

/// The form in which numbers and codes are compared, free of what cannot be seen.
pub(super) fn key_of(text: &str) -> String {
    let seen: String = text.chars().filter(|c| !c.is_control() && !is_format(*c)).collect();
    number_key(&seen)
}

/// The same without a full stop at its end.
pub(super) fn key_within(text: &str) -> String {
    let key = key_of(text);
    key.trim_end_matches(['.', '。']).to_owned()
}

/// What a text is, by itself.
pub(super) fn kind_of(text: &str) -> CellKind {
    if FILE.is_match(text) {
        return CellKind::File;
    }
    let key = key_within(text);
    if key.is_empty() {
        return CellKind::Empty;
    }
    if PAGE.is_match(&key) && PLACE.is_match(&key) {
        return CellKind::Address;
    }
    if ROUNDED.is_match(&key) {
        return CellKind::Rounded;
    }
    if day_of(text).is_some() {
        return CellKind::Day;
    }
    let bare = key.replace('-', "");
    if CODE.is_match(&bare) && SIX_DIGITS.is_match(&bare) {
        return CellKind::Code;
    }
    if NEARLY_CODE.is_match(&bare) {
        return CellKind::CodeLength;
    }
    if key.chars().any(is_han) {
        return CellKind::Name;
    }
    if INDEX.is_match(&key) {
        return CellKind::Index;
    }
    let words = text.split_whitespace().filter(|word| WORD.is_match(word)).count();
    if has_digit(&key) && words < 2 { CellKind::Number } else { CellKind::Name }
}

/// Whether a text ends as companies' names do.
pub(super) fn is_company(text: &str) -> bool {
    COMPANY.is_match(text)
}

pub(super) fn has_digit(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_digit())
}

/// A day, from the ways in which people write one: year first. Nothing where it could be read in
/// two ways.
pub(super) fn day_of(text: &str) -> Option<Date> {
    let plain: String = text.nfkc().collect();
    let plain = TIME.replace(trimmed(&plain), "");
    let found = DAY.captures(&plain).or_else(|| DAY_DIGITS.captures(&plain))?;
    let part = |at: usize| found.get(at).map_or("", |part| part.as_str());
    let year = part(1).parse().ok().filter(|year: &i16| *year > 0)?;
    Date::new(year, part(2).parse().ok()?, part(3).parse().ok()?).ok()
}

/// Whether a character is of the Chinese script.
fn is_han(c: char) -> bool {
    matches!(c, '\u{2E80}'..='\u{2E99}' | '\u{2E9B}'..='\u{2EF3}' | '\u{2F00}'..='\u{2FD5}')
        || matches!(c, '々' | '〇' | '〡'..='〩' | '〸'..='〻')
        || matches!(c, '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}')
        || matches!(c, '\u{F900}'..='\u{FA6D}' | '\u{FA70}'..='\u{FAD9}')
        || matches!(c, '\u{20000}'..='\u{2FA1D}' | '\u{30000}'..='\u{323AF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_text_is_a_number_a_code_a_name_an_address_a_day_or_what_cannot_be_read() {
        let kinds: [(CellKind, &[&str]); 9] = [
            (
                CellKind::Number,
                &[
                    "AST-SC-2026-00017",
                    "ＡＳＴ－ＳＣ－2026－00017",
                    "00121Q310123R0M/1100",
                    " ast-sc-2026–00017。",
                    "20260501-7",
                ],
            ),
            (
                CellKind::Code,
                &["91440703000010145F", "9144 0703 0000 1014 5f", "9144070300OO1O145F"],
            ),
            (CellKind::CodeLength, &["9144070300001014F", "914407030000101450F"]),
            (CellKind::Rounded, &["9.14405E+17", "9.14E+17"]),
            (
                CellKind::Name,
                &["江门示例恒泰家用电器有限公司", "Example Appliances 3 Co., Ltd.", "示例2店"],
            ),
            (
                CellKind::Address,
                &[
                    "https://register.example/c/AST-1.html",
                    "register.example/enterprises/X1",
                    "/c/A-1",
                ],
            ),
            (
                CellKind::Day,
                &["2026-05-01", "2026/5/1", "2026年5月1日", "20260501", "2026.5.1 0:00"],
            ),
            (CellKind::Index, &["1", "0017"]),
            (CellKind::File, &["a.attestar.json", "x/c/A-1.json", "B.JSONL"]),
        ];
        for (kind, texts) in kinds {
            for text in texts {
                assert_eq!(kind_of(text), kind, "{text}");
            }
        }
        assert_eq!(kind_of(" \u{200B}"), CellKind::Empty);
        assert_eq!(kind_of("https://register.example/c/A-1.json"), CellKind::Address);
    }

    #[test]
    fn a_day_that_could_be_another_is_none() {
        for text in ["01/05/2026", "2026-02-30", "0000-01-01", "1 May 2026", "20262301"] {
            assert_eq!(day_of(text), None, "{text}");
        }
        assert_eq!(day_of("２０２６－０５－０１").unwrap().to_string(), "2026-05-01");
    }
}
