//! The events about acts: part of the slice's public contract.
//!
//! What a person asks stands under `device:ID`, what came of it under `ticket:N`, where it is a line of the conversation by its
//! `line` (see the desk's conversation). Data names acts, devices, and people by id; the personal part, in brackets, holds
//! names and what the act was about.

/// Somebody asks something of a device: `act`, `device`, `ticket`, `verb`, `danger`, `held` when a second person must agree.
pub const ASKED: &str = "fleet.act_asked";
/// A second person agreed, so that acts of a batch may go: `acts`, `batch`.
pub const APPROVED: &str = "fleet.act_approved";
/// Somebody wants an act to end: `act`.
pub const CANCELLING: &str = "fleet.act_cancelling";
/// An act ended: `act`, `device`, `verb`, `state`, `line` or the `rollout` it was part of [`device`, `target`].
pub const DONE: &str = "fleet.act_done";
/// The grants of a ticket hold no longer: `grants`, `devices`, `line`.
pub const REVOKED: &str = "fleet.grants_revoked";
/// Nothing may be done on any device until further notice [`reason`].
pub const STOPPED: &str = "fleet.stopped";
/// The stop was lifted.
pub const RELEASED: &str = "fleet.released";
/// A script was written or changed: `script`, `number` [`name`].
pub const SCRIPT_SAVED: &str = "fleet.script_saved";
/// A second person looked at a version: `script`, `number`, `verdict`.
pub const SCRIPT_REVIEWED: &str = "fleet.script_reviewed";
/// A script may no longer be run, or may again: `script`, `retired`.
pub const SCRIPT_RETIRED: &str = "fleet.script_retired";

/// All of them.
pub const ALL: &[&str] = &[
    ASKED,
    APPROVED,
    CANCELLING,
    DONE,
    REVOKED,
    STOPPED,
    RELEASED,
    SCRIPT_SAVED,
    SCRIPT_REVIEWED,
    SCRIPT_RETIRED,
];
