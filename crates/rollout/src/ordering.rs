//! Ordering: what people want. Each order names the round it was meant for, so that none is followed twice.

use crate::command::Position;
use crate::event::{Gate, Order, Person, Resume, What};
use crate::machine::{Machine, News};
use crate::state::{Course, Exception, Halt, Phase, Reason, Signature};
use crate::target::{DryRun, Status, Target};
use crate::{Refusal, gate};

impl Machine<'_> {
    pub(crate) fn order(&mut self, order: &Order) -> Result<(), Refusal> {
        if order.round != self.state.head.round {
            return Err(Refusal::Stale);
        }
        let by = &order.by;
        if by.0.trim().is_empty() {
            return Err(Refusal::Nobody);
        }
        match &order.what {
            What::Start => self.start(by)?,
            What::Approve => self.approve(by)?,
            What::Except { gate, reason } => self.except(*gate, by, reason)?,
            What::Resume { how } => self.resume(*how)?,
            What::Cancel { reason } => self.cancel(by, reason)?,
            // It counts the round itself, as all halts do.
            What::Halt { reason } => return self.halt_for(by, reason),
        }
        self.state.head.round += 1;
        Ok(())
    }

    fn start(&mut self, by: &Person) -> Result<(), Refusal> {
        if self.state.head.phase != Phase::Draft {
            return Err(Refusal::Begun);
        }
        self.state.head.started = Some(self.signed(by));
        self.enter(Phase::DryRun);
        Ok(())
    }

    /// The second person is neither who began it nor who made an exception.
    fn approve(&mut self, by: &Person) -> Result<(), Refusal> {
        if self.state.head.started.is_none() || self.state.is_over() {
            return Err(Refusal::NotUnderWay);
        }
        if !gate::needs_second_person(self.plan) || self.state.head.approved.is_some() {
            return Err(Refusal::NothingToApprove);
        }
        if gate::has_a_hand_in_it(self.state, by) {
            return Err(Refusal::SamePerson);
        }
        self.state.head.approved = Some(self.signed(by));
        Ok(())
    }

    /// A second person who agreed before did not agree to this, and is asked again.
    fn except(&mut self, gate: Gate, by: &Person, reason: &str) -> Result<(), Refusal> {
        let is_early = matches!(
            self.state.head.phase,
            Phase::Draft | Phase::DryRun | Phase::Rehearsal
        );
        if !is_early || self.is_cancelling() || gate::is_excepted(self.state, gate) {
            return Err(Refusal::NothingToExcept);
        }
        self.state.head.exceptions.push(Exception {
            gate,
            by: by.clone(),
            reason: given(reason)?,
            at: self.now,
        });
        self.state.head.approved = None;
        Ok(())
    }

    fn halt_for(&mut self, by: &Person, reason: &str) -> Result<(), Refusal> {
        let text = given(reason)?;
        if !self.is_going() || self.state.head.phase == Phase::Draft || self.state.is_over() {
            return Err(Refusal::NotUnderWay);
        }
        self.halt(Reason::Person { by: by.clone(), text });
        Ok(())
    }

    fn resume(&mut self, how: Resume) -> Result<(), Refusal> {
        let Course::Halted(halt) = &self.state.head.course else {
            return Err(Refusal::NotHalted);
        };
        let waived = match halt.reason {
            Reason::NothingLearned { ring } => Some(ring),
            _ => None,
        };
        if self.state.progress().running > 0 {
            return Err(Refusal::StillRunning);
        }
        let is_in_rings = matches!(self.state.head.phase, Phase::Ring { .. });
        let failed = self.those(Target::has_failed);
        if how == Resume::OnlyFailed {
            if is_in_rings && failed.is_empty() {
                return Err(Refusal::NothingFailed);
            }
            for at in &failed {
                self.change(*at, |target| target.is_again = true);
            }
        } else {
            self.state.head.waived = waived.or(self.state.head.waived);
            self.take_up_the_harmless();
        }
        for at in self.those(Target::is_harm) {
            self.change(at, |target| target.is_forgiven = true);
        }
        for at in self.those(|target| target.dry_run == Some(DryRun::Failed)) {
            self.change(at, |target| target.dry_run = None);
        }
        // Before the rings, those that failed are what there is to go on with.
        self.state.head.course = if how == Resume::OnlyFailed && is_in_rings {
            Course::Retrying
        } else {
            Course::Going
        };
        self.stepped.news.push(News::Resumed(how));
        Ok(())
    }

    /// What was rolled back with its ring, without having failed, has its turn again.
    fn take_up_the_harmless(&mut self) {
        let harmless = self.those(|target| target.status == Status::RolledBack && target.failure.is_none());
        for at in harmless {
            self.rest(at);
        }
    }

    fn cancel(&mut self, by: &Person, reason: &str) -> Result<(), Refusal> {
        let text = given(reason)?;
        if self.state.is_over() || self.is_cancelling() {
            return Err(Refusal::NotUnderWay);
        }
        let reason = Reason::Person { by: by.clone(), text };
        let head = &mut self.state.head;
        (head.bakes_since, head.is_healthy) = (None, false);
        head.course = Course::Cancelling(Halt {
            at: self.now,
            reason: reason.clone(),
        });
        self.stepped.news.push(News::Cancelling(reason));
        let is_unbegun = |target: &Target| {
            !target.is_touched() && (target.status == Status::Pending || target.status.is_waiting())
        };
        for at in self.those(is_unbegun) {
            self.rest(at);
        }
        Ok(())
    }

    fn those(&self, are: impl Fn(&Target) -> bool) -> Vec<Position> {
        self.all()
            .filter(|(_, target)| are(target))
            .map(|(at, _)| at)
            .collect()
    }

    fn signed(&self, by: &Person) -> Signature {
        Signature {
            by: by.clone(),
            at: self.now,
        }
    }
}

fn given(reason: &str) -> Result<String, Refusal> {
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(Refusal::NoReason);
    }
    Ok(reason.to_owned())
}
