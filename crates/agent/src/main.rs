//! `mainstay-agent`: see the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    agent::command::main()
}
