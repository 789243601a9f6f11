//! Key files: PKCS#8 in PEM, encrypted unless somebody insists.

use std::{
    fs::{self, File},
    io::Read as _,
    path::Path,
};

use pkcs8::SecretDocument;
use zeroize::Zeroizing;

use crate::keyring::pkcs8::{self as pkcs, Shut, Stated};
use crate::keyring::{KeyringError, Passphrase, Passphrases, Role, is_demo};
use crate::output::{self, OutputError};
use crate::proof::{SigningKey, VerifyingKey};

/// Before the Multikey of the public half, on a line of its own above the PEM text.
const PUBLIC: &str = "Attestar-Public:";
/// No key file is as large as this.
const LARGEST: usize = 64 * 1024;

/// How a new key file is protected.
#[derive(Clone, Copy, Debug)]
pub enum Protection<'p> {
    /// With a passphrase.
    Passphrase(&'p Passphrase),
    /// Not at all: whoever reads the file can sign.
    Unencrypted,
}

/// Makes a new key and its file, mode 0600. What stands there already is never written over.
pub fn create(
    path: &Path,
    role: Role,
    protection: Protection<'_>,
) -> Result<VerifyingKey, KeyringError> {
    let mut seed = Zeroizing::new([0; 32]);
    random(&mut *seed)?;
    let key = SigningKey::from_seed(*seed);
    let encrypt = |source| KeyringError::Encrypt { role, source };
    let pem = match protection {
        Protection::Unencrypted => pkcs::plain(&key).map_err(encrypt)?,
        Protection::Passphrase(passphrase) => {
            let mut salt = [0; 32];
            random(&mut salt)?;
            pkcs::encrypted(&key, passphrase, &salt).map_err(encrypt)?
        }
    };
    let about = match protection {
        Protection::Unencrypted => "NOT ENCRYPTED: whoever reads this file can sign in your name.",
        Protection::Passphrase(_) => {
            "Whoever has this file and its passphrase can sign in your name."
        }
    };
    output::create_private(path, text(&key, role, about, &pem).as_bytes())?;
    Ok(key.verifying_key())
}

/// The text of a key file.
pub(super) fn text(key: &SigningKey, role: Role, about: &str, pem: &str) -> Zeroizing<String> {
    let public = key.verifying_key().multikey();
    let title = format!("Attestar {role} key. {about}\n{PUBLIC} {public}\n");
    Zeroizing::new([&title, pem].concat())
}

/// The public half of a key file, without its passphrase. Nothing where the file is encrypted and
/// does not say: `openssl` writes no such line.
pub fn public_half(path: &Path, role: Role) -> Result<Option<VerifyingKey>, KeyringError> {
    let file = KeyFile::read(path, role)?;
    if file.is_encrypted {
        return Ok(file.public);
    }
    let stated = pkcs::read(file.der.as_bytes()).map_err(Shut::Malformed);
    file.compared(path, stated).map(|key| Some(key.verifying_key()))
}

/// The public half of a key file that does not tell it without its passphrase.
pub fn opened_half(
    path: &Path,
    role: Role,
    passphrases: &mut dyn Passphrases,
) -> Result<VerifyingKey, KeyringError> {
    Ok(open_with(path, role, passphrases)?.verifying_key())
}

