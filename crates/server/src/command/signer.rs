//! `mainstay signer`: the process that alone holds the key by which devices are told to do something.
//!
//! `serve` starts one as its child when none listens; an installation that takes this seriously runs it as another account
//! (docs/signer.md).

use std::path::Path;
use std::process::{ExitCode, Stdio};
use std::time::Duration;

use clap::{Args, Subcommand};
use fleet::signing::{self, client, code, serving};
use kernel::Clock;
use kernel::config::{Config, Overrides};
use kernel::id::UserId;
use tokio::io::AsyncReadExt as _;
use tokio::process::{Child, Command as Process};
use tokio::task::JoinHandle;

use super::serve::start_log;
use super::{Outcome, Place, Trouble};

/// How often it is looked whether a signer is there.
const LOOK: Duration = Duration::from_secs(2);

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
    /// Make a secret for somebody who may be the second person.
    Approver {
        /// Their id, as the address of their page names it.
        person: UserId,
    },
}

/// Runs the command.
///
/// # Errors
/// When the folder cannot be used, or another signer listens there.
pub async fn run(place: Place, arguments: Arguments) -> Outcome {
    let config = place.config(Overrides::default())?;
    match arguments.command {
        Some(Command::Key) => {
            println!("{}", client::public_key(&config)?);
            return Ok(ExitCode::SUCCESS);
        }
        Some(Command::Approver { person }) => {
            let secret = code::new_secret().ok_or_else(|| "the system gave no random bytes".to_owned())?;
            println!("into signer.toml:\n[approvers]\n\"{person}\" = \"{secret}\"\n");
            println!("into their app:\notpauth://totp/Mainstay:signer?secret={secret}&issuer=Mainstay");
            return Ok(ExitCode::SUCCESS);
        }
        None => {}
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

/// Sees to it that a signer listens; ends its own with itself.
#[derive(Debug)]
pub struct Keeper(JoinHandle<()>);

impl Drop for Keeper {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Starts a signer when none listens, and another one when it is gone: a server that was killed may be back before its
/// signer noticed and went. One that runs under another account is not ours to start.
///
/// # Errors
/// When this program cannot be started again.
pub async fn ensure(config: &Config) -> Result<Keeper, Trouble> {
    let data = config.data.clone();
    let mut own = None;
    if is_ours(&data) && !client::is_there(&data).await {
        own = Some(start(&data)?);
    }
    Ok(Keeper(tokio::spawn(async move {
        loop {
            tokio::time::sleep(LOOK).await;
            if own.as_mut().is_some_and(|own| matches!(own.try_wait(), Ok(None)))
                || !is_ours(&data)
                || client::is_there(&data).await
            {
                continue;
            }
            tracing::warn!("no signer listens; one is started");
            own = start(&data)
                .inspect_err(|error| tracing::error!(%error, "a signer cannot be started"))
                .ok();
        }
    })))
}

/// Whether the key is this account's to use, or there is none yet.
fn is_ours(data: &Path) -> bool {
    match std::fs::File::open(signing::folder(data).join("private.key")) {
        Ok(_) => true,
        Err(error) => error.kind() == std::io::ErrorKind::NotFound,
    }
}

fn start(data: &Path) -> std::io::Result<Child> {
    Process::new(std::env::current_exe()?)
        .args(["signer", "--until-stdin-closes", "--data"])
        .arg(data)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .kill_on_drop(true)
        .spawn()
}
