//! Evidence files, `NUMBER.attestar.json`: all that is needed to verify one certificate offline.

use jiff::{Timestamp, civil::Date};

use crate::credential::{
    read::{self, Misread, Object},
    write::Writer,
};
use crate::proof::{Document, JsonError, Node};

/// An evidence file. Its parts are texts as they were published; whoever verifies reads them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// What was asked.
    pub asked: Asked,
    /// The checkpoint's note with its cosignatures.
    pub checkpoint: String,
    /// The credential, its exact bytes.
    pub credential: String,
    /// did.json, its exact bytes.
    pub did: String,
    /// Proofs that leaves are in the log, each a C2SP tlog-proof text with the leaf as its extra.
    pub leaves: EvidenceLeaves,
    /// The status lists of the credential's serial, revocation first, their exact bytes.
    pub lists: [String; 2],
    /// The log's policy.
    pub policy: String,
}

/// The question an evidence file answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The number, as it was asked.
    pub number: String,
    /// The day it was asked about.
    pub on: Option<Date>,
    /// When it was asked.
    pub time: Option<Timestamp>,
}

/// Proofs of leaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EvidenceLeaves {
    /// The `issue` or `amend` leaf of the newest version.
    pub issue: String,
    /// The `publish` leaf of the edition.
    pub publish: String,
    /// Every `status` leaf of the number, in log order.
    pub status: Vec<String>,
}

/// Why bytes are no evidence file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EvidenceError {
    /// Not canonical JSON.
    #[error(transparent)]
    Json(#[from] JsonError),
    /// JSON of another kind or version.
    #[error("this is not an evidence file of version 1")]
    Kind,
    /// A member is missing, unknown or of the wrong shape.
    #[error("`{0}` of the evidence file is missing, unknown or not of its form")]
    Member(String),
}

impl From<Misread> for EvidenceError {
    fn from(misread: Misread) -> Self {
        Self::Member(misread.member())
    }
}

impl Evidence {
    /// The file. Its embedded documents must be canonical JSON, or there is none.
    pub fn text(&self) -> Result<String, EvidenceError> {
        let embedded = [&self.credential, &self.did, &self.lists[0], &self.lists[1]];
        for document in embedded {
            Document::read(document.as_bytes())?;
        }
        let mut writer = Writer::with_capacity(16 * 1024);
        writer.open('{');
        self.asked.write(writer.key("asked"));
        writer.key("checkpoint").lines(&self.checkpoint);
        writer.key("credential").raw(&self.credential);
        writer.key("did").raw(&self.did);
        writer.key("kind").text(KIND);
        self.leaves.write(writer.key("leaves"));
        writer.key("lists").open('[');
        writer.raw(&self.lists[0]);
        writer.next();
        writer.raw(&self.lists[1]);
        writer.close(']');
        writer.key("policy").lines(&self.policy);
        writer.key("v").number(1);
        writer.close('}');
        writer.finish().map_err(|(member, _)| EvidenceError::Member(member.to_owned()))
    }

    /// Reads a file.
    pub fn parse(bytes: &[u8]) -> Result<Self, EvidenceError> {
        let document = Document::read(bytes)?;
        let top = document.top();
        let kind = top.member("kind").and_then(Node::text);
        let version = top.member("v").and_then(Node::number);
        if (kind, version) != (Some(KIND), Some(1)) {
            return Err(EvidenceError::Kind);
        }
        let known = ["asked", "checkpoint", "credential", "did", "kind", "leaves", "lists"];
        let top = Object::new(top, "", &[&known[..], &["policy", "v"]].concat())?;
        let document =
            |value: Node<'_>| value.members().is_some().then(|| value.written().to_owned());
        let lists = |value: Node<'_>| {
            let lists = value.items()?.map(document).collect::<Option<Vec<_>>>()?;
            <[String; 2]>::try_from(lists).ok()
        };
        Ok(Self {
            asked: Asked::read(&top)?,
            checkpoint: top.need("checkpoint", lines)?,
            credential: top.need("credential", document)?,
            did: top.need("did", document)?,
            leaves: EvidenceLeaves::read(&top)?,
            lists: top.need("lists", lists)?,
            policy: top.need("policy", lines)?,
        })
    }
}

const KIND: &str = "attestar-evidence";

impl Asked {
    fn write(&self, writer: &mut Writer) {
        writer.open('{');
        writer.key("number").text(&self.number);
        if let Some(on) = self.on {
            writer.key("on").day(on);
        }
        if let Some(time) = self.time {
            writer.key("time").instant(time);
        }
        writer.close('}');
    }

