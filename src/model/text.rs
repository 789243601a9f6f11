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
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LocalText(Box<[(Language, Box<str>)]>);

impl LocalText {
    /// A text from its versions, or nothing where there are none.
    pub fn new(versions: Vec<(Language, Box<str>)>) -> Option<Self> {
        (!versions.is_empty()).then(|| Self(versions.into_boxed_slice()))
    }

    /// The version in a language, if there is one.
    pub fn get(&self, language: Language) -> Option<&str> {
        self.0.iter().find(|(l, _)| *l == language).map(|(_, text)| &**text)
    }

    /// The version in a language, else the first, and the language it is in.
    pub fn best(&self, language: Language) -> (&str, Language) {
        let (found, text) = self.0.iter().find(|(l, _)| *l == language).unwrap_or(&self.0[0]);
        (text, *found)
    }

    /// All versions.
    pub fn iter(&self) -> impl Iterator<Item = (Language, &str)> {
        self.0.iter().map(|(language, text)| (*language, &**text))
    }

    /// Whether a text is one of the versions, to the letter.
    pub fn is_called(&self, name: &str) -> bool {
        self.iter().any(|(_, text)| text == name)
    }
}
