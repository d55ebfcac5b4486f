//! `mainstay serve`: pages, API, mail, and jobs, until told to stop.

use std::process::ExitCode;

use clap::Args;
use kernel::config::{Config, LogFormat, Overrides};
use kernel::stop::Stop;
use tokio::net::TcpListener;
use tracing_subscriber::EnvFilter;

use super::{Outcome, Place, Trouble};
use crate::house::House;

/// Where to listen.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Address and port.
    #[arg(long, value_name = "HOST:PORT")]
    listen: Option<String>,
    /// How people reach this installation: https://desk.example.org
    #[arg(long, value_name = "URL")]
    base_url: Option<String>,
}

/// Runs the command.
///
/// # Errors
/// When the settings are wrong, the port is taken, or the database cannot be reached.
pub async fn run(place: Place, arguments: Arguments) -> Outcome {
    let Arguments { listen, base_url } = arguments;
    let config = place.config(Overrides {
        listen,
        base_url,
        ..Overrides::default()
    })?;
    start_log(&config)?;
    let listen = config.listen;
    // It ends with this process, unless somebody runs one apart.
    let _signer = super::signer::ensure(&config).await?;
    let house = House::open(config).await?;
    let listener = TcpListener::bind(listen)
        .await
        .map_err(|error| format!("{listen}: {error}"))?;
    println!("listening on http://{}", listener.local_addr()?);
    stop_on_signal(house.kernel.stop.clone());
    house.serve(listener).await?;
    Ok(ExitCode::SUCCESS)
}

/// Writes log lines to standard error, as the settings say.
///
/// # Errors
/// When the filter is malformed.
pub fn start_log(config: &Config) -> Result<(), Trouble> {
    let filter = EnvFilter::try_new(&config.log).map_err(|error| format!("log: {error}"))?;
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    // Another subscriber is set already only in tests that run several commands.
    let _ = match config.log_format {
        LogFormat::Json => lines.json().try_init(),
        LogFormat::Text => lines.try_init(),
    };
    Ok(())
}

/// Ends the house in order on the first signal; a second one is the system's to handle.
pub fn stop_on_signal(stop: Stop) {
    tokio::spawn(async move {
        use tokio::signal::unix::{SignalKind, signal};
        let Ok(mut terminate) = signal(SignalKind::terminate()) else {
            return;
        };
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            _ = terminate.recv() => {}
        }
        tracing::info!("stopping");
        stop.stop();
    });
}
