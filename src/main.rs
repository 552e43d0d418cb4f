//! The binary: parse arguments, set up logging, call a command, map its end to an exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    taspa::cli::main()
}
