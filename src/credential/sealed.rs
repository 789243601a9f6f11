//! The sealed state of a register, as its ledger tells it.

use std::{collections::BTreeMap, sync::Arc};

use jiff::{Timestamp, civil::Date};

use crate::credential::{
    Detail, DetailEntry, DetailStatus, Did, EditionKind, EditionName, KeyAction, LIST_BITS,
    LeafStatus, Purpose, StatusChange, StatusList,
};
use crate::proof::VerifyingKey;

/// All that is sealed. Made by the ledger, read by everybody else.
#[derive(Clone, Debug)]
pub struct Sealed {
    /// By the number's key.
    pub entries: BTreeMap<Box<str>, SealedEntry>,
    /// Oldest first; never empty.
    pub editions: Vec<Edition>,
    /// The issuer.
    pub issuer: Did,
    /// All keys there ever were, in log order.
    pub keys: Vec<KeyEntry>,
    /// did.json.
    pub did: Arc<[u8]>,
    /// The log's policy.
    pub policy: String,
    /// The checkpoint's note.
    pub checkpoint: String,
}

/// A number's sealed versions and statuses.
#[derive(Clone, Debug)]
pub struct SealedEntry {
    /// Oldest first; never empty.
    pub versions: Vec<Version>,
    /// In log order.
    pub statuses: Vec<SealedStatus>,
    /// The edition that erased it, by place.
    pub erased: Option<u32>,
}

/// A sealed version of a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Version {
    /// Its place in the status lists.
    pub serial: u32,
    /// Its leaf.
    pub leaf: u64,
    /// The digest of its bytes.
    pub sha256: [u8; 32],
    /// The edition that sealed it, by place.
    pub edition: u32,
    /// How many entries its history has. A newer version's history begins with these.
    pub history: u32,
    /// How many bytes its line of `ledger/credentials/` has, without the line end.
    pub length: u32,
}

/// A sealed change of status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedStatus {
    /// The change.
    pub change: StatusChange,
    /// The edition that sealed it, by place.
    pub edition: u32,
    /// Its leaf.
    pub leaf: u64,
}

/// An edition: what was published, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edition {
    /// Its name.
    pub name: EditionName,
    /// Its place among all editions, from 1.
    pub ordinal: u32,
    /// When it was sealed.
    pub time: Timestamp,
    /// Which kind it is.
    pub kind: EditionKind,
    /// How many leaves the log has with it.
    pub size: u64,
    /// When the next one is due, at the latest.
    pub next: Timestamp,
    /// What happened to keys.
    pub key_changes: Vec<KeyChange>,
}

/// What happened to a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyChange {
    /// What.
    pub action: KeyAction,
    /// The key's address, `did:web:…#k2026-1`.
    pub method: Box<str>,
    /// The key.
    pub key: VerifyingKey,
}

/// A key there ever was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyEntry {
    /// Its address, `did:web:…#k2026-1`.
    pub method: Box<str>,
    /// The key.
    pub key: VerifyingKey,
    /// Whether it still counts.
    pub state: KeyState,
    /// When it was added.
    pub added: Timestamp,
    /// When it was retired or revoked.
    pub ended: Option<Timestamp>,
}

/// Whether a key counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyState {
    /// It signs.
    Active,
    /// It signs no more; what it signed counts on.
    Retired,
    /// What it signed does not count.
    Revoked,
}

/// What the lists must say of a serial.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SerialState<'s> {
    /// The newest version, and nothing speaks against it.
    Valid,
    /// The newest version, and its number's status is another one.
    Held(&'s StatusChange),
    /// A newer version was sealed.
    Superseded(Version),
    /// The number was erased by an edition, by place.
    Erased(u32),
}

/// The status lists and detail files that follow from the leaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Projection {
    /// By number.
    pub revocation: Vec<StatusList>,
    /// By number.
    pub suspension: Vec<StatusList>,
    /// By thousand of serials.
    pub details: Vec<Detail>,
}

impl SealedEntry {
    /// The newest version.
    ///
    /// # Panics
    ///
    /// On an entry without a version, which no ledger makes.
    pub fn newest(&self) -> Version {
        *self.versions.last().expect("an entry has a version from its first leaf on")
    }

    /// The changes of status, in log order.
    pub fn changes(&self) -> Vec<StatusChange> {
        self.statuses.iter().map(|status| status.change.clone()).collect()
    }

    /// What the log says about the status on a day, by its leaves alone.
    pub fn status_on(&self, day: Date) -> LeafStatus {
        self.change_on(day).map_or(LeafStatus::Valid, |change| change.status)
    }

    /// The change in force on a day, as [`status_on`](crate::credential::status_on) has it.
    fn change_on(&self, day: Date) -> Option<&StatusChange> {
        let changes = self.statuses.iter().map(|status| &status.change);
        let so_far = changes.filter(|change| change.date <= day);
        so_far.reduce(|latest, change| if change.date >= latest.date { change } else { latest })
    }

