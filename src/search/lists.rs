//! Ascending serials, packed, and the files that hold them.

use crate::search::terms::Term;

/// Adds a number, seven bits a byte, the lowest first (LEB128).
pub(super) fn push_number(bytes: &mut Vec<u8>, mut number: u32) {
    while number > 0x7F {
        bytes.push(number.to_le_bytes()[0] | 0x80);
        number >>= 7;
    }
    bytes.push(number.to_le_bytes()[0]);
}

/// How many bytes a number takes.
pub(super) fn size(number: u32) -> usize {
    match number {
        0..0x80 => 1,
        0x80..0x4000 => 2,
        0x4000..0x20_0000 => 3,
        0x20_0000..0x1000_0000 => 4,
        _ => 5,
    }
}

/// Takes a number off.
fn take_number(bytes: &mut &[u8]) -> Option<u32> {
    let mut number = 0;
    for at in 0..5 {
        let (byte, rest) = bytes.split_first()?;
        *bytes = rest;
        number |= u32::from(byte & 0x7F) << (7 * at);
        if *byte < 0x80 {
            break;
        }
    }
    Some(number)
}

/// The serials of one term in one stretch of the register. A million certificates have millions of these.
#[derive(Clone, Copy, Debug)]
struct Run {
    term: Term,
    first: u32,
    last: u32,
    /// Where the differences after the first serial end; they begin where those of the run before end.
    until: u32,
}

/// The terms of a stretch of the register, ascending, and their serials.
#[derive(Debug, Default)]
pub(super) struct Runs {
    runs: Vec<Run>,
    bytes: Vec<u8>,
}

impl Runs {
    /// From pairs of a term and a serial, in any order.
    pub(super) fn new(mut pairs: Vec<(Term, u32)>) -> Self {
        pairs.sort_unstable();
        pairs.dedup();
        let mut made = Self::default();
        for same in pairs.chunk_by(|a, b| a.0 == b.0) {
            let (term, first) = same[0];
            for pair in same.windows(2) {
                push_number(&mut made.bytes, pair[1].1 - pair[0].1);
            }
            let (_, last) = same[same.len() - 1];
            made.runs.push(Run { term, first, last, until: count(made.bytes.len()) });
        }
        made
    }

    /// A run, and the differences after its first serial.
    fn run(&self, at: u32) -> (Run, &[u8]) {
        let run = self.runs[at as usize];
        let before = (at as usize).checked_sub(1);
        let from = before.map_or(0, |before| self.runs[before].until);
        (run, &self.bytes[from as usize..run.until as usize])
    }
}

/// Where a run stands: its term, its stretch, and its place in that.
type Place = (Term, u32, u32);

/// The runs of all stretches, by term.
#[derive(Debug)]
pub(super) struct Lists {
    /// In order.
    stretches: Vec<Runs>,
    order: Vec<Place>,
}

impl Lists {
    /// Of stretches that stand in order.
    pub(super) fn new(stretches: Vec<Runs>) -> Self {
        let mut order = Vec::with_capacity(stretches.iter().map(|of| of.runs.len()).sum());
        for (stretch, of) in (0..).zip(&stretches) {
            order.extend((0..).zip(&of.runs).map(|(at, run)| (run.term, stretch, at)));
        }
        order.sort_unstable();
        Self { stretches, order }
    }

    /// The lists, by term.
    pub(super) fn all(&self) -> impl Iterator<Item = List<'_>> {
        let stretches = &self.stretches;
        self.order.chunk_by(|a, b| a.0 == b.0).map(|runs| List { term: runs[0].0, stretches, runs })
    }
}

/// All serials of a term, in parts.
#[derive(Clone, Copy, Debug)]
pub(super) struct List<'r> {
    pub(super) term: Term,
    stretches: &'r [Runs],
    runs: &'r [Place],
}

impl<'r> List<'r> {
    fn parts(self) -> impl Iterator<Item = (Run, &'r [u8])> {
        self.runs.iter().map(move |(_, stretch, at)| self.stretches[*stretch as usize].run(*at))
    }

    /// How many bytes they take.
    pub(super) fn size(&self) -> usize {
        let mut before = 0;
        let part = |(run, rest): (Run, &[u8])| {
            let first = run.first - before;
            before = run.last;
            size(first) + rest.len()
        };
        self.parts().map(part).sum()
    }

    /// The first serial, then differences.
    pub(super) fn packed(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.size());
        let mut before = 0;
        for (run, rest) in self.parts() {
            push_number(&mut bytes, run.first - before);
            bytes.extend_from_slice(rest);
            before = run.last;
        }
        bytes
    }

    /// All serials.
    pub(super) fn serials(&self) -> Vec<u32> {
        let packed = self.packed();
        let (mut rest, mut serial) = (&packed[..], 0);
        let next = || {
            serial += take_number(&mut rest)?;
            Some(serial)
        };
        std::iter::from_fn(next).collect()
    }

    /// The same in windows of a power of two of all `count` serials, as wide as may be so that none
    /// has more than so many bytes. Answers the power, and what is in each window.
    pub(super) fn windows(&self, count: u32, most: usize) -> (u32, Vec<Vec<u8>>) {
        let serials = self.serials();
        let last = count.saturating_sub(1);
        let mut log2 = u32::BITS - last.leading_zeros();
        loop {
            let mut windows = windows(&serials, log2);
            windows.resize_with((last >> log2) as usize + 1, Vec::new);
            if log2 == 0 || windows.iter().all(|window| window.len() <= most) {
                return (log2, windows);
            }
            log2 -= 1;
        }
    }
}

