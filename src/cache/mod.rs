//! What a build remembers for the next one, and how it is kept on disk.
//!
//! Nothing here is trusted: a file that is missing, damaged, of another program or of another
//! register only costs the time that it would have saved. Every file carries the digest of its bytes
//! and the identity of the program that wrote it; values are read back through the constructors that
//! records go through. Only who may write the published pages can forge what is kept here.

mod blobs;
mod blobs_writer;
mod bytes;
mod certificate;
mod event;
mod file;
mod stamp;

pub use blobs::{Blob, Blobs, Cursor, FEW, Stretch};
pub use blobs_writer::BlobsWriter;
pub use bytes::{Reader, Writer};
pub use certificate::{read_certificate, write_certificate};
pub use file::{Draft, Key, Unfinished, key, program, read, read_marked, write};
pub use stamp::{Look, Stamp, is_left_behind};
