//! Days in the words of pages.

use jiff::civil::Date;

const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// Whether words name a day: its year and day as numbers, its month as a number or in English. In
/// other languages the month is not looked at; the element's `datetime` is.
pub(super) fn says_day(text: &str, day: Date) -> bool {
    let numbers = text.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty());
    let numbers: Vec<i64> = numbers.filter_map(|part| part.parse().ok()).collect();
    let (year, month, date) = (i64::from(day.year()), i64::from(day.month()), i64::from(day.day()));
    let named = MONTHS.iter().position(|name| {
        let words = text.to_ascii_lowercase();
        words.split(|c: char| !c.is_ascii_alphabetic()).any(|word| word.starts_with(name))
    });
    match (numbers.as_slice(), named) {
        ([a, b, c], _) => {
            let mut found = [*a, *b, *c];
            let mut expected = [year, month, date];
            found.sort_unstable();
            expected.sort_unstable();
            found == expected && (*a == year || *c == year)
        }
        ([a, b], Some(name)) => {
            ([*a, *b] == [date, year] || [*a, *b] == [year, date])
                && i64::try_from(name).is_ok_and(|name| name + 1 == month)
        }
        ([a, b], None) => [*a, *b] == [date, year] || [*a, *b] == [year, date],
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_day_is_read_in_the_words_of_pages() {
        let day = date(2029, 3, 17);
        for text in ["2029年3月17日", "17 March 2029", "2029-03-17", "March 17, 2029"] {
            assert!(says_day(text, day), "{text}");
        }
        for text in ["2029年3月18日", "17 May 2029", "17 March 2030", "2029", "", "2029年17月3日 9"]
        {
            assert!(!says_day(text, day), "{text}");
        }
    }
}
