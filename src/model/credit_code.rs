//! The unified social credit code (GB 32100-2015).

use std::fmt;

use unicode_normalization::UnicodeNormalization;

/// The 31 characters of a code; a character's value is its place.
const ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
/// `3^(i-1) mod 31` for the first 17 characters.
const WEIGHTS: [u32; 17] = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];
/// GB 11714: weights of the first eight characters of the organisation code.
const ORGANISATION_WEIGHTS: [u32; 8] = [3, 7, 9, 10, 5, 8, 4, 2];

/// A unified social credit code: 18 characters of the right alphabet.
///
/// Its check digit may be wrong: genuine codes of the pilot years fail it. Whether a wrong one is
/// accepted is for the caller to say, with [`check_digit`](Self::check_digit) at hand.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CreditCode([u8; 18]);

/// Why a text is not a credit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CreditCodeError {
    /// Not 18 characters.
    #[error("a unified social credit code has 18 characters, this one has {0}")]
    Length(usize),
    /// A character outside the alphabet, and its place from 0.
    #[error("`{0}` cannot stand in a unified social credit code (no I, O, S, V or Z)")]
    Character(char, usize),
}

impl CreditCode {
    /// A text in which letters that no code has stand as what they are mistaken for.
    pub fn without_foreign_letters(text: &str) -> String {
        let read = |c| match c {
            'O' => '0',
            'I' => '1',
            'Z' => '2',
            'S' => '5',
            'V' => 'U',
            c => c,
        };
        text.chars().map(read).collect()
    }

    /// The code as text.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// What the last character ought to be (GB 32100-2015, 4.3).
    ///
    /// The outer `mod 31` matters: where the sum is a multiple of 31, the digit is `0`.
    pub fn check_digit(&self) -> char {
        let sum: u32 = self.0.iter().zip(WEIGHTS).map(|(&c, weight)| value(c) * weight).sum();
        char::from(ALPHABET[((31 - sum % 31) % 31) as usize])
    }

    /// Whether the last character is what it ought to be.
    pub fn is_sound(&self) -> bool {
        char::from(self.0[17]) == self.check_digit()
    }

    /// Whether the organisation code in places 9 to 17 has the right check digit (GB 11714-1997).
    pub fn organisation_is_sound(&self) -> bool {
        let digit = |c: u8| match c {
            b'0'..=b'9' => u32::from(c - b'0'),
            _ => u32::from(c - b'A') + 10,
        };
        let places = self.0[8..16].iter().zip(ORGANISATION_WEIGHTS);
        let sum: u32 = places.map(|(&c, weight)| digit(c) * weight).sum();
        let expected = match 11 - sum % 11 {
            10 => b'X',
            11 => b'0',
            n => b'0' + n.to_le_bytes()[0],
        };
        self.0[16] == expected
    }

    /// The same code with the right check digit.
    #[must_use]
    pub fn corrected(mut self) -> Self {
        let mut digit = [0; 4];
        self.0[17] = self.check_digit().encode_utf8(&mut digit).as_bytes()[0];
        self
    }
}

fn value(character: u8) -> u32 {
    let place = ALPHABET.iter().position(|&c| c == character);
    place.and_then(|p| u32::try_from(p).ok()).unwrap_or_default()
}

impl TryFrom<&str> for CreditCode {
    type Error = CreditCodeError;

    fn try_from(text: &str) -> Result<Self, CreditCodeError> {
        if let Ok(bytes) = <[u8; 18]>::try_from(text.as_bytes())
            && bytes.iter().all(|byte| ALPHABET.contains(byte))
        {
            return Ok(Self(bytes));
        }
        let folded: String = text.nfkc().filter(|c| !c.is_whitespace()).collect();
        let folded = folded.to_uppercase();
        let length = folded.chars().count();
        if length != 18 {
            return Err(CreditCodeError::Length(length));
        }
        let known = |c: &char| u8::try_from(*c).is_ok_and(|c| ALPHABET.contains(&c));
        if let Some((at, c)) = folded.chars().enumerate().find(|(_, c)| !known(c)) {
            return Err(CreditCodeError::Character(c, at));
        }
        let bytes = <[u8; 18]>::try_from(folded.as_bytes());
        bytes.map(Self).map_err(|_| CreditCodeError::Length(folded.len()))
    }
}

impl fmt::Display for CreditCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for CreditCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOUND: [&str; 9] = [
        "91440500MA00ATT133",
        "92310115MA1FAKE27K",
        "91310000MADEMQ012T",
        "911101081000000166",
        "91440500MA9T002290", // the sum is a multiple of 31
        "91330106MA9X0002XH", // the organisation code ends in X
        "52110000MJ0DEMQ115",
        "91110000101623741K",
        "911101066976941872",
    ];

    #[test]
    fn sound_codes_are_sound() {
        for text in SOUND {
            let code = CreditCode::try_from(text).unwrap();
            assert!(code.is_sound(), "{code} wants {}", code.check_digit());
            assert!(code.organisation_is_sound(), "{code}");
        }
    }

    #[test]
    fn every_single_substitution_and_adjacent_swap_is_seen() {
        for text in SOUND {
            for at in 0..18 {
                for &c in ALPHABET {
                    let mut other = CreditCode::try_from(text).unwrap();
                    let was = std::mem::replace(&mut other.0[at], c);
                    assert!(was == c || !other.is_sound(), "{other}");
                }
                let mut other = CreditCode::try_from(text).unwrap();
                other.0.swap(at, (at + 1).min(17));
                assert!(other.as_str() == text || !other.is_sound(), "{other}");
            }
        }
    }

    #[test]
    fn genuine_pilot_codes_fail_the_digit_but_not_the_organisation_code() {
        for (text, digit) in [("91350211M0000XUF46", 'R'), ("91350100M0001TGQXM", '1')] {
            let code = CreditCode::try_from(text).unwrap();
            assert_eq!(code.check_digit(), digit);
            assert!(!code.is_sound() && code.organisation_is_sound());
            assert!(code.corrected().is_sound());
        }
    }

    #[test]
    fn what_is_no_code_is_refused() {
        assert_eq!(CreditCode::try_from("9144"), Err(CreditCodeError::Length(4)));
        let error = CreditCode::try_from("9144050OMA00ATT133");
        assert_eq!(error, Err(CreditCodeError::Character('O', 7)));
        assert!(CreditCode::try_from("９１４４０５００ＭＡ００ＡＴＴ１３３").unwrap().is_sound());
    }
}
