//! What an audit can find wrong, each with a stable code and its words.

use strum::IntoStaticStr;

use crate::verify::SourceError;

/// Something that does not hold, and where.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Discrepancy {
    /// The key of the number that it is about.
    pub number: Option<Box<str>>,
    /// The file, or the leaf.
    pub place: String,
    /// What is wrong.
    pub fault: Fault,
}

/// What an audit can find wrong.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, IntoStaticStr, thiserror::Error)]
#[strum(serialize_all = "snake_case")]
#[non_exhaustive]
pub enum Fault {
    /// The checkpoint is not believed.
    #[error("{0}")]
    Checkpoint(String),
    /// A file is missing.
    #[error("is missing")]
    Missing,
    /// A file is there, or may be, and cannot be looked at.
    #[error("cannot be looked at: {0}")]
    Unreadable(String),
    /// A bundle is none.
    #[error("is not a bundle of entries: {0}")]
    Bundle(String),
    /// A leaf that was changed.
    #[error("was edited: it is not the entry that the tree commits to")]
    LeafEdited,
    /// A leaf that is none.
    #[error("is not a sound entry: {0}")]
    LeafMalformed(String),
    /// The leaves lead to another root.
    #[error("the entries of the log do not lead to the signed root")]
    Root,
    /// A tile that is not what the leaves make.
    #[error("is not what the entries of the log make")]
    Tile,
    /// An archived checkpoint of other leaves.
    #[error("commits to other entries than the log holds: both were signed, keep them")]
    ArchiveDiffers,
    /// An archived checkpoint that is none.
    #[error("is not a sound checkpoint: {0}")]
    ArchiveMalformed(String),
    /// An archived checkpoint that no known key signed.
    #[error("is signed by no log key that is known here")]
    ArchiveUnsigned,
    /// Fewer leaves than seen before.
    #[error("ROLLBACK: the log had {seen} entries before and has {shown} now")]
    Rollback {
        /// The size remembered.
        seen: u64,
        /// The size shown.
        shown: u64,
    },
    /// Other leaves than seen before.
    #[error(
        "SECOND HISTORY: the log does not continue the one of {0} entries seen before; keep both checkpoints"
    )]
    SecondHistory(u64),
    /// A rule of the sequence of leaves is broken.
    #[error("{0}")]
    Rule(Rule),
    /// A file is not the one that the newest edition names.
    #[error("is not the one that the newest edition names in the log")]
    NotPublished,
    /// A file that cannot be read as what it is.
    #[error("is not sound: {0}")]
    Malformed(String),
    /// A key in did.json that the log does not know.
    #[error("lists the key {0}, which was never announced in the log")]
    KeyNotLogged(String),
    /// A revoked key that is still listed.
    #[error("lists the key {0}, which was revoked")]
    KeyRevoked(String),
    /// A key of the log that did.json does not list.
    #[error("does not list the key {0}, which counts")]
    KeyMissing(String),
    /// An entry that the ledger does not hold any more.
    #[error("the entry of serial {0} was removed")]
    EntryMissing(u32),
    /// An erased entry that is still there.
    #[error("the entry of serial {0} was erased, and is still there")]
    NotErased(u32),
    /// Entries that no leaf logs.
    #[error("holds {0} entries that the log does not know")]
    Unlogged(usize),
    /// An entry that is not in the log.
    #[error("is in the register, and not in the log")]
    NotLogged,
    /// An entry that is not the logged one.
    #[error("is not the entry that was logged: it was altered, or never logged")]
    Digest,
    /// An entry that is none.
    #[error("{0}")]
    Entry(String),
    /// An entry with the serial of another.
    #[error("claims the serial {found} and has {expected}")]
    Serial {
        /// What it claims.
        found: u32,
        /// Its place.
        expected: u32,
    },
    /// An entry of another number than its leaf.
    #[error("is the entry of {0}")]
    Number(String),
    /// An entry signed with a key that did not count.
    #[error("is signed with {0}, which did not count then")]
    Key(String),
    /// A signature that does not fit.
    #[error("the signature does not fit the entry")]
    Signature,
    /// The entry's own time is not its leaf's.
    #[error("says that it was signed at {found}, and was logged at {logged}")]
    Created {
        /// What it says.
        found: String,
        /// The leaf's time.
        logged: String,
    },
    /// A version that tells the past otherwise than the one before.
    #[error("tells another past than the version before it, from step {0} of its history on")]
    History(usize),
    /// A published entry that is not the newest sealed one.
    #[error("is not the newest entry of the log for this number")]
    NotNewest,
    /// Status bits that the events do not say.
    #[error("serial {serial}: the bit says “{says}”, and the events of the log say “{events}”")]
    Bit {
        /// The serial.
        serial: u32,
        /// What the bit says.
        says: &'static str,
        /// What the events say.
        events: &'static str,
    },
    /// A detail that the events do not say.
    #[error("serial {0}: the words behind its bits are not what the events of the log say")]
    Detail(u32),
    /// Past changes of status that are not those of the log.
    #[error("serial {0}: the changes of its status are not those that the log holds")]
    Past(u32),
    /// An index that leads elsewhere.
    #[error("leads serial {0} to another entry of the log")]
    Index(u32),
    /// A file of a compact site that leads elsewhere.
    #[error("leads serial {0} elsewhere than to its line and leaf")]
    Place(u32),
    /// A page that says something else than the entry.
    #[error("says “{says}” for {fact}, and the signed entry says “{signed}”")]
    Page {
        /// Which fact.
        fact: &'static str,
        /// What the page says.
        says: String,
        /// What is signed.
        signed: String,
    },
    /// A page without a fact, with a hidden one, or with two statuses.
    #[error("does not show {0}, hides it, or shows two")]
    PageFact(&'static str),
    /// A file that the register's own folder builds otherwise.
    #[error("is not the file that the register's folder builds")]
    NotBuilt,
    /// A file that the register's own folder does not build.
    #[error("is there, and the register's folder builds no such file")]
    Foreign,
    /// A page of an erased certificate.
    #[error("is still there, though the certificate was erased")]
    PageNotErased,
    /// A status word that other pages use for another status.
    #[error("calls “{status}” “{says}”, and other pages call it “{others}”")]
    Word {
        /// The status.
        status: String,
        /// The word here.
        says: String,
        /// The word elsewhere.
        others: String,
    },
    /// A data file without a certificate.
    #[error("does not list the certificate")]
    RowMissing,
    /// A data file with a certificate twice, or one that the log does not know.
    #[error("lists a certificate that the log does not know, or one twice")]
    RowStray,
    /// A data file that says something else than the entry.
    #[error("says “{says}” for {member}, and the signed entry says “{signed}”")]
    Row {
        /// Which member.
        member: &'static str,
        /// What the file says.
        says: String,
        /// What is signed.
        signed: String,
    },
}

