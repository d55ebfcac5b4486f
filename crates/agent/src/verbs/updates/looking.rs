//! Check and verify: what counts, what is on trial, and how the trial of this rollout ended. Nothing is changed.

use super::{Wish, Work, ended, summary};
use crate::updating::notes::{End, Notes};
use crate::verbs::failure::{Answer, Failure};
use protocol::message::Outcome;
use std::time::Duration;
use tokio::time::{Instant, sleep, sleep_until};

/// The version counts.
const COMPLIANT: i32 = 0;
/// Nothing of it is there.
const NEEDED: i32 = 80;
/// On trial.
const BETWEEN: i32 = 81;

/// How often it is looked whether the trial is over.
const LOOK: Duration = Duration::from_millis(250);

/// Tells whether it is done, not begun, or in between.
pub fn check(work: &Work<'_>, wish: &Wish) -> Answer {
    let notes = work.notes()?;
    let code = if notes.trial.is_some() || work.here.restart.is_asked() {
        BETWEEN
    } else if work.version(&notes) == wish.version.to_string() {
        COMPLIANT
    } else {
        NEEDED
    };
    ended(code, summary(work, "check", wish, &notes))
}

/// Waits until nothing is on trial and tells whether the version counts.
pub async fn verify(work: &Work<'_>, wish: &Wish) -> Answer {
    let mut restart = work.here.restart.changes();
    loop {
        let notes = work.notes()?;
        if *restart.borrow_and_update() {
            // The program that comes then answers, when it is asked.
            return Err(Failure::new(
                "restarting",
                "the agent is about to restart; try again later",
            ));
        }
        if notes.trial.is_none() {
            return settled(work, wish, &notes);
        }
        if Instant::now() >= work.until {
            return Err(Failure::new("timeout", "the trial is not over yet"));
        }
        tokio::select! {
            () = sleep(LOOK) => {}
            () = sleep_until(work.until) => {}
            _ = restart.changed() => {}
            () = work.teller.cancelled() => return Ok(Outcome::Cancelled),
        }
    }
}

fn settled(work: &Work<'_>, wish: &Wish, notes: &Notes) -> Answer {
    let current = work.version(notes);
    if current == wish.version.to_string() {
        return ended(0, summary(work, "verify", wish, notes));
    }
    let why = match notes.of(&wish.rollout).and_then(|applied| applied.end.as_ref()) {
        Some(End::Returned { code, text } | End::NotRolledBack { code, text }) => {
            return Err(Failure::new(
                returned(code),
                format!("{current} runs again: {text}"),
            ));
        }
        Some(End::RolledBack) => "it was rolled back".to_owned(),
        Some(End::Settled) => "another program took its place since".to_owned(),
        None => notes
            .fault
            .clone()
            .unwrap_or_else(|| "it was never applied here".to_owned()),
    };
    Err(Failure::new(
        "not_current",
        format!("{current} runs, not {}: {why}", wish.version),
    ))
}

/// The code of why the agent went back, as the server has words for it.
fn returned(code: &str) -> &'static str {
    match code {
        "ended" => "returned_ended",
        "starts" => "returned_starts",
        "time" => "returned_time",
        "spoiled" => "returned_spoiled",
        "taken_back" => "returned_taken_back",
        _ => "returned",
    }
}
