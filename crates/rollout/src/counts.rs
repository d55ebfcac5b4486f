//! Counts: how many targets of a ring are how far. Kept up with each change, so that no page counts rows.

use serde::{Deserialize, Serialize};

use crate::target::{Status, Target};

/// How many are what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Counts {
    /// Not begun.
    pub pending: u32,
    /// Away when it was their turn.
    pub offline: u32,
    /// In flight.
    pub running: u32,
    /// Lost in the middle of a change, and away.
    pub unknown: u32,
    /// Nothing had to be done.
    pub compliant: u32,
    /// Done and verified.
    pub succeeded: u32,
    /// Failed.
    pub failed: u32,
    /// Brought back.
    pub rolled_back: u32,
    /// Not brought back.
    pub roll_back_failed: u32,
    /// Given up.
    pub expired: u32,
    /// Never begun.
    pub cancelled: u32,
    /// How many of all these count against the budget.
    pub harm: u32,
}

impl Counts {
    /// All targets.
    #[must_use]
    pub const fn all(&self) -> u32 {
        self.unsettled()
            + self.compliant
            + self.succeeded
            + self.failed
            + self.rolled_back
            + self.roll_back_failed
            + self.expired
            + self.cancelled
    }

    /// Those with which something is still to be done.
    #[must_use]
    pub const fn unsettled(&self) -> u32 {
        self.pending + self.running + self.waiting()
    }

    /// Those that are waited for.
    #[must_use]
    pub const fn waiting(&self) -> u32 {
        self.offline + self.unknown
    }

    /// Those that are as the plan wants them.
    #[must_use]
    pub const fn good(&self) -> u32 {
        self.compliant + self.succeeded
    }

    fn of_mut(&mut self, status: Status) -> &mut u32 {
        match status {
            Status::Pending => &mut self.pending,
            Status::Offline { .. } => &mut self.offline,
            Status::Running { .. } => &mut self.running,
            Status::Unknown { .. } => &mut self.unknown,
            Status::Compliant => &mut self.compliant,
            Status::Succeeded => &mut self.succeeded,
            Status::Failed => &mut self.failed,
            Status::RolledBack => &mut self.rolled_back,
            Status::RollBackFailed => &mut self.roll_back_failed,
            Status::Expired => &mut self.expired,
            Status::Cancelled => &mut self.cancelled,
        }
    }

    pub(crate) fn add(&mut self, target: &Target) {
        *self.of_mut(target.status) += 1;
        self.harm += u32::from(target.is_harm());
    }

    pub(crate) fn take(&mut self, target: &Target) {
        let count = self.of_mut(target.status);
        *count = count.saturating_sub(1);
        self.harm = self.harm.saturating_sub(u32::from(target.is_harm()));
    }

    /// Both together.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self {
            pending: self.pending + other.pending,
            offline: self.offline + other.offline,
            running: self.running + other.running,
            unknown: self.unknown + other.unknown,
            compliant: self.compliant + other.compliant,
            succeeded: self.succeeded + other.succeeded,
            failed: self.failed + other.failed,
            rolled_back: self.rolled_back + other.rolled_back,
            roll_back_failed: self.roll_back_failed + other.roll_back_failed,
            expired: self.expired + other.expired,
            cancelled: self.cancelled + other.cancelled,
            harm: self.harm + other.harm,
        }
    }
}
