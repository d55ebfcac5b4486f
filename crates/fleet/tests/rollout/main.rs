//! Rollouts: the same change on many devices, driven over links that speak the protocol.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on must end"
)]

#[expect(dead_code, reason = "the tests use some of the parts")]
#[path = "../link/agent.rs"]
mod agent;
mod dying;
mod gates;
mod going;
mod house;
#[expect(dead_code, reason = "the tests use some of the parts")]
#[path = "../link/house.rs"]
mod linked;
mod releases;
mod simulated;
mod updating;
