//! The clerk in the whole program: what it answers, where it stays silent, what becomes of its answers; and what is missing.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on must end")]

mod answering;
mod house;
mod learning;
mod mail;
mod missing;
mod pages;
mod saying;
mod silence;
