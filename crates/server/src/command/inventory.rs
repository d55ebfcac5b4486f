//! `mainstay inventory --list` and `--host NAME`: the devices as Ansible asks for them from an inventory script.

use std::process::ExitCode;

use clap::{ArgGroup, Args};
use fleet::inventory::ansible;
use kernel::config::Overrides;

use super::{Outcome, Place};
use crate::house::House;

/// What Ansible asks for.
#[derive(Debug, Args)]
#[command(group(ArgGroup::new("asked").required(true).args(["list", "host"])))]
pub struct Arguments {
    /// All hosts with their groups and variables.
    #[arg(long)]
    list: bool,
    /// The variables of one host.
    #[arg(long, value_name = "NAME")]
    host: Option<String>,
    /// Only devices that this filter finds, such as "kind:server os:debian", as on the page of devices.
    #[arg(long, default_value = "", value_name = "FILTER")]
    query: String,
}

/// Runs the command.
///
/// # Errors
/// A filter that means nothing; the database's.
pub async fn run(place: Place, arguments: Arguments) -> Outcome {
    let house = House::open(place.config(Overrides::default())?).await?;
    let cx = house.kernel.cx_command();
    let read = move |tx: &mut kernel::db::Tx<'_>| match &arguments.host {
        Some(name) => ansible::host(tx, &cx, name),
        None => ansible::list(tx, &cx, &arguments.query),
    };
    let told = house.kernel.db.read(read).await?;
    println!("{told}");
    Ok(ExitCode::SUCCESS)
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use crate::command::CommandLine;

    fn is_taken(words: &str) -> bool {
        let words = ["mainstay", "inventory"]
            .into_iter()
            .chain(words.split_whitespace());
        CommandLine::try_parse_from(words).is_ok()
    }

    #[test]
    fn what_ansible_asks_is_taken_and_a_filter_goes_with_it() {
        assert!(is_taken("--list") && is_taken("--host files-01"));
        assert!(is_taken("--query kind:server --list"));
        assert!(!is_taken("") && !is_taken("--query kind:server"));
        assert!(!is_taken("--list --host files-01"));
    }
}
