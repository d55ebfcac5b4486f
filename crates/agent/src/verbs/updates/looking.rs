//! Check and verify: what counts, what is on trial, and how the trial of this rollout ended. Nothing is changed.

use super::{Wish, Work, ended, summary};
use crate::updating::notes::{End, Notes};
use crate::verbs::failure::{Answer, Failure};
use protocol::message::Outcome;
use std::time::Duration;
use tokio::time::{Instant, sleep, sleep_until};
use update::release::Version;

/// The version counts.
const COMPLIANT: i32 = 0;
/// Nothing of it is there.
const NEEDED: i32 = 80;
/// On trial for longer than the act may take.
const BETWEEN: i32 = 81;

/// How often it is looked whether the trial is over.
const LOOK: Duration = Duration::from_millis(250);

/// Tells whether it is done, not begun, or, when a trial outlasts the act, in between. Whoever asks has just heard that a program
/// was exchanged: an answer from within its trial would be of use to nobody.
pub async fn check(work: &Work<'_>, wish: &Wish) -> Answer {
    let (code, notes) = match after_trial(work).await? {
        Rest::Settled(notes) if counts(work, wish, &notes) => (COMPLIANT, notes),
        Rest::Settled(notes) => (NEEDED, notes),
        Rest::Late(notes) => (BETWEEN, notes),
        Rest::Cancelled => return Ok(Outcome::Cancelled),
    };
    ended(code, summary(work, "check", wish, &notes))
}

/// Waits until nothing is on trial and tells whether the version counts.
pub async fn verify(work: &Work<'_>, wish: &Wish) -> Answer {
    match after_trial(work).await? {
        Rest::Settled(notes) => settled(work, wish, &notes),
        Rest::Late(_) => Err(Failure::new("timeout", "the trial is not over yet")),
        Rest::Cancelled => Ok(Outcome::Cancelled),
    }
}

/// What came of waiting for the end of a trial.
enum Rest {
    /// Nothing is on trial.
    Settled(Notes),
    /// Something still is, and the act's time is up.
    Late(Notes),
    Cancelled,
}

async fn after_trial(work: &Work<'_>) -> Result<Rest, Failure> {
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
            return Ok(Rest::Settled(notes));
        }
        if Instant::now() >= work.until {
            return Ok(Rest::Late(notes));
        }
        tokio::select! {
            () = sleep(LOOK) => {}
            () = sleep_until(work.until) => {}
            _ = restart.changed() => {}
            () = work.teller.cancelled() => return Ok(Rest::Cancelled),
        }
    }
}

/// Whether the version that runs is the one that is wanted, or newer: another rollout may have been faster.
fn counts(work: &Work<'_>, wish: &Wish, notes: &Notes) -> bool {
    Version::parse(&work.version(notes)).is_some_and(|current| current >= wish.version)
}

fn settled(work: &Work<'_>, wish: &Wish, notes: &Notes) -> Answer {
    if counts(work, wish, notes) {
        return ended(0, summary(work, "verify", wish, notes));
    }
    let current = work.version(notes);
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
