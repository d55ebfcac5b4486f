//! `mainstay devices enrol-document`: an enrolment document for a script or an image, without a browser; and `import`, which is
//! `device_import`.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Subcommand, ValueEnum};
use fleet::device::Kind;
use fleet::enrolment::{self, NewEnrolment, Rule};
use kernel::config::Overrides;

use super::{Outcome, Place};
use crate::house::House;

/// What can be done with devices from the command line.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make an enrolment document and print it, or write it to a file.
    EnrolDocument {
        /// What people call it; date and time without.
        #[arg(long, default_value = "")]
        name: String,
        /// How many devices may come in by it.
        #[arg(long, default_value_t = 1)]
        uses: i64,
        /// For how many hours.
        #[arg(long, default_value_t = 24)]
        hours: i64,
        /// What becomes of a device that comes by it.
        #[arg(long, value_enum, default_value = "wait")]
        rule: Entry,
        /// Where agents reach the server, such as wss://desk.example.org; may be given several times. Default: as people do.
        #[arg(long, value_name = "ADDRESS")]
        server: Vec<String>,
        /// A file with the certificate of a private authority (PEM).
        #[arg(long, value_name = "FILE")]
        authority: Option<PathBuf>,
        /// Where to write it; only the owner may read the file.
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// Take inventories of GLPI and FusionInventory agents from files (JSON or XML).
    Import {
        /// What the agents wrote.
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
    },
}

/// What becomes of a device, as the command line says it.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Entry {
    /// A person says yes first.
    Wait,
    /// It may be used at once.
    Admit,
}

/// Runs the command.
///
/// # Errors
/// Names the wrong field; that no signer ever ran here.
pub async fn run(place: Place, command: Command) -> Outcome {
    let (name, uses, hours, rule, server, authority, out) = match command {
        Command::Import { files } => return super::device_import::run(place, files).await,
        Command::EnrolDocument {
            name,
            uses,
            hours,
            rule,
            server,
            authority,
            out,
        } => (name, uses, hours, rule, server, authority, out),
    };
    let house = House::open(place.config(Overrides::default())?).await?;
    let new = NewEnrolment {
        name,
        rule: match rule {
            Entry::Wait => Rule::Wait,
            Entry::Admit => Rule::Admit,
        },
        kind: Kind::Computer,
        team: None,
        uses,
        hours,
        servers: server,
        authority: authority.map(std::fs::read_to_string).transpose()?,
    };
    let signer = fleet::signing::client::public_key(&house.kernel.config)?;
    let (cx, base) = (house.kernel.cx_command(), house.kernel.config.base_url.clone());
    let made = house
        .kernel
        .db
        .write(move |tx| enrolment::make(tx, &cx, &base, signer, &new))
        .await?;
    let text = serde_json::to_string_pretty(&made.document).map_err(kernel::Error::from)?;
    match out {
        Some(path) => write_alone(&path, &text)?,
        None => println!("{text}"),
    }
    Ok(ExitCode::SUCCESS)
}

/// Whoever reads the document can enrol a device with it.
fn write_alone(path: &std::path::Path, text: &str) -> std::io::Result<()> {
    use std::io::Write as _;
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    options.open(path)?.write_all(text.as_bytes())
}
