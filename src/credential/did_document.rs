//! `did.json`: the keys of an issuer.

use serde_json::json;

use crate::credential::{
    Did,
    read::{self, Misread, Object},
    write::print,
};
use crate::proof::{Document, JsonError, KeyError, Node, VerifyingKey};

/// The DID document of an issuer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DidDocument {
    /// The issuer.
    pub did: Did,
    /// Its keys, in the order in which they were added.
    pub methods: Vec<Method>,
}

/// A verification method: a key and its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Method {
    /// Such as `k2026-1` (issue) or `s2026-1` (status).
    pub fragment: Box<str>,
    /// The key.
    pub key: VerifyingKey,
    /// Whether its signatures still count.
    pub used_for: Use,
}

/// What a key may be used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// It stands in `assertionMethod`: its signatures count.
    Assertion,
    /// It is kept for the record: it was revoked.
    Nothing,
}

/// Why bytes are no DID document of ours.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DidDocumentError {
    /// Not canonical JSON.
    #[error(transparent)]
    Json(#[from] JsonError),
    /// A member is missing, unknown or of the wrong shape.
    #[error("`{0}` of did.json is missing, unknown or not of its form")]
    Member(String),
    /// A key that is none.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// Two keys have one name.
    #[error("the key `{0}` stands twice in did.json")]
    Twice(String),
}

impl From<Misread> for DidDocumentError {
    fn from(misread: Misread) -> Self {
        Self::Member(misread.member())
    }
}

const CONTEXT: [&str; 2] =
    ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"];

impl DidDocument {
    /// The key of an address (`did:web:…#k2026-1`).
    pub fn method(&self, key_url: &str) -> Option<&Method> {
        let fragment = self.did.fragment_of(key_url)?;
        self.methods.iter().find(|method| &*method.fragment == fragment)
    }

    /// The name of the next key added in a year: `k2026-1`, then `k2026-2` (`s` for status keys).
    pub fn next_fragment(&self, letter: char, year: i16) -> String {
        let of_year = format!("{letter}{year}-");
        let taken = self.methods.iter().filter_map(|method| {
            method.fragment.strip_prefix(&*of_year).and_then(|number| number.parse::<u32>().ok())
        });
        format!("{of_year}{}", taken.max().unwrap_or(0).saturating_add(1))
    }

    /// The document.
    pub fn text(&self) -> String {
        let url = |method: &Method| self.did.key_url(&method.fragment);
        let counts = |method: &&Method| method.used_for == Use::Assertion;
        let methods = self.methods.iter().map(|method| {
            json!({
                "controller": self.did.as_str(),
                "id": url(method),
                "publicKeyMultibase": method.key.multikey(),
                "type": "Multikey",
            })
        });
        let document = json!({
            "@context": CONTEXT,
            "assertionMethod": self.methods.iter().filter(counts).map(url).collect::<Vec<_>>(),
            "id": self.did.as_str(),
            "verificationMethod": methods.collect::<Vec<_>>(),
        });
        print(&document)
    }

    /// Reads a document: canonical JSON with exactly our members, of the issuer it names.
    pub fn parse(bytes: &[u8]) -> Result<Self, DidDocumentError> {
        let read = Document::read(bytes)?;
        let known = ["@context", "assertionMethod", "id", "verificationMethod"];
        let top = Object::new(read.top(), "", &known)?;
        top.need("@context", |value| (value.written() == print(&json!(CONTEXT))).then_some(()))?;
        let did = top.need("id", |value| Did::parse(value.text()?).ok())?;
        let known = ["controller", "id", "publicKeyMultibase", "type"];
        let methods = top.list("verificationMethod", &known)?;
        let mut document = Self { did, methods: Vec::new() };
        for object in methods.ok_or_else(|| top.form("verificationMethod"))? {
            object.is("type", "Multikey")?;
            object.is("controller", document.did.as_str())?;
            let fragment =
                object.need("id", |value| document.did.fragment_of(read::text(value)?))?;
            let key = object.need("publicKeyMultibase", Node::text)?;
            let key = VerifyingKey::from_multikey(key)?;
            if document.methods.iter().any(|method| &*method.fragment == fragment) {
                return Err(DidDocumentError::Twice(fragment.to_owned()));
            }
            let method = Method { fragment: fragment.into(), key, used_for: Use::Nothing };
            document.methods.push(method);
        }
        document.assertions(&top)?;
        Ok(document)
    }

