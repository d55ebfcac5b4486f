//! The house tasks: everything a person or a machine does with this repository besides writing it.
//!
//! `cargo xtask` alone prints them. Each task prints what it does before it does it, installs what the machine lacks, and
//! ends with an exit code that can be believed. Nothing here is part of the product.

mod bench;
mod demo;
mod dist;
mod machine;
mod metadata;
mod report;
mod shell;
mod testing;
mod tidy;
mod web;

// The same PostgreSQL that tests start for themselves; shared as a file, because depending on `testkit` would mean
// compiling the whole product before the first task can run.
#[path = "../../crates/testkit/src/parts/mod.rs"]
#[expect(
    dead_code,
    reason = "the mail servers are for tests; a task only needs the database"
)]
#[expect(unused_imports, reason = "as above")]
mod parts;

use std::process::ExitCode;

const HELP: &str = "\
cargo xtask <task>

  demo [arguments]     build and start Mainstay with realistic data; prints the address and the sign-ins
                       (--listen ADDRESS, --seed N, and whatever `mainstay demo --help` names)
  test [slice ...]     everything CI runs; with names of crates only their tests, on both databases
                       (`test journeys [name ...]` runs the browser journeys alone)
  tidy                 the rules of the house that a compiler does not know
  web                  the frontend's packages and bundle
  bench [arguments]    measure the budgets with a release build; writes docs/performance.md
                       (--size N, --database URL, and whatever `mainstay bench --help` names)
  dist [agent]         a release in dist/: a tarball with the server, and the agent's package and static program
                       (`dist agent`: the agent alone)
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (task, rest) = match arguments.split_first() {
        Some((task, rest)) => (task.as_str(), rest),
        None => ("help", &arguments[..]),
    };
    let outcome = match task {
        "demo" => demo::run(rest),
        "test" => testing::run(rest),
        "tidy" => tidy::run(),
        "web" => web::run(),
        "bench" => bench::run(rest),
        "dist" => dist::run(rest),
        "help" | "--help" | "-h" => {
            print!("{HELP}");
            Ok(())
        }
        other => Err(format!("there is no task {other}; `cargo xtask` lists them")),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("xtask: {message}");
            ExitCode::FAILURE
        }
    }
}
