//! Is this entry genuine, logged and current? Total over hostile bytes.
//!
//! The checker shares formats with the writer and no code: it names neither `seal` nor `ledger`. What
//! it trusts is a log key, named by hand or remembered; everything else is looked up in a
//! [`Source`] and proved from there. The verdicts are three, because they fail apart: [`Genuine`]
//! (signature and issuer), [`Logged`] (in the public log, under a signed and witnessed checkpoint),
//! [`Current`] (the status is known, and nothing stands against it). Then one [`Answer`] for a day.

mod answer;
mod built;
mod check;
mod compact;
mod context;
mod current;
mod entry;
mod evidence;
mod genuine;
mod holder;
#[cfg(feature = "http")]
mod http;
mod lines;
mod list;
mod log;
mod logged;
mod note;
mod outcome;
mod pins;
mod qr;
mod register;
mod scan;
mod source;
mod status;
mod table;
mod trust;
mod verdict;
mod witness;

pub use answer::{Answer, Code};
pub(crate) use compact::{BLOCK_LOG2, Compact, Place, Row, block, block_path};
pub use current::Current;
pub(crate) use entry::read as read_entry;
pub use evidence::{NoEvidence, evidence_in, verify_alone, verify_evidence};
pub use genuine::Genuine;
pub(crate) use holder::HolderNames;
#[cfg(feature = "http")]
pub use http::Site;
pub(crate) use log::Trouble;
pub use logged::Logged;
pub use note::Note;
pub use outcome::{EditionSeen, Facts, Minimum, Outcome, Record};
pub use pins::{Forgetful, Memory, MemoryError, Pins, PinsError, file_name};
pub use qr::{Stated, StatedRecord, verify_qr};
pub use register::{Ask, Register, VerifyError};
pub(crate) use scan::{KeyEvent, Scan, Traces, Version};
pub(crate) use source::unescape;
pub use source::{Folder, Reach, Shape, Source, SourceError, begins_as_evidence, read};
pub(crate) use table::{quoted, records};
pub use trust::Trust;
pub(crate) use trust::{Compared, Remembers, Shown, State, establish, origin_of};
pub(crate) use verdict::Line;
pub use verdict::{Certainty, Reason, Words};
pub use witness::{NoRequest, remembered, witness_request, witnessed_by};
