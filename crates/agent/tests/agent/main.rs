//! The real program against a server played by the test.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on must end")]

mod acts;
mod assist;
mod house;
mod link;
mod packages;
mod rest;
mod updating;
