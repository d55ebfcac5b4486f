//! `mainstay mail deliver` for pipes, and `mail parse` to see what we understand of a message.

use std::io::Read as _;
use std::process::ExitCode;

use clap::Subcommand;
use kernel::config::Overrides;
use mail::Delivery;
use mail::message::Message;

use super::{Outcome, Place, Trouble};
use crate::house::House;

/// sysexits: the input is not acceptable.
const DATA_ERROR: u8 = 65;
/// sysexits: try again later; the mail program keeps the message.
const TRY_AGAIN: u8 = 75;

/// What can be done with mail from the command line.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Take in the message on standard input; exit code 0 taken, 75 try again.
    Deliver {
        /// Which mailbox it came to; default: the first one.
        #[arg(long)]
        mailbox: Option<String>,
    },
    /// Read the message on standard input and print what was understood as one JSON object.
    Parse,
}

/// Runs the command.
///
/// # Errors
/// When standard input cannot be read.
pub async fn run(place: Place, command: Command) -> Outcome {
    let mut raw = Vec::new();
    std::io::stdin().read_to_end(&mut raw)?;
    match command {
        Command::Parse => parse(&raw),
        Command::Deliver { mailbox } => deliver(place, mailbox, raw).await,
    }
}

fn parse(raw: &[u8]) -> Outcome {
    match Message::parse(raw) {
        Ok(message) => {
            println!("{}", message.to_json());
            Ok(ExitCode::SUCCESS)
        }
        Err(error) => {
            eprintln!("mainstay: {error}");
            Ok(ExitCode::from(DATA_ERROR))
        }
    }
}

/// Whatever goes wrong here is for later: a mail program that hears 75 keeps the message.
async fn deliver(place: Place, mailbox: Option<String>, raw: Vec<u8>) -> Outcome {
    let opened = match place.config(Overrides::default()) {
        Ok(config) => House::open(config).await.map_err(Trouble::from),
        Err(trouble) => Err(trouble),
    };
    let reason = match opened {
        Ok(house) => match mail::deliver(&house.kernel, mailbox.as_deref(), raw).await {
            Delivery::Taken { .. } => return Ok(ExitCode::SUCCESS),
            Delivery::TryAgain { reason } => reason.to_string(),
        },
        Err(Trouble(words)) => words,
    };
    eprintln!("mainstay: {reason}");
    Ok(ExitCode::from(TRY_AGAIN))
}
