//! Writes canonical JSON (RFC 8785).

use std::{cmp::Ordering, fmt::Write as _};

use serde_json::{Map, Number, Value};

/// The largest integer that every reader of JSON keeps exactly, 2^53 − 1.
pub(super) const LARGEST: i64 = (1 << 53) - 1;

/// Why a value has no canonical form here.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum JcsError {
    /// A number that is no integer within ±(2^53 − 1).
    #[error("the number {0} is not a whole number between -(2^53-1) and 2^53-1")]
    Number(String),
}

/// The canonical form of a value: members sorted by their UTF-16 units, whatever order the value
/// keeps them in; the shortest escapes; no spaces. Of numbers only integers within ±(2^53 − 1),
/// because that is all that a register needs and all that every reader keeps exactly.
pub fn canonical(value: &Value) -> Result<String, JcsError> {
    let mut text = String::new();
    write(&mut text, value)?;
    Ok(text)
}

fn write(out: &mut String, value: &Value) -> Result<(), JcsError> {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(true) => out.push_str("true"),
        Value::Bool(false) => out.push_str("false"),
        Value::Number(number) => write_number(out, number)?,
        Value::String(text) => write_text(out, text),
        Value::Array(items) => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                write(out, item)?;
            }
            out.push(']');
        }
        Value::Object(members) => write_object(out, members)?,
    }
    Ok(())
}

fn write_object(out: &mut String, object: &Map<String, Value>) -> Result<(), JcsError> {
    let mut members: Vec<_> = object.iter().collect();
    // A crate anywhere in the graph can turn the map into one that keeps the order of insertion.
    members.sort_unstable_by(|(a, _), (b, _)| by_utf16(a, b));
    out.push('{');
    for (at, (name, value)) in members.into_iter().enumerate() {
        if at > 0 {
            out.push(',');
        }
        write_text(out, name);
        out.push(':');
        write(out, value)?;
    }
    out.push('}');
    Ok(())
}

/// RFC 8785, 3.2.3. Of two characters, only those beyond the basic plane sort otherwise than in
/// UTF-8: they begin with a surrogate, which is less than U+E000.
pub(super) fn by_utf16(a: &str, b: &str) -> Ordering {
    if a.is_ascii() || b.is_ascii() { a.cmp(b) } else { a.encode_utf16().cmp(b.encode_utf16()) }
}

fn write_number(out: &mut String, number: &Number) -> Result<(), JcsError> {
    match number.as_i64() {
        Some(integer) if (-LARGEST..=LARGEST).contains(&integer) => {
            let _ = write!(out, "{integer}"); // A text takes everything.
            Ok(())
        }
        _ => Err(JcsError::Number(number.to_string())),
    }
}

/// RFC 8785, 3.2.2.2.
pub(super) fn write_text(out: &mut String, text: &str) {
    out.push('"');
    let mut rest = text;
    while let Some((plain, byte, after)) = escaped(rest) {
        out.push_str(plain);
        match byte {
            b'"' => out.push_str("\\\""),
            b'\\' => out.push_str("\\\\"),
            0x08 => out.push_str("\\b"),
            0x09 => out.push_str("\\t"),
            0x0a => out.push_str("\\n"),
            0x0c => out.push_str("\\f"),
            0x0d => out.push_str("\\r"),
            _ => {
                let _ = write!(out, "\\u{byte:04x}");
            }
        }
        rest = after;
    }
    out.push_str(rest);
    out.push('"');
}

/// The text before the first byte that must be escaped, that byte, and the text behind it.
fn escaped(text: &str) -> Option<(&str, u8, &str)> {
    let at = text.bytes().position(|byte| byte < 0x20 || matches!(byte, b'"' | b'\\'))?;
    let (plain, rest) = text.split_at_checked(at)?;
    let (special, after) = rest.split_at_checked(1)?;
    Some((plain, *special.as_bytes().first()?, after))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn members_are_sorted_by_utf16_units() {
        // U+1F602 begins with the unit D83D, which is less than FB33, though its UTF-8 is not.
        let value = json!({ "\u{fb33}": 1, "\u{1f602}": 2, "\u{20ac}": 3, "b": 4, "a": 5, "": 6 });
        let text = "{\"\":6,\"a\":5,\"b\":4,\"\u{20ac}\":3,\"\u{1f602}\":2,\"\u{fb33}\":1}";
        assert_eq!(canonical(&value).unwrap(), text);
    }

    #[test]
    fn only_what_must_be_escaped_is() {
        let value = json!("\u{0}\u{8}\t\n\u{b}\u{c}\r\u{1f}\"\\/\u{7f}\u{2028}é");
        let text = r#""\u0000\b\t\n\u000b\f\r\u001f\"\\/"#.to_owned() + "\u{7f}\u{2028}é\"";
        assert_eq!(canonical(&value).unwrap(), text);
    }

    #[test]
    fn numbers_that_some_reader_would_change_have_no_canonical_form() {
        let largest = json!([LARGEST, -LARGEST, 0]);
        assert_eq!(canonical(&largest).unwrap(), "[9007199254740991,-9007199254740991,0]");
        for wrong in
            [json!(LARGEST + 1), json!(-LARGEST - 1), json!(u64::MAX), json!(1.0), json!(-0.0)]
        {
            assert!(canonical(&json!({ "a": [wrong] })).is_err());
        }
    }
}
