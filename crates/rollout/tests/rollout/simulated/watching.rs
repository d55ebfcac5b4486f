//! The rules, watched from outside at every step: by what really was done to devices, not by what the machine thinks.

use std::collections::BTreeSet;

use rollout::plan::ALONE_MOST;
use rollout::target::Errand;
use rollout::{
    Command, Course, Event, Gate, News, Order, Phase, Position, Resume, State, Status, Step, Stepped, Target,
    Trace, What, commands,
};

use super::device::Real;
use super::world::World;

/// What people did, and what was seen.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    exceptions: BTreeSet<Gate>,
    is_approved: bool,
    dry_runs: BTreeSet<Position>,
    /// Those that may be touched while only the failed are tried again: from the order to the next halt or order.
    retried: Option<BTreeSet<Position>>,
}

impl World {
    pub fn watch(&mut self, before: &State, event: &Event, stepped: &Stepped) {
        self.note(before, event);
        let old: BTreeSet<Command> = commands(before).into_iter().collect();
        let new: Vec<Command> = commands(&self.state)
            .into_iter()
            .filter(|command| !old.contains(command))
            .collect();
        for command in &new {
            assert!(
                !self.rows.contains_key(&command.id),
                "given twice: {}",
                command.id
            );
            self.passes_the_gate(*command);
            self.begins_nothing_after_a_halt(before, *command);
            if let Some(retried) = &self.ledger.retried {
                assert!(retried.contains(&command.id.target), "touched: {}", command.id);
            }
        }
        self.nothing_more_follows();
        self.flight_is_limited();
        self.budgets_hold();
        self.counts_are_a_recount();
        self.changes_are_named(before, stepped);
        self.statuses_are_true();
        if matches!(
            self.state.head().course,
            Course::Halted(_) | Course::Cancelling(_)
        ) {
            self.ledger.retried = None;
        }
        self.halts += u32::from(stepped.news.iter().any(|news| matches!(news, News::Halted(_))));
        if self.state.head().phase == Phase::Done {
            assert_eq!(
                self.state.progress().unsettled(),
                0,
                "done, and something is left"
            );
        }
    }

    fn note(&mut self, before: &State, event: &Event) {
        match event {
            Event::Order(Order { what, .. }) => match what {
                What::Approve => self.ledger.is_approved = true,
                What::Except { gate, .. } => {
                    self.ledger.exceptions.insert(*gate);
                    self.ledger.is_approved = false;
                }
                What::Resume {
                    how: Resume::OnlyFailed,
                } if matches!(before.head().phase, Phase::Ring { .. }) => {
                    let may = |target: &Target| {
                        target.has_failed() || target.status.is_waiting() && target.is_touched()
                    };
                    self.ledger.retried = Some(positions(before, may));
                }
                _ => {}
            },
            Event::Ended { command, answer }
                if command.step == Step::DryRun && *answer == rollout::Answer::Done =>
            {
                self.ledger.dry_runs.insert(command.target);
            }
            _ => {}
        }
    }

    fn passes_the_gate(&self, command: Command) {
        if command.id.step != Step::Apply {
            return;
        }
        let is_excepted = |gate| self.ledger.exceptions.contains(&gate);
        let sample = self.plan.sample.min(self.plan.targets) as usize;
        assert!(
            self.ledger.dry_runs.len() >= sample || is_excepted(Gate::DryRun),
            "applied without a dry run"
        );
        if command.errand == Errand::Rehearse {
            let is_one = |one: &Command| one.errand == Errand::Rehearse;
            let rehearsing = commands(&self.state).into_iter().filter(is_one).count();
            assert!(rehearsing == 1 && self.plan.ring_of(command.id.target) == Ok(0));
        } else {
            let is_proved = self.devices.iter().any(|device| device.proves_way_back);
            assert!(
                is_proved || is_excepted(Gate::WayBack),
                "applied without a way back"
            );
        }
        let is_agreed = self.plan.targets <= ALONE_MOST || self.ledger.is_approved;
        assert!(is_agreed, "applied without a second person");
    }

