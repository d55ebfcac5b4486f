//! `mainstay init`: the database and its first administrator.

use std::process::ExitCode;

use clap::Args;
use kernel::config::Overrides;
use people::user::{Profile, name_from_email};

use super::{Outcome, Place, Trouble, secret_from_stdin, user};
use crate::house::House;

/// Who administers.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Mail address of the first administrator.
    #[arg(long, value_name = "EMAIL")]
    admin: String,
    /// Name on screen; default: what stands before the @.
    #[arg(long)]
    name: Option<String>,
    /// Read the password from standard input.
    #[arg(long, required = true)]
    password_stdin: bool,
}

/// Runs the command.
///
/// # Errors
/// When there is somebody already, or names the wrong field.
pub async fn run(place: Place, arguments: Arguments) -> Outcome {
    let Arguments {
        admin,
        name,
        password_stdin: _,
    } = arguments;
    let house = House::open(place.config(Overrides::default())?).await?;
    if house.kernel.db.read(people::user::store::exists_any).await? {
        return Err(Trouble::from(
            "this installation has people already; use `mainstay user add`".to_owned(),
        ));
    }
    let name = name.unwrap_or_else(|| name_from_email(&admin));
    let profile = Profile {
        email: admin.clone(),
        name,
        roles: vec!["admin".to_owned()],
        ..Profile::default()
    };
    user::add(&house, profile, Some(secret_from_stdin()?)).await?;
    println!("{admin} administers this installation; start it with `mainstay serve`");
    Ok(ExitCode::SUCCESS)
}
