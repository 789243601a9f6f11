//! Certificate numbers, the register's primary key.

use std::{
    borrow::Cow,
    fmt::{self, Write as _},
};

use unicode_normalization::UnicodeNormalization;

/// The number printed on a certificate, such as `AST-SC-2026-00017`.
///
/// Opaque: bodies mint numbers in many shapes, and no meaning is read out of one. Two spellings
/// of one number (full-width digits, other dashes, spaces, case) have the same [`key`](Self::key).
/// Parsing is the only way to make one, so a value of this type always has a key and a safe path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateNumber {
    /// The printed form; and the key after it, where it is another.
    text: Box<str>,
    /// How many bytes the printed form has.
    printed: u16,
}

/// Why a text is not a certificate number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NumberError {
    /// Nothing but space, or nothing at all.
    #[error("a certificate number cannot be empty")]
    Empty,
    /// More than 64 characters.
    #[error("a certificate number has at most 64 characters, this one has {0}")]
    TooLong(usize),
    /// A control or text-direction character, which would print as something else.
    #[error("a certificate number cannot hold the invisible character U+{0:04X}")]
    Invisible(u32),
    /// A part that is `.` or `..`, which paths give a meaning of their own.
    #[error("a certificate number cannot have `.` or `..` as a part")]
    DotPart,
}

impl CertificateNumber {
    /// The form in which numbers are compared: NFKC, no spaces, one kind of dash, upper case, twice.
    pub fn key(&self) -> &str {
        let (printed, key) = self.forms();
        if key.is_empty() { printed } else { key }
    }

    /// The number as it stands in addresses: the key with every byte outside `[A-Z0-9-]` as `_hh`.
    ///
    /// Reversible, so two numbers never share a path, on case-insensitive disks either.
    pub fn path(&self) -> Cow<'_, str> {
        escape_path(self.key())
    }

    /// The number as it is printed.
    pub fn as_str(&self) -> &str {
        self.forms().0
    }

    fn forms(&self) -> (&str, &str) {
        self.text.split_at_checked(self.printed.into()).unwrap_or_default()
    }

    /// A number of a printed form and its key, which have at most 64 characters.
    fn new(printed: &str, key: &str) -> Option<Self> {
        let text = if printed == key { printed.into() } else { [printed, key].concat().into() };
        Some(Self { text, printed: printed.len().try_into().ok()? })
    }
}

/// Whether a byte of a number's key stands for itself in a path.
fn is_plain(byte: u8) -> bool {
    matches!(byte, b'A'..=b'Z' | b'0'..=b'9' | b'-')
}

/// A text as part of a path: every byte outside `[A-Z0-9-]` as `_` and two small hex digits.
pub fn escape_path(text: &str) -> Cow<'_, str> {
    if text.bytes().all(is_plain) {
        return Cow::Borrowed(text);
    }
    let mut path = String::with_capacity(text.len());
    for byte in text.bytes() {
        if is_plain(byte) {
            path.push(char::from(byte));
        } else {
            write!(path, "_{byte:02x}").expect("writing to a string cannot fail");
        }
    }
    Cow::Owned(path)
}

/// Whether there may be an [invisible](is_invisible) character in a text: whether a byte is one
/// that such a character begins with. All bytes are looked at, which takes less time than to stop at
/// the first.
pub(crate) fn may_hide(text: &str) -> bool {
    let first = |b| b < b' ' || matches!(b, 0x7F | 0xC2 | 0xD8 | 0xE1 | 0xE2 | 0xEF | 0xF3);
    text.bytes().fold(false, |found, byte| found | first(byte))
}

/// Characters that turn or hide text: controls, direction marks, isolates, tags.
pub(crate) fn is_invisible(c: char) -> bool {
    // Nearly every character of a record is one of these: ASCII, or a Chinese one.
    if matches!(c, ' '..='~' | '\u{2070}'..='\u{FEFE}') {
        return false;
    }
    c.is_control()
        || matches!(c, '\u{00AD}' | '\u{061C}' | '\u{180E}' | '\u{200B}'..='\u{200F}')
        || matches!(c, '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}')
        || matches!(c, '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E007F}')
}

/// NFKC, no spaces, one kind of dash, upper case. Of what it made twice it makes the same again.
///
/// Once is not enough: an accent goes to the letter before it when the space between them goes, and
/// some capitals are a letter and an accent.
fn folded(text: &str) -> String {
    if text.is_ascii() {
        // NFKC leaves ASCII as it is, and it has one dash.
        let shown = text.chars().filter(|c| !c.is_whitespace());
        return shown.map(|c| c.to_ascii_uppercase()).collect();
    }
    let dash = |c| match c {
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{FE58}' | '\u{FE63}' => '-',
        c => c,
    };
    let folded = text.nfkc().filter(|c| !c.is_whitespace()).map(dash);
    folded.flat_map(char::to_uppercase).collect()
}

/// The key that a text would have as a number, whether or not it can be one.
pub(crate) fn number_key(text: &str) -> String {
    let once = folded(text);
    // Of ASCII all is said at once.
    if once.is_ascii() { once } else { folded(&once) }
}

