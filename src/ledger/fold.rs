//! From the leaves, in order, to the sealed state.

use std::sync::Arc;

use jiff::Timestamp;

use crate::credential::{
    Did, Edition, KeyAction, KeyChange, KeyEntry, KeyState, Leaf, Publish, Sealed, SealedEntry,
    SealedStatus, StatusChange, Version,
};
use crate::ledger::LedgerError;
use crate::proof::VerifyingKey;

/// A sealed version by its serial.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) leaf: u64,
    pub(super) sha256: [u8; 32],
    pub(super) is_erased: bool,
}

/// The state after some leaves.
#[derive(Clone, Debug)]
pub(super) struct Fold {
    pub(super) sealed: Sealed,
    /// By serial.
    pub(super) rows: Vec<Row>,
    /// The newest `publish` leaf.
    pub(super) publish: Option<Publish>,
    /// How many leaves there were.
    pub(super) size: u64,
    /// The time of the last leaf.
    pub(super) time: Option<Timestamp>,
    key_changes: Vec<KeyChange>,
}

impl Fold {
    /// The state before the first leaf.
    pub(super) fn new(issuer: Did) -> Self {
        let sealed = Sealed {
            entries: std::collections::BTreeMap::new(),
            editions: Vec::new(),
            issuer,
            keys: Vec::new(),
            did: Arc::default(),
            policy: String::new(),
            checkpoint: String::new(),
        };
        Self {
            sealed,
            rows: Vec::new(),
            publish: None,
            size: 0,
            time: None,
            key_changes: Vec::new(),
        }
    }

    /// Whether the last leaf ended an edition.
    pub(super) fn is_complete(&self) -> bool {
        self.sealed.editions.last().is_some_and(|edition| edition.size == self.size)
    }

    /// Gives the state the room that it needs, and no more: taken in one by one in their order, entries
    /// fill half of what the map has for them.
    pub(super) fn settle(&mut self) {
        let entries = std::mem::take(&mut self.sealed.entries);
        self.sealed.entries = entries.into_iter().collect();
        self.rows.shrink_to_fit();
    }

    /// Takes the next leaf.
    pub(super) fn push(&mut self, leaf: Leaf) -> Result<(), LedgerError> {
        let index = self.size;
        self.take(leaf).map_err(|why| LedgerError::Leaf { index, why })
    }

    fn take(&mut self, leaf: Leaf) -> Result<(), String> {
        let time = leaf.time();
        if self.time.is_some_and(|last| last > time) {
            return Err(format!("its time {time} is before that of the leaf before it"));
        }
        if self.size == 0 && !matches!(leaf, Leaf::Key { action: KeyAction::Add, .. }) {
            return Err("the first leaf of a log adds a key".to_owned());
        }
        match leaf {
            Leaf::Issue { id, sha256, .. } => self.version(id, None, sha256)?,
            Leaf::Amend { id, prev, sha256, .. } => self.version(id, Some(prev), sha256)?,
            Leaf::Status { id, change, .. } => self.status(&id, change)?,
            Leaf::Erase { id, .. } => self.erase(&id)?,
            Leaf::Key { action, key, method, time } => self.key(action, key, method, time)?,
            Leaf::Publish(publish) => self.publish(publish)?,
        }
        self.time = Some(time);
        self.size += 1;
        Ok(())
    }

    /// The edition that is being made, by place.
    fn edition(&self) -> Result<u32, String> {
        u32::try_from(self.sealed.editions.len()).map_err(|_| "there are too many".to_owned())
    }

