//! Major incidents in the whole program: declared by one key, told to everybody once, resolved alike, reviewed; and the status
//! page that says nothing internal.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on must end")]

mod api;
mod clock;
mod declaring;
mod ending;
mod house;
mod plans;
mod reading;
mod returning;
mod shown;
mod status;
mod telling;
