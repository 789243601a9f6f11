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
    /// Another number of entries than the path says.
    #[error("the bundle holds another number of entries than {wanted}")]
    Count {
        /// What the path says.
        wanted: u16,
    },
}

/// The bundle of these entries.
pub fn bundle<E: AsRef<[u8]>>(entries: &[E]) -> Result<Vec<u8>, BundleError> {
    todo!()
}

/// The `width` entries of a bundle.
pub fn entries_of(bytes: &[u8], width: u16) -> Result<Vec<&[u8]>, BundleError> {
    todo!()
}
