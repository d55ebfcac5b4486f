//! Devices in the whole program: their records, inventories and history, doubts, tickets, and who may see what.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on must end")]

mod ansible;
mod api;
mod doubts;
mod hostile;
mod house;
mod inventories;
mod records;
mod tickets;
