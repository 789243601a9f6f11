//! The issuer's name and addresses: `did:web` of the register's address.

use std::fmt;

/// `did:web:HOST[:PATH…]`, and the address it stands for. Two are the same issuer where the text is
/// the same: on one's own machine the address may begin with `http://`, which the text cannot say.
#[derive(Clone)]
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
    /// The issuer that publishes below an address: scheme, host and path, the host in lower case.
    pub fn of(base_url: &str) -> Result<Self, DidError> {
        let error = || DidError::Address(base_url.to_owned());
        let (scheme, rest) = base_url.split_once("://").ok_or_else(error)?;
        let mut parts = rest.split('/');
        let host = parts.next().unwrap_or_default();
        let safe = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_' | '~' | ':');
        let mut sound = matches!(scheme, "http" | "https") && !host.is_empty();
        sound &= host.chars().all(|c| safe(c) && !c.is_ascii_uppercase());
        let mut text = format!("did:web:{}", escaped(host));
        for part in parts {
            let dots = matches!(part, "" | "." | "..");
            sound &= !dots && part.chars().all(|c| safe(c) || c == '%');
            text.push(':');
            text.push_str(&escaped(part));
        }
        // A path that holds our escapes already would stand for another one.
        let base: Box<str> = base_url.into();
        sound &= address(&text).as_deref() == Some(rest);
        if sound { Ok(Self { base, text: text.into() }) } else { Err(error()) }
    }

    /// The issuer of a `did:web:…` text. Its address begins with `https://`, as the method says.
    pub fn parse(text: &str) -> Result<Self, DidError> {
        let error = || DidError::NotWeb(text.to_owned());
        let address = address(text).ok_or_else(error)?;
        let did = Self::of(&format!("https://{address}")).map_err(|_| error())?;
        if did.as_str() == text { Ok(did) } else { Err(error()) }
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
        if self.address().contains('/') { "did.json" } else { ".well-known/did.json" }
    }

    /// The origin of its log: the address without its scheme, then `/ledger`.
    pub fn log_origin(&self) -> String {
        format!("{}/ledger", self.address())
    }

    /// The address without its scheme.
    fn address(&self) -> &str {
        self.base.split_once("://").map_or(&self.base, |(_, address)| address)
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

/// What a DID cannot hold as it is: `:`, which parts it, and `~`.
fn escaped(part: &str) -> String {
    part.replace(':', "%3A").replace('~', "%7E")
}

/// Host and path of a `did:web:…` text.
fn address(text: &str) -> Option<String> {
    let parts = text.strip_prefix("did:web:")?.split(':');
    let parts: Vec<_> = parts.map(|part| part.replace("%3A", ":").replace("%7E", "~")).collect();
    Some(parts.join("/"))
}

impl PartialEq for Did {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Did {}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_issuer_on_ones_own_machine_is_the_one_that_its_text_names() {
        let local = Did::of("http://localhost:8430/sub/path").unwrap();
        assert_eq!(Did::parse(local.as_str()).unwrap(), local);
        assert_ne!(Did::of("http://localhost:8430/sub").unwrap(), local);
    }

    #[test]
    fn an_address_and_its_did_stand_for_each_other() {
        for (base, text, path, origin) in [
            (
                "https://register.example",
                "did:web:register.example",
                ".well-known/did.json",
                "register.example/ledger",
            ),
            (
                "https://a.example:8443/b/c%20d~",
                "did:web:a.example%3A8443:b:c%20d%7E",
                "did.json",
                "a.example:8443/b/c%20d~/ledger",
            ),
        ] {
            let did = Did::of(base).unwrap();
            assert_eq!(did.as_str(), text);
            assert_eq!(did.document_path(), path);
            assert_eq!(did.log_origin(), origin);
            assert_eq!(Did::parse(text).unwrap(), did);
        }
        let local = Did::of("http://localhost:8080").unwrap();
        assert_eq!(local.as_str(), "did:web:localhost%3A8080");
        assert_eq!(local.entry_url("A_2f1"), "http://localhost:8080/c/A_2f1.json");
    }

    #[test]
    fn what_is_no_address_of_a_register_is_refused() {
        for bad in [
            "register.example",
            "ftp://a",
            "https://",
            "https://a/",
            "https://A.example",
            "https://a/../b",
            "https://a//b",
            "https://a?b",
            "https://a/b%3Ac",
            "https://a b",
        ] {
            assert!(Did::of(bad).is_err(), "{bad}");
        }
        for bad in
            ["did:key:z6Mk", "did:web:", "did:web:a%3a80", "did:web:a/b", "did:web:A", "web:a"]
        {
            assert!(Did::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_key_is_of_the_issuer_whose_name_it_begins_with() {
        let did = Did::of("https://register.example").unwrap();
        assert_eq!(did.fragment_of(&did.key_url("k2026-1")), Some("k2026-1"));
        for foreign in ["did:web:register.example", "did:web:register.example#", "did:web:evil#k"] {
            assert_eq!(did.fragment_of(foreign), None);
        }
        assert_eq!(did.fragment_of("did:web:register.example.evil#k2026-1"), None);
    }
}
