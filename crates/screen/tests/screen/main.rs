//! Sessions on a display of their own: what a viewer has in the end is what the display has.

#![cfg(target_os = "linux")]
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test ends where its display refuses"
)]

mod agreeing;
mod decoder;
mod house;
#[path = "../../src/x11/tests/person.rs"]
mod person;
mod showing;
