//! The events about rollouts: part of the slice's public contract.
//!
//! All stand under `ticket:N` and are lines of its conversation by their `line`. Data names rollouts and people by id; the personal
//! part, in brackets, holds words.

/// Somebody planned one: `rollout`, `targets` [`title`].
pub const DRAFTED: &str = "fleet.rollout_drafted";
/// It began: `rollout`.
pub const STARTED: &str = "fleet.rollout_started";
/// A second person agreed: `rollout`.
pub const APPROVED: &str = "fleet.rollout_approved";
/// Somebody goes without a proof: `rollout`, `gate` [`reason`].
pub const EXCEPTED: &str = "fleet.rollout_excepted";
/// A phase began: `rollout`, `phase`, `ring`.
pub const PHASE: &str = "fleet.rollout_phase";
/// It halted: `rollout`, `reason`, `ring` [`text`].
pub const HALTED: &str = "fleet.rollout_halted";
/// It goes on: `rollout`, `how`.
pub const RESUMED: &str = "fleet.rollout_resumed";
/// It is being ended for good: `rollout` [`text`].
pub const CANCELLING: &str = "fleet.rollout_cancelling";
/// It is over: `rollout`, `phase` (`done`, `cancelled`), `good`, `bad`.
pub const OVER: &str = "fleet.rollout_over";

/// All of them.
pub const ALL: &[&str] = &[
    DRAFTED, STARTED, APPROVED, EXCEPTED, PHASE, HALTED, RESUMED, CANCELLING, OVER,
];
