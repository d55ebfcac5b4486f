//! Presence: which targets can be reached. A target that is away is carried: it follows when it is back.
//!
//! One that went away in the middle of a change is *silent*: it may be restarting, or the change may have killed it.

use crate::command::Position;
use crate::machine::Machine;
use crate::plan::SILENT_MOST;
use crate::target::{Status, Target};
use crate::{Millis, Refusal};

impl Machine<'_> {
    /// A target has a new link. What waited for it is taken up by `beginning`.
    pub(crate) fn back(&mut self, at: Position, epoch: u64) -> Result<(), Refusal> {
        if self.target(at)?.epoch >= epoch {
            return Ok(());
        }
        self.change(at, |target| {
            (target.epoch, target.is_away) = (epoch, false);
            if target.status.is_running() {
                target.waits_since = None;
            }
            if matches!(target.status, Status::Offline { .. }) && !target.is_touched() {
                target.status = Status::Pending;
            }
        });
        Ok(())
    }

    /// A link of a target ended. A command that runs there is answered by itself.
    pub(crate) fn away(&mut self, at: Position, epoch: u64) -> Result<(), Refusal> {
        let target = self.target(at)?;
        // Heard before: since when it is silent was said then.
        if target.epoch > epoch || target.epoch == epoch && target.is_away {
            return Ok(());
        }
        let now = self.now;
        self.change(at, |target| {
            (target.epoch, target.is_away) = (epoch, true);
            if is_in_a_change(target) {
                target.waits_since = target.waits_since.or(Some(now));
            }
        });
        Ok(())
    }
}

fn is_in_a_change(target: &Target) -> bool {
    matches!(target.status, Status::Running { step, .. } if step.changes() || target.is_touched())
}

/// Since when a target is silent: it went away in the middle of a change, and nothing was heard of it.
pub(crate) fn silent_since(target: &Target) -> Option<Millis> {
    target
        .waits_since
        .filter(|_| target.is_away && !target.is_forgiven && is_in_a_change(target))
}

/// Whether a target has been silent for so long that it counts against the budgets.
pub(crate) fn is_silent(target: &Target, now: Millis) -> bool {
    silent_since(target).is_some_and(|since| now >= since.saturating_add(SILENT_MOST))
}
