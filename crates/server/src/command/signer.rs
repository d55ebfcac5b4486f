//! `mainstay signer`: the process that alone holds the key by which devices are told to do something.
//!
//! `serve` starts one as its child when none listens; an installation that takes this seriously runs it as another account
//! (docs/signer.md).

use std::process::{ExitCode, Stdio};

use clap::{Args, Subcommand};
use fleet::signing::{self, client, serving};
use kernel::Clock;
use kernel::config::{Config, Overrides};
use tokio::io::AsyncReadExt as _;
use tokio::process::{Child, Command as Process};

use super::serve::start_log;
use super::{Outcome, Place, Trouble};

/// How it runs.
#[derive(Debug, Args)]
pub struct Arguments {
    /// End when standard input ends: with the server that started it.
    #[arg(long)]
    until_stdin_closes: bool,
    #[command(subcommand)]
    command: Option<Command>,
}

/// What else can be asked.
#[derive(Debug, Subcommand)]
enum Command {
    /// Show the key that devices trust.
    Key,
}

/// Runs the command.
///
/// # Errors
/// When the folder cannot be used, or another signer listens there.
pub async fn run(place: Place, arguments: Arguments) -> Outcome {
    let config = place.config(Overrides::default())?;
    if let Some(Command::Key) = arguments.command {
        println!("{}", client::public_key(&config)?);
        return Ok(ExitCode::SUCCESS);
    }
    start_log(&config)?;
    let folder = signing::folder(&config.data);
    let stopped = async move {
        let signals = async {
            use tokio::signal::unix::{SignalKind, signal};
            match signal(SignalKind::terminate()) {
                Ok(mut terminate) => {
                    tokio::select! { _ = tokio::signal::ctrl_c() => {}, _ = terminate.recv() => {} }
                }
                Err(_) => std::future::pending().await,
            }
        };
        if arguments.until_stdin_closes {
            // The server ends its children by going away, however it goes.
            let mut rest = Vec::new();
            let mut input = tokio::io::stdin();
            tokio::select! { _ = input.read_to_end(&mut rest) => {}, () = signals => {} }
        } else {
            signals.await;
        }
    };
    serving::serve(&folder, Clock::System, stopped).await?;
    Ok(ExitCode::SUCCESS)
}

/// Starts a signer when none listens; it ends with the value that is answered.
///
/// # Errors
/// When this program cannot be started again.
pub async fn ensure(config: &Config) -> Result<Option<Child>, Trouble> {
    if client::is_there(&config.data).await {
        return Ok(None);
    }
    let child = Process::new(std::env::current_exe()?)
        .args(["signer", "--until-stdin-closes", "--data"])
        .arg(&config.data)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .kill_on_drop(true)
        .spawn()?;
    Ok(Some(child))
}
