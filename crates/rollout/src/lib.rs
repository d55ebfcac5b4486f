//! Rollouts: the same change on many devices, a few first, and stopping by itself at the first sign of harm.
//!
//! One state machine for scripts, patches, and agent updates. Everything here is pure: no clock, no network, no files, no database.
//! [`step`] takes a plan, a state, the time, and one event, and changes the state; [`commands`] says what is to be done now. What is
//! to be done is never handed out and forgotten, it is read off the state: whoever dies between deciding and doing reads it again
//! and finds the same commands with the same ids. An event that is heard twice changes nothing.
//!
//! Start at [`plan`], which has the words of the field and where they come from; then `advancing` (the order of things), `hearing`
//! (what a device's answer means), `beginning` (who is next).
//!
//! What it deliberately does not do: it knows no devices (targets are positions in a snapshot), no rights, and no texts, and it
//! never waits. A command that nobody answers stays in flight; that each gets an answer, be it "lost", is its driver's promise.

mod advancing;
mod asking;
mod beginning;
pub mod command;
mod counts;
pub mod event;
mod expiring;
mod gate;
mod halting;
mod hearing;
mod machine;
mod ordering;
pub mod plan;
mod presence;
mod refusal;
pub mod state;
pub mod target;

pub use asking::{commands, wake_at};
pub use command::{Command, CommandId, Position, Step};
pub use counts::Counts;
pub use event::{Answer, Event, Found, Gate, Order, Person, Resume, What};
pub use gate::{Missing, missing, needs_second_person};
pub use machine::{News, Stepped, step};
pub use plan::{Plan, Unfit};
pub use refusal::Refusal;
pub use state::{Course, Halt, Phase, Reason, State};
pub use target::{Failure, Status, Target, Trace, Why};

/// An instant, or a span of time, in milliseconds.
pub type Millis = i64;
