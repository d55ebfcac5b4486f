//! Training in the whole program: courses are made, assigned, and taken; tests are not cheated; sessions are attended; hours add
//! up; and nobody sees what is not theirs.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on must end")]

mod api;
mod hours;
mod house;
mod making;
mod rights;
mod sessions;
mod telling;
mod tests;
