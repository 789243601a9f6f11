//! The plan of a sample, and its writing.

use std::path::Path;

use jiff::civil::Date;
use rayon::prelude::*;

use crate::scaffold::{
    Sample, ScaffoldError,
    sample::{
        calendar::Calendar,
        company::Company,
        grant::Occasion,
        history::Life,
        random::{Permutation, Random, Stream},
        record::Record,
        scheme::Scheme,
        text::Text,
        words::Words,
    },
    write::{create_folder, create_new},
};

/// A year with more certificates than this has a folder for each thousand.
const MOST_IN_A_FOLDER: u32 = 5_000;
/// How many certificates a thread writes in one go.
const BATCH: u32 = 256;

/// All that certificates are worked out from.
struct Plan {
    sample: Sample,
    today: Date,
    words: Words,
    schemes: Vec<Scheme>,
    calendar: Calendar,
    holders: Permutation,
    years: Vec<Year>,
}

/// The certificates of a year: from an index to before another.
struct Year {
    name: i16,
    from: u32,
    until: u32,
    width: usize,
}

/// Whose certificate it is.
#[derive(Debug, PartialEq, Eq)]
struct Share {
    company: u32,
    ordinal: u32,
    of: u32,
}

/// Writes the certificates of a sample below a register's folder.
pub(in crate::scaffold) fn write(
    dir: &Path,
    sample: Sample,
    today: Date,
    progress: &(dyn Fn(u64) + Sync),
) -> Result<(), ScaffoldError> {
    let plan = Plan::new(sample, today);
    let certificates = dir.join("content/certificates");
    create_folder(&certificates)?;
    for folder in plan.years.iter().flat_map(Year::folders) {
        create_folder(&certificates.join(folder))?;
    }
    let batches = sample.count.div_ceil(BATCH);
    (0..batches).into_par_iter().try_for_each_init(String::new, |text, batch| {
        let first = batch * BATCH;
        let indices = first..sample.count.min(first + BATCH);
        let count = indices.len() as u64;
        for index in indices {
            let path = certificates.join(plan.certificate(index, text));
            create_new(&path, text.as_bytes())
                .map_err(|source| ScaffoldError::Write { path, source })?;
        }
        progress(count);
        Ok(())
    })
}

impl Plan {
    fn new(sample: Sample, today: Date) -> Self {
        let calendar = Calendar::new(sample.count, today);
        let year = |(year, from, until): (i16, u32, u32)| {
            let digits = (until - from).checked_ilog10().unwrap_or_default() as usize + 1;
            Year { name: year, from, until, width: digits.max(5) }
        };
        Self {
            sample,
            today,
            words: Words::read(),
            schemes: Scheme::read_all(),
            years: calendar.years().into_iter().map(year).collect(),
            calendar,
            holders: Permutation::new(sample.seed, sample.count),
        }
    }

    /// Writes a certificate's record to `text`, and returns its path below `content/certificates/`.
    fn certificate(&self, index: u32, text: &mut String) -> String {
        let year = &self.years[self.years.partition_point(|year| year.until <= index)];
        let share = share(self.holders.of(index));
        let company = Company::new(&self.words, self.sample.seed, share.company);
        let record = self.record(index, year, &share, &company);
        Text::write(text, &record);
        format!("{}/{}.md", year.folder(index - year.from + 1), record.number)
    }

    fn record<'p>(
        &'p self,
        index: u32,
        year: &Year,
        share: &Share,
        company: &Company<'p>,
    ) -> Record<'p> {
        let occasion = Occasion {
            words: &self.words,
            schemes: &self.schemes,
            today: self.today,
            issued: self.calendar.issued(index),
            ordinal: share.ordinal as usize,
            up: if year.is_split() { "../../../" } else { "../../" },
        };
        let mut random = Random::new(self.sample.seed, Stream::Grant, index);
        let serial = format!("{:0width$}", index - year.from + 1, width = year.width);
        let mut record = occasion.grant(&mut random, company, &serial);
        let outlets = record.sites.iter().skip(1).map(|site| site.name.zh.clone());
        let life = Life {
            random: Random::new(self.sample.seed, Stream::History, index),
            today: self.today,
            words: &self.words,
            company,
            level: record.level,
            form: company.form,
            shared_name: share.of > 1,
            open_sites: outlets.collect(),
            site_numbers: u32::try_from(record.sites.len()).expect("at most forty"),
            last: record.issued,
            record: &mut record,
        };
        life.live();
        record
    }
}