impl Fault {
    /// What an error says about the one file that was asked for; nothing where it says that no file
    /// can be looked at.
    pub fn of(error: &SourceError) -> Option<Self> {
        let why = match error {
            SourceError::NotAFile(_) => "it is not a file".to_owned(),
            SourceError::TooLarge { limit, .. } => {
                format!("it is larger than {limit} bytes, which no such file is")
            }
            SourceError::Status { status, .. } => format!("the answer is status {status}"),
            SourceError::Elsewhere { to, .. } => format!("it points to another host: {to}"),
            SourceError::Unreadable { source, .. } => source.to_string(),
            _ => return None,
        };
        Some(Self::Unreadable(why))
    }
}

/// A rule of the sequence of leaves (formats.md, 1.4).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
#[non_exhaustive]
pub enum Rule {
    /// Time goes on.
    #[error("its time is earlier than that of the entry before it: back-dated")]
    Time,
    /// An edition has one time.
    #[error("its time is not that of its edition")]
    EditionTime,
    /// Nothing is sealed in the future.
    #[error("its time lies in the future")]
    Future,
    /// The first leaf announces a key.
    #[error("a log begins with the announcement of a key")]
    First,
    /// The last leaf is an edition.
    #[error("a log ends with the record of an edition")]
    Last,
    /// Leaves of an edition stand in order.
    #[error("it stands out of order in its edition")]
    Order,
    /// A number is issued once.
    #[error("the number was issued before")]
    IssuedTwice,
    /// Something about a number that was never issued.
    #[error("the number was never issued")]
    NotIssued,
    /// A version names the one before.
    #[error("it does not name the version before it")]
    Previous,
    /// Something about a number that was erased.
    #[error("the number was erased before")]
    Erased,
    /// A status waits for its day.
    #[error("the status begins on {0}, after the edition")]
    StatusAhead(String),
    /// A key is announced once, by its issuer.
    #[error("the key was announced before, or is not the issuer's")]
    KeyAdded,
    /// A key that was never announced.
    #[error("the key was never announced, or has ended before")]
    KeyUnknown,
    /// Editions have names in order.
    #[error("the edition's name does not follow the one before it")]
    EditionName,
    /// An edition is named after its day.
    #[error("the edition is not named after its day")]
    EditionDay,
    /// The next edition is later.
    #[error("the next edition is not later than this one")]
    Next,
    /// An edition names all its lists.
    #[error("the edition does not name the status lists of all its serials, or names others")]
    Lists,
}

impl Discrepancy {
    /// A discrepancy that is about no number.
    pub(crate) fn at(place: impl Into<String>, fault: Fault) -> Self {
        Self { number: None, place: place.into(), fault }
    }

    /// A discrepancy about a number.
    pub(crate) fn of(number: &str, place: impl Into<String>, fault: Fault) -> Self {
        Self { number: Some(number.into()), place: place.into(), fault }
    }

    /// The code that programs read.
    pub fn code(&self) -> &'static str {
        (&self.fault).into()
    }
}

impl std::fmt::Display for Discrepancy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Some(number) = &self.number {
            write!(f, "{number}: ")?;
        }
        write!(f, "{}: {}", self.place, self.fault)
    }
}
