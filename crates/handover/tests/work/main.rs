//! Hand-over in the whole program: what a package carries, its clock, its reports, and what trackers are sent and tell.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on must end")]

mod clock;
mod giving;
mod hooks;
mod house;
mod looking;
mod moving;
mod reporting;
mod secretless;
mod sending;
mod turns;
