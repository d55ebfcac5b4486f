//! The events about helping a device without the agent: part of the slice's public contract. Subjects are tickets but for programs.

/// Somebody may be helped by a code: `assist`.
pub const OFFERED: &str = "fleet.assist_offered";
/// The code was entered and the program fetched: `assist`.
pub const FETCHED: &str = "fleet.assist_fetched";
/// The program came forward as a guest: `assist`, `device`.
pub const CONNECTED: &str = "fleet.assist_connected";
/// It is over and the guest forgotten: `assist`, `device`, `reason`.
pub const ENDED: &str = "fleet.assist_ended";
/// A program to hand out was put: `platform`, `hash`, `size`.
pub const PROGRAM_PUT: &str = "fleet.assist_program_put";

/// All of them.
pub const ALL: &[&str] = &[OFFERED, FETCHED, CONNECTED, ENDED, PROGRAM_PUT];
