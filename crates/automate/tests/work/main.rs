//! Rules at work in the whole program: fired once, within limits, logged; tried against the past; made by pages and by JSON.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on must end")]

mod firing;
mod house;
mod making;
mod secretless;
mod telling;
mod trying;
mod turns;
