//! A PostgreSQL server for tests that are not written in Rust.
//!
//! Prints one line, `ready` and the address of an empty database; ends, and clears away, when its standard input closes.

use std::io::Read;
use std::process::ExitCode;
use testkit::parts::Postgres;
use testkit::parts::postgres::Durability;

fn main() -> ExitCode {
    match serve() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("postgres-server: {error}");
            ExitCode::FAILURE
        }
    }
}

fn serve() -> std::io::Result<()> {
    let server = Postgres::start_with(Durability::None)?;
    let url = server.create_database()?;
    println!("ready {url}");
    std::io::stdin().read_to_end(&mut Vec::new())?;
    server.drop_database(&url)
}
