//! Expiring: a target that does not come back in time is given up, with what is known of it.

use crate::Millis;
use crate::command::{Position, Step};
use crate::machine::Machine;
use crate::target::{Errand, Failure, Status, Target, Why};

impl Machine<'_> {
    pub(crate) fn expire(&mut self) {
        let (now, most) = (self.now, self.plan.offline_most);
        let overdue: Vec<Position> = self
            .all()
            .filter(|(_, target)| expires_at(target, most).is_some_and(|at| at <= now))
            .map(|(at, _)| at)
            .collect();
        for at in overdue {
            self.give_up(at);
        }
    }

    fn give_up(&mut self, at: Position) {
        let Ok(target) = self.target(at) else {
            return;
        };
        let (is_touched, errand) = (target.is_touched(), target.errand);
        let (Status::Offline { step } | Status::Unknown { step }) = target.status else {
            return;
        };
        if errand == Errand::Back || errand == Errand::Rehearse {
            return self.fail(at, step, Why::Expired);
        }
        if is_touched {
            let failure = Failure {
                step: if step == Step::Check { Step::Apply } else { step },
                why: Why::Expired,
            };
            self.change(at, |target| target.failure = Some(failure));
        }
        self.settle(at, Status::Expired);
    }
}

/// When a target that is away is given up.
pub(crate) fn expires_at(target: &Target, most: Millis) -> Option<Millis> {
    let is_waited_for = target.status.is_waiting() && target.is_away;
    target
        .waits_since
        .filter(|_| is_waited_for)
        .map(|since| since.saturating_add(most))
}
