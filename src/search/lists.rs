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

/// The serials of one term in one stretch of the register.
#[derive(Clone, Copy, Debug)]
pub(super) struct Run {
    pub(super) term: Term,
    pub(super) count: u32,
    pub(super) first: u32,
    pub(super) last: u32,
    /// Where the differences after the first serial are.
    from: usize,
    until: usize,
}

/// The terms of a stretch of the register, ascending, and their serials.
#[derive(Debug, Default)]
pub(super) struct Runs {
    pub(super) runs: Vec<Run>,
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
            let from = made.bytes.len();
            for pair in same.windows(2) {
                push_number(&mut made.bytes, pair[1].1 - pair[0].1);
            }
            let count = u32::try_from(same.len()).unwrap_or(u32::MAX);
            let (_, last) = same[same.len() - 1];
            made.runs.push(Run { term, count, first, last, from, until: made.bytes.len() });
        }
        made
    }
}

/// All serials of a term, in parts.
#[derive(Clone, Debug)]
pub(super) struct List<'r> {
    pub(super) term: Term,
    parts: Vec<(Run, &'r [u8])>,
}

impl<'r> List<'r> {
    /// The lists of all stretches taken together, by term. The stretches stand in order.
    pub(super) fn gather(stretches: &'r [Runs]) -> Vec<Self> {
        let runs = |of: &'r Runs| of.runs.iter().map(|run| (*run, &of.bytes[run.from..run.until]));
        let mut all: Vec<_> = stretches.iter().flat_map(runs).collect();
        all.sort_by_key(|(run, _)| run.term);
        let list = |same: &[(Run, &'r [u8])]| Self { term: same[0].0.term, parts: same.to_vec() };
        all.chunk_by(|(a, _), (b, _)| a.term == b.term).map(list).collect()
    }

    /// The term as a text; nothing where it cuts a surrogate pair in two.
    pub(super) fn name(&self) -> Option<String> {
        let units = [self.term >> 16, self.term & 0xFFFF].map(|unit| unit.to_le_bytes());
        let units = units.map(|[low, high, ..]| u16::from_le_bytes([low, high]));
        String::from_utf16(&units).ok()
    }

    /// How many serials there are.
    pub(super) fn count(&self) -> u32 {
        self.parts.iter().map(|(run, _)| run.count).sum()
    }

    /// How many bytes they take.
    pub(super) fn size(&self) -> usize {
        let mut before = 0;
        let part = |(run, rest): &(Run, &[u8])| {
            let first = run.first - before;
            before = run.last;
            size(first) + rest.len()
        };
        self.parts.iter().map(part).sum()
    }

    /// The first serial, then differences.
    pub(super) fn packed(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.size());
        let mut before = 0;
        for (run, rest) in &self.parts {
            push_number(&mut bytes, run.first - before);
            bytes.extend_from_slice(rest);
            before = run.last;
        }
        bytes
    }

    /// The same in segments of at most so many bytes, each with its first serial, which it begins
    /// with.
    pub(super) fn segments(&self, most: usize) -> Vec<(u32, Vec<u8>)> {
        let packed = self.packed();
        let mut rest = &packed[..];
        let mut segments: Vec<(u32, Vec<u8>)> = Vec::new();
        let mut serial = 0;
        while let Some(difference) = take_number(&mut rest) {
            serial += difference;
            match segments.last_mut() {
                Some((_, bytes)) if bytes.len() + size(difference) <= most => {
                    push_number(bytes, difference);
                }
                _ => {
                    let mut bytes = Vec::with_capacity(most);
                    push_number(&mut bytes, serial);
                    segments.push((serial, bytes));
                }
            }
        }
        segments
    }
}

/// A shard of terms: `AB1\0`, how many there are, the two units, the count of serials and the size of
/// each, and then their lists. A list of no bytes stands elsewhere, in segments.
pub(super) fn term_shard(lists: &[(&List<'_>, bool)]) -> Vec<u8> {
    let mut bytes = b"AB1\0".to_vec();
    push_number(&mut bytes, u32::try_from(lists.len()).unwrap_or(u32::MAX));
    let mut packed = Vec::new();
    for (list, is_heavy) in lists {
        let before = packed.len();
        if !is_heavy {
            packed.extend(list.packed());
        }
        for unit in [list.term >> 16, list.term & 0xFFFF] {
            bytes.extend_from_slice(&unit.to_le_bytes()[..2]);
        }
        push_number(&mut bytes, list.count());
        push_number(&mut bytes, u32::try_from(packed.len() - before).unwrap_or(u32::MAX));
    }
    bytes.extend(packed);
    bytes
}

/// A key: its hash, its fingerprint, and a serial that it leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    pub(super) shard: u32,
    pub(super) print: u32,
    pub(super) serial: u32,
}

/// A shard of keys: `AK1\0`, how many there are, and of each the fingerprint's difference to the one
/// before and the serial.
pub(super) fn key_shard(keys: &[Key]) -> Vec<u8> {
    let mut bytes = b"AK1\0".to_vec();
    push_number(&mut bytes, u32::try_from(keys.len()).unwrap_or(u32::MAX));
    let mut before = 0;
    for key in keys {
        push_number(&mut bytes, key.print - before);
        push_number(&mut bytes, key.serial);
        before = key.print;
    }
    bytes
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
        let lists = List::gather(&stretches);
        let packed: Vec<_> =
            lists.iter().map(|list| (list.term, list.count(), numbers(&list.packed()))).collect();
        let expected = [(7, 4, vec![1, 2, 997, 1]), (8, 1, vec![900]), (9, 2, vec![0, 70_000])];
        assert_eq!(packed, expected);
        assert!(lists.iter().all(|list| list.packed().len() == list.size()));
        let segments = |most| -> Vec<_> {
            lists[0].segments(most).into_iter().map(|(first, of)| (first, numbers(&of))).collect()
        };
        assert_eq!(segments(16), [(1, vec![1, 2, 997, 1])]);
        assert_eq!(segments(3), [(1, vec![1, 2]), (1000, vec![1000, 1])]);
    }
}
