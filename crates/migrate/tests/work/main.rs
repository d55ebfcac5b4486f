//! Exports of other desks, made from their documented formats with every field filled: read and compared field by field, taken
//! over on the database of this run, and refused where they are broken.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on must end")]

mod house;
mod reading;
mod refusing;
mod taking;
