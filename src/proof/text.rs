//! Text that needs no second look.

/// How long a text is plain from its start: visible characters that canonical JSON writes as they
/// are, and that are in normalisation form C whatever stands beside them. These few ranges are
/// nearly all that records hold; what is not plain is looked at character by character.
pub(crate) fn plain_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut at = 0;
    loop {
        let rest = bytes.get(at..).unwrap_or_default();
        at += rest.iter().position(|byte| !IS_PLAIN[usize::from(*byte)]).unwrap_or(rest.len());
        let Some(&byte) = bytes.get(at) else { break };
        match (byte, bytes.get(at + 1), bytes.get(at + 2)) {
            (0xE2, Some(0x80), Some(0x90..=0xA7)) // U+2010 to U+2027: dashes and quotes
            | (0xE3, Some(0x80), Some(0x80..=0xA9)) // U+3000 to U+3029: 、。《》
            | (0xE4, Some(0xB8..=0xBF), Some(_)) // U+4E00 to U+4FFF
            | (0xE5..=0xE9, Some(_), Some(_)) // U+5000 to U+9FFF
            | (0xEF, Some(0xBC), Some(0x81..=0xBF)) => at += 3, // U+FF01 to U+FF3F: （）
            _ => break,
        }
    }
    at
}

/// ASCII that is plain.
const IS_PLAIN: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = b' ';
    while byte < 0x7F {
        table[byte as usize] = byte != b'"' && byte != b'\\';
        byte += 1;
    }
    table
};

#[cfg(test)]
mod tests {
    use super::*;
    use unicode_normalization::{IsNormalized, char::canonical_combining_class, is_nfc_quick};

    #[test]
    fn what_is_plain_is_stable_visible_and_needs_no_escape() {
        let mut plain = 0;
        for c in (0..=0x10_FFFF).filter_map(char::from_u32) {
            let text = c.to_string();
            let length = plain_length(&text);
            if length == 0 {
                continue;
            }
            plain += 1;
            assert_eq!(length, c.len_utf8());
            assert!(!c.is_control() && !matches!(c, '"' | '\\'), "U+{:04X}", u32::from(c));
            assert_eq!(canonical_combining_class(c), 0);
            assert_eq!(is_nfc_quick(std::iter::once(c)), IsNormalized::Yes);
        }
        assert!(plain > 20_000);
        assert_eq!(plain_length("ab（证）\"c"), 11);
    }
}
