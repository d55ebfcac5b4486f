//! What people say of articles and what hangs on them, through the running house: votes, outcomes, comments, files, guides, and the
//! texts that ship.

mod comments;
mod files;
mod guides;
mod house;
mod shipping;
mod voting;
