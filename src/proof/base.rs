//! Digests, hex, base64 (RFC 4648) and base58btc, each with exactly one spelling of every value.

use sha2::{Digest, Sha256};

const BASE58: &[u8; 58] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const BASE64_URL: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// How many base58 characters are read at most.
const MOST_BASE58: usize = 1024;
/// 58^5, the largest power that leaves room for a carry of 32 bits in 64.
const FIVE_DIGITS: u64 = 58 * 58 * 58 * 58 * 58;

/// The SHA-256 digest.
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// Lower-case hex.
pub fn hex(bytes: &[u8]) -> String {
    let digit = |half: u8| char::from(b"0123456789abcdef"[usize::from(half)]);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

/// The bytes of lower-case hex; nothing for any other text.
pub fn unhex(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    };
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    let pairs = pairs.iter().map(|[high, low]| Some(digit(*high)? << 4 | digit(*low)?));
    rest.is_empty().then(|| pairs.collect())?
}

/// Base64 with padding (RFC 4648, 4).
pub fn base64(bytes: &[u8]) -> String {
    let mut text = to_base64(bytes, BASE64);
    while !text.len().is_multiple_of(4) {
        text.push('=');
    }
    text
}

/// The bytes of base64 with padding; nothing for any other spelling of them.
pub fn from_base64(text: &str) -> Option<Vec<u8>> {
    let bare = text.trim_end_matches('=');
    let padding = text.len() - bare.len();
    (padding <= 2 && text.len().is_multiple_of(4)).then(|| of_base64(bare, BASE64))?
}

/// Base64 for addresses, without padding (RFC 4648, 5).
pub fn base64url(bytes: &[u8]) -> String {
    to_base64(bytes, BASE64_URL)
}

/// The bytes of base64 for addresses, without padding; nothing for any other spelling of them.
pub fn from_base64url(text: &str) -> Option<Vec<u8>> {
    of_base64(text, BASE64_URL)
}

fn to_base64(bytes: &[u8], alphabet: &[u8; 64]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let byte = |at: usize| u32::from(chunk.get(at).copied().unwrap_or_default());
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for at in 0..=chunk.len() {
            text.push(char::from(alphabet[(bits >> (18 - 6 * at) & 63) as usize]));
        }
    }
    text
}

fn of_base64(text: &str, alphabet: &[u8; 64]) -> Option<Vec<u8>> {
    let digits = inverse(alphabet);
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3 + 2);
    for chunk in text.as_bytes().chunks(4) {
        let mut bits = 0;
        for byte in chunk {
            let digit = digits[usize::from(*byte)];
            bits = bits << 6 | u32::from((digit < 64).then_some(digit)?);
        }
        bits <<= 6 * (4 - chunk.len());
        let [_, whole @ ..] = bits.to_be_bytes();
        let (whole, unused) = whole.split_at(chunk.len() - 1);
        // One digit alone is no byte, and bits that no byte takes must be zero.
        if whole.is_empty() || unused.iter().any(|byte| *byte != 0) {
            return None;
        }
        bytes.extend_from_slice(whole);
    }
    Some(bytes)
}

/// The value of each character, 255 for those that are no digits.
const fn inverse(alphabet: &[u8]) -> [u8; 256] {
    let mut digits = [255; 256];
    let mut at = 0;
    while at < alphabet.len() {
        #[expect(clippy::cast_possible_truncation, reason = "no alphabet has 256 digits")]
        let digit = at as u8;
        digits[alphabet[at] as usize] = digit;
        at += 1;
    }
    digits
}

/// Multibase base58btc: `z` and the digits.
pub fn multibase_base58(bytes: &[u8]) -> String {
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    // Four bytes at a time into limbs of five digits, least first.
    let mut limbs: Vec<u64> = Vec::with_capacity(bytes.len() / 3);
    let push = |limbs: &mut Vec<u64>, bits: u32, value: u32| {
        let mut carry = u64::from(value);
        for limb in limbs.iter_mut() {
            let sum = (*limb << bits) + carry;
            (*limb, carry) = (sum % FIVE_DIGITS, sum / FIVE_DIGITS);
        }
        while carry > 0 {
            limbs.push(carry % FIVE_DIGITS);
            carry /= FIVE_DIGITS;
        }
    };
    let (first, words) = bytes[zeros..].as_rchunks::<4>();
    for byte in first {
        push(&mut limbs, 8, u32::from(*byte));
    }
    for word in words {
        push(&mut limbs, 32, u32::from_be_bytes(*word));
    }
    let mut digits = Vec::with_capacity(limbs.len() * 5);
    for mut limb in limbs {
        for _ in 0..5 {
            digits.push(BASE58[(limb % 58) as usize]);
            limb /= 58;
        }
    }
    while digits.last() == Some(&BASE58[0]) {
        digits.pop();
    }
    let mut text = String::with_capacity(1 + zeros + digits.len());
    text.push('z');
    text.extend(std::iter::repeat_n('1', zeros));
    text.extend(digits.into_iter().rev().map(char::from));
    text
}

