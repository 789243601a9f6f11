//! Random numbers that stay the same for ever, and permutations made of them.
//!
//! `SplitMix64` (Steele, Lea and Flood, 2014; the constants are those of `java.util.SplittableRandom`
//! and of Vigna's reference code). Nothing here may change: a seed would mean another register.

/// 2^64 divided by the golden ratio.
const GAMMA: u64 = 0x9E37_79B9_7F4A_7C15;

/// A stream of random numbers.
#[derive(Clone, Debug)]
pub(super) struct Random(u64);

/// What a stream is for: streams of one seed and index do not follow one another.
#[derive(Clone, Copy)]
pub(super) enum Stream {
    /// The order in which holders get their certificates.
    Order = 1,
    /// A holder.
    Company = 2,
    /// A certificate as granted.
    Grant = 3,
    /// What happened to it.
    History = 4,
}

/// The finalizer of `SplitMix64`: a bijection of the 64-bit numbers.
pub(super) fn mix(mut x: u64) -> u64 {
    x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    x ^ (x >> 31)
}

impl Random {
    /// The stream of one purpose and index.
    pub(super) fn new(seed: u64, stream: Stream, index: u32) -> Self {
        let place = (stream as u64) << 32 | u64::from(index);
        Self(mix(seed.wrapping_add(GAMMA)) ^ mix(place.wrapping_mul(GAMMA)))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(GAMMA);
        mix(self.0)
    }

    /// A number below `n`; 0 where `n` is 0. The bias is below n / 2^32.
    pub(super) fn below(&mut self, n: u32) -> u32 {
        let product = (self.next() >> 32) * u64::from(n);
        u32::try_from(product >> 32).expect("a product of two 32-bit numbers, halved")
    }

    /// A number of a range, both ends included.
    pub(super) fn between(&mut self, least: u32, most: u32) -> u32 {
        least + self.below(most.saturating_sub(least) + 1)
    }

    /// Whether something happens that happens so many times in a thousand.
    pub(super) fn chance(&mut self, thousandths: u32) -> bool {
        self.below(1000) < thousandths
    }

    /// A place in a list of that length; 0 where it is empty.
    pub(super) fn place(&mut self, length: usize) -> usize {
        self.below(u32::try_from(length).unwrap_or(u32::MAX)) as usize
    }

    /// One of a list that is not empty.
    pub(super) fn pick<'l, T>(&mut self, list: &'l [T]) -> &'l T {
        &list[self.place(list.len())]
    }

    /// A place in a list of weights, each as likely as its share of their sum.
    pub(super) fn weighted(&mut self, weights: impl Iterator<Item = u32> + Clone) -> usize {
        let mut left = self.below(weights.clone().sum());
        for (at, weight) in weights.enumerate() {
            if left < weight {
                return at;
            }
            left -= weight;
        }
        0
    }
}

/// A permutation of `0..n`: a balanced Feistel network over the next even power of two, walked
/// until it is back below `n` (Black and Rogaway, 2002).
#[derive(Clone, Debug)]
pub(super) struct Permutation {
    n: u32,
    half: u32,
    keys: [u64; 4],
}

impl Permutation {
    /// The permutation of a seed.
    pub(super) fn new(seed: u64, n: u32) -> Self {
        let mut random = Random::new(seed, Stream::Order, n);
        let bits = 32 - n.saturating_sub(1).leading_zeros();
        Self { n, half: bits.div_ceil(2).max(1), keys: [(); 4].map(|()| random.next()) }
    }

    /// Where `at` goes; itself where it is not below `n`.
    pub(super) fn of(&self, at: u32) -> u32 {
        if at >= self.n {
            return at;
        }
        let mut place = self.round_trip(at);
        while place >= self.n {
            place = self.round_trip(place);
        }
        place
    }

    fn round_trip(&self, at: u32) -> u32 {
        let mask = (1 << self.half) - 1;
        let (mut left, mut right) = (at >> self.half, at & mask);
        for key in self.keys {
            let hashed =
                u32::try_from(mix(key ^ u64::from(right)) >> 32).expect("32 bits are left");
            (left, right) = (right, left ^ (hashed & mask));
        }
        left << self.half | right
    }
}

/// A bijection of the 16-bit numbers.
pub(super) fn shuffle16(x: u16, key: u64) -> u16 {
    let bytes = mix(key).to_le_bytes();
    let half = |at: usize| u16::from_le_bytes([bytes[at], bytes[at + 1]]);
    let x = (x ^ half(0)).wrapping_mul(0x9E6D);
    let x = (x ^ (x >> 7)).wrapping_add(half(2)).wrapping_mul(0xA2C5);
    x ^ (x >> 9)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn the_numbers_are_those_of_the_reference() {
        // Vigna's splitmix64.c with x = 1234567.
        let mut random = Random(1_234_567);
        assert_eq!(random.next(), 6_457_827_717_110_365_317);
        assert_eq!(random.next(), 3_203_168_211_198_807_973);
        assert_eq!(random.next(), 9_817_491_932_198_370_423);
    }

    #[test]
    fn permutations_hit_every_place_once() {
        for n in [0, 1, 2, 3, 5, 64, 1000, 1025] {
            let permutation = Permutation::new(9, n);
            let hit: HashSet<_> = (0..n).map(|at| permutation.of(at)).collect();
            assert_eq!(hit.len(), n as usize);
            assert!(hit.iter().all(|at| *at < n));
        }
        for key in 0..3 {
            let hit: HashSet<_> = (0..=u16::MAX).map(|x| shuffle16(x, key)).collect();
            assert_eq!(hit.len(), 1 << 16);
        }
    }

    #[test]
    fn chances_come_about_as_often_as_they_should() {
        let mut random = Random::new(1, Stream::Grant, 0);
        let hits = (0..10_000).filter(|_| random.chance(250)).count();
        assert!((2300..2700).contains(&hits), "{hits}");
        let places = (0..10_000).filter(|_| random.weighted([1, 3].into_iter()) == 1).count();
        assert!((7300..7700).contains(&places), "{places}");
        assert_eq!((random.below(0), random.below(1), random.between(5, 5)), (0, 0, 5));
    }
}
