//! The order of events, and what may follow what.

use jiff::civil::Date;

use crate::fields::Fields;
use crate::load::{Lists, event::EventDraft, findings, record::Draft};
use crate::model::{EventKind, Scheme, Site, add_months};

/// What the events so far have left.
struct So<'d> {
    hold: Hold,
    from: Date,
    until: Date,
    latest: Date,
    name: Option<&'d crate::model::LocalText>,
    /// Each with whether it has closed.
    sites: Vec<(&'d Site, bool)>,
    looked_at: Option<Date>,
}

#[derive(Clone)]
enum Hold {
    Running,
    Suspended(Date, crate::diag::Label),
    Ended(&'static str, Date),
}

pub(super) fn check(fields: &Fields<'_>, draft: &Draft, lists: &Lists<'_>) {
    let (Some(issued), Some(until)) = (&draft.issued, &draft.expires) else { return };
    let Some(scheme) = &draft.scheme else { return };
    let issued = issued.value;
    let mut so = So {
        hold: Hold::Running,
        from: draft.valid_from.as_ref().map_or(issued, |at| at.value),
        until: until.value,
        latest: issued,
        name: draft.holder.name.as_ref(),
        sites: draft.sites.iter().map(|site| (site, false)).collect(),
        looked_at: None,
    };
    for event in &draft.events {
        so.order(fields, event, issued);
        correction(fields, event);
        so.ended(fields, event, scheme);
        so.step(fields, event, scheme);
        so.facts(fields, event);
    }
    so.finish(fields, draft, scheme, lists.today);
}

impl<'d> So<'d> {
    fn order(&mut self, fields: &Fields<'_>, event: &EventDraft, issued: Date) {
        let (date, label) = (event.date.value, || event.date.label.clone());
        if date < issued {
            fields.push(findings::event_before_grant(label(), issued));
        } else if date < self.latest && event.kind != EventKind::Corrected {
            fields.push(findings::event_out_of_order(label(), self.latest));
        }
        self.latest = self.latest.max(date);
    }

    /// The last day of validity: the cycle's, or an earlier one by the scheme's transition.
    fn end(&self, scheme: &Scheme) -> Date {
        scheme.transition_until.map_or(self.until, |end| end.min(self.until))
    }

    /// Nothing but a correction follows withdrawal or cancellation; after expiry a recertification
    /// may.
    fn ended(&self, fields: &Fields<'_>, event: &EventDraft, scheme: &Scheme) {
        if event.kind == EventKind::Corrected {
            return;
        }
        let label = event.date.label.clone();
        if let Hold::Ended(how, day) = self.hold {
            fields.push(findings::event_after_end(label, how, day, "`corrected`"));
            return;
        }
        let until = self.end(scheme);
        if self.until < self.from {
            return; // Said already: the certificate ends before it begins.
        }
        if event.date.value > until && event.kind != EventKind::Recertified {
            let only = "`recertified` or `corrected`";
            fields.push(findings::event_after_end(label, "expired", until, only));
        }
    }

    fn step(&mut self, fields: &Fields<'_>, event: &EventDraft, scheme: &Scheme) {
        let date = event.date.value;
        let label = || event.date.label.clone();
        match event.kind {
            EventKind::Suspended => match &self.hold {
                Hold::Suspended(since, _) => {
                    fields.push(findings::suspended_twice(label(), *since));
                }
                _ => self.hold = Hold::Suspended(date, label()),
            },
            EventKind::Reinstated => match &self.hold {
                Hold::Suspended(since, at) => {
                    long(fields, scheme, *since, date, at);
                    self.hold = Hold::Running;
                }
                _ => fields.push(findings::not_suspended(label())),
            },
            EventKind::Withdrawn => self.hold = Hold::Ended("was withdrawn", date),
            EventKind::Cancelled => self.hold = Hold::Ended("was cancelled", date),
            EventKind::Recertified => {
                if let Hold::Suspended(since, _) = self.hold
                    && date <= self.until
                {
                    fields.push(findings::recertified_suspended(label(), since));
                }
                if !matches!(self.hold, Hold::Ended(..)) {
                    self.hold = Hold::Running;
                }
                self.from = event.valid_from.as_ref().map_or(date, |at| at.value);
                self.until = event.expires.as_ref().map_or(self.until, |at| at.value);
                self.looked_at = None;
            }
            EventKind::Surveillance => self.looked_at = Some(date),
            EventKind::Corrected => self.correct(event),
            _ => {}
        }
    }

