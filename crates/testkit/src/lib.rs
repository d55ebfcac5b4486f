//! The test kit: what tests of every room share.
//!
//! [`TestApp`] is the whole program in this process, with a database of its own and a clock that tests move; its clients
//! talk to the router without a socket. [`ServerProcess`] is the real binary, to be killed. [`parts`] are the real
//! servers beside it. Nothing here is used by the product.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on must end, and at the place where it went wrong"
)]

pub mod app;
pub mod database;
mod laid_out;
pub mod parts;
pub mod paths;
pub mod reviewed;
pub mod server_process;
pub mod visitor;
pub mod waiting;

pub use app::{Person, TestApp};
pub use database::Database;
pub use server_process::{Ran, ServerProcess};
pub use visitor::Visitor;
pub use waiting::eventually;
