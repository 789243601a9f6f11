//! Makes the files of the index.

use std::{collections::BTreeMap, ops::Range, sync::Mutex};

use rayon::prelude::*;
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::model::Language;
use crate::output::{OutputError, Sink};
use crate::search::{
    fold::{core, fold},
    lists::{Key, List, Runs, key_shard, term_shard},
    rows::{Row, Slot},
    terms::{Fact, Term, fnv, term_hash, terms},
};

/// How large things are. The figures behind the defaults are in docs/performance.md.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// The main part ends at a multiple of so many serials.
    pub step: u32,
    /// A list of more bytes is cut into segments of its own.
    pub heavy: usize,
    /// At most so many bytes are in a segment.
    pub segment: usize,
    /// On average, so many bytes are in a shard of the main part.
    pub shard: usize,
    /// The tail has this power of two of shards.
    pub tail_bits: u32,
    /// A block of the main part has this power of two of rows.
    pub row_log2: u32,
    /// A block of the tail.
    pub tail_row_log2: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            step: 4096,
            heavy: 4096,
            segment: 16_384,
            shard: 4096,
            tail_bits: 3,
            row_log2: 5,
            tail_row_log2: 6,
        }
    }
}

/// What an index is made of.
pub struct Index<'i> {
    /// How many serials there are.
    pub count: u32,
    /// What each stands for.
    pub slot: &'i (dyn Fn(u32) -> Slot<'i> + Sync),
    /// The schemes' ids, sorted.
    pub schemes: &'i [&'i str],
    /// The levels, each after its scheme and a slash.
    pub levels: &'i [String],
    /// What the codes in rows are called: a JSON object for each language.
    pub names: Vec<(Language, Vec<u8>)>,
    /// The newest edition: its name, and its place among all, from 1. Nothing in a working copy.
    pub edition: Option<(&'i str, u32)>,
}

/// Where the main part of so many serials ends.
pub fn main_of(count: u32, settings: &Settings) -> u32 {
    count - count % settings.step
}

/// Serials that are looked at in one go: a multiple of every block.
const STRETCH: u32 = 1 << 15;
/// About how many bytes a key takes.
const KEY_SIZE: usize = 6;
/// What a term takes in a shard beside its list.
const TERM_SIZE: usize = 6;

/// Makes the files of the index and hands them on, the manifest last.
pub fn write(index: &Index<'_>, settings: &Settings, sink: &dyn Sink) -> Result<(), OutputError> {
    let main = main_of(index.count, settings);
    let writer = Writer { index, settings, main };
    let (mut heavy, mut bits, mut key_bits) = (BTreeMap::new(), 0, 0);
    let [shards, rows, tail, names] = [(); 4].map(|()| Files::new(sink));
    for (language, bytes) in &index.names {
        names.write(&format!("s/names-{language}.json"), bytes)?;
    }
    if main > 0 {
        let (stretches, keys) = writer.read(0..main, &rows)?;
        let lists = List::gather(&stretches);
        let is_heavy = |list: &List<'_>| list.size() > settings.heavy && list.name().is_some();
        heavy = writer.segments(lists.iter().filter(|list| is_heavy(list)).collect(), &shards)?;
        let light = lists.iter().filter(|list| !is_heavy(list)).map(List::size).sum::<usize>();
        bits = writer.bits(light + TERM_SIZE * lists.len());
        key_bits = writer.bits(KEY_SIZE * keys.len());
        let path = |shard| format!("s/g{bits}/{shard:03x}.bin");
        term_shards(&lists, is_heavy, bits, path, &shards)?;
        key_shards(keys, key_bits, |shard| format!("s/k{key_bits}/{shard:03x}.bin"), &shards)?;
    }
    if main < index.count {
        let (stretches, keys) = writer.read(main..index.count, &tail)?;
        let lists = List::gather(&stretches);
        let bits = settings.tail_bits;
        term_shards(&lists, |_| false, bits, |shard| format!("s/t{main}/{shard:x}.bin"), &tail)?;
        key_shards(keys, bits, |shard| format!("s/t{main}/k{shard:x}.bin"), &tail)?;
    }
    let manifest = Manifest {
        v: 1,
        n: index.count,
        main,
        bits,
        key_bits,
        tail_bits: settings.tail_bits,
        row_log2: settings.row_log2,
        tail_row_log2: settings.tail_row_log2,
        latin: 3,
        gens: Gens {
            main: shards.digest(),
            rows: rows.digest(),
            tail: tail.digest(),
            names: names.digest(),
        },
        heavy,
        schemes: index.schemes,
        levels: index.levels,
        edition: index.edition.map(|(name, ordinal)| Edition { name, ordinal }),
        sealed: index.edition.is_some(),
    };
    let manifest = serde_json::to_vec(&manifest).expect("texts and numbers can be written");
    sink.write("s/manifest.json", &manifest)
}

