//! What a check says: three verdicts, an answer, and what else a reader must know.

use std::fmt::Display;

use serde::Serialize;
use strum::IntoStaticStr;

/// How sure a verdict is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum Certainty {
    /// It is so.
    Yes,
    /// It is not so.
    No,
    /// Nobody can tell from what is at hand.
    Unknown,
}

impl Certainty {
    /// The word that programs read.
    pub fn code(self) -> &'static str {
        self.into()
    }
}

/// A sentence in the two languages of a register's readers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Words {
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

/// Why a verdict is as it is: a stable code, and a sentence. Displayed in English.
pub trait Reason: Display {
    /// The code that programs read.
    fn code(&self) -> &'static str;

    /// What it means for the verdict.
    fn certainty(&self) -> Certainty;

    /// The sentence in Chinese.
    fn zh(&self) -> String;

    /// The sentence in both languages.
    fn words(&self) -> Words {
        Words { zh: self.zh(), en: self.to_string() }
    }
}

/// A verdict as programs read it.
#[derive(Debug, Serialize)]
pub(crate) struct Line {
    #[serde(skip_serializing_if = "Option::is_none")]
    verdict: Option<&'static str>,
    code: &'static str,
    sentence: Words,
}

impl Line {
    pub(crate) fn verdict(reason: &impl Reason) -> Self {
        let verdict = Some(reason.certainty().code());
        Self { verdict, code: reason.code(), sentence: reason.words() }
    }

    pub(crate) fn note(code: &'static str, sentence: Words) -> Self {
        Self { verdict: None, code, sentence }
    }
}
