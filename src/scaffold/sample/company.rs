//! Made-up companies, none like another.
//!
//! Company `h` stands at place `h mod W` of a list in which each city has as many places as its
//! weight (W is their sum). So it knows its rank among the companies of its city, a 16-bit number.
//! A bijection of these numbers gives 7 + 7 bits for the brand and 2 for the word of the trade:
//! within a city no two names share all three, and every name says its city. The same number,
//! written with the code's characters, makes the credit code.

use std::iter;

use crate::scaffold::sample::{
    credit_code::{ALPHABET, with_check_digits},
    random::{Random, Stream, mix, shuffle16},
    record::{Languages, Local},
    words::{Place, Trade, Words},
};

/// A company and all that its certificates share.
#[derive(Debug)]
pub(super) struct Company<'w> {
    pub(super) place: &'w Place,
    pub(super) trade: &'w Trade,
    pub(super) credit_code: String,
    pub(super) address: Local,
    pub(super) languages: Languages,
    pub(super) form: Form,
    /// Random, and the same for all its certificates: where they begin in the trade's schemes.
    pub(super) first_scheme: usize,
    brand: Local,
    word: &'w Local,
    place_inside: bool,
}

/// A legal form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Limited,
    Liability,
    Shares,
    Group,
    /// 个体工商户.
    SoleTrader,
}

impl Form {
    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Limited => ("有限公司", "Co., Ltd."),
            Self::Liability => ("有限责任公司", "LLC"),
            Self::Shares => ("股份有限公司", "Inc."),
            Self::Group => ("集团有限公司", "Group Co., Ltd."),
            Self::SoleTrader => ("经营部", "Shop"),
        }
    }

    /// What a company may become.
    pub(super) fn next(self) -> Self {
        match self {
            Self::Shares => Self::Group,
            _ => Self::Shares,
        }
    }
}

impl<'w> Company<'w> {
    /// The company of an index below 1,000,000.
    pub(super) fn new(words: &'w Words, seed: u64, index: u32) -> Self {
        let mut random = Random::new(seed, Stream::Company, index);
        let (place, rank) = place(words, index);
        let code: u64 = place.code.parse().expect("a region is a number");
        let unique = shuffle16(rank, mix(seed) ^ code);
        let trades = &words.trades;
        let trade = &trades[random.weighted(trades.iter().map(|trade| trade.weight))];
        let form = match random.below(100) {
            0..78 => Form::Limited,
            78..85 => Form::Liability,
            85..93 => Form::Shares,
            93..97 => Form::Group,
            _ => Form::SoleTrader,
        };
        let (address, _) = place.address(&mut random);
        Self {
            place,
            trade,
            credit_code: credit_code(place, form, unique, &mut random),
            address,
            languages: if random.chance(900) { Languages::Both } else { Languages::ChineseOnly },
            form,
            first_scheme: random.weighted(trade.schemes.iter().map(|(_, weight)| *weight)),
            brand: words.brand(unique & 127, (unique >> 7) & 127),
            word: &trade.words[usize::from(unique >> 14)],
            place_inside: random.chance(150),
        }
    }

    /// Its name in a legal form.
    pub(super) fn name(&self, form: Form) -> Local {
        let ((city, city_en), (form, form_en)) = (self.place.name(), form.words());
        let (brand, word) = (&self.brand, self.word);
        let zh = if self.place_inside {
            format!("示例{}（{city}）{}{form}", brand.zh, word.zh)
        } else {
            format!("{city}示例{}{}{form}", brand.zh, word.zh)
        };
        Local { zh, en: format!("Example {} {} ({city_en}) {form_en}", brand.en, word.en) }
    }
}

/// A company's city, and its rank among the city's companies.
fn place(words: &Words, index: u32) -> (&Place, u16) {
    let sum: u32 = words.places.iter().map(|place| place.weight).sum();
    // 67 spreads neighbours over the list; it is prime, and the sum no multiple of it.
    let mut at = index % sum * 67 % sum;
    for place in &words.places {
        if at < place.weight {
            let rank = index / sum * place.weight + at;
            return (place, rank.try_into().expect("no city has more than 65,536 companies"));
        }
        at -= place.weight;
    }
    unreachable!("a remainder is below the divisor")
}

/// `MAXX` marks the code as made up: genuine ones count on from MA00.
fn credit_code(place: &Place, form: Form, unique: u16, random: &mut Random) -> String {
    let class = if form == Form::SoleTrader { "92" } else { "91" };
    let mut number = usize::from(unique) * 14 + random.place(14); // below 31^4
    let digits = iter::repeat_with(|| {
        let digit = ALPHABET[number % ALPHABET.len()];
        number /= ALPHABET.len();
        char::from(digit)
    });
    let digits: String = digits.take(4).collect();
    with_check_digits(&format!("{class}{}MAXX{digits}", place.code))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    fn are_distinct(count: u32) {
        let words = Words::read();
        let mut seen = HashSet::new();
        for index in 0..count {
            let company = Company::new(&words, 42, index);
            let name = company.name(company.form);
            assert!(name.zh.contains("示例") && name.en.starts_with("Example "));
            for key in [&name.zh, &name.en, &company.credit_code] {
                assert!(seen.insert(mix_text(key)), "{key} is there twice");
            }
        }
        assert_eq!(seen.len(), 3 * count as usize);
    }

    /// 128 bits of a text, to keep the set of a million small.
    fn mix_text(text: &str) -> [u64; 2] {
        let fold =
            |start: u64| text.bytes().fold(start, |sum, b| mix(sum ^ u64::from(b)).wrapping_add(1));
        [fold(1), fold(2)]
    }

    #[test]
    fn the_largest_city_has_room_in_the_largest_sample() {
        let words = Words::read();
        let sum: u32 = words.places.iter().map(|place| place.weight).sum();
        let largest = words.places.iter().map(|place| place.weight).max().unwrap();
        assert!(crate::scaffold::MOST_CERTIFICATES.div_ceil(sum) * largest <= 1 << 16);
        assert_ne!(sum % 67, 0);
    }

    #[test]
    fn twenty_thousand_names_and_codes_are_distinct() {
        are_distinct(20_000);
    }

    #[test]
    #[ignore = "a million take some seconds"]
    fn a_million_names_and_codes_are_distinct() {
        are_distinct(1_000_000);
    }

    #[test]
    fn a_renamed_company_takes_nobodys_name() {
        let words = Words::read();
        let names = (0..5_000).flat_map(|index| {
            let company = Company::new(&words, 1, index);
            [company.name(company.form).zh, company.name(company.form.next()).zh]
        });
        assert_eq!(names.collect::<HashSet<_>>().len(), 10_000);
    }

    #[test]
    fn companies_read_like_companies() {
        let words = Words::read();
        let names: Vec<_> = (0..3)
            .map(|index| {
                let company = Company::new(&words, 42, index);
                format!("{} {}", company.credit_code, company.name(company.form).zh)
            })
            .collect();
        insta::assert_snapshot!(names.join("\n"), @"
        91440100MAXX72JK5K 示例罗浦（广州）餐饮管理有限公司
        91320100MAXXC3B94D 南京示例梅航物业管理有限公司
        91350500MAXXBKL800 泉州示例彩帆物业管理有限公司
        ");
    }
}
