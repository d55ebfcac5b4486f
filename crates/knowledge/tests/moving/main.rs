//! Articles that come from other systems and go out as Markdown, in the whole program.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on must end")]

mod coming;
mod going;
mod house;
mod pages;
