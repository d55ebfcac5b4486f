//! `mainstay agent-release`: releases of the agent. Keys, signing, and renewing are for a machine that is no server; `publish` and `root`
//! are for the server, which never has a key.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Subcommand, ValueEnum};
use fleet::release::{listing, publish};
use kernel::Clock;
use kernel::config::Overrides;
use update::platform::Platform;
use update::release::Version;
use update::repository::Loaded;
use update::signing::{self, Lifetime, RoleType, Wanted};

use super::{Outcome, Place, Trouble};
use crate::house::House;

/// What can be done with releases.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make the keys and an empty repository. Not on a server.
    Init {
        #[command(flatten)]
        signing: Signing,
        /// For how many days the root of trust counts.
        #[arg(long, default_value_t = signing::ROOT_DAYS, value_parser = clap::value_parser!(u16).range(1..=3650))]
        root_days: u16,
    },
    /// Add the programs of a version, and sign the list.
    Add {
        #[command(flatten)]
        signing: Signing,
        /// The version, such as 1.2.3.
        #[arg(long, value_name = "VERSION")]
        release_version: String,
        /// A program for a platform, such as linux-x86_64=target/release/mainstay-agent; may be given several times.
        #[arg(long, required = true, value_name = "PLATFORM=FILE")]
        program: Vec<String>,
    },
    /// Sign everything but the root anew, so that it counts again for a while.
    Renew {
        #[command(flatten)]
        signing: Signing,
    },
    /// Write the next root of trust, with new keys; the one before signs it, too.
    Rotate {
        #[command(flatten)]
        signing: Signing,
        /// For how many days the root of trust counts.
        #[arg(long, default_value_t = signing::ROOT_DAYS, value_parser = clap::value_parser!(u16).range(1..=3650))]
        root_days: u16,
        /// Whose key is made anew; may be given several times. All without; `none`: only the time.
        #[arg(long, value_enum)]
        role: Vec<Role>,
    },
    /// Show what is in a repository, and until when it counts.
    List {
        /// The repository's folder.
        repository: PathBuf,
    },
    /// On the server: take a repository in, so that it can be rolled out.
    Publish {
        /// The repository's folder.
        repository: PathBuf,
        /// The root of trust to begin with; the first time only.
        #[arg(long, value_name = "FILE")]
        root: Option<PathBuf>,
        /// Who publishes, as pages show it; the name of the account without.
        #[arg(long, value_name = "NAME")]
        by: Option<String>,
    },
    /// On the server: print the root of trust that is published.
    Root,
}

/// What every command that signs takes.
#[derive(Debug, Args)]
pub struct Signing {
    /// The repository's folder.
    repository: PathBuf,
    /// The folder of the keys; the root's lies in a folder of its own within, which can be taken away.
    #[arg(long, value_name = "DIR")]
    keys: PathBuf,
    /// For how many days it counts.
    #[arg(long, default_value_t = signing::DAYS, value_parser = clap::value_parser!(u16).range(1..=3650))]
    days: u16,
}

impl Signing {
    fn lifetime(&self, root_days: u16) -> Lifetime {
        Lifetime {
            now: Clock::System.now().jiff(),
            days: self.days,
            root_days,
        }
    }
}

/// A role that has a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Role {
    /// Signs the next root.
    Root,
    /// Signs the list of programs.
    Targets,
    /// Signs which list is the present one.
    Snapshot,
    /// Signs that this is the newest of all.
    Timestamp,
    /// No key is made anew.
    None,
}

impl From<signing::Trouble> for Trouble {
    fn from(trouble: signing::Trouble) -> Self {
        Self(trouble.to_string())
    }
}

