//! Unified social credit codes for made-up companies (GB 32100-2015, GB 11714-1997).
//!
//! A writer's few lines, apart from the model's reader: the two check each other.

/// The 31 characters of a code; a character's value is its place.
pub(super) const ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";

/// The code of 16 characters (register, class, region, organisation) with its two check digits.
pub(super) fn with_check_digits(sixteen: &str) -> String {
    let organisation = sixteen.get(8..).unwrap_or_default();
    let with_one = format!("{sixteen}{}", organisation_digit(organisation));
    let digit = check_digit(&with_one);
    format!("{with_one}{digit}")
}

/// GB 11714: weights 3 7 9 10 5 8 4 2, modulo 11; 10 is written X.
fn organisation_digit(eight: &str) -> char {
    let value = |c: char| c.to_digit(36).unwrap_or_default();
    let sum: u32 = eight.chars().zip([3, 7, 9, 10, 5, 8, 4, 2]).map(|(c, w)| value(c) * w).sum();
    match (11 - sum % 11) % 11 {
        10 => 'X',
        digit => char::from_digit(digit, 10).expect("below ten"),
    }
}

/// GB 32100: weights 3^(i-1) modulo 31, modulo 31 once more at the end.
fn check_digit(seventeen: &str) -> char {
    let value = |c: u8| ALPHABET.iter().position(|a| *a == c).unwrap_or_default();
    let weights = std::iter::successors(Some(1), |weight| Some(weight * 3 % 31));
    let sum: usize = seventeen.bytes().zip(weights).map(|(c, weight)| value(c) * weight).sum();
    char::from(ALPHABET[(31 - sum % 31) % 31])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_digits_are_those_of_known_codes() {
        for code in [
            "91440500MA00ATT133",
            "92310115MA1FAKE27K",
            "91310000MADEMQ012T",
            "911101081000000166",
            "91440500MA9T002290", // the sum is a multiple of 31
            "91330106MA9X0002XH", // the organisation code ends in X
            "52110000MJ0DEMQ115",
            "91110000101623741K",
            "911101066976941872",
        ] {
            assert_eq!(with_check_digits(code.get(..16).unwrap()), code);
        }
        let wrong = "91440500MA00ATT134";
        assert_ne!(with_check_digits(wrong.get(..16).unwrap()), wrong);
    }
}
