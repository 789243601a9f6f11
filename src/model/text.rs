//! Languages, and texts that exist in several.

use std::{fmt, str::FromStr};

use serde::{Serialize, Serializer};

/// A language as records name it: a short code in lower case, such as `zh` or `en` (BCP 47's
/// primary subtag).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Language {
    bytes: [u8; 3],
    len: u8,
}

/// Why a text is not a language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a language is two or three small letters, such as `zh`")]
pub struct LanguageError;

impl Language {
    /// The code.
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.bytes[..usize::from(self.len)]).unwrap_or_default()
    }
}

impl FromStr for Language {
    type Err = LanguageError;

    fn from_str(text: &str) -> Result<Self, LanguageError> {
        let fits = (2..=3).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_lowercase());
        if !fits {
            return Err(LanguageError);
        }
        let mut bytes = [0; 3];
        bytes[..text.len()].copy_from_slice(text.as_bytes());
        let len = u8::try_from(text.len()).map_err(|_| LanguageError)?;
        Ok(Self { bytes, len })
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Debug for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl Serialize for Language {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

/// A text in one or more languages, in the register's order of languages. Never empty.
///
/// Kept in one piece, as a register has a million of them: of each version the code of its
/// language, filled up to `CODE` bytes, its length in digits of `DIGIT` bits, and the text.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct LocalText(Box<str>);

/// The bytes of a language's code.
const CODE: usize = 3;
/// The bits of a length that stand in one byte. Another bit says that more follow; with that it is
/// still ASCII, so that the whole is a text.
const DIGIT: u32 = 6;

impl LocalText {
    /// A text from its versions, or nothing where there are none.
    pub fn new(versions: &[(Language, &str)]) -> Option<Self> {
        let length = versions.iter().map(|(_, text)| CODE + digits(text.len()) + text.len()).sum();
        let mut packed = String::with_capacity(length);
        for (language, text) in versions {
            packed.extend(language.bytes.map(char::from));
            push_length(&mut packed, text.len());
            packed.push_str(text);
        }
        (!versions.is_empty()).then(|| Self(packed.into_boxed_str()))
    }

    /// The version in a language, if there is one.
    pub fn get(&self, language: Language) -> Option<&str> {
        self.iter().find(|(found, _)| *found == language).map(|(_, text)| text)
    }

    /// The version in a language, else the first, and the language it is in.
    #[expect(clippy::missing_panics_doc, reason = "without a version there is no text")]
    pub fn best(&self, language: Language) -> (&str, Language) {
        let wanted = self.iter().find(|(found, _)| *found == language);
        let first = || self.iter().next().expect("a text is made of at least one version");
        let (found, text) = wanted.unwrap_or_else(first);
        (text, found)
    }

    /// All versions.
    pub fn iter(&self) -> impl Iterator<Item = (Language, &str)> {
        let mut packed = &*self.0;
        std::iter::from_fn(move || {
            let (version, rest) = split(packed)?;
            packed = rest;
            Some(version)
        })
    }

    /// Whether a text is one of the versions, to the letter.
    pub fn is_called(&self, name: &str) -> bool {
        self.iter().any(|(_, text)| text == name)
    }
}

impl fmt::Debug for LocalText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

/// How many digits a length has.
fn digits(length: usize) -> usize {
    (length.max(1).ilog2() / DIGIT + 1) as usize
}

/// Writes a length, its last digit first.
fn push_length(packed: &mut String, mut length: usize) {
    loop {
        let digit = (length % (1 << DIGIT)).to_le_bytes()[0];
        length >>= DIGIT;
        let more = u8::from(length > 0) << DIGIT;
        packed.push(char::from(digit | more));
        if length == 0 {
            return;
        }
    }
}

/// The first version, and what follows it.
fn split(packed: &str) -> Option<((Language, &str), &str)> {
    let (code, rest) = packed.split_at_checked(CODE)?;
    let bytes: [u8; CODE] = code.as_bytes().try_into().ok()?;
    let language = Language { bytes, len: if bytes[2] == 0 { 2 } else { 3 } };
    let mut length = 0;
    for (byte, at) in rest.bytes().zip(0..) {
        length |= usize::from(byte & ((1 << DIGIT) - 1)) << (DIGIT * at);
        if byte >> DIGIT == 0 {
            let rest = rest.get(at as usize + 1..)?;
            let (text, rest) = rest.split_at_checked(length)?;
            return Some(((language, text), rest));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*};

    use super::*;

    proptest! {
        #[test]
        fn any_texts_in_any_languages_come_back(
            versions in vec(("[a-z]{2,3}", ".{0,90}"), 1..5),
            long in 0..9_000_usize,
        ) {
            let mut versions: Vec<(Language, String)> =
                versions.into_iter().map(|(code, text)| (code.parse().unwrap(), text)).collect();
            versions[0].1.extend(std::iter::repeat_n('证', long));
            let borrowed: Vec<_> = versions.iter().map(|(l, text)| (*l, text.as_str())).collect();
            let text = LocalText::new(&borrowed).unwrap();
            prop_assert_eq!(text.iter().collect::<Vec<_>>(), borrowed.clone());
            let first = |language| borrowed.iter().find(|(other, _)| *other == language);
            for (language, _) in &borrowed {
                let (_, found) = first(*language).unwrap();
                prop_assert_eq!(text.get(*language), Some(*found));
                prop_assert_eq!(text.best(*language), (*found, *language));
                prop_assert!(text.is_called(found));
            }
        }
    }

    #[test]
    fn a_language_that_is_missing_is_answered_with_the_first() {
        let language = |code: &str| code.parse::<Language>().unwrap();
        let text = LocalText::new(&[(language("zh"), "证书"), (language("yue"), "")]).unwrap();
        assert_eq!(text.get(language("en")), None);
        assert_eq!(text.best(language("en")), ("证书", language("zh")));
        assert_eq!(text.best(language("yue")), ("", language("yue")));
        assert_eq!(format!("{text:?}"), "{zh: \"证书\", yue: \"\"}");
        assert_eq!(LocalText::new(&[]), None);
    }

    #[test]
    fn a_text_takes_as_many_bytes_as_it_was_given() {
        let zh: Language = "zh".parse().unwrap();
        for length in [0, 1, 63, 64, 4095, 4096, 300_000] {
            let long = "x".repeat(length);
            let text = LocalText::new(&[(zh, &long)]).unwrap();
            assert_eq!(text.get(zh), Some(&*long));
            assert_eq!(text.0.len(), CODE + digits(length) + length);
        }
    }
}
