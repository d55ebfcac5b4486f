//! Inventories of foreign agents through the router: how agents are greeted and refused, where their inventories go, and that
//! every example of the format becomes a device with all it tells.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on must end")]

mod attacks;
mod house;
mod speaking;
mod taking;
