//! `mainstay move --to URL`: everything into another, empty database; files stay where they are.

use std::process::ExitCode;

use clap::Args;
use kernel::Clock;
use kernel::config::{DatabaseUrl, Overrides};
use kernel::db::Hold;
use kernel::keeping;

use super::backup::{on, open_existing};
use super::restore::{forget_index, print_tables, prove};
use super::{Outcome, Place, Trouble, secret_from_stdin, terminal_locale};
use crate::house::{self, House, Purpose};

/// Where to.
#[derive(Debug, Args)]
pub struct Arguments {
    /// `postgres://user@host/name` or `sqlite:PATH`; `-` reads it from standard input, where no other account sees it.
    #[arg(long, value_name = "URL")]
    to: String,
}

/// Runs the command.
///
/// # Errors
/// When a server runs here, or the other database is not empty; then nothing was touched.
pub async fn run(place: Place, arguments: Arguments) -> Outcome {
    let locale = terminal_locale();
    let config = place.config(Overrides::default())?;
    let address = match arguments.to.as_str() {
        "-" => secret_from_stdin()?,
        given => given.to_owned(),
    };
    let to =
        DatabaseUrl::parse(&address).ok_or_else(|| Trouble::from(locale.t("keeping-move-bad-address")))?;
    if to == config.database {
        return Err(Trouble::from(locale.t("keeping-move-same")));
    }
    let moved = {
        let source = open_existing(&config.database, Hold::Alone).await?;
        let target = house::open_database(&to, Hold::Alone, Purpose::Loading).await?;
        let moved = keeping::move_to(&source, &target, &house::program(), Clock::System.now()).await?;
        forget_index(&config.search_folder())?;
        moved
    };
    print_tables(locale, &moved.tables);
    let house = House::open(on(&config, to.clone())).await?;
    let is_sound = prove(locale, &house).await?;
    let names = [
        ("old", config.database.to_string().into()),
        ("new", to.to_string().into()),
    ];
    println!("{}", locale.t_with("keeping-move-next", &names));
    Ok(if is_sound {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
