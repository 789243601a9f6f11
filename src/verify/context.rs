//! What a register shows beside its entries, checked once: checkpoint, newest edition, keys.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use jiff::Timestamp;

use crate::credential::{Did, DidDocument, Leaf, ListCredential, Publish, Purpose};
use crate::proof::sha256;
use crate::verify::{
    current::Current,
    genuine::Genuine,
    list,
    log::Proven,
    logged::Logged,
    note::Note,
    pins::{Memory, Pins},
    source::SourceError,
    trust::{Compared, State},
};

/// Seconds by which a clock may be behind without a word.
const SKEW: i64 = 300;

/// Whence the material of a check comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// From a register that can be asked for more.
    Live,
    /// From an evidence file: all that there is.
    Evidence,
    /// An entry alone.
    Alone,
}

/// Who vouches for the issuer's key list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Vouched {
    /// The newest edition in the log names it.
    ByLog,
    /// Nobody.
    ByNobody,
}

/// A register's edition, checked.
pub(crate) struct Context {
    pub(crate) kind: Kind,
    pub(crate) state: Result<State, Logged>,
    pub(crate) publish: Result<Publish, Logged>,
    pub(crate) keys: Result<DidDocument, Genuine>,
    pub(crate) vouched: Vouched,
    /// The present time, or the newest signed time where the clock is behind it.
    pub(crate) now: Timestamp,
    pub(crate) notes: Vec<Note>,
    pub(crate) pins: Option<Pins>,
    lists: Mutex<BTreeMap<String, Arc<Result<ListCredential, Current>>>>,
}

/// The parts of a context, none of them checked but the state.
pub(crate) struct Parts<'a> {
    pub(crate) kind: Kind,
    pub(crate) state: Result<(State, Vec<Note>), Logged>,
    /// The last leaf, checked against the state.
    pub(crate) publish: Result<Publish, Logged>,
    pub(crate) did: Option<&'a [u8]>,
    pub(crate) policy: Option<&'a [u8]>,
    pub(crate) pins: Option<Pins>,
    pub(crate) clock: Timestamp,
}

/// The edition that a leaf states, where it is the last of its tree.
pub(crate) fn edition(proven: &Proven, state: &State) -> Result<Publish, Logged> {
    if proven.index.checked_add(1) != Some(state.head().size) {
        return Err(Logged::NoEdition);
    }
    match proven.in_tree(&state.head())? {
        Leaf::Publish(publish) => Ok(publish),
        _ => Err(Logged::NoEdition),
    }
}

impl Context {
    pub(crate) fn new(parts: Parts<'_>) -> Self {
        let Parts { kind, state, publish, did, policy, pins, clock } = parts;
        let (state, mut notes) = match state {
            Ok((state, notes)) => (Ok(state), notes),
            Err(reason) => (Err(reason), Vec::new()),
        };
        let publish = match &state {
            Ok(_) => publish,
            Err(reason) => Err(reason.clone()),
        };
        let publish = publish.and_then(|publish| match policy {
            Some(policy) if sha256(policy) != publish.policy => Err(Logged::PolicyNotLogged),
            _ => Ok(publish),
        });
        let (keys, vouched) = keys(did, publish.as_ref().ok());
        let now = now(clock, publish.as_ref().ok(), state.as_ref().ok(), &mut notes);
        let lists = Mutex::default();
        Self { kind, state, publish, keys, vouched, now, notes, pins, lists }
    }

    /// What the log comes to, where it does not hold.
    pub(crate) fn refusal(&self) -> Option<Logged> {
        let of_state = self.state.as_ref().err();
        of_state.or(self.publish.as_ref().err()).cloned()
    }

    /// The list that a serial stands in, signed and named in the log, fresh or not.
    pub(crate) fn list(
        &self,
        purpose: Purpose,
        serial: u32,
        get: impl FnOnce(&str) -> Result<Option<Vec<u8>>, SourceError>,
    ) -> Result<Arc<Result<ListCredential, Current>>, SourceError> {
        let path = purpose.path(serial);
        let known = || self.lists.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(list) = known().get(&path) {
            return Ok(Arc::clone(list));
        }
        let list = match (&self.publish, &self.keys) {
            (Err(_), _) | (_, Err(_)) => Err(Current::NoLog),
            (Ok(publish), Ok(keys)) => match get(&path)? {
                None => Err(Current::ListMissing(path.clone())),
                Some(bytes) => list::check(&path, &bytes, publish, keys),
            },
        };
        let list = Arc::new(list);
        known().insert(path, Arc::clone(&list));
        Ok(list)
    }

    /// Says where that is remembered which the log contradicts.
    pub(crate) fn name_memory(&mut self, memory: &dyn Memory) {
        let contradicts = self.state.as_ref().is_err_and(Logged::is_of_memory);
        let pins = self.pins.as_ref().filter(|_| contradicts);
        let place = pins.and_then(|pins| memory.place(&pins.origin));
        self.notes.extend(place.map(Note::Remembered));
    }

    /// What is to be remembered from now on; nothing where the log does not hold.
    pub(crate) fn to_remember(&self) -> Option<Pins> {
        let (Ok(state), Ok(_), Ok(keys)) = (&self.state, &self.publish, &self.keys) else {
            return None;
        };
        let compared =
            if self.kind == Kind::Evidence { Compared::WithNothing } else { Compared::WithPins };
        Some(state.remembered(self.pins.as_ref(), keys, compared))
    }

    /// The same with what is remembered of the issuer.
    pub(crate) fn with_pins(self, pins: Option<Pins>) -> Self {
        Self { pins, ..self }
    }

    /// The issuer that the register belongs to.
    pub(crate) fn issuer(&self) -> Option<&Did> {
        self.keys.as_ref().ok().map(|keys| &keys.did)
    }
}

/// The key list, and who vouches for it.
fn keys(did: Option<&[u8]>, publish: Option<&Publish>) -> (Result<DidDocument, Genuine>, Vouched) {
    let Some(bytes) = did else { return (Err(Genuine::KeysMissing), Vouched::ByNobody) };
    let vouched = match publish {
        Some(publish) if sha256(bytes) != publish.did => {
            return (Err(Genuine::KeysNotLogged), Vouched::ByNobody);
        }
        Some(_) => Vouched::ByLog,
        None => Vouched::ByNobody,
    };
    let keys = DidDocument::parse(bytes);
    (keys.map_err(|error| Genuine::KeysMalformed(error.to_string())), vouched)
}

/// The present time: the clock's, or the newest that was signed where the clock is behind it.
fn now(
    clock: Timestamp,
    publish: Option<&Publish>,
    state: Option<&State>,
    notes: &mut Vec<Note>,
) -> Timestamp {
    let witnessed = state.and_then(|state| state.witnessed);
    let signed = publish.map(|publish| publish.time).into_iter().chain(witnessed).max();
    match signed {
        Some(signed) if signed > clock => {
            if signed.as_second().saturating_sub(clock.as_second()) > SKEW {
                notes.push(Note::ClockBehind(signed));
            }
            signed
        }
        _ => clock,
    }
}
