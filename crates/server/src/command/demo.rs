//! `mainstay demo`: a department at work, in a folder that goes when the program ends.

use std::process::ExitCode;

use clap::Args;
use kernel::config::{Config, Overrides};
use tokio::net::TcpListener;

use super::serve::{start_log, stop_on_signal};
use super::{Outcome, Trouble};
use crate::demo;
use crate::house::House;

/// Where to listen and what to make.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Address and port.
    #[arg(long, default_value = "127.0.0.1:8080", value_name = "HOST:PORT")]
    listen: String,
    /// The same seed makes the same department.
    #[arg(long, default_value_t = 7)]
    seed: u64,
    /// How many tickets the past 90 days have.
    #[arg(long, default_value_t = 1500)]
    tickets: usize,
}

/// A demonstration is the same wherever it runs, but for these.
const HEEDED: [&str; 2] = ["MAINSTAY_LOG", "MAINSTAY_OUTGOING_NETWORKS"];

/// Runs the command.
///
/// # Errors
/// When the port is taken or the folder cannot be made.
pub async fn run(arguments: Arguments) -> Outcome {
    let folder = tempfile::Builder::new().prefix("mainstay-demo-").tempdir()?;
    let listener = TcpListener::bind(&arguments.listen)
        .await
        .map_err(|error| format!("{}: {error}", arguments.listen))?;
    let address = listener.local_addr()?;
    let overrides = Overrides {
        data: Some(folder.path().display().to_string()),
        listen: Some(address.to_string()),
        base_url: Some(format!("http://{address}")),
        ..Overrides::default()
    };
    let config = Config::load(
        None,
        std::env::vars().filter(|(name, _)| HEEDED.contains(&name.as_str())),
        &overrides,
    )
    .map_err(|error| Trouble::from(error.to_string()))?;
    start_log(&config)?;
    println!(
        "making a department of 200 people and {} tickets …",
        arguments.tickets
    );
    let _signer = super::signer::ensure(&config).await?;
    let house = House::open(config).await?;
    house.install().await?;
    let signs = demo::fill(&house, arguments.seed, arguments.tickets).await?;
    println!("sign-ins (password for all: {}):", demo::PASSWORD);
    for sign in signs {
        println!("  {:<34} {}", sign.email, sign.what);
    }
    println!("listening on http://{address}");
    stop_on_signal(house.kernel.stop.clone());
    house.serve(listener).await?;
    Ok(ExitCode::SUCCESS)
}
