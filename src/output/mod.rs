//! Writes the published files: each one whole or not at all, and only when it differs.
//!
//! A [`Tree`] is a folder on disk. Beside the files it keeps `.attestar-manifest`, which lists what
//! the last finished run wrote, in the format of `sha256sum -c`, and `.attestar-journal`, which
//! lists what an unfinished one did. What stands in neither is somebody else's: it is never removed,
//! and never overwritten without [`Adopt::Yes`]. A build that is killed leaves every file old or
//! new, and the next one goes on from there. A first build, into a folder without a manifest, is made
//! in a hidden folder, `.attestar-new`, and moved into its place when it is whole: one that is killed
//! before that leaves no file, and the next one begins anew. A [`Memory`] holds the same files for the
//! preview.
//!
//! Known holes: nothing is synced to disk, since `public/` can be built again; after a power cut a
//! build may ask for `--adopt`. A file that somebody edited, keeping its size and setting its time
//! back, is taken for unchanged; so is, where a run remembers what was made (see [`Tree::open_with`]), one
//! that was changed in place in a folder that was not. Symbolic links are looked for before writing, not
//! while.

mod beside;
mod bits;
mod claims;
mod disk;
mod error;
mod finish;
mod hashed;
mod last;
mod lines;
mod listing;
mod manifest;
mod memory;
mod paths;
mod private;
mod slots;
mod stale;
mod tree;
mod unfinished;
mod units;
#[cfg(test)]
mod units_tests;

#[cfg(test)]
mod tests;

pub use error::OutputError;
pub use memory::Memory;
pub use private::{create_private, supplant};
pub use tree::{Adopt, Summary, Tree};

use std::io;

use crate::cache::Key;

/// What became of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    /// There was none of that name.
    Created,
    /// It was another.
    Replaced,
    /// It was there already.
    Unchanged,
}

/// What makes a file piece by piece: it is called once, with what takes the pieces in their order.
pub type Pieces<'p> = &'p mut dyn FnMut(&mut (dyn io::Write + Send)) -> io::Result<()>;

/// Takes the files of a build, from any thread and in any order.
pub trait Sink: Sync {
    /// Takes one file, whole: its path relative to the output folder, with `/` between its parts,
    /// and its content. The same path twice with other bytes is an error.
    fn write(&self, path: &str, bytes: &[u8]) -> Result<(), OutputError>;

    /// Takes one file in pieces, so that a large one need not be held whole. Answers how many bytes it
    /// has. As with [`write`](Sink::write), nobody sees it before it is whole.
    fn write_pieces(&self, path: &str, pieces: Pieces<'_>) -> Result<u64, OutputError> {
        let mut bytes = Vec::new();
        let made = pieces(&mut bytes);
        made.map_err(|source| OutputError::Write { path: path.into(), source })?;
        self.write(path, &bytes)?;
        Ok(bytes.len() as u64)
    }

    /// Whether units are kept between runs.
    fn remembers(&self) -> bool {
        false
    }

    /// Keeps the files of a unit as they are, if an earlier run has made them of the same. Answers
    /// whether it did: else they are to be made.
    fn keep(&self, _unit: Key, _made_of: Key) -> bool {
        false
    }

    /// Notes the files of a unit that was just made, how many bytes they have together, and what
    /// they were made of.
    fn made(&self, _unit: Key, _made_of: Key, _paths: Vec<String>, _bytes: u64) {}
}
