//! Mail: messages as they are read and written.

pub mod message;
