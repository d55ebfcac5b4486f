//! The state of a rollout: a small head, and one entry for each target. Both are serde; a driver may keep the head in one row and each
//! target in its own, and write only those that [`crate::Stepped`] names.

use serde::{Deserialize, Serialize};

use crate::command::Position;
use crate::counts::Counts;
use crate::event::{Gate, Person};
use crate::plan::{Plan, Unfit};
use crate::target::Target;
use crate::{Millis, Refusal};

/// Where a rollout stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct State {
    pub(crate) head: Head,
    pub(crate) targets: Vec<Target>,
}

/// What is not about a single target.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// How far it is.
    pub phase: Phase,
    /// Whether it goes on.
    pub course: Course,
    /// Grows with each order that was followed and each halt.
    pub round: u32,
    /// Who began it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started: Option<Signature>,
    /// Who agreed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approved: Option<Signature>,
    /// Who took it upon themselves to go on without a proof.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exceptions: Vec<Exception>,
    /// When the dry run had passed on the sample.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dry_run_passed: Option<Millis>,
    /// On which target the way back was proved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub way_back_proved: Option<Proof>,
    /// Since when the ring bakes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bakes_since: Option<Millis>,
    /// A good probe was heard while it bakes.
    #[serde(default)]
    pub is_healthy: bool,
    /// The ring that a person let pass although nobody in it was reached.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waived: Option<usize>,
    /// By ring.
    pub counts: Vec<Counts>,
}

/// How far a rollout is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "phase", rename_all = "snake_case")]
pub enum Phase {
    /// Nothing has begun.
    Draft,
    /// The apply in its check mode, on a sample.
    DryRun,
    /// Waits for the second person; then the way back is tried on one target of the canary.
    Rehearsal,
    /// This ring, and whoever follows late of those before it. 0 is the canary, the last is all the rest.
    Ring {
        /// Which.
        ring: usize,
    },
    /// Over: every target is settled.
    Done,
    /// Over before its end: every target is settled.
    Cancelled,
}

/// Whether a rollout goes on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "course", rename_all = "snake_case")]
pub enum Course {
    /// It does.
    Going,
    /// Only with those that a person wants tried again.
    Retrying,
    /// It begins nothing; what runs is finished, what failed is rolled back.
    Halted(Halt),
    /// As halted, and for good.
    Cancelling(Halt),
}

/// A halt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Halt {
    /// When.
    pub at: Millis,
    /// Why.
    pub reason: Reason,
}

/// Why a rollout halted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "reason", rename_all = "snake_case")]
pub enum Reason {
    /// A person wanted it.
    Person {
        /// Who.
        by: Person,
        /// Why.
        text: String,
    },
    /// More targets of a ring failed than may.
    RingBudget {
        /// Which.
        ring: usize,
    },
    /// More targets failed than may, over all rings.
    Budget,
    /// A probe saw harm.
    Probe {
        /// What it said.
        text: String,
    },
    /// The dry run failed.
    DryRun {
        /// On which target.
        target: Position,
    },
    /// The way back could not be proved.
    Rehearsal {
        /// On which target.
        target: Position,
    },
    /// No target of the canary needs the change, so the way back cannot be tried.
    NothingToRehearse,
    /// Not one target of a ring is as the plan wants it: it taught nothing.
    NothingLearned {
        /// Which.
        ring: usize,
    },
    /// Those that failed were tried again.
    Retried,
}

/// Who did something, and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signature {
    /// Who.
    pub by: Person,
    /// When.
    pub at: Millis,
}

/// A proof that a person went without.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exception {
    /// Which.
    pub gate: Gate,
    /// Who took it upon themselves.
    pub by: Person,
    /// Why.
    pub reason: String,
    /// When.
    pub at: Millis,
}

/// Where and when something was proved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proof {
    /// On which target.
    pub target: Position,
    /// When.
    pub at: Millis,
}

impl State {
    /// The draft of a plan.
    ///
    /// # Errors
    /// When the plan cannot be followed.
    pub fn new(plan: &Plan) -> Result<Self, Unfit> {
        plan.check()?;
        let head = Head {
            phase: Phase::Draft,
            course: Course::Going,
            round: 0,
            started: None,
            approved: None,
            exceptions: Vec::new(),
            dry_run_passed: None,
            way_back_proved: None,
            bakes_since: None,
            is_healthy: false,
            waived: None,
            counts: Vec::new(),
        };
        let targets = vec![Target::default(); plan.targets as usize];
        let mut state = Self { head, targets };
        state.head.counts = state.recount(plan);
        Ok(state)
    }

    /// The state of parts that were kept apart.
    ///
    /// # Errors
    /// [`Refusal::OtherPlan`] when they do not fit the plan.
    pub fn of_parts(plan: &Plan, head: Head, targets: Vec<Target>) -> Result<Self, Refusal> {
        let state = Self { head, targets };
        if state.fits(plan) {
            Ok(state)
        } else {
            Err(Refusal::OtherPlan)
        }
    }

    pub(crate) fn fits(&self, plan: &Plan) -> bool {
        self.targets.len() == plan.targets as usize && self.head.counts.len() == plan.rings.len()
    }

    /// What is not about a single target.
    #[must_use]
    pub const fn head(&self) -> &Head {
        &self.head
    }

    /// The targets by position.
    #[must_use]
    pub fn targets(&self) -> &[Target] {
        &self.targets
    }

    /// One target.
    #[must_use]
    pub fn target(&self, target: Position) -> Option<&Target> {
        self.targets.get(target.index())
    }

    /// The counts over all rings.
    #[must_use]
    pub fn progress(&self) -> Counts {
        self.head
            .counts
            .iter()
            .fold(Counts::default(), |sum, ring| sum.plus(*ring))
    }

    /// The counts by ring, counted anew: for repair and for tests. Pages read [`Head::counts`].
    #[must_use]
    pub fn recount(&self, plan: &Plan) -> Vec<Counts> {
        let ends = plan.ends();
        let mut counts = vec![Counts::default(); ends.len()];
        for (at, target) in (0..).zip(&self.targets) {
            let ring = ends.iter().position(|end| at < *end);
            if let Some(counts) = ring.and_then(|ring| counts.get_mut(ring)) {
                counts.add(target);
            }
        }
        counts
    }

    /// Whether it is over: nothing will ever be done again.
    #[must_use]
    pub const fn is_over(&self) -> bool {
        matches!(self.head.phase, Phase::Done | Phase::Cancelled)
    }

    /// Whether it is halted and nothing runs any more, so that it may be resumed.
    #[must_use]
    pub fn is_at_rest(&self) -> bool {
        matches!(self.head.course, Course::Halted(_)) && self.progress().running == 0
    }
}
