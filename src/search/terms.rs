//! What names are cut into, and how files are found by it.

/// A term: two UTF-16 units, the first one above.
pub(super) type Term = u32;

/// The first unit of three letters or digits taken together, which stands in no name.
const TRIPLE: u32 = 0xE010;
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

/// Adds the terms of a folded name without its legal form: pairs of neighbouring units, but of words
/// in Latin letters and digits, from three of them on, all threes.
pub(super) fn terms(core: &str, units: &mut Vec<u16>, mut add: impl FnMut(Term)) {
    units.clear();
    units.extend(core.encode_utf16());
    // Where the word in Latin letters and digits begins that the unit before belongs to.
    let mut word = None;
    for at in 0..units.len().saturating_sub(1) {
        if digit(units[at]).is_none() {
            word = None;
        } else if word.is_none() {
            word = Some(at);
        }
        let [a, b] = [units[at], units[at + 1]];
        let (Some(x), Some(y)) = (digit(a), digit(b)) else {
            add(u32::from(a) << 16 | u32::from(b));
            continue;
        };
        match units.get(at + 2).and_then(|c| digit(*c)) {
            Some(z) => add(TRIPLE << 16 | ((x * 36 + y) * 36 + z)),
            None if word == Some(at) => add(u32::from(a) << 16 | u32::from(b)),
            None => {}
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
