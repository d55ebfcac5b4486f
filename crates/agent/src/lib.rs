//! The program on a device: it keeps one line to the server, does what a grant allows, and tells the truth about it.
//!
//! Most important: `executing` (what is done, and never twice), `link` (the line), `processes` (who may do what on the
//! device). `verbs`, `health`, `inventory`, `terminal`, and `screen` are what can be done; `updating` brings the program
//! itself to other versions. It shares `protocol`, `update`, and `rfb` with the server and nothing else.
//!
//! `assist` is the same program as a guest: it shows the screen once and leaves nothing behind.
//!
//! Linux is what it was run on. What only Windows and macOS have stands in modules of their own that say that they were
//! not yet run.

pub mod assist;
pub mod command;
pub mod enrolment;
pub mod executing;
pub mod floor;
pub mod health;
pub mod identity;
pub mod inventory;
pub mod link;
pub mod logging;
pub mod processes;
pub mod screen;
pub mod spool;
pub mod terminal;
pub mod updating;
pub mod verbs;
