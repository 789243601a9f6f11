//! Which register a command asks, and whom it trusts.

use std::{
    fs,
    path::{Path, PathBuf},
};

use clap::Args;

use super::{Failure, keep::Keys};
use attestar::{
    tlog::{Policy, VerifierKey},
    verify::{Folder, Source, Trust},
};

/// Which register is asked, and whom it trusts.
#[derive(Debug, Args)]
pub(super) struct Place {
    /// The register to ask: an address or a folder [default: the register here]
    #[arg(long, value_name = "URL|DIR")]
    pub(super) site: Option<String>,

    #[command(flatten)]
    pub(super) whom: Whom,
}

/// Whom a command trusts.
#[derive(Debug, Args)]
pub(super) struct Whom {
    /// The log's key, from paper or another place than the register itself
    #[arg(long, value_name = "VKEY")]
    key: Option<String>,

    /// A policy (log keys, witnesses, quorum) to use instead of the register's own
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,

    /// The file that remembers this register's keys [default: one in ~/.config/attestar/pins]
    #[arg(long, value_name = "FILE")]
    pins: Option<PathBuf>,
}

impl Whom {
    /// What was named by hand.
    pub(super) fn trust(&self) -> Result<Trust, Failure> {
        let key = self.key.as_deref().map(str::parse::<VerifierKey>).transpose()?;
        let policy = match &self.policy {
            None => None,
            Some(path) => {
                let bytes =
                    fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?;
                let policy = Policy::parse(&bytes);
                Some(policy.map_err(|error| format!("{}: {error}", path.display()))?)
            }
        };
        Ok(Trust { key, policy })
    }

    /// Where keys are remembered.
    pub(super) fn memory(&self) -> Keys {
        Keys::at(self.pins.as_deref())
    }
}

/// A place by its name: an address or a folder.
pub(super) fn open(name: &str) -> Result<Box<dyn Source>, Failure> {
    if name.contains("://") { site(name) } else { Ok(Box::new(folder(Path::new(name))?)) }
}

/// The folder that is named: a built site, or a register's ledger. A register that holds none is
/// asked for its site.
fn folder(path: &Path) -> Result<Folder, Failure> {
    let register = path.join("register.toml").is_file();
    Folder::open(path)
        .or_else(
            |none| if register { Folder::of_register(path).map_err(|_| none) } else { Err(none) },
        )
        .map_err(Into::into)
}

#[cfg(feature = "http")]
fn site(address: &str) -> Result<Box<dyn Source>, Failure> {
    Ok(Box::new(attestar::verify::Site::open(address)?))
}

#[cfg(not(feature = "http"))]
fn site(address: &str) -> Result<Box<dyn Source>, Failure> {
    Err(format!("{address}: this program was built without `http`; name a folder").into())
}

impl Place {
    /// The register named, else the one here.
    pub(super) fn open(&self, root: Option<&Path>) -> Result<Box<dyn Source>, Failure> {
        if let Some(site) = &self.site {
            return open(site);
        }
        let here = |name: &str| Path::new(name).is_file();
        if root.is_none() && here("ledger/checkpoint") && !here("register.toml") {
            return Ok(Box::new(Folder::open(Path::new("."))?));
        }
        let root = super::root(root).map_err(|_| {
            "no register is named: `--site URL` or `--site DIR` names one, and `-C DIR` one that is \
             being kept"
        })?;
        Ok(Box::new(Folder::of_register(&root)?))
    }

    /// The register that a file lies in, if it lies in one.
    pub(super) fn around(file: &Path) -> Option<Folder> {
        let folder = fs::canonicalize(file).ok()?;
        let folder = folder.parent()?;
        let inside = folder.file_name().is_some_and(|name| name == "c");
        Folder::open(folder.parent().filter(|_| inside)?).ok()
    }
}
