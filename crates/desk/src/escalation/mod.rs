//! The record of escalations. The operation is `ticket::escalating`; its types are there.

pub mod store;