    fn begins_nothing_after_a_halt(&self, before: &State, command: Command) {
        let is_halted =
            |state: &State| matches!(state.head().course, Course::Halted(_) | Course::Cancelling(_));
        if !is_halted(before) || !is_halted(&self.state) {
            return;
        }
        let target = self.state.target(command.id.target).unwrap();
        assert!(target.is_touched(), "begun after a halt: {}", command.id);
        assert!(
            command.id.step != Step::Apply,
            "applied after a halt: {}",
            command.id
        );
    }

    /// All that follows from an event at a time is done when it was heard.
    fn nothing_more_follows(&mut self) {
        let before = self.state.clone();
        let stepped = rollout::step(&self.plan, &mut self.state, self.now, &Event::Tick).unwrap();
        assert_eq!(
            stepped,
            Stepped::default(),
            "something was left for the next tick"
        );
        assert_eq!(self.state, before);
    }

    fn flight_is_limited(&self) {
        let running = commands(&self.state).len();
        assert!(
            running <= self.plan.in_flight_most as usize,
            "{running} are in flight"
        );
    }

    /// The harm is never more than the budget and what was in flight when it was spent. What failed only in being rolled back
    /// was no failure of the change.
    fn budgets_hold(&self) {
        let is_harm = |target: &Target| {
            let is_of_undoing = target
                .failure
                .as_ref()
                .is_some_and(|failure| failure.step == Step::RollBack);
            let has_failed = target.status.is_settled() && target.failure.is_some();
            let is_silent = target.status.is_waiting() && target.trace != Trace::None;
            let is_own = !is_of_undoing && target.errand != Errand::Back;
            is_own && !target.is_forgiven && (has_failed || is_silent)
        };
        let harmed = positions(&self.state, is_harm);
        let ends = self.plan.ends();
        let mut begin = 0;
        for (ring, end) in self.plan.rings.iter().zip(ends) {
            let of_ring = harmed.range(Position(begin)..Position(end)).count();
            let most = ring.budget.of(end - begin) + self.plan.in_flight_most;
            assert!(
                of_ring <= most as usize,
                "{of_ring} failed in a ring, and {most} may"
            );
            begin = end;
        }
        let most = self.plan.budget.of(self.plan.targets) + self.plan.in_flight_most;
        assert!(
            harmed.len() <= most as usize,
            "{} failed, and {most} may",
            harmed.len()
        );
    }

    fn counts_are_a_recount(&self) {
        assert_eq!(self.state.head().counts, self.state.recount(&self.plan));
        assert_eq!(self.state.progress().all(), self.plan.targets);
    }

    /// A driver that writes only what is named loses nothing.
    fn changes_are_named(&self, before: &State, stepped: &Stepped) {
        for (at, (old, new)) in before.targets().iter().zip(self.state.targets()).enumerate() {
            let is_named = stepped.changed.contains(&super::world::position(at));
            assert!(old == new || is_named, "changed in secret: {at}");
        }
    }

    /// What is said of a target is so.
    fn statuses_are_true(&self) {
        for (at, (target, device)) in self.state.targets().iter().zip(&self.devices).enumerate() {
            let is_true = match target.status {
                Status::Running { .. } => true,
                Status::Succeeded => device.real == Real::Whole && !device.is_ailing && target.is_touched(),
                Status::Compliant => device.real == Real::Whole && !device.is_marked,
                Status::RolledBack => device.real == Real::Clean && !target.is_touched(),
                Status::RollBackFailed => target.is_touched() && target.failure.is_some(),
                Status::Unknown { .. } => target.trace == Trace::Unsure,
                Status::Failed => target.failure.is_some(),
                Status::Pending | Status::Cancelled => !target.is_touched(),
                Status::Offline { .. } | Status::Expired => true,
            };
            assert!(is_true, "{at} is said to be {target:?} and is {device:?}");
            let is_clean = target.is_touched() || target.status.is_running() || !device.is_marked;
            assert!(is_clean, "{at} is said to be untouched and is {device:?}");
        }
    }
}

fn positions(state: &State, are: impl Fn(&Target) -> bool) -> BTreeSet<Position> {
    let all = state.targets().iter().enumerate();
    all.filter(|(_, target)| are(target))
        .map(|(at, _)| super::world::position(at))
        .collect()
}
