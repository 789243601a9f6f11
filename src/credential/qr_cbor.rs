//! As much CBOR (RFC 8949) as a signed QR code needs: definite lengths, the shortest heads.

/// Major types.
const UNSIGNED: u8 = 0;
const NEGATIVE: u8 = 1;
const BYTES: u8 = 2;
const TEXT: u8 = 3;
const ARRAY: u8 = 4;
const MAP: u8 = 5;
const TAG: u8 = 6;

/// Writes deterministic CBOR (RFC 8949, 4.2).
#[derive(Debug, Default)]
pub(super) struct Cbor(Vec<u8>);

impl Cbor {
    pub(super) fn finish(self) -> Vec<u8> {
        self.0
    }

    fn head(&mut self, major: u8, value: u64) {
        let major = major << 5;
        let bytes = value.to_be_bytes();
        match value {
            0..=23 => self.0.push(major | bytes[7]),
            24..=0xFF => self.0.extend([major | 0x18, bytes[7]]),
            0x100..=0xFFFF => {
                self.0.push(major | 0x19);
                self.0.extend(&bytes[6..]);
            }
            0x1_0000..=0xFFFF_FFFF => {
                self.0.push(major | 0x1A);
                self.0.extend(&bytes[4..]);
            }
            _ => {
                self.0.push(major | 0x1B);
                self.0.extend(bytes);
            }
        }
    }

    pub(super) fn integer(&mut self, number: i64) {
        if number >= 0 {
            self.head(UNSIGNED, number.unsigned_abs());
        } else {
            // -1 - n, which cannot overflow.
            self.head(NEGATIVE, number.unsigned_abs() - 1);
        }
    }

    pub(super) fn bytes(&mut self, bytes: &[u8]) {
        self.head(BYTES, bytes.len() as u64);
        self.0.extend(bytes);
    }

    pub(super) fn text(&mut self, text: &str) {
        self.head(TEXT, text.len() as u64);
        self.0.extend(text.as_bytes());
    }

    pub(super) fn array(&mut self, items: u64) {
        self.head(ARRAY, items);
    }

    pub(super) fn map(&mut self, members: u64) {
        self.head(MAP, members);
    }

    pub(super) fn tag(&mut self, tag: u64) {
        self.head(TAG, tag);
    }
}

/// Reads CBOR of known shape. Each step gives nothing where something else stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct CborReader<'b>(&'b [u8]);

impl<'b> CborReader<'b> {
    pub(super) fn new(bytes: &'b [u8]) -> Self {
        Self(bytes)
    }

    pub(super) fn is_at_end(self) -> bool {
        self.0.is_empty()
    }

    fn take(&mut self, count: usize) -> Option<&'b [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    /// The major type and the value of a head in its shortest form.
    fn head(&mut self) -> Option<(u8, u64)> {
        let first = *self.take(1)?.first()?;
        let (major, short) = (first >> 5, first & 0x1F);
        let (width, least) = match short {
            0..=23 => return Some((major, short.into())),
            24 => (1, 24),
            25 => (2, 0x100),
            26 => (4, 0x1_0000),
            27 => (8, 0x1_0000_0000),
            _ => return None,
        };
        let value = self.take(width)?.iter().fold(0, |value, byte| value << 8 | u64::from(*byte));
        (value >= least).then_some((major, value))
    }

    fn of(&mut self, wanted: u8) -> Option<u64> {
        let (major, value) = self.head()?;
        (major == wanted).then_some(value)
    }

    pub(super) fn integer(&mut self) -> Option<i64> {
        match self.head()? {
            (UNSIGNED, value) => i64::try_from(value).ok(),
            (NEGATIVE, value) => i64::try_from(value).ok().map(|value| -1 - value),
            _ => None,
        }
    }

    pub(super) fn bytes(&mut self) -> Option<&'b [u8]> {
        let length = self.of(BYTES)?;
        self.take(usize::try_from(length).ok()?)
    }

    pub(super) fn text(&mut self) -> Option<&'b str> {
        let length = self.of(TEXT)?;
        std::str::from_utf8(self.take(usize::try_from(length).ok()?)?).ok()
    }

    pub(super) fn array(&mut self) -> Option<u64> {
        self.of(ARRAY)
    }

    pub(super) fn map(&mut self) -> Option<u64> {
        self.of(MAP)
    }

    pub(super) fn tag(&mut self) -> Option<u64> {
        self.of(TAG)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_are_those_of_the_standards_examples() {
        let examples: [(i64, &[u8]); 10] = [
            (0, &[0x00]),
            (23, &[0x17]),
            (24, &[0x18, 0x18]),
            (100, &[0x18, 0x64]),
            (1000, &[0x19, 0x03, 0xe8]),
            (1_000_000, &[0x1a, 0x00, 0x0f, 0x42, 0x40]),
            (1_000_000_000_000, &[0x1b, 0x00, 0x00, 0x00, 0xe8, 0xd4, 0xa5, 0x10, 0x00]),
            (-1, &[0x20]),
            (-100, &[0x38, 0x63]),
            (-65_537, &[0x3a, 0x00, 0x01, 0x00, 0x00]),
        ];
        for (number, bytes) in examples {
            let mut cbor = Cbor::default();
            cbor.integer(number);
            assert_eq!(cbor.finish(), bytes);
            assert_eq!(CborReader::new(bytes).integer(), Some(number));
        }
    }

    #[test]
    fn longer_heads_and_stumps_are_refused() {
        for bytes in [&[0x18, 0x17][..], &[0x19, 0x00, 0xFF], &[0x1F], &[0x1B, 0xFF], &[]] {
            assert_eq!(CborReader::new(bytes).integer(), None);
        }
        assert_eq!(
            CborReader::new(&[0x5B, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]).bytes(),
            None
        );
        assert_eq!(CborReader::new(&[0x62, 0xC3, 0x28]).text(), None);
        let least = [0x3B, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF];
        assert_eq!(CborReader::new(&least).integer(), Some(i64::MIN));
    }
}
