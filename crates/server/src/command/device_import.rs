//! `mainstay devices import FILES…`: inventories of GLPI and FusionInventory agents from files, as the agents write them with
//! `--local`.
//!
//! 0: all of them are here. 3: something was refused, the rest is here.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use fleet::intake::{self, Took, Way, What};
use kernel::config::Overrides;

use super::{Outcome, Place};
use crate::house::House;

const REFUSED: u8 = 3;

/// Runs the command.
///
/// # Errors
/// When the database cannot be opened.
pub async fn run(place: Place, files: Vec<PathBuf>) -> Outcome {
    let house = House::open(place.config(Overrides::default())?).await?;
    let mut refused = 0_usize;
    for file in &files {
        match one(&house, file).await {
            Ok(taken) => {
                for took in taken {
                    let what = match (took.is_doubtful, took.is_new) {
                        (true, _) => "new, but may be one that is known: see /devices/merging".to_owned(),
                        (_, true) => "new".to_owned(),
                        _ => format!("{} changes", took.changes),
                    };
                    println!("{}: {} ({}), {what}", file.display(), took.name, took.kind);
                }
            }
            Err(why) => {
                refused += 1;
                eprintln!("{}: {why}", file.display());
            }
        }
    }
    Ok(if refused == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(REFUSED)
    })
}

async fn one(house: &House, file: &Path) -> Result<Vec<Took>, String> {
    let body = std::fs::read(file).map_err(|error| error.to_string())?;
    let message = intake::read(&body).map_err(|broken| broken.words().to_owned())?;
    let What::Inventory(inventories) = message.what else {
        return Err("this file holds no inventory".to_owned());
    };
    let mut taken = Vec::new();
    for inventory in inventories {
        let way = Way {
            form: message.form,
            agent_id: message.agent_id.clone(),
            address: String::new(),
        };
        let cx = house.kernel.cx_command();
        let take = house
            .kernel
            .db
            .write(move |tx| intake::take(tx, &cx, &inventory, &way));
        taken.push(take.await.map_err(|error| error.to_string())?);
    }
    Ok(taken)
}
