//! Conversations in the whole program: asked, taken, handed over, ended as tickets; nothing lost, nothing doubled.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on must end")]

mod ending;
mod house;
mod programs;
mod silence;
mod talking;
mod who_may;
