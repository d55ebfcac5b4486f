//! The windows and the hand on a display of their own, with a person at it.

mod desk;
mod person;

mod clipboard;
mod consent;
mod pictures;
mod sign;
mod typing;