struct Writer<'w, 'i> {
    index: &'w Index<'i>,
    settings: &'w Settings,
    main: u32,
}

/// What is found in a stretch of the register.
#[derive(Default)]
struct Stretch {
    pairs: Vec<(Term, u32)>,
    keys: Vec<Key>,
    units: Vec<u16>,
}

impl Stretch {
    fn add(&mut self, serial: u32, row: &Row<'_>) {
        let names: Vec<String> = row.names().map(fold).collect();
        let Self { pairs, keys, units } = self;
        for name in &names {
            terms(core(name), units, |term| pairs.push((term, serial)));
        }
        pairs.extend(facts(row).map(|fact| (fact, serial)));
        let ids = std::iter::once(&row.id).chain(&row.former_ids).map(|id| &**id);
        let named = names.iter().map(String::as_str);
        for key in [row.key].into_iter().chain(ids).chain(named).filter(|key| !key.is_empty()) {
            let shard = fnv(key.bytes());
            keys.push(Key { shard, print: fnv(key.bytes().chain([0])), serial });
        }
    }
}

/// The facts of a row that searches are narrowed by.
fn facts(row: &Row<'_>) -> impl Iterator<Item = Term> {
    let digits = |count| row.region.get(..count).and_then(|code| code.parse().ok());
    let level = Fact::Level.word(&format!("{}/{}", row.scheme, row.level));
    let year = u32::try_from(row.from.year()).unwrap_or_default();
    let of = |count| row.industry.get(..count).map(|code| Fact::Industry.word(code));
    let known = [Fact::Scheme.word(row.scheme), level, Fact::Year.number(year)];
    let regions =
        [digits(2).map(|p| Fact::Province.number(p)), digits(4).map(|c| Fact::City.number(c))];
    known
        .into_iter()
        .chain(regions.into_iter().flatten())
        .chain([of(1), of(3)].into_iter().flatten())
}

impl Writer<'_, '_> {
    /// Reads the serials of a part, and writes their rows.
    fn read(
        &self,
        serials: Range<u32>,
        files: &Files<'_>,
    ) -> Result<(Vec<Runs>, Vec<Key>), OutputError> {
        let starts: Vec<u32> = serials.clone().step_by(STRETCH as usize).collect();
        let read = |from: &u32| {
            let mut stretch = Stretch::default();
            let until = serials.end.min(from.saturating_add(STRETCH));
            self.stretch(*from..until, &mut stretch, files)?;
            Ok((Runs::new(stretch.pairs), stretch.keys))
        };
        let read: Vec<_> = starts.par_iter().map(read).collect::<Result<_, OutputError>>()?;
        let (runs, keys): (_, Vec<_>) = read.into_iter().unzip();
        Ok((runs, keys.concat()))
    }

    fn stretch(
        &self,
        serials: Range<u32>,
        stretch: &mut Stretch,
        files: &Files<'_>,
    ) -> Result<(), OutputError> {
        let is_main = serials.start < self.main;
        let (log2, folder, base) = match is_main {
            true => (self.settings.row_log2, 'r', 0),
            false => (self.settings.tail_row_log2, 'q', self.main),
        };
        let mut block = Vec::new();
        for from in serials.clone().step_by(1 << log2) {
            block.clear();
            block.extend_from_slice(b"[\n");
            for serial in from..serials.end.min(from + (1 << log2)) {
                let slot = (self.index.slot)(serial);
                match &slot {
                    Slot::Newest(row) | Slot::Superseded { was: Some(row), .. } => {
                        stretch.add(serial, row);
                    }
                    Slot::Superseded { was: None, .. } | Slot::Gone => {}
                }
                if serial > from {
                    block.extend_from_slice(b",\n");
                }
                slot.push(&mut block);
            }
            block.extend_from_slice(b"\n]\n");
            files.write(&format!("s/{folder}{log2}/{}.json", (from - base) >> log2), &block)?;
        }
        Ok(())
    }

