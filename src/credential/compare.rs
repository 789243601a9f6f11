//! What differs between a record and its sealed entry, and whether the past was told otherwise.

use std::{collections::BTreeSet, fmt};

use serde_json::{Map, Value};

use crate::credential::{Statement, facts::FACTS};
use crate::model::Language;
use crate::proof::{JsonError, parse};

/// What differs between a record and its sealed entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comparison {
    /// Member by member, in the entry's order. Empty if the two state the same.
    pub differences: Vec<Difference>,
    /// The first member of the sealed past that the record tells otherwise, such as
    /// `history[1].level`.
    pub rewritten: Option<String>,
}

/// A member that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Such as `holder.name` or `history[3]`.
    pub member: String,
    /// What is sealed; nothing if it is new.
    pub sealed: Option<String>,
    /// What the record says; nothing if it is gone.
    pub record: Option<String>,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { member, sealed, record } = self;
        match (sealed, record) {
            (Some(sealed), Some(record)) => write!(f, "{member}: {sealed} → {record}"),
            (Some(sealed), None) => write!(f, "{member}: {sealed} is gone"),
            (None, Some(record)) => write!(f, "{member}: {record} is new"),
            (None, None) => write!(f, "{member}"),
        }
    }
}

impl Statement {
    /// What differs from an entry's sealed bytes.
    pub fn compare(&self, sealed: &[u8]) -> Result<Comparison, JsonError> {
        let sealed = parse(sealed)?;
        let record = parse(self.clone().document(0).as_bytes())?;
        let subject = |entry: &Value| {
            let mut subject = entry["credentialSubject"].clone();
            state_grant(&mut subject);
            subject
        };
        let (was, is) = (subject(&sealed), subject(&record));
        let mut differences = Vec::new();
        differ("", Some(&was), Some(&is), &mut differences);
        for name in ["@context", "id", "issuer", "type", "validFrom", "validUntil"] {
            let path = format!("credential.{name}");
            differ(&path, sealed.get(name), record.get(name), &mut differences);
        }
        Ok(Comparison { differences, rewritten: rewritten(&was, &is) })
    }
}

/// States the facts of the grant in the first step of the history, where it leaves them to the top.
fn state_grant(subject: &mut Value) {
    let granted = &subject["history"][0];
    if granted.get("expires").is_some() || !granted.is_object() {
        return;
    }
    let facts: Map<String, Value> = FACTS
        .into_iter()
        .filter(|name| *name != "issued")
        .filter_map(|name| Some((name.to_owned(), subject.get(name)?.clone())))
        .collect();
    if let Some(granted) = subject["history"][0].as_object_mut() {
        granted.extend(facts);
    }
}

fn differ(path: &str, was: Option<&Value>, is: Option<&Value>, found: &mut Vec<Difference>) {
    if was == is {
        return;
    }
    match (was, is) {
        (Some(Value::Object(a)), Some(Value::Object(b))) if !is_one(a) && !is_one(b) => {
            let mut names: BTreeSet<&String> = a.keys().chain(b.keys()).collect();
            let level = |object: &Map<String, Value>| object.get("level")?.get("id").cloned();
            if level(a) != level(b) {
                names.retain(|name| *name != "starLevel"); // The level says it.
            }
            for name in names {
                let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                differ(&path, a.get(name), b.get(name), found);
            }
        }
        (Some(Value::Array(a)), Some(Value::Array(b))) if is_list(a) && is_list(b) => {
            for at in 0..a.len().max(b.len()) {
                differ(&format!("{path}[{at}]"), a.get(at), b.get(at), found);
            }
        }
        _ => {
            let id = |value: Option<&Value>| value.and_then(|level| level.get("id")).cloned();
            let words = |value: Option<&Value>| match id(value) {
                Some(Value::String(level)) if id(was) != id(is) => Some(level),
                _ => value.map(words),
            };
            let (sealed, record) = (words(was), words(is));
            found.push(Difference { member: path.to_owned(), sealed, record });
        }
    }
}

/// Whether an object is one thing to a reader: a text by language, a level, a code.
fn is_one(object: &Map<String, Value>) -> bool {
    let language = |name: &String| name.parse::<Language>().is_ok();
    let local = object.iter().all(|(name, value)| language(name) && value.is_string());
    // `id` could be a language too; a level has a rank beside it.
    local || object.contains_key("rank") || object.contains_key("code")
}

