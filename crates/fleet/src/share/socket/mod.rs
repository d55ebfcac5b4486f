//! The two ends of a share: the browser that shares (`sharing`), which also keeps the recording, and whoever looks on (`watching`).

pub mod sharing;
pub(super) mod watching;

pub(crate) use watching::bridged;
