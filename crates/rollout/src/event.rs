//! Events: everything that a rollout can hear.
//!
//! Each can be heard twice, late, and in another order than it happened:
//! - an answer names its command, and only the command that runs now is answered by it;
//! - presence carries the number of the link, and an older link says nothing about a newer one;
//! - what people order, and probes, name the *round* they were meant for. The round grows with each order that was followed
//!   and with each halt, so that a "resume" that comes twice does not resume the next halt.

use serde::{Deserialize, Serialize};

use crate::Millis;
use crate::command::{CommandId, Position};

/// What a rollout hears.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// A person orders something.
    Order(Order),
    /// A command came to its end.
    Ended {
        /// Which.
        command: CommandId,
        /// How.
        answer: Answer,
    },
    /// A target can be reached.
    Back {
        /// Which.
        target: Position,
        /// The number of its link; it grows with each.
        epoch: u64,
    },
    /// A target cannot be reached: this link of it ended.
    Away {
        /// Which.
        target: Position,
        /// The number of the link that ended.
        epoch: u64,
    },
    /// Somebody looked whether all is well with a ring.
    Probe {
        /// In which round.
        round: u32,
        /// At which ring.
        ring: usize,
        /// When they looked, by the clock that the caller hands in. It counts when that was after the bake time began.
        at: Millis,
        /// What they saw.
        verdict: Verdict,
    },
    /// Time went by.
    Tick,
}

/// How a command ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "answer", rename_all = "snake_case")]
pub enum Answer {
    /// It was done; of a verification: all is well.
    Done,
    /// What a check found.
    Found {
        /// This.
        found: Found,
    },
    /// It was not done, or not well; of a verification: all is not well.
    Failed {
        /// A stable code.
        code: String,
    },
    /// It was not begun, and would not be the next time.
    Refused {
        /// A stable code.
        code: String,
    },
    /// Nobody can know how it ended, and it runs no longer.
    Lost,
    /// A person stopped it on that target.
    Stopped,
    /// It was never taken up, and never will be.
    Away {
        /// The last link of the target until then.
        epoch: u64,
    },
}

/// What a check finds. A check that cannot tell has failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Found {
    /// The change is there, whole.
    Compliant,
    /// Nothing of it is there: the target is as before. A roll back is believed only when a check says this.
    Needed,
    /// Something in between, as an apply leaves it that was cut short.
    Between,
}

/// What a probe saw.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "verdict", rename_all = "snake_case")]
pub enum Verdict {
    /// All is well.
    Good,
    /// It is not: the rollout halts.
    Bad {
        /// In plain words.
        text: String,
    },
}

/// Who: the id of a person.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Person(pub String);

/// What a person orders.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// The round in which they looked at it.
    pub round: u32,
    /// Who.
    pub by: Person,
    /// What.
    pub what: What,
}

/// What can be ordered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "order", rename_all = "snake_case")]
pub enum What {
    /// Begin with the dry run.
    Start,
    /// A second person agrees.
    Approve,
    /// Go on without this proof.
    Except {
        /// Which.
        gate: Gate,
        /// Why.
        reason: String,
    },
    /// Begin nothing more.
    Halt {
        /// Why.
        reason: String,
    },
    /// Go on after a halt.
    Resume {
        /// How.
        how: Resume,
    },
    /// End it for good.
    Cancel {
        /// Why.
        reason: String,
    },
}

/// What must be proved before anything is applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Gate {
    /// The dry run passed on the sample.
    DryRun,
    /// A roll back was run and a check confirmed it.
    WayBack,
}

/// How to go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Resume {
    /// Take the failures as they are and go on with the others. What was rolled back without having failed is taken up again.
    GoOn,
    /// Only those that failed, each from the check on; then it halts again.
    OnlyFailed,
}
