//! Finds numbers by hashes. What a number stands for is kept elsewhere, once.

/// The number of a slot that is free.
const FREE: u32 = u32::MAX;

/// A table of numbers below 4,294,967,295: eight bytes a slot, of which up to seven in eight are
/// taken.
#[derive(Debug, Default)]
pub(super) struct Slots {
    /// Hash and number; as many as a power of two, or none.
    slots: Vec<(u32, u32)>,
    count: usize,
}

impl Slots {
    /// The number of this hash that is what is looked for.
    pub(super) fn find(&self, hash: u32, mut is_it: impl FnMut(u32) -> bool) -> Option<u32> {
        let mask = self.slots.len().checked_sub(1)?;
        let mut at = hash as usize & mask;
        loop {
            match self.slots[at] {
                (_, FREE) => return None,
                (other, number) if other == hash && is_it(number) => return Some(number),
                _ => at = (at + 1) & mask,
            }
        }
    }

    /// Adds a number that is not there.
    pub(super) fn insert(&mut self, hash: u32, number: u32) {
        if (self.count + 1) * 8 > self.slots.len() * 7 {
            let larger = vec![(0, FREE); (self.slots.len() * 2).max(16)];
            for (hash, number) in std::mem::replace(&mut self.slots, larger) {
                if number != FREE {
                    self.place(hash, number);
                }
            }
        }
        self.place(hash, number);
        self.count += 1;
    }

    fn place(&mut self, hash: u32, number: u32) {
        let mask = self.slots.len() - 1;
        let mut at = hash as usize & mask;
        while self.slots[at].1 != FREE {
            at = (at + 1) & mask;
        }
        self.slots[at] = (hash, number);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_is_found_by_its_hash() {
        let mut slots = Slots::default();
        assert_eq!(slots.find(0, |_| true), None);
        let hash = |number: u32| number % 7 * 0x1000_0001;
        for number in 0..500 {
            slots.insert(hash(number), number);
        }
        for number in 0..500 {
            assert_eq!(slots.find(hash(number), |other| other == number), Some(number));
        }
        assert_eq!(slots.find(hash(3), |other| other == 4), None);
        assert_eq!(slots.find(5, |_| true), None);
    }
}
