//! Roll back: to the program that the apply of this very rollout found, and to no other.

use super::applying::begin;
use super::{Wish, Work, ended, summary};
use crate::updating::notes::End;
use crate::updating::program;
use crate::verbs::failure::{Answer, Failure};

/// Does it, or says why there is nothing to take back.
pub async fn roll_back(work: &Work<'_>, wish: &Wish) -> Answer {
    let mut notes = work.notes()?;
    let Some(applied) = notes.of(&wish.rollout).cloned() else {
        // What was before is noted before the first change, so there was none.
        return ended(0, summary(work, "roll_back", wish, &notes));
    };
    if let Some(trial) = notes.trial.clone() {
        if trial.rollout != wish.rollout {
            let text = format!(
                "{} of rollout {} is on trial",
                trial.to.program.version, trial.rollout
            );
            return Err(Failure::new("update_busy", text));
        }
        if trial.to == applied.to {
            // Its trial ends here, and what was before counts still.
            notes.give_up("taken_back", "it was taken back while it was on trial");
            begin(work, &notes)?;
        }
        return ended(0, summary(work, "roll_back", wish, &notes));
    }
    if matches!(applied.end, Some(End::Returned { .. } | End::RolledBack)) {
        return ended(0, summary(work, "roll_back", wish, &notes));
    }
    let current = work.current(&notes)?;
    if current != applied.to {
        let text = format!(
            "{} runs here, which rollout {} did not bring: it brought {}",
            current.program.version, wish.rollout, applied.to.program.version
        );
        return Err(Failure::new("not_current", text));
    }
    if let Err(why) = program::find(&work.slots, &applied.from, &work.installed) {
        return Err(Failure::new(
            "no_way_back",
            format!("there is no way back: {why}"),
        ));
    }
    notes.begin_back(&wish.rollout, applied.from.clone());
    begin(work, &notes)?;
    work.teller
        .note(format!(
            "the agent restarts with {}\n",
            applied.from.program.version
        ))
        .await;
    ended(0, summary(work, "roll_back", wish, &notes))
}
