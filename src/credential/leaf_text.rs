//! The bytes of leaves: canonical JSON with exactly the members of their kind.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::credential::{
    Leaf, LeafError, Publish, Purpose, StatusChange,
    read::{self, Misread, Object},
    write::Writer,
};
use crate::model::CertificateNumber;
use crate::proof::{Document, Node, VerifyingKey, hex};

impl From<Misread> for LeafError {
    fn from(misread: Misread) -> Self {
        Self::Member(misread.member())
    }
}

impl Leaf {
    /// The leaf's bytes.
    pub fn text(&self) -> String {
        let mut writer = Writer::with_capacity(256);
        writer.open('{');
        match self {
            Self::Issue { id, sha256, .. } => {
                writer.key("id").text(id);
                writer.key("kind").text("issue");
                writer.key("sha256").text(&hex(sha256));
            }
            Self::Amend { id, prev, sha256, .. } => {
                writer.key("id").text(id);
                writer.key("kind").text("amend");
                writer.key("prev").text(&hex(prev));
                writer.key("sha256").text(&hex(sha256));
            }
            Self::Status { id, change, .. } => {
                writer.key("date").day(change.date);
                writer.key("id").text(id);
                writer.key("kind").text("status");
                if let Some(reason) = &change.reason {
                    writer.key("reason").text(reason);
                }
                writer.key("status").text(change.status.word());
            }
            Self::Key { action, key, .. } => {
                writer.key("action").text(action.into());
                writer.key("key").text(&key.multikey());
                writer.key("kind").text("key");
            }
            Self::Publish(publish) => return publish.text(),
            Self::Erase { id, .. } => {
                writer.key("id").text(id);
                writer.key("kind").text("erase");
            }
        }
        writer.key("time").instant(self.time());
        if matches!(self, Self::Key { .. }) {
            writer.key("use").text("assertion");
        }
        writer.key("v").number(1);
        if let Self::Key { method, .. } = self {
            writer.key("vm").text(method);
        }
        writer.close('}');
        writer.text_of_ours()
    }

    /// Reads a leaf.
    pub fn parse(bytes: &[u8]) -> Result<Self, LeafError> {
        if bytes.len() > usize::from(u16::MAX) {
            return Err(LeafError::TooLong);
        }
        let document = Document::read(bytes)?;
        let value = document.top();
        let kind = value.member("kind").and_then(Node::text).unwrap_or_default();
        match kind {
            "issue" => {
                let leaf = members(value, &["id", "kind", "sha256", "time", "v"])?;
                let sha256 = leaf.need("sha256", read::digest)?;
                Ok(Self::Issue { id: id(&leaf)?, sha256, time: time(&leaf)? })
            }
            "amend" => {
                let leaf = members(value, &["id", "kind", "prev", "sha256", "time", "v"])?;
                let (prev, sha256) =
                    (leaf.need("prev", read::digest)?, leaf.need("sha256", read::digest)?);
                Ok(Self::Amend { id: id(&leaf)?, prev, sha256, time: time(&leaf)? })
            }
            "status" => {
                let known = ["date", "id", "kind", "reason", "status", "time", "v"];
                let leaf = members(value, &known)?;
                let change = StatusChange {
                    date: leaf.need("date", read::day)?,
                    status: leaf.need("status", read::word)?,
                    reason: leaf.may("reason", reason)?,
                };
                Ok(Self::Status { id: id(&leaf)?, change, time: time(&leaf)? })
            }
            "key" => {
                let known = ["action", "key", "kind", "time", "use", "v", "vm"];
                let leaf = members(value, &known)?;
                leaf.is("use", "assertion")?;
                let action = leaf.need("action", read::word)?;
                let multikey = |value: Node<'_>| VerifyingKey::from_multikey(value.text()?).ok();
                let key = leaf.need("key", multikey)?;
                let method = leaf.need("vm", method)?;
                Ok(Self::Key { action, key, method, time: time(&leaf)? })
            }
            "publish" => Ok(Self::Publish(Publish::read(value)?)),
            "erase" => {
                let leaf = members(value, &["id", "kind", "time", "v"])?;
                Ok(Self::Erase { id: id(&leaf)?, time: time(&leaf)? })
            }
            _ => Err(LeafError::Kind(kind.chars().take(32).collect())),
        }
    }
}

