//! Links and enrolment, spoken by a WebSocket client that knows the protocol and nothing of the server.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on must end"
)]

mod agent;
mod between;
mod door;
mod enrolling;
mod house;
mod linking;
mod pages;
