//! What the register says of one number on a day, and what it said of it on an earlier day.

use std::path::Path;

use jiff::civil::Date;

use crate::credential::{Answer, Credential, Edition, answer};
use crate::diag::{Report, Strictness};
use crate::ledger::Ledger;
use crate::load::{self, Today};
use crate::model::{Certificate, CertificateNumber, Language};
use crate::pipeline::{BuildError, check};

/// A question.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The number, as somebody wrote it.
    pub number: String,
    /// The day that it is about: the day of `as_published` where there is none, else today.
    pub on: Option<Date>,
    /// The day of the register's word: its last edition up to the end of that day. The newest
    /// edition where there is none.
    pub as_published: Option<Date>,
}

/// The answer.
#[derive(Debug)]
pub struct Shown {
    /// The number's key.
    pub key: Box<str>,
    /// The day that was asked about.
    pub on: Date,
    /// The edition that answers; nothing where there was none yet.
    pub edition: Option<Edition>,
    /// The language at the root of the site.
    pub language: Language,
    /// What it says of the number.
    pub said: Said,
}

/// What an edition says of a number.
#[derive(Debug)]
pub enum Said {
    /// Nothing: it is not in the register.
    NotFound,
    /// Nothing: the first edition is of this later day.
    BeforeFirst(Date),
    /// Nothing any more: it was erased.
    Erased,
    /// What it states, and the answer for the day.
    Stated {
        /// The certificate as it was sealed.
        certificate: Box<Certificate>,
        /// The answer.
        answer: Answer,
        /// The serial of the version.
        serial: u32,
    },
}

/// Answers from the ledger.
pub fn show(root: &Path, asked: &Asked, today: Today) -> Result<Shown, BuildError> {
    let number = CertificateNumber::try_from(asked.number.as_str());
    let text = asked.number.clone();
    let number = number.map_err(|source| BuildError::Number { text, source })?;
    let mut report = Report::default();
    let config = load::config(root, &mut report)?.filter(|_| report.passes(Strictness::Errors));
    let Some(config) = config else { return Err(BuildError::Settings) };
    let today = match today {
        Today::Day(day) => day,
        Today::Now(now) => config.day(now),
    };
    let issuer = check::issuer(&config)?;
    let ledger = Ledger::open(root, issuer.did())?.ok_or(BuildError::NeverSealed)?;
    let sealed = ledger.sealed();
    let on = asked.on.or(asked.as_published).unwrap_or(today);
    let (key, language) = (Box::from(number.key()), config.first_language());
    let place = match asked.as_published {
        Some(day) => sealed.published_on(day),
        None => u32::try_from(sealed.editions.len()).ok().and_then(|count| count.checked_sub(1)),
    };
    let edition = place.and_then(|place| sealed.editions.get(place as usize)).cloned();
    let (Some(place), Some(known)) = (place, &edition) else {
        let first = sealed.editions.first().map(|first| first.name.date());
        let said = first.map_or(Said::NotFound, Said::BeforeFirst);
        return Ok(Shown { key, on, language, edition: None, said });
    };
    let entry = sealed.entry(&key);
    let Some((version, statuses)) = entry.and_then(|entry| entry.as_published(place)) else {
        return Ok(Shown { key, on, language, edition, said: Said::NotFound });
    };
    let serial = version.serial;
    let Some(bytes) = ledger.credential(serial)? else {
        return Ok(Shown { key, on, language, edition, said: Said::Erased });
    };
    let credential = Credential::parse(&bytes)
        .map_err(|error| BuildError::Entry { serial, why: error.to_string() })?;
    let certificate = credential
        .reveal(&statuses, &credential.scheme())
        .map_err(|source| BuildError::Hidden { number: credential.number().to_string(), source })?;
    let answer = answer(certificate.standing(on).status, on, known.name.date());
    let certificate = Box::new(certificate);
    Ok(Shown { key, on, language, edition, said: Said::Stated { certificate, answer, serial } })
}
