//! Reads JSON from strangers.

use serde_json::Value;

/// Why bytes are not JSON that a register publishes. Places count bytes from the start.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum JsonError {
    /// Not UTF-8.
    #[error("the text is not UTF-8 at byte {at}")]
    NotUtf8 {
        /// Where.
        at: usize,
    },
    /// Something else than the grammar allows, or the end too early.
    #[error("the text is not JSON at byte {at}: there should be {wanted}")]
    Syntax {
        /// Where.
        at: usize,
        /// What could stand there.
        wanted: &'static str,
    },
    /// A member that stands twice in one object, in whatever spelling.
    #[error("the member `{member}` stands twice, the second time at byte {at}")]
    Duplicate {
        /// The second one.
        at: usize,
        /// Its name.
        member: String,
    },
    /// A fraction, an exponent, `-0`, or an integer beyond ±(2^53 − 1).
    #[error("the number at byte {at} is not a whole number between -(2^53-1) and 2^53-1")]
    Number {
        /// Where.
        at: usize,
    },
    /// Half of a character (a surrogate without its other half).
    #[error("the text at byte {at} holds one half of a character")]
    Surrogate {
        /// Where.
        at: usize,
    },
    /// Lists and objects in one another, deeper than anything that a register publishes.
    #[error("lists and objects are nested too deep at byte {at}")]
    TooDeep {
        /// Where.
        at: usize,
    },
    /// More after the value.
    #[error("something follows the JSON value at byte {at}")]
    Trailing {
        /// Where.
        at: usize,
    },
    /// JSON, but not its canonical form (RFC 8785).
    #[error("the text is not in canonical form from byte {at} on (RFC 8785)")]
    NotCanonical {
        /// The first byte that differs.
        at: usize,
    },
    /// A text that is not in Unicode normalisation form C.
    #[error("the text `{text}` is not in Unicode normalisation form C")]
    NotNormalised {
        /// The text.
        text: String,
    },
}

/// Reads one JSON value. Refuses what two readers could understand in two ways: members that stand
/// twice at any depth, numbers that are no integers within ±(2^53 − 1), lone surrogates.
pub fn parse(bytes: &[u8]) -> Result<Value, JsonError> {
    todo!()
}

/// Reads one JSON value that must be in canonical form, with all texts in normalisation form C.
pub fn parse_canonical(bytes: &[u8]) -> Result<Value, JsonError> {
    todo!()
}
