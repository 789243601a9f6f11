//! The rules that a sequence of leaves obeys, each checked leaf by leaf.

use std::collections::BTreeMap;

use jiff::{Timestamp, ToSpan, tz::Offset};

use crate::audit::{
    fault::{Discrepancy, Fault, Rule},
    leaves::place,
};
use crate::credential::{EditionName, KeyAction, LIST_BITS, Leaf, Publish, Purpose};
use crate::proof::VerifyingKey;

/// Seconds by which a clock may be behind.
const SKEW: i64 = 300;

/// What the leaves up to here have said.
struct Rules<'l> {
    issuer: Option<&'l str>,
    now: Timestamp,
    at: u64,
    last: Option<Timestamp>,
    numbers: BTreeMap<&'l str, Number>,
    keys: BTreeMap<&'l str, (VerifyingKey, KeyAction)>,
    serials: u32,
    edition: Option<EditionName>,
    /// The leaves since the last edition: their places and times.
    open: Vec<(u64, Timestamp)>,
    /// Statuses since the last edition: place, number, first day.
    statuses: Vec<(u64, &'l str, jiff::civil::Date)>,
    rank: (u8, &'l str, u8),
    found: Vec<Discrepancy>,
}

struct Number {
    newest: [u8; 32],
    erased: bool,
}

/// Checks all leaves of a log. Damaged ones are passed over: they were reported.
pub(super) fn check(
    leaves: &[Option<Leaf>],
    issuer: Option<&str>,
    now: Timestamp,
) -> Vec<Discrepancy> {
    let mut rules = Rules {
        issuer,
        now,
        at: 0,
        last: None,
        numbers: BTreeMap::new(),
        keys: BTreeMap::new(),
        serials: 0,
        edition: None,
        open: Vec::new(),
        statuses: Vec::new(),
        rank: (0, "", 0),
        found: Vec::new(),
    };
    for leaf in leaves {
        if let Some(leaf) = leaf {
            rules.leaf(leaf);
        }
        rules.at += 1;
    }
    if !matches!(leaves.last(), Some(Some(Leaf::Publish(_)) | None)) {
        rules.at = rules.at.saturating_sub(1);
        rules.broken(None, Rule::Last);
    }
    rules.found
}

impl<'l> Rules<'l> {
    fn broken(&mut self, number: Option<&str>, rule: Rule) {
        self.broken_at(self.at, number, rule);
    }

    fn broken_at(&mut self, at: u64, number: Option<&str>, rule: Rule) {
        let number = number.map(Box::from);
        self.found.push(Discrepancy { number, place: place(at), fault: Fault::Rule(rule) });
    }

    fn leaf(&mut self, leaf: &'l Leaf) {
        let (time, id) = (leaf.time(), leaf.id());
        if self.last.is_some_and(|last| time < last) {
            self.broken(id, Rule::Time);
        }
        self.last = self.last.max(Some(time));
        if time.as_second().saturating_sub(self.now.as_second()) > SKEW {
            self.broken(id, Rule::Future);
        }
        let first = matches!(leaf, Leaf::Key { action: KeyAction::Add, .. });
        if self.at == 0 && !first {
            self.broken(id, Rule::First);
        }
        self.order(leaf);
        match leaf {
            Leaf::Issue { id, sha256, .. } => self.issue(id, sha256),
            Leaf::Amend { id, prev, sha256, .. } => self.amend(id, prev, sha256),
            Leaf::Status { id, change, .. } => {
                self.about(id);
                self.statuses.push((self.at, id, change.date));
            }
            Leaf::Erase { id, .. } => {
                self.about(id);
                if let Some(number) = self.numbers.get_mut(&**id) {
                    number.erased = true;
                }
            }
            Leaf::Key { action, key, method, .. } => self.key(*action, key, method),
            Leaf::Publish(publish) => self.publish(publish),
        }
        if !matches!(leaf, Leaf::Publish(_)) {
            self.open.push((self.at, time));
        }
    }

    /// Keys, then erasures, then entries and statuses by number, then the edition.
    fn order(&mut self, leaf: &'l Leaf) {
        let id = leaf.id().unwrap_or_default();
        let rank: (u8, &str, u8) = match leaf {
            Leaf::Key { .. } => (0, "", 0),
            Leaf::Erase { .. } => (1, id, 0),
            Leaf::Issue { .. } | Leaf::Amend { .. } => (2, id, 0),
            Leaf::Status { .. } => (2, id, 1),
            Leaf::Publish(_) => (3, "", 0),
        };
        if rank < self.rank {
            self.broken(leaf.id(), Rule::Order);
        }
        self.rank = if matches!(leaf, Leaf::Publish(_)) { (0, "", 0) } else { rank };
    }

    fn issue(&mut self, id: &'l str, sha256: &[u8; 32]) {
        self.serials += 1;
        if self.numbers.contains_key(id) {
            self.broken(Some(id), Rule::IssuedTwice);
        }
        self.numbers.insert(id, Number { newest: *sha256, erased: false });
    }

    fn amend(&mut self, id: &'l str, prev: &[u8; 32], sha256: &[u8; 32]) {
        self.serials += 1;
        self.about(id);
        let fresh = Number { newest: *sha256, erased: false };
        let former = self.numbers.insert(id, fresh);
        if former.is_some_and(|former| former.newest != *prev) {
            self.broken(Some(id), Rule::Previous);
        }
    }

    /// Something is said about a number: it was issued, and not erased.
    fn about(&mut self, id: &str) {
        match self.numbers.get(id).map(|number| number.erased) {
            None => self.broken(Some(id), Rule::NotIssued),
            Some(true) => self.broken(Some(id), Rule::Erased),
            Some(false) => {}
        }
    }

    fn key(&mut self, action: KeyAction, key: &VerifyingKey, method: &'l str) {
        let known = self.keys.get(method).map(|(held, state)| (*held == *key, *state));
        let ours = self.issuer.is_none_or(|issuer| {
            method.strip_prefix(issuer).is_some_and(|rest| rest.starts_with('#'))
        });
        let (sound, rule) = match action {
            KeyAction::Add => (known.is_none() && ours, Rule::KeyAdded),
            KeyAction::Retire => (known == Some((true, KeyAction::Add)), Rule::KeyUnknown),
            KeyAction::Revoke => {
                let counts = known.is_some_and(|(same, state)| same && state != KeyAction::Revoke);
                (counts, Rule::KeyUnknown)
            }
        };
        if !sound {
            self.broken(None, rule);
        }
        self.keys.insert(method, (*key, action));
    }

    fn publish(&mut self, publish: &Publish) {
        let date = publish.edition.date();
        for (at, time) in std::mem::take(&mut self.open) {
            if time != publish.time {
                self.broken_at(at, None, Rule::EditionTime);
            }
        }
        for (at, id, day) in std::mem::take(&mut self.statuses) {
            if day > date {
                self.broken_at(at, Some(id), Rule::StatusAhead(day.to_string()));
            }
        }
        let follows = match self.edition {
            None => publish.edition.nth() == 1,
            Some(before) => before.next(date) == publish.edition,
        };
        if !follows {
            self.broken(None, Rule::EditionName);
        }
        self.edition = Some(publish.edition);
        // Whatever the zone, its day begins at most 14 hours before and ends 12 hours after UTC's.
        let day = |hours: i64| {
            let moved = publish.time.checked_add(hours.hours()).unwrap_or(publish.time);
            Offset::UTC.to_datetime(moved).date()
        };
        if !(day(-12)..=day(14)).contains(&date) {
            self.broken(None, Rule::EditionDay);
        }
        if publish.next <= publish.time {
            self.broken(None, Rule::Next);
        }
        let lists = self.serials.div_ceil(LIST_BITS).max(1);
        let expected = (0..lists).flat_map(|list| {
            [Purpose::Revocation, Purpose::Suspension]
                .map(|p| p.path(list.saturating_mul(LIST_BITS)))
        });
        let mut expected: Vec<String> = expected.collect();
        expected.sort_unstable();
        if !expected.iter().map(String::as_str).eq(publish.lists.keys().map(|path| &**path)) {
            self.broken(None, Rule::Lists);
        }
    }
}
