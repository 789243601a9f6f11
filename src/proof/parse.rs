//! Reads JSON from strangers.

use serde_json::{Map, Value};
use unicode_normalization::is_nfc;

use crate::proof::canonical::{LARGEST, canonical};

/// How deep lists and objects may lie in one another.
pub(super) const DEEPEST: usize = 64;

/// Why bytes are not JSON that a register publishes. Places count bytes from the start.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum JsonError {
    /// Not UTF-8.
    #[error("the text is not UTF-8 at byte {at}")]
    NotUtf8 {
        /// Where.
        at: usize,
    },
    /// Something else than the grammar allows, or the end too early.
    #[error("the text is not JSON at byte {at}: there should be {wanted}")]
    Syntax {
        /// Where.
        at: usize,
        /// What could stand there.
        wanted: &'static str,
    },
    /// A member that stands twice in one object, in whatever spelling.
    #[error("the member `{member}` stands twice, the second time at byte {at}")]
    Duplicate {
        /// The second one.
        at: usize,
        /// Its name.
        member: String,
    },
    /// A fraction, an exponent, `-0`, or an integer beyond ±(2^53 − 1).
    #[error("the number at byte {at} is not a whole number between -(2^53-1) and 2^53-1")]
    Number {
        /// Where.
        at: usize,
    },
    /// Half of a character (a surrogate without its other half).
    #[error("the text at byte {at} holds one half of a character")]
    Surrogate {
        /// Where.
        at: usize,
    },
    /// Lists and objects in one another, deeper than anything that a register publishes.
    #[error("lists and objects are nested too deep at byte {at}")]
    TooDeep {
        /// Where.
        at: usize,
    },
    /// More after the value.
    #[error("something follows the JSON value at byte {at}")]
    Trailing {
        /// Where.
        at: usize,
    },
    /// JSON, but not its canonical form (RFC 8785).
    #[error("the text is not in canonical form from byte {at} on (RFC 8785)")]
    NotCanonical {
        /// The first byte that differs.
        at: usize,
    },
    /// A text that is not in Unicode normalisation form C.
    #[error("the text `{text}` is not in Unicode normalisation form C")]
    NotNormalised {
        /// The text.
        text: String,
    },
}

/// Reads one JSON value. Refuses what two readers could understand in two ways: members that stand
/// twice at any depth, numbers that are no integers within ±(2^53 − 1), lone surrogates.
pub fn parse(bytes: &[u8]) -> Result<Value, JsonError> {
    let text = str::from_utf8(bytes).map_err(|e| JsonError::NotUtf8 { at: e.valid_up_to() })?;
    let mut reader = Reader { text, at: 0 };
    reader.space();
    let value = reader.value(0)?;
    reader.space();
    if reader.at < text.len() {
        return Err(JsonError::Trailing { at: reader.at });
    }
    Ok(value)
}

/// Why bytes are not in canonical form, or not all their texts in normalisation form C.
pub(super) fn refusal(bytes: &[u8]) -> JsonError {
    let value = match parse(bytes) {
        Ok(value) => value,
        Err(error) => return error,
    };
    // Every number that was read has a canonical form.
    let canonical = canonical(&value).unwrap_or_default();
    let same = canonical.bytes().zip(bytes).take_while(|(a, b)| a == *b).count();
    let differs = JsonError::NotCanonical { at: same };
    if canonical.as_bytes() == bytes {
        normalised(&value).err().unwrap_or(differs)
    } else {
        differs
    }
}

fn normalised(value: &Value) -> Result<(), JsonError> {
    let text = |text: &str| {
        let refused = || JsonError::NotNormalised { text: shown(text) };
        is_nfc(text).then_some(()).ok_or_else(refused)
    };
    match value {
        Value::String(value) => text(value),
        Value::Array(items) => items.iter().try_for_each(normalised),
        Value::Object(members) => members.iter().try_for_each(|(name, value)| {
            text(name)?;
            normalised(value)
        }),
        Value::Null | Value::Bool(_) | Value::Number(_) => Ok(()),
    }
}

