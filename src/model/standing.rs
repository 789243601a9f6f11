//! What a certificate says about a day: its facts and events, folded.
//!
//! This is the *effective* axis: what was true on that day, as the records know it now. What the
//! register *said* on that day is the ledger's to answer.

use jiff::civil::Date;
use strum::{EnumIter, IntoStaticStr};

use crate::model::calendar::{add_months, day_before, next_day};
use crate::model::fold::State;
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

    /// The same of the first events only: the certificate as it was recorded before the others.
    pub fn timeline_of(&self, events: usize) -> Timeline<'_> {
        let mut timeline = Timeline { certificate: self, events: Vec::new() };
        timeline.events.extend(self.events.iter().take(events));
        timeline.events.sort_by_key(|event| event.effective);
        timeline
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
            days.extend(event.change.decided().into_iter().chain(event.change.valid_from()));
            ends.extend(event.change.expires());
        }
        ends.extend(self.certificate.scheme.transition_until);
        days.extend(ends.into_iter().map(next_day));
        days.sort_unstable();
        days.dedup();
        let mut segments: Vec<Segment> = Vec::with_capacity(days.len());
        let mut state = State::granted(self.certificate, Date::MIN);
        let mut events = self.events.iter().peekable();
        for from in days {
            while let Some(event) = events.next_if(|event| event.effective <= from) {
                state.begin_next(event.effective);
                state.apply(event, from);
            }
            state.begin_next(from);
            let status = state.finish(self.certificate, from).status;
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
            let listed = event.change.sites().into_iter().flatten().map(standing);
            match event.kind {
                EventKind::SiteAdded => sites.extend(listed.map(|site| SiteStanding {
                    from: site.from.or(Some(event.effective)),
                    ..site
                })),
                EventKind::Corrected if event.change.sites().is_some() => sites = listed.collect(),
                EventKind::SiteClosed => {
                    let name = event.change.site_closed().unwrap_or_default();
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
            if let Some(new) = event.change.holder_name() {
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
        let changes = self.events.iter().filter_map(|event| event.change.holder_id());
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

    /// The state after all that took effect up to a day, with its status worked out; but not since
    /// when it has it, which is half of the work.
    pub(crate) fn settle(&self, day: Date) -> Standing<'c> {
        let mut state = State::granted(self.certificate, day);
        for event in self.events.iter().take_while(|event| event.effective <= day) {
            state.begin_next(event.effective);
            state.apply(event, day);
        }
        state.begin_next(day);
        state.finish(self.certificate, day)
    }
}
