//! Made-up rows of a search index: the names of a sample's companies.

use std::{borrow::Cow, collections::HashMap};

use attestar::{
    scaffold::Companies,
    search::{Row, Slot},
};
use jiff::{ToSpan, civil::Date};
use rayon::prelude::*;
use serde::Deserialize;

/// A row, owned.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Made {
    pub(crate) number: String,
    pub(crate) zh: String,
    pub(crate) en: String,
    pub(crate) former: Vec<String>,
    pub(crate) id: String,
    #[serde(rename = "formerIds")]
    pub(crate) former_ids: Vec<String>,
    pub(crate) scheme: String,
    pub(crate) level: String,
    pub(crate) region: String,
    pub(crate) industry: String,
    #[serde(deserialize_with = "day")]
    pub(crate) from: Date,
    #[serde(deserialize_with = "day")]
    pub(crate) until: Date,
    pub(crate) newer: Option<u32>,
    pub(crate) gone: bool,
}

fn day<'d, D: serde::Deserializer<'d>>(deserializer: D) -> Result<Date, D::Error> {
    String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
}

const LEVELS: [(&str, &str); 4] = [
    ("gbt-27922-2011", "star-5"),
    ("gbt-27922-2011", "star-4"),
    ("gbt-27922-2011", "star-3"),
    ("rbt-309-2017", "aaaa"),
];

/// So many rows: of 33 one was renamed before its last version, and one superseded.
pub(crate) fn made(count: u32) -> Vec<Made> {
    let companies = Companies::new(1);
    let first = Date::constant(2017, 1, 1);
    let row = |serial: u32| {
        let company = companies.company(serial.wrapping_mul(7) % 1_000_000);
        let [zh, en] = company.names;
        let days = i64::from(serial) * 3600 / i64::from(count);
        let from = first.saturating_add(days.days());
        let (scheme, level) = LEVELS[(serial % 4) as usize];
        Made {
            number: format!("AST-SC-{}-{serial:06}", from.year()),
            zh,
            en,
            former: if serial.is_multiple_of(33) { company.former.into() } else { Vec::new() },
            id: company.credit_code,
            scheme: scheme.to_owned(),
            level: level.to_owned(),
            region: company.region,
            industry: company.industry,
            from,
            until: from.saturating_add(3.years()),
            newer: (serial % 33 == 1 && serial + 900 < count).then_some(serial + 900),
            ..Made::default()
        }
    };
    (0..count).into_par_iter().map(row).collect()
}

impl Made {
    pub(crate) fn row(&self) -> Row<'_> {
        Row {
            number: &self.number,
            key: &self.number,
            names: [&self.zh, &self.en],
            former: self.former.iter().map(String::as_str).collect(),
            id: Cow::Borrowed(&self.id),
            former_ids: self.former_ids.iter().map(|id| Cow::Borrowed(&**id)).collect(),
            scheme: &self.scheme,
            level: &self.level,
            region: &self.region,
            industry: &self.industry,
            from: self.from,
            until: self.until,
        }
    }
}

/// What a serial stands for. `last` has the last serial in the main part of what is newest in the
/// tail.
pub(crate) fn slot<'m>(made: &'m [Made], last: &HashMap<u32, u32>, serial: u32) -> Slot<'m> {
    let row = &made[serial as usize];
    match row.newer {
        _ if row.gone => Slot::Gone,
        None => Slot::Newest(row.row()),
        Some(by) => {
            let is_kept = last.get(&by) == Some(&serial);
            Slot::Superseded { by, was: is_kept.then(|| row.row()) }
        }
    }
}
