//! What an event changes: while it is read, and as it is kept.

use std::sync::Arc;

use jiff::civil::Date;

use crate::model::{Coded, Evaluation, EventKind, HolderId, LocalText, Site};

/// New facts, each with its place. What is absent stays as it was.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Change {
    /// A place in the scheme's ladder.
    pub level: Option<usize>,
    /// The decision behind a recertification or a level.
    pub decided: Option<Date>,
    /// The day of issue.
    pub issued: Option<Date>,
    /// The first day of validity.
    pub valid_from: Option<Date>,
    /// The last day of validity.
    pub expires: Option<Date>,
    /// The day the holder was first certified.
    pub first_granted: Option<Date>,
    /// What is certified.
    pub scope: Option<LocalText>,
    /// Excluded clauses.
    pub exclusions: Option<Box<[Box<str>]>>,
    /// GB/T 2260.
    pub region: Option<Arc<Coded>>,
    /// GB/T 4754.
    pub industry: Option<Arc<Coded>>,
    /// The holder's name.
    pub holder_name: Option<LocalText>,
    /// The holder's address.
    pub holder_address: Option<LocalText>,
    /// The holder's identifier: a clerk's mistake put right, never another holder.
    pub holder_id: Option<HolderId>,
    /// Sites: more of them (`site-added`), or the right ones (`corrected`).
    pub sites: Option<Box<[Site]>>,
    /// The name of a site that closed.
    pub site_closed: Option<Box<str>>,
    /// An evaluation.
    pub evaluation: Option<Evaluation>,
    /// What a correction says the status was: one of the status events' kinds, where
    /// [`EventKind::Reinstated`] stands for valid.
    pub status: Option<EventKind>,
}

/// The new facts of an event: those of a [`Change`], kept as a list of what there is. Most events
/// have none, and few have more than two.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NewFacts(Box<[Fact]>);

#[derive(Clone, Debug, PartialEq)]
enum Fact {
    Level(usize),
    Decided(Date),
    Issued(Date),
    ValidFrom(Date),
    Expires(Date),
    FirstGranted(Date),
    Scope(LocalText),
    Exclusions(Box<[Box<str>]>),
    Region(Arc<Coded>),
    Industry(Arc<Coded>),
    HolderName(LocalText),
    HolderAddress(LocalText),
    HolderId(Box<HolderId>),
    Sites(Box<[Site]>),
    SiteClosed(Box<str>),
    Evaluation(Box<Evaluation>),
    Status(EventKind),
    Reason(Box<str>),
    Note(LocalText),
}

impl From<Change> for NewFacts {
    fn from(change: Change) -> Self {
        Self::new(change, None, None)
    }
}

/// Each fact, if it is new; as [`Change`] has it.
impl NewFacts {
    /// New facts, the reason for them as the scheme names it, and words for the public.
    pub fn new(change: Change, reason: Option<Box<str>>, note: Option<LocalText>) -> Self {
        let facts = [
            change.level.map(Fact::Level),
            change.decided.map(Fact::Decided),
            change.issued.map(Fact::Issued),
            change.valid_from.map(Fact::ValidFrom),
            change.expires.map(Fact::Expires),
            change.first_granted.map(Fact::FirstGranted),
            change.scope.map(Fact::Scope),
            change.exclusions.map(Fact::Exclusions),
            change.region.map(Fact::Region),
            change.industry.map(Fact::Industry),
            change.holder_name.map(Fact::HolderName),
            change.holder_address.map(Fact::HolderAddress),
            change.holder_id.map(|id| Fact::HolderId(Box::new(id))),
            change.sites.map(Fact::Sites),
            change.site_closed.map(Fact::SiteClosed),
            change.evaluation.map(|found| Fact::Evaluation(Box::new(found))),
            change.status.map(Fact::Status),
            reason.map(Fact::Reason),
            note.map(Fact::Note),
        ];
        Self(facts.into_iter().flatten().collect())
    }

