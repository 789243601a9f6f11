//! Reads canonical JSON in one look: what every published file is, or else is refused.
//!
//! It has no words for what is wrong. Where it gives nothing, [`parse`](crate::proof::parse) and
//! [`canonical`](crate::proof::canonical) say what and where; a test holds the two together.

use std::cmp::Ordering;

use unicode_normalization::is_nfc;

use crate::proof::{
    canonical::{LARGEST, by_utf16},
    document::{Document, Kind, Slot, Text},
    parse::DEEPEST,
    plain_length,
};

/// Bytes for each value, where lists begin small enough for all that a register publishes.
const BYTES: usize = 16;
/// For so many values there is room from the start.
const ROOM: usize = 1024;

/// A text that is canonical JSON with all its texts in normalisation form C.
pub(super) fn document(text: &str) -> Option<Document<'_>> {
    let slots = Vec::with_capacity((text.len() / BYTES).clamp(1, ROOM));
    let document = Document { text, slots, unescaped: Vec::new() };
    let mut reader = Quick { document, at: 0 };
    reader.value(Text::Plain(""), 0)?;
    (reader.at == text.len()).then_some(reader.document)
}

struct Quick<'t> {
    document: Document<'t>,
    at: usize,
}

impl<'t> Quick<'t> {
    fn peek(&self) -> Option<u8> {
        self.document.text.as_bytes().get(self.at).copied()
    }

    /// Goes on if this byte stands here.
    fn take(&mut self, byte: u8) -> Option<()> {
        (self.peek()? == byte).then(|| self.at += 1)
    }

    fn rest(&self) -> Option<&'t str> {
        self.document.text.get(self.at..)
    }

    /// Goes on if this stands here.
    fn word(&mut self, word: &str) -> Option<()> {
        self.rest()?.starts_with(word).then(|| self.at += word.len())
    }

    /// Reads the value that stands here, behind its name if it has one.
    fn value(&mut self, name: Text<'t>, depth: usize) -> Option<()> {
        let (at, from) = (self.document.slots.len(), self.at);
        self.document.slots.push(Slot { name, kind: Kind::Null, from, to: 0, next: 0 });
        let kind = match self.peek()? {
            b'"' => Kind::Text(self.string()?),
            b'{' | b'[' if depth == DEEPEST => return None,
            b'{' => self.object(depth + 1)?,
            b'[' => self.array(depth + 1)?,
            b'n' => self.word("null").map(|()| Kind::Null)?,
            b't' => self.word("true").map(|()| Kind::Bool)?,
            b'f' => self.word("false").map(|()| Kind::Bool)?,
            _ => self.number()?,
        };
        let next = self.document.slots.len();
        let slot = self.document.slots.get_mut(at)?;
        (slot.kind, slot.to, slot.next) = (kind, self.at, next);
        Some(())
    }

    fn array(&mut self, depth: usize) -> Option<Kind<'t>> {
        self.at += 1;
        if self.take(b']').is_some() {
            return Some(Kind::List);
        }
        loop {
            self.value(Text::Plain(""), depth)?;
            if self.take(b',').is_none() {
                return self.take(b']').map(|()| Kind::List);
            }
        }
    }

    /// Members in order: so none stands twice.
    fn object(&mut self, depth: usize) -> Option<Kind<'t>> {
        self.at += 1;
        if self.take(b'}').is_some() {
            return Some(Kind::Object);
        }
        let mut last = None;
        loop {
            let name = self.string()?;
            if last.is_some_and(|last| !self.is_before(last, name)) {
                return None;
            }
            self.take(b':')?;
            self.value(name, depth)?;
            if self.take(b',').is_none() {
                return self.take(b'}').map(|()| Kind::Object);
            }
            last = Some(name);
        }
    }

    fn is_before(&self, one: Text<'t>, other: Text<'t>) -> bool {
        let (one, other) = (self.document.resolve(one), self.document.resolve(other));
        by_utf16(one, other) == Ordering::Less
    }

    fn number(&mut self) -> Option<Kind<'t>> {
        let rest = self.rest()?;
        let end = rest.bytes().skip(1).position(|byte| !byte.is_ascii_digit());
        let (digits, _) = rest.split_at_checked(end.map_or(rest.len(), |at| at + 1))?;
        let number = digits.parse::<i64>().ok()?;
        let sound = match digits.as_bytes() {
            [b'0'] => true,
            [b'1'..=b'9', ..] | [b'-', b'1'..=b'9', ..] => (-LARGEST..=LARGEST).contains(&number),
            _ => false,
        };
        self.at += digits.len();
        sound.then_some(Kind::Number(number))
    }

    fn string(&mut self) -> Option<Text<'t>> {
        self.take(b'"')?;
        let plain = self.plain()?;
        if self.take(b'"').is_some() {
            return Some(Text::Plain(plain));
        }
        self.special(plain)
    }

    /// What stands here and needs no second look.
    fn plain(&mut self) -> Option<&'t str> {
        let rest = self.rest()?;
        let plain = rest.get(..plain_length(rest))?;
        self.at += plain.len();
        Some(plain)
    }

    /// The rest of a text in which something does.
    fn special(&mut self, plain: &'t str) -> Option<Text<'t>> {
        let mut text = plain.to_owned();
        loop {
            let c = self.rest()?.chars().next()?;
            self.at += c.len_utf8();
            match c {
                '"' if is_nfc(&text) => break,
                '\\' => text.push(self.escape()?),
                '"' | '\0'..'\u{20}' => return None,
                c => text.push(c),
            }
            text.push_str(self.plain()?);
        }
        self.document.unescaped.push(text);
        Some(Text::Unescaped(self.document.unescaped.len() - 1))
    }

    /// The one escape that a character has (RFC 8785, 3.2.2.2).
    fn escape(&mut self) -> Option<char> {
        let short = [("\"", '"'), ("\\", '\\'), ("n", '\n'), ("t", '\t'), ("r", '\r')];
        let more = [("b", '\u{8}'), ("f", '\u{c}')];
        for (letter, c) in short.into_iter().chain(more) {
            if self.word(letter).is_some() {
                return Some(c);
            }
        }
        self.word("u00")?;
        let digits = self.rest()?.get(..2)?;
        let small = digits.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        let byte = u8::from_str_radix(digits, 16).ok().filter(|byte| small && *byte < 0x20)?;
        self.at += 2;
        let has_a_letter = matches!(byte, 0x08 | 0x09 | 0x0A | 0x0C | 0x0D);
        (!has_a_letter).then(|| char::from(byte))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proof::{canonical, parse};
    use proptest::prelude::*;
    use serde_json::Value;

    fn read(text: &str) -> Option<Value> {
        document(text).map(|document| document.top().to_value())
    }

    /// What reading, writing anew and comparing would say.
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
            "-9223372036854775808",
            "-9223372036854775809",
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
