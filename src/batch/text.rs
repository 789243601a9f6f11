//! The text of a file that people keep lists in, and its rows.

use std::borrow::Cow;

use super::cell::pattern;

// What comes after a comma that belongs to a name: “Co., Ltd.”
pattern!(
    LEGAL_FORM,
    r#"(?i)^[ \u{A0}]*(?:co\.?,? *)?(?:ltd|limited|inc|llc|corp|corporation|company|co)\b\.?[ \u{A0}]*(?:[,;\t\r\n"]|$)"#
);

/// The text of a file: UTF-8, UTF-16 where a mark says so, else what spreadsheets in China save.
pub(super) fn text_of(bytes: &[u8]) -> Cow<'_, str> {
    match bytes {
        [0xFF, 0xFE, ..] => encoding_rs::UTF_16LE.decode_with_bom_removal(bytes).0,
        [0xFE, 0xFF, ..] => encoding_rs::UTF_16BE.decode_with_bom_removal(bytes).0,
        _ => match std::str::from_utf8(bytes) {
            Ok(text) => Cow::Borrowed(text),
            Err(_) => encoding_rs::GB18030.decode_without_bom_handling(bytes).0,
        },
    }
}

/// The rows of a text (RFC 4180): fields divided by tabs, semicolons or commas, quoted where they
/// hold one, or a line break.
pub(super) fn rows_of(text: &str) -> Vec<Vec<String>> {
    let text: Vec<char> = text.strip_prefix('\u{FEFF}').unwrap_or(text).chars().collect();
    let divider = divider_of(&text);
    let (mut rows, mut row, mut cell) = (Vec::new(), Vec::new(), String::new());
    let mut quoted = false;
    let mut at = 0;
    while let Some(&c) = text.get(at) {
        let next = text.get(at + 1).copied();
        match c {
            '"' if quoted && next == Some('"') => {
                cell.push('"');
                at += 1;
            }
            '"' if quoted => quoted = false,
            c if quoted => cell.push(c),
            '"' if cell.trim().is_empty() && closes(&text, at, divider) => {
                quoted = true;
                cell.clear();
            }
            c if Some(c) == divider && !(c == ',' && is_before_legal_form(&text, at)) => {
                row.push(std::mem::take(&mut cell));
            }
            '\r' if next == Some('\n') => {}
            '\r' | '\n' => {
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            c => cell.push(c),
        }
        at += 1;
    }
    if !(cell.is_empty() && row.is_empty()) {
        row.push(cell);
        rows.push(row);
    }
    rows
}

/// What divides the fields: a tab or semicolon where one stands outside of quotation marks, else the
/// comma, unless all commas belong to names.
fn divider_of(text: &[char]) -> Option<char> {
    let mut outside = [false; 3];
    let mut quote = None;
    // An opening mark that is never closed is none.
    let last = text.iter().rposition(|c| *c == '"');
    for (at, c) in text.iter().enumerate() {
        match (c, quote) {
            ('"', Some(_)) => quote = None,
            ('"', None) if last > Some(at) => quote = Some(at),
            ('\t', None) => outside[0] = true,
            (';', None) => outside[1] = true,
            (',', None) if !outside[2] => outside[2] = !is_before_legal_form(text, at),
            _ => {}
        }
    }
    ['\t', ';', ','].into_iter().zip(outside).find_map(|(divider, is)| is.then_some(divider))
}

/// Whether what follows a comma is a legal form: “Co., Ltd.”
fn is_before_legal_form(text: &[char], comma: usize) -> bool {
    let after: String = text.iter().skip(comma + 1).take(59).collect();
    LEGAL_FORM.is_match(&after)
}

/// Whether the quotation mark at a place is closed at the end of a field.
fn closes(text: &[char], at: usize, divider: Option<char>) -> bool {
    let mut from = at + 1;
    loop {
        let Some(end) = text.iter().skip(from).position(|c| *c == '"').map(|n| from + n) else {
            return false;
        };
        if text.get(end + 1) == Some(&'"') {
            from = end + 2;
            continue;
        }
        let after = text.iter().skip(end + 1).find(|c| **c != ' ').copied();
        return after.is_none() || after == divider || matches!(after, Some('\r' | '\n'));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_divided_by_what_divides_them() {
        assert_eq!(rows_of("a,b\n\"c,\nd\",\"e\"\"f\"\n"), [["a", "b"], ["c,\nd", "e\"f"]]);
        assert_eq!(rows_of("\u{FEFF}a\tb,c\r\nd\te"), [["a", "b,c"], ["d", "e"]]);
        assert_eq!(rows_of("a;b\rc;d\n"), [["a", "b"], ["c", "d"]]);
        assert_eq!(rows_of("X Co., Ltd.\nY Co., Ltd."), [["X Co., Ltd."], ["Y Co., Ltd."]]);
        assert_eq!(rows_of("X Co., Ltd.,7\n"), [["X Co., Ltd.", "7"]]);
        assert_eq!(rows_of("5\" disk,1\nb,2"), [["5\" disk", "1"], ["b", "2"]]);
        assert_eq!(rows_of(""), Vec::<Vec<String>>::new());
    }

    #[test]
    fn what_spreadsheets_save_is_read() {
        assert_eq!(text_of(b"\xD6\xA4\xCA\xE9\xB1\xE0\xBA\xC5"), "证书编号");
        assert_eq!(text_of(b"\xFF\xFEA\0\xC1\x8B"), "A证");
        assert_eq!(text_of("证".as_bytes()), "证");
    }
}