impl Year {
    fn is_split(&self) -> bool {
        self.until - self.from > MOST_IN_A_FOLDER
    }

    /// The folder of a serial number.
    fn folder(&self, serial: u32) -> String {
        if self.is_split() {
            format!("{}/{:03}", self.name, serial / 1000)
        } else {
            self.name.to_string()
        }
    }

    fn folders(&self) -> Vec<String> {
        let last = self.until - self.from;
        (0..=last / 1000).map(|thousand| self.folder(thousand * 1000)).collect()
    }
}

/// Whose certificate a place is: of 100 companies 92 have one, six have two and two have three.
fn share(place: u32) -> Share {
    let (hundred, at) = (place / 110 * 100, place % 110);
    let (company, ordinal, of) = match at {
        0..92 => (at, 0, 1),
        92..104 => (92 + (at - 92) / 2, at % 2, 2),
        _ => (98 + (at - 104) / 3, (at - 104) % 3, 3),
    };
    Share { company: hundred + company, ordinal, of }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use sha2::{Digest, Sha256};
    use std::collections::{BTreeMap, HashSet};

    fn plan(count: u32, seed: u64) -> Plan {
        Plan::new(Sample { count, seed }, date(2026, 11, 23))
    }

    fn records(plan: &Plan) -> impl Iterator<Item = (String, String)> + '_ {
        (0..plan.sample.count).map(|index| {
            let mut text = String::from("left over");
            let path = plan.certificate(index, &mut text);
            (path, text)
        })
    }

    #[test]
    fn a_seed_means_the_same_bytes_for_ever() {
        let digest = |seed| {
            let mut digest = Sha256::new();
            for (path, text) in records(&plan(500, seed)) {
                digest.update(path);
                digest.update(text);
            }
            let digest = digest.finalize();
            let hex = |text: String, byte: &u8| format!("{text}{byte:02x}");
            digest.iter().fold(String::new(), hex)
        };
        assert_eq!(digest(1), digest(1));
        assert_ne!(digest(1), digest(2));
        // If this changes, `--seed` means another register than it did: say so in the changelog.
        let known = "96df9e5d11f399340e2688e0624eea8af6f4da8f15f63e53ee14942f48f3ccf2";
        assert_eq!(digest(1), known);
    }

    #[test]
    fn every_record_is_toml_and_says_its_number() {
        let plan = plan(1500, 3);
        let mut numbers = HashSet::new();
        let mut kinds = BTreeMap::new();
        for (path, text) in records(&plan) {
            let mut parts = text.split("+++\n");
            assert_eq!(parts.next(), Some(""));
            let toml: toml::Table =
                parts.next().unwrap().parse().unwrap_or_else(|e| panic!("{path}: {e}"));
            let number = toml["number"].as_str().unwrap().to_owned();
            assert!(path.ends_with(&format!("/{number}.md")), "{path}");
            assert!(numbers.insert(number));
            for event in
                toml.get("events").and_then(|events| events.as_array()).into_iter().flatten()
            {
                *kinds.entry(event["kind"].as_str().unwrap().to_owned()).or_insert(0) += 1;
            }
        }
        assert_eq!(kinds.len(), 13, "{kinds:?}");
    }

    #[test]
    fn large_years_are_split_by_thousand() {
        let plan = plan(40_000, 3);
        let mut text = String::new();
        let path = plan.certificate(39_999, &mut text);
        let (folder, number) = path.rsplit_once('/').unwrap();
        let serial = number.split(['-', '.']).nth(3).unwrap();
        assert_eq!(folder, format!("2026/0{}", serial.get(..2).unwrap()));
        assert_eq!(plan.years[6].folders().last().unwrap(), folder);
        assert_eq!(Plan::new(Sample { count: 1_000_000, seed: 0 }, plan.today).years[6].width, 6);
    }

    #[test]
    fn eight_of_a_hundred_companies_have_more_than_one_certificate() {
        let shares: Vec<_> = (0..220).map(share).collect();
        let companies: HashSet<_> = shares.iter().map(|share| share.company).collect();
        assert_eq!(companies, (0..200).collect::<HashSet<u32>>());
        for company in 0..200 {
            let of: Vec<_> = shares.iter().filter(|share| share.company == company).collect();
            assert!(of.iter().all(|share| share.of as usize == of.len()));
            assert!(of.iter().zip(0..).all(|(share, ordinal)| share.ordinal == ordinal));
        }
        assert_eq!(shares.iter().filter(|share| share.of > 1 && share.ordinal == 0).count(), 16);
    }
}
