//! What a certificate says about a day: its facts and events, folded.
//!
//! This is the *effective* axis: what was true on that day, as the records know it now. What the
//! register *said* on that day is the ledger's to answer.

use jiff::civil::Date;
use strum::{EnumIter, IntoStaticStr};

use crate::model::calendar::{add_months, day_before, next_day};
use crate::model::{
    Certificate, Coded, Cycle, Evaluation, Event, EventKind, HolderId, LocalText, Site,
};

/// The status of a certificate on a day (domain terms: 证书状态).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum Status {
    /// There was no certificate that day: it had not been decided yet.
    None,
    /// 未生效: decided, and its first day is still to come.
    NotYetValid,
    /// 有效.
    Valid,
    /// 暂停: to be treated as not valid.
    Suspended,
    /// 过期失效.
    Expired,
    /// 注销: ended without blame.
    Cancelled,
    /// 撤销: ended by the body, for cause.
    Withdrawn,
}

impl Status {
    /// The word in data files and addresses.
    pub fn code(self) -> &'static str {
        self.into()
    }
}

/// A run of days with one status. It lasts until the next one begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Segment {
    /// The first day.
    pub from: Date,
    /// The status from then on.
    pub status: Status,
}

/// The facts and the status of one day.
#[derive(Clone, Copy, Debug)]
pub struct Standing<'c> {
    /// The status.
    pub status: Status,
    /// The first day of that status.
    pub since: Date,
    /// The day of the last thing in force, or the day after expiry: what "status as of" names.
    pub as_of: Date,
    /// Whether it was suspended when it expired.
    pub suspended_at_expiry: bool,
    /// The reason code of the event behind the status, if it has one.
    pub reason: Option<&'c str>,
    /// The words for the public of the event behind the status, if there are any.
    pub note: Option<&'c LocalText>,
    /// The days of the cycle that the day belongs to, or the last before it, as printed.
    pub cycle: Cycle,
    /// The last day of validity: the cycle's, or an earlier one by the scheme's transition.
    pub until: Date,
    /// A place in the scheme's ladder.
    pub level: usize,
    /// The holder's name.
    pub holder_name: &'c LocalText,
    /// The holder's identifier.
    pub holder_id: &'c HolderId,
    /// The holder's address.
    pub holder_address: Option<&'c LocalText>,
    /// What is certified.
    pub scope: &'c LocalText,
    /// Excluded clauses.
    pub exclusions: &'c [Box<str>],
    /// GB/T 2260.
    pub region: Option<&'c Coded>,
    /// GB/T 4754.
    pub industry: Option<&'c Coded>,
    /// The decision of this cycle.
    pub decided: Date,
    /// The day of issue of this cycle.
    pub issued: Date,
    /// The day the holder was first certified.
    pub first_granted: Option<Date>,
    /// The evaluation that the level rests on.
    pub evaluation: Option<&'c Evaluation>,
}

/// A site and the days on which it is covered.
#[derive(Clone, Copy, Debug)]
pub struct SiteStanding<'c> {
    /// The site.
    pub site: &'c Site,
    /// The first day covered, where it is not the certificate's.
    pub from: Option<Date>,
    /// The last day covered, where it is not the certificate's.
    pub until: Option<Date>,
}

impl SiteStanding<'_> {
    /// Whether the site is covered on a day on which the certificate is in force.
    pub fn covers(&self, day: Date) -> bool {
        self.from.is_none_or(|from| from <= day) && self.until.is_none_or(|until| day <= until)
    }
}

/// When a certificate was and ought to be looked at again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Surveillance {
    /// The last one in this cycle.
    pub last: Option<Date>,
    /// The last day for the next one.
    pub due: Date,
    /// Whether that day and the scheme's grace have passed.
    pub overdue: bool,
}

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
struct State<'c> {
    standing: Standing<'c>,
    hold: Hold,
    next: Option<Cycle>,
    grant_decided: Date,
}

/// A certificate's events in the order in which they take effect. Events of one day stand in
/// recording order.
#[derive(Clone, Debug)]
pub struct Timeline<'c> {
    certificate: &'c Certificate,
    events: Vec<&'c Event>,
}

