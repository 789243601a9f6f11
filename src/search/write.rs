//! Makes the files of the index.

use rayon::prelude::*;

use crate::model::Language;
use crate::output::{OutputError, Sink};
use crate::search::{
    files::{Edition, Files, Gens, Heavy, Manifest, json},
    lists::{List, Lists, key_shard, shard, tail_shard},
    read::{Key, read},
    rows::Slot,
    terms::{Term, is_pair, term_hash},
};

/// How large things are. The figures behind the defaults are in docs/performance.md.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// The main part ends at a multiple of this power of two of serials.
    pub step_log2: u32,
    /// A list of more bytes is cut into windows of its own.
    pub heavy: usize,
    /// At most so many bytes are in a window.
    pub window: usize,
    /// At most so many bytes are, on average, in a shard of names or facts of the main part.
    pub shard: usize,
    /// In a shard of keys.
    pub key_shard: usize,
    /// The tail has this power of two of shards of a kind.
    pub tail_bits: u32,
    /// A block has this power of two of rows.
    pub row_log2: u32,
    /// What the manifest says of the site's layout, where that is not the full one.
    pub layout: Option<&'static str>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            step_log2: 12,
            heavy: 4096,
            window: 8192,
            shard: 1536,
            key_shard: 3072,
            tail_bits: 3,
            row_log2: 3,
            layout: None,
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
    count >> settings.step_log2 << settings.step_log2
}

/// About how many bytes a key takes.
const KEY_SIZE: usize = 6;
/// What a term takes in a shard beside its list.
const TERM_SIZE: usize = 4;
/// How many bits a fingerprint has: of a term, and of a key.
const PRINT_BITS: [u32; 2] = [16, 24];
/// How many more bits a fingerprint of the tail has than it takes to number all in its shard: of the
/// terms that are not there one in sixteen leads to rows all the same, of the keys one in sixty.
const SPARE_BITS: [u32; 2] = [4, 6];

/// Makes the files of the index and hands them on, the manifest last.
pub fn write(index: &Index<'_>, settings: &Settings, sink: &dyn Sink) -> Result<(), OutputError> {
    let main = main_of(index.count, settings);
    let writer = Writer { index, settings, main };
    let [shards, rows, tail, names] = [(); 4].map(|()| Files::new(sink));
    for (language, bytes) in &index.names {
        names.write(&format!("s/names-{language}.json"), bytes)?;
    }
    let found = if main > 0 { writer.main(&shards, &rows)? } else { Main::default() };
    if main < index.count {
        writer.tail(&tail)?;
    }
    let manifest = Manifest {
        v: 1,
        n: index.count,
        main,
        step_log2: settings.step_log2,
        row_log2: settings.row_log2,
        bits: found.bits,
        key_bits: found.key_bits,
        tail_bits: settings.tail_bits,
        gens: Gens {
            main: shards.digest(),
            rows: rows.digest(),
            tail: tail.digest(),
            names: names.digest(),
        },
        heavy: found.heavy,
        schemes: index.schemes,
        levels: index.levels,
        edition: index.edition.map(|(name, ordinal)| Edition { name, ordinal }),
        sealed: index.edition.is_some(),
        layout: settings.layout,
    };
    sink.write("s/manifest.json", &json(&manifest))
}

/// What the manifest says of the main part.
#[derive(Default)]
struct Main {
    bits: u32,
    key_bits: u32,
    heavy: Heavy,
}

struct Writer<'w, 'i> {
    index: &'w Index<'i>,
    settings: &'w Settings,
    main: u32,
}

