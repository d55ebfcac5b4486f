//! Commands: one step on one target, the so-manieth time. The three together are its id, and the id is the same whoever works it out.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A target, by its position in the snapshot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Position(pub u32);

impl Position {
    /// As an index.
    #[must_use]
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// What can be done to a target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// The apply in its check mode: says what it would do, and does nothing (Ansible's `--check`, Salt's `test=True`).
    DryRun,
    /// Is the change there? It only looks, and tells three things apart: [`crate::Found`].
    Check,
    /// Makes the change.
    Apply,
    /// Is the change there and does the target work with it? It only looks.
    Verify,
    /// Takes the change back.
    RollBack,
}

impl Step {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::DryRun,
        Self::Check,
        Self::Apply,
        Self::Verify,
        Self::RollBack,
    ];

    /// The word in ids and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::DryRun => "dry_run",
            Self::Check => "check",
            Self::Apply => "apply",
            Self::Verify => "verify",
            Self::RollBack => "roll_back",
        }
    }

    /// The step of a word.
    #[must_use]
    pub fn known(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.as_str() == word)
    }

    /// Whether it changes the target: when such a step is lost, nobody knows what the target is like.
    #[must_use]
    pub const fn changes(self) -> bool {
        matches!(self, Self::Apply | Self::RollBack)
    }
}

/// Which command. `7/apply/2` is the second apply on the eighth target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct CommandId {
    /// On which target.
    pub target: Position,
    /// What.
    pub step: Step,
    /// From 1. It grows over the whole rollout, also when a step is begun anew after a halt.
    pub attempt: u32,
}

impl fmt::Display for CommandId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}/{}/{}", self.target.0, self.step.as_str(), self.attempt)
    }
}

/// Something to be done now. Doing it twice under the same id must be doing it once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Command {
    /// Which.
    pub id: CommandId,
    /// What for.
    pub errand: crate::target::Errand,
}
