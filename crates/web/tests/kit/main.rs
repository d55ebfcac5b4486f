//! The kit through its router, with a small slice of its own: a guest book.
#![expect(clippy::unwrap_used, reason = "fixtures stop the test they belong to")]

mod failures;
mod forms;
mod gate;
mod guest_book;
mod live;
mod once;
mod pages;
mod routes;
mod searching;
