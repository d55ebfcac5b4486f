//! Presence: which targets can be reached. A target that is away is carried: it follows when it is back.

use crate::Refusal;
use crate::command::Position;
use crate::machine::Machine;
use crate::target::Status;

impl Machine<'_> {
    /// A target has a new link. What waited for it is taken up by `beginning`.
    pub(crate) fn back(&mut self, at: Position, epoch: u64) -> Result<(), Refusal> {
        if self.target(at)?.epoch >= epoch {
            return Ok(());
        }
        self.change(at, |target| {
            (target.epoch, target.is_away) = (epoch, false);
            if matches!(target.status, Status::Offline { .. }) && !target.is_touched() {
                target.status = Status::Pending;
            }
        });
        Ok(())
    }

    /// A link of a target ended. A command that runs there is answered by itself.
    pub(crate) fn away(&mut self, at: Position, epoch: u64) -> Result<(), Refusal> {
        if self.target(at)?.epoch > epoch {
            return Ok(());
        }
        self.change(at, |target| (target.epoch, target.is_away) = (epoch, true));
        Ok(())
    }
}