impl Certificate {
    /// The certificate's events in effective order, ready to be asked about days.
    pub fn timeline(&self) -> Timeline<'_> {
        let mut events: Vec<_> = self.events.iter().collect();
        events.sort_by_key(|event| event.effective);
        Timeline { certificate: self, events }
    }

    /// The facts and the status of a day.
    pub fn standing(&self, day: Date) -> Standing<'_> {
        self.timeline().on(day)
    }
}

impl<'c> Timeline<'c> {
    /// The certificate.
    pub fn certificate(&self) -> &'c Certificate {
        self.certificate
    }

    /// The events, in effective order.
    pub fn events(&self) -> &[&'c Event] {
        &self.events
    }

    /// The facts and the status of a day.
    pub fn on(&self, day: Date) -> Standing<'c> {
        let mut standing = self.settle(day);
        let segments = self.segments();
        let current = segments.iter().rev().find(|s| s.from <= day && s.status == standing.status);
        standing.since = current.map_or(standing.since, |segment| segment.from);
        standing
    }

    /// The statuses over all time, first day by first day. The days before the first are
    /// [`Status::None`].
    pub fn segments(&self) -> Vec<Segment> {
        let mut days = vec![self.certificate.grant.decided, self.certificate.grant.cycle.from];
        let mut ends = vec![self.certificate.grant.cycle.until];
        for event in &self.events {
            days.push(event.effective);
            days.extend(event.change.decided.into_iter().chain(event.change.valid_from));
            ends.extend(event.change.expires);
        }
        ends.extend(self.certificate.scheme.transition_until);
        days.extend(ends.into_iter().map(next_day));
        days.sort_unstable();
        days.dedup();
        let mut segments: Vec<Segment> = Vec::with_capacity(days.len());
        for from in days {
            let status = self.settle(from).status;
            let before = segments.last().map_or(Status::None, |segment| segment.status);
            if status != before {
                segments.push(Segment { from, status });
            }
        }
        segments
    }

    /// The facts just before an event of this certificate took effect.
    pub fn before(&self, event: &Event) -> Standing<'c> {
        let mut state = State::granted(self.certificate, event.effective);
        for earlier in self.events.iter().take_while(|other| !std::ptr::eq(**other, event)) {
            state.begin_next(earlier.effective);
            state.apply(earlier, event.effective);
        }
        state.finish(self.certificate, day_before(event.effective))
    }

    /// All sites that were ever covered, with their days.
    pub fn sites(&self) -> Vec<SiteStanding<'c>> {
        let standing = |site: &'c Site| SiteStanding { site, from: site.from, until: site.until };
        let mut sites: Vec<_> = self.certificate.grant.sites.iter().map(standing).collect();
        for event in &self.events {
            let listed = event.change.sites.iter().flatten().map(standing);
            match event.kind {
                EventKind::SiteAdded => sites.extend(listed.map(|site| SiteStanding {
                    from: site.from.or(Some(event.effective)),
                    ..site
                })),
                EventKind::Corrected if event.change.sites.is_some() => sites = listed.collect(),
                EventKind::SiteClosed => {
                    let name = event.change.site_closed.as_deref().unwrap_or_default();
                    let open = |site: &&mut SiteStanding<'_>| {
                        site.site.name.is_called(name)
                            && site.until.is_none_or(|until| until >= event.effective)
                    };
                    if let Some(site) = sites.iter_mut().find(open) {
                        site.until = Some(day_before(event.effective));
                    }
                }
                _ => {}
            }
        }
        sites
    }

    /// The holder's earlier names, oldest first, each with the last day it was borne.
    pub fn former_names(&self, day: Date) -> Vec<(&'c LocalText, Date)> {
        let mut name = &self.certificate.grant.holder.name;
        let mut former = Vec::new();
        for event in self.events.iter().filter(|event| event.effective <= day) {
            if let Some(new) = &event.change.holder_name {
                if event.kind == EventKind::Renamed && new != name {
                    former.push((name, day_before(event.effective)));
                }
                name = new;
            }
        }
        former
    }

    /// Identifiers that the record once gave and corrected since.
    pub fn former_ids(&self) -> Vec<&'c HolderId> {
        let changes = self.events.iter().filter_map(|event| event.change.holder_id.as_ref());
        let mut ids: Vec<_> =
            std::iter::once(&self.certificate.grant.holder.id).chain(changes).collect();
        let current = ids.pop();
        ids.retain(|id| Some(*id) != current);
        ids.dedup();
        ids
    }

    /// Surveillance in the cycle of a day, where the scheme asks for it and the certificate lives.
    pub fn surveillance(&self, day: Date) -> Option<Surveillance> {
        let scheme = &self.certificate.scheme;
        let standing = self.settle(day);
        if !matches!(standing.status, Status::Valid | Status::Suspended) {
            return None;
        }
        let within = |date: &Date| (standing.cycle.from..=day).contains(date);
        let looks = self.events.iter().filter(|event| event.kind == EventKind::Surveillance);
        let last = looks.map(|event| event.effective).filter(within).max();
        let from = last.unwrap_or(standing.cycle.from);
        let due = add_months(from, scheme.surveillance_interval_months?);
        let grace = jiff::Span::new().days(scheme.surveillance_grace_days.min(10_000));
        (due < standing.until).then(|| Surveillance {
            last,
            due,
            overdue: day > due.saturating_add(grace),
        })
    }

    /// The state after all that took effect up to a day, with its status worked out.
    fn settle(&self, day: Date) -> Standing<'c> {
        let mut state = State::granted(self.certificate, day);
        for event in self.events.iter().take_while(|event| event.effective <= day) {
            state.begin_next(event.effective);
            state.apply(event, day);
        }
        state.begin_next(day);
        state.finish(self.certificate, day)
    }
}

