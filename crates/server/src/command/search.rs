//! `mainstay search eval DOCUMENTS QUERIES`: how well the right document is found.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Subcommand;

use super::Outcome;

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
}

/// Runs the command.
///
/// # Errors
/// When a file cannot be read.
pub fn run(command: &Command) -> Outcome {
    let Command::Eval { documents, queries } = command;
    for score in kernel::search::evaluate(documents, queries)? {
        println!("{score}");
    }
    Ok(ExitCode::SUCCESS)
}
