//! The rules of rollouts: by example, one sentence each, and for every fleet that can be imagined.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on must end")]

mod absent;
mod gates;
mod halts;
mod house;
mod orders;
mod plans;
mod replays;
mod rings;
mod simulated;
mod truth;
