//! What knowledge saves, and where it is missing: read from sums by day, never from tickets or votes.
//!
//! `cases` counts what was solved by reading, `reckoning` looks at the age of articles each night, `reading` puts the sums of a
//! period together.

pub mod api;
pub mod cases;
pub mod pages;
pub mod reading;
pub mod reckoning;
pub mod store;
