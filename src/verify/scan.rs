//! What all leaves of a log say together.

use std::collections::BTreeMap;

use crate::credential::{KeyAction, Leaf, Publish, StatusChange};
use crate::proof::VerifyingKey;

/// What all leaves of a log say together.
#[derive(Debug, Default)]
pub(crate) struct Scan {
    /// Where the traces of a number are, by its key.
    index: BTreeMap<Box<str>, usize>,
    traces: Vec<Traces>,
    /// The leaf of each serial.
    pub(crate) serials: Vec<u64>,
    /// Where the traces of each serial's number are; nothing where its leaf is damaged.
    owners: Vec<Option<usize>>,
    /// What happened to keys, by verification method, in log order.
    pub(crate) keys: Vec<KeyEvent>,
    /// The editions, each with the place of its leaf.
    pub(crate) editions: Vec<(u64, Publish)>,
    /// How many leaves there are.
    pub(crate) size: u64,
}

/// What the log holds about one number.
#[derive(Debug, Default)]
pub(crate) struct Traces {
    /// The number's key.
    pub(crate) number: Box<str>,
    pub(crate) versions: Vec<Version>,
    /// In log order, each with the place of its leaf.
    pub(crate) statuses: Vec<(u64, StatusChange)>,
    /// The leaf that erased it.
    pub(crate) erased: Option<u64>,
}

/// A sealed version of a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Version {
    pub(crate) serial: u32,
    pub(crate) leaf: u64,
    pub(crate) sha256: [u8; 32],
}

/// Something that happened to a key.
#[derive(Clone, Debug)]
pub(crate) struct KeyEvent {
    pub(crate) leaf: u64,
    pub(crate) action: KeyAction,
    pub(crate) method: Box<str>,
    pub(crate) key: VerifyingKey,
}

impl Scan {
    /// Adds the next leaf.
    pub(crate) fn add(&mut self, leaf: &Leaf) {
        let at = self.size;
        self.size += 1;
        match leaf {
            Leaf::Issue { id, sha256, .. } | Leaf::Amend { id, sha256, .. } => {
                let serial = u32::try_from(self.serials.len()).unwrap_or(u32::MAX);
                let place = self.place(id);
                self.serials.push(at);
                self.owners.push(Some(place));
                let version = Version { serial, leaf: at, sha256: *sha256 };
                self.traces[place].versions.push(version);
            }
            Leaf::Status { id, change, .. } => {
                let place = self.place(id);
                self.traces[place].statuses.push((at, change.clone()));
            }
            Leaf::Erase { id, .. } => {
                let place = self.place(id);
                self.traces[place].erased = Some(at);
            }
            Leaf::Key { action, key, method, .. } => {
                let (action, method, key) = (*action, method.clone(), *key);
                self.keys.push(KeyEvent { leaf: at, action, method, key });
            }
            Leaf::Publish(publish) => self.editions.push((at, publish.clone())),
        }
    }

    /// Where the traces of a number are; they begin with its first leaf.
    fn place(&mut self, id: &str) -> usize {
        if let Some(place) = self.index.get(id) {
            return *place;
        }
        let place = self.traces.len();
        self.traces.push(Traces { number: id.into(), ..Traces::default() });
        self.index.insert(id.into(), place);
        place
    }

    /// What the log holds about a number.
    pub(crate) fn number(&self, key: &str) -> Option<&Traces> {
        self.traces.get(*self.index.get(key)?)
    }

    /// What the log holds about the number of a serial.
    pub(crate) fn owner(&self, serial: u32) -> Option<&Traces> {
        self.traces.get((*self.owners.get(usize::try_from(serial).ok()?)?)?)
    }

    /// All numbers, in the order of their first leaves.
    pub(crate) fn numbers(&self) -> &[Traces] {
        &self.traces
    }

    /// Passes over a damaged leaf, which still takes a serial if it was an entry's.
    pub(crate) fn skip(&mut self, entry: bool) {
        if entry {
            self.serials.push(self.size);
            self.owners.push(None);
        }
        self.size += 1;
    }

    /// Whether a key was announced under a name, and what became of it last.
    pub(crate) fn key_state(&self, method: &str, key: &VerifyingKey) -> Option<KeyAction> {
        let ours = self.keys.iter().filter(|e| &*e.method == method && e.key == *key);
        ours.into_iter().next_back().map(|event| event.action)
    }
}

impl Traces {
    /// The newest version.
    pub(crate) fn newest(&self) -> Option<&Version> {
        self.versions.last()
    }

    /// The changes of status in log order.
    pub(crate) fn changes(&self) -> Vec<StatusChange> {
        self.statuses.iter().map(|(_, change)| change.clone()).collect()
    }
}
