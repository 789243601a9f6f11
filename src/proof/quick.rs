//! Reads canonical JSON in one look: what every published file is, or else is refused.
//!
//! It has no words for what is wrong. Where it gives nothing, [`parse`](crate::proof::parse) and
//! [`canonical`](crate::proof::canonical) say what and where; a test holds the two together.

use std::cmp::Ordering;

use serde_json::{Map, Value};
use unicode_normalization::is_nfc;

use crate::proof::{
    canonical::{LARGEST, by_utf16},
    parse::DEEPEST,
    plain_length,
};

/// The value of a text that is canonical JSON with all its texts in normalisation form C.
pub(super) fn read(text: &str) -> Option<Value> {
    let mut reader = Quick { rest: text };
    let value = reader.value(0)?;
    reader.rest.is_empty().then_some(value)
}

struct Quick<'t> {
    rest: &'t str,
}

impl Quick<'_> {
    /// Goes on if this stands here.
    fn take(&mut self, text: &str) -> Option<()> {
        self.rest = self.rest.strip_prefix(text)?;
        Some(())
    }

    fn value(&mut self, depth: usize) -> Option<Value> {
        match self.rest.as_bytes().first()? {
            b'"' => self.string().map(Value::String),
            b'{' | b'[' if depth == DEEPEST => None,
            b'{' => self.object(depth + 1),
            b'[' => self.array(depth + 1),
            b'n' => self.take("null").map(|()| Value::Null),
            b't' => self.take("true").map(|()| true.into()),
            b'f' => self.take("false").map(|()| false.into()),
            _ => self.number(),
        }
    }

    fn array(&mut self, depth: usize) -> Option<Value> {
        self.take("[")?;
        let mut items = Vec::new();
        if self.take("]").is_some() {
            return Some(Value::Array(items));
        }
        loop {
            items.push(self.value(depth)?);
            if self.take(",").is_none() {
                return self.take("]").map(|()| Value::Array(items));
            }
        }
    }

    /// Members in order: so none stands twice.
    fn object(&mut self, depth: usize) -> Option<Value> {
        self.take("{")?;
        let mut members: Vec<(String, Value)> = Vec::new();
        if self.take("}").is_some() {
            return Some(Value::Object(Map::new()));
        }
        loop {
            let name = self.string()?;
            if members.last().is_some_and(|(last, _)| by_utf16(last, &name) != Ordering::Less) {
                return None;
            }
            self.take(":")?;
            members.push((name, self.value(depth)?));
            if self.take(",").is_none() {
                return self.take("}").map(|()| Value::Object(members.into_iter().collect()));
            }
        }
    }

    fn number(&mut self) -> Option<Value> {
        let end = self.rest.bytes().skip(1).position(|byte| !byte.is_ascii_digit());
        let end = end.map_or(self.rest.len(), |at| at + 1);
        let (digits, rest) = self.rest.split_at_checked(end)?;
        let number = digits.parse::<i64>().ok()?;
        let sound = match digits.as_bytes() {
            [b'0'] => true,
            [b'1'..=b'9', ..] | [b'-', b'1'..=b'9', ..] => number.abs() <= LARGEST,
            _ => false,
        };
        self.rest = rest;
        sound.then(|| number.into())
    }

    fn string(&mut self) -> Option<String> {
        self.take("\"")?;
        let (plain, rest) = self.rest.split_at_checked(plain_length(self.rest))?;
        if let Some(rest) = rest.strip_prefix('"') {
            self.rest = rest;
            return Some(plain.to_owned());
        }
        self.rest = rest;
        let mut text = plain.to_owned();
        loop {
            let mut chars = self.rest.chars();
            let c = chars.next()?;
            self.rest = chars.as_str();
            match c {
                '"' => return is_nfc(&text).then_some(text),
                '\\' => text.push(self.escape()?),
                '\0'..'\u{20}' => return None,
                c => text.push(c),
            }
            let (plain, rest) = self.rest.split_at_checked(plain_length(self.rest))?;
            text.push_str(plain);
            self.rest = rest;
        }
    }

    /// The one escape that a character has (RFC 8785, 3.2.2.2).
    fn escape(&mut self) -> Option<char> {
        let short = [("\"", '"'), ("\\", '\\'), ("n", '\n'), ("t", '\t'), ("r", '\r')];
        let more = [("b", '\u{8}'), ("f", '\u{c}')];
        for (letter, c) in short.into_iter().chain(more) {
            if self.take(letter).is_some() {
                return Some(c);
            }
        }
        self.take("u00")?;
        let (digits, rest) = self.rest.split_at_checked(2)?;
        let small = digits.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        let byte = u8::from_str_radix(digits, 16).ok().filter(|byte| small && *byte < 0x20)?;
        self.rest = rest;
        let has_a_letter = matches!(byte, 0x08 | 0x09 | 0x0A | 0x0C | 0x0D);
        (!has_a_letter).then(|| char::from(byte))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proof::{canonical, parse};
    use proptest::prelude::*;

    /// What the two looks of `parse_canonical` would say.
    fn slow(text: &str) -> Option<Value> {
        let value = parse(text.as_bytes()).ok()?;
        let is_canonical = canonical(&value).is_ok_and(|canonical| canonical == text);
        // Escapes stand for characters that every form keeps.
        (is_canonical && is_nfc(text)).then_some(value)
    }

    #[test]
    fn one_look_reads_what_two_do() {
        for text in [
            r#"{"a":1,"b":[null,true,false,-5,"\"\\\n\u001f\u0000é证"]}"#,
            r#"{"b":1,"a":1}"#,
            r#"{"a":1,"a":1}"#,
            r#"{"a": 1}"#,
            r#""\u000a""#,
            r#""\u001F""#,
            r#""\u0041""#,
            r#""\/""#,
            "\"a\u{7f}\u{301}\"",
            "\"e\u{301}\"",
            "-0",
            "01",
            "1.0",
            "1e2",
            "+1",
            "-",
            "9007199254740991",
            "9007199254740992",
            "-9007199254740992",
            "\"\u{1f600}\"",
            "{\"\u{fb01}\":1,\"\u{1f600}\":2}",
            "{\"\u{1f600}\":2,\"\u{fb01}\":1}",
            "[]x",
            "",
        ] {
            assert_eq!(read(text), slow(text), "{text}");
        }
        let deep = |depth| "[".repeat(depth) + &"]".repeat(depth);
        assert!(read(&deep(DEEPEST)).is_some() && read(&deep(DEEPEST + 1)).is_none());
    }

    proptest! {
        #[test]
        fn one_look_reads_what_two_do_of_any_value(value in crate::proof::parse::tests::json()) {
            let text = canonical(&value).unwrap();
            prop_assert_eq!(read(&text), slow(&text));
        }

        #[test]
        fn one_look_reads_what_two_do_of_any_text(
            text in "[\\[\\]{}\":,\\\\ut0-9a-f.eE \\-\ne\u{301}证]{0,24}"
        ) {
            prop_assert_eq!(read(&text), slow(&text));
        }

        #[test]
        fn one_look_reads_what_two_do_of_mangled_text(
            value in crate::proof::parse::tests::json(), at: prop::sample::Index, by in "[ 0\"\\\\,a]"
        ) {
            let mut text: Vec<char> = canonical(&value).unwrap().chars().collect();
            let at = at.index(text.len());
            text.splice(at..=at, by.chars());
            let text: String = text.into_iter().collect();
            prop_assert_eq!(read(&text), slow(&text));
        }
    }
}
