//! `mainstay token create`: an API token, printed alone so that a script can take it.

use std::process::ExitCode;

use clap::Subcommand;
use kernel::config::Overrides;

use super::{Outcome, Place};
use crate::house::House;

/// What can be done with tokens from the command line.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make a token and print its secret.
    Create {
        /// Whose rights it carries.
        #[arg(long, value_name = "EMAIL")]
        user: String,
        /// A permission, a prefix ending in .*, or *; may be given several times.
        #[arg(long, required = true)]
        scope: Vec<String>,
        /// What it is for.
        #[arg(long, default_value = "command line")]
        name: String,
    },
}

/// Runs the command.
///
/// # Errors
/// Names the wrong field.
pub async fn run(place: Place, command: Command) -> Outcome {
    let Command::Create { user, scope, name } = command;
    let house = House::open(place.config(Overrides::default())?).await?;
    let cx = house.kernel.cx_command();
    let secret = house
        .kernel
        .db
        .write(move |tx| {
            let owner = people::user::store::find_by_email(tx, &user)?
                .ok_or_else(|| kernel::Error::invalid("people.user.unknown").field("user"))?;
            people::token::create(tx, &cx, owner.id, &name, &scope, None).map(|(_, secret)| secret)
        })
        .await?;
    println!("{secret}");
    Ok(ExitCode::SUCCESS)
}