/// Runs the command.
///
/// # Errors
/// In words, what could not be signed or was not taken.
pub async fn run(place: Place, command: Command) -> Outcome {
    match command {
        Command::Init { signing, root_days } => {
            signing::init(&signing.repository, &signing.keys, signing.lifetime(root_days)).await?;
            show(&signing.repository).await?;
        }
        Command::Add {
            signing,
            release_version,
            program,
        } => {
            let version = Version::parse(&release_version)
                .ok_or_else(|| format!("{release_version} is no version; write three numbers: 1.2.3"))?;
            let wanted = program
                .iter()
                .map(|text| wanted(text))
                .collect::<Result<Vec<_>, _>>()?;
            let lifetime = signing.lifetime(signing::ROOT_DAYS);
            signing::add(&signing.repository, &signing.keys, &version, &wanted, lifetime).await?;
            show(&signing.repository).await?;
        }
        Command::Renew { signing } => {
            let lifetime = signing.lifetime(signing::ROOT_DAYS);
            signing::renew(&signing.repository, &signing.keys, lifetime).await?;
            show(&signing.repository).await?;
        }
        Command::Rotate {
            signing,
            root_days,
            role,
        } => {
            let lifetime = signing.lifetime(root_days);
            signing::rotate(&signing.repository, &signing.keys, &roles(&role), lifetime).await?;
            show(&signing.repository).await?;
        }
        Command::List { repository } => show(&repository).await?,
        Command::Publish { repository, root, by } => {
            publish_here(place, &repository, root.as_deref(), by).await?
        }
        Command::Root => {
            let house = House::open(place.config(Overrides::default())?).await?;
            println!("{}", house.kernel.db.read(listing::root).await?.trim_end());
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn publish_here(
    place: Place,
    repository: &Path,
    root: Option<&Path>,
    by: Option<String>,
) -> Result<(), Trouble> {
    let house = House::open(place.config(Overrides::default())?).await?;
    let root = root.map(std::fs::read_to_string).transpose()?;
    let name = by.or_else(account).unwrap_or_default();
    let published = publish(&house.kernel, &house.kernel.cx_command(), repository, root, &name).await?;
    for version in &published.added {
        println!("published   {version}");
    }
    for version in &published.withdrawn {
        println!("withdrawn   {version}");
    }
    println!(
        "root {}, signatures count until {}",
        published.trust.root_version, published.trust.expires_at
    );
    Ok(())
}

/// The name of whoever runs the command.
fn account() -> Option<String> {
    ["SUDO_USER", "USER", "LOGNAME"]
        .iter()
        .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()))
}

fn roles(wanted: &[Role]) -> Vec<RoleType> {
    if wanted.is_empty() {
        return signing::ROLES.to_vec();
    }
    wanted
        .iter()
        .filter_map(|role| match role {
            Role::Root => Some(RoleType::Root),
            Role::Targets => Some(RoleType::Targets),
            Role::Snapshot => Some(RoleType::Snapshot),
            Role::Timestamp => Some(RoleType::Timestamp),
            Role::None => None,
        })
        .collect()
}

fn wanted(text: &str) -> Result<Wanted, String> {
    let known = || {
        let names: Vec<&str> = Platform::all().map(Platform::as_str).collect();
        format!(
            "{text} is no program; write PLATFORM=FILE with one of {}",
            names.join(", ")
        )
    };
    let (platform, file) = text.split_once('=').ok_or_else(known)?;
    Ok(Wanted {
        platform: Platform::parse(platform).ok_or_else(known)?,
        file: PathBuf::from(file),
    })
}

async fn show(repository: &Path) -> Result<(), Trouble> {
    let Loaded {
        root_version,
        expires,
        programs,
        ..
    } = signing::list(repository).await?;
    println!("root {root_version}, signatures count until {expires}");
    for program in programs {
        println!(
            "{}  {}  {} bytes  sha256 {}",
            program.version, program.platform, program.length, program.sha256
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_names_a_known_platform() {
        let good = wanted("linux-x86_64=/a=b").unwrap();
        assert_eq!(good.file, PathBuf::from("/a=b"));
        for text in ["linux-x86_64", "linux=/a", "=/a"] {
            assert!(wanted(text).unwrap_err().contains("linux-aarch64"), "{text}");
        }
    }

    #[test]
    fn all_keys_are_made_anew_unless_some_are_named() {
        assert_eq!(roles(&[]).len(), 4);
        assert_eq!(roles(&[Role::Root]), [RoleType::Root]);
        assert_eq!(roles(&[Role::None]), []);
    }
}
