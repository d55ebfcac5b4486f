//! The kit through its router, with a small slice of its own: a guest book.

mod failures;
mod forms;
mod gate;
mod guest_book;
mod live;
mod once;
mod pages;
mod routes;
