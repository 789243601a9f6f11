//! What a number, a code or an address that somebody wrote down leads to, and what else it may have
//! been meant for: as `assets/query.js` has it.

use unicode_normalization::UnicodeNormalization;

use super::cell::{key_of, key_within, pattern};
use crate::model::CreditCode;
use crate::verify::unescape;

pattern!(ADDRESS, r"(?i)/(c|enterprises)/([^/?#\s]+?)(?:\.(?:html|json))?(?:[?#]\S*)?\s*$");
pattern!(PASTED, r"(?i)://|^\s*/|^\s*[\w.-]+\.[a-z]+");
pattern!(
    HOST,
    r"(?i)^\s*(?:https?://)?([\w.:-]+\.[a-z]+(?::\d+)?|localhost(?::\d+)?)/(?:.*/)?(?:c|enterprises)/"
);
pattern!(DIGITED, r"[A-Z0-9]*\d[A-Z0-9]*");
pattern!(EIGHTEEN, "^[0-9A-Z]{18}$");

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Query {
    /// A certificate, by its number's key.
    Number(String),
    /// A holder, by its identifier.
    Holder(String),
}

/// What a number or an address asks for.
pub(super) fn query_of(text: &str) -> Query {
    let plain: String = text.nfkc().collect();
    let address = ADDRESS.captures(&plain).filter(|_| PASTED.is_match(text));
    let Some(address) = address else { return Query::Number(key_within(text)) };
    let part = |at: usize| address.get(at).map_or("", |part| part.as_str());
    let name = decoded(part(2));
    if part(1).eq_ignore_ascii_case("c") {
        Query::Number(unescape(&name).unwrap_or_else(|| key_of(&name)))
    } else {
        Query::Holder(unescape(&name).unwrap_or_else(|| key_of(&name)))
    }
}

/// The host of an address that is not this register's: whoever prints codes of another one wants it
/// to be taken for this.
pub(super) fn foreign_host(text: &str, base: &str) -> Option<String> {
    let plain: String = text.nfkc().collect();
    let host = HOST.captures(&plain)?.get(1)?.as_str().to_owned();
    let bare = |address: &str| {
        let address = address.trim().to_lowercase();
        let rest = address.strip_prefix("https://").or_else(|| address.strip_prefix("http://"));
        format!("{}/", rest.unwrap_or(&address))
    };
    (!bare(&plain).starts_with(&bare(base))).then_some(host)
}

/// A text with `%hh` undone; as it is where that makes no text.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let digit = |byte: Option<u8>| byte.and_then(|byte| char::from(byte).to_digit(16));
        let (Some(high), Some(low)) = (digit(rest.next()), digit(rest.next())) else {
            return text.to_owned();
        };
        bytes.extend(u8::try_from(high * 16 + low));
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}

/// The keys that a number or code may have been meant for, by the shapes of its letters. A
/// suggestion, never a match.
pub(super) fn rescued(key: &str) -> Vec<String> {
    let bare = key.replace('-', "");
    let code = if EIGHTEEN.is_match(&bare) {
        CreditCode::without_foreign_letters(&bare)
    } else {
        key.to_owned()
    };
    let digits = DIGITED.replace_all(key, |group: &regex_lite::Captures<'_>| {
        let read = |c| match c {
            'O' | 'Q' => '0',
            'I' | 'L' => '1',
            c => c,
        };
        group.get(0).map_or("", |whole| whole.as_str()).chars().map(read).collect::<String>()
    });
    let mut keys = vec![code, digits.into_owned()];
    keys.dedup();
    keys.retain(|other| other != key && *other != bare);
    keys
}

/// Whether a text has the length of a credit code, and is none.
pub(super) fn is_odd_code(code: &str) -> bool {
    EIGHTEEN.is_match(code) && !CreditCode::try_from(code).is_ok_and(|code| code.is_sound())
}

/// The codes that fit their check character and differ from one in a single character, or in the
/// order of two neighbours.
pub(super) fn corrections(key: &str) -> Vec<String> {
    const DIGITS: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    let code = CreditCode::without_foreign_letters(&key.replace('-', ""));
    if CreditCode::try_from(&*code).is_err() {
        return Vec::new();
    }
    let of: Vec<char> = code.chars().collect();
    let mut found = Vec::new();
    let mut add = |other: &[char]| {
        let other: String = other.iter().collect();
        let sound = CreditCode::try_from(&*other).is_ok_and(|code| code.is_sound());
        if sound && other != code && !found.contains(&other) {
            found.push(other);
        }
    };
    for at in 0..of.len() {
        for digit in DIGITS.chars() {
            let mut other = of.clone();
            other[at] = digit;
            add(&other);
        }
    }
    for at in 1..of.len() {
        let mut other = of.clone();
        other.swap(at - 1, at);
        add(&other);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_leads_to_its_number() {
        let number = |key: &str| Query::Number(key.to_owned());
        assert_eq!(query_of(" ast-1。"), number("AST-1"));
        assert_eq!(query_of("https://a.example/en/c/A_2f1.html?x#1"), number("A/1"));
        assert_eq!(query_of("a.example/c/%41-1.json"), number("A-1"));
        assert_eq!(query_of("/c/证1"), number("证1"));
        let holder = Query::Holder("91440500MA00ATT133".to_owned());
        assert_eq!(query_of("https://a.example/enterprises/91440500MA00ATT133.html"), holder);
    }

    #[test]
    fn another_registers_address_is_seen() {
        let host = |text: &str| foreign_host(text, "https://register.example");
        assert_eq!(host("https://register.example/c/A-1.html"), None);
        assert_eq!(host("REGISTER.example/en/c/A-1.html"), None);
        assert_eq!(host("A-1"), None);
        let other = host("https://register.example.evil.example/c/A-1.html");
        assert_eq!(other.as_deref(), Some("register.example.evil.example"));
    }

    #[test]
    fn what_was_meant_is_guessed_by_shape_and_check_digit() {
        assert_eq!(rescued("AST-SC-2O26-OOO17"), ["AST-SC-2026-00017"]);
        assert_eq!(rescued("9144O500MA00ATT133"), ["91440500MA00ATT133"]);
        assert!(rescued("AST-SC-2026-00017").is_empty());
        assert!(is_odd_code("91440500MA00ATT134") && !is_odd_code("91440500MA00ATT133"));
        assert!(corrections("91440500MA00ATT134").contains(&"91440500MA00ATT133".to_owned()));
        assert!(corrections("91440500MA00ATT313").contains(&"91440500MA00ATT133".to_owned()));
    }
}
