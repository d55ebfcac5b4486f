//! Shares end to end on the server: a browser that shares at one end, viewers at the other, the recording between.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on must end"
)]

mod bounds;
mod ending;
mod house;
#[expect(dead_code, reason = "the tests use some of the parts")]
#[path = "../link/house.rs"]
mod linked;
mod nodes;
mod rights;
mod seen;
mod sharer;
#[expect(dead_code, reason = "the tests use some of the parts")]
#[path = "../screen/viewer.rs"]
mod viewer;
