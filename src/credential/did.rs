//! The issuer's name and addresses: `did:web` of the register's address.

use std::fmt;

/// `did:web:HOST[:PATH…]`, and the address it stands for.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Did {
    base: Box<str>,
    text: Box<str>,
}

/// Why a text is not the address of a register.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DidError {
    /// Not `https://HOST[/PATH]` without a slash at its end.
    #[error("`{0}` is not the address of a register, such as `https://register.example`")]
    Address(String),
    /// Not a DID of the method `web`.
    #[error("`{0}` is not `did:web:HOST`")]
    NotWeb(String),
}

impl Did {
    /// The issuer that publishes below an address (scheme, host and path, as `BaseUrl` has them).
    pub fn of(base_url: &str) -> Result<Self, DidError> {
        todo!()
    }

    /// The issuer of a `did:web:…` text; its address is taken to begin with `https://`.
    pub fn parse(text: &str) -> Result<Self, DidError> {
        todo!()
    }

    /// `did:web:…`.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The register's address, without a slash at its end.
    pub fn base_url(&self) -> &str {
        &self.base
    }

    /// Where the DID document lies below the register's address: `.well-known/did.json`, or
    /// `did.json` where the address has a path.
    pub fn document_path(&self) -> &'static str {
        todo!()
    }

    /// The origin of its log: the address without its scheme, then `/ledger`.
    pub fn log_origin(&self) -> String {
        todo!()
    }

    /// The address of a key: the DID, `#` and a fragment.
    pub fn key_url(&self, fragment: &str) -> String {
        format!("{}#{fragment}", self.text)
    }

    /// The fragment of a key's address, if the key is this issuer's.
    pub fn fragment_of<'k>(&self, key_url: &'k str) -> Option<&'k str> {
        key_url.strip_prefix(&*self.text)?.strip_prefix('#').filter(|rest| !rest.is_empty())
    }

    /// The address of our context.
    pub fn context_url(&self) -> String {
        format!("{}/ns/v1.jsonld", self.base)
    }

    /// The address of the entry of a number's path, and its `id`.
    pub fn entry_url(&self, path: &str) -> String {
        format!("{}/c/{path}.json", self.base)
    }

    /// The address of the page of a number's path.
    pub fn page_url(&self, path: &str) -> String {
        format!("{}/c/{path}.html", self.base)
    }
}

impl fmt::Display for Did {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for Did {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
