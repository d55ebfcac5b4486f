//! `mainstay search eval DOCUMENTS QUERIES`: how well the right document is found. `mainstay search rebuild`: a new index.
//!
//! The index belongs to the server that runs; the command asks it and looks on, and never touches the index itself.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::Subcommand;
use kernel::config::Overrides;
use kernel::search::{self, Wish};

use super::{Outcome, Place};

/// A running server takes a wish up within a second.
const TAKEN_UP_WITHIN: Duration = Duration::from_secs(5);
const LOOK: Duration = Duration::from_millis(200);

/// What can be done with search from the command line.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Index the documents, ask the queries, and print nDCG@10, recall@10, and hit@1 per language.
    Eval {
        /// One document a line: id, language, text.
        documents: PathBuf,
        /// One query a line: language, words, the documents that answer it.
        queries: PathBuf,
    },
    /// Build the search index anew; the old one answers until the new one serves.
    Rebuild {
        /// Only ask for it.
        #[arg(long)]
        no_wait: bool,
    },
}

/// Runs the command.
///
/// # Errors
/// When a file cannot be read, or the index's folder cannot be written.
pub fn run(place: Place, command: &Command) -> Outcome {
    match command {
        Command::Eval { documents, queries } => {
            let scores = search::evaluate(documents, queries)?;
            for score in &scores {
                println!("{score}");
            }
            println!("\n{}", search::table(&scores));
            Ok(ExitCode::SUCCESS)
        }
        Command::Rebuild { no_wait } => {
            let folder = place.config(Overrides::default())?.search_folder();
            search::ask_rebuild(&folder)?;
            if *no_wait {
                println!("asked for; a running server begins within a second, another one when it starts");
                return Ok(ExitCode::SUCCESS);
            }
            look_on(&folder)
        }
    }
}

/// Looks on until the new index serves.
fn look_on(folder: &Path) -> Outcome {
    let asked_at = Instant::now();
    let mut seen = Wish::Asked;
    loop {
        let wish = search::wish_in(folder);
        if wish != seen && wish == Wish::Running {
            println!("the server builds a new index; the old one answers meanwhile");
            std::io::stdout().flush()?;
        }
        seen = wish;
        match wish {
            Wish::None => {
                println!("done after {} s", asked_at.elapsed().as_secs());
                return Ok(ExitCode::SUCCESS);
            }
            Wish::Asked if asked_at.elapsed() > TAKEN_UP_WITHIN => {
                println!("no server runs on this folder; the next one builds the index when it starts");
                return Ok(ExitCode::SUCCESS);
            }
            Wish::Asked | Wish::Running => std::thread::sleep(LOOK),
        }
    }
}
