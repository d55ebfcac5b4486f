//! `self-test`: whether this program could take the place of the one that runs. It reads what it would need and changes nothing.

use super::words;
use crate::executing::Surroundings;
use crate::executing::log::Log;
use crate::updating::notes::Slots;
use crate::updating::program::Tested;
use crate::{enrolment, floor, identity};

/// The command. What it prints is read by the agent that asks.
pub(super) fn run(here: &Surroundings) -> Result<(), String> {
    let (settings, state) = (here.settings(), here.state());
    enrolment::load(&settings).map_err(words)?;
    floor::load(&settings).map_err(words)?;
    identity::load(&state).map_err(words)?;
    Log::look(&state.join("acts")).map_err(words)?;
    Slots::new(&state).read().map_err(words)?;
    let tested = Tested {
        version: env!("CARGO_PKG_VERSION").to_owned(),
    };
    println!("{}", serde_json::to_string(&tested).map_err(words)?);
    Ok(())
}
