//! Acts on devices: who may ask what, what the signer lets pass, what a device is told, and that each thing ends once.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on must end"
)]

#[expect(dead_code, reason = "the tests use some of the parts")]
#[path = "../link/agent.rs"]
mod agent;
mod asking;
mod house;
#[expect(dead_code, reason = "the tests use some of the parts")]
#[path = "../link/house.rs"]
mod linked;
mod living;
mod moving;
mod reach;
mod second;
mod stolen;
