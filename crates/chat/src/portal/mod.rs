//! What employees see: whether anybody is there, one box to begin with, and the conversation with its end.
//!
//! `pages` holds the handlers, `view` what they show. Everything works as plain forms; scripts only make it live.

mod pages;
mod view;

pub(crate) use pages::routes;
