//! Scores: exact decimals and the ratios made of them.

use std::{cmp::Ordering, fmt, str::FromStr};

/// Digits kept after the point.
const SCALE: u32 = 6;
const ONE: i64 = 10_i64.pow(SCALE);

/// A decimal number with at most six digits before and after the point. Never a float: 94.95
/// stays 94.95.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Decimal(i64);

/// Why a text is not a decimal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DecimalError {
    /// Something else than ASCII digits with at most one point.
    #[error("a number is written with the digits 0 to 9 and at most one point, such as `96.5`")]
    Malformed,
    /// More digits than any score has.
    #[error("a number has at most six digits before and six after the point")]
    TooLong,
}

impl Decimal {
    /// A whole number.
    pub fn whole(number: u32) -> Self {
        Self(i64::from(number) * ONE)
    }

    /// As a ratio.
    pub fn ratio(self) -> Ratio {
        Ratio { numerator: self.0.into(), denominator: ONE.into() }
    }

    /// The digits after the point, without trailing zeros.
    pub fn decimals(self) -> u32 {
        let zeros = (1..=SCALE).rev().find(|z| self.0 % 10_i64.pow(*z) == 0).unwrap_or(0);
        SCALE - zeros
    }

    /// The sum.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl FromStr for Decimal {
    type Err = DecimalError;

    fn from_str(text: &str) -> Result<Self, DecimalError> {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        if !digits(whole) || !digits(fraction) {
            return Err(DecimalError::Malformed);
        }
        if whole.len() > 6 || fraction.len() > 6 {
            return Err(DecimalError::TooLong);
        }
        let number = |part: &str| part.parse::<i64>().map_err(|_| DecimalError::Malformed);
        let places = u32::try_from(fraction.len()).map_err(|_| DecimalError::TooLong)?;
        Ok(Self(number(whole)? * ONE + number(fraction)? * 10_i64.pow(SCALE - places)))
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0 / ONE)?;
        let mut rest = (self.0 % ONE).unsigned_abs();
        if rest == 0 {
            return Ok(());
        }
        let mut fraction = *b".000000";
        for digit in fraction.iter_mut().skip(1).rev() {
            *digit += u8::try_from(rest % 10).unwrap_or_default();
            rest /= 10;
        }
        f.write_str(std::str::from_utf8(&fraction).unwrap_or_default().trim_end_matches('0'))
    }
}

/// An exact fraction, for scores that are shares of points.
#[derive(Clone, Copy, Debug)]
pub struct Ratio {
    numerator: i128,
    denominator: i128,
}

impl Ratio {
    /// `part ÷ of × total`, or nothing where there is nothing to divide by.
    pub fn share(part: Decimal, of: Decimal, total: Decimal) -> Option<Self> {
        let numerator = i128::from(part.0) * i128::from(total.0);
        (of.0 > 0).then(|| Self { numerator, denominator: i128::from(of.0) * i128::from(ONE) })
    }

    /// The ratio more by a decimal.
    #[must_use]
    pub fn plus(self, other: Decimal) -> Self {
        let more = i128::from(other.0) * self.denominator / i128::from(ONE);
        Self { numerator: self.numerator + more, ..self }
    }

    /// The ratio less by a decimal.
    #[must_use]
    pub fn minus(self, other: Decimal) -> Self {
        self.plus(Decimal(-other.0))
    }

    /// Rounded down to so many digits after the point; below zero it is zero.
    pub fn rounded_down(self, decimals: u32) -> Decimal {
        let unit = i128::from(10_i64.pow(SCALE - decimals.min(SCALE)));
        let millionths = self.numerator.max(0) * i128::from(ONE) / self.denominator;
        Decimal(i64::try_from(millionths / unit * unit).unwrap_or(i64::MAX))
    }

    /// Rounded to the nearest with so many digits after the point, halves up.
    pub fn rounded_half_up(self, decimals: u32) -> Decimal {
        let half = Decimal(5 * 10_i64.pow(SCALE - decimals.min(SCALE)) / 10);
        self.plus(half).rounded_down(decimals)
    }

    /// Rounded to the nearest with so many digits after the point, halves to the even digit.
    pub fn rounded_half_even(self, decimals: u32) -> Decimal {
        let unit = 10_i64.pow(SCALE - decimals.min(SCALE));
        let down = self.rounded_down(decimals);
        let rest = self.minus(down);
        let twice = rest.numerator * 2 * i128::from(ONE);
        let up = match twice.cmp(&(i128::from(unit) * rest.denominator)) {
            Ordering::Less => false,
            Ordering::Equal => (down.0 / unit) % 2 == 1,
            Ordering::Greater => true,
        };
        if up { Decimal(down.0 + unit) } else { down }
    }

    /// In thousandths, for drawing; between 0 and 1000.
    pub fn thousandths(self) -> u32 {
        let thousandths = self.numerator * 1000 / self.denominator.max(1);
        u32::try_from(thousandths.clamp(0, 1000)).unwrap_or_default()
    }
}

impl PartialEq<Decimal> for Ratio {
    fn eq(&self, other: &Decimal) -> bool {
        self.partial_cmp(other) == Some(Ordering::Equal)
    }
}

impl PartialOrd<Decimal> for Ratio {
    fn partial_cmp(&self, other: &Decimal) -> Option<Ordering> {
        let left = self.numerator * i128::from(ONE);
        left.partial_cmp(&(i128::from(other.0) * self.denominator))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decimal(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    #[test]
    fn decimals_keep_their_digits() {
        for text in ["0", "96.5", "94.95", "100", "0.000001", "999999.999999"] {
            assert_eq!(decimal(text).to_string(), text);
        }
        assert_eq!(decimal("096.50").to_string(), "96.5");
        assert_eq!("９５".parse::<Decimal>(), Err(DecimalError::Malformed));
        assert_eq!("-1".parse::<Decimal>(), Err(DecimalError::Malformed));
        assert_eq!("1.".parse::<Decimal>(), Err(DecimalError::Malformed));
        assert_eq!("1.0000001".parse::<Decimal>(), Err(DecimalError::TooLong));
    }

    #[test]
    fn shares_are_compared_before_they_are_rounded() {
        let ratio = Ratio::share(decimal("94.95"), decimal("100"), decimal("100")).unwrap();
        assert!(ratio < decimal("95"));
        assert_eq!(ratio.rounded_down(1), decimal("94.9"));
        assert_eq!(ratio.rounded_half_up(1), decimal("95"));
        let third = Ratio::share(decimal("1"), decimal("3"), decimal("100")).unwrap();
        assert_eq!(third.rounded_down(2), decimal("33.33"));
        assert_eq!(third.minus(decimal("1")).plus(decimal("1")).rounded_down(1), decimal("33.3"));
        assert!(Ratio::share(decimal("1"), decimal("0"), decimal("100")).is_none());
    }

    #[test]
    fn halves_go_to_the_even_digit() {
        let even = |text| decimal(text).ratio().rounded_half_even(0).to_string();
        assert_eq!(
            (even("94.5"), even("95.5"), even("94.51")),
            ("94".into(), "96".into(), "95".into())
        );
    }
}
