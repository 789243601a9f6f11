//! What can be wrong with records, in words: one function a finding. Nothing else in `load` has
//! words.

mod dates;
mod files;
mod names;
mod scores;

pub(super) use dates::*;
pub(super) use files::*;
pub(super) use names::*;
pub(super) use scores::*;
