//! Leading a rollout to its end, as patient people would: they agree, except, resume, and give up at last.

use rollout::{Course, Event, Gate, Missing, Phase, Reason, Resume, What, missing};

use super::device::Luck;
use super::world::{World, why};

impl World {
    /// From now on all goes well, and every second device that is away comes back.
    pub fn lead_to_the_end(&mut self) {
        for turn in 0..600_u32 {
            if self.state.is_over() {
                return;
            }
            self.do_what_is_to_be_done();
            let before = self.state.clone();
            for at in 0..self.devices.len() {
                if at % 2 == 0 {
                    self.come_back(at);
                }
                self.run(at, Luck::Well);
                self.not_taken_up(at);
            }
            while !self.outbox.is_empty() {
                self.hear_one(0);
            }
            if self.state == before {
                self.decide_as_a_person(turn);
            }
        }
        panic!("it never ended: {:?} {:?}", self.state, self.plan);
    }

    /// Some rollouts are looked at from the middle on. 0: from the beginning; else the ring before.
    pub fn lead_into_ring(&mut self, number: usize) {
        let Some(wanted) = number.checked_sub(1) else {
            return;
        };
        for turn in 0..60 {
            if matches!(self.state.head().phase, Phase::Ring { ring } if ring >= wanted)
                || self.state.is_over()
            {
                return;
            }
            let before = self.state.clone();
            self.all_goes_well(0);
            if self.state == before {
                self.decide_as_a_person(turn);
            }
        }
    }

    fn decide_as_a_person(&mut self, turn: u32) {
        let missing = missing(&self.plan, &self.state);
        if missing.contains(&Missing::Approval) {
            return self.order("shen", What::Approve).unwrap();
        }
        // Whoever is to prove it may stay away for ever.
        let is_late = turn > 200;
        let excepted = match missing.first() {
            Some(Missing::DryRun) if is_late => Some(Gate::DryRun),
            Some(Missing::WayBack) if is_late || self.has_no_way_back() => Some(Gate::WayBack),
            _ => None,
        };
        if let Some(gate) = excepted {
            return self.order("bruno", What::Except { gate, reason: why() }).unwrap();
        }
        if self.state.is_at_rest() && turn > 400 {
            self.order("amy", What::Cancel { reason: why() }).unwrap();
        } else if self.state.is_at_rest() {
            let how = Resume::GoOn;
            self.order("amy", What::Resume { how }).unwrap();
        } else {
            self.probe(true);
            self.wait(15);
        }
    }

    fn has_no_way_back(&self) -> bool {
        let halted = match &self.state.head().course {
            Course::Halted(halt) => Some(&halt.reason),
            _ => None,
        };
        self.plan.way_back == rollout::plan::WayBack::Missing || halted == Some(&Reason::NothingToRehearse)
    }

    /// What comes after the end comes too late.
    pub fn nothing_moves_any_more(&mut self) {
        assert!(rollout::commands(&self.state).is_empty());
        assert_eq!(rollout::wake_at(&self.plan, &self.state, self.now), None);
        let (before, log) = (self.state.targets().to_vec(), std::mem::take(&mut self.log));
        let later = self.now + self.plan.offline_most;
        for event in log.iter().map(|(_, event)| event).chain([&Event::Tick]) {
            drop(rollout::step(&self.plan, &mut self.state, later, event));
        }
        assert_eq!(self.state.targets(), before);
    }
}
