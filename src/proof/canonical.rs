//! Writes canonical JSON (RFC 8785).

use serde_json::Value;

/// Why a value has no canonical form here.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum JcsError {
    /// A number that is no integer within ±(2^53 − 1).
    #[error("the number {0} is not a whole number between -(2^53-1) and 2^53-1")]
    Number(String),
}

/// The canonical form of a value: members sorted by their UTF-16 units, whatever order the value
/// keeps them in; the shortest escapes; no spaces. Of numbers only integers within ±(2^53 − 1),
/// because that is all that a register needs and all that every reader keeps exactly.
pub fn canonical(value: &Value) -> Result<String, JcsError> {
    todo!()
}
