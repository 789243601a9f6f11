//! Facts as granted, and events, folded into the state of a certificate.

use std::sync::Arc;

use jiff::civil::Date;

use crate::model::calendar::next_day;
use crate::model::{Certificate, Cycle, Event, EventKind, NewFacts, Standing, Status};

/// What a status event left behind.
#[derive(Clone, Copy)]
enum Hold {
    None,
    Suspended,
    Cancelled,
    Withdrawn,
}

/// The fold's state. `standing` is complete but for what depends on the day asked.
#[derive(Clone, Copy)]
pub(super) struct State<'c> {
    standing: Standing<'c>,
    hold: Hold,
    next: Option<Cycle>,
    grant_decided: Date,
}

impl<'c> State<'c> {
    pub(super) fn granted(certificate: &'c Certificate, day: Date) -> Self {
        let grant = &certificate.grant;
        let standing = Standing {
            status: Status::None,
            since: grant.decided,
            as_of: if grant.issued <= day { grant.issued } else { grant.decided },
            suspended_at_expiry: false,
            reason: None,
            note: None,
            cycle: grant.cycle,
            until: grant.cycle.until,
            level: grant.level,
            holder_name: &grant.holder.name,
            holder_id: &grant.holder.id,
            holder_address: grant.holder.address.as_ref(),
            scope: &grant.scope,
            exclusions: &grant.exclusions,
            region: grant.region.as_deref(),
            industry: grant.industry.as_deref(),
            decided: grant.decided,
            issued: grant.issued,
            first_granted: grant.first_granted,
            evaluation: grant.evaluation.as_ref(),
        };
        Self { standing, hold: Hold::None, next: None, grant_decided: grant.decided }
    }

    /// A recertified cycle takes over on its first day, and ends a suspension that outlived the
    /// old cycle.
    pub(super) fn begin_next(&mut self, day: Date) {
        if let Some(next) = self.next.take_if(|next| next.from <= day) {
            self.standing.cycle = next;
            self.standing.until = next.until;
            self.standing.as_of = self.standing.as_of.max(next.from);
            if matches!(self.hold, Hold::Suspended) {
                self.hold = Hold::None;
                (self.standing.reason, self.standing.note) = (None, None);
            }
        }
    }

    pub(super) fn apply(&mut self, event: &'c Event, day: Date) {
        let change = &event.change;
        let standing = &mut self.standing;
        standing.as_of =
            standing.as_of.max(if event.date <= day { event.date } else { event.effective });
        standing.level = change.level().unwrap_or(standing.level);
        standing.holder_name = change.holder_name().unwrap_or(standing.holder_name);
        standing.holder_id = change.holder_id().unwrap_or(standing.holder_id);
        standing.holder_address = change.holder_address().or(standing.holder_address);
        standing.scope = change.scope().unwrap_or(standing.scope);
        standing.exclusions = change.exclusions().unwrap_or(standing.exclusions);
        standing.region = change.region().map(Arc::as_ref).or(standing.region);
        standing.industry = change.industry().map(Arc::as_ref).or(standing.industry);
        standing.first_granted = change.first_granted().or(standing.first_granted);
        if event.kind != EventKind::Surveillance {
            standing.evaluation = change.evaluation().or(standing.evaluation);
        }
        match event.kind {
            EventKind::Recertified => {
                standing.decided = change.decided().unwrap_or(event.date);
                standing.issued = change.issued().unwrap_or(event.date);
                let from = change.valid_from().unwrap_or(event.date);
                self.next = change.expires().map(|until| Cycle { from, until });
                self.begin_next(event.effective);
            }
            EventKind::Corrected => self.correct(change),
            _ => {}
        }
        self.hold_on(change.status().unwrap_or(event.kind), event);
    }

    /// A correction mends the cycle that its effective day belongs to.
    fn correct(&mut self, change: &NewFacts) {
        let standing = &mut self.standing;
        if let Some(decided) = change.decided() {
            self.grant_decided = self.grant_decided.min(decided);
            standing.decided = decided;
        }
        standing.issued = change.issued().unwrap_or(standing.issued);
        standing.cycle.from = change.valid_from().unwrap_or(standing.cycle.from);
        standing.cycle.until = change.expires().unwrap_or(standing.cycle.until);
        standing.until = standing.cycle.until;
    }

    fn hold_on(&mut self, kind: EventKind, event: &'c Event) {
        self.hold = match kind {
            EventKind::Suspended => Hold::Suspended,
            EventKind::Reinstated => Hold::None,
            EventKind::Cancelled => Hold::Cancelled,
            EventKind::Withdrawn => Hold::Withdrawn,
            _ => return,
        };
        self.standing.reason = event.reason();
        self.standing.note = event.note();
    }

    pub(super) fn finish(self, certificate: &Certificate, day: Date) -> Standing<'c> {
        let mut standing = self.standing;
        if let Some(end) = certificate.scheme.transition_until {
            standing.until = standing.until.min(end);
        }
        standing.status = match self.hold {
            Hold::Withdrawn => Status::Withdrawn,
            Hold::Cancelled => Status::Cancelled,
            _ if day < self.grant_decided => Status::None,
            _ if day < standing.cycle.from => Status::NotYetValid,
            _ if day > standing.until => Status::Expired,
            Hold::Suspended => Status::Suspended,
            Hold::None => Status::Valid,
        };
        match standing.status {
            Status::Expired => {
                standing.as_of = standing.as_of.max(next_day(standing.until));
                standing.suspended_at_expiry = matches!(self.hold, Hold::Suspended);
            }
            Status::Valid if standing.cycle.from <= day => {
                standing.as_of = standing.as_of.max(standing.cycle.from);
            }
            _ => {}
        }
        standing
    }
}