impl Publish {
    fn text(&self) -> String {
        let mut writer = Writer::with_capacity(640);
        writer.open('{');
        writer.key("did").text(&hex(&self.did));
        writer.key("edition").text(&self.edition.to_string());
        writer.key("kind").text("publish");
        writer.key("lists").open('{');
        // The paths are ASCII, so the map's order is that of UTF-16 units.
        for (path, digest) in &self.lists {
            writer.next();
            writer.text(path);
            writer.raw(":");
            writer.text(&hex(digest));
        }
        writer.close('}');
        writer.key("next").instant(self.next);
        writer.key("policy").text(&hex(&self.policy));
        writer.key("time").instant(self.time);
        writer.key("type").text(self.kind.into());
        writer.key("v").number(1);
        writer.close('}');
        writer.text_of_ours()
    }

    fn read(value: Node<'_>) -> Result<Self, LeafError> {
        let known = ["did", "edition", "kind", "lists", "next", "policy", "time", "type", "v"];
        let leaf = members(value, &known)?;
        Ok(Self {
            did: leaf.need("did", read::digest)?,
            edition: leaf.need("edition", read::word)?,
            lists: leaf.need("lists", lists)?,
            next: leaf.need("next", read::instant)?,
            policy: leaf.need("policy", read::digest)?,
            time: time(&leaf)?,
            kind: leaf.need("type", read::word)?,
        })
    }
}

fn members<'v>(value: Node<'v>, known: &[&str]) -> Result<Object<'v>, LeafError> {
    let leaf = Object::new(value, "", known)?;
    leaf.need("v", |value| (value.number() == Some(1)).then_some(()))?;
    Ok(leaf)
}

/// The key of a number, in the form that numbers are compared in.
fn id(leaf: &Object<'_>) -> Result<Box<str>, Misread> {
    let key = |value: Node<'_>| {
        let text = value.text()?;
        let number = CertificateNumber::try_from(text).ok()?;
        (number.key() == text).then(|| text.into())
    };
    leaf.need("id", key)
}

fn time(leaf: &Object<'_>) -> Result<Timestamp, Misread> {
    leaf.need("time", read::instant)
}

/// A code of a scheme, never free text.
pub(super) fn reason(value: Node<'_>) -> Option<Box<str>> {
    read::boxed(value).filter(|text| !text.is_empty() && text.chars().count() <= 64)
}

fn method(value: Node<'_>) -> Option<Box<str>> {
    let text = read::text(value)?;
    let (did, fragment) = text.split_once('#')?;
    let sound = did.starts_with("did:web:") && !fragment.is_empty() && text.len() <= 1024;
    sound.then(|| text.into())
}

