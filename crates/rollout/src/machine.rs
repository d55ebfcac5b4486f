//! The one door: [`step`] takes an event, and then does all that follows from it and from the time.

use std::collections::BTreeSet;

use crate::command::{CommandId, Position, Step};
use crate::event::{Event, Resume};
use crate::gate::{self, Missing};
use crate::plan::Plan;
use crate::state::{Course, Phase, Reason, State};
use crate::target::{Errand, PerStep, Status, Target, Trace};
use crate::{Millis, Refusal};

/// What came of an event.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stepped {
    /// The targets that are not as they were.
    pub changed: BTreeSet<Position>,
    /// What is worth an entry in a log, in its order.
    pub news: Vec<News>,
}

/// Something that is worth an entry in a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum News {
    /// A phase began.
    Began(Phase),
    /// The dry run passed on the sample.
    DryRunPassed,
    /// The way back was proved on this target.
    WayBackProved(Position),
    /// A ring is finished and bakes.
    Bakes(usize),
    /// It halted.
    Halted(Reason),
    /// It goes on.
    Resumed(Resume),
    /// It is being ended for good.
    Cancelling(Reason),
    /// The rollout has nothing more to do with this target, as things stand.
    Settled(Position),
}

/// Takes an event at a time. What is to be done afterwards is in [`crate::commands`].
///
/// # Errors
/// Says why an event is not taken; the state is as it was then.
pub fn step(plan: &Plan, state: &mut State, now: Millis, event: &Event) -> Result<Stepped, Refusal> {
    if !state.fits(plan) {
        return Err(Refusal::OtherPlan);
    }
    let mut machine = Machine {
        ends: plan.ends(),
        plan,
        state,
        now,
        stepped: Stepped::default(),
    };
    match event {
        Event::Order(order) => machine.order(order)?,
        Event::Ended { command, answer } => machine.ended(*command, answer)?,
        Event::Back { target, epoch } => machine.back(*target, *epoch)?,
        Event::Away { target, epoch } => machine.away(*target, *epoch)?,
        Event::Probe {
            round,
            ring,
            at,
            verdict,
        } => machine.probed(*round, *ring, *at, verdict),
        Event::Tick => {}
    }
    machine.advance();
    Ok(machine.stepped)
}

/// A plan and a state, at a time, while an event is taken.
pub(crate) struct Machine<'a> {
    pub plan: &'a Plan,
    pub state: &'a mut State,
    pub now: Millis,
    /// Where the rings end.
    pub ends: Vec<u32>,
    pub stepped: Stepped,
}

