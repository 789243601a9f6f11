//! Reads choices from the bytes of an input. Where they end, every choice is zero.

/// The bytes not yet read.
pub struct Input<'d>(&'d [u8]);

impl<'d> Input<'d> {
    /// Begins at the first byte.
    pub fn new(data: &'d [u8]) -> Self {
        Self(data)
    }

    /// The next bytes; zeros beyond the end.
    pub fn array<const N: usize>(&mut self) -> [u8; N] {
        let mut array = [0; N];
        let (taken, rest) = self.0.split_at(N.min(self.0.len()));
        array[..taken.len()].copy_from_slice(taken);
        self.0 = rest;
        array
    }

    /// The next byte.
    pub fn byte(&mut self) -> u8 {
        let [byte] = self.array();
        byte
    }

    /// A number of two bytes.
    pub fn small(&mut self) -> u16 {
        u16::from_be_bytes(self.array())
    }

    /// A number of eight bytes.
    pub fn number(&mut self) -> u64 {
        u64::from_be_bytes(self.array())
    }

    /// A number less than `end`, of four bytes.
    pub fn below(&mut self, end: u64) -> u64 {
        u64::from(u32::from_be_bytes(self.array())) % end.max(1)
    }

    /// Whether there are more bytes.
    pub fn goes_on(&self) -> bool {
        !self.0.is_empty()
    }

    /// All that is left.
    pub fn rest(&mut self) -> &'d [u8] {
        std::mem::take(&mut self.0)
    }
}
