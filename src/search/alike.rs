//! How like two names are.

use std::{cmp::Ordering, collections::BTreeSet};

use crate::search::found::Found;

/// Fewer pairs in common than this share, and two names are not alike.
const ALIKE: f64 = 0.5;

/// Pairs of neighbouring UTF-16 units.
fn pairs(text: &str) -> BTreeSet<[u16; 2]> {
    let units: Vec<u16> = text.encode_utf16().collect();
    units.windows(2).map(|two| [two[0], two[1]]).collect()
}

/// How much of the pairs of two texts is in both, from 0 to 1.
#[expect(clippy::cast_precision_loss, reason = "names have few pairs")]
pub(super) fn share(a: &str, b: &str) -> f64 {
    let (a, b) = (pairs(a), pairs(b));
    let all = a.len() + b.len();
    if all == 0 { 0.0 } else { 2.0 * a.intersection(&b).count() as f64 / all as f64 }
}

/// At most `count` of some, evenly spaced: neighbours in a name say much the same.
pub(super) fn spread<T: Copy>(all: &[T], count: usize) -> Vec<T> {
    if all.len() <= count {
        return all.to_vec();
    }
    let last = all.len() - 1;
    (0..count).map(|at| all[(2 * at * last + count - 1) / (2 * (count - 1))]).collect()
}

/// The three rows that are likest, by how like they are.
pub(super) fn likest(rows: Vec<Found>, likeness: impl Fn(&Found) -> f64) -> Vec<Found> {
    let mut known: Vec<(f64, Found)> = rows.into_iter().map(|row| (likeness(&row), row)).collect();
    known.retain(|(share, _)| *share >= ALIKE);
    known.sort_by(|(a, _), (b, _)| b.partial_cmp(a).unwrap_or(Ordering::Equal));
    known.into_iter().take(3).map(|(_, row)| row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_as_alike_as_the_pairs_that_they_share() {
        assert!((share("示例恒泰", "示例恒信") - 2.0 / 3.0).abs() < 1e-9);
        assert!(share("", "示例") < 1e-9 && share("", "") < 1e-9);
        assert_eq!(spread(&[0, 1, 2, 3, 4, 5, 6], 4), [0, 2, 4, 6]);
        assert_eq!(spread(&[0, 1], 4), [0, 1]);
    }
}
