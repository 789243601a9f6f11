//! Bitstring status lists (W3C Bitstring Status List 1.0).

use std::io::Read;

use flate2::{Compression, GzBuilder, bufread::GzDecoder};
use strum::{EnumString, IntoStaticStr};

use crate::credential::{Did, read::Misread};
use crate::proof::{JsonError, ProofError, base64url, from_base64url};

/// How many serials one list holds: 16 KiB of bits, the least that the standard allows.
pub const LIST_BITS: u32 = 131_072;

/// Longer than any list: 16 KiB that cannot be packed, in base64.
const MOST_ENCODED: usize = 24 * 1024;

/// What a list's bits mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, EnumString, IntoStaticStr)]
#[strum(serialize_all = "lowercase")]
pub enum Purpose {
    /// Not valid any more, for good: withdrawn, cancelled, superseded or erased.
    Revocation,
    /// Not valid for now.
    Suspension,
}

impl Purpose {
    /// The word in lists and addresses.
    pub fn word(self) -> &'static str {
        self.into()
    }

    /// The address of the list of a serial, below the register's address.
    pub fn path(self, serial: u32) -> String {
        format!("status/{}-{}.json", self.word(), serial / LIST_BITS)
    }

    /// The first serial of the list at an address, if it is one of a register.
    pub(super) fn first_serial(self, did: &Did, list: &str) -> Option<u32> {
        let path = list.strip_prefix(did.base_url())?.strip_prefix("/status/")?;
        let number = path.strip_prefix(self.word())?.strip_prefix('-')?.strip_suffix(".json")?;
        let known = number.parse::<u32>().ok().filter(|known| known.to_string() == number)?;
        known.checked_mul(LIST_BITS)
    }
}

/// One list: a bit for each serial of its range.
#[derive(Clone, PartialEq, Eq)]
pub struct StatusList {
    purpose: Purpose,
    number: u32,
    bits: Box<[u8]>,
}