impl TryFrom<&str> for CertificateNumber {
    type Error = NumberError;

    fn try_from(printed: &str) -> Result<Self, NumberError> {
        // Nearly all are their own key, and nothing can be wrong with them.
        if (1..=64).contains(&printed.len()) && printed.bytes().all(is_plain) {
            return Self::new(printed, printed).ok_or(NumberError::TooLong(printed.len()));
        }
        let no_width = |c: &char| matches!(c, '\u{200B}'..='\u{200D}' | '\u{2060}' | '\u{FEFF}');
        let printed: String = printed.trim().chars().filter(|c| !no_width(c)).collect();
        let key = number_key(&printed);
        let length = key.chars().count().max(printed.chars().count());
        match printed.chars().chain(key.chars()).find(|&c| is_invisible(c)) {
            Some(c) => Err(NumberError::Invisible(c.into())),
            None if key.is_empty() => Err(NumberError::Empty),
            None if length > 64 => Err(NumberError::TooLong(length)),
            None if key.split('/').any(|part| matches!(part, "." | "..")) => {
                Err(NumberError::DotPart)
            }
            None => Self::new(printed.trim(), &key).ok_or(NumberError::TooLong(length)),
        }
    }
}

impl fmt::Display for CertificateNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(text: &str) -> Result<Box<str>, NumberError> {
        CertificateNumber::try_from(text).map(|n| n.key().into())
    }

    #[test]
    fn spellings_of_one_number_share_a_key() {
        assert_eq!(&*key("ＡＳＴ－ＳＣ－2026–00017").unwrap(), "AST-SC-2026-00017");
        assert_eq!(&*key(" ast-sc\u{200B}-2026—００017 ").unwrap(), "AST-SC-2026-00017");
        assert_eq!(&*key("00121Q310123R0M／1100").unwrap(), "00121Q310123R0M/1100");
    }

    #[test]
    fn a_number_is_printed_as_it_was_given() {
        for text in ["AST-SC-2026-00017", "ast 17", "00121Q310123R0M／1100", "证\u{390}1"] {
            assert_eq!(CertificateNumber::try_from(text).unwrap().as_str(), text);
        }
        let long = CertificateNumber::try_from(&*"𠀀".repeat(64)).unwrap();
        assert_eq!((long.as_str().len(), long.key()), (256, long.as_str()));
    }

    #[test]
    fn a_key_is_its_own_key() {
        // A space within (that of U+00B4 too), and a capital that is two characters.
        assert_eq!(&*key("e \u{301}1").unwrap(), "\u{C9}1");
        assert_eq!(&*key("e\u{B4}1").unwrap(), "\u{C9}1");
        assert_eq!(&*key("\u{390}1").unwrap(), "\u{3AA}\u{301}1");
        // Between these ranges nothing has a case or accents.
        for c in ('\0'..'\u{3400}').chain('\u{A640}'..'\u{AC00}').chain('\u{F900}'..'\u{20000}') {
            for text in [format!("A{c}"), format!("{c} \u{301}"), format!("{c}\u{345}")] {
                if let Ok(found) = key(&text) {
                    assert_eq!(key(&found).as_deref(), Ok(&*found), "{text:?}");
                }
            }
        }
    }

    #[test]
    fn what_hides_is_invisible_and_its_neighbours_are_not() {
        for c in "\0\n\u{7F}\u{85}\u{AD}\u{61C}\u{180E}\u{200B}\u{202E}\u{2060}\u{206F}\u{FEFF}\u{FFF9}\u{E0001}".chars() {
            assert!(is_invisible(c) && may_hide(&c.to_string()), "{c:?}");
        }
        for c in " a~\u{A0}·—中\u{2070}，\u{FEFE}\u{FF01}😀".chars() {
            assert!(!is_invisible(c), "{c:?}");
        }
    }

    #[test]
    fn every_invisible_character_begins_with_a_byte_that_is_looked_for() {
        for c in ('\0'..=char::MAX).filter(|c| is_invisible(*c)) {
            assert!(may_hide(&format!("证{c}")), "{c:?}");
        }
        assert!(!may_hide("6 Example Avenue、示例大道"));
    }

    #[test]
    fn what_is_no_number_is_refused() {
        assert_eq!(key(" \t "), Err(NumberError::Empty));
        assert_eq!(key("AST\u{202E}17"), Err(NumberError::Invisible(0x202E)));
        assert_eq!(key("A\0B"), Err(NumberError::Invisible(0)));
        assert_eq!(key("../etc/passwd"), Err(NumberError::DotPart));
        assert_eq!(key("．．/x"), Err(NumberError::DotPart));
        assert_eq!(key(&"9".repeat(65)), Err(NumberError::TooLong(65)));
    }

    #[test]
    fn numbers_that_differ_have_paths_that_differ() {
        let path = |text| CertificateNumber::try_from(text).unwrap().path().into_owned();
        assert_eq!(path("A/1"), "A_2f1");
        assert_eq!(path("A_1"), "A_5f1");
        assert_eq!(path("A-1"), "A-1");
        assert_eq!(path("a1"), path("A1"));
        assert_eq!(path("证1"), "_e8_af_811");
    }
}
