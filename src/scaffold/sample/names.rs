//! The companies of a sample without their records, for what is measured on names alone.

use crate::scaffold::sample::{company::Company, words::Words};

/// The made-up companies of a sample, by index.
#[derive(Debug)]
pub struct Companies {
    words: Words,
    seed: u64,
}

/// A made-up company.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompanyName {
    /// Its name in Chinese and in English.
    pub names: [String; 2],
    /// What it was called before it changed its legal form, in both, should it have.
    pub former: [String; 2],
    /// Its credit code.
    pub credit_code: String,
    /// The code of its city.
    pub region: String,
    /// The code of its industry.
    pub industry: String,
}

impl Companies {
    /// The companies of a seed.
    pub fn new(seed: u64) -> Self {
        Self { words: Words::read(), seed }
    }

    /// The company of an index below 1,000,000.
    pub fn company(&self, index: u32) -> CompanyName {
        let company = Company::new(&self.words, self.seed, index);
        let [name, former] = [company.form, company.form.next()].map(|form| company.name(form));
        CompanyName {
            names: [name.zh, name.en],
            former: [former.zh, former.en],
            region: company.place.code.clone(),
            industry: company.trade.industries.0.clone(),
            credit_code: company.credit_code,
        }
    }
}