fn windows(serials: &[u32], log2: u32) -> Vec<Vec<u8>> {
    let mut windows: Vec<Vec<u8>> = Vec::new();
    for of in serials.chunk_by(|a, b| a >> log2 == b >> log2) {
        windows.resize_with((of[0] >> log2) as usize, Vec::new);
        windows.push(packed(of.iter().copied()));
    }
    windows
}

/// Ascending numbers: the first, then differences.
pub(super) fn packed(numbers: impl IntoIterator<Item = u32>) -> Vec<u8> {
    let (mut bytes, mut before) = (Vec::new(), 0);
    for number in numbers {
        push_number(&mut bytes, number - before);
        before = number;
    }
    bytes
}

/// A shard of lists: `AT1\0`, where the main part ends, how many lists there are, of each the
/// fingerprint's difference to the one before and its size, and then the lists.
pub(super) fn shard(main: u32, mut lists: Vec<(u32, List<'_>)>) -> Vec<u8> {
    lists.sort_by_key(|(print, list)| (*print, list.term));
    let mut bytes = b"AT1\0".to_vec();
    push_number(&mut bytes, main);
    push_number(&mut bytes, count(lists.len()));
    let mut before = 0;
    for (print, list) in &lists {
        push_number(&mut bytes, print - before);
        push_number(&mut bytes, count(list.size()));
        before = *print;
    }
    for (_, list) in &lists {
        bytes.extend(list.packed());
    }
    bytes
}

/// A shard of single serials: `AK1\0`, how many there are, and of each the fingerprint's difference
/// to the one before and the serial.
pub(super) fn key_shard(keys: &[(u32, u32)]) -> Vec<u8> {
    let mut bytes = b"AK1\0".to_vec();
    push_number(&mut bytes, count(keys.len()));
    let mut before = 0;
    for (print, serial) in keys {
        push_number(&mut bytes, print - before);
        push_number(&mut bytes, *serial);
        before = *print;
    }
    bytes
}

/// A shard of the tail: how many bits a fingerprint has, and then numbers, ascending: the
/// fingerprint, and below it the serial, counted from the beginning of the tail, in so many bits.
/// Of the hash the highest bits are the fingerprint: as many as make it unlikely enough that
/// something else has it.
pub(super) fn tail_shard(hashes: &[(u32, u32)], serial_bits: u32, spare_bits: u32) -> Vec<u8> {
    let bits = (u32::BITS - count(hashes.len()).leading_zeros() + spare_bits).min(32 - serial_bits);
    let number = |(hash, serial): &(u32, u32)| {
        hash.checked_shr(u32::BITS - bits).unwrap_or_default() << serial_bits | serial
    };
    let mut numbers: Vec<u32> = hashes.iter().map(number).collect();
    numbers.sort_unstable();
    numbers.dedup();
    let mut bytes = Vec::new();
    push_number(&mut bytes, bits);
    bytes.extend(packed(numbers));
    bytes
}

fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(mut bytes: &[u8]) -> Vec<u32> {
        std::iter::from_fn(|| take_number(&mut bytes)).collect()
    }

    #[test]
    fn numbers_come_back_and_take_what_was_said() {
        let all = [0, 1, 127, 128, 16_383, 16_384, 2_097_151, 2_097_152, 268_435_456, u32::MAX];
        let mut bytes = Vec::new();
        for number in all {
            let before = bytes.len();
            push_number(&mut bytes, number);
            assert_eq!(bytes.len() - before, size(number), "{number}");
        }
        assert_eq!(numbers(&bytes), all);
        assert_eq!(bytes[..5], [0, 1, 127, 128, 1]);
    }

    #[test]
    fn stretches_are_joined_and_cut_again() {
        let stretches = [
            Runs::new(vec![(7, 3), (9, 0), (7, 1), (7, 3)]),
            Runs::new(vec![(8, 900)]),
            Runs::new(vec![(7, 1000), (7, 1001), (9, 70_000)]),
        ];
        let lists = Lists::new(stretches.into());
        let lists: Vec<_> = lists.all().collect();
        let packed: Vec<_> =
            lists.iter().map(|list| (list.term, numbers(&list.packed()))).collect();
        assert_eq!(packed, [(7, vec![1, 2, 997, 1]), (8, vec![900]), (9, vec![0, 70_000])]);
        assert!(lists.iter().all(|list| list.packed().len() == list.size()));
        assert_eq!(lists[0].serials(), [1, 3, 1000, 1001]);
        let windows = |most| {
            let (log2, windows) = lists[0].windows(1600, most);
            (log2, windows.iter().map(|window| numbers(window)).collect::<Vec<_>>())
        };
        assert_eq!(windows(16), (11, vec![vec![1, 2, 997, 1]]));
        assert_eq!(windows(3), (9, vec![vec![1, 2], vec![1000, 1], vec![], vec![]]));
    }

    #[test]
    fn a_tail_has_fingerprints_above_serials() {
        let shard = tail_shard(&[(0xC000_0000, 5), (0x4000_0000, 7), (0xC000_0001, 5)], 12, 1);
        assert_eq!(numbers(&shard), [3, (0b010 << 12) + 7, (0b100 << 12) - 2]);
        assert_eq!(tail_shard(&[], 12, 1), [1]);
    }
}
