//! `uninstall`: the device forgets the server. The server keeps its record until somebody retires it there.

use super::status::is_running;
use super::words;
use crate::executing::Surroundings;
use std::io;

/// The command.
pub(super) fn run(here: &Surroundings, yes: bool) -> Result<(), String> {
    let folders = [here.state(), here.settings()];
    if !yes {
        println!(
            "This removes the device's key, its act log, the spool, its enrolment, its floor, and the
programs that came as updates:"
        );
        folders
            .iter()
            .for_each(|folder| println!("  {}", folder.display()));
        return Err("say `mainstay-agent uninstall --yes` to do it".to_owned());
    }
    if is_running(here) {
        return Err("an agent runs here; stop it first: systemctl disable --now mainstay-agent".to_owned());
    }
    for folder in folders {
        match std::fs::remove_dir_all(&folder) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(words(error)),
            _ => println!("removed {}", folder.display()),
        }
    }
    Ok(())
}
