//! The desk over a real database: the way of a ticket, its clocks, its figures, its lists.

mod assigning;
mod clocks;
mod diagnosing;
mod drafts;
pub(crate) mod figures;
mod joining;
mod learned;
mod lists;
mod macros;
mod many;
mod presence;
mod settings;
mod spending;
mod tasks;
mod the_loop;
mod views;
mod who_may;
mod words;
mod working;
