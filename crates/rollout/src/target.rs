//! One target: how far it is, what of ours may be on it, and what went wrong.
//!
//! Two things are kept apart: the *status*, which is how far the rollout has come with it, and the *trace*, which is what the
//! rollout may have left on it. "Failed" says nothing about the second, and a roll back follows from the second alone.

use serde::{Deserialize, Serialize};

use crate::Millis;
use crate::command::Step;

/// What is known of one target.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Target {
    /// How far it is.
    pub status: Status,
    /// What may be on it.
    #[serde(skip_serializing_if = "is_default")]
    pub trace: Trace,
    /// What the commands are for that it gets now.
    #[serde(skip_serializing_if = "is_default")]
    pub errand: Errand,
    /// What its dry run said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dry_run: Option<DryRun>,
    /// What went wrong last. It is the final word once the target is settled, and forgotten when it succeeds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure: Option<Failure>,
    /// A person went on in spite of it: it counts against no budget.
    #[serde(skip_serializing_if = "is_default")]
    pub is_forgiven: bool,
    /// A person wants it tried again.
    #[serde(skip_serializing_if = "is_default")]
    pub is_again: bool,
    /// It cannot be reached.
    #[serde(skip_serializing_if = "is_default")]
    pub is_away: bool,
    /// The last link of it that was heard of.
    #[serde(skip_serializing_if = "is_default")]
    pub epoch: u64,
    /// Since when it is waited for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub waits_since: Option<Millis>,
    /// How many commands of each step it was ever given: where ids come from.
    #[serde(skip_serializing_if = "is_default")]
    pub attempts: PerStep,
    /// How many of them count as tries of what is under way.
    #[serde(skip_serializing_if = "is_default")]
    pub tries: PerStep,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// How far a target is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Status {
    /// Not begun.
    #[default]
    Pending,
    /// It is its turn, and it is away. When something of ours is on it, `step` is what is asked when it is back.
    Offline {
        /// What waits.
        step: Step,
    },
    /// In flight: this command runs, or is about to.
    Running {
        /// What.
        step: Step,
        /// The so-manieth time.
        attempt: u32,
    },
    /// It was lost in the middle of a change and is away: it must be asked what it is like before anything else.
    Unknown {
        /// What asks it.
        step: Step,
    },
    /// Nothing had to be done.
    Compliant,
    /// The change is there and verified.
    Succeeded,
    /// See [`Target::failure`]; [`Target::trace`] says whether something may be left on it.
    Failed,
    /// It is as before: a roll back ended and a check confirmed it, or a check found that nothing had arrived.
    RolledBack,
    /// It could not be brought back.
    RollBackFailed,
    /// It did not come back in time.
    Expired,
    /// The rollout ended before its turn.
    Cancelled,
}

impl Status {
    /// Whether the rollout has nothing more to do with it.
    #[must_use]
    pub const fn is_settled(self) -> bool {
        !matches!(
            self,
            Self::Pending | Self::Offline { .. } | Self::Running { .. } | Self::Unknown { .. }
        )
    }

    /// Whether it is waited for.
    #[must_use]
    pub const fn is_waiting(self) -> bool {
        matches!(self, Self::Offline { .. } | Self::Unknown { .. })
    }

    /// Whether it takes up one of the places in flight.
    #[must_use]
    pub const fn is_running(self) -> bool {
        matches!(self, Self::Running { .. })
    }

    /// The word in the database and on pages.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Offline { .. } => "offline",
            Self::Running { .. } => "running",
            Self::Unknown { .. } => "unknown",
            Self::Compliant => "compliant",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::RolledBack => "rolled_back",
            Self::RollBackFailed => "roll_back_failed",
            Self::Expired => "expired",
            Self::Cancelled => "cancelled",
        }
    }
}

/// What the rollout may have left on a target.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trace {
    /// Nothing.
    #[default]
    None,
    /// A change was lost in the middle: ask before anything else.
    Unsure,
    /// The change, or parts of it.
    Applied,
    /// A roll back ended well and is not yet confirmed by a check.
    Undone,
}

/// What commands are for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Errand {
    /// Check, apply, verify.
    #[default]
    Forward,
    /// The dry run.
    DryRun,
    /// Check, apply, verify, roll back, check: proves the way back on one target of the canary.
    Rehearse,
    /// Roll back, check.
    Back,
}

/// What a dry run said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DryRun {
    /// It would go well.
    Passed,
    /// It would not.
    Failed,
}

/// What went wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// At which step.
    pub step: Step,
    /// Why.
    pub why: Why,
}

/// Why a step failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum Why {
    /// It said so.
    Failed {
        /// A stable code.
        code: String,
    },
    /// It was not let begin.
    Refused {
        /// A stable code.
        code: String,
    },
    /// Nobody can know how it ended.
    Lost,
    /// A person stopped it on this target.
    Stopped,
    /// A check found the change half made.
    Between,
    /// A check found the change still there after the roll back.
    StillThere,
    /// The target did not come back in time.
    Expired,
}

/// A number for each step.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PerStep {
    #[serde(skip_serializing_if = "is_default")]
    dry_run: u32,
    #[serde(skip_serializing_if = "is_default")]
    check: u32,
    #[serde(skip_serializing_if = "is_default")]
    apply: u32,
    #[serde(skip_serializing_if = "is_default")]
    verify: u32,
    #[serde(skip_serializing_if = "is_default")]
    roll_back: u32,
}

impl PerStep {
    /// The number of a step.
    #[must_use]
    pub const fn of(&self, step: Step) -> u32 {
        match step {
            Step::DryRun => self.dry_run,
            Step::Check => self.check,
            Step::Apply => self.apply,
            Step::Verify => self.verify,
            Step::RollBack => self.roll_back,
        }
    }

    pub(crate) const fn of_mut(&mut self, step: Step) -> &mut u32 {
        match step {
            Step::DryRun => &mut self.dry_run,
            Step::Check => &mut self.check,
            Step::Apply => &mut self.apply,
            Step::Verify => &mut self.verify,
            Step::RollBack => &mut self.roll_back,
        }
    }
}

impl Target {
    /// Whether something of ours may be on it.
    #[must_use]
    pub fn is_touched(&self) -> bool {
        self.trace != Trace::None
    }

    /// Whether it counts against the budgets: it failed, or it is away in the middle of a change. An update that kills its
    /// devices is seen by nothing but their silence, so silence counts until they speak.
    #[must_use]
    pub fn is_harm(&self) -> bool {
        !self.is_forgiven && (self.has_failed() || self.status.is_waiting() && self.is_touched())
    }

    /// Whether it failed, whatever became of it then.
    #[must_use]
    pub fn has_failed(&self) -> bool {
        self.status.is_settled() && self.failure.is_some()
    }
}
