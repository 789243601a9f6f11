//! What a key signs.

use std::{fmt, str::FromStr};

/// What a key signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Certificates.
    Issue,
    /// Status lists.
    Status,
    /// Checkpoints of the log.
    Log,
}

/// Why a text names no role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a key's role is `issue`, `status` or `log`")]
pub struct RoleError;

impl Role {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Issue, Self::Status, Self::Log];

    /// Its word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Issue => "issue",
            Self::Status => "status",
            Self::Log => "log",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Role {
    type Err = RoleError;

    fn from_str(text: &str) -> Result<Self, RoleError> {
        Self::ALL.into_iter().find(|role| role.as_str() == text).ok_or(RoleError)
    }
}
