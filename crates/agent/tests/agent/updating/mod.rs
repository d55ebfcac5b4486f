//! The agent's own update, by the real program under its guard, with metadata signed by the test.

mod device;
mod refusing;
mod restarting;
mod returning;
mod walking;

#[path = "../../../../update/tests/update/releaser.rs"]
mod releaser;
