//! Bundles of entries: `u16 BE length ‖ entry`, up to 256 times (C2SP tlog-tiles).

/// Why entries do not make a bundle, or bytes are not one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BundleError {
    /// An entry that its length field cannot describe.
    #[error("an entry of {0} bytes is too long for the log: at most 65535")]
    TooLong(usize),
    /// Bytes that end within an entry.
    #[error("the bundle ends within entry {0}")]
    Short(usize),
    /// Bytes after the last entry.
    #[error("the bundle goes on after its {wanted} entries")]
    Long {
        /// How many entries its path announces.
        wanted: u16,
    },
}

/// The bundle of these entries.
pub fn bundle<E: AsRef<[u8]>>(entries: &[E]) -> Result<Vec<u8>, BundleError> {
    let mut bytes = Vec::new();
    entries.iter().try_for_each(|entry| append(&mut bytes, entry.as_ref()))?;
    Ok(bytes)
}

/// Adds an entry to a bundle.
pub(in crate::tlog) fn append(bundle: &mut Vec<u8>, entry: &[u8]) -> Result<(), BundleError> {
    let length = u16::try_from(entry.len()).map_err(|_| BundleError::TooLong(entry.len()))?;
    bundle.extend(length.to_be_bytes());
    bundle.extend(entry);
    Ok(())
}

/// The `width` entries of a bundle.
pub fn entries_of(bytes: &[u8], width: u16) -> Result<Vec<&[u8]>, BundleError> {
    let (mut rest, mut entries) = (bytes, Vec::new());
    for at in 0..usize::from(width) {
        let (length, after) = rest.split_first_chunk().ok_or(BundleError::Short(at))?;
        let length = usize::from(u16::from_be_bytes(*length));
        let (entry, after) = after.split_at_checked(length).ok_or(BundleError::Short(at))?;
        entries.push(entry);
        rest = after;
    }
    if rest.is_empty() { Ok(entries) } else { Err(BundleError::Long { wanted: width }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bundle_is_entries_after_their_lengths() {
        let longest = vec![7; 65_535];
        let bytes = bundle(&[b"".as_slice(), b"{}", &longest]).unwrap();
        assert_eq!(bytes[..8], [0, 0, 0, 2, b'{', b'}', 0xff, 0xff]);
        assert_eq!(entries_of(&bytes, 3).unwrap(), [b"".as_slice(), b"{}", &longest]);
        assert_eq!(bundle(&[vec![0; 65_536]]), Err(BundleError::TooLong(65_536)));
    }

    #[test]
    fn bytes_that_are_not_so_many_entries_are_no_bundle() {
        assert_eq!(entries_of(&[0, 1, 9], 0), Err(BundleError::Long { wanted: 0 }));
        assert_eq!(entries_of(&[0, 1, 9], 2), Err(BundleError::Short(1)));
        assert_eq!(entries_of(&[0, 2, 9], 1), Err(BundleError::Short(0)));
        assert_eq!(entries_of(&[0], 1), Err(BundleError::Short(0)));
        assert_eq!(entries_of(&[], 0), Ok(Vec::new()));
    }
}
