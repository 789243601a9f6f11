//! Policy files (C2SP tlog-policy): their lines, read and written.

use crate::tlog::policy::{Policy, PolicyGroup, PolicyLog, PolicyWitness, Threshold, Word};
use crate::tlog::text::decimal;
use crate::tlog::vkey::{NoteAlgorithm, VerifierKey, VkeyError};
use std::collections::BTreeSet;

/// Why bytes are no policy.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line} of the policy: {problem}")]
pub struct PolicyError {
    /// The line, from 1; for a missing quorum, the last.
    pub line: usize,
    /// What is wrong with it.
    pub problem: PolicyProblem,
}

/// What is wrong with a line of a policy.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PolicyProblem {
    /// More than any policy needs.
    #[error("the policy is too large")]
    Size,
    /// The last line may have lost its end.
    #[error("the last line does not end in a newline")]
    Unended,
    /// A control character.
    #[error("it has a control character other than tab and newline")]
    Control,
    /// A word that would be read as something else: empty, or with a space or newline in it.
    #[error("a name or address is empty or has a space in it")]
    Word,
    /// Not a line of a policy.
    #[error(
        "expected `log <vkey> [<url>]`, `witness <name> <vkey> [<url>]`, \
         `group <name> <any|all|number> <name>...` or `quorum <name|none>`"
    )]
    Shape,
    /// A key.
    #[error(transparent)]
    Key(#[from] VkeyError),
    /// A key of the other kind.
    #[error("`{0}` is a key of the wrong type: logs sign with 01, witnesses with 04")]
    Use(String),
    /// The same key twice, or two that signatures could not tell apart.
    #[error("the key of `{0}` is listed before")]
    DuplicateKey(String),
    /// A name twice, or `none`.
    #[error("the name `{0}` is taken")]
    DuplicateName(Word),
    /// A name of nothing.
    #[error("no line before this one defines `{0}`")]
    Undefined(Word),
    /// A member of two groups, or twice of one.
    #[error("`{0}` is a member of a group already")]
    DuplicateMember(Word),
    /// A number that is not between 1 and the number of members.
    #[error("`{0}` is not between 1 and the number of members")]
    Threshold(Word),
    /// Two quorum lines.
    #[error("there is a quorum already")]
    DuplicateQuorum,
    /// No quorum line.
    #[error("there is no `quorum` line; `quorum none` asks for no witnesses")]
    NoQuorum,
}

/// The bytes of a policy file: far more than hundreds of witnesses need.
const MAX_POLICY: usize = 1 << 20;

const NONE: &[u8] = b"none";

impl Policy {
    /// Reads a policy.
    pub fn parse(bytes: &[u8]) -> Result<Self, PolicyError> {
        if bytes.len() > MAX_POLICY {
            return Err(PolicyError { line: 1, problem: PolicyProblem::Size });
        }
        let mut reading = Reading::default();
        let mut lines: Vec<_> = bytes.split(|byte| *byte == b'\n').collect();
        let last = lines.len();
        let unended = lines.pop().is_some_and(|rest| !rest.is_empty());
        for (text, line) in lines.iter().zip(1..) {
            reading.line(text).map_err(|problem| PolicyError { line, problem })?;
        }
        let problem = if unended { PolicyProblem::Unended } else { PolicyProblem::NoQuorum };
        let quorum = reading.quorum.filter(|_| !unended);
        let Quorum(quorum) = quorum.ok_or(PolicyError { line: last, problem })?;
        let Reading { logs, witnesses, groups, .. } = reading;
        Ok(Self { logs, witnesses, groups, quorum })
    }

    /// The file's bytes: logs, witnesses, groups, quorum.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        for log in &self.logs {
            let key = log.key.to_string();
            put(&mut bytes, &[b"log", key.as_bytes()], log.url.as_slice());
        }
        for witness in &self.witnesses {
            let key = witness.key.to_string();
            let words = [b"witness", witness.name.as_bytes(), key.as_bytes()];
            put(&mut bytes, &words, witness.url.as_slice());
        }
        for group in &self.groups {
            let threshold = match group.threshold {
                Threshold::Any => "any".to_owned(),
                Threshold::All => "all".to_owned(),
                Threshold::AtLeast(count) => count.to_string(),
            };
            let words = [b"group", group.name.as_bytes(), threshold.as_bytes()];
            put(&mut bytes, &words, &group.members);
        }
        let quorum = self.quorum.as_ref().map_or(NONE, Word::as_bytes);
        put(&mut bytes, &[b"quorum", quorum], &[]);
        bytes
    }
}