    /// Whether no fact is new; there may be words.
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(|fact| matches!(fact, Fact::Reason(_) | Fact::Note(_)))
    }

    /// A reason of the scheme.
    pub fn reason(&self) -> Option<&str> {
        self.find(|fact| if let Fact::Reason(found) = fact { Some(&**found) } else { None })
    }

    /// Words for the public.
    pub fn note(&self) -> Option<&LocalText> {
        self.find(|fact| if let Fact::Note(found) = fact { Some(found) } else { None })
    }

    fn find<'f, T>(&'f self, pick: impl Fn(&'f Fact) -> Option<T>) -> Option<T> {
        self.0.iter().find_map(pick)
    }

    /// A place in the scheme's ladder.
    pub fn level(&self) -> Option<usize> {
        self.find(|fact| if let Fact::Level(found) = fact { Some(*found) } else { None })
    }

    /// The decision behind it.
    pub fn decided(&self) -> Option<Date> {
        self.find(|fact| if let Fact::Decided(found) = fact { Some(*found) } else { None })
    }

    /// The day of issue.
    pub fn issued(&self) -> Option<Date> {
        self.find(|fact| if let Fact::Issued(found) = fact { Some(*found) } else { None })
    }

    /// The first day of validity.
    pub fn valid_from(&self) -> Option<Date> {
        self.find(|fact| if let Fact::ValidFrom(found) = fact { Some(*found) } else { None })
    }

    /// The last day of validity.
    pub fn expires(&self) -> Option<Date> {
        self.find(|fact| if let Fact::Expires(found) = fact { Some(*found) } else { None })
    }

    /// The day the holder was first certified.
    pub fn first_granted(&self) -> Option<Date> {
        self.find(|fact| if let Fact::FirstGranted(found) = fact { Some(*found) } else { None })
    }

    /// What is certified.
    pub fn scope(&self) -> Option<&LocalText> {
        self.find(|fact| if let Fact::Scope(found) = fact { Some(found) } else { None })
    }

    /// Excluded clauses.
    pub fn exclusions(&self) -> Option<&[Box<str>]> {
        self.find(|fact| if let Fact::Exclusions(found) = fact { Some(&**found) } else { None })
    }

    /// GB/T 2260.
    pub fn region(&self) -> Option<&Arc<Coded>> {
        self.find(|fact| if let Fact::Region(found) = fact { Some(found) } else { None })
    }

    /// GB/T 4754.
    pub fn industry(&self) -> Option<&Arc<Coded>> {
        self.find(|fact| if let Fact::Industry(found) = fact { Some(found) } else { None })
    }

    /// The holder's name.
    pub fn holder_name(&self) -> Option<&LocalText> {
        self.find(|fact| if let Fact::HolderName(found) = fact { Some(found) } else { None })
    }

    /// The holder's address.
    pub fn holder_address(&self) -> Option<&LocalText> {
        self.find(|fact| if let Fact::HolderAddress(found) = fact { Some(found) } else { None })
    }

    /// The holder's identifier.
    pub fn holder_id(&self) -> Option<&HolderId> {
        self.find(|fact| if let Fact::HolderId(found) = fact { Some(&**found) } else { None })
    }

    /// Sites.
    pub fn sites(&self) -> Option<&[Site]> {
        self.find(|fact| if let Fact::Sites(found) = fact { Some(&**found) } else { None })
    }

    /// The name of a site that closed.
    pub fn site_closed(&self) -> Option<&str> {
        self.find(|fact| if let Fact::SiteClosed(found) = fact { Some(&**found) } else { None })
    }

    /// An evaluation.
    pub fn evaluation(&self) -> Option<&Evaluation> {
        self.find(|fact| if let Fact::Evaluation(found) = fact { Some(&**found) } else { None })
    }

    /// What a correction says the status was.
    pub fn status(&self) -> Option<EventKind> {
        self.find(|fact| if let Fact::Status(found) = fact { Some(*found) } else { None })
    }

    /// Puts what is shared in the place of codes that say the same.
    pub(super) fn share(&mut self, shared: impl Fn(&mut Arc<Coded>)) {
        for fact in &mut self.0 {
            if let Fact::Region(coded) | Fact::Industry(coded) = fact {
                shared(coded);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn an_event_keeps_the_facts_that_are_new_and_no_others() {
        let text = LocalText::new(&[("zh".parse().unwrap(), "新范围")]).unwrap();
        let change = Change {
            level: Some(2),
            expires: Some(date(2029, 3, 17)),
            scope: Some(text.clone()),
            exclusions: Some(Box::default()),
            site_closed: Some("城西店".into()),
            status: Some(EventKind::Suspended),
            ..Change::default()
        };
        let facts = NewFacts::from(change);
        assert_eq!((facts.level(), facts.expires()), (Some(2), Some(date(2029, 3, 17))));
        assert_eq!((facts.decided(), facts.issued(), facts.valid_from()), (None, None, None));
        assert_eq!((facts.scope(), facts.holder_name()), (Some(&text), None));
        assert_eq!((facts.exclusions(), facts.sites()), (Some(&[][..]), None));
        assert_eq!((facts.site_closed(), facts.holder_address()), (Some("城西店"), None));
        assert_eq!((facts.status(), facts.evaluation()), (Some(EventKind::Suspended), None));
        assert_eq!((facts.region(), facts.industry(), facts.holder_id()), (None, None, None));
        assert_eq!(NewFacts::from(Change::default()), NewFacts::default());
        let words = NewFacts::new(Change::default(), Some("cheating".into()), Some(text.clone()));
        assert_eq!((words.reason(), words.note()), (Some("cheating"), Some(&text)));
        assert!(words.is_empty() && !facts.is_empty());
    }
}
