//! The composition root: the list of slices, the running house, and the commands. Nothing else.

pub mod bench;
pub mod command;
pub mod demo;
pub mod house;
mod listening;

use web::Slice;

/// Every capability of the product, in the order in which their tables are made.
pub fn slices() -> Vec<Slice> {
    vec![
        mail::slice(),
        people::slice(),
        knowledge::slice(),
        training::slice(),
        desk::slice(),
        chat::slice(),
        im::slice(),
        major::slice(),
        handover::slice(),
        migrate::slice(),
        exchange::slice(),
        fleet::slice(),
        automate::slice(),
        answers::slice(),
        portal::slice(),
    ]
}