    fn correct(&mut self, event: &EventDraft) {
        let effective = event.effective.as_ref().map(|at| at.value);
        let this_cycle = effective.is_none_or(|day| day >= self.from) || event.status.is_some();
        if this_cycle {
            self.until = event.expires.as_ref().map_or(self.until, |at| at.value);
            self.from = event.valid_from.as_ref().map_or(self.from, |at| at.value);
        }
        let day = effective.unwrap_or(event.date.value);
        match event.status {
            Some(EventKind::Suspended) => {
                self.hold = Hold::Suspended(day, event.date.label.clone());
            }
            Some(EventKind::Withdrawn) => self.hold = Hold::Ended("was withdrawn", day),
            Some(EventKind::Cancelled) => self.hold = Hold::Ended("was cancelled", day),
            Some(_) => self.hold = Hold::Running,
            None => {}
        }
    }

    /// Events that change nothing, and sites that are not there.
    fn facts(&mut self, fields: &Fields<'_>, event: &'d EventDraft) {
        if let Some(name) = &event.holder_name {
            if event.kind == EventKind::Renamed && self.name == Some(name) {
                fields.push(findings::no_change(event.label.clone(), "the name is the same"));
            }
            self.name = Some(name);
        }
        match (event.kind, &event.sites) {
            (EventKind::SiteAdded, Some(sites)) => {
                self.sites.extend(sites.iter().map(|site| (site, false)));
            }
            (EventKind::Corrected, Some(sites)) => {
                self.sites = sites.iter().map(|site| (site, false)).collect();
            }
            _ => {}
        }
        let Some(closed) = &event.site_closed else { return };
        let day = event.date.value;
        let open =
            |(site, closed): &(&Site, bool)| !closed && site.until.is_none_or(|until| until >= day);
        let is_it =
            |place: &&mut (&Site, bool)| open(place) && place.0.name.is_called(&closed.value);
        if let Some((_, closed)) = self.sites.iter_mut().find(is_it) {
            *closed = true;
            return;
        }
        let known = self.sites.iter().filter(|place| open(place));
        let known = known.filter_map(|(site, _)| site.name.iter().next().map(|(_, name)| name));
        fields.push(findings::site_unknown(closed.label.clone(), &closed.value, known));
    }

    fn finish(&self, fields: &Fields<'_>, draft: &Draft, scheme: &Scheme, today: Date) {
        let until = self.end(scheme);
        if let Hold::Suspended(since, at) = &self.hold {
            long(fields, scheme, *since, today.min(until), at);
        }
        if matches!(self.hold, Hold::Ended(..)) || today > until || today < self.from {
            return;
        }
        let Some(months) = scheme.surveillance_interval_months else { return };
        let due = add_months(self.looked_at.unwrap_or(self.from).max(self.from), months);
        let grace = jiff::Span::new().days(scheme.surveillance_grace_days.min(10_000));
        if due < until && today > due.saturating_add(grace) {
            let label = draft.number.as_ref().map_or_else(|| fields.label(), |at| at.label.clone());
            fields.push(findings::surveillance_overdue(label, due));
        }
    }
}

fn long(fields: &Fields<'_>, scheme: &Scheme, since: Date, until: Date, at: &crate::diag::Label) {
    let Some(months) = scheme.suspension_max_months else { return };
    if add_months(since, months) < until {
        fields.push(findings::suspension_long(at.clone(), months));
    }
}

/// A correction is about the past.
fn correction(fields: &Fields<'_>, event: &EventDraft) {
    if let Some(effective) = event.effective.as_ref().filter(|at| at.value > event.date.value) {
        let label = effective.label.clone();
        fields.push(findings::correction_ahead(label, event.date.value));
    }
}
