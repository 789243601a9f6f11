//! The `attestar` command. All of it is in `cli`; what it does is in the library.

mod cli;

use std::process::ExitCode;

/// A build makes and frees millions of small values on all threads. What the system's allocator
/// needs for that is a quarter of the time of a build, and leaves a fifth of the memory in pieces.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    cli::run()
}
