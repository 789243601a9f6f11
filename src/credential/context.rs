//! JSON-LD contexts: those that our documents name, and our own, `ns/v1.jsonld`.

use serde_json::{Value, json};

use crate::credential::Did;

/// The context of every credential (W3C VC Data Model 2.0).
pub(super) const CREDENTIALS: &str = "https://www.w3.org/ns/credentials/v2";

/// The `@context` of entries: also what their proofs are configured with.
pub fn entry_context(did: &Did) -> Value {
    json!([CREDENTIALS, did.context_url()])
}

/// The `@context` of status lists: also what their proofs are configured with.
pub fn list_context() -> Value {
    json!([CREDENTIALS])
}

/// The published context of our terms: fixed text but for the address. It is never edited after a
/// first seal; a new version is a new file.
pub fn context(did: &Did) -> String {
    todo!()
}
