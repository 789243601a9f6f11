//! Public keys, and what they signed.

use std::{cmp::Ordering, fmt};

use ed25519_dalek::Signature;

use crate::proof::{Fingerprint, from_multibase_base58, multibase_base58};

/// The multicodec prefix of an Ed25519 public key (Controlled Identifiers 1.0, 2.2.2).
const ED25519: [u8; 2] = [0xed, 0x01];

/// Why bytes or a text are no public key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// Not a point of the curve, one of small order, or one with another spelling.
    #[error("the 32 bytes are not an Ed25519 public key")]
    NotAPoint,
    /// Not a Multikey of an Ed25519 key.
    #[error("`{0}` is not the Multikey of an Ed25519 key, which begins with `z6Mk`")]
    NotAMultikey(String),
}

/// A signature that is not of this key and message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the signature is not of this key and message")]
pub struct Unsigned;

/// An Ed25519 public key that is on the curve and not of small order.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct VerifyingKey(ed25519_dalek::VerifyingKey);

impl VerifyingKey {
    /// The key of 32 bytes.
    pub fn from_bytes(bytes: &[u8; 32]) -> Result<Self, KeyError> {
        let key = ed25519_dalek::VerifyingKey::from_bytes(bytes).ok();
        // Some points have a second spelling, with a coordinate beyond the field's size.
        let key = key.filter(|key| key.to_edwards().compress().as_bytes() == bytes);
        key.filter(|key| !key.is_weak()).map(Self).ok_or(KeyError::NotAPoint)
    }

    pub(super) fn of(key: &ed25519_dalek::SigningKey) -> Self {
        Self(key.verifying_key())
    }

    /// Its 32 bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        self.0.as_bytes()
    }

    /// Its Multikey, `z6Mk…`.
    pub fn multikey(&self) -> String {
        multibase_base58(&[&ED25519[..], self.as_bytes()].concat())
    }

    /// The key of a Multikey.
    pub fn from_multikey(text: &str) -> Result<Self, KeyError> {
        let wrong = || KeyError::NotAMultikey(text.chars().take(60).collect());
        let bytes = from_multibase_base58(text).ok_or_else(wrong)?;
        let key = bytes.strip_prefix(&ED25519).ok_or_else(wrong)?;
        Self::from_bytes(key.try_into().map_err(|_| wrong())?)
    }

    /// What people compare on paper.
    pub fn fingerprint(&self) -> Fingerprint {
        Fingerprint::of(self.as_bytes())
    }

    /// Whether a signature is of this key and message. Neither the key nor the signature's point may
    /// be of small order, and each has one spelling, so that nobody else's verifier says otherwise.
    pub fn verify(&self, message: &[u8], signature: &[u8; 64]) -> Result<(), Unsigned> {
        let signature = Signature::from_bytes(signature);
        self.0.verify_strict(message, &signature).map_err(|_| Unsigned)
    }
}

impl PartialOrd for VerifyingKey {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for VerifyingKey {
    fn cmp(&self, other: &Self) -> Ordering {
        self.as_bytes().cmp(other.as_bytes())
    }
}

impl fmt::Debug for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VerifyingKey({})", self.multikey())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proof::{SigningKey, unhex};

    fn bytes(hex: &str) -> [u8; 32] {
        unhex(hex).unwrap().try_into().unwrap()
    }

    #[test]
    fn a_multikey_is_read_and_written() {
        let text = "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2";
        let key = VerifyingKey::from_multikey(text).unwrap();
        assert_eq!(key.multikey(), text);
        assert_eq!(format!("{key:?}"), format!("VerifyingKey({text})"));
        let x25519 = "z6LSbysY2xFMRpGMhb7tFTLMpeuPRaqaWM1yECx2AtzE3KCc";
        let cut = "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ";
        for wrong in ["", "z", "6Mkr", x25519, cut, &text.to_lowercase()] {
            assert!(VerifyingKey::from_multikey(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_point_that_signs_everything_is_no_key() {
        let small = [
            "0100000000000000000000000000000000000000000000000000000000000000",
            "0000000000000000000000000000000000000000000000000000000000000000",
            "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
            "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
            // The same as the first, spelled with p + 1.
            "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        ];
        for hex in small {
            assert_eq!(VerifyingKey::from_bytes(&bytes(hex)), Err(KeyError::NotAPoint), "{hex}");
        }
    }

    #[test]
    fn a_key_has_one_spelling() {
        // y = 3 is on the curve; so is 3 + p, which some readers take for the same.
        let mut plain = [0; 32];
        plain[0] = 3;
        let mut beyond = [0xff; 32];
        (beyond[0], beyond[31]) = (0xf0, 0x7f);
        assert!(VerifyingKey::from_bytes(&plain).is_ok());
        assert_eq!(VerifyingKey::from_bytes(&beyond), Err(KeyError::NotAPoint));
    }

    #[test]
    fn a_signature_is_of_one_key_one_message_and_one_spelling() {
        let key = SigningKey::from_seed([7; 32]);
        let public = key.verifying_key();
        let signature = key.sign(b"message");
        assert_eq!(public.verify(b"message", &signature), Ok(()));
        assert_eq!(public.verify(b"massage", &signature), Err(Unsigned));
        let other = SigningKey::from_seed([8; 32]).verifying_key();
        assert_eq!(other.verify(b"message", &signature), Err(Unsigned));
        for at in 0..64 {
            let mut changed = signature;
            changed[at] ^= 1;
            assert_eq!(public.verify(b"message", &changed), Err(Unsigned), "byte {at}");
        }
        // The same scalar plus the group's order.
        let order = bytes("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
        let mut again = signature;
        let mut carry = 0;
        for (byte, order) in again[32..].iter_mut().zip(order) {
            let sum = u16::from(*byte) + u16::from(order) + carry;
            (*byte, carry) = (sum.to_le_bytes()[0], sum >> 8);
        }
        assert_eq!(public.verify(b"message", &again), Err(Unsigned));
    }
}
