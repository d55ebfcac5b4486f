//! Halting: nothing new is begun. What runs is finished, what failed is rolled back (see `beginning`).

use crate::command::Position;
use crate::event::Verdict;
use crate::machine::{Machine, News};
use crate::plan::{Undo, WayBack};
use crate::state::{Course, Halt, Phase, Reason};
use crate::target::{DryRun, Status, Target};
use crate::{Gate, Millis, gate, presence};

impl Machine<'_> {
    /// Halts what goes. What is halted already keeps its first reason.
    pub(crate) fn halt(&mut self, reason: Reason) {
        if !self.is_going() {
            return;
        }
        let again: Vec<Position> = self
            .all()
            .filter(|(_, target)| target.is_again)
            .map(|(at, _)| at)
            .collect();
        for at in again {
            self.change(at, |target| target.is_again = false);
        }
        let head = &mut self.state.head;
        head.round += 1;
        (head.bakes_since, head.is_healthy) = (None, false);
        head.course = Course::Halted(Halt {
            at: self.now,
            reason: reason.clone(),
        });
        self.stepped.news.push(News::Halted(reason));
    }

    /// Halts by itself at the first sign of harm.
    pub(crate) fn judge(&mut self) {
        if let Some(reason) = self.harm() {
            self.halt(reason);
        }
    }

    fn harm(&self) -> Option<Reason> {
        let head = &self.state.head;
        if head.phase == Phase::DryRun && !gate::is_excepted(self.state, Gate::DryRun) {
            let failed = self
                .all()
                .find(|(_, target)| target.dry_run == Some(DryRun::Failed));
            return failed.map(|(target, _)| Reason::DryRun { target });
        }
        if head.phase == Phase::Rehearsal {
            let failed = self
                .all()
                .find(|(_, target)| target.is_harm() && target.status.is_settled());
            if let Some((target, _)) = failed {
                return Some(Reason::Rehearsal { target });
            }
        }
        let silent = self.silent();
        for (ring, (counts, plan)) in head.counts.iter().zip(&self.plan.rings).enumerate() {
            let harm = counts.harm + silent.get(ring).copied().unwrap_or(0);
            if harm > plan.budget.of(counts.all()) {
                return Some(Reason::RingBudget { ring });
            }
        }
        let harm = self.state.progress().harm + silent.iter().sum::<u32>();
        (harm > self.plan.budget.of(self.plan.targets)).then_some(Reason::Budget)
    }

    /// How many of each ring are silent.
    fn silent(&self) -> Vec<u32> {
        let mut counts = vec![0; self.ends.len()];
        for (at, target) in self.all() {
            if presence::is_silent(target, self.now)
                && let Some(count) = counts.get_mut(self.ring_of(at))
            {
                *count += 1;
            }
        }
        counts
    }

    /// Somebody looked whether all is well. What was seen before this bake time, or in an earlier round, says nothing.
    pub(crate) fn probed(&mut self, round: u32, ring: usize, at: Millis, verdict: &Verdict) {
        let head = &mut self.state.head;
        if head.round != round || head.phase != (Phase::Ring { ring }) {
            return;
        }
        match verdict {
            Verdict::Good => {
                if at <= self.now && head.bakes_since.is_some_and(|since| at > since) {
                    head.is_healthy = true;
                }
            }
            Verdict::Bad { text } => self.halt(Reason::Probe { text: text.clone() }),
        }
    }

    /// Whether a target is to be rolled back, now that the rollout halted.
    pub(crate) fn is_to_undo(&self, at: Position, target: &Target) -> bool {
        let is_over = matches!(self.state.head.course, Course::Halted(_) | Course::Cancelling(_));
        if !is_over || self.plan.way_back == WayBack::Missing || !target.is_touched() {
            return false;
        }
        match target.status {
            Status::Failed => true,
            Status::Succeeded => self.plan.undo == Undo::Ring && self.ring_of(at) == self.present_ring(),
            _ => false,
        }
    }
}
