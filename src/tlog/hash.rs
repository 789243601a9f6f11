//! Hashes of leaves and nodes (RFC 9162, 2.1.1), and the head of a tree.

use crate::proof::{base64, from_base64};
use sha2::{Digest, Sha256};
use std::{fmt, str::FromStr};

/// The bytes of a hash.
pub(in crate::tlog) const HASH_LENGTH: usize = 32;

/// A SHA-256 digest that stands in a Merkle tree.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash([u8; 32]);

impl Hash {
    /// The root of a tree without leaves: the digest of nothing.
    pub const EMPTY: Self = Self([
        0xe3, 0xb0, 0xc4, 0x42, 0x98, 0xfc, 0x1c, 0x14, 0x9a, 0xfb, 0xf4, 0xc8, 0x99, 0x6f, 0xb9,
        0x24, 0x27, 0xae, 0x41, 0xe4, 0x64, 0x9b, 0x93, 0x4c, 0xa4, 0x95, 0x99, 0x1b, 0x78, 0x52,
        0xb8, 0x55,
    ]);

    /// The hash with these bytes.
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Its 32 bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl From<[u8; 32]> for Hash {
    fn from(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
}

/// In base64, as checkpoints and proofs write it.
impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&base64(&self.0))
    }
}

/// A text that is not the base64 of 32 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a hash is the base64 of 32 bytes: 44 characters")]
pub struct HashError;

impl FromStr for Hash {
    type Err = HashError;

    fn from_str(text: &str) -> Result<Self, HashError> {
        if text.len() != 44 {
            return Err(HashError);
        }
        let bytes = from_base64(text).and_then(|bytes| bytes.try_into().ok());
        bytes.map(Self).ok_or(HashError)
    }
}

/// In hexadecimal.
impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// The hash of a leaf: SHA-256(`00` ‖ entry).
pub fn leaf_hash(entry: &[u8]) -> Hash {
    let digest = Sha256::new().chain_update([0]).chain_update(entry).finalize();
    Hash(digest.into())
}

/// The hash of an inner node: SHA-256(`01` ‖ left ‖ right).
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    let digest = Sha256::new().chain_update([1]).chain_update(left.0).chain_update(right.0);
    Hash(digest.finalize().into())
}

/// The largest tree that we read: its size, and so every index, is an exact number in JavaScript.
pub const MAX_SIZE: u64 = 1 << 53;

/// What a checkpoint commits to: how many leaves, and their root.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TreeHead {
    /// The number of leaves.
    pub size: u64,
    /// The Merkle tree hash over all of them.
    pub root: Hash,
}

impl TreeHead {
    /// The head of the tree without leaves.
    pub const EMPTY: Self = Self { size: 0, root: Hash::EMPTY };
}