    /// The methods that count, which stand in the order of the methods.
    fn assertions(&mut self, top: &Object<'_>) -> Result<(), DidDocumentError> {
        let name = "assertionMethod";
        let urls = top.need(name, Node::items)?;
        let mut rest = self.methods.iter_mut();
        for url in urls {
            let fragment = url.text().and_then(|url| self.did.fragment_of(url));
            let fragment = fragment.ok_or_else(|| top.form(name))?;
            let method = rest.find(|method| &*method.fragment == fragment);
            method.ok_or_else(|| top.form(name))?.used_for = Use::Assertion;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proof::unhex;

    const SAMPLE: &str = r#"{"@context":["https://www.w3.org/ns/did/v1","https://w3id.org/security/multikey/v1"],"assertionMethod":["did:web:register.example#k2026-1"],"id":"did:web:register.example","verificationMethod":[{"controller":"did:web:register.example","id":"did:web:register.example#k2026-1","publicKeyMultibase":"z6MkrSWb6mSmfNXrqTCdb2Ca2wusak64fs5Th3pBxNW1R2e7","type":"Multikey"}]}"#;

    fn sample() -> DidDocument {
        let key = "b21b1b3e72bb6cb6d9fd97ac11dd5ff6add584b0a8109811c5d2c7732f73392c";
        let key = unhex(key).unwrap().try_into().unwrap();
        let key = VerifyingKey::from_bytes(&key).unwrap();
        let method = Method { fragment: "k2026-1".into(), key, used_for: Use::Assertion };
        DidDocument { did: Did::of("https://register.example").unwrap(), methods: vec![method] }
    }

    #[test]
    fn the_worked_document_is_written_and_read() {
        assert_eq!(sample().text(), SAMPLE);
        assert_eq!(DidDocument::parse(SAMPLE.as_bytes()), Ok(sample()));
    }

    #[test]
    fn a_revoked_key_stays_and_does_not_count() {
        let mut document = sample();
        let mut second = document.methods[0].clone();
        second.fragment = document.next_fragment('k', 2026).into();
        assert_eq!(&*second.fragment, "k2026-2");
        document.methods[0].used_for = Use::Nothing;
        document.methods.push(second);
        let text = document.text();
        assert!(text.contains(r#""assertionMethod":["did:web:register.example#k2026-2"]"#));
        assert_eq!(DidDocument::parse(text.as_bytes()), Ok(document.clone()));
        assert_eq!(document.next_fragment('s', 2026), "s2026-1");
    }

    #[test]
    fn a_document_of_others_or_with_more_in_it_is_refused() {
        let wrong = |from: &str, to: &str| DidDocument::parse(SAMPLE.replace(from, to).as_bytes());
        assert!(
            wrong(r#""id":"did:web:register.example","#, r#""id":"did:web:a.example","#).is_err()
        );
        assert!(wrong(r#"],"id""#, r#"],"extra":1,"id""#).is_err());
        assert!(wrong("multikey/v1", "multikey/v2").is_err());
        assert!(
            wrong(
                r#"["did:web:register.example#k2026-1"]"#,
                r#"["did:web:register.example#k2026-2"]"#
            )
            .is_err()
        );
        assert!(wrong("z6MkrSWb6m", "z6MkrSWb60").is_err());
        assert!(
            wrong(r#","type":"Multikey"}]"#, r#","type":"Multikey"}],"verificationMethod":[]"#)
                .is_err()
        );
    }
}
