//! The words that made-up companies are made of: places, brands and trades, from the three tables
//! beside this file.

use serde::Deserialize;

use crate::scaffold::sample::{random::Random, record::Local};

/// All tables.
#[derive(Debug)]
pub(super) struct Words {
    pub(super) places: Vec<Place>,
    pub(super) trades: Vec<Trade>,
    first: Vec<Local>,
    second: Vec<Local>,
}

/// A city.
#[derive(Debug, Deserialize)]
pub(super) struct Place {
    /// GB/T 2260.
    pub(super) code: String,
    /// How many companies stand there, in proportion.
    pub(super) weight: u32,
    /// Its province, empty for a municipality, and its name without 市.
    zh: (String, String),
    /// Its name and its province's.
    en: String,
    /// Districts, in Chinese and English with a space between.
    districts: Vec<String>,
}

/// What a company does.
#[derive(Debug, Deserialize)]
pub(super) struct Trade {
    pub(super) weight: u32,
    /// The right code, and one that a clerk may have typed.
    pub(super) industries: (String, String),
    /// Schemes that fit, by code, with their weights.
    pub(super) schemes: Vec<(String, u32)>,
    /// Four words of the name.
    pub(super) words: [Local; 4],
    pub(super) scopes: Vec<Local>,
    /// What its outlets are called.
    pub(super) outlets: Local,
}

const STREETS: [(&str, &str); 8] = [
    ("示例路", "Example Road"),
    ("样例街", "Sample Street"),
    ("演示中路", "Demo Middle Road"),
    ("示范东路", "Shifan East Road"),
    ("示例大道", "Example Avenue"),
    ("样本巷", "Specimen Lane"),
    ("演示西路", "Demo West Road"),
    ("示范大街", "Shifan Street"),
];

impl Words {
    /// Reads the tables.
    pub(super) fn read() -> Self {
        #[derive(Deserialize)]
        struct Places {
            place: Vec<Place>,
        }
        #[derive(Deserialize)]
        struct Trades {
            trade: Vec<Trade>,
        }
        #[derive(Deserialize)]
        struct Brands {
            first: String,
            second: String,
        }
        let places: Places = toml::from_str(include_str!("places.toml")).expect("tested");
        let trades: Trades = toml::from_str(include_str!("trades.toml")).expect("tested");
        let brands: Brands = toml::from_str(include_str!("brands.toml")).expect("tested");
        Self {
            places: places.place,
            trades: trades.trade,
            first: syllables(&brands.first),
            second: syllables(&brands.second),
        }
    }

    /// A brand of two syllables, by two numbers below 128.
    pub(super) fn brand(&self, first: u16, second: u16) -> Local {
        let (a, b) = (&self.first[usize::from(first)], &self.second[usize::from(second)]);
        Local { zh: format!("{}{}", a.zh, b.zh), en: format!("{}{}", a.en, b.en) }
    }

    /// A place, each as likely as its weight.
    pub(super) fn place(&self, random: &mut Random) -> &Place {
        &self.places[random.weighted(self.places.iter().map(|place| place.weight))]
    }
}

/// Characters with their sounds: `澄Cheng`.
fn syllables(table: &str) -> Vec<Local> {
    let split = |word: &str| {
        let sound = word.find(|c: char| c.is_ascii()).expect("each has its sound");
        let (zh, en) = word.split_at(sound);
        Local::from((zh, en))
    };
    table.split_whitespace().map(split).collect()
}

impl Place {
    /// Its name without 市, and in English without the province.
    pub(super) fn name(&self) -> (&str, &str) {
        (&self.zh.1, self.en.split_once(',').map_or(&*self.en, |(city, _)| city))
    }

    /// A street and number in one of its districts, and the district's name.
    pub(super) fn address(&self, random: &mut Random) -> (Local, Local) {
        let (district, district_en) =
            random.pick(&self.districts).split_once(' ').expect("both languages are there");
        let (street, street_en) = *random.pick(&STREETS);
        let most = if random.chance(100) { 2000 } else { 300 };
        let number = random.between(1, most);
        let (province, city) = &self.zh;
        let zh = format!("{province}{city}市{district}{street}{number}号");
        let en = format!("{number} {street_en}, {district_en}, {}, China", self.en);
        (Local { zh, en }, Local::from((district, district_en)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn no_two_brands_or_words_are_alike() {
        let words = Words::read();
        for list in [&words.first, &words.second] {
            let sounds: HashSet<_> =
                list.iter().map(|syllable| syllable.en.to_lowercase()).collect();
            assert_eq!((list.len(), sounds.len()), (128, 128));
            let characters: HashSet<_> = list.iter().map(|syllable| &syllable.zh).collect();
            assert_eq!(characters.len(), 128);
        }
        // With a vowel in second place, 林甘 and 凌安 would both be Lingan.
        assert!(!words.second.iter().any(|syllable| syllable.en.starts_with(['a', 'e', 'o'])));
        let all = words.trades.iter().flat_map(|trade| &trade.words);
        let (zh, en): (HashSet<_>, HashSet<_>) = all.map(|word| (&word.zh, &word.en)).unzip();
        assert_eq!((zh.len(), en.len()), (4 * words.trades.len(), 4 * words.trades.len()));
    }

    #[test]
    fn every_code_has_a_name_in_the_starter() {
        let words = Words::read();
        let names = |table: &str| table.parse::<toml::Table>().unwrap()["names"].clone();
        let regions = names(include_str!("../starter/common/content/regions.toml"));
        let industries = names(include_str!("../starter/common/content/industries.toml"));
        for place in &words.places {
            assert_eq!(regions[&place.code]["zh"].as_str(), Some(&*format!("{}市", place.zh.1)));
            assert_eq!(regions[&place.code]["en"].as_str(), Some(place.name().1));
        }
        for trade in &words.trades {
            assert!(industries.get(&trade.industries.0).is_some(), "{}", trade.industries.0);
            assert!(industries.get(&trade.industries.1).is_some(), "{}", trade.industries.1);
            assert!(trade.scopes.len() > 1 && trade.schemes[0].0 != "CS");
        }
    }
}
