//! A database whose tables stand already, to be copied for each test.
//!
//! Laying out all tables takes PostgreSQL more than a second, copying them a fraction of that, and most tests are about
//! something else. The copy that they all start from is made once on the server that they share and is named after the
//! texts of the migrations, so that a changed text makes another.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io;
use std::time::Duration;

use kernel::Timestamp;
use kernel::config::DatabaseUrl;
use kernel::db::Hold;
use server::house::{Purpose, open_database, program};

use crate::parts::Postgres;

/// How often renaming is tried: connections that were closed are gone a moment later.
const TRIES: u32 = 50;

/// Makes a database with all tables and gives its address.
///
/// # Errors
/// What the server says; a migration that does not run.
pub async fn copy() -> io::Result<String> {
    let server = Postgres::shared()?;
    let name = name();
    if let Ok(url) = server.create_database_from(&name) {
        return Ok(url);
    }
    // Two processes may both make it; the second finds the name taken and copies the first one's.
    let made = make(server, &name).await;
    server
        .create_database_from(&name)
        .map_err(|error| made.err().unwrap_or(error))
}

fn name() -> String {
    let mut hasher = DefaultHasher::new();
    for (slice, migrations) in program().migrations {
        slice.hash(&mut hasher);
        for migration in migrations {
            (migration.name, migration.sql).hash(&mut hasher);
        }
    }
    format!("laid_out_{:016x}", hasher.finish())
}

async fn make(server: &Postgres, name: &str) -> io::Result<()> {
    let url = server.create_database()?;
    let address = DatabaseUrl::Postgres(url.clone());
    let db = open_database(&address, Hold::Shared, Purpose::Using)
        .await
        .map_err(io::Error::other)?;
    kernel::db::migrate(&db, &program().migrations, Timestamp::from_secs(0))
        .await
        .map_err(io::Error::other)?;
    drop(db);
    for _ in 0..TRIES {
        if server.rename_database(&url, name).is_ok() {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    server.drop_database(&url)?;
    Err(io::Error::other(format!("{url} could not be named {name}")))
}