/// The bytes of multibase base58btc. At most 1,024 characters, since the work grows with the square.
pub fn from_multibase_base58(text: &str) -> Option<Vec<u8>> {
    const DIGITS: [u8; 256] = inverse(BASE58);
    let digits = text.strip_prefix('z')?;
    if digits.len() > MOST_BASE58 {
        return None;
    }
    let zeros = digits.bytes().take_while(|digit| *digit == BASE58[0]).count();
    let mut limbs: Vec<u32> = Vec::with_capacity(digits.len() / 5 + 1); // Least first.
    for digit in digits.bytes().skip(zeros) {
        let digit = DIGITS[usize::from(digit)];
        let mut carry = u64::from((digit < 58).then_some(digit)?);
        for limb in &mut limbs {
            let sum = u64::from(*limb) * 58 + carry;
            #[expect(clippy::cast_possible_truncation, reason = "the rest is carried")]
            let low = sum as u32;
            (*limb, carry) = (low, sum >> 32);
        }
        if let Some(limb) = u32::try_from(carry).ok().filter(|limb| *limb > 0) {
            limbs.push(limb);
        }
    }
    let bytes = limbs.iter().rev().flat_map(|limb| limb.to_be_bytes());
    let mut bytes: Vec<u8> = bytes.skip_while(|byte| *byte == 0).collect();
    bytes.splice(0..0, std::iter::repeat_n(0, zeros));
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::{collection::vec, prelude::any, proptest};

    #[test]
    fn base64_is_that_of_rfc_4648() {
        let pairs = ["", "Zg==", "Zm8=", "Zm9v", "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy"];
        for (length, text) in pairs.into_iter().enumerate() {
            assert_eq!(base64(&b"foobar"[..length]), text);
            assert_eq!(from_base64(text).as_deref(), Some(&b"foobar"[..length]));
            assert_eq!(from_base64url(text.trim_end_matches('=')), from_base64(text));
        }
        assert_eq!((base64(&[251, 255]), base64url(&[251, 255])), ("+/8=".into(), "-_8".into()));
    }

    #[test]
    fn base64_has_one_spelling() {
        for wrong in
            ["Zg", "Zg=", "Zg===", "Zh==", "Zm9=", "Z", "Zm9v\n", " Zm9v", "Zm9v====", "=", "-_8="]
        {
            assert_eq!(from_base64(wrong), None, "{wrong}");
        }
        for wrong in ["Zg==", "Zh", "Z", "Zm9vZ", "+/8", "Zm 9v", "é"] {
            assert_eq!(from_base64url(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn base58_is_that_of_the_multibase_specification() {
        let pairs: [(&[u8], &str); 6] = [
            (b"", "z"),
            (b"\0\0", "z11"),
            (b"yes mani !", "z7paNL19xttacUY"),
            (b"\0yes mani !", "z17paNL19xttacUY"),
            (b"\0\0yes mani !", "z117paNL19xttacUY"),
            (b"Decentralize everything!!", "zUXE7GvtEk8XTXs1GF8HSGbVA9FCX9SEBPe"),
        ];
        for (bytes, text) in pairs {
            assert_eq!(multibase_base58(bytes), text);
            assert_eq!(from_multibase_base58(text).as_deref(), Some(bytes));
        }
        let long = format!("z{}", "2".repeat(MOST_BASE58 + 1));
        for wrong in ["", "7paN", "z0", "zO", "zI", "zl", "z7pa\u{e9}", "u7pa", &long] {
            assert_eq!(from_multibase_base58(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn hex_is_lower_case() {
        assert_eq!(hex(&[0, 0xab, 0xff]), "00abff");
        assert_eq!(unhex("00abff"), Some(vec![0, 0xab, 0xff]));
        for wrong in ["0", "0A", "0g", "+1", "é"] {
            assert_eq!(unhex(wrong), None, "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(bytes in vec(any::<u8>(), 0..100)) {
            let some = Some(bytes.clone());
            assert_eq!(unhex(&hex(&bytes)), some);
            assert_eq!(from_base64(&base64(&bytes)), some);
            assert_eq!(from_base64url(&base64url(&bytes)), some);
            assert_eq!(from_multibase_base58(&multibase_base58(&bytes)), some);
        }

        #[test]
        fn what_is_read_is_written_alike(text in "z?[0-9A-Za-z+/=_-]{0,24}") {
            if let Some(bytes) = unhex(&text) { assert_eq!(hex(&bytes), text); }
            if let Some(bytes) = from_base64(&text) { assert_eq!(base64(&bytes), text); }
            if let Some(bytes) = from_base64url(&text) { assert_eq!(base64url(&bytes), text); }
            if let Some(bytes) = from_multibase_base58(&text) {
                assert_eq!(multibase_base58(&bytes), text);
            }
        }
    }
}
