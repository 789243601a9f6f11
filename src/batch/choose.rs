//! From a line of a list to its answer: which certificate it means, what that was on the day, and
//! whether the line says the same as the entry. The page's `lines.js` does the same.

use std::{cmp::Reverse, collections::BTreeSet, sync::OnceLock};

use rayon::{ThreadPoolBuilder, prelude::*};

use crate::model::CertificateNumber;
use crate::search::{Found, LookupError, fold};
use crate::verify::{Ask, Certainty, Code, Outcome, Reach, Reason, Register, SourceError};

use super::{
    answered::{Answered, Candidate, How},
    cell::{has_digit, key_of},
    names::{Effort, Names},
    query::{Query, is_odd_code, query_of},
    remark::{Remark, remarks},
    table::Line,
    words::Why,
};

/// Those of them are checked that may be meant.
const MOST: usize = 12;
/// Lines that are asked at one time over a network.
const REQUESTS: usize = 6;
/// Those of them are named that are like what was not found.
const NEAR: usize = 5;

/// A register to which lines are put.
pub struct Batch<'r, 's> {
    register: &'r Register<'s>,
    names: OnceLock<Result<Names<'s>, LookupError>>,
}

/// Why a line has no answer: what cannot be looked up is said, what cannot be read ends it.
enum Stopped {
    Names(LookupError),
    Source(SourceError),
}

impl From<LookupError> for Stopped {
    fn from(error: LookupError) -> Self {
        Self::Names(error)
    }
}

impl From<SourceError> for Stopped {
    fn from(error: SourceError) -> Self {
        Self::Source(error)
    }
}

impl<'r, 's> Batch<'r, 's> {
    /// Puts lines to a register. Its index is read when the first name or code is asked.
    pub fn new(register: &'r Register<'s>) -> Self {
        Self { register, names: OnceLock::new() }
    }

    /// The answer to a line. Its own day and site go before those asked for.
    pub fn answer(&self, line: &Line, ask: &Ask) -> Result<Answered, SourceError> {
        let site = Some(&line.site).filter(|site| !site.is_empty()).cloned();
        let ask = Ask {
            on: line.on.or(ask.on),
            site: site.or_else(|| ask.site.clone()),
            minimum: ask.minimum.clone(),
        };
        match self.look(line, &ask) {
            Ok(answered) => Ok(answered),
            Err(Stopped::Source(error)) => Err(error),
            Err(Stopped::Names(error)) => Ok(self.not_looked_up(line, &ask, &error)),
        }
    }

    /// The rank of a level, from a signed and logged entry that has it.
    pub fn rank(&self, scheme: &str, level: &str) -> Option<u32> {
        let rows = self.names().ok()?.of_level(scheme, level).ok()?;
        let has = |row: &Found| {
            let outcome = self.register.number(&row.number, &Ask::default()).ok()?;
            let sure = [outcome.genuine.certainty(), outcome.logged.certainty()];
            let facts = outcome.facts.filter(|_| sure == [Certainty::Yes; 2])?;
            (facts.scheme == scheme && facts.level == level).then_some(facts.rank)
        };
        rows.iter().find_map(has)
    }

    /// The answers to the lines of a table, in their order, several at a time; `done` is called after
    /// each. Lines that name files are the caller's.
    pub fn answer_all(
        &self,
        lines: &[Line],
        ask: &Ask,
        done: impl Fn() + Sync,
    ) -> Vec<Option<Answered>> {
        let first = |line: &Line| line.file.is_empty() && line.same.is_none();
        let answer = |line: &Line| {
            let answered = first(line).then(|| {
                let answered = self.answer(line, ask);
                answered.unwrap_or_else(|error| Answered::unreachable(line, &error.to_string()))
            });
            done();
            answered
        };
        let work = || lines.par_iter().map(answer).collect();
        let answers: Vec<Option<Answered>> = match self.register.source().reach() {
            Reach::Here => work(),
            // What is far away is waited for.
            Reach::Remote => match ThreadPoolBuilder::new().num_threads(REQUESTS).build() {
                Ok(pool) => pool.install(work),
                Err(_) => work(),
            },
        };
        let again = |(at, line): (usize, &Line)| {
            let Some(same) = line.same else { return answers.get(at).cloned().flatten() };
            let twin = answers.get(same.checked_sub(1)?)?.clone()?;
            Some(twin.again(line))
        };
        lines.iter().enumerate().map(again).collect()
    }