impl Machine<'_> {
    /// Changes a target, and the counts with it. Nothing else writes a target.
    pub fn change(&mut self, at: Position, with: impl FnOnce(&mut Target)) {
        let ring = self.ring_of(at);
        let counts = self.state.head.counts.get_mut(ring);
        if let (Some(target), Some(counts)) = (self.state.targets.get_mut(at.index()), counts) {
            let before = target.clone();
            with(target);
            if *target == before {
                return;
            }
            counts.take(&before);
            counts.add(target);
            if target.status.is_settled() && target.status != before.status {
                self.stepped.news.push(News::Settled(at));
            }
            self.stepped.changed.insert(at);
        }
    }

    pub fn ring_of(&self, at: Position) -> usize {
        self.ends
            .iter()
            .position(|end| at.0 < *end)
            .unwrap_or(self.ends.len())
    }

    pub fn target(&self, at: Position) -> Result<&Target, Refusal> {
        self.state.targets.get(at.index()).ok_or(Refusal::UnknownTarget)
    }

    /// All targets with their positions.
    pub fn all(&self) -> impl Iterator<Item = (Position, &Target)> {
        (0..).map(Position).zip(&self.state.targets)
    }

    /// The targets of a ring with their positions.
    pub fn of_ring(&self, ring: usize) -> impl Iterator<Item = (Position, &Target)> {
        self.all().filter(move |(at, _)| self.ring_of(*at) == ring)
    }

    /// The ring that is under way; before the first, the canary.
    pub fn present_ring(&self) -> usize {
        match self.state.head.phase {
            Phase::Ring { ring } => ring,
            _ => 0,
        }
    }

    /// Whether it was this target's turn already.
    pub fn is_opened(&self, at: Position) -> bool {
        matches!(self.state.head.phase, Phase::Ring { ring } if self.ring_of(at) <= ring)
    }

    /// Whether something new may be begun.
    pub const fn is_going(&self) -> bool {
        matches!(self.state.head.course, Course::Going | Course::Retrying)
    }

    pub const fn is_cancelling(&self) -> bool {
        matches!(self.state.head.course, Course::Cancelling(_))
    }

    /// Whether a change may be made now: nobody halted, and the gate has been passed; for the rehearsal, but for the way back.
    pub fn may_apply(&self) -> bool {
        let is_through = match self.state.head.phase {
            Phase::Ring { .. } => true,
            Phase::Rehearsal => gate::missing(self.plan, self.state)
                .iter()
                .all(|missing| *missing == Missing::WayBack),
            Phase::Draft | Phase::DryRun | Phase::Done | Phase::Cancelled => false,
        };
        is_through && self.is_going()
    }

    /// Gives a target its next command. It takes up its place in flight, or keeps it.
    pub fn give(&mut self, at: Position, step: Step) {
        self.change(at, |target| {
            let attempt = target.attempts.of_mut(step);
            *attempt += 1;
            target.status = Status::Running {
                step,
                attempt: *attempt,
            };
            *target.tries.of_mut(step) += 1;
        });
    }

    /// Begins with a target: its first command of an errand.
    pub fn begin(&mut self, at: Position, errand: Errand) {
        let Ok(target) = self.target(at) else {
            return;
        };
        let step = match (errand, target.trace) {
            (Errand::DryRun, _) => Step::DryRun,
            // Unsure: ask before anything else. Undone: only the confirmation is missing.
            (Errand::Back, Trace::Applied | Trace::None) => Step::RollBack,
            (Errand::Back | Errand::Forward | Errand::Rehearse, _) => Step::Check,
        };
        self.change(at, |target| {
            target.tries = PerStep::default();
            target.errand = errand;
            if errand != Errand::Back {
                target.failure = None;
                (target.is_forgiven, target.is_again) = (false, false);
            }
        });
        self.give(at, step);
    }

    /// Whether this step may be tried once more.
    pub fn has_tries(&self, at: Position, step: Step) -> bool {
        let tried = self.target(at).map_or(u32::MAX, |target| target.tries.of(step));
        tried < u32::from(self.plan.tries.of(step))
    }

    /// The command that runs on a target.
    pub fn running(&self, at: Position) -> Option<CommandId> {
        match self.target(at).ok()?.status {
            Status::Running { step, attempt } => Some(CommandId {
                target: at,
                step,
                attempt,
            }),
            _ => None,
        }
    }

    pub fn settle(&mut self, at: Position, status: Status) {
        self.change(at, |target| {
            target.status = status;
            (target.errand, target.tries, target.waits_since) = (Errand::Forward, PerStep::default(), None);
            if matches!(status, Status::Succeeded | Status::Compliant) {
                (target.failure, target.is_forgiven) = (None, false);
            }
        });
    }

    /// Puts a target back that nothing of ours is on: it waits for its turn, or its turn never comes.
    pub fn rest(&mut self, at: Position) {
        let status = if self.is_cancelling() {
            Status::Cancelled
        } else {
            Status::Pending
        };
        self.settle(at, status);
        self.change(at, |target| (target.failure, target.is_forgiven) = (None, false));
    }

    pub fn enter(&mut self, phase: Phase) {
        let head = &mut self.state.head;
        (head.phase, head.bakes_since, head.is_healthy) = (phase, None, false);
        self.stepped.news.push(News::Began(phase));
    }
}
