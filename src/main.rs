//! The `attestar` command. All of it is in `cli`; what it does is in the library.

mod cli;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::run()
}
