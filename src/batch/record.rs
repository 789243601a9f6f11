//! Answers as programs and spreadsheets read them.

use jiff::civil::Date;
use serde::Serialize;

use crate::search::Found;
use crate::verify::{Code, Line as Spoken, Record, Words, quoted};

use super::answered::{Answered, Candidate};

/// An answer as programs read it: the outcome of a check, and what the line adds to it.
#[derive(Debug, Serialize)]
pub struct AnsweredRecord<'a> {
    #[serde(flatten)]
    record: Record<'a>,
    line: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    found_by: Option<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    remarks: Vec<Spoken>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    candidates: Vec<Named<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    near: Vec<Named<'a>>,
}

/// A certificate that a line may mean.
#[derive(Debug, Serialize)]
struct Named<'a> {
    number: &'a str,
    holder: &'a str,
    identifier: &'a str,
    scheme: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    answer: Option<&'static str>,
}

impl<'a> Named<'a> {
    fn of(row: &'a Found, answer: Option<Code>) -> Self {
        let Found { number, id: identifier, scheme, .. } = row;
        let holder = row.names.first().map_or("", String::as_str);
        Self { number, holder, identifier, scheme, answer: answer.map(Code::name) }
    }

    /// A candidate in a cell: number, name, the end of its code.
    fn text(&self) -> String {
        let code: Vec<char> = self.identifier.chars().collect();
        let tail: String = code.iter().skip(code.len().saturating_sub(6)).collect();
        format!("{} {} …{tail}", self.number, self.holder)
    }
}

impl Answered {
    /// The answer as programs read it.
    pub fn record(&self) -> AnsweredRecord<'_> {
        let mut record = self.outcome.record();
        record.good = self.is_good();
        AnsweredRecord {
            record,
            line: self.line.row,
            reason: self.reason(),
            found_by: self.how.map(super::How::name),
            remarks: self.remarks.iter().map(super::Remark::line).collect(),
            candidates: self.candidates().collect(),
            near: self.near.iter().map(|row| Named::of(row, None)).collect(),
        }
    }

    fn candidates(&self) -> impl Iterator<Item = Named<'_>> {
        let known = self.candidates.iter();
        known.map(|Candidate { row, outcome }| Named::of(row, Some(outcome.answer.code)))
    }

    /// What the line may mean, or may have been meant for, a line each: number, name, the end of the
    /// code, and what that certificate's answer is.
    pub fn suggestions(&self) -> Vec<String> {
        let near = self.near.iter().map(|row| Named::of(row, None));
        let said = |named: Named<'_>| match named.answer {
            Some(answer) => format!("{} ({answer})", named.text()),
            None => named.text(),
        };
        self.candidates().chain(near).map(said).collect()
    }
}

/// The columns of the table of answers.
const COLUMNS: [&str; 20] = [
    "asked",
    "number",
    "on",
    "good",
    "answer",
    "genuine",
    "logged",
    "current",
    "holder",
    "level",
    "valid_until",
    "edition",
    "sentence",
    "line",
    "reason",
    "found_by",
    "identifier",
    "remarks",
    "candidates",
    "sha256",
];

/// The table of answers, in the order asked, with a mark that tells spreadsheets it is UTF-8.
pub fn answers<'w>(answered: &[Answered], sentence: impl Fn(&Words) -> String + 'w) -> String {
    let mut text = format!("\u{FEFF}{}\r\n", COLUMNS.join(","));
    for one in answered {
        text.push_str(&row(one, &sentence));
    }
    text
}

fn row(answered: &Answered, sentence: &impl Fn(&Words) -> String) -> String {
    let outcome = &answered.outcome;
    let facts = outcome.facts.as_ref();
    let holder = facts
        .and_then(|facts| facts.holder.get("zh").or_else(|| facts.holder.values().next()).cloned());
    let day = |day: Option<Date>| day.map(|day| day.to_string()).unwrap_or_default();
    let remarks: Vec<String> =
        answered.remarks.iter().map(|remark| sentence(&remark.words())).collect();
    let cells: [String; COLUMNS.len()] = [
        outcome.asked.clone(),
        outcome.number.clone().unwrap_or_default(),
        day(outcome.on),
        if answered.is_good() { "yes" } else { "no" }.to_owned(),
        outcome.answer.code.name().to_owned(),
        crate::verify::Reason::code(&outcome.genuine).to_owned(),
        crate::verify::Reason::code(&outcome.logged).to_owned(),
        crate::verify::Reason::code(&outcome.current).to_owned(),
        holder.unwrap_or_default(),
        facts.map(|facts| facts.level.clone()).unwrap_or_default(),
        day(facts.map(|facts| facts.valid_until)),
        outcome.edition.as_ref().map(|edition| edition.name.clone()).unwrap_or_default(),
        sentence(&outcome.answer.words),
        answered.line.row.to_string(),
        answered.reason().unwrap_or_default().to_owned(),
        answered.how.map(|how| how.name().to_owned()).unwrap_or_default(),
        facts.map(|facts| facts.identifier.clone()).unwrap_or_default(),
        remarks.join(" "),
        answered.suggestions().join("; "),
        facts.map(|facts| facts.sha256.clone()).unwrap_or_default(),
    ];
    let mut line = cells.map(|cell| quoted(&cell)).join(",");
    line.push_str("\r\n");
    line
}