fn is_list(items: &[Value]) -> bool {
    items.iter().any(Value::is_object)
}

/// A value in words.
fn words(value: &Value) -> String {
    let joined = |values: &mut dyn Iterator<Item = &Value>, between: &str| {
        values.map(words).collect::<Vec<_>>().join(between)
    };
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) if items.is_empty() => "none".to_owned(),
        Value::Array(items) => joined(&mut items.iter(), ", "),
        Value::Object(object) => {
            let text = |name: &str| object.get(name).and_then(Value::as_str);
            match (text("date"), text("kind"), object.get("name")) {
                (Some(date), Some(kind), _) => format!("{kind} on {date}"),
                (_, _, Some(name)) => words(name),
                _ => joined(&mut object.values(), " / "),
            }
        }
        other => other.to_string(),
    }
}

/// The first member of the sealed past that a record tells otherwise: the scheme, a fact as granted,
/// or a step of the history.
fn rewritten(was: &Value, is: &Value) -> Option<String> {
    if was["scheme"]["id"] != is["scheme"]["id"] {
        return Some("scheme".to_owned());
    }
    let steps = |subject: &'_ Value| subject["history"].as_array().cloned().unwrap_or_default();
    let (was, is) = (steps(was), steps(is));
    for (at, step) in was.iter().enumerate() {
        let path = format!("history[{at}]");
        let Some(told) = is.get(at) else { return Some(path) };
        if let Some(member) = told_otherwise(&path, step, told) {
            return Some(member);
        }
    }
    None
}

/// The first member of an object that is told otherwise. Names that a scheme or a public list gives
/// to a code may change, and so may what a scheme publishes.
fn told_otherwise(path: &str, was: &Value, is: &Value) -> Option<String> {
    let (Some(a), Some(b)) = (was.as_object(), is.as_object()) else {
        return (was != is).then(|| path.to_owned());
    };
    let names: BTreeSet<&String> = a.keys().chain(b.keys()).collect();
    for name in names {
        let path = format!("{path}.{name}");
        let (was, is) = (a.get(name).unwrap_or(&Value::Null), b.get(name).unwrap_or(&Value::Null));
        let both = !was.is_null() && !is.is_null();
        let otherwise = match name.as_str() {
            "level" => (was["id"] != is["id"]).then_some(path),
            "region" | "industry" => (was["code"] != is["code"]).then_some(path),
            "starLevel" => None,
            "reason" => (both && was != is).then_some(path),
            "evaluation" => other_evaluation(&path, was, is),
            "sites" => other_sites(&path, was, is),
            "holder" if both => told_otherwise(&path, was, is),
            _ => (was != is && !is_translated(was, is)).then_some(path),
        };
        if otherwise.is_some() {
            return otherwise;
        }
    }
    None
}

fn other_evaluation(path: &str, was: &Value, is: &Value) -> Option<String> {
    if was["date"] != is["date"] {
        return Some(format!("{path}.date"));
    }
    let differs = |name: &&str| {
        let (was, is) = (&was[*name], &is[*name]);
        !was.is_null() && !is.is_null() && was != is
    };
    ["clauses", "score"].iter().find(|name| differs(name)).map(|name| format!("{path}.{name}"))
}

fn other_sites(path: &str, was: &Value, is: &Value) -> Option<String> {
    let (Some(a), Some(b)) = (was.as_array(), is.as_array()) else {
        return (was != is).then(|| path.to_owned());
    };
    for at in 0..a.len().max(b.len()) {
        let path = format!("{path}[{at}]");
        let (Some(was), Some(is)) = (a.get(at), b.get(at)) else { return Some(path) };
        let (mut was, mut is) = (was.clone(), is.clone());
        if was["address"].is_null() || is["address"].is_null() {
            was["address"] = Value::Null;
            is["address"] = Value::Null;
        }
        if was == is {
            continue;
        }
        if let Some(member) = told_otherwise(&path, &was, &is) {
            return Some(member);
        }
    }
    None
}

/// Whether a text says the same in every language that was sealed, and more languages were added: a
/// translation tells nothing otherwise.
fn is_translated(was: &Value, is: &Value) -> bool {
    let (Some(was), Some(is)) = (was.as_object(), is.as_object()) else { return false };
    let is_text =
        is.iter().all(|(name, text)| name.parse::<Language>().is_ok() && text.is_string());
    is_text && !was.is_empty() && was.iter().all(|(name, text)| is.get(name) == Some(text))
}
