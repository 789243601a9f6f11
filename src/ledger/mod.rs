//! `ledger/`: everything that was ever signed, append-only, as it is published.
//!
//! [`Ledger::open`] reads the log's leaves, rebuilds its root, compares it with the checkpoint and
//! all earlier ones, and folds the leaves into the [`Sealed`](crate::credential::Sealed) state.
//! [`Recorder::take`] holds the ledger for an edition: one at a time, and what a crash left is
//! finished or dropped first. A [`Recording`] appends, and ends with the checkpoint, written last.
//! The ledger signs nothing: whoever makes an edition brings signatures.
//!
//! What each file's attacker can do: nothing that this module, or whoever checks what is published,
//! does not notice, but for removing the ledger as a whole or setting it back to an earlier edition;
//! a remembered checkpoint ([`Ledger::compare`]) shows that.

mod cosign;
mod disk;
mod error;
mod files;
mod fold;
mod index;
mod lines;
mod lock;
mod log;
mod open;
mod recorder;
mod repair;

pub use cosign::{CosignError, Cosignatures, add_cosignatures};
pub use disk::Watch;
pub use error::LedgerError;
pub use open::{FOLDER, Ledger};
pub use recorder::{Beside, Recorded, Recorder, Recording};
pub use repair::Repair;
