//! Numbers, texts and lists as bytes: short, and read back without trust.

use jiff::civil::Date;

/// Writes values one after another.
#[derive(Clone, Debug, Default)]
pub struct Writer {
    bytes: Vec<u8>,
}

impl Writer {
    /// What was written.
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// What was written so far.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// How many bytes were written.
    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Whether nothing was written.
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// Bytes whose length the reader knows.
    pub fn raw(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// A number, seven bits a byte (LEB128).
    pub fn number(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.bytes.push(number.to_le_bytes()[0] | 0x80);
            number >>= 7;
        }
        self.bytes.push(number.to_le_bytes()[0]);
    }

    /// A length or a place.
    pub fn size(&mut self, size: usize) {
        self.number(size as u64);
    }

    /// A text.
    pub fn text(&mut self, text: &str) {
        self.size(text.len());
        self.raw(text.as_bytes());
    }

    /// A day.
    pub fn date(&mut self, date: Date) {
        self.raw(&date.year().to_le_bytes());
        self.raw(&[date.month().to_le_bytes()[0], date.day().to_le_bytes()[0]]);
    }

    /// A value that may be absent.
    pub fn option<T>(&mut self, value: Option<T>, write: impl FnOnce(&mut Self, T)) {
        self.number(u64::from(value.is_some()));
        if let Some(value) = value {
            write(self, value);
        }
    }

    /// Values, with how many there are.
    pub fn list<T>(&mut self, values: &[T], mut write: impl FnMut(&mut Self, &T)) {
        self.size(values.len());
        for value in values {
            write(self, value);
        }
    }
}

/// Reads what a [`Writer`] wrote. Every answer is nothing where the bytes are not that.
#[derive(Clone, Debug)]
pub struct Reader<'b> {
    bytes: &'b [u8],
}

impl<'b> Reader<'b> {
    /// Reads from the first byte on.
    pub fn new(bytes: &'b [u8]) -> Self {
        Self { bytes }
    }

    /// How many bytes are left.
    pub fn rest(&self) -> usize {
        self.bytes.len()
    }

    /// Whether everything was read.
    pub fn is_at_end(&self) -> bool {
        self.bytes.is_empty()
    }

    /// So many bytes.
    pub fn raw(&mut self, length: usize) -> Option<&'b [u8]> {
        let (read, rest) = self.bytes.split_at_checked(length)?;
        self.bytes = rest;
        Some(read)
    }

    /// As many bytes as an array has.
    pub fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.raw(N)?.try_into().ok()
    }

    /// A number.
    pub fn number(&mut self) -> Option<u64> {
        let mut number = 0_u64;
        for shift in (0..u64::BITS).step_by(7) {
            let (byte, rest) = self.bytes.split_first()?;
            self.bytes = rest;
            number |= u64::from(byte & 0x7F).checked_shl(shift)?;
            if byte & 0x80 == 0 {
                return Some(number);
            }
        }
        None
    }

    /// A length or a place.
    pub fn size(&mut self) -> Option<usize> {
        self.number()?.try_into().ok()
    }

    /// A number of 32 bits.
    pub fn small(&mut self) -> Option<u32> {
        self.number()?.try_into().ok()
    }

    /// A text.
    pub fn text(&mut self) -> Option<&'b str> {
        let length = self.size()?;
        std::str::from_utf8(self.raw(length)?).ok()
    }

    /// A day.
    pub fn date(&mut self) -> Option<Date> {
        let year = i16::from_le_bytes(self.array()?);
        let [month, day] = self.array()?.map(|byte: u8| i8::from_le_bytes([byte]));
        Date::new(year, month, day).ok()
    }

    /// A value that may be absent.
    pub fn option<T>(&mut self, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<Option<T>> {
        match self.number()? {
            0 => Some(None),
            1 => Some(Some(read(self)?)),
            _ => None,
        }
    }

    /// Values.
    pub fn list<T>(&mut self, read: impl FnMut(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        let count = self.size()?;
        self.some(count, read)
    }

    /// So many values.
    pub fn some<T>(
        &mut self,
        count: usize,
        mut read: impl FnMut(&mut Self) -> Option<T>,
    ) -> Option<Vec<T>> {
        // A value has at least a byte: a length that was not written is not believed.
        let mut values = Vec::with_capacity(count.min(self.bytes.len()));
        for _ in 0..count {
            values.push(read(self)?);
        }
        Some(values)
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_was_written_is_read_back(
            numbers in proptest::collection::vec(any::<u64>(), 0..9),
            text in ".*",
            some in proptest::option::of(any::<u32>()),
        ) {
            let mut writer = Writer::default();
            writer.list(&numbers, |writer, number| writer.number(*number));
            writer.text(&text);
            writer.option(some, |writer, number| writer.number(number.into()));
            writer.date(date(-44, 3, 15));
            let bytes = writer.into_bytes();
            let mut reader = Reader::new(&bytes);
            prop_assert_eq!(reader.list(Reader::number), Some(numbers));
            prop_assert_eq!(reader.text(), Some(&*text));
            prop_assert_eq!(reader.option(Reader::small), Some(some));
            prop_assert_eq!(reader.date(), Some(date(-44, 3, 15)));
            prop_assert!(reader.is_at_end());
        }

        #[test]
        fn other_bytes_are_refused_or_read_and_never_a_panic(
            bytes in proptest::collection::vec(any::<u8>(), 0..64),
        ) {
            let reader = Reader::new(&bytes);
            let _ = reader.clone().list(|reader| reader.text().map(str::len));
            let _ = reader.clone().list(Reader::date);
            let _ = reader.clone().option(Reader::size);
            let _ = reader.clone().array::<32>();
        }
    }
}
