//! What names are cut into, and how files are found by it.

/// A term: two UTF-16 units, the first one above. The first units of terms that are no two
/// neighbours of a name are in the private use area, whose characters no name has.
pub(super) type Term = u32;

/// The first unit of a word of three letters or digits.
const WORD: u32 = 0xE00F;
/// The first of the first units of four letters or digits taken together.
const FOUR: u32 = 0xE010;
/// The first unit of a fact, plus the fact's kind.
const FACT: u32 = 0xE000;

/// A kind of fact that searches are narrowed by.
#[derive(Clone, Copy)]
pub(super) enum Fact {
    Scheme = 1,
    Level = 2,
    Province = 3,
    City = 4,
    Industry = 5,
    Year = 6,
}

impl Fact {
    /// The term of a fact: a number below 65,536.
    pub(super) fn number(self, value: u32) -> Term {
        (FACT + self as u32) << 16 | (value & 0xFFFF)
    }

    /// The term of a fact whose values are words. Two of them may share one: rows tell. Fifteen bits
    /// are never half a surrogate pair.
    pub(super) fn word(self, value: &str) -> Term {
        self.number(fnv(value.bytes()) & 0x7FFF)
    }
}

/// Whether a term is two neighbours of a name.
pub(super) fn is_pair(term: Term) -> bool {
    !(FACT..0xF900).contains(&(term >> 16))
}

/// Adds the terms of a folded name without its legal form: all pairs of neighbouring units but those
/// of two Latin letters or digits, and of these all fours.
pub(super) fn terms(core: &str, mut add: impl FnMut(Term)) {
    let mut before = None;
    let (mut four, mut count) = (0, 0);
    for unit in core.encode_utf16() {
        let digit = digit(unit);
        match (before, digit) {
            (_, Some(digit)) if count > 0 => {
                four = (four * 36 + digit) % 36_u32.pow(4);
                count += 1;
                if count >= 4 {
                    add((FOUR + (four >> 15)) << 16 | (four & 0x7FFF));
                }
            }
            (before, digit) => {
                if let Some(before) = before {
                    add(u32::from(before) << 16 | u32::from(unit));
                }
                (four, count) = (digit.unwrap_or_default(), u32::from(digit.is_some()));
            }
        }
        before = Some(unit);
    }
}

/// Adds the terms of a name's words of two or three Latin letters or digits: queries as short are
/// looked for where they are a word. The name has capitals only.
pub(super) fn short_words(name: &str, mut add: impl FnMut(Term)) {
    for word in name.split(|c: char| !c.is_ascii_alphanumeric()) {
        match word.as_bytes() {
            b"CO" | b"LTD" | b"INC" | b"LLC" => {} // Legal forms, which nobody can look for.
            [a, b] => add(u32::from(*a) << 16 | u32::from(*b)),
            [_, _, _] => {
                let digits = word.bytes().filter_map(|byte| digit(byte.into()));
                add(WORD << 16 | digits.fold(0, |value, digit| value * 36 + digit));
            }
            _ => {}
        }
    }
}

/// The value of a digit in base 36.
fn digit(unit: u16) -> Option<u32> {
    let byte = u8::try_from(unit).ok()?;
    match byte {
        b'0'..=b'9' => Some(u32::from(byte - b'0')),
        b'A'..=b'Z' => Some(u32::from(byte - b'A') + 10),
        _ => None,
    }
}

/// FNV-1a, 32 bits.
pub(super) fn fnv(bytes: impl IntoIterator<Item = u8>) -> u32 {
    bytes
        .into_iter()
        .fold(0x811C_9DC5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

/// The hash of a term: of its two units in UTF-8, where half a surrogate pair counts as three bytes.
pub(super) fn term_hash(term: Term) -> u32 {
    let [a, b] = [term >> 16, term & 0xFFFF];
    if (0xD800..0xDC00).contains(&a) && (0xDC00..0xE000).contains(&b) {
        let c = 0x1_0000 + ((a - 0xD800) << 10) + (b - 0xDC00);
        return fnv(utf8(c));
    }
    fnv(utf8(a).into_iter().chain(utf8(b)))
}

/// A code point in UTF-8; halves of surrogate pairs too.
fn utf8(c: u32) -> Vec<u8> {
    let last = |shift: u32| 0x80 | low_byte(c >> shift & 63);
    match c {
        0..0x80 => vec![low_byte(c)],
        0x80..0x800 => vec![0xC0 | low_byte(c >> 6), last(0)],
        0x800..0x1_0000 => vec![0xE0 | low_byte(c >> 12), last(6), last(0)],
        _ => vec![0xF0 | low_byte(c >> 18), last(12), last(6), last(0)],
    }
}

fn low_byte(number: u32) -> u8 {
    number.to_le_bytes()[0]
}
