//! The rules of the protocol: what holds for every input, what an attacker tries, and that old words are still understood.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on must end")]

mod enrolments;
mod floors;
mod frames;
mod golden;
mod grants;
mod inventories;
mod signatures;
mod verbs;
