//! The demo keys. Everybody has them, so that the demo register can be sealed and everybody can try.

use std::path::Path;

use crate::keyring::{KeyringError, Role, file, pkcs8};
use crate::output;
use crate::proof::{SigningKey, VerifyingKey, sha256};

/// A demo key, made of a public text.
pub fn demo_key(role: Role) -> SigningKey {
    SigningKey::from_seed(sha256(format!("attestar demo {role} key").as_bytes()))
}

/// The file of a demo key, not encrypted, with a warning above it.
#[expect(clippy::missing_panics_doc, reason = "a key that is there can be written")]
pub fn demo_file(role: Role) -> String {
    let key = demo_key(role);
    let pem = pkcs8::plain(&key).expect("a key can be written");
    let about = "DEMO KEY: everybody has it, and what it signs proves nothing. Attestar uses it for \
                 addresses under `.example` and on this computer only.";
    file::text(&key, role, about, &pem).to_string()
}

/// Writes the demo keys into a folder, where `[signing]` looks for keys.
pub fn create_demo(folder: &Path) -> Result<(), KeyringError> {
    for role in Role::ALL {
        output::create_private(&folder.join(format!("{role}.pem")), demo_file(role).as_bytes())?;
    }
    Ok(())
}

/// Whether a key is one of the demo keys, which sign for made-up registers only.
pub fn is_demo(key: &VerifyingKey) -> bool {
    Role::ALL.iter().any(|role| demo_key(*role).verifying_key() == *key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn demo_keys_are_known() {
        for role in Role::ALL {
            assert!(is_demo(&demo_key(role).verifying_key()));
            let file = demo_file(role);
            assert!(file.starts_with(&format!("Attestar {role} key. DEMO KEY: everybody has it")));
        }
        assert!(!is_demo(&SigningKey::from_seed([1; 32]).verifying_key()));
    }
}
