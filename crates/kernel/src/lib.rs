//! What every slice stands on: the database, the event log, jobs, files, search, and who acts.
//!
//! The kernel knows no ticket and no page. A slice is told by a [`cx::Cx`] who acts, works in a [`db::Tx`], writes an
//! [`event`] for what it changed, and enqueues a [`job`] for what must follow.

pub mod backoff;
pub mod config;
pub mod cx;
pub mod db;
pub mod error;
pub mod event;
pub mod file;
pub mod i18n;
pub mod id;
pub mod job;
pub mod keeping;
pub mod link;
pub mod outgoing;
mod private;
pub mod search;
pub mod secret;
pub mod setting;
pub mod shelf;
pub mod stop;
pub mod time;
pub mod tls;
pub mod wake;

use std::sync::Arc;

pub use cx::{Actor, Cx, Permission, Scope, Via};
pub use error::{Error, Errors, Result};
pub use i18n::Locale;
pub use id::{Id, TeamId, UserId};
pub use time::{Clock, Timestamp};

/// The kernel's own tables.
pub const MIGRATIONS: &[db::Migration] = &[
    db::Migration {
        name: "0001_kernel",
        sql: include_str!("../migrations/0001_kernel.sql"),
    },
    db::Migration {
        name: "0002_stamp",
        sql: include_str!("../migrations/0002_stamp.sql"),
    },
];

/// The running house: what jobs, subscribers, and handlers are given. Cheap to clone.
#[derive(Clone)]
pub struct Kernel {
    /// The database.
    pub db: db::Db,
    /// Files people handed in and raw mail.
    pub files: file::Files,
    /// The search index of this node.
    pub search: search::Search,
    /// Requests to other machines.
    pub outgoing: outgoing::Outgoing,
    /// What was known before anything ran.
    pub config: Arc<config::Config>,
    /// The only clock.
    pub clock: Clock,
    /// This process among its equals.
    pub node: Arc<str>,
    /// The sign that the process is to end.
    pub stop: stop::Stop,
    /// What slices keep in this process's memory.
    pub shelf: shelf::Shelf,
}

impl Kernel {
    /// Opens database, files, and index as the settings say. Migrations are the caller's: it knows all slices.
    ///
    /// # Errors
    /// `kernel.db.unavailable`, `kernel.file.unavailable`: what could not be reached.
    pub fn open(config: config::Config, clock: Clock) -> Result<Self> {
        let mut options = db::Options::new(match &config.database {
            config::DatabaseUrl::Sqlite(path) => path.display().to_string(),
            config::DatabaseUrl::Postgres(url) => url.clone(),
        });
        options.readers = config.database_readers;
        let random: u64 = rand::random();
        Ok(Self {
            db: db::Db::open(&options)?,
            files: file::Files::local(config.data.join("files"))?,
            search: search::Search::open(config.data.join("search"))?,
            outgoing: outgoing::Outgoing::new(config.outgoing_networks.clone()),
            config: Arc::new(config),
            clock,
            node: Arc::from(format!("node-{random:016x}")),
            stop: stop::Stop::new(),
            shelf: shelf::Shelf::default(),
        })
    }

    /// The context in which the house itself acts, named by what it does.
    pub fn cx_system(&self, name: &'static str) -> Cx {
        Cx::system(self.clock.clone(), name)
    }

    /// The context of a command: whoever may run it on this machine administers it.
    pub fn cx_command(&self) -> Cx {
        Cx {
            via: Via::Command,
            ..self.cx_system("command")
        }
    }
}

impl std::fmt::Debug for Kernel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Kernel")
            .field("node", &self.node)
            .field("db", &self.db)
            .finish_non_exhaustive()
    }
}
