//! From a folder of records to an edition, and from there to a folder of pages: load, then ledger and
//! seal, then site, then output. Compositions; what is decided is decided below.

mod archive;
mod build;
mod check;
mod error;
mod exposed;
mod findings;
mod known;
mod outcome;
mod publish;
mod remarks;
mod seal;
mod show;

pub use build::{BuildOptions, Built, Onlooker, State, build, build_after, build_into};
pub use check::{Checked, check, public_keys};
pub use error::BuildError;
pub use outcome::CACHE;
pub use seal::{Clock, Known, Mode, Read, Request, SealEnd, SealOptions, SealRun, diff, seal};
pub use show::{Asked, Said, Shown, show};
