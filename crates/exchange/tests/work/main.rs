//! Exports of a whole installation: made, looked into, read back into both databases, broken on purpose.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on must end")]

mod broken;
mod house;
mod looking;
mod round;
mod secret;