impl<'c> State<'c> {
    fn granted(certificate: &'c Certificate, day: Date) -> Self {
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
            region: grant.region.as_ref(),
            industry: grant.industry.as_ref(),
            decided: grant.decided,
            issued: grant.issued,
            first_granted: grant.first_granted,
            evaluation: grant.evaluation.as_ref(),
        };
        Self { standing, hold: Hold::None, next: None, grant_decided: grant.decided }
    }

    /// A recertified cycle takes over on its first day, and ends a suspension that outlived the
    /// old cycle.
    fn begin_next(&mut self, day: Date) {
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

    fn apply(&mut self, event: &'c Event, day: Date) {
        let change = &*event.change;
        let standing = &mut self.standing;
        standing.as_of =
            standing.as_of.max(if event.date <= day { event.date } else { event.effective });
        standing.level = change.level.unwrap_or(standing.level);
        standing.holder_name = change.holder_name.as_ref().unwrap_or(standing.holder_name);
        standing.holder_id = change.holder_id.as_ref().unwrap_or(standing.holder_id);
        standing.holder_address = change.holder_address.as_ref().or(standing.holder_address);
        standing.scope = change.scope.as_ref().unwrap_or(standing.scope);
        standing.exclusions = change.exclusions.as_deref().unwrap_or(standing.exclusions);
        standing.region = change.region.as_ref().or(standing.region);
        standing.industry = change.industry.as_ref().or(standing.industry);
        standing.first_granted = change.first_granted.or(standing.first_granted);
        if event.kind != EventKind::Surveillance {
            standing.evaluation = change.evaluation.as_ref().or(standing.evaluation);
        }
        match event.kind {
            EventKind::Recertified => {
                standing.decided = change.decided.unwrap_or(event.date);
                standing.issued = change.issued.unwrap_or(event.date);
                let from = change.valid_from.unwrap_or(event.date);
                self.next = change.expires.map(|until| Cycle { from, until });
                self.begin_next(event.effective);
            }
            EventKind::Corrected => self.correct(change),
            _ => {}
        }
        self.hold_on(change.status.unwrap_or(event.kind), event);
    }

    /// A correction mends the cycle that its effective day belongs to.
    fn correct(&mut self, change: &'c super::Change) {
        let standing = &mut self.standing;
        if let Some(decided) = change.decided {
            self.grant_decided = self.grant_decided.min(decided);
            standing.decided = decided;
        }
        standing.issued = change.issued.unwrap_or(standing.issued);
        standing.cycle.from = change.valid_from.unwrap_or(standing.cycle.from);
        standing.cycle.until = change.expires.unwrap_or(standing.cycle.until);
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
        self.standing.reason = event.reason.as_deref();
        self.standing.note = event.note.as_ref();
    }

    fn finish(self, certificate: &Certificate, day: Date) -> Standing<'c> {
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
