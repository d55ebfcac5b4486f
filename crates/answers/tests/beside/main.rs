//! Articles and tickets in the whole program: found beside a ticket, put into its reply, counted by what became of it; drafts without
//! private data; and the figures.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on must end")]

mod api;
mod cards;
mod drafts;
mod figures;
mod house;
mod outcomes;
