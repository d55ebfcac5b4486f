//! Patches: seen in inventories, decided by people and rules, and rolled out once they are approved.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on must end")]

mod deciding;
mod house;
mod planning;
mod ruling;
mod seen;