/// Why a text or bytes are no status list of ours.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ListError {
    /// Not canonical JSON.
    #[error(transparent)]
    Json(#[from] JsonError),
    /// A member is missing, unknown or of the wrong shape.
    #[error("`{0}` of the status list is missing, unknown or not of its form")]
    Member(String),
    /// The encoded list is not multibase base64url of one GZIP member.
    #[error("the encoded list cannot be read: {0}")]
    Encoding(&'static str),
    /// The encoded list unpacks to more or less than 16 KiB.
    #[error("the encoded list does not hold exactly 131,072 bits")]
    Size,
    /// No sound proof stands in it.
    #[error(transparent)]
    Proof(#[from] ProofError),
}

impl From<Misread> for ListError {
    fn from(misread: Misread) -> Self {
        Self::Member(misread.member())
    }
}

impl StatusList {
    /// A list in which no bit is set.
    pub fn new(purpose: Purpose, number: u32) -> Self {
        Self { purpose, number, bits: vec![0; LIST_BITS as usize / 8].into() }
    }

    /// What its bits mean.
    pub fn purpose(&self) -> Purpose {
        self.purpose
    }

    /// Which list of its purpose it is, from 0.
    pub fn number(&self) -> u32 {
        self.number
    }

    /// Its address below the register's.
    pub fn path(&self) -> String {
        format!("status/{}-{}.json", self.purpose.word(), self.number)
    }

    /// Sets the bit of a serial. A serial of another list changes nothing.
    pub fn set(&mut self, serial: u32) {
        if let Some((at, bit)) = self.place(serial) {
            self.bits[at] |= bit;
        }
    }

    /// The bit of a serial, if the serial is of this list.
    pub fn get(&self, serial: u32) -> Option<bool> {
        self.place(serial).map(|(at, bit)| self.bits[at] & bit != 0)
    }

    /// The serials whose bit is set.
    pub fn serials(&self) -> impl Iterator<Item = u32> {
        let first = self.number.saturating_mul(LIST_BITS);
        let set = (0..).zip(&self.bits).filter(|(_, byte)| **byte != 0);
        set.flat_map(move |(at, byte): (u32, &u8)| {
            let bits = (0..8_u32).filter(move |bit| byte & (0x80 >> bit) != 0);
            bits.map(move |bit| first + at * 8 + bit)
        })
    }

    /// The byte and the bit of a serial: index 0 is the left-most bit of the first byte.
    fn place(&self, serial: u32) -> Option<(usize, u8)> {
        let index = (serial / LIST_BITS == self.number).then_some(serial % LIST_BITS)?;
        Some((usize::try_from(index / 8).ok()?, 0x80 >> (index % 8)))
    }

    /// The bits as the standard encodes them: `u`, base64url, GZIP. One version of this program
    /// gives the same text everywhere: no time and no machine stands in it. Lists are compared by
    /// their bits all the same, because packers differ.
    pub fn encoded(&self) -> String {
        format!("u{}", base64url(&self.packed()))
    }

    fn packed(&self) -> Vec<u8> {
        const UNIX: u8 = 3;
        let header = GzBuilder::new().mtime(0).operating_system(UNIX);
        let mut packed = Vec::new();
        let mut packer = header.buf_read(&*self.bits, Compression::best());
        packer.read_to_end(&mut packed).expect("packing memory into memory cannot fail");
        packed
    }

    /// A list of its encoded bits. Never unpacks more than a list has.
    pub fn decode(purpose: Purpose, number: u32, encoded: &str) -> Result<Self, ListError> {
        let text =
            encoded.strip_prefix('u').ok_or(ListError::Encoding("it must begin with `u`"))?;
        if text.len() > MOST_ENCODED {
            return Err(ListError::Size);
        }
        let packed = from_base64url(text).ok_or(ListError::Encoding("it is not base64url"))?;
        let size = LIST_BITS / 8;
        let mut unpacker = GzDecoder::new(&*packed);
        let mut bits = Vec::with_capacity(size as usize + 1);
        let read = unpacker.by_ref().take(u64::from(size) + 1).read_to_end(&mut bits);
        read.map_err(|_| ListError::Encoding("it is not GZIP"))?;
        if bits.len() != size as usize {
            return Err(ListError::Size);
        }
        if !unpacker.into_inner().is_empty() {
            return Err(ListError::Encoding("something follows the GZIP member"));
        }
        Ok(Self { purpose, number, bits: bits.into() })
    }
}

impl std::fmt::Debug for StatusList {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "StatusList({} of {})", self.path(), self.serials().count())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Packed by zlib, as Go, Node and Python have it.
    const SAMPLE: &str = "uH4sIAAAAAAACA-3BIQEAAAACICf4f60zLEADAAAAAAAAAAAAAAAAAAAAvA16YgrEAEAAAA";
    /// The same bits, packed by us: DEFLATE leaves a packer free to choose.
    const OURS: &str = "uH4sIAAAAAAACA-3AsQAAAAACsBDypw2jZ2sAAAAAAAAAAAAAAAAAAACAtwF6YgrEAEAAAA";

    #[test]
    fn the_worked_list_is_packed_and_unpacked() {
        let mut list = StatusList::new(Purpose::Suspension, 0);
        list.set(3);
        assert_eq!(list.encoded(), OURS);
        assert_eq!(OURS.len(), SAMPLE.len());
        for text in [SAMPLE, OURS] {
            assert_eq!(StatusList::decode(Purpose::Suspension, 0, text).as_ref(), Ok(&list));
        }
    }

    #[test]
    fn bits_are_counted_from_the_left() {
        let mut list = StatusList::new(Purpose::Revocation, 1);
        for serial in [LIST_BITS, LIST_BITS + 9, 2 * LIST_BITS - 1] {
            list.set(serial);
            assert_eq!(list.get(serial), Some(true));
        }
        list.set(3);
        assert_eq!((list.get(3), list.get(LIST_BITS + 1)), (None, Some(false)));
        assert_eq!((list.bits[0], list.bits[1], list.bits[16_383]), (0x80, 0x40, 0x01));
        let serials: Vec<_> = list.serials().collect();
        assert_eq!(serials, [LIST_BITS, LIST_BITS + 9, 2 * LIST_BITS - 1]);
        let read = StatusList::decode(Purpose::Revocation, 1, &list.encoded());
        assert_eq!(read, Ok(list));
        assert_eq!(Purpose::Revocation.path(LIST_BITS), "status/revocation-1.json");
    }

    #[test]
    fn the_worst_list_still_fits() {
        let mut list = StatusList::new(Purpose::Revocation, 0);
        let mut noise = 1_u64;
        for byte in &mut list.bits {
            noise = noise.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            *byte = noise.to_be_bytes()[0];
        }
        let encoded = list.encoded();
        assert!(encoded.len() < MOST_ENCODED);
        assert_eq!(StatusList::decode(Purpose::Revocation, 0, &encoded), Ok(list));
    }

    #[test]
    fn bombs_stumps_and_other_texts_are_refused() {
        let pack = |bytes: &[u8]| {
            let mut packed = Vec::new();
            let mut packer = GzBuilder::new().buf_read(bytes, Compression::best());
            packer.read_to_end(&mut packed).unwrap();
            packed
        };
        let decode = |packed: &[u8]| {
            StatusList::decode(Purpose::Revocation, 0, &format!("u{}", base64url(packed)))
        };
        assert_eq!(decode(&pack(&vec![0; 20_000_000])), Err(ListError::Size));
        assert_eq!(decode(&pack(&[0; 16_383])), Err(ListError::Size));
        let mut twice = pack(&[0; 16_384]);
        twice.extend(pack(&[]));
        assert!(matches!(decode(&twice), Err(ListError::Encoding(_))));
        let whole = pack(&[0; 16_384]);
        for end in 0..whole.len() {
            assert!(decode(&whole[..end]).is_err(), "{end}");
        }
        let refused = |text| StatusList::decode(Purpose::Revocation, 0, text).is_err();
        assert!(
            refused("")
                && refused("u")
                && refused(SAMPLE.trim_start_matches('u'))
                && refused("u====H")
        );
        assert!(refused(&format!("u{}", "A".repeat(1_000_000))));
    }

    #[test]
    fn a_changed_character_is_refused_or_another_list() {
        let mut list = StatusList::new(Purpose::Suspension, 0);
        list.set(3);
        for at in 0..SAMPLE.len() {
            for other in ['A', 'z', '7', '-'] {
                let mut text = SAMPLE.to_owned();
                text.replace_range(at..=at, &other.to_string());
                let read = StatusList::decode(Purpose::Suspension, 0, &text);
                assert!(text == SAMPLE || read.is_err() || at < 20, "{at}: {text}");
            }
        }
    }
}