    /// What the lists of an edition of that day must say of one of its serials.
    pub fn state(&self, serial: u32, day: Date) -> Option<SerialState<'_>> {
        let at = self.versions.iter().position(|version| version.serial == serial)?;
        if let Some(edition) = self.erased {
            return Some(SerialState::Erased(edition));
        }
        Some(match self.versions.get(at + 1) {
            Some(newer) => SerialState::Superseded(*newer),
            None => match self.change_on(day) {
                Some(change) if change.status != LeafStatus::Valid => SerialState::Held(change),
                _ => SerialState::Valid,
            },
        })
    }

    /// The newest version and the statuses that an edition, by place, knew of.
    pub fn as_published(&self, edition: u32) -> Option<(Version, Vec<StatusChange>)> {
        let version = self.versions.iter().rfind(|version| version.edition <= edition)?;
        let statuses = self.statuses.iter().filter(|status| status.edition <= edition);
        Some((*version, statuses.map(|status| status.change.clone()).collect()))
    }
}

impl SerialState<'_> {
    /// Whether its revocation bit is set.
    pub fn is_revoked(self) -> bool {
        match self {
            Self::Valid => false,
            Self::Held(change) => {
                matches!(change.status, LeafStatus::Withdrawn | LeafStatus::Cancelled)
            }
            Self::Superseded(_) | Self::Erased(_) => true,
        }
    }

    /// Whether its suspension bit is set.
    pub fn is_suspended(self) -> bool {
        matches!(self, Self::Held(change) if change.status == LeafStatus::Suspended)
    }
}

impl Sealed {
    /// A number's entry, by the number's key.
    pub fn entry(&self, key: &str) -> Option<&SealedEntry> {
        self.entries.get(key)
    }

    /// The newest edition.
    ///
    /// # Panics
    ///
    /// On a state without an edition, which no ledger makes.
    pub fn newest(&self) -> &Edition {
        self.editions.last().expect("a sealed register has an edition")
    }

    /// How many serials there are.
    pub fn serials(&self) -> u32 {
        let versions = self.entries.values().flat_map(|entry| &entry.versions);
        versions.map(|version| version.serial + 1).max().unwrap_or(0)
    }

    /// What was published last up to the end of a day: the place of that edition.
    pub fn published_on(&self, day: Date) -> Option<u32> {
        let place = self.editions.partition_point(|edition| edition.name.date() <= day);
        u32::try_from(place).ok()?.checked_sub(1)
    }

    /// The day of an edition, by place; `newest` is that of the edition that is being made.
    fn day(&self, edition: u32, newest: Date) -> Date {
        let made = usize::try_from(edition).ok().and_then(|place| self.editions.get(place));
        made.map_or(newest, |edition| edition.name.date())
    }

    /// The lists and details of an edition of that day. Each list is there from its first serial
    /// on, and the first two always; a detail file for each thousand of serials.
    pub fn project(&self, day: Date) -> Projection {
        let serials = self.serials();
        let lists = |purpose| {
            (0..serials.div_ceil(LIST_BITS).max(1)).map(|n| StatusList::new(purpose, n)).collect()
        };
        let mut projection = Projection {
            revocation: lists(Purpose::Revocation),
            suspension: lists(Purpose::Suspension),
            details: (0..serials.div_ceil(1000)).map(|_| Detail::default()).collect(),
        };
        for entry in self.entries.values() {
            for version in &entry.versions {
                if let Some(state) = entry.state(version.serial, day) {
                    self.project_one(version.serial, state, day, &mut projection);
                }
            }
        }
        projection
    }

    fn project_one(
        &self,
        serial: u32,
        state: SerialState<'_>,
        day: Date,
        projection: &mut Projection,
    ) {
        let place = |size: u32| (serial / size) as usize;
        if state.is_revoked() {
            projection.revocation[place(LIST_BITS)].set(serial);
        }
        if state.is_suspended() {
            projection.suspension[place(LIST_BITS)].set(serial);
        }
        let bare = |status, date| DetailEntry { status, date, reason: None, by: None };
        let entry = match state {
            SerialState::Valid => return,
            SerialState::Held(change) => {
                let status = match change.status {
                    LeafStatus::Valid => return,
                    LeafStatus::Suspended => DetailStatus::Suspended,
                    LeafStatus::Withdrawn => DetailStatus::Withdrawn,
                    LeafStatus::Cancelled => DetailStatus::Cancelled,
                };
                DetailEntry { reason: change.reason.clone(), ..bare(status, Some(change.date)) }
            }
            SerialState::Superseded(newer) => {
                let date = self.day(newer.edition, day);
                DetailEntry { by: Some(newer.serial), ..bare(DetailStatus::Superseded, Some(date)) }
            }
            SerialState::Erased(edition) => {
                bare(DetailStatus::Erased, Some(self.day(edition, day)))
            }
        };
        projection.details[place(1000)].entries.insert(serial, entry);
    }
}