/// Both lists of each range of serials, from the first range on.
fn lists(value: Node<'_>) -> Option<BTreeMap<Box<str>, [u8; 32]>> {
    let lists = value.members()?;
    let lists: BTreeMap<Box<str>, _> = lists
        .map(|(path, digest)| Some((path.into(), read::digest(digest)?)))
        .collect::<Option<_>>()?;
    let number = u32::try_from(lists.len() / 2).ok()?;
    let of = |purpose: Purpose, number| format!("status/{}-{number}.json", purpose.word());
    let is_there = |path: String| lists.contains_key(&*path);
    let complete = (0..number).all(|number| {
        is_there(of(Purpose::Revocation, number)) && is_there(of(Purpose::Suspension, number))
    });
    (number > 0 && lists.len() % 2 == 0 && complete).then_some(lists)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::credential::{EditionKind, EditionName, KeyAction, LeafStatus};
    use crate::proof::unhex;
    use jiff::civil::date;

    fn leaves() -> Vec<Leaf> {
        let time = "2026-09-15T08:00:00Z".parse().unwrap();
        let id: Box<str> = "ATT-2026-000042".into();
        let public = "b21b1b3e72bb6cb6d9fd97ac11dd5ff6add584b0a8109811c5d2c7732f73392c";
        let key = VerifyingKey::from_bytes(&unhex(public).unwrap().try_into().unwrap()).unwrap();
        let change = StatusChange {
            date: date(2026, 9, 14),
            status: LeafStatus::Suspended,
            reason: Some("surveillance-overdue".into()),
        };
        let method: Box<str> = "did:web:register.example#k2026-1".into();
        let path = |purpose: Purpose| Box::from(purpose.path(0));
        let publish = Publish {
            did: [1; 32],
            edition: EditionName::new(date(2026, 9, 15), 2),
            lists: [(path(Purpose::Revocation), [2; 32]), (path(Purpose::Suspension), [3; 32])]
                .into(),
            next: "2026-10-30T08:00:00Z".parse().unwrap(),
            policy: [4; 32],
            time,
            kind: EditionKind::Status,
        };
        vec![
            Leaf::Issue { id: id.clone(), sha256: [7; 32], time },
            Leaf::Amend { id: id.clone(), prev: [7; 32], sha256: [8; 32], time },
            Leaf::Status { id: id.clone(), change, time },
            Leaf::Key { action: KeyAction::Add, key, method, time },
            Leaf::Publish(publish),
            Leaf::Erase { id, time },
        ]
    }

    #[test]
    fn leaves_have_the_bytes_that_the_formats_give() {
        let all = leaves();
        let text = all[0].text();
        assert_eq!(text.len(), 151);
        let start = r#"{"id":"ATT-2026-000042","kind":"issue","sha256":"0707"#;
        assert!(
            text.starts_with(start) && text.ends_with(r#","time":"2026-09-15T08:00:00Z","v":1}"#)
        );
        let status = r#"{"date":"2026-09-14","id":"ATT-2026-000042","kind":"status","reason":"surveillance-overdue","status":"suspended","time":"2026-09-15T08:00:00Z","v":1}"#;
        assert_eq!(all[2].text(), status);
        let key = r#"{"action":"add","key":"z6MkrSWb6mSmfNXrqTCdb2Ca2wusak64fs5Th3pBxNW1R2e7","kind":"key","time":"2026-09-15T08:00:00Z","use":"assertion","v":1,"vm":"did:web:register.example#k2026-1"}"#;
        assert_eq!(all[3].text(), key);
        assert!(all[4].text().contains(
            r#""edition":"2026-09-15.2","kind":"publish","lists":{"status/revocation-0.json":"0202"#
        ));
    }

    #[test]
    fn leaves_are_read_as_they_were_written() {
        for leaf in leaves() {
            assert_eq!(Leaf::parse(leaf.text().as_bytes()), Ok(leaf));
        }
    }

    #[test]
    fn a_changed_byte_is_refused_or_another_leaf() {
        for leaf in leaves() {
            let text = leaf.text().into_bytes();
            for at in 0..text.len() {
                for flip in [0x01, 0x02, 0x20, 0x80] {
                    let mut other = text.clone();
                    other[at] ^= flip;
                    if let Ok(read) = Leaf::parse(&other) {
                        assert_ne!(read, leaf);
                        assert_eq!(read.text().as_bytes(), other);
                    }
                }
            }
        }
    }

    #[test]
    fn unknown_kinds_versions_and_members_are_refused() {
        let issue = leaves()[0].text();
        let parse = |from: &str, to: &str| Leaf::parse(issue.replace(from, to).as_bytes());
        assert_eq!(parse("\"issue\"", "\"mint\""), Err(LeafError::Kind("mint".into())));
        assert_eq!(parse("\"v\":1", "\"v\":2"), Err(LeafError::Member("v".into())));
        assert_eq!(parse(",\"v\":1", ",\"v\":1,\"w\":1"), Err(LeafError::Member("w".into())));
        assert_eq!(parse("ATT-", "att-"), Err(LeafError::Member("id".into())));
        assert_eq!(parse("0707", "07g7"), Err(LeafError::Member("sha256".into())));
        assert!(Leaf::parse(&vec![b' '; 65_536]).is_err());
        let publish = leaves()[4].text();
        for (from, to) in
            [("revocation-0", "revocation-1"), ("15.2\"", "15.1\""), ("15.2\"", "15.02\"")]
        {
            assert!(Leaf::parse(publish.replace(from, to).as_bytes()).is_err(), "{to}");
        }
    }

    #[test]
    fn editions_of_one_day_are_counted() {
        let first: EditionName = "2026-11-23".parse().unwrap();
        let second = first.next(date(2026, 11, 23));
        assert_eq!(second.to_string(), "2026-11-23.2");
        assert_eq!(second.next(date(2026, 11, 24)).to_string(), "2026-11-24");
        assert!(first < second);
    }
}