/// The beginning of a stranger's text, without what would steer a terminal.
fn shown(text: &str) -> String {
    text.chars().take(60).flat_map(char::escape_debug).collect()
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Reader<'t> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// Goes on if this byte stands here.
    fn take(&mut self, byte: u8) -> Option<()> {
        (self.peek()? == byte).then(|| self.at += 1)
    }

    fn want(&mut self, byte: u8, wanted: &'static str) -> Result<(), JsonError> {
        self.take(byte).ok_or(JsonError::Syntax { at: self.at, wanted })
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    /// The text from a place to here. Both stand beside ASCII, so that no character is cut.
    fn since(&self, from: usize) -> &'t str {
        self.text.get(from..self.at).unwrap_or_default()
    }

    fn value(&mut self, depth: usize) -> Result<Value, JsonError> {
        match self.peek() {
            Some(b'{' | b'[') if depth == DEEPEST => Err(JsonError::TooDeep { at: self.at }),
            Some(b'{') => self.object(depth + 1),
            Some(b'[') => self.array(depth + 1),
            Some(b'"') => self.string().map(Value::String),
            Some(b'-' | b'0'..=b'9') => self.number(),
            _ => self.word(),
        }
    }

    fn word(&mut self) -> Result<Value, JsonError> {
        let words = [("null", Value::Null), ("true", true.into()), ("false", false.into())];
        let rest = self.text.get(self.at..).unwrap_or_default();
        let found = words.into_iter().find(|(word, _)| rest.starts_with(word));
        let (word, value) = found.ok_or(JsonError::Syntax { at: self.at, wanted: "a value" })?;
        self.at += word.len();
        Ok(value)
    }

    fn array(&mut self, depth: usize) -> Result<Value, JsonError> {
        self.at += 1;
        let mut items = Vec::new();
        self.space();
        if self.take(b']').is_some() {
            return Ok(Value::Array(items));
        }
        loop {
            self.space();
            items.push(self.value(depth)?);
            self.space();
            if self.take(b',').is_none() {
                self.want(b']', "`,` or `]`")?;
                return Ok(Value::Array(items));
            }
        }
    }

    fn object(&mut self, depth: usize) -> Result<Value, JsonError> {
        self.at += 1;
        let mut members = Map::new();
        self.space();
        if self.take(b'}').is_some() {
            return Ok(Value::Object(members));
        }
        loop {
            self.space();
            let at = self.at;
            if self.peek() != Some(b'"') {
                return Err(JsonError::Syntax { at, wanted: "the name of a member" });
            }
            let name = self.string()?;
            if members.contains_key(&name) {
                return Err(JsonError::Duplicate { at, member: shown(&name) });
            }
            self.space();
            self.want(b':', "`:`")?;
            self.space();
            members.insert(name, self.value(depth)?);
            self.space();
            if self.take(b',').is_none() {
                self.want(b'}', "`,` or `}`")?;
                return Ok(Value::Object(members));
            }
        }
    }

    fn number(&mut self) -> Result<Value, JsonError> {
        let from = self.at;
        let _ = self.take(b'-');
        let digits = self.at;
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        let wanted = "a digit";
        match self.since(digits).as_bytes() {
            [] => return Err(JsonError::Syntax { at: self.at, wanted }),
            [b'0', _, ..] => {
                return Err(JsonError::Syntax { at: digits, wanted: "a number without leading 0" });
            }
            _ => {}
        }
        let refused = JsonError::Number { at: from };
        match self.since(from).parse::<i64>() {
            _ if matches!(self.peek(), Some(b'.' | b'e' | b'E')) => Err(refused),
            Ok(0) if digits > from => Err(refused),
            Ok(number) if (-LARGEST..=LARGEST).contains(&number) => Ok(number.into()),
            _ => Err(refused),
        }
    }

    fn string(&mut self) -> Result<String, JsonError> {
        self.at += 1;
        let mut from = self.at;
        let mut decoded = String::new();
        loop {
            match self.peek() {
                Some(b'"') => {
                    decoded.push_str(self.since(from));
                    self.at += 1;
                    return Ok(decoded);
                }
                Some(b'\\') => {
                    decoded.push_str(self.since(from));
                    decoded.push(self.escape()?);
                    from = self.at;
                }
                Some(0x20..) => self.at += 1,
                Some(_) | None => {
                    let wanted = "the end of the text in quotes";
                    return Err(JsonError::Syntax { at: self.at, wanted });
                }
            }
        }
    }

    fn escape(&mut self) -> Result<char, JsonError> {
        let at = self.at;
        self.at += 1;
        let letter = self.peek();
        self.at += 1;
        Ok(match letter {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.unit_escape(at),
            _ => return Err(JsonError::Syntax { at, wanted: "an escape such as `\\n`" }),
        })
    }

    /// One character as one or two UTF-16 units.
    fn unit_escape(&mut self, at: usize) -> Result<char, JsonError> {
        let first = self.unit()?;
        let mut units = [first, 0];
        let mut count = 1;
        if (0xd800..0xdc00).contains(&first) {
            if self.take(b'\\').is_none() || self.take(b'u').is_none() {
                return Err(JsonError::Surrogate { at });
            }
            units[1] = self.unit()?;
            count = 2;
        }
        let mut decoded = char::decode_utf16(units.into_iter().take(count));
        decoded.next().and_then(Result::ok).ok_or(JsonError::Surrogate { at })
    }

    fn unit(&mut self) -> Result<u16, JsonError> {
        let digits = self.text.get(self.at..self.at + 4).unwrap_or_default();
        let hex = digits.len() == 4 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        let unit = hex.then(|| u16::from_str_radix(digits, 16).ok()).flatten();
        let unit = unit.ok_or(JsonError::Syntax { at: self.at, wanted: "four hex digits" })?;
        self.at += 4;
        Ok(unit)
    }
}

#[cfg(test)]
#[path = "parse_tests.rs"]
pub(super) mod tests;
