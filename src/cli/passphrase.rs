//! Where passphrases come from: a file descriptor, the environment, a person at a terminal.

use std::{
    env,
    fs::File,
    io::{self, BufRead as _, BufReader, IsTerminal as _, Read as _},
    path::Path,
    sync::Arc,
};

use clap::Args;
use zeroize::Zeroizing;

use super::term;
use attestar::keyring::{Passphrase, PassphraseError, Passphrases, Role, Waiting};

/// How long a passphrase is at most.
const LONGEST: usize = 4096;

/// Where passphrases come from.
#[derive(Debug, Args)]
pub(super) struct PassphraseArgs {
    /// Read the keys' passphrase from the first line of this file descriptor
    ///
    /// Otherwise it is taken from `ATTESTAR_ISSUE_PASSPHRASE`, `ATTESTAR_STATUS_PASSPHRASE` or
    /// `ATTESTAR_LOG_PASSPHRASE`, then from `ATTESTAR_PASSPHRASE`, then asked for on a terminal.
    #[arg(long, value_name = "N", value_parser = number)]
    pub(super) passphrase_fd: Option<u32>,
}

fn number(text: &str) -> Result<u32, String> {
    text.parse().map_err(|_| "a file descriptor is a number, such as 3 in `3< FILE`".to_owned())
}

/// Whoever knows the passphrases of this run.
pub(super) struct Sources {
    descriptor: Option<u32>,
    /// Descriptors can be read once.
    from_descriptor: Option<Passphrase>,
    /// One new passphrase does for all keys that are made together.
    fresh: Option<Passphrase>,
}

impl Sources {
    pub(super) fn new(args: &PassphraseArgs) -> Self {
        Self { descriptor: args.passphrase_fd, from_descriptor: None, fresh: None }
    }

    /// A passphrase for a new key.
    pub(super) fn fresh(&mut self, role: Role) -> Result<Passphrase, PassphraseError> {
        if let Some(given) = self.given(role)? {
            return Ok(given);
        }
        if let Some(fresh) = &self.fresh {
            return Ok(fresh.clone());
        }
        let first = ask(role, "a passphrase for the new keys: ")?;
        let second = ask(role, "the same again: ")?;
        if first != second {
            return Err(PassphraseError::Differ);
        }
        let fresh = Passphrase::new(first)?;
        self.fresh = Some(fresh.clone());
        Ok(fresh)
    }

    /// What needs nobody at a terminal.
    fn given(&mut self, role: Role) -> Result<Option<Passphrase>, PassphraseError> {
        if let Some(known) = &self.from_descriptor {
            return Ok(Some(known.clone()));
        }
        if let Some(number) = self.descriptor {
            let read = descriptor(number).map_err(|source| {
                let place = format!("file descriptor {number}");
                PassphraseError::Read { place, source }
            })?;
            self.from_descriptor = Some(Passphrase::new(read)?);
            return Ok(self.from_descriptor.clone());
        }
        let own = format!("ATTESTAR_{}_PASSPHRASE", role.as_str().to_uppercase());
        for name in [&own, "ATTESTAR_PASSPHRASE"] {
            // A secret that a CI system does not have is an empty variable.
            let Some(text) = env::var_os(name).filter(|text| !text.is_empty()) else { continue };
            let text = text.into_string().map_err(|_| PassphraseError::Read {
                place: format!("`{name}`"),
                source: io::Error::new(io::ErrorKind::InvalidData, "it is not UTF-8"),
            })?;
            return Passphrase::new(text).map(Some);
        }
        Ok(None)
    }
}

impl Passphrases for Sources {
    fn passphrase(&mut self, role: Role, file: &Path) -> Result<Passphrase, PassphraseError> {
        if let Some(given) = self.given(role)? {
            return Ok(given);
        }
        let typed = ask(role, &format!("the passphrase of the {role} key `{}`: ", file.display()))?;
        Passphrase::new(typed)
    }

    fn exposed(&mut self, role: Role, file: &Path) {
        let file = file.display();
        term::say(format_args!(
            "warning: others on this machine can read the {role} key: `chmod 600 {file}`"
        ));
    }

    fn waiting(&self) -> Option<Waiting> {
        Some(Arc::new(|command| {
            term::say_safely(&format!("waiting for the signer `{command}` …"));
        }))
    }
}

/// The first line of a file descriptor that the program was started with.
fn descriptor(number: u32) -> io::Result<Zeroizing<String>> {
    let file = File::open(format!("/dev/fd/{number}"))?;
    let mut line = Zeroizing::new(String::with_capacity(LONGEST));
    BufReader::new(file.take(LONGEST as u64)).read_line(&mut line)?;
    let end = line.trim_end_matches(['\r', '\n']).len();
    line.truncate(end);
    Ok(line)
}

fn ask(role: Role, prompt: &str) -> Result<Zeroizing<String>, PassphraseError> {
    if !io::stdin().is_terminal() {
        return Err(PassphraseError::Nowhere { role });
    }
    let typed = rpassword::prompt_password(prompt);
    let typed =
        typed.map_err(|source| PassphraseError::Read { place: "the terminal".into(), source });
    typed.map(Zeroizing::new)
}
