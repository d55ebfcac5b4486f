//! The desk: requests and incidents, from the report to the requester's word that it is solved.
//!
//! Start at `ticket`: its types, rules, and one file for each thing that can be done with it. `service_level` keeps the
//! clocks, `assignment` chooses and explains, `verification` asks the requester, `view` counts. What happens is told in
//! `events`. README.md lists the operations with their rights.

pub mod article;
pub mod assignment;
pub mod escalation;
pub mod events;
pub mod jobs;
pub mod neighbours;
pub mod permissions;
pub mod search;
pub mod service_level;
pub mod ticket;
pub mod triage;
pub mod verification;
pub mod view;

#[cfg(test)]
pub(crate) mod fixture;
#[cfg(test)]
mod tests;

use kernel::db::Migration;

pub use permissions::ALL_PERMISSIONS as PERMISSIONS;

/// The tables.
pub const MIGRATIONS: &[Migration] =
    &[Migration { name: "0001_desk", sql: include_str!("../migrations/0001_desk.sql") }];
