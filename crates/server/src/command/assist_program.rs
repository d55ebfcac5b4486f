//! `mainstay assist-program put --platform linux-x86_64 FILE` and `list`: the program that is handed out to devices without the agent.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Subcommand;
use fleet::assist::program::{self, SIZE_MOST};
use kernel::config::Overrides;

use super::{Outcome, Place, Trouble};
use crate::house::House;

/// What can be done with the programs.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Put a program in the place of what is handed out now.
    Put {
        /// For what it is: linux-x86_64.
        #[arg(long, value_name = "NAME")]
        platform: String,
        /// The agent's program.
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    /// Say which programs there are.
    List,
}

/// Runs the command.
///
/// # Errors
/// A file that is no program; the database's.
pub async fn run(place: Place, command: Command) -> Outcome {
    let house = House::open(place.config(Overrides::default())?).await?;
    match command {
        Command::Put { platform, file } => put(&house, platform, &file).await,
        Command::List => list(&house).await,
    }
}

async fn put(house: &House, platform: String, file: &Path) -> Outcome {
    let content = std::fs::read(file)?;
    if !program::fits(&platform, &content) {
        return Err(Trouble::from(format!(
            "{} is no program for {platform}",
            file.display()
        )));
    }
    let stored = house.kernel.files.put(content, SIZE_MOST).await?;
    let cx = house.kernel.cx_command();
    let by = std::env::var("USER").unwrap_or_else(|_| "mainstay".to_owned());
    let write = move |tx: &mut kernel::db::Tx<'_>| program::put(tx, &cx, &platform, &stored, &by);
    let put = house.kernel.db.write(write).await?;
    println!("{} {} bytes, SHA-256 {}", put.platform, put.size, put.hash);
    Ok(ExitCode::SUCCESS)
}

async fn list(house: &House) -> Outcome {
    for one in house.kernel.db.read(program::list).await? {
        println!(
            "{} {} bytes, SHA-256 {}, put {} by {}",
            one.platform,
            one.size,
            one.hash,
            one.put_at.jiff().strftime("%Y-%m-%d %H:%M UTC"),
            one.put_by
        );
    }
    Ok(ExitCode::SUCCESS)
}
