//! The answer to a line of a list.

use strum::IntoStaticStr;

use crate::search::Found;
use crate::verify::{Answer, Code, Outcome, Words};

use super::{remark::Remark, table::Line, words::Why};

/// By what a certificate was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
#[non_exhaustive]
pub enum How {
    /// By its number.
    Number,
    /// By its holder's code.
    Code,
    /// By its holder's name.
    Name,
    /// By a name that its holder had.
    Former,
}

impl How {
    /// The word that programs read.
    pub fn name(self) -> &'static str {
        self.into()
    }
}

/// A certificate that a line may mean.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// What the index says of it.
    pub row: Found,
    /// What its check came to.
    pub outcome: Outcome,
}

/// The answer to a line of a list.
#[derive(Clone, Debug)]
pub struct Answered {
    /// The line.
    pub line: Line,
    /// What the check of its certificate came to, or why there was none.
    pub outcome: Outcome,
    pub(super) why: Option<Why>,
    /// By what it was found.
    pub how: Option<How>,
    /// What the line may mean.
    pub candidates: Vec<Candidate>,
    /// What is like it, where nothing was found.
    pub near: Vec<Found>,
    /// What a reader must know beside the answer.
    pub remarks: Vec<Remark>,
}

impl Answered {
    pub(super) fn of(line: &Line, outcome: Outcome) -> Self {
        let mut answered = Self {
            line: line.clone(),
            outcome,
            why: None,
            how: None,
            candidates: Vec::new(),
            near: Vec::new(),
            remarks: Vec::new(),
        };
        line.asked().clone_into(&mut answered.outcome.asked);
        answered
    }

    /// The answer that says why there is none.
    pub(super) fn without(line: &Line, outcome: Outcome, code: Code, why: Why) -> Self {
        let words = why.words(line);
        let outcome = Outcome { answer: Answer { code, words }, ..outcome };
        Self { why: Some(why), ..Self::of(line, outcome) }
    }

    /// The answer to a line of a list that could not be asked about.
    pub fn unreachable(line: &Line, why: &str) -> Self {
        let outcome = Outcome::unasked(line.asked(), Words::default());
        Self::without(line, outcome, Code::Unknown, Why::Unreachable(why.to_owned()))
    }

    /// The answer to a line whose file was checked, or could not be read.
    pub fn of_file(line: &Line, outcome: Outcome) -> Self {
        Self { outcome, ..Self::of(line, Outcome::unasked("", Words::default())) }
    }

    /// The same answer to a later line that asks the same.
    pub(super) fn again(mut self, line: &Line) -> Self {
        line.clone_into(&mut self.line);
        line.asked().clone_into(&mut self.outcome.asked);
        self.remarks.extend(line.same.map(Remark::Same));
        self
    }

    /// Why the answer is as it is, where that is not the certificate's dates and status.
    pub fn reason(&self) -> Option<&'static str> {
        self.why.as_ref().map(Why::code)
    }

    /// Whether the certificate is good on the day, and is the one that the line is about.
    pub fn is_good(&self) -> bool {
        self.outcome.is_good() && !self.remarks.iter().any(Remark::is_about_another)
    }
}
