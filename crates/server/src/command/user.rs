//! `mainstay user add` and `user list`.

use std::process::ExitCode;

use clap::Subcommand;
use kernel::config::Overrides;
use people::sign_in::password;
use people::user::{self, Profile};

use super::{Outcome, Place, secret_from_stdin};
use crate::house::House;

/// What can be done with people from the command line.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Add somebody.
    Add {
        /// Mail address.
        email: String,
        /// Name on screen.
        #[arg(long)]
        name: String,
        /// requester, technician, engineer, manager, auditor, admin, or a role of your own.
        #[arg(long)]
        role: String,
        /// Read the password from standard input; without it there is none yet.
        #[arg(long)]
        password_stdin: bool,
    },
    /// List everybody: address, name, roles.
    List,
}

/// Runs the command.
///
/// # Errors
/// Names the wrong field.
pub async fn run(place: Place, command: Command) -> Outcome {
    let house = House::open(place.config(Overrides::default())?).await?;
    match command {
        Command::Add {
            email,
            name,
            role,
            password_stdin,
        } => {
            let password = if password_stdin {
                Some(secret_from_stdin()?)
            } else {
                None
            };
            add(
                &house,
                Profile {
                    email,
                    name,
                    roles: vec![role],
                    ..Profile::default()
                },
                password,
            )
            .await?;
        }
        Command::List => list(&house).await?,
    }
    Ok(ExitCode::SUCCESS)
}

/// Adds a person, with a password when there is one.
///
/// # Errors
/// Names the wrong field.
pub async fn add(house: &House, mut profile: Profile, password: Option<String>) -> kernel::Result<()> {
    if profile.tier.is_none() {
        profile.tier = match profile.roles.first().map(String::as_str) {
            Some("technician") => Some(1),
            Some("engineer") => Some(2),
            _ => None,
        };
    }
    let hash = match password {
        Some(password) => {
            password::check_new(&password, &user::normal_email(&profile.email))?;
            Some(password::hash(password).await?)
        }
        None => None,
    };
    let cx = house.kernel.cx_command();
    house
        .kernel
        .db
        .write(move |tx| {
            let added = user::adding::add(tx, &cx, &profile)?;
            match &hash {
                Some(hash) => password::store_new(tx, &cx, added.id, hash, None),
                None => Ok(()),
            }
        })
        .await
}

async fn list(house: &House) -> kernel::Result<()> {
    let filter = user::store::Filter {
        inactive: true,
        ..user::store::Filter::default()
    };
    let mut after: Option<(String, String)> = None;
    loop {
        let (from, filter) = (after.clone(), filter.clone());
        let page = house
            .kernel
            .db
            .read(move |tx| {
                let from = from.as_ref().map(|(name, id)| (name.as_str(), id.as_str()));
                let people = user::store::list(tx, &filter, from, 500)?;
                people
                    .into_iter()
                    .map(|person| Ok((people::role::store::of_user(tx, person.id)?.join(","), person)))
                    .collect::<kernel::Result<Vec<_>>>()
            })
            .await?;
        for (roles, person) in &page {
            let left = if person.active { "" } else { "\tinactive" };
            println!("{}\t{}\t{roles}{left}", person.email, person.name);
        }
        match page.last() {
            Some((_, last)) if page.len() == 500 => after = Some((last.name.clone(), last.id.to_string())),
            _ => return Ok(()),
        }
    }
}
