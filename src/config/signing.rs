//! The table `[signing]`: where the keys are, and when a difference is implausible.

use std::path::PathBuf;
use std::time::Duration;

use crate::fields::Fields;
use crate::proof::VerifyingKey;

/// Where the keys are, and when a difference is implausible.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signing {
    /// Signs certificates.
    pub issue: KeySource,
    /// Signs status lists. `None` where register.toml names an issue key and no status key: the issue
    /// key does then.
    pub status: Option<KeySource>,
    /// Signs checkpoints.
    pub log: KeySource,
    /// Signed checkpoints before a rotation. Without it, `log-former.pem` beside the log key.
    pub former_log: Option<KeySource>,
    /// The plausibility gate, in percent of the register.
    pub max_change_percent: u32,
}

/// Where a key is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeySource {
    /// A file, relative to the register's folder unless it is absolute.
    File(PathBuf),
    /// Behind a command.
    Command(Box<KeyCommand>),
}

/// A command that signs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyCommand {
    /// The program and its arguments.
    pub command: Vec<String>,
    /// The key that it signs with.
    pub public: VerifyingKey,
    /// How long it may take for one answer.
    pub timeout: Duration,
}

impl Default for Signing {
    /// Three files in `keys/`.
    fn default() -> Self {
        let file = |name: &str| KeySource::File(PathBuf::from(name));
        Self {
            issue: file("keys/issue.pem"),
            status: Some(file("keys/status.pem")),
            log: file("keys/log.pem"),
            former_log: None,
            max_change_percent: 20,
        }
    }
}

pub(super) fn read(table: &Fields<'_>) -> Signing {
    todo!()
}
