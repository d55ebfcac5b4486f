//! Hearing: what the answer to a command means, and what follows for that target.
//!
//! Three rules stand above all:
//! - a change that was lost is asked about, never made again blindly;
//! - between two applies there is a check that answered;
//! - a target counts as rolled back when a check says that nothing of the change is there, and not before.

use crate::command::{CommandId, Position, Step};
use crate::event::{Answer, Found, Gate};
use crate::machine::{Machine, News};
use crate::state::{Proof, Reason};
use crate::target::{DryRun, Errand, Failure, Status, Target, Trace, Why};
use crate::{Refusal, gate};

impl Machine<'_> {
    /// A command came to its end. One that is not the present one of its target was answered before: nothing happens.
    pub(crate) fn ended(&mut self, command: CommandId, answer: &Answer) -> Result<(), Refusal> {
        let (at, step) = (command.target, command.step);
        let given = self.target(at)?.attempts.of(step);
        if command.attempt == 0 || command.attempt > given {
            return Err(Refusal::UnknownCommand);
        }
        if !is_answer_to(step, answer) {
            return Err(Refusal::WrongAnswer);
        }
        if self.running(at) != Some(command) {
            return Ok(());
        }
        match answer {
            Answer::Done => self.went_well(at, step),
            Answer::Found { found } => self.found(at, *found),
            Answer::Away { epoch } => self.not_taken_up(at, step, *epoch),
            Answer::Lost => self.lost(at, step),
            Answer::Failed { code } => self.went_wrong(at, step, Why::Failed { code: code.clone() }),
            Answer::Refused { code } => self.fail(at, step, Why::Refused { code: code.clone() }),
            Answer::Stopped => {
                self.unsettle(at, step);
                self.fail(at, step, Why::Stopped);
            }
        }
        Ok(())
    }

    fn went_well(&mut self, at: Position, step: Step) {
        match step {
            Step::DryRun => {
                self.change(at, |target| target.dry_run = Some(DryRun::Passed));
                self.rest(at);
            }
            Step::Apply => {
                self.change(at, |target| target.trace = Trace::Applied);
                self.give(at, Step::Verify);
            }
            Step::RollBack => {
                self.change(at, |target| target.trace = Trace::Undone);
                self.give(at, Step::Check);
            }
            Step::Check | Step::Verify if self.errand(at) == Errand::Rehearse => {
                self.give(at, Step::RollBack)
            }
            Step::Check | Step::Verify => self.settle(at, Status::Succeeded),
        }
    }

    /// A check answered.
    fn found(&mut self, at: Position, found: Found) {
        let Ok(target) = self.target(at) else {
            return;
        };
        let (trace, errand, is_on_way_back) = (target.trace, target.errand, is_on_way_back(target));
        self.change(at, |target| {
            *target.tries.of_mut(Step::Check) = 0;
            if found == Found::Needed {
                target.trace = Trace::None;
            } else if trace != Trace::None {
                target.trace = Trace::Applied;
            }
        });
        match (errand, found) {
            (Errand::Back, Found::Needed) => self.settle(at, Status::RolledBack),
            (Errand::Rehearse, Found::Needed) if is_on_way_back => self.proved(at),
            (Errand::Back, _) => self.back_again(at, trace),
            (Errand::Rehearse, _) if is_on_way_back => self.back_again(at, trace),
            (_, Found::Compliant) if trace == Trace::None => self.settle(at, Status::Compliant),
            (_, Found::Compliant) => self.give(at, Step::Verify),
            (_, Found::Needed | Found::Between) => self.needs_apply(at, found),
        }
    }

    fn needs_apply(&mut self, at: Position, found: Found) {
        let is_touched = self.target(at).is_ok_and(Target::is_touched);
        if self.may_apply() && self.has_tries(at, Step::Apply) {
            self.give(at, Step::Apply);
        } else if self.may_apply() {
            // There were tries, so there was a failure, and it is the last word.
            let last = self.target(at).ok().and_then(|target| target.failure.clone());
            let why = last
                .filter(|last| last.step == Step::Apply)
                .map_or(Why::Between, |last| last.why);
            self.fail(at, Step::Apply, why);
        } else if is_touched && found == Found::Between {
            self.fail(at, Step::Apply, Why::Between);
        } else {
            self.rest(at);
        }
    }

    /// The change is still there, whole or in parts, and should not be.
    fn back_again(&mut self, at: Position, trace: Trace) {
        if self.has_tries(at, Step::RollBack) {
            self.give(at, Step::RollBack);
        } else {
            let why = if trace == Trace::Unsure {
                Why::Lost
            } else {
                Why::StillThere
            };
            self.fail(at, Step::RollBack, why);
        }
    }

    /// The way back was tried, and the target is as before: its turn is still to come.
    fn proved(&mut self, at: Position) {
        self.state.head.way_back_proved = Some(Proof {
            target: at,
            at: self.now,
        });
        self.stepped.news.push(News::WayBackProved(at));
        self.rest(at);
    }

    fn went_wrong(&mut self, at: Position, step: Step, why: Why) {
        if step != Step::Apply {
            return self.try_again(at, step, why);
        }
        // It may have done half of its work.
        self.change(at, |target| target.trace = Trace::Applied);
        if self.may_apply() && self.has_tries(at, step) {
            self.change(at, |target| target.failure = Some(Failure { step, why }));
            self.give(at, Step::Check);
        } else {
            self.fail(at, step, why);
        }
    }

    fn lost(&mut self, at: Position, step: Step) {
        if !step.changes() {
            return self.try_again(at, step, Why::Lost);
        }
        self.unsettle(at, step);
        if self.errand(at) != Errand::Back {
            self.change(at, |target| {
                target.failure = Some(Failure { step, why: Why::Lost })
            });
        }
        self.give(at, Step::Check);
    }

    /// Nobody knows what a target is like after a change that was cut short.
    fn unsettle(&mut self, at: Position, step: Step) {
        if step.changes() {
            self.change(at, |target| target.trace = Trace::Unsure);
        }
    }

    fn try_again(&mut self, at: Position, step: Step, why: Why) {
        let is_untouched = self.target(at).is_ok_and(|target| !target.is_touched());
        if is_untouched && !self.is_going() {
            self.rest(at);
        } else if self.has_tries(at, step) {
            self.give(at, step);
        } else {
            self.fail(at, step, why);
        }
    }

    /// It was never taken up. What is on the target is as it was, and no try was spent.
    fn not_taken_up(&mut self, at: Position, step: Step, epoch: u64) {
        let Ok(target) = self.target(at) else {
            return;
        };
        let (errand, is_touched, is_unsure) =
            (target.errand, target.is_touched(), target.trace == Trace::Unsure);
        // What an older link missed says nothing about the present one.
        let is_here = epoch < target.epoch && !target.is_away;
        // A check may be old by the time its target is back, so an apply begins with another.
        let step_then = if step == Step::Apply { Step::Check } else { step };
        self.change(at, |target| {
            let tries = target.tries.of_mut(step);
            *tries = tries.saturating_sub(1);
            target.is_away = !is_here;
            target.epoch = target.epoch.max(epoch);
        });
        if !is_touched && (!self.is_going() || errand != Errand::Forward) {
            return self.rest(at);
        }
        if is_here {
            return self.give(at, step_then);
        }
        let now = self.now;
        self.change(at, |target| {
            target.waits_since = target.waits_since.or(Some(now));
            target.status = if is_unsure {
                Status::Unknown { step: step_then }
            } else {
                Status::Offline { step: step_then }
            };
        });
    }

    /// The end of a target's tries.
    pub(crate) fn fail(&mut self, at: Position, step: Step, why: Why) {
        let Ok(target) = self.target(at) else {
            return;
        };
        let (errand, is_way_back) = (target.errand, is_on_way_back(target));
        if errand == Errand::DryRun {
            return self.fail_dry_run(at);
        }
        // A confirmation that cannot be had is a roll back that failed.
        let step = if is_way_back { Step::RollBack } else { step };
        let failure = Failure { step, why };
        self.change(at, |target| {
            // What led to the roll back says more than why that failed too; the status says the latter.
            if errand != Errand::Back || target.failure.is_none() {
                target.failure = Some(failure);
            }
        });
        let status = if is_way_back {
            Status::RollBackFailed
        } else {
            Status::Failed
        };
        self.settle(at, status);
        if errand == Errand::Rehearse {
            self.halt(Reason::Rehearsal { target: at });
        }
    }

    fn fail_dry_run(&mut self, at: Position) {
        let is_wanted = self.is_going() && !gate::is_excepted(self.state, Gate::DryRun);
        self.rest(at);
        if is_wanted {
            self.change(at, |target| target.dry_run = Some(DryRun::Failed));
            self.halt(Reason::DryRun { target: at });
        }
    }

    fn errand(&self, at: Position) -> Errand {
        self.target(at).map_or(Errand::Forward, |target| target.errand)
    }
}

/// Whether the change is to be gone from a target. A rehearsal is on its way back once it has tried to.
fn is_on_way_back(target: &Target) -> bool {
    let has_tried = target.tries.of(Step::RollBack) > 0;
    target.errand == Errand::Back || target.errand == Errand::Rehearse && has_tried
}

const fn is_answer_to(step: Step, answer: &Answer) -> bool {
    match answer {
        Answer::Done => !matches!(step, Step::Check),
        Answer::Found { .. } => matches!(step, Step::Check),
        _ => true,
    }
}
