//! A new key in the place of an old one.

use std::path::{Path, PathBuf};

use crate::keyring::{KeyringError, Protection, Role, create, open::former_of, public_half};
use crate::output;
use crate::proof::VerifyingKey;

/// What became of a rotation.
#[derive(Clone, Debug)]
pub struct Rotated {
    /// The old key's file now.
    pub former: PathBuf,
    /// The new key.
    pub key: VerifyingKey,
}

/// Makes a new key in the place of an old one. At every moment there is a key at `path`, and the old
/// one is kept beside it as `ROLE-SUFFIX.pem`. The suffix is the old key's fragment or a day; the
/// log's is `former`.
pub fn rotate(
    path: &Path,
    role: Role,
    suffix: &str,
    protection: Protection<'_>,
) -> Result<Rotated, KeyringError> {
    // That there is an old key, and that it has not been made half.
    public_half(path, role)?;
    let former = former_of(path, role, suffix);
    if former.exists() {
        return Err(KeyringError::FormerThere { path: former });
    }
    let new = path.with_file_name(format!("{role}-new.pem"));
    let key = create(&new, role, protection)?;
    output::supplant(path, &new, &former)?;
    Ok(Rotated { former, key })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rotated_key_stays_beside_its_successor() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log.pem");
        let rotate = || rotate(&path, Role::Log, "former", Protection::Unencrypted);
        assert!(matches!(rotate(), Err(KeyringError::Absent { .. })));
        let old = create(&path, Role::Log, Protection::Unencrypted).unwrap();
        let rotated = rotate().unwrap();
        assert_eq!(rotated.former, folder.path().join("log-former.pem"));
        assert_eq!(public_half(&path, Role::Log).unwrap(), Some(rotated.key));
        assert_eq!(public_half(&rotated.former, Role::Log).unwrap(), Some(old));
        assert!(matches!(rotate(), Err(KeyringError::FormerThere { .. })));
        assert_eq!(public_half(&path, Role::Log).unwrap(), Some(rotated.key));
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2);
    }
}