/// Keeps a folder that is made for keys out of git, by a `.gitignore` that stands in it. A folder
/// that holds something already is left alone: not all of it may be secret.
pub fn keep_out_of_git(folder: &Path) -> Result<(), KeyringError> {
    if fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some()) {
        return Ok(());
    }
    let text = "# Private keys are nobody else's business.\n*\n!.gitignore\n";
    match output::create_private(&folder.join(".gitignore"), text.as_bytes()) {
        Ok(()) | Err(OutputError::Exists { .. }) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// Opens a key file with the passphrase that somebody knows, who is told where others can read it.
pub(super) fn open_with(
    path: &Path,
    role: Role,
    passphrases: &mut dyn Passphrases,
) -> Result<SigningKey, KeyringError> {
    let key = open(path, role, || Ok(passphrases.passphrase(role, path)?))?;
    if is_open_to_others(path) && !is_demo(&key.verifying_key()) {
        passphrases.exposed(role, path);
    }
    Ok(key)
}

/// Whether others on this machine may read or write a file.
#[cfg(unix)]
fn is_open_to_others(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    path.metadata().is_ok_and(|found| found.permissions().mode() & 0o077 != 0)
}

#[cfg(not(unix))]
fn is_open_to_others(_: &Path) -> bool {
    false
}

/// Opens a key file. The passphrase is asked for only where there is one.
pub(super) fn open(
    path: &Path,
    role: Role,
    passphrase: impl FnOnce() -> Result<Passphrase, KeyringError>,
) -> Result<SigningKey, KeyringError> {
    let file = KeyFile::read(path, role)?;
    let stated = if file.is_encrypted {
        let info = pkcs::openable(file.der.as_bytes()).map_err(|shut| refused(path, shut))?;
        pkcs::decrypt(&info, &passphrase()?)
    } else {
        pkcs::read(file.der.as_bytes()).map_err(Shut::Malformed)
    };
    file.compared(path, stated)
}

/// A key file that was read and not yet opened.
struct KeyFile {
    /// What the lines above the PEM text say.
    public: Option<VerifyingKey>,
    is_encrypted: bool,
    der: SecretDocument,
}

impl KeyFile {
    fn read(path: &Path, role: Role) -> Result<Self, KeyringError> {
        let text = read_text(path, role)?;
        let wrong = |why| KeyringError::NotAKey { path: path.to_owned(), why };
        let (above, pem) = split(&text).ok_or_else(|| wrong("there is no PEM text in it"))?;
        let (label, der) =
            SecretDocument::from_pem(pem).map_err(|_| wrong("its PEM text is damaged"))?;
        let is_encrypted = match label {
            "PRIVATE KEY" => false,
            "ENCRYPTED PRIVATE KEY" => true,
            _ => return Err(wrong("it holds something else")),
        };
        let line = above.lines().find_map(|line| line.strip_prefix(PUBLIC));
        let public = line.map(|text| VerifyingKey::from_multikey(text.trim())).transpose();
        let public = public.map_err(|_| wrong("the line `Attestar-Public` is damaged"))?;
        Ok(Self { public, is_encrypted, der })
    }

    /// The private key, compared with every public half that the file states.
    fn compared(
        &self,
        path: &Path,
        stated: Result<Stated, Shut>,
    ) -> Result<SigningKey, KeyringError> {
        let stated = stated.map_err(|shut| refused(path, shut))?;
        let found = stated.key.verifying_key();
        let places = [
            ("its PKCS#8", stated.public),
            ("its line `Attestar-Public`", self.public.map(|key| *key.as_bytes())),
        ];
        let mut said = places.into_iter().filter_map(|(place, said)| Some((place, said?)));
        let Some((place, said)) = said.find(|(_, said)| said != found.as_bytes()) else {
            return Ok(stated.key);
        };
        let said = VerifyingKey::from_bytes(&said);
        Err(KeyringError::WrongPublicHalf {
            path: path.to_owned(),
            place,
            said: said.map_or_else(|_| "no key at all".to_owned(), |key| key.multikey()),
            found: found.multikey(),
        })
    }
}

fn refused(path: &Path, shut: Shut) -> KeyringError {
    let path = path.to_owned();
    match shut {
        Shut::Malformed(why) => KeyringError::NotAKey { path, why },
        Shut::Passphrase => KeyringError::WrongPassphrase { path },
    }
}

fn read_text(path: &Path, role: Role) -> Result<Zeroizing<String>, KeyringError> {
    let failed = |source: std::io::Error| match source.kind() {
        std::io::ErrorKind::NotFound => KeyringError::Absent { role, path: path.to_owned() },
        _ => KeyringError::Read { role, path: path.to_owned(), source },
    };
    let file = File::open(path).map_err(failed)?;
    // Room from the start: a text that grows leaves copies of itself behind.
    let mut text = Zeroizing::new(String::with_capacity(LARGEST + 1));
    file.take(LARGEST as u64).read_to_string(&mut text).map_err(failed)?;
    Ok(text)
}

/// What stands above the first PEM text, and that text.
fn split(text: &str) -> Option<(&str, &str)> {
    let begin = text.match_indices("-----BEGIN ").map(|(at, _)| at);
    let mut begin = begin.filter(|at| *at == 0 || text.as_bytes().get(at - 1) == Some(&b'\n'));
    let (above, rest) = text.split_at_checked(begin.next()?)?;
    let end = rest.find("-----END ")?;
    let line = rest.get(end..)?.find('\n').map_or(rest.len(), |length| end + length + 1);
    Some((above, rest.get(..line)?))
}

fn random(bytes: &mut [u8]) -> Result<(), KeyringError> {
    getrandom::fill(bytes).map_err(|source| KeyringError::Random { source })
}

#[cfg(test)]
#[path = "file_tests.rs"]
mod tests;
