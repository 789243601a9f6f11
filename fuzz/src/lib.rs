//! What the fuzz targets do with an input. None may panic; and what each says of the library beyond
//! that is asserted, so that a lie is found like a crash.
//!
//! `tests/fuzz.rs` runs the seeds through all of it with the compiler that the program is built with.

pub mod credential;
pub mod evidence;
pub mod input;
pub mod known;
pub mod mutate;
pub mod note;
pub mod qr;
pub mod reseal;
pub mod seeds;
pub mod tile;
