//! The test kit: what tests of every room share.

pub mod parts;
