//! The one server binary: reads the command line and calls the command.

use std::process::ExitCode;

use clap::Parser as _;
use mimalloc::MiMalloc;
use server::command::{self, CommandLine};

/// Many threads pass small values to each other (requests, rows, documents), which the system's allocator does slowly.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    command::run(CommandLine::parse())
}
