//! What people say of articles and what hangs on them, through the running house: votes, outcomes, comments, files, guides, and the
//! texts that ship.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on must end")]

mod comments;
mod files;
mod guides;
mod house;
mod shipping;
mod voting;
