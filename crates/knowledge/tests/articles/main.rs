//! Articles in the whole program: written by several, published, read and found by those they are for, and kept true.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on must end")]

mod api;
mod arriving;
mod due;
mod finding;
mod house;
mod languages;
mod listing;
mod reviewing;
mod settings;
mod together;
mod who_may;
mod writing;
