//! People through their operations, pages, and endpoints, on a fresh database each.
#![expect(clippy::unwrap_used, reason = "fixtures stop the test they belong to")]

mod account_pages;
mod calendars;
mod endpoints;
mod house;
mod presence;
mod rights;
mod second_factor;
mod settings_pages;
mod signing_in;
mod texts;
mod tokens;
