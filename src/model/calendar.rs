//! Spans of civil days.

use jiff::{Span, civil::Date};

/// The days on which a certificate is in force, first and last day included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cycle {
    /// The first day.
    pub from: Date,
    /// The last day, to its end in the register's time zone.
    pub until: Date,
}

/// The same day so many months later; the last day of that month where it has no such day (Civil
/// Code of the PRC, article 202). The end of time where there is no such month.
pub fn add_months(date: Date, months: u32) -> Date {
    date.saturating_add(Span::new().months(months.min(120_000)))
}

/// The day after; the last day of time has none but itself.
pub(crate) fn next_day(date: Date) -> Date {
    date.tomorrow().unwrap_or(date)
}

/// The day before; the first day of time has none but itself.
pub(crate) fn day_before(date: Date) -> Date {
    date.yesterday().unwrap_or(date)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn three_years_from_a_leap_day_end_on_the_last_day_of_february() {
        assert_eq!(add_months(date(2024, 2, 29), 36), date(2027, 2, 28));
        assert_eq!(add_months(date(2024, 8, 31), 1), date(2024, 9, 30));
        assert_eq!(next_day(Date::MAX), Date::MAX);
        assert_eq!(day_before(date(2026, 3, 1)), date(2026, 2, 28));
    }
}
