//! The pages of knowledge through the router: reading, writing with and without scripts, comparing, and the settings.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on must end")]

mod house;
mod reading;
mod settings;
mod writing;
