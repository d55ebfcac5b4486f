//! The request catalogue through the router: asked and approved in the portal, kept in the settings, called as JSON.
#![expect(clippy::unwrap_used, reason = "fixtures stop the test they belong to")]

mod approving;
mod asking;
mod house;
mod keeping;
mod tasks;
