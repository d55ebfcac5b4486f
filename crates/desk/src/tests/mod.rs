//! The desk over a real database: the way of a ticket, its clocks, its figures, its lists.

mod assigning;
mod clocks;
pub(crate) mod figures;
mod learned;
mod lists;
mod settings;
mod the_loop;
mod who_may;
mod working;