impl Writer<'_, '_> {
    fn main(&self, shards: &Files<'_>, rows: &Files<'_>) -> Result<Main, OutputError> {
        let Settings { heavy, window, shard: size, key_shard: key_size, .. } = *self.settings;
        let (stretches, mut keys) = read(self.index, 0..self.main, self.settings.row_log2, rows)?;
        let lists = Lists::new(stretches);
        let (long, short): (Vec<_>, Vec<_>) =
            lists.all().partition(|list| list.size() > heavy && name(list.term).is_some());
        let (pairs, others): (Vec<_>, Vec<_>) =
            long.into_iter().partition(|list| is_pair(list.term));
        let heavy = self.windows(&pairs, window, shards)?;
        shards.write("s/heavy.json", &json(&self.windows(&others, window, shards)?))?;
        let light: usize = short.iter().map(|list| list.size() + TERM_SIZE).sum();
        keys.par_sort_unstable();
        keys.dedup();
        let (bits, key_bits) = (bits(light, size), bits(KEY_SIZE * keys.len(), key_size));
        let mut of_shard = vec![Vec::new(); 1 << bits];
        for list in short {
            let hash = term_hash(list.term);
            of_shard[low(hash, bits)].push((hash >> (u32::BITS - PRINT_BITS[0]), list));
        }
        of_shard.into_par_iter().enumerate().try_for_each(|(at, lists)| {
            shards.write(&format!("s/g{bits}/{at:03x}.bin"), &shard(self.main, lists))
        })?;
        drop(lists);
        keys.par_sort_unstable_by_key(|key| low(key.hash, key_bits));
        (0..1_usize << key_bits).into_par_iter().try_for_each(|at| {
            let [from, until] =
                [at, at + 1].map(|at| keys.partition_point(|key| low(key.hash, key_bits) < at));
            let print = |key: &Key| (key.print >> (u32::BITS - PRINT_BITS[1]), key.serial);
            let mut keys: Vec<_> = keys[from..until].iter().map(print).collect();
            keys.sort_unstable();
            shards.write(&format!("s/k{key_bits}/{at:03x}.bin"), &key_shard(&keys))
        })?;
        Ok(Main { bits, key_bits, heavy })
    }

    /// Writes long lists in windows, and tells which terms have which.
    fn windows(
        &self,
        lists: &[List<'_>],
        most: usize,
        files: &Files<'_>,
    ) -> Result<Heavy, OutputError> {
        let write = |list: &List<'_>| {
            let (log2, windows) = list.windows(self.main, most);
            for (at, bytes) in windows.iter().enumerate() {
                files.write(&format!("s/h/{:08x}.{log2}.{at}.bin", list.term), bytes)?;
            }
            Ok((log2, name(list.term).unwrap_or_default()))
        };
        let written: Vec<_> = lists.par_iter().map(write).collect::<Result<_, OutputError>>()?;
        let mut heavy = Heavy::new();
        for (log2, name) in written {
            heavy.entry(log2).or_default().push_str(&name);
        }
        Ok(heavy)
    }

    fn tail(&self, files: &Files<'_>) -> Result<(), OutputError> {
        let (stretches, keys) =
            read(self.index, self.main..self.index.count, self.settings.row_log2, files)?;
        let bits = self.settings.tail_bits;
        let mut kinds = [(); 3].map(|()| vec![Vec::new(); 1 << bits]);
        let [pairs, others, named] = &mut kinds;
        for list in Lists::new(stretches).all() {
            let hash = term_hash(list.term);
            let shards = if is_pair(list.term) { &mut *pairs } else { &mut *others };
            let serials = list.serials().into_iter();
            shards[low(hash, bits)].extend(serials.map(|serial| (hash, serial - self.main)));
        }
        for key in keys {
            named[low(key.hash, bits)].push((key.print, key.serial - self.main));
        }
        for ((kind, shards), spare) in ["", "x", "k"].into_iter().zip(kinds).zip([0, 0, 1]) {
            for (at, hashes) in shards.iter().enumerate() {
                let bytes = tail_shard(hashes, self.settings.step_log2, SPARE_BITS[spare]);
                files.write(&format!("s/t{}/{kind}{at:x}.bin", self.main), &bytes)?;
            }
        }
        Ok(())
    }
}

/// A term as a text; nothing where it cuts a surrogate pair in two.
fn name(term: Term) -> Option<String> {
    let units = [term >> 16, term & 0xFFFF].map(u32::to_le_bytes);
    let units = units.map(|[low, high, ..]| u16::from_le_bytes([low, high]));
    String::from_utf16(&units).ok()
}

/// The smallest number of bits with which shards are small enough.
fn bits(bytes: usize, most: usize) -> u32 {
    bytes.div_ceil(most).max(1).next_power_of_two().trailing_zeros()
}

/// The lowest bits of a hash: the shard.
fn low(hash: u32, bits: u32) -> usize {
    (hash & ((1 << bits) - 1)) as usize
}