    fn read(top: &Object<'_>) -> Result<Self, Misread> {
        let asked = top.inner("asked", &["number", "on", "time"])?;
        let asked = asked.ok_or_else(|| Misread::Missing("asked".to_owned()))?;
        Ok(Self {
            number: asked.need("number", |value| read::text(value).map(Into::into))?,
            on: asked.may("on", read::day)?,
            time: asked.may("time", read::instant)?,
        })
    }
}

impl EvidenceLeaves {
    fn write(&self, writer: &mut Writer) {
        writer.open('{');
        writer.key("issue").lines(&self.issue);
        writer.key("publish").lines(&self.publish);
        writer.key("status").open('[');
        for proof in &self.status {
            writer.next();
            writer.lines(proof);
        }
        writer.close(']');
        writer.close('}');
    }

    fn read(top: &Object<'_>) -> Result<Self, Misread> {
        let leaves = top.inner("leaves", &["issue", "publish", "status"])?;
        let leaves = leaves.ok_or_else(|| Misread::Missing("leaves".to_owned()))?;
        let all = |value: Node<'_>| value.items()?.map(lines).collect();
        Ok(Self {
            issue: leaves.need("issue", lines)?,
            publish: leaves.need("publish", lines)?,
            status: leaves.need("status", all)?,
        })
    }
}

fn lines(value: Node<'_>) -> Option<String> {
    read::lines(value).map(Into::into)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn evidence() -> Evidence {
        Evidence {
            asked: Asked {
                number: "AST-1".into(),
                on: Some(date(2026, 5, 1)),
                time: Some("2026-11-23T08:00:00Z".parse().unwrap()),
            },
            checkpoint: "register.example/ledger\n705\nXBDu\n\n— register.example/ledger vEfV\n"
                .into(),
            credential: r#"{"a":"甲"}"#.into(),
            did: r#"{"b":[1,2]}"#.into(),
            leaves: EvidenceLeaves {
                issue: "c2sp.org/tlog-proof@v1\n".into(),
                publish: "c2sp.org/tlog-proof@v1\nindex 4\n".into(),
                status: vec!["c2sp.org/tlog-proof@v1\nindex 3\n".into()],
            },
            lists: ["{}".into(), r#"{"c":{}}"#.into()],
            policy: "log a+b+c https://register.example/ledger\nquorum none\n".into(),
        }
    }

    #[test]
    fn files_are_read_as_they_were_written() {
        let text = evidence().text().unwrap();
        let wanted = r#"{"asked":{"number":"AST-1","on":"2026-05-01","time":"2026-11-23T08:00:00Z"},"checkpoint":"register.example/ledger\n705\n"#;
        assert!(text.starts_with(wanted), "{text}");
        assert_eq!(Evidence::parse(text.as_bytes()), Ok(evidence()));
        let bare = Evidence {
            asked: Asked { number: "AST-1".into(), on: None, time: None },
            leaves: EvidenceLeaves { status: vec![], ..evidence().leaves },
            ..evidence()
        };
        assert_eq!(Evidence::parse(bare.text().unwrap().as_bytes()), Ok(bare));
    }

    #[test]
    fn a_changed_byte_is_refused_or_other_evidence() {
        let text = evidence().text().unwrap().into_bytes();
        for at in 0..text.len() {
            for flip in [0x01, 0x10, 0x80] {
                let mut other = text.clone();
                other[at] ^= flip;
                assert_ne!(Evidence::parse(&other).ok(), Some(evidence()), "{at}");
            }
        }
    }

    #[test]
    fn what_cannot_be_embedded_or_is_another_file_is_refused() {
        let spaced = Evidence { did: r#"{"b": 1}"#.into(), ..evidence() };
        assert!(matches!(spaced.text(), Err(EvidenceError::Json(_))));
        let text = evidence().text().unwrap();
        let parse = |from: &str, to: &str| Evidence::parse(text.replace(from, to).as_bytes());
        assert_eq!(parse("\"v\":1", "\"v\":2"), Err(EvidenceError::Kind));
        assert_eq!(parse("-evidence", "-proof"), Err(EvidenceError::Kind));
        assert_eq!(parse("[{},", "[{},{},"), Err(EvidenceError::Member("lists".into())));
        assert_eq!(parse("\"v\":1", "\"v\":1,\"w\":1"), Err(EvidenceError::Member("w".into())));
        assert!(matches!(Evidence::parse(b"{}"), Err(EvidenceError::Kind)));
    }
}