fn put(bytes: &mut Vec<u8>, words: &[&[u8]], more: &[Word]) {
    let more = more.iter().map(Word::as_bytes);
    let words: Vec<_> = words.iter().copied().chain(more).collect();
    bytes.extend(words.join(&b' '));
    bytes.push(b'\n');
}

/// The lines read so far.
#[derive(Default)]
struct Reading {
    logs: Vec<PolicyLog>,
    witnesses: Vec<PolicyWitness>,
    groups: Vec<PolicyGroup>,
    quorum: Option<Quorum>,
    keys: BTreeSet<(NoteUse, [u8; 32])>,
    signers: BTreeSet<(String, [u8; 4])>,
    names: BTreeSet<Word>,
    members: BTreeSet<Word>,
}

/// A quorum line: a name, or `none`.
struct Quorum(Option<Word>);

#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum NoteUse {
    Log,
    Witness,
}

impl Reading {
    fn line(&mut self, line: &[u8]) -> Result<(), PolicyProblem> {
        if line.iter().any(|byte| byte.is_ascii_control() && *byte != b'\t') {
            return Err(PolicyProblem::Control);
        }
        let words = line.split(|byte| matches!(byte, b' ' | b'\t'));
        let words: Vec<_> = words.filter(|word| !word.is_empty()).collect();
        match words.as_slice() {
            [] => {}
            [first, ..] if first.starts_with(b"#") => {}
            [b"log", key, url @ ..] if url.len() < 2 => {
                let key = self.key(key, NoteUse::Log)?;
                self.logs.push(PolicyLog { key, url: url.first().map(|url| Word::new(url)) });
            }
            [b"witness", name, key, url @ ..] if url.len() < 2 => {
                let key = self.key(key, NoteUse::Witness)?;
                let (name, url) = (self.define(name)?, url.first().map(|url| Word::new(url)));
                self.witnesses.push(PolicyWitness { name, key, url });
            }
            [b"group", name, threshold, members @ ..] if !members.is_empty() => {
                let threshold = read_threshold(threshold, members.len())?;
                let members = members.iter().map(|member| self.member(member));
                let members = members.collect::<Result<_, _>>()?;
                let name = self.define(name)?;
                self.groups.push(PolicyGroup { name, threshold, members });
            }
            [b"quorum", name] => {
                let quorum = Some(Word::new(name)).filter(|name| name.as_bytes() != NONE);
                let unknown = quorum.clone().filter(|name| !self.names.contains(name));
                if let Some(name) = unknown {
                    return Err(PolicyProblem::Undefined(name));
                }
                if self.quorum.replace(Quorum(quorum)).is_some() {
                    return Err(PolicyProblem::DuplicateQuorum);
                }
            }
            _ => return Err(PolicyProblem::Shape),
        }
        Ok(())
    }

    fn key(&mut self, text: &[u8], use_: NoteUse) -> Result<VerifierKey, PolicyProblem> {
        let text = str::from_utf8(text).map_err(|_| PolicyProblem::Shape)?;
        let key: VerifierKey = text.parse()?;
        let right = match use_ {
            NoteUse::Log => NoteAlgorithm::Ed25519,
            NoteUse::Witness => NoteAlgorithm::Cosignature,
        };
        if key.algorithm() != right {
            return Err(PolicyProblem::Use(text.to_owned()));
        }
        let new = self.keys.insert((use_, *key.key().as_bytes()));
        if new && self.signers.insert((key.name().to_owned(), key.id().to_bytes())) {
            return Ok(key);
        }
        Err(PolicyProblem::DuplicateKey(key.name().to_owned()))
    }

    fn define(&mut self, name: &[u8]) -> Result<Word, PolicyProblem> {
        let name = Word::new(name);
        if name.as_bytes() == NONE || !self.names.insert(name.clone()) {
            return Err(PolicyProblem::DuplicateName(name));
        }
        Ok(name)
    }

    fn member(&mut self, name: &[u8]) -> Result<Word, PolicyProblem> {
        let name = Word::new(name);
        if !self.names.contains(&name) {
            return Err(PolicyProblem::Undefined(name));
        }
        if !self.members.insert(name.clone()) {
            return Err(PolicyProblem::DuplicateMember(name));
        }
        Ok(name)
    }
}

fn read_threshold(word: &[u8], members: usize) -> Result<Threshold, PolicyProblem> {
    let wrong = || PolicyProblem::Threshold(Word::new(word));
    match word {
        b"any" => Ok(Threshold::Any),
        b"all" => Ok(Threshold::All),
        number => {
            let number = str::from_utf8(number).ok().and_then(decimal);
            let count = number.and_then(|number| usize::try_from(number).ok());
            let count = count.filter(|count| (1..=members).contains(count));
            count.map(Threshold::AtLeast).ok_or_else(wrong)
        }
    }
}