    fn version(
        &mut self,
        id: Box<str>,
        prev: Option<[u8; 32]>,
        sha256: [u8; 32],
    ) -> Result<(), String> {
        let serial = u32::try_from(self.rows.len()).map_err(|_| "there are too many")?;
        let edition = self.edition()?;
        let version = Version { serial, leaf: self.size, sha256, edition, history: 0, length: 0 };
        let entry = self.sealed.entries.get_mut(&id);
        match (entry, prev) {
            (None, None) => {
                let entry = SealedEntry { versions: vec![version], statuses: vec![], erased: None };
                self.sealed.entries.insert(id, entry);
            }
            (Some(entry), Some(prev)) => {
                if entry.erased.is_some() {
                    return Err(format!("`{id}` was erased"));
                }
                if entry.newest().sha256 != prev {
                    return Err(format!("it amends another version of `{id}` than the newest"));
                }
                entry.versions.push(version);
            }
            (Some(_), None) => return Err(format!("`{id}` was issued before")),
            (None, Some(_)) => return Err(format!("`{id}` was never issued")),
        }
        self.rows.push(Row { leaf: self.size, sha256, is_erased: false });
        Ok(())
    }

    /// The entry of a number that can still change.
    fn entry(&mut self, id: &str) -> Result<&mut SealedEntry, String> {
        match self.sealed.entries.get_mut(id) {
            None => Err(format!("`{id}` was never issued")),
            Some(entry) if entry.erased.is_some() => Err(format!("`{id}` was erased")),
            Some(entry) => Ok(entry),
        }
    }

    fn status(&mut self, id: &str, change: StatusChange) -> Result<(), String> {
        let (edition, leaf) = (self.edition()?, self.size);
        self.entry(id)?.statuses.push(SealedStatus { change, edition, leaf });
        Ok(())
    }

    fn erase(&mut self, id: &str) -> Result<(), String> {
        let edition = self.edition()?;
        let entry = self.entry(id)?;
        entry.erased = Some(edition);
        let serials: Vec<_> = entry.versions.iter().map(|version| version.serial).collect();
        for serial in serials {
            self.rows[serial as usize].is_erased = true;
        }
        Ok(())
    }

    fn key(
        &mut self,
        action: KeyAction,
        key: VerifyingKey,
        method: Box<str>,
        time: Timestamp,
    ) -> Result<(), String> {
        let known = self.sealed.keys.iter_mut().find(|known| known.method == method);
        let state = match action {
            KeyAction::Add => KeyState::Active,
            KeyAction::Retire => KeyState::Retired,
            KeyAction::Revoke => KeyState::Revoked,
        };
        match (known, action) {
            (None, KeyAction::Add) => {
                let method = method.clone();
                self.sealed.keys.push(KeyEntry { method, key, state, added: time, ended: None });
            }
            (None, _) => return Err(format!("the key `{method}` was never added")),
            (Some(known), _) if known.key != key => {
                return Err(format!("`{method}` is another key"));
            }
            (Some(_), KeyAction::Add) => return Err(format!("`{method}` was added before")),
            (Some(known), _) if known.state == KeyState::Revoked || known.state == state => {
                return Err(format!("the key `{method}` has ended before"));
            }
            (Some(known), _) => (known.state, known.ended) = (state, Some(time)),
        }
        self.key_changes.push(KeyChange { action, method, key });
        Ok(())
    }

