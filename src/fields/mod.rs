//! Reads TOML with an eye on where everything stands.
//!
//! A [`Fields`] is one table of a file. Each question put to it (`text("number")`, `date("issued")`)
//! answers with the value and its place, or leaves a finding and answers with nothing, so that one
//! reading finds every mistake. A key that nobody asked for is a finding too, with the asked ones
//! as suggestions.

mod findings;
mod local;
mod quick;
mod table;
#[cfg(test)]
mod tests;
mod tree;

pub use findings::{did_you_mean, one_of};
pub use table::{At, Document, Entry, Fields};
