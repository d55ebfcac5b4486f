//! Chat channels in the whole program: requests by their documented signatures, people and strangers, reports, answers, cards, and
//! the messages that go out to a stand-in of the service.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on must end")]

mod confirming;
mod house;
mod keeping;
mod knowing;
mod refusing;
mod services;
mod talking;
mod teams;
mod telling;
mod turns;
