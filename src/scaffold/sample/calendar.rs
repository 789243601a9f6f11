//! Working days, spans of months, and the day on which each certificate of a sample is issued.

use jiff::{
    Span, ToSpan,
    civil::{Date, Weekday},
};

/// How far back the oldest certificate goes.
const YEARS: i64 = 6;

/// The same day so many months later, clamped to the end of the month.
pub(super) fn add_months(date: Date, months: i64) -> Date {
    date.saturating_add(Span::new().months(months))
}

/// So many days later.
pub(super) fn add_days(date: Date, days: u32) -> Date {
    date.saturating_add(i64::from(days).days())
}

/// So many days earlier.
pub(super) fn days_before(date: Date, days: u32) -> Date {
    date.saturating_sub(i64::from(days).days())
}

/// The last day of a cycle of three years.
pub(super) fn cycle_end(from: Date) -> Date {
    days_before(add_months(from, 36), 1)
}

/// The day itself if people work then, else the Friday before.
pub(super) fn workday(date: Date) -> Date {
    match date.weekday() {
        Weekday::Saturday => days_before(date, 1),
        Weekday::Sunday => days_before(date, 2),
        _ => date,
    }
}

/// Whether certificates are issued that day: no weekend, and none of the fixed holidays.
fn is_open(date: Date) -> bool {
    let closed = match (date.month(), date.day()) {
        (1 | 5, 1) => true,
        (10, day) => day <= 7,
        _ => false,
    };
    !closed && workday(date) == date
}

/// On which day each certificate is issued: the later its index, the later its day, more and more
/// of them towards today.
#[derive(Clone, Debug)]
pub(super) struct Calendar {
    count: u32,
    days: Vec<Date>,
    /// The weight of each day and all before it.
    weights: Vec<u64>,
}

impl Calendar {
    pub(super) fn new(count: u32, today: Date) -> Self {
        let first = today.saturating_sub(YEARS.years());
        let open = first.series(1.day()).skip(1).take_while(|day| *day <= today);
        let mut days: Vec<Date> = open.filter(|day| is_open(*day)).collect();
        if days.is_empty() {
            days.push(today); // The first week of time.
        }
        let weight = |at: u64| 1000 + 3000 * at / days.len() as u64;
        let weights = (0_u64..).map(weight).scan(0, |sum, weight| {
            *sum += weight;
            Some(*sum)
        });
        Self { count, weights: weights.take(days.len()).collect(), days }
    }

    /// The day on which a certificate is issued.
    pub(super) fn issued(&self, index: u32) -> Date {
        let total = self.weights.last().copied().unwrap_or_default();
        let share = (2 * u64::from(index) + 1) * total / (2 * u64::from(self.count.max(1)));
        let at = self.weights.partition_point(|weight| *weight <= share);
        self.days[at.min(self.days.len() - 1)]
    }

    /// Each year with the index of its first certificate and of the one after its last.
    pub(super) fn years(&self) -> Vec<(i16, u32, u32)> {
        let mut years = Vec::new();
        let mut from = 0;
        while from < self.count {
            let year = self.issued(from).year();
            let (mut until, mut beyond) = (from + 1, self.count);
            while until < beyond {
                let middle = until.midpoint(beyond);
                if self.issued(middle).year() == year {
                    until = middle + 1;
                } else {
                    beyond = middle;
                }
            }
            years.push((year, from, until));
            from = until;
        }
        years
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn days_of_issue_grow_and_thicken_towards_today() {
        let today = date(2026, 11, 23);
        let calendar = Calendar::new(10_000, today);
        let days: Vec<_> = (0..10_000).map(|at| calendar.issued(at)).collect();
        assert!(days.is_sorted());
        assert!(days[0] > date(2020, 11, 23) && days[9_999] == today);
        assert!(days.iter().all(|day| is_open(*day)));
        let old = days.iter().filter(|day| day.year() == 2021).count();
        let new = days.iter().filter(|day| day.year() == 2025).count();
        assert!(new > 2 * old, "{old} {new}");
        let years = calendar.years();
        assert_eq!(years.len(), 7);
        for (year, from, until) in years {
            assert!(days[from as usize].year() == year && days[until as usize - 1].year() == year);
        }
        assert_eq!(Calendar::new(0, today).years(), []);
        assert_eq!(Calendar::new(1, Date::MIN).issued(0), Date::MIN);
    }

    #[test]
    fn cycles_end_the_day_before_with_months_clamped() {
        assert_eq!(cycle_end(date(2026, 3, 18)), date(2029, 3, 17));
        assert_eq!(cycle_end(date(2024, 2, 29)), date(2027, 2, 27));
        assert_eq!(workday(date(2026, 11, 22)), date(2026, 11, 20));
    }
}
