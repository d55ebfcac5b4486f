//! `status`: what this agent is, what it may do, and what it did last.

use super::words;
use crate::executing::Surroundings;
use crate::executing::log::Log;
use crate::spool::Spool;
use crate::updating::notes::Slots;
use crate::updating::trust;
use crate::{enrolment, floor, identity};
use protocol::message::Outcome;

/// Acts that are listed.
const LISTED: usize = 10;

/// The command.
pub(super) fn run(here: &Surroundings) -> Result<(), String> {
    let (settings, state) = (here.settings(), here.state());
    println!("mainstay-agent {}", env!("CARGO_PKG_VERSION"));
    match identity::load(&state) {
        Ok(key) => println!("key       {}", key.public()),
        Err(error) => println!("key       {error}"),
    }
    match enrolment::load(&settings) {
        Ok(document) => println!("servers   {}", document.servers.join(", ")),
        Err(error) => println!("servers   {error}"),
    }
    match enrolment::enrolled(&state) {
        Some(enrolled) => println!("device    {}", enrolled.device),
        None => println!("device    not admitted yet"),
    }
    program(here);
    println!("running   {}", if is_running(here) { "yes" } else { "no" });
    match floor::load(&settings) {
        Ok(floor) => {
            let text = toml::to_string(&floor).map_err(words)?;
            println!("floor");
            text.lines().for_each(|line| println!("  {line}"));
        }
        Err(error) => println!("floor     {error}; nothing is allowed until this is mended"),
    }
    if let Ok(spool) = Spool::look(state.join("spool")) {
        println!("spool     {spool} bytes wait for the server");
    }
    acts(here)
}

/// Which program counts, what is on trial, and whose updates are trusted.
fn program(here: &Surroundings) {
    match Slots::new(&here.state()).read() {
        Err(error) => println!("program   {error}"),
        Ok(notes) => {
            let version = notes
                .slots
                .get(&notes.current)
                .map(|program| program.version.as_str());
            let version = version.unwrap_or(env!("CARGO_PKG_VERSION"));
            println!("program   {version} ({})", notes.current.as_str());
            if let Some(trial) = &notes.trial {
                let (version, place) = (&trial.to.program.version, trial.to.place.as_str());
                println!("on trial  {version} ({place}), started {} times", trial.tries);
            }
            if let Some(fault) = &notes.fault {
                println!("fault     {fault}");
            }
        }
    }
    match trust::load(&here.state()) {
        Ok((_, trust)) => {
            println!("trusts    root {} until {}", trust.version, trust.expires);
            trust.targets_keys.iter().for_each(|key| println!("  {key}"));
        }
        Err(error) => println!("trusts    {error}"),
    }
}

fn acts(here: &Surroundings) -> Result<(), String> {
    let acts = Log::look(&here.state().join("acts")).map_err(words)?;
    let mut acts: Vec<_> = acts.into_iter().collect();
    acts.sort_by_key(|(_, entry)| std::cmp::Reverse(entry.begun_at));
    println!("acts      {}", acts.len());
    for (act, entry) in acts.into_iter().take(LISTED) {
        let outcome = match entry.outcome {
            None => "runs",
            Some(Outcome::Done { .. }) => "done",
            Some(Outcome::Failed { .. }) => "failed",
            Some(Outcome::Refused { .. }) => "refused",
            Some(Outcome::Lost { .. }) => "lost",
            Some(Outcome::Cancelled) => "cancelled",
        };
        let at = jiff::Timestamp::from_millisecond(entry.begun_at).map(|at| at.to_string());
        let told = if entry.is_told { "" } else { ", not yet told" };
        println!(
            "  {} {act} {} for {}: {outcome}{told}",
            at.unwrap_or_default(),
            entry.verb,
            entry.person
        );
    }
    Ok(())
}

/// Whether somebody holds the lock.
pub(super) fn is_running(here: &Surroundings) -> bool {
    let file = std::fs::File::open(here.state().join("lock"));
    file.is_ok_and(|file| file.try_lock().is_err())
}
