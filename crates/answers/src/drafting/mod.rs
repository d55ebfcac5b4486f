//! A draft of an article, made of a solved ticket: symptom, environment, cause, solution, and verification from what the desk
//! wrote down, without what is private in it.
//!
//! `composing` puts it together and `striking` takes out what is private (both pure); `making` keeps the draft when somebody has
//! looked at each piece that was struck.

pub mod composing;
pub mod making;
pub mod pages;
pub mod striking;

pub use composing::Fault;
pub use making::DRAFTED_FROM;
