//! `trust FILE`: whose updates of this agent count. It is the administrator of the device who says so, and no server.

use super::words;
use crate::executing::Surroundings;
use crate::updating::trust;
use std::path::Path;
use update::trust::Trust;

/// The command.
pub(super) fn run(root: &Path, here: &Surroundings) -> Result<(), String> {
    super::enrol::private_folder(&here.state())?;
    let trust = trust::exchange(&here.state(), root).map_err(words)?;
    println!("Updates of this agent count from now on when they are signed as this root of trust has it:");
    tell(&trust);
    Ok(())
}

/// What a root of trust says; compare the ids with those of whoever releases.
pub(super) fn tell(trust: &Trust) {
    println!("  number    {}", trust.version);
    println!("  until     {}", trust.expires);
    println!("  the next one is signed by {} of:", trust.threshold);
    trust.root_keys.iter().for_each(|key| println!("    {key}"));
    println!("  programs are signed by:");
    trust.targets_keys.iter().for_each(|key| println!("    {key}"));
}
