//! Made-up certificates, any number of them, the same for ever from one count, seed and day.
//!
//! Certificate `i` of `n` is worked out from `i` alone, so that threads share nothing and memory
//! stays flat: dates of issue grow with `i`, a permutation of `0..n` says whose certificate it is,
//! and what happened to it comes from its own random numbers. Names and credit codes cannot
//! collide, by construction (see `company`). The three tables of words and the levels in the
//! starter's scheme files are part of what a seed means: a test holds the digest of some records.
//!
//! The records pass every check but one: a small share (below 1 %) has a surveillance overdue.

mod calendar;
mod company;
mod credit_code;
mod evaluation;
mod grant;
mod history;
mod names;
mod plan;
mod random;
mod record;
mod remarks;
mod renewal;
mod scheme;
mod sites;
mod text;
mod words;

pub use names::{Companies, CompanyName};
pub(super) use plan::write;