    fn publish(&mut self, publish: Publish) -> Result<(), String> {
        let editions = &mut self.sealed.editions;
        if editions.last().is_some_and(|last| last.name >= publish.edition) {
            return Err(format!("the edition {} does not follow the last one", publish.edition));
        }
        let ordinal = u32::try_from(editions.len() + 1).map_err(|_| "there are too many")?;
        editions.push(Edition {
            name: publish.edition,
            ordinal,
            time: publish.time,
            kind: publish.kind,
            size: self.size + 1,
            next: publish.next,
            key_changes: std::mem::take(&mut self.key_changes),
        });
        self.publish = Some(publish);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::credential::{EditionKind, EditionName};
    use crate::proof::SigningKey;
    use jiff::civil::date;

    fn time(seconds: i64) -> Timestamp {
        Timestamp::from_second(seconds).unwrap()
    }

    fn key(action: KeyAction) -> Leaf {
        let key = SigningKey::from_seed([7; 32]).verifying_key();
        Leaf::Key { action, key, method: "did:web:a.example#k2026-1".into(), time: time(1) }
    }

    fn publish(name: EditionName, seconds: i64) -> Leaf {
        Leaf::Publish(Publish {
            did: [0; 32],
            edition: name,
            lists: std::collections::BTreeMap::new(),
            next: time(seconds + 1),
            policy: [0; 32],
            time: time(seconds),
            kind: EditionKind::Full,
        })
    }

    fn issue(id: &str, sha256: [u8; 32]) -> Leaf {
        Leaf::Issue { id: id.into(), sha256, time: time(2) }
    }

    fn amend(id: &str, prev: [u8; 32], sha256: [u8; 32]) -> Leaf {
        Leaf::Amend { id: id.into(), prev, sha256, time: time(2) }
    }

    fn erase(id: &str) -> Leaf {
        Leaf::Erase { id: id.into(), time: time(2) }
    }

    /// The state after some leaves, or what is wrong with the last of them.
    fn fold(leaves: Vec<Leaf>) -> Result<Fold, String> {
        let mut fold = Fold::new(Did::of("https://a.example").unwrap());
        for leaf in leaves {
            fold.push(leaf).map_err(|error| error.to_string())?;
        }
        Ok(fold)
    }

    #[test]
    fn versions_have_serials_in_the_order_of_their_leaves() {
        let leaves = vec![
            key(KeyAction::Add),
            issue("B", [1; 32]),
            amend("B", [1; 32], [2; 32]),
            erase("B"),
        ];
        let fold = fold(leaves).unwrap();
        let entry = fold.sealed.entry("B").unwrap();
        assert_eq!(
            entry.versions.iter().map(|v| (v.serial, v.leaf)).collect::<Vec<_>>(),
            [(0, 1), (1, 2)]
        );
        assert_eq!(entry.erased, Some(0));
        assert!(fold.rows.iter().all(|row| row.is_erased));
        assert!(!fold.is_complete());
    }

    #[test]
    fn an_edition_holds_what_came_since_the_last_one() {
        let day = date(2026, 11, 23);
        let first = EditionName::new(day, 1);
        let mut leaves = vec![key(KeyAction::Add), issue("A", [1; 32]), publish(first, 3)];
        let fold_of = |leaves: &[Leaf]| fold(leaves.to_vec());
        let state = fold_of(&leaves).unwrap();
        assert!(state.is_complete());
        assert_eq!(state.sealed.newest().key_changes.len(), 1);
        leaves.push(publish(first.next(day), 4));
        let state = fold_of(&leaves).unwrap();
        assert_eq!(state.sealed.newest().key_changes, []);
        assert_eq!((state.sealed.newest().ordinal, state.sealed.newest().size), (2, 4));
        leaves.push(publish(first, 5));
        assert!(fold_of(&leaves).unwrap_err().contains("does not follow"));
    }

    #[test]
    fn what_the_rules_forbid_is_refused() {
        let add = || key(KeyAction::Add);
        let refused = |leaves| fold(leaves).map(drop).unwrap_err();
        assert!(refused(vec![issue("A", [1; 32])]).contains("adds a key"));
        assert!(refused(vec![add(), add()]).contains("added before"));
        assert!(refused(vec![add(), amend("A", [0; 32], [1; 32])]).contains("never issued"));
        let twice = vec![add(), issue("A", [1; 32]), issue("A", [2; 32])];
        assert!(refused(twice).contains("issued before"));
        let other = vec![add(), issue("A", [1; 32]), amend("A", [9; 32], [2; 32])];
        assert!(refused(other).contains("another version"));
        let erased = vec![add(), issue("A", [1; 32]), erase("A"), erase("A")];
        assert!(refused(erased).contains("was erased"));
        assert!(refused(vec![add(), issue("A", [1; 32]), add()]).contains("before that of"));
        let revoked = vec![add(), key(KeyAction::Revoke), key(KeyAction::Retire)];
        assert!(refused(revoked).contains("has ended before"));
    }
}
