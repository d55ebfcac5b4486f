//! Advancing: draft, dry run, rehearsal, canary, ring after ring, done.

use crate::event::Gate;
use crate::machine::{Machine, News};
use crate::plan::Probing;
use crate::state::{Course, Phase, Reason};
use crate::target::DryRun;
use crate::{Millis, gate};

impl Machine<'_> {
    /// Does all that follows from the state and the time, until nothing follows any more.
    pub(crate) fn advance(&mut self) {
        loop {
            let before = (self.state.head.phase, self.state.head.round);
            // Before the rings are looked at: a ring may be finished because nobody else of it is here.
            self.await_the_absent();
            self.expire();
            self.judge();
            self.go_on();
            self.fill();
            self.finish();
            if before == (self.state.head.phase, self.state.head.round) {
                return;
            }
        }
    }

    fn go_on(&mut self) {
        if self.state.head.course != Course::Going {
            return;
        }
        match self.state.head.phase {
            Phase::DryRun => self.after_dry_run(),
            Phase::Rehearsal => self.after_rehearsal(),
            Phase::Ring { ring } => self.after_ring(ring),
            Phase::Draft | Phase::Done | Phase::Cancelled => {}
        }
    }

    fn after_dry_run(&mut self) {
        let passed = self
            .state
            .targets
            .iter()
            .filter(|target| target.dry_run == Some(DryRun::Passed))
            .count();
        let is_known = self.state.head.dry_run_passed.is_some();
        if passed >= self.sample() && !is_known {
            self.state.head.dry_run_passed = Some(self.now);
            self.stepped.news.push(News::DryRunPassed);
        } else if !is_known && !gate::is_excepted(self.state, Gate::DryRun) {
            return;
        }
        if self.state.progress().running == 0 {
            self.enter(Phase::Rehearsal);
        }
    }

    fn after_rehearsal(&mut self) {
        if self.has_nobody_to_rehearse() {
            self.halt(Reason::NothingToRehearse);
        } else if gate::missing(self.plan, self.state).is_empty() && self.state.progress().running == 0 {
            self.enter(Phase::Ring { ring: 0 });
        }
    }

    fn after_ring(&mut self, ring: usize) {
        if !self.is_complete(ring) {
            return;
        }
        let counts = self.state.head.counts.get(ring).copied().unwrap_or_default();
        if counts.all() > 0 && counts.good() == 0 && self.state.head.waived != Some(ring) {
            // Whoever is away may still come and teach something.
            if counts.waiting() == 0 {
                self.halt(Reason::NothingLearned { ring });
            }
            return;
        }
        if counts.all() > 0 && self.state.head.bakes_since.is_none() {
            self.state.head.bakes_since = Some(self.now);
            self.stepped.news.push(News::Bakes(ring));
        }
        if counts.all() > 0 && !self.is_baked(ring) {
            return;
        }
        if ring + 1 < self.plan.rings.len() {
            self.enter(Phase::Ring { ring: ring + 1 });
        } else if self.state.progress().unsettled() == 0 {
            self.enter(Phase::Done);
        }
    }

    /// Whether nothing of a ring is left to do, but for those that are away and may follow.
    fn is_complete(&self, ring: usize) -> bool {
        let (Some(counts), Some(plan)) = (self.state.head.counts.get(ring), self.plan.rings.get(ring)) else {
            return false;
        };
        counts.pending == 0 && counts.running == 0 && counts.waiting() <= plan.offline.floor_of(counts.all())
    }

    fn is_baked(&self, ring: usize) -> bool {
        let is_probed = self.state.head.is_healthy
            || self
                .plan
                .rings
                .get(ring)
                .is_some_and(|plan| plan.probe == Probing::Optional);
        is_probed && self.baked_at(ring).is_some_and(|at| at <= self.now)
    }

    fn baked_at(&self, ring: usize) -> Option<Millis> {
        let since = self.state.head.bakes_since?;
        Some(since.saturating_add(self.plan.rings.get(ring)?.bake))
    }

    /// The end of a retrying, and of a rollout that is being cancelled.
    fn finish(&mut self) {
        match self.state.head.course {
            Course::Retrying => {
                let is_left = self.all().any(|(_, target)| target.is_again && !target.is_away);
                if !is_left && !self.is_unfinished() {
                    self.halt(Reason::Retried);
                }
            }
            Course::Cancelling(_) => {
                let is_over = self.state.is_over();
                if !is_over && !self.is_unfinished() && self.state.progress().unsettled() == 0 {
                    self.enter(Phase::Cancelled);
                }
            }
            Course::Going | Course::Halted(_) => {}
        }
    }
}