    /// Writes long lists in segments, and tells with which serials they begin.
    fn segments(
        &self,
        lists: Vec<&List<'_>>,
        files: &Files<'_>,
    ) -> Result<BTreeMap<String, Vec<u32>>, OutputError> {
        let write = |list: &List<'_>| {
            let segments = list.segments(self.settings.segment);
            for (at, (_, bytes)) in segments.iter().enumerate() {
                files.write(&format!("s/h/{:08x}.{at}.bin", list.term), bytes)?;
            }
            let firsts = segments.into_iter().map(|(first, _)| first).collect();
            Ok((list.name().unwrap_or_default(), firsts))
        };
        lists.into_par_iter().map(write).collect()
    }

    /// The smallest number of bits with which shards are small enough.
    fn bits(&self, bytes: usize) -> u32 {
        let shards = bytes.div_ceil(self.settings.shard).max(1);
        shards.next_power_of_two().trailing_zeros()
    }
}

fn term_shards(
    lists: &[List<'_>],
    is_heavy: impl Fn(&List<'_>) -> bool + Sync,
    bits: u32,
    path: impl Fn(u32) -> String + Sync,
    files: &Files<'_>,
) -> Result<(), OutputError> {
    let mut shards: Vec<Vec<_>> = vec![Vec::new(); 1 << bits];
    for list in lists {
        shards[(term_hash(list.term) & ((1 << bits) - 1)) as usize].push((list, is_heavy(list)));
    }
    let shards = shards.into_par_iter().enumerate();
    shards.try_for_each(|(at, lists)| files.write(&path(low(at)), &term_shard(&lists)))
}

fn key_shards(
    mut keys: Vec<Key>,
    bits: u32,
    path: impl Fn(u32) -> String + Sync,
    files: &Files<'_>,
) -> Result<(), OutputError> {
    for key in &mut keys {
        key.shard &= (1 << bits) - 1;
    }
    keys.par_sort_unstable();
    keys.dedup();
    (0..1_u32 << bits).into_par_iter().try_for_each(|shard| {
        let from = keys.partition_point(|key| key.shard < shard);
        let until = keys.partition_point(|key| key.shard <= shard);
        files.write(&path(shard), &key_shard(&keys[from..until]))
    })
}

fn low(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// Files of one part, and what they amount to.
struct Files<'f> {
    sink: &'f dyn Sink,
    known: Mutex<Vec<(String, [u8; 32])>>,
}

impl<'f> Files<'f> {
    fn new(sink: &'f dyn Sink) -> Self {
        Self { sink, known: Mutex::default() }
    }

    fn write(&self, path: &str, bytes: &[u8]) -> Result<(), OutputError> {
        let digest = Sha256::digest(bytes).into();
        let mut known = self.known.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        known.push((path.to_owned(), digest));
        drop(known);
        self.sink.write(path, bytes)
    }

    /// Eight hexadecimal digits that are others when any file is.
    fn digest(self) -> String {
        let mut known = self.known.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
        known.sort_unstable();
        let mut digest = Sha256::new();
        for (path, of) in &known {
            digest.update(path);
            digest.update([0]);
            digest.update(of);
        }
        let [a, b, c, d, ..] = <[u8; 32]>::from(digest.finalize());
        format!("{:08x}", u32::from_be_bytes([a, b, c, d]))
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Manifest<'m> {
    v: u32,
    n: u32,
    main: u32,
    bits: u32,
    key_bits: u32,
    tail_bits: u32,
    row_log2: u32,
    tail_row_log2: u32,
    latin: u32,
    #[serde(rename = "gen")]
    gens: Gens,
    heavy: BTreeMap<String, Vec<u32>>,
    schemes: &'m [&'m str],
    levels: &'m [String],
    edition: Option<Edition<'m>>,
    sealed: bool,
}

#[derive(Serialize)]
struct Gens {
    main: String,
    rows: String,
    tail: String,
    names: String,
}

#[derive(Serialize)]
struct Edition<'m> {
    name: &'m str,
    ordinal: u32,
}
