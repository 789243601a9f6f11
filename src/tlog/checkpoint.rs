//! Checkpoints (C2SP tlog-checkpoint): the text of the note that commits to a tree.

use crate::tlog::hash::{MAX_SIZE, TreeHead};
use crate::tlog::text::decimal;
use std::{fmt, str::FromStr};

/// The origin of a log and the head of its tree. It displays as the text of its note.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    origin: Box<str>,
    tree: TreeHead,
}

/// Why a text is no checkpoint of ours.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CheckpointError {
    /// Not exactly three lines. Extension lines are refused: nobody audits them.
    #[error("a checkpoint has exactly three lines: origin, size and root")]
    Lines,
    /// An origin that is empty or has control characters.
    #[error("the origin of a checkpoint cannot be `{0}`")]
    Origin(String),
    /// Not a size, or one beyond 2^53.
    #[error("`{0}` is not the size of a tree")]
    Size(String),
    /// Not a digest in base64.
    #[error("`{0}` is not a root in base64")]
    Root(String),
}

impl Checkpoint {
    /// The checkpoint of a tree.
    pub fn new(origin: &str, tree: TreeHead) -> Result<Self, CheckpointError> {
        if origin.is_empty() || origin.bytes().any(|byte| byte < b' ') {
            return Err(CheckpointError::Origin(origin.to_owned()));
        }
        if tree.size > MAX_SIZE {
            return Err(CheckpointError::Size(tree.size.to_string()));
        }
        Ok(Self { origin: origin.into(), tree })
    }

    /// The log.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Size and root.
    pub fn tree(&self) -> &TreeHead {
        &self.tree
    }
}

/// From the text of a note.
impl FromStr for Checkpoint {
    type Err = CheckpointError;

    fn from_str(text: &str) -> Result<Self, CheckpointError> {
        let lines: Vec<_> = text.split('\n').collect();
        let [origin, size, root, ""] = lines.as_slice() else { return Err(CheckpointError::Lines) };
        let size = decimal(size).ok_or_else(|| CheckpointError::Size((*size).to_owned()))?;
        let root = root.parse().map_err(|_| CheckpointError::Root((*root).to_owned()))?;
        Self::new(origin, TreeHead { size, root })
    }
}

impl fmt::Display for Checkpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}\n{}\n{}", self.origin, self.tree.size, self.tree.root)
    }
}
