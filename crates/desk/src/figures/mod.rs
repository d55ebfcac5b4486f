//! Figures for whoever answers for the desk: how much came, how fast it was solved, how often it changed hands or came back.
//!
//! `fact` works out what figures need of one ticket, `daily` what it adds to the sums of a day, `keeping` keeps both true behind the
//! event log. `record` counts exactly, ticket by ticket; `overview` reads the sums
//! for a page, `board` shows the present. Live counts of the queues are `view`'s.

pub mod api;
pub mod board;
pub mod daily;
pub mod fact;
pub mod keeping;
pub mod overview;
pub mod pages;
pub mod record;
mod sheet;
pub mod store;

pub use keeping::{rebuild, subscriber, take_in};
