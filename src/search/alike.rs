//! How like two names are.

use std::cmp::Ordering;

use crate::search::found::Found;

/// Fewer pairs in common than this share, and two names are not alike.
pub(super) const ALIKE: f64 = 0.5;

/// Pairs of neighbouring UTF-16 units, in order, each once.
pub(super) fn pairs(text: &str) -> Vec<u32> {
    let units: Vec<u32> = text.encode_utf16().map(u32::from).collect();
    let mut pairs: Vec<u32> = units.windows(2).map(|two| two[0] << 16 | two[1]).collect();
    pairs.sort_unstable();
    pairs.dedup();
    pairs
}

/// How much of two sets of pairs is in both, from 0 to 1.
#[expect(clippy::cast_precision_loss, reason = "names have few pairs")]
pub(super) fn share(a: &[u32], b: &[u32]) -> f64 {
    let all = a.len() + b.len();
    let both = a.iter().filter(|pair| b.binary_search(pair).is_ok()).count();
    if all == 0 { 0.0 } else { 2.0 * both as f64 / all as f64 }
}

/// At most `count` of some, evenly spaced: neighbours in a name say much the same.
pub(super) fn spread<T: Copy>(all: &[T], count: usize) -> Vec<T> {
    if all.len() <= count {
        return all.to_vec();
    }
    let last = all.len() - 1;
    (0..count).map(|at| all[(2 * at * last + count - 1) / (2 * (count - 1))]).collect()
}

/// The three rows that are likest, of rows and how like they are; of as like ones, the first.
pub(super) fn likest(known: impl Iterator<Item = (f64, Found)>) -> Vec<Found> {
    let mut known: Vec<(f64, Found)> = known.filter(|(share, _)| *share >= ALIKE).collect();
    known.sort_by(|(a, _), (b, _)| b.partial_cmp(a).unwrap_or(Ordering::Equal));
    known.into_iter().take(3).map(|(_, row)| row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_as_alike_as_the_pairs_that_they_share() {
        let share = |a, b| share(&pairs(a), &pairs(b));
        assert!((share("示例恒泰", "示例恒信") - 2.0 / 3.0).abs() < 1e-9);
        assert!(share("", "示例") < 1e-9 && share("", "") < 1e-9);
        assert_eq!(spread(&[0, 1, 2, 3, 4, 5, 6], 4), [0, 2, 4, 6]);
        assert_eq!(spread(&[0, 1], 4), [0, 1]);
    }
}
