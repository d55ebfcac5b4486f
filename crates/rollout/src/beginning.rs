//! Beginning: who is next, while there is room in flight.
//!
//! First whoever is in the middle of something, also after a halt; then what is to be rolled back; then new ones, the earlier rings
//! first.

use crate::command::{Position, Step};
use crate::event::Gate;
use crate::machine::Machine;
use crate::plan::WayBack;
use crate::state::{Course, Phase};
use crate::target::{Errand, Status, Target};
use crate::{gate, target};

/// What is done with whoever is next.
enum Next {
    /// It goes on where it was.
    GoOn(Step),
    /// It begins.
    Begin(Errand),
}

impl Machine<'_> {
    /// Fills the places in flight.
    pub(crate) fn fill(&mut self) {
        if matches!(
            self.state.head.phase,
            Phase::Draft | Phase::Done | Phase::Cancelled
        ) {
            return;
        }
        while self.state.progress().running < self.plan.in_flight_most {
            match self.next() {
                Some((at, Next::GoOn(step))) => self.give(at, step),
                Some((at, Next::Begin(errand))) => self.begin(at, errand),
                None => break,
            }
        }
    }

    /// Whose turn it is and who is away, is waited for from now on.
    pub(crate) fn await_the_absent(&mut self) {
        if self.state.head.course != Course::Going {
            return;
        }
        let is_absent =
            |(_, target): &(Position, &Target)| target.status == Status::Pending && target.is_away;
        let absent: Vec<Position> = self.all().filter(is_absent).map(|(at, _)| at).collect();
        let now = self.now;
        for at in absent {
            if self.is_opened(at) {
                self.change(at, |target| {
                    target.status = Status::Offline { step: Step::Check };
                    target.waits_since = target.waits_since.or(Some(now));
                });
            }
        }
    }

    fn next(&self) -> Option<(Position, Next)> {
        let unfinished = self
            .all()
            .find_map(|(at, target)| Some((at, Next::GoOn(unfinished(target)?))));
        let to_undo = || {
            let found = self.all().find(|(at, target)| self.is_to_undo(*at, target));
            found.map(|(at, _)| (at, Next::Begin(Errand::Back)))
        };
        let new = || {
            let (at, errand) = self.next_new()?;
            Some((at, Next::Begin(errand)))
        };
        unfinished.or_else(to_undo).or_else(new)
    }

    fn next_new(&self) -> Option<(Position, Errand)> {
        match (&self.state.head.course, self.state.head.phase) {
            (Course::Going, Phase::DryRun) => Some((self.next_of_sample()?, Errand::DryRun)),
            (Course::Going, Phase::Rehearsal) => Some((self.next_to_rehearse()?, Errand::Rehearse)),
            (Course::Going, Phase::Ring { .. }) => {
                let mut here = self.all().filter(|(_, target)| is_new(target));
                here.find(|(at, _)| self.is_opened(*at))
                    .map(|(at, _)| (at, Errand::Forward))
            }
            (Course::Retrying, _) => {
                let again = self.all().find(|(_, target)| target.is_again && !target.is_away);
                again.map(|(at, _)| (at, Errand::Forward))
            }
            _ => None,
        }
    }

    /// The first that can be reached, until the sample is full.
    fn next_of_sample(&self) -> Option<Position> {
        let is_taken =
            |target: &Target| target.dry_run == Some(target::DryRun::Passed) || target.status.is_running();
        let taken = self
            .state
            .targets
            .iter()
            .filter(|target| is_taken(target))
            .count();
        if taken >= self.sample() || gate::is_excepted(self.state, Gate::DryRun) {
            return None;
        }
        let mut here = self.all().filter(|(_, target)| is_new(target));
        here.find(|(_, target)| target.dry_run.is_none())
            .map(|(at, _)| at)
    }

    /// How many dry runs have to pass.
    pub(crate) fn sample(&self) -> usize {
        self.plan.sample.min(self.plan.targets) as usize
    }

    /// One of the canary at a time, when all that has to be there before is there.
    fn next_to_rehearse(&self) -> Option<Position> {
        if !self.may_rehearse() || self.is_rehearsing() {
            return None;
        }
        let is_here = |target: &Target| is_new(target) || target.is_again && !target.is_away;
        self.of_ring(0)
            .find(|(_, target)| is_here(target))
            .map(|(at, _)| at)
    }

    fn may_rehearse(&self) -> bool {
        self.plan.way_back == WayBack::Scripted
            && gate::missing(self.plan, self.state) == [gate::Missing::WayBack]
    }

    pub(crate) fn is_rehearsing(&self) -> bool {
        let is_one = |target: &Target| target.errand == Errand::Rehearse && !target.status.is_settled();
        self.state.targets.iter().any(is_one)
    }

    /// Whether the way back could be tried now, if only there were a target to try it on.
    pub(crate) fn has_nobody_to_rehearse(&self) -> bool {
        let is_left = |target: &Target| target.status == Status::Pending || target.is_again;
        self.may_rehearse() && !self.is_rehearsing() && !self.of_ring(0).any(|(_, target)| is_left(target))
    }

    /// Whether something is still to be done after a halt, apart from what waits for targets that are away.
    pub(crate) fn is_unfinished(&self) -> bool {
        self.all().any(|(at, target)| {
            target.status.is_running() || unfinished(target).is_some() || self.is_to_undo(at, target)
        })
    }
}

fn is_new(target: &Target) -> bool {
    target.status == Status::Pending && !target.is_away
}

/// What a target goes on with that is back and on which something of ours may be.
fn unfinished(target: &Target) -> Option<Step> {
    match target.status {
        Status::Offline { step } | Status::Unknown { step } if target.is_touched() && !target.is_away => {
            Some(step)
        }
        _ => None,
    }
}
