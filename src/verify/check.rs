//! The three verdicts on one entry, and the answer.

use jiff::civil::Date;

use crate::credential::{Credential, KeyAction, Purpose, StatusChange, answer, status_on};
use crate::model::{CertificateNumber, SiteStanding, Standing, Timeline};
use crate::proof::{VerifyingKey, hex};
use crate::verify::{
    answer::{About, Answer, Code},
    context::{Context, Kind, Vouched},
    current::Current,
    entry,
    genuine::Genuine,
    holder::{Coverage, HolderNames, coverage},
    log::{Proven, Trouble},
    logged::Logged,
    note::Note,
    outcome::{EditionSeen, Facts, Minimum, Outcome},
    source::SourceError,
    status,
    verdict::{Certainty, Reason},
};

/// What is asked about one entry.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Question<'q> {
    /// What was asked, as it was written.
    pub(crate) asked: &'q str,
    /// The number it must be of.
    pub(crate) number: Option<&'q CertificateNumber>,
    /// The day; today where it is absent.
    pub(crate) on: Option<Date>,
    /// The least level that counts.
    pub(crate) minimum: Option<&'q Minimum>,
    /// The name or address of the site that must be covered.
    pub(crate) site: Option<&'q str>,
}

/// How much of the log is to be read for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Need {
    /// What is cheap.
    Cheap,
    /// All that it takes.
    All,
}

/// What is known of a number's status history.
#[derive(Clone, Debug)]
pub(crate) struct History {
    pub(crate) changes: Vec<StatusChange>,
    pub(crate) extent: Extent,
}

/// How far a history goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Extent {
    /// Every leaf was read.
    All {
        /// The newest version's serial.
        newest: u32,
        /// Whether the number was erased.
        erased: bool,
    },
    /// Leaves that were handed over; some may have been left out.
    Claimed,
    /// Nothing was read.
    NotRead,
}

/// Where the parts of a check come from.
pub(crate) trait Material {
    /// The leaf that logs an entry, with its proof.
    fn leaf(&self, entry: &Credential) -> Result<Proven, Trouble>;

    /// What the log says about a number's status.
    fn history(&self, number: &str, need: Need) -> Result<History, Trouble>;

    /// What became of a key; nothing where the log was not read for it.
    fn key(&self, method: &str, key: &VerifyingKey) -> Result<Option<KeyKnown>, Trouble>;

    /// The bytes of a status list.
    fn list(&self, path: &str) -> Result<Option<Vec<u8>>, SourceError>;
}

/// What the log says about a key: its last event, or nothing.
pub(crate) type KeyKnown = Option<KeyAction>;

/// One entry being checked.
struct Check<'c> {
    context: &'c Context,
    material: &'c dyn Material,
    entry: &'c Credential,
    day: Date,
}

/// Checks one entry.
pub(crate) fn check(
    context: &Context,
    material: &dyn Material,
    question: &Question<'_>,
    bytes: &[u8],
) -> Result<Outcome, SourceError> {
    let read = entry::read(bytes);
    let read = read.and_then(|entry| match question.number {
        Some(number) => entry::is_of(&entry, number).map(|()| entry),
        None => Ok(entry),
    });
    let entry = match read {
        Ok(entry) => entry,
        Err(reason) => return Ok(refused(context, question, reason)),
    };
    let day = question.on.unwrap_or_else(|| entry::day_of(&entry, context.now));
    let check = Check { context, material, entry: &entry, day };
    let mut notes = Vec::new();
    let genuine = check.genuine(&mut notes)?;
    let mut logged = check.logged()?;
    let (current, history) = match check.current(&mut notes) {
        Ok(found) => found,
        Err(Trouble::Source(error)) => return Err(error),
        Err(Trouble::Refused(reason)) => {
            logged = reason;
            (Current::NoLog, Vec::new())
        }
    };
    let revealed = entry.reveal(&history, &entry.scheme());
    let timeline = revealed.as_ref().ok().map(|certificate| certificate.timeline());
    let standing = timeline.as_ref().map(|timeline| timeline.on(day));
    let verdicts = (&genuine, &logged, &current);
    let sites = timeline.as_ref().map(Timeline::sites).unwrap_or_default();
    let known = standing.as_ref().map(|standing| (standing, &*sites));
    let answer = check.answer(question, verdicts, known, &mut notes);
    notes.extend(context.notes.iter().cloned());
    Ok(Outcome {
        asked: question.asked.to_owned(),
        number: Some(entry.number().key().to_owned()),
        on: Some(day),
        facts: standing.as_ref().map(|standing| Facts::of(&entry, standing, &hex(entry.digest()))),
        holder: Some(HolderNames::of(&entry)),
        edition: check.edition(),
        checkpoint: context.state.as_ref().ok().map(|state| state.accepted.checkpoint.clone()),
        genuine,
        logged,
        current,
        answer,
        notes,
    })
}

