//! From a sealed entry back to the certificate it states, so that pages and answers come from it.

use std::sync::Arc;

use jiff::{SignedDuration, civil::Date, tz::TimeZone};

use crate::credential::{
    Facts, HistoryEntry, HistoryKind, LeafStatus, StatedLevel, StatedScheme, StatusChange,
    Unproved, status::disagreements, status_on,
};
use crate::model::{
    Certificate, Change, Cycle, Decimal, DisplayRounding, Event, EventKind, Grant, Holder,
    Language, Level, LocalText, NewFacts, Publication, Scheme, Scoring, Site,
};

/// Why an entry cannot be shown.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RevealError {
    /// The scheme is another one.
    #[error("the entry is of the scheme `{stated}`, not `{given}`")]
    Scheme {
        /// What the entry says.
        stated: Box<str>,
        /// What was given.
        given: Box<str>,
    },
    /// A level that the scheme does not have any more.
    #[error("the scheme `{scheme}` has no level `{level}`; levels that were sealed must stay")]
    Level {
        /// The scheme.
        scheme: Box<str>,
        /// The level.
        level: Box<str>,
    },
    /// A fact of the grant that is not there.
    #[error("the entry does not state `{0}` of the grant")]
    Grant(&'static str),
}

impl Unproved {
    /// The certificate that the entry and its status leaves (in log order) state. Its timeline
    /// answers for any day as the record's does, but for what is not published. The file that links
    /// in its remarks start from is not in an entry: it is left at `content/certificates/PATH.md`.
    pub fn reveal(
        &self,
        statuses: &[StatusChange],
        scheme: &Arc<Scheme>,
    ) -> Result<Certificate, RevealError> {
        let subject = self.subject();
        if subject.scheme.id != scheme.id {
            let (stated, given) = (subject.scheme.id.clone(), scheme.id.clone());
            return Err(RevealError::Scheme { stated, given });
        }
        let facts = Facing { scheme };
        let mut steps = subject.history.iter();
        let issued = steps.next().map(|step| step.date).ok_or(RevealError::Grant("history"))?;
        let grant = facts.grant(subject.granted(), issued)?;
        let events = steps.filter_map(|step| facts.event(step).transpose());
        let mut events: Vec<Event> = events.collect::<Result<_, _>>()?;
        add(&mut events, statuses);
        Ok(Certificate {
            number: subject.number.clone(),
            scheme: scheme.clone(),
            grant,
            events: events.into(),
            succeeds: subject.succeeds.clone(),
            rule: subject.rule.clone(),
            reported_on: subject.reported_on,
            remarks: subject.remarks.clone(),
            file: format!("content/certificates/{}.md", subject.number.path()).into(),
        })
    }

    /// As much of the scheme as the entry itself states, for whoever has nothing else at hand: its
    /// id and standard, the levels that occur, and the end of a transition.
    pub fn scheme(&self) -> Arc<Scheme> {
        let subject = self.subject();
        let steps = subject.history.iter().map(|step| &step.facts);
        let stated = steps.chain([&subject.facts]).filter_map(|facts| facts.level.as_ref());
        let mut levels: Vec<Level> = Vec::new();
        for StatedLevel { id, rank, name, stars } in stated {
            if !levels.iter().any(|level| level.id == *id) {
                let (id, title) = (id.clone(), name.clone());
                levels.push(Level { id, rank: *rank, min_score: None, stars: *stars, title });
            }
        }
        levels.sort_by_key(|level| level.rank);
        let printed = subject.facts.change.expires;
        let transition = printed.and_then(|printed| {
            let until = self.last_day(printed);
            (until < printed).then_some(until)
        });
        let StatedScheme { id, standard, .. } = &subject.scheme;
        Arc::new(bare_scheme(id, standard, levels, transition))
    }

    /// The civil day that ends with the last second of validity. The register's zone is not stated;
    /// it is one in which the second after is a midnight.
    fn last_day(&self, printed: Date) -> Date {
        let end = self.valid_until();
        let since_midnight = end.as_second().saturating_add(1).rem_euclid(86_400);
        let civil = |behind: i64| {
            let shifted = end.checked_sub(SignedDuration::from_secs(behind));
            TimeZone::UTC.to_datetime(shifted.unwrap_or(end)).date()
        };
        let (west, east) = (civil(since_midnight), civil(since_midnight - 86_400));
        match since_midnight / 3600 {
            // 10 to 12 hours behind UTC, or 12 to 14 ahead of it, which few are.
            10 | 11 if east == printed => east,
            0..=11 => west,
            _ => east,
        }
    }
}

/// Turns stated facts into those of a scheme.
struct Facing<'s> {
    scheme: &'s Arc<Scheme>,
}

