//! New registers: what `attestar init` writes.
//!
//! Either a starter for a certification body (settings, four schemes, code lists, two guidance
//! pages in two languages, three example certificates), or the same skeleton with any number of
//! made-up certificates, for trying things out and for measuring. No theme is written: the binary
//! embeds the default one.

mod sample;
mod starter;
mod write;

pub use sample::{Companies, CompanyName};
pub use write::{MOST_CERTIFICATES, Options, Sample, ScaffoldError, Written, write};