    fn look(&self, line: &Line, ask: &Ask) -> Result<Answered, Stopped> {
        if let Some(fault) = &line.fault {
            return Ok(self.bad(line, ask, fault.into()));
        }
        if !line.number.is_empty() {
            return self.by_number(line, ask);
        }
        // What the log does not hold for is not looked up: it would find what nobody vouches for.
        if let Some(reason) = self.register.refusal() {
            let refused = reason.certainty() == Certainty::No;
            let code = if refused { Code::Refused } else { Code::Unknown };
            let outcome = self.register.not_read(line.asked(), ask);
            return Ok(Answered::without(line, outcome, code, Why::Log(reason.words())));
        }
        if line.code.is_empty() { self.by_name(line, ask) } else { self.by_code(line, ask) }
    }

    fn names(&self) -> Result<&Names<'s>, LookupError> {
        self.names.get_or_init(|| Names::of(self.register)).as_ref().map_err(Clone::clone)
    }

    fn bad(&self, line: &Line, ask: &Ask, why: Why) -> Answered {
        let outcome = self.register.not_read(line.asked(), ask);
        Answered::without(line, Outcome { on: None, ..outcome }, Code::BadInput, why)
    }

    fn not_looked_up(&self, line: &Line, ask: &Ask, error: &LookupError) -> Answered {
        let outcome = self.register.not_read(line.asked(), ask);
        let why = Why::IndexUnreachable(error.to_string());
        let mut answered = Answered::without(line, outcome, Code::Unknown, why);
        if let LookupError::Damaged(file) = error {
            answered.remarks.push(Remark::IndexDamaged(file.clone()));
        }
        answered
    }

    /// An answer from an entry, with what the line says otherwise.
    fn answered(&self, line: &Line, outcome: Outcome, how: How) -> Answered {
        let remarks = remarks(self.register, line, &outcome);
        Answered { how: Some(how), remarks, ..Answered::of(line, outcome) }
    }

    fn by_number(&self, line: &Line, ask: &Ask) -> Result<Answered, Stopped> {
        let key = match query_of(&line.number) {
            Query::Number(key) => key,
            Query::Holder(code) => {
                let line = Line { number: String::new(), code, ..line.clone() };
                return self.by_code(&line, ask);
            }
        };
        if CertificateNumber::try_from(&*key).is_err() {
            return Ok(self.bad(line, ask, Why::Number));
        }
        let outcome = self.register.number(&key, ask)?;
        let mut answered = self.answered(line, outcome, How::Number);
        if answered.outcome.answer.code == Code::NotFound {
            // What it may have been meant for is only a suggestion: an index that is not there spoils
            // no answer.
            let near = self.names().and_then(|names| names.near(&key, Effort::Shapes));
            answered.near = near.unwrap_or_default();
        }
        Ok(answered)
    }

    fn by_code(&self, line: &Line, ask: &Ask) -> Result<Answered, Stopped> {
        let names = self.names()?;
        let rows = names.exact(&line.code)?;
        if !rows.is_empty() {
            return self.choose(line, ask, rows, How::Code);
        }
        let odd = is_odd_code(&line.code);
        let near = names.near(&line.code, if odd { Effort::Thorough } else { Effort::Shapes })?;
        let outcome = self.register.not_listed(line.asked(), ask, names.editions());
        let words = outcome.answer.words.clone();
        let answered = if odd {
            Answered::without(line, outcome, Code::NotFound, Why::CodeDigit(words))
        } else {
            Answered::of(line, outcome)
        };
        Ok(Answered { how: Some(How::Code), near, ..answered })
    }

    fn by_name(&self, line: &Line, ask: &Ask) -> Result<Answered, Stopped> {
        let names = self.names()?;
        let key = fold(&line.name);
        if key.is_empty() {
            return Ok(self.bad(line, ask, Why::Name));
        }
        let rows = names.exact(&key)?;
        if !rows.is_empty() {
            let borne = rows.iter().any(|row| row.is_named(&key));
            return self.choose(line, ask, rows, if borne { How::Name } else { How::Former });
        }
        // Without a heading a number may look like a name.
        let number = key_of(&line.name);
        let known = has_digit(&number) && !names.exact(&number)?.is_empty();
        if known && CertificateNumber::try_from(&*number).is_ok() {
            let outcome = self.register.number(&number, ask)?;
            if outcome.answer.code != Code::NotFound {
                let bare = Line { name: String::new(), ..line.clone() };
                let answered = self.answered(&bare, outcome, How::Number);
                return Ok(Answered { line: line.clone(), ..answered });
            }
        }
        let like = names.like(&line.name, NEAR)?;
        let outcome = self.register.not_listed(line.asked(), ask, names.editions());
        let mut answered = Answered { how: Some(How::Name), ..Answered::of(line, outcome) };
        if like.partial && like.rows.is_empty() {
            answered.remarks.push(Remark::Partial);
        }
        answered.near = like.rows.into_iter().take(NEAR).collect();
        Ok(answered)
    }

    /// Answers for rows of the index: one certificate; several of one holder in one scheme, of which
    /// the one in force is meant; or a question back.
    fn choose(
        &self,
        line: &Line,
        ask: &Ask,
        rows: Vec<Found>,
        how: How,
    ) -> Result<Answered, Stopped> {
        let wanted =
            |row: &&Found| ask.minimum.as_ref().is_none_or(|minimum| minimum.scheme == row.scheme);
        let asked: Vec<Found> = rows.iter().filter(wanted).cloned().collect();
        let known = if asked.is_empty() { rows } else { asked };
        let count = known.len();
        let holders: BTreeSet<&str> = known.iter().map(|row| &*row.id).collect();
        let kinds: BTreeSet<[&str; 2]> = known.iter().map(|row| [&*row.id, &*row.scheme]).collect();
        let (holders, kinds) = (holders.len(), kinds.len());
        let mut found = Vec::new();
        for row in known.into_iter().take(MOST) {
            let outcome = self.register.number(&row.number, ask)?;
            found.push(Candidate { row, outcome });
        }
        if kinds > 1 && found.len() > 1 {
            let why = if holders > 1 { Why::Holders(count) } else { Why::Schemes(count) };
            let outcome = self.register.not_read(line.asked(), ask);
            let answered = Answered::without(line, outcome, Code::Ambiguous, why);
            return Ok(Answered { how: Some(how), candidates: found, ..answered });
        }
        let Some(best) = best(&found) else {
            return Ok(self.differs(line, ask, how));
        };
        if best.outcome.answer.code == Code::NotFound {
            return Ok(self.differs(line, ask, how));
        }
        let mut answered = self.answered(line, best.outcome.clone(), how);
        if count > 1 {
            let number = best.row.number.clone();
            answered.remarks.push(Remark::Several { count, number });
            answered.candidates = found;
        }
        Ok(answered)
    }

    /// The index leads to what is not there.
    fn differs(&self, line: &Line, ask: &Ask, how: How) -> Answered {
        let outcome = self.register.not_read(line.asked(), ask);
        let answered = Answered::without(line, outcome, Code::Unknown, Why::IndexDiffers);
        Answered { how: Some(how), ..answered }
    }
}

/// Of one holder's certificates the one that answers the question: the one that is valid on the day,
/// else the newest.
fn best(found: &[Candidate]) -> Option<&Candidate> {
    const ORDER: [Code; 7] = [
        Code::Valid,
        Code::ProjectedValid,
        Code::ValidLevelBelow,
        Code::ProjectedValidLevelBelow,
        Code::SiteNotCovered,
        Code::Suspended,
        Code::ProjectedSuspended,
    ];
    let rank = |candidate: &&Candidate| {
        let code = candidate.outcome.answer.code;
        let rank = ORDER.iter().position(|known| *known == code).unwrap_or(ORDER.len());
        (rank, Reverse(candidate.row.from.clone()))
    };
    found.iter().min_by_key(rank)
}