impl Facing<'_> {
    fn level(&self, level: &StatedLevel) -> Result<usize, RevealError> {
        let (scheme, level) = (self.scheme.id.clone(), &level.id);
        let missing = || RevealError::Level { scheme, level: level.clone() };
        self.scheme.level_index(level).ok_or_else(missing)
    }

    fn grant(&self, facts: &Facts, issued: Date) -> Result<Grant, RevealError> {
        let level = self.level(facts.level.as_ref().ok_or(RevealError::Grant("level"))?)?;
        let change = self.change(&facts.change);
        let cycle = Cycle {
            from: change.valid_from.ok_or(RevealError::Grant("validFrom"))?,
            until: change.expires.ok_or(RevealError::Grant("expires"))?,
        };
        let holder = Holder {
            name: change.holder_name.ok_or(RevealError::Grant("holder.name"))?,
            id: change.holder_id.ok_or(RevealError::Grant("holder"))?,
            address: change.holder_address,
        };
        Ok(Grant {
            decided: change.decided.ok_or(RevealError::Grant("decided"))?,
            issued,
            cycle,
            first_granted: change.first_granted,
            level,
            holder,
            scope: change.scope.ok_or(RevealError::Grant("scope"))?,
            exclusions: change.exclusions.unwrap_or_default(),
            sites: change.sites.unwrap_or_default(),
            region: change.region,
            industry: change.industry,
            evaluation: change.evaluation,
        })
    }

    fn event(&self, step: &HistoryEntry) -> Result<Option<Event>, RevealError> {
        let HistoryKind::Event(kind) = step.kind else { return Ok(None) };
        let mut change = self.change(&step.facts.change);
        let mut note = step.note.clone();
        if let Some(note) = &mut note {
            self.order(note);
        }
        change.level = step.facts.level.as_ref().map(|level| self.level(level)).transpose()?;
        Ok(Some(Event {
            date: step.date,
            effective: step.effective,
            kind,
            change: NewFacts::new(change, step.reason.clone(), note),
        }))
    }

    fn change(&self, stated: &Change) -> Change {
        let mut change = stated.clone();
        let texts = [&mut change.scope, &mut change.holder_name, &mut change.holder_address];
        for text in texts.into_iter().flatten() {
            self.order(text);
        }
        for coded in change.region.iter_mut().chain(&mut change.industry) {
            if let Some(name) = &mut Arc::make_mut(coded).name {
                self.order(name);
            }
        }
        for Site { name, address, service, .. } in change.sites.iter_mut().flatten() {
            self.order(name);
            for text in [address, service].into_iter().flatten() {
                self.order(text);
            }
        }
        if let Some(found) = &mut change.evaluation {
            let place = |id: &str| self.scheme.clauses.iter().position(|clause| &*clause.id == id);
            found.clauses.sort_by_key(|score| place(&score.clause));
        }
        change
    }

    /// Puts the versions in the register's order of languages, which its schemes' titles have; an
    /// entry has them sorted.
    fn order(&self, text: &mut LocalText) {
        let place = |language: Language| {
            let place = self.scheme.title.iter().position(|(other, _)| other == language);
            place.unwrap_or(usize::MAX)
        };
        if text.iter().is_sorted_by_key(|(language, _)| place(language)) {
            return;
        }
        let mut versions: Vec<(Language, &str)> = text.iter().collect();
        versions.sort_by_key(|(language, _)| place(*language));
        if let Some(ordered) = LocalText::new(&versions) {
            *text = ordered;
        }
    }
}

/// Adds changes of status as events, after what else happened, until the events leave on every day
/// the status that the leaves say. A change that a correction or a new cycle tells already is not
/// told twice.
fn add(events: &mut Vec<Event>, statuses: &[StatusChange]) {
    let stated = events.len();
    for (at, change) in statuses.iter().enumerate() {
        let first = !statuses.iter().take(at).any(|other| other.date == change.date);
        let told = |event: &Event| {
            let status = event.change.status().and_then(LeafStatus::of);
            let begins = event.kind == EventKind::Recertified && change.status == LeafStatus::Valid;
            event.effective == change.date && (begins || status == Some(change.status))
        };
        if !(first && events.iter().take(stated).any(told)) {
            events.push(event(change.date, change.status, change.reason.clone()));
        }
    }
    loop {
        let mut in_order: Vec<&Event> = events.iter().collect();
        in_order.sort_by_key(|event| event.effective);
        let Some((date, status)) = unsaid(&in_order, statuses) else { return };
        events.push(event(date, status, None));
    }
}

/// The first day on which events leave another status than the leaves say, and what these say.
fn unsaid(events: &[&Event], statuses: &[StatusChange]) -> Option<(Date, LeafStatus)> {
    let (date, _) = disagreements(events, statuses).into_iter().next()?;
    let said = status_on(statuses, date);
    Some((date, said.map_or(LeafStatus::Valid, |change| change.status)))
}

fn event(date: Date, status: LeafStatus, reason: Option<Box<str>>) -> Event {
    let change = NewFacts::new(Change::default(), reason, None);
    Event { date, effective: date, kind: status.event(), change }
}

/// A scheme of which nothing is known but what an entry says.
fn bare_scheme(
    id: &str,
    standard: &str,
    levels: Vec<Level>,
    transition_until: Option<Date>,
) -> Scheme {
    let languages = levels.iter().flat_map(|level| level.title.iter());
    let titles: Vec<_> = languages.map(|(code, _)| (code, standard)).collect();
    let title = LocalText::new(&titles)
        .expect("an entry is read only with a level, and a level only with a name");
    Scheme {
        id: id.into(),
        family: None,
        title,
        short_title: None,
        standard: standard.into(),
        effective_from: None,
        superseded_by: None,
        transition_until,
        points_confirmed: true,
        total_points: Decimal::whole(100),
        score_decimals: 6,
        display: DisplayRounding::Down,
        cycle_months: 36,
        surveillance_interval_months: None,
        surveillance_grace_days: 0,
        recertification_apply_before_days: None,
        early_recertification_months: 0,
        max_issue_ahead_days: 0,
        suspension_max_months: None,
        number_pattern: None,
        guidance: None,
        publication: Publication { score: true, reasons: true, site_addresses: true },
        scoring: Scoring {
            exclusions_allowed: true,
            special_deduction_points: Decimal::default(),
            special_deduction_max: None,
            special_deduction_max_inclusive: true,
            special_bonus_points: Decimal::default(),
            special_bonus_max_count: 0,
        },
        quota: None,
        sampling: None,
        levels,
        clauses: Vec::new(),
        reasons: Vec::new(),
    }
}
