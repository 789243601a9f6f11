//! Makes editions: the difference between the records and what is sealed, its plausibility, and the
//! signatures.
//!
//! [`compare`] puts the records beside the ledger. [`Planning::plan`] works out an edition from it,
//! without any key. [`Sealing::apply`] makes it. Nothing that a verifier calls is in here.

mod apply;
mod changes;
mod compare;
mod error;
mod gate;
mod keys;
mod logs;
mod plan;
mod words;

pub use apply::Sealing;
pub use changes::{ChangedKey, ChangedMember, ChangedNumber, ChangedStatus, Changes};
pub use compare::{Compared, ComparedRecord, NewRecords, VersionState, compare};
pub use error::SealError;
pub use gate::{Counts, Plausible};
pub use keys::PublicKeys;
pub use plan::{NumberPlan, Order, Plan, Planning, Renew, Renewal, Scope, VersionPlan, key_of};
