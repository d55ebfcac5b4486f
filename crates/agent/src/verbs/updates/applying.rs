//! Apply: the program comes into the free slot, and the agent restarts with it, on trial.

use super::receiving::Missing;
use super::trying::{self, Good};
use super::{Wish, Work, ended, summary};
use crate::executing::Channel;
use crate::updating::notes::{Held, Notes, private_folder, sync_folder};
use crate::verbs::failure::{Answer, Failure};
use protocol::message::Outcome;

/// Does it, or says that it is done already.
pub async fn apply(work: &Work<'_>, wish: &Wish, transfer: Option<Channel>) -> Answer {
    let notes = work.notes()?;
    trying::fits(work, wish, &notes)?;
    if notes.trial.is_some() || work.version(&notes) == wish.version.to_string() {
        // It counts, or is on trial by this rollout: verify tells the rest.
        return ended(0, summary(work, "apply", wish, &notes));
    }
    let good = match trying::bundle(work, wish, transfer).await {
        Err(Missing::CalledOff) => return Ok(Outcome::Cancelled),
        Err(Missing::Failed(failure)) => return Err(failure),
        Ok(good) => good,
    };
    trying::way_back(work, &notes)?;
    if work.teller.is_cancelled() {
        return Ok(Outcome::Cancelled);
    }
    let from = work.current(&notes)?;
    let to = fill(work, wish, &notes, good).await?;
    let mut notes = work.notes()?;
    notes.begin(&wish.rollout, from, to.clone());
    notes.slots.insert(to.place, to.program);
    notes.fault = None;
    begin(work, &notes)?;
    work.teller
        .note(format!(
            "{} is in its slot; the agent restarts with it\n",
            wish.version
        ))
        .await;
    ended(0, summary(work, "apply", wish, &notes))
}

/// Writes down what is on trial from the next start on. No order begins from here on.
pub fn begin(work: &Work<'_>, notes: &Notes) -> Result<(), Failure> {
    work.here.restart.ask();
    work.slots.write(notes).map_err(|error| {
        work.here.restart.withdraw();
        Failure::io("the notes on the slots", &error)
    })
}

/// Puts the program into the free slot.
async fn fill(work: &Work<'_>, wish: &Wish, notes: &Notes, good: Good) -> Result<Held, Failure> {
    let place = notes.free();
    let path = work.slots.program(place);
    let failed = |error: std::io::Error| Failure::io("the slot", &error);
    if notes.slots.contains_key(&place) {
        // Nothing may speak of a program that is going to be replaced.
        let mut without = notes.clone();
        without.slots.remove(&place);
        work.slots
            .write(&without)
            .map_err(|error| Failure::io("the notes on the slots", &error))?;
    }
    if let Some(folder) = path.parent() {
        private_folder(folder).map_err(failed)?;
        sync_folder(folder).map_err(failed)?;
    }
    let program = trying::try_out(work, wish, good, &path).await;
    if program.is_err() {
        std::fs::remove_file(&path).ok();
    }
    Ok(Held {
        place,
        program: program?,
    })
}
