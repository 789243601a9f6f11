//! Reads what serials stand for: writes their rows, and gathers what they are found by.

use std::ops::Range;

use rayon::prelude::*;

use crate::output::OutputError;
use crate::search::{
    files::Files,
    fold::{capitals, core, joined},
    lists::Runs,
    rows::{Row, Slot},
    terms::{Fact, Term, fnv, short_words, terms},
    write::Index,
};

/// Serials that are looked at in one go: a multiple of every block.
const STRETCH: u32 = 1 << 14;

/// What is found in a stretch of the register.
#[derive(Default)]
struct Stretch {
    pairs: Vec<(Term, u32)>,
    keys: Vec<Key>,
}

/// A key, and a serial that it leads to.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    pub(super) hash: u32,
    /// Another hash.
    pub(super) print: u32,
    pub(super) serial: u32,
}

impl Stretch {
    fn read(
        &mut self,
        index: &Index<'_>,
        serials: Range<u32>,
        log2: u32,
        files: &Files<'_>,
    ) -> Result<(), OutputError> {
        let mut block = Vec::new();
        for from in serials.clone().step_by(1 << log2) {
            block.clear();
            block.extend_from_slice(b"[\n");
            for serial in from..serials.end.min(from + (1 << log2)) {
                let slot = (index.slot)(serial);
                match &slot {
                    Slot::Newest(row) | Slot::Superseded { was: Some(row), .. } => {
                        self.add(serial, row);
                    }
                    Slot::Superseded { was: None, .. } | Slot::Gone => {}
                }
                if serial > from {
                    block.extend_from_slice(b",\n");
                }
                slot.push(&mut block);
            }
            block.extend_from_slice(b"\n]\n");
            files.write(&format!("s/r{log2}/{}.json", from >> log2), &block)?;
        }
        Ok(())
    }

    fn add(&mut self, serial: u32, row: &Row<'_>) {
        let Self { pairs, keys } = self;
        let mut key = |key: &str| {
            if !key.is_empty() {
                let (hash, print) = (fnv(key.bytes()), fnv(key.bytes().chain([0])));
                keys.push(Key { hash, print, serial });
            }
        };
        for name in row.names() {
            let capitals = capitals(name);
            short_words(&capitals, |term| pairs.push((term, serial)));
            let folded = joined(&capitals);
            terms(core(&folded), |term| pairs.push((term, serial)));
            key(&folded);
        }
        pairs.extend(facts(row).map(|fact| (fact, serial)));
        key(row.key);
        key(&row.id);
        row.former_ids.iter().for_each(|id| key(id));
    }
}

/// The facts of a row that searches are narrowed by.
fn facts(row: &Row<'_>) -> impl Iterator<Item = Term> {
    let digits = |count| row.region.get(..count).and_then(|code| code.parse().ok());
    let level = Fact::Level.word(&format!("{}/{}", row.scheme, row.level));
    let year = u32::try_from(row.from.year()).unwrap_or_default();
    let industry = |count| row.industry.get(..count).unwrap_or(row.industry);
    let industries = [1, 3].map(|count| Fact::Industry.word(industry(count)));
    let industries = industries.into_iter().filter(|_| !row.industry.is_empty());
    let known = [Fact::Scheme.word(row.scheme), level, Fact::Year.number(year)];
    let regions =
        [digits(2).map(|p| Fact::Province.number(p)), digits(4).map(|c| Fact::City.number(c))];
    known.into_iter().chain(regions.into_iter().flatten()).chain(industries)
}

/// Reads the serials of a part, and writes their rows.
pub(super) fn read(
    index: &Index<'_>,
    serials: Range<u32>,
    row_log2: u32,
    files: &Files<'_>,
) -> Result<(Vec<Runs>, Vec<Key>), OutputError> {
    let starts: Vec<u32> = serials.clone().step_by(STRETCH as usize).collect();
    let read = |from: &u32| {
        let mut stretch = Stretch::default();
        let until = serials.end.min(from.saturating_add(STRETCH));
        stretch.read(index, *from..until, row_log2, files)?;
        Ok((Runs::new(stretch.pairs), stretch.keys))
    };
    let read: Vec<_> = starts.par_iter().map(read).collect::<Result<_, OutputError>>()?;
    let mut keys = Vec::with_capacity(read.iter().map(|(_, keys)| keys.len()).sum());
    let take = |(runs, of): (Runs, Vec<Key>)| {
        keys.extend(of);
        runs
    };
    Ok((read.into_iter().map(take).collect(), keys))
}
