//! What every slice stands on: the database, the event log, jobs, files, search, and who acts.
//!
//! The kernel knows no ticket and no page. A slice is told by a [`cx::Cx`] who acts, works in a [`db::Tx`], writes an
//! [`event`] for what it changed, and enqueues a [`job`] for what must follow.

pub mod cx;
pub mod db;
pub mod error;
pub mod i18n;
pub mod id;
pub mod stop;
pub mod time;
pub mod tls;
pub mod wake;

pub use cx::{Actor, Cx, Permission, Scope, Via};
pub use error::{Error, Errors, Result};
pub use i18n::Locale;
pub use id::{Id, TeamId, UserId};
pub use time::{Clock, Timestamp};
