//! The demo keys. Everybody has them, so that the demo register can be sealed and everybody can try.

use crate::keyring::Role;
use crate::proof::{SigningKey, VerifyingKey, sha256};

/// A demo key, made of a public text.
pub fn demo_key(role: Role) -> SigningKey {
    SigningKey::from_seed(sha256(format!("attestar demo {role} key").as_bytes()))
}

/// The file of a demo key, unencrypted, with a warning before it.
pub fn demo_file(role: Role) -> String {
    todo!()
}

/// Whether a key is one of the demo keys, which sign for made-up registers only.
pub fn is_demo(key: &VerifyingKey) -> bool {
    Role::ALL.iter().any(|role| demo_key(*role).verifying_key() == *key)
}