/// The outcome for bytes that are no entry of the number asked for.
pub(crate) fn refused(context: &Context, question: &Question<'_>, reason: Genuine) -> Outcome {
    let logged = match (context.kind, context.refusal(), &reason) {
        (Kind::Alone, ..) => Logged::NoLog,
        (_, Some(refusal), _) => refusal,
        (.., Genuine::Erased) => Logged::Erased,
        (.., Genuine::EntryMissing) => Logged::EntryMissing,
        (.., Genuine::NoEntry) => Logged::NoEntry,
        _ => Logged::NotLogged,
    };
    let about = About { number: question.asked.to_owned(), ..About::default() };
    let (code, current) = match reason {
        Genuine::Erased => (Code::Erased, Current::Erased),
        _ => (Code::Refused, Current::NotChecked),
    };
    Outcome {
        asked: question.asked.to_owned(),
        number: question.number.map(|number| number.key().to_owned()),
        on: question.on,
        genuine: reason,
        logged,
        current,
        answer: about.answer(code),
        notes: context.notes.clone(),
        facts: None,
        holder: None,
        edition: None,
        checkpoint: context.state.as_ref().ok().map(|state| state.accepted.checkpoint.clone()),
    }
}

impl Check<'_> {
    fn genuine(&self, notes: &mut Vec<Note>) -> Result<Genuine, SourceError> {
        let reason = match self.signed(notes) {
            Ok(reason) | Err(reason) => reason,
        };
        if !matches!(reason, Genuine::Signed { .. }) || self.context.vouched == Vouched::ByNobody {
            return Ok(reason);
        }
        let name = &self.entry.proof().verification_method;
        let method = self.context.keys.as_ref().ok().and_then(|keys| keys.method(name));
        let Some(method) = method else { return Ok(reason) };
        match self.material.key(name, &method.key) {
            Ok(Some(None)) => Ok(Genuine::KeyNotLogged(name.clone())),
            Ok(Some(Some(KeyAction::Revoke))) => Ok(Genuine::KeyRevoked(name.clone())),
            Ok(_) | Err(Trouble::Refused(_)) => Ok(reason),
            Err(Trouble::Source(error)) => Err(error),
        }
    }

    fn signed(&self, notes: &mut Vec<Note>) -> Result<Genuine, Genuine> {
        let Check { context, entry, .. } = self;
        if let Ok(state) = &context.state {
            let issuer = entry.did().to_string();
            if entry.did().log_origin() != state.origin() {
                return Err(Genuine::WrongIssuer { issuer, expected: state.origin().to_owned() });
            }
        }
        let name = &entry.proof().verification_method;
        let pins = context.pins.as_ref().filter(|pins| pins.issuer == entry.did().as_str());
        let revoked = pins.is_some_and(|pins| pins.revoked.contains(name));
        if revoked {
            notes.push(Note::KeyRevokedSince(name.clone()));
        }
        match (&context.keys, context.vouched) {
            (Ok(keys), Vouched::ByLog) => {
                if keys.did != *entry.did() {
                    let (issuer, expected) = (entry.did().to_string(), keys.did.to_string());
                    return Err(Genuine::WrongIssuer { issuer, expected });
                }
                entry::signed_by_list(entry, keys)
            }
            (Err(reason), _) if context.kind != Kind::Alone => Err(reason.clone()),
            (keys, _) => match pins.and_then(|pins| pins.keys.get(name)).filter(|_| !revoked) {
                Some(key) => {
                    notes.push(Note::RememberedKey);
                    entry::signed_by(entry, key)
                }
                None => match keys {
                    Ok(keys) => entry::signed_by_list(entry, keys).and(Err(Genuine::KeysUnproven)),
                    Err(_) => Err(Genuine::NoKey),
                },
            },
        }
    }

    fn logged(&self) -> Result<Logged, SourceError> {
        if self.context.kind == Kind::Alone {
            return Ok(Logged::NoLog);
        }
        let (Ok(state), None) = (&self.context.state, self.context.refusal()) else {
            return Ok(self.context.refusal().unwrap_or(Logged::NoCheckpoint));
        };
        match self.material.leaf(self.entry) {
            Err(Trouble::Source(error)) => Err(error),
            Err(Trouble::Refused(reason)) => Ok(reason),
            Ok(proven) => Ok(match proven.in_tree(&state.head()) {
                Err(reason) => reason,
                Ok(leaf) if leaf.id() != Some(self.entry.number().key()) => Logged::NotLogged,
                Ok(leaf) if leaf.digest() != Some(self.entry.digest()) => Logged::DigestDiffers,
                Ok(_) => Logged::Included {
                    leaf: proven.index,
                    size: state.head().size,
                    witnesses: state.witnesses(),
                },
            }),
        }
    }

    /// What the lists and the log's status leaves say; the changes of status that are known.
    fn current(&self, notes: &mut Vec<Note>) -> Result<(Current, Vec<StatusChange>), Trouble> {
        let Check { context, material, entry, day, .. } = self;
        if context.kind == Kind::Alone {
            return Ok((Current::NotChecked, Vec::new()));
        }
        let Ok(publish) = &context.publish else { return Ok((Current::NoLog, Vec::new())) };
        let (mut bits, mut until) = ([false; 2], publish.next);
        for (bit, purpose) in bits.iter_mut().zip([Purpose::Revocation, Purpose::Suspension]) {
            let list = context.list(purpose, entry.serial(), |path| material.list(path))?;
            match &*list {
                Err(reason) => return Ok((reason.clone(), Vec::new())),
                Ok(list) => {
                    *bit = list.list.get(entry.serial()).unwrap_or_default();
                    until = until.min(list.valid_until);
                }
            }
        }
        let edition = publish.edition.date();
        let [revoked, suspended] = bits;
        let need = if revoked || suspended || *day < edition { Need::All } else { Need::Cheap };
        let history = material.history(entry.number().key(), need)?;
        let agrees = status::agreement(bits, &history, entry.serial(), edition);
        let status = match agrees {
            Err(reason) => return Ok((reason, history.changes)),
            Ok(Some(reason)) => Some(reason),
            Ok(None) => status::against(status_on(&history.changes, *day)),
        };
        let past = Some(*day).filter(|day| *day < edition);
        if let (None, Some(_)) = (&status, past) {
            let now = status::against(status_on(&history.changes, edition));
            notes.extend(now.map(Note::NotAnyMore));
        }
        let stale = until < context.now;
        let name = publish.edition.to_string();
        let current = match status {
            Some(reason) => reason,
            None if context.kind == Kind::Evidence && stale => {
                Current::AsPublished { edition: name, past }
            }
            None if stale => Current::Stale { since: until },
            None => Current::Fresh { edition: name, until, past },
        };
        Ok((current, history.changes))
    }

    fn answer(
        &self,
        question: &Question<'_>,
        (genuine, logged, current): (&Genuine, &Logged, &Current),
        standing: Option<(&Standing<'_>, &[SiteStanding<'_>])>,
        notes: &mut Vec<Note>,
    ) -> Answer {
        let mut about = About {
            number: self.entry.number().to_string(),
            day: Some(self.day),
            minimum: question.minimum.map(|minimum| minimum.level.clone()),
            edition: self.edition().map(|edition| edition.name),
            site: question.site.map(str::to_owned),
            ..About::default()
        };
        if let Some((standing, _)) = standing {
            about.level = self.entry.scheme().levels.get(standing.level).map(|level| {
                let name = |code: &str| {
                    let language = code.parse().ok();
                    language.map(|l| level.title.best(l).0.to_owned()).unwrap_or_default()
                };
                (name("zh"), name("en"))
            });
            about.until = Some(standing.until);
            about.since = Some(standing.since);
        }
        let certainties = [genuine.certainty(), logged.certainty()];
        let code = match (standing, current) {
            _ if certainties.contains(&Certainty::No) => Code::Refused,
            (_, Current::Superseded) => Code::Superseded,
            (_, Current::Erased) => Code::Erased,
            _ if certainties.contains(&Certainty::Unknown) => Code::Unknown,
            (Some(standing), reason) if reason.is_settled() => self.code(question, standing, notes),
            (_, reason) if reason.certainty() == Certainty::Unknown => Code::Unknown,
            _ => Code::Refused,
        };
        about.answer(code)
    }

    fn code(
        &self,
        question: &Question<'_>,
        (standing, sites): (&Standing<'_>, &[SiteStanding<'_>]),
        notes: &mut Vec<Note>,
    ) -> Code {
        let edition = self.context.publish.as_ref().map(|publish| publish.edition.date());
        let day = answer(standing.status, self.day, edition.unwrap_or(Date::MIN));
        let code = Code::from(day);
        let mut reached = Some(true);
        if let Some(minimum) = question.minimum {
            if *minimum.scheme != *self.entry.subject().scheme.id {
                return Code::OtherScheme;
            }
            let scheme = self.entry.scheme();
            let level = scheme.levels.get(standing.level);
            reached = level.and_then(|level| minimum.is_reached(&level.id, level.rank));
            if reached.is_none() {
                notes.push(Note::LevelUnknown(minimum.level.clone()));
                return Code::Unknown;
            }
        }
        if !code.is_good() {
            return code;
        }
        match question.site.map(|site| coverage(sites, site, self.day)) {
            Some(Coverage::NotListed) => {
                notes.push(Note::SitesNotListed);
                return Code::Unknown;
            }
            Some(Coverage::NotCovered) => return Code::SiteNotCovered,
            Some(Coverage::Covered) | None => {}
        }
        match (reached, code) {
            (Some(false), Code::Valid) => Code::ValidLevelBelow,
            (Some(false), Code::ProjectedValid) => Code::ProjectedValidLevelBelow,
            (_, code) => code,
        }
    }

    fn edition(&self) -> Option<EditionSeen> {
        let publish = self.context.publish.as_ref().ok()?;
        Some(EditionSeen {
            name: publish.edition.to_string(),
            day: publish.edition.date(),
            time: publish.time,
            next: publish.next,
            last_day: entry::day_of(self.entry, publish.next),
        })
    }
}
