//! Status lists as they are published: credentials of the type `BitstringStatusListCredential`.

use jiff::Timestamp;
use serde_json::json;

use crate::credential::{
    Did, ListError, Purpose, StatusList,
    context::{CREDENTIALS, list_context},
    read::{self, Object},
    write::{Writer, print},
};
use crate::proof::{Document, Node, Proof};

/// A published list: a credential with a proof that is yet to be checked.
#[derive(Clone, Debug)]
pub struct ListCredential {
    /// The list.
    pub list: StatusList,
    /// Who issued it.
    pub did: Did,
    /// From when on it holds.
    pub valid_from: Timestamp,
    /// Until when.
    pub valid_until: Timestamp,
    /// Its proof.
    pub proof: Proof,
}

impl StatusList {
    /// The list's credential in canonical form, without its proof.
    pub fn document(&self, did: &Did, from: Timestamp, until: Timestamp) -> String {
        let url = format!("{}/{}", did.base_url(), self.path());
        let mut writer = Writer::with_capacity(1024);
        writer.open('{');
        writer.key("@context").open('[');
        writer.text(CREDENTIALS);
        writer.close(']');
        writer.key("credentialSubject").open('{');
        writer.key("encodedList").text(&self.encoded());
        writer.key("id").text(&format!("{url}#list"));
        writer.key("statusPurpose").text(self.purpose().word());
        writer.key("type").text("BitstringStatusList");
        writer.close('}');
        writer.key("id").text(&url);
        writer.key("issuer").text(did.as_str());
        writer.key("type").raw(&json!(TYPE).to_string());
        writer.key("validFrom").instant(from);
        writer.key("validUntil").instant(until);
        writer.close('}');
        writer.text_of_ours()
    }
}

const TYPE: [&str; 2] = ["VerifiableCredential", "BitstringStatusListCredential"];

impl ListCredential {
    /// Reads a list's published bytes: canonical JSON with exactly our members, at its issuer's
    /// address of that list.
    pub fn parse(bytes: &[u8]) -> Result<Self, ListError> {
        let document = Document::read(bytes)?;
        let known = ["@context", "credentialSubject", "id", "issuer", "proof", "type", "validFrom"];
        let top = Object::new(document.top(), "", &[&known[..], &["validUntil"]].concat())?;
        top.need("@context", |value| (value.written() == print(&list_context())).then_some(()))?;
        top.need("type", |value| (value.written() == print(&json!(TYPE))).then_some(()))?;
        let url = top.need("id", Node::text)?;
        let (did, purpose, number) = top.need("id", |_| place(url))?;
        top.is("issuer", did.as_str())?;
        let known = ["encodedList", "id", "statusPurpose", "type"];
        let subject = top.inner("credentialSubject", &known)?;
        let subject = subject.ok_or_else(|| ListError::Member("credentialSubject".to_owned()))?;
        subject.is("id", &format!("{url}#list"))?;
        subject.is("statusPurpose", purpose.word())?;
        subject.is("type", "BitstringStatusList")?;
        let encoded = subject.need("encodedList", Node::text)?;
        Ok(Self {
            list: StatusList::decode(purpose, number, encoded)?,
            did,
            valid_from: top.need("validFrom", read::instant)?,
            valid_until: top.need("validUntil", read::instant)?,
            proof: Proof::of(&document)?,
        })
    }
}

/// The issuer, the purpose and the number of a list's address.
fn place(url: &str) -> Option<(Did, Purpose, u32)> {
    let (base, name) = url.strip_suffix(".json")?.rsplit_once("/status/")?;
    let (purpose, number) = name.split_once('-')?;
    let number: u32 = number.parse().ok()?;
    let purpose: Purpose = purpose.parse().ok()?;
    let did = Did::of(base).ok()?;
    let list = StatusList::new(purpose, number);
    (format!("{base}/{}", list.path()) == url).then_some((did, purpose, number))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    fn published(list: &StatusList) -> Value {
        let did = Did::of("https://register.example").unwrap();
        let (from, until) = ("2026-11-20T08:00:00Z", "2027-01-04T08:00:00Z");
        let text = list.document(&did, from.parse().unwrap(), until.parse().unwrap());
        let mut value: Value = serde_json::from_str(&text).unwrap();
        let signature = crate::proof::multibase_base58(&[7; 64]);
        value["proof"] = json!({
            "@context": list_context(),
            "created": from,
            "cryptosuite": "eddsa-jcs-2022",
            "proofPurpose": "assertionMethod",
            "proofValue": signature,
            "type": "DataIntegrityProof",
            "verificationMethod": "did:web:register.example#s2026-1",
        });
        value
    }

    fn parse(value: &Value) -> Result<ListCredential, ListError> {
        ListCredential::parse(crate::proof::canonical(value).unwrap().as_bytes())
    }

    #[test]
    fn the_worked_list_is_written_and_read() {
        let mut list = StatusList::new(Purpose::Suspension, 0);
        list.set(3);
        let did = Did::of("https://register.example").unwrap();
        let (from, until) = ("2026-11-20T08:00:00Z", "2027-01-04T08:00:00Z");
        let text = list.document(&did, from.parse().unwrap(), until.parse().unwrap());
        let sample = r#"{"@context":["https://www.w3.org/ns/credentials/v2"],"credentialSubject":{"encodedList":"uH4sIAAAAAAACA-3AsQAAAAACsBDypw2jZ2sAAAAAAAAAAAAAAAAAAACAtwF6YgrEAEAAAA","id":"https://register.example/status/suspension-0.json#list","statusPurpose":"suspension","type":"BitstringStatusList"},"id":"https://register.example/status/suspension-0.json","issuer":"did:web:register.example","type":["VerifiableCredential","BitstringStatusListCredential"],"validFrom":"2026-11-20T08:00:00Z","validUntil":"2027-01-04T08:00:00Z"}"#;
        assert_eq!(text, sample);
        let read = parse(&published(&list)).unwrap();
        assert_eq!(read.list, list);
        assert_eq!(read.proof.verification_method, "did:web:register.example#s2026-1");
    }

    #[test]
    fn a_list_of_another_place_purpose_or_issuer_is_refused() {
        let value = published(&StatusList::new(Purpose::Revocation, 0));
        assert!(parse(&value).is_ok());
        let wrong = |pointer: &str, to: Value| {
            let mut other = value.clone();
            *other.pointer_mut(pointer).unwrap() = to;
            assert!(parse(&other).is_err(), "{pointer}");
        };
        wrong("/credentialSubject/statusPurpose", json!("suspension"));
        wrong(
            "/credentialSubject/id",
            json!("https://register.example/status/revocation-1.json#list"),
        );
        wrong("/id", json!("https://register.example/status/revocation-00.json"));
        wrong("/id", json!("https://a.example/status/revocation-0.json"));
        wrong("/issuer", json!("did:web:a.example"));
        wrong("/type", json!(["VerifiableCredential"]));
        wrong("/validUntil", json!("2027-01-04T08:00:00.5Z"));
        let mut more = value.clone();
        more["credentialSubject"]["ttl"] = json!(1);
        assert_eq!(parse(&more).err(), Some(ListError::Member("credentialSubject.ttl".into())));
    }
}
