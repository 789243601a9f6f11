//! Marks on numbered things, set from any thread.

use std::sync::atomic::{AtomicU64, Ordering};

/// A bit for each of so many things.
#[derive(Debug, Default)]
pub(super) struct Bits {
    words: Vec<AtomicU64>,
}

impl Bits {
    /// None of so many is marked.
    pub(super) fn new(count: usize) -> Self {
        let mut words = Vec::new();
        words.resize_with(count.div_ceil(64), AtomicU64::default);
        Self { words }
    }

    fn word(&self, at: usize) -> Option<&AtomicU64> {
        self.words.get(at / 64)
    }

    /// Marks one. One that there is not stays unmarked.
    pub(super) fn set(&self, at: usize) {
        if let Some(word) = self.word(at) {
            word.fetch_or(1 << (at % 64), Ordering::Relaxed);
        }
    }

    /// Takes the mark off one.
    pub(super) fn unset(&self, at: usize) {
        if let Some(word) = self.word(at) {
            word.fetch_and(!(1 << (at % 64)), Ordering::Relaxed);
        }
    }

    /// Marks all.
    pub(super) fn set_all(&self) {
        for word in &self.words {
            word.store(u64::MAX, Ordering::Relaxed);
        }
    }

    /// Whether one is marked.
    pub(super) fn has(&self, at: usize) -> bool {
        self.word(at).is_some_and(|word| word.load(Ordering::Relaxed) >> (at % 64) & 1 == 1)
    }

    /// How many of the first so many are marked.
    pub(super) fn count(&self, first: usize) -> usize {
        let whole = self.words.iter().take(first / 64);
        let whole = whole.map(|word| word.load(Ordering::Relaxed).count_ones() as usize);
        whole.sum::<usize>() + (first / 64 * 64..first).filter(|at| self.has(*at)).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_set_taken_off_and_counted() {
        let bits = Bits::new(130);
        for at in [0, 63, 64, 129, 400] {
            bits.set(at);
        }
        assert!(bits.has(63) && bits.has(129) && !bits.has(62) && !bits.has(400));
        bits.unset(63);
        assert_eq!([0, 1, 64, 65, 129, 130].map(|first| bits.count(first)), [0, 1, 1, 2, 2, 3]);
        bits.set_all();
        assert_eq!([bits.count(130), bits.count(77)], [130, 77]);
    }
}
