//! Updates of the agent itself: what a release is called, the file that carries one, and whether it may be trusted.
//!
//! Trust is TUF's (The Update Framework), by the crate `tough`: a device holds a root of trust, and what it installs must be
//! signed by keys that this root names, be fresh, and not be older than what the device saw before. No server holds such a
//! key, so a server that was broken into cannot bring a program of its own onto devices.
//!
//! Most important: [`bundle`] (one file with the signed words and the program), [`verifying::verify`] (whether it counts),
//! [`trust::read`] (what a root of trust says).

pub mod bundle;
pub mod platform;
pub mod release;
pub mod repository;
pub mod signing;
pub mod trust;
pub mod verifying;
