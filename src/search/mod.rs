//! The index of the search: the files below `s/`, in which a browser finds rows by any part of a
//! name, by number, by code and by facts, without a server. What the files hold is in
//! docs/formats.md; who reads them is `assets/lookup.js`, and for the command line [`Lookup`].
//!
//! Serials only grow, so what is written stays as it is: all below the last multiple of
//! 2^[`step_log2`](Settings::step_log2) is the main part, which an addition does not touch; the rest is the tail.
//! Nothing in it says a status: those come from the status lists.

mod alike;
mod files;
mod fold;
mod found;
mod lists;
mod lookup;
mod packed;
mod read;
mod rows;
mod shelf;
mod terms;
mod write;

pub(crate) use fold::is_format;
pub use fold::{core, fold, query_core, simplifications};
pub use found::Found;
pub use lookup::{Get, Lookup, LookupError, Named};
pub(crate) use packed::Manifest;
pub use rows::{Row, Slot};
pub use shelf::Shelf;
pub use write::{Index, Settings, main_of, write};
