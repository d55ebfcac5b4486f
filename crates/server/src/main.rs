//! The one server binary: reads the command line and calls the command.

use std::process::ExitCode;

use clap::Parser as _;
use server::command::{self, CommandLine};

fn main() -> ExitCode {
    command::run(CommandLine::parse())
}
