//! A fresh database for each test: a SQLite file, or a database of its own on a PostgreSQL server.

use std::path::Path;

use kernel::config::{Config, DatabaseUrl};

use crate::laid_out;
use crate::parts::Postgres;

/// Which database the suite runs on; says `sqlite` (the default) or `postgres`.
const VARIABLE: &str = "MAINSTAY_TEST_DATABASE";

/// Which of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Database {
    /// A file in a folder of the test's own.
    Sqlite,
    /// A database of the test's own on a server that all tests share.
    Postgres,
}

impl Database {
    /// The one this run of the suite is about.
    pub fn of_this_run() -> Self {
        match std::env::var(VARIABLE).as_deref() {
            Ok("postgres") => Self::Postgres,
            Ok("sqlite" | "") | Err(_) => Self::Sqlite,
            Ok(other) => panic!("{VARIABLE} says {other}; it must be sqlite or postgres"),
        }
    }
}

/// A fresh database, gone with this value.
#[derive(Debug)]
pub struct Fresh {
    folder: tempfile::TempDir,
    postgres: Option<String>,
}

impl Fresh {
    /// Makes one. On PostgreSQL its tables stand already; a server may have to be started.
    pub async fn make(database: Database) -> Self {
        let postgres = match database {
            Database::Sqlite => None,
            Database::Postgres => Some(laid_out::copy().await.unwrap()),
        };
        Self {
            folder: tempfile::tempdir().unwrap(),
            postgres,
        }
    }

    /// Where files and index go, and the SQLite file.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The settings of a program that uses it.
    pub fn config(&self) -> Config {
        let mut config = Config::in_folder(self.folder());
        // The name that the clients of the kit's tests call the house by.
        config.base_url = "http://desk.test".to_owned();
        if let Some(url) = &self.postgres {
            config.database = DatabaseUrl::Postgres(url.clone());
            config.database_readers = 2;
        }
        config
    }
}

impl Drop for Fresh {
    fn drop(&mut self) {
        if let Some(url) = &self.postgres {
            // The server ends with the tests; a database that will not go is no reason to fail.
            Postgres::shared()
                .and_then(|server| server.drop_database(url))
                .ok();
        }
    }
}
