//! Migrations: append-only texts per slice, each applied once in its own transaction.
//!
//! A migration that was applied and then edited is refused: the text's hash is kept beside its name. On PostgreSQL an
//! advisory lock lets only one node migrate at a time.

use sha2::{Digest as _, Sha256};

use super::{Backend, Db, Tx, params, portable_ddl};
use crate::error::{Error, Result};
use crate::time::Timestamp;

/// One step of a slice's schema.
#[derive(Clone, Copy, Debug)]
pub struct Migration {
    /// `0001_tickets`; applied in the order of the slice's list.
    pub name: &'static str,
    /// The portable text, see [`super::portable_ddl`].
    pub sql: &'static str,
}

/// A column as the database describes it, for comparing the two.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Column {
    /// The table.
    pub table: String,
    /// The column.
    pub name: String,
    /// Whether NULL is refused.
    pub required: bool,
}

/// Which migrations ran.
const JOURNAL: &str = "CREATE TABLE IF NOT EXISTS kernel_migration (slice TEXT NOT NULL, name TEXT NOT NULL,
     digest TEXT NOT NULL, applied_at BIGINT NOT NULL, PRIMARY KEY (slice, name))";

/// A migration that ran, as the database remembers it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub struct Applied {
    /// Whose it is.
    pub slice: String,
    /// Its name.
    pub name: String,
    /// The hash of its text.
    pub digest: String,
}

/// The migrations that ran, with the hashes of their texts, in order of slice and name.
///
/// # Errors
/// What the database says.
pub fn applied_with_digests(tx: &mut Tx<'_>) -> Result<Vec<Applied>> {
    let mut applied = tx.query("SELECT slice, name, digest FROM kernel_migration", &[], |row| {
        Ok(Applied {
            slice: row.get("slice")?,
            name: row.get("name")?,
            digest: row.get("digest")?,
        })
    })?;
    applied.sort();
    Ok(applied)
}

/// The hash of a migration's text.
pub fn digest_of(migration: &Migration) -> String {
    data_encoding::HEXLOWER.encode(&Sha256::digest(migration.sql.as_bytes()))
}

/// Makes the tables that some migrations make, all in the caller's transaction and in an empty database. That they ran is
/// not written down: the rows that say so come with the others.
///
/// # Errors
/// What the database says.
pub fn lay_out(
    tx: &mut Tx<'_>,
    slices: &[(&'static str, &'static [Migration])],
    wanted: &[Applied],
) -> Result<()> {
    tx.batch(JOURNAL)?;
    for (slice, migrations) in slices {
        for migration in *migrations {
            let is_wanted = wanted
                .iter()
                .any(|one| one.slice == *slice && one.name == migration.name);
            if is_wanted {
                tx.batch(&portable_ddl(migration.sql, tx.backend()))?;
            }
        }
    }
    Ok(())
}

/// Applies what is missing, slice after slice; answers how many migrations ran.
///
/// # Errors
/// `kernel.db.migration_changed` when an applied text was edited; else what the database says.
pub async fn migrate(
    db: &Db,
    slices: &[(&'static str, &'static [Migration])],
    now: Timestamp,
) -> Result<usize> {
    db.write(|tx| tx.batch(JOURNAL)).await?;
    // What stands there is known by one look: a start with nothing to do costs no transaction for each migration.
    let applied = db.read(applied_with_digests).await?;
    let stands = |slice: &str, migration: &Migration| {
        let found = applied
            .iter()
            .find(|one| one.slice == slice && one.name == migration.name);
        found.is_some_and(|one| one.digest == digest_of(migration))
    };
    let mut count = 0;
    for (slice, migrations) in slices.iter().copied() {
        for migration in migrations.iter().copied() {
            if stands(slice, &migration) {
                continue;
            }
            let ran = db.write(move |tx| apply(tx, slice, migration, now)).await?;
            count += usize::from(ran);
        }
    }
    Ok(count)
}

/// Names of the applied migrations, `slice/name`.
///
/// # Errors
/// What the database says.
pub fn applied(tx: &mut Tx<'_>) -> Result<Vec<String>> {
    tx.query(
        "SELECT slice, name FROM kernel_migration ORDER BY slice, name",
        &[],
        |row| {
            Ok(format!(
                "{}/{}",
                row.get::<String>("slice")?,
                row.get::<String>("name")?
            ))
        },
    )
}

fn apply(tx: &mut Tx<'_>, slice: &str, migration: Migration, now: Timestamp) -> Result<bool> {
    tx.lock("kernel", "migrate")?;
    let digest = digest_of(&migration);
    let found = tx.query_opt(
        "SELECT digest FROM kernel_migration WHERE slice = $1 AND name = $2",
        params![slice, migration.name],
        |row| row.get::<String>("digest"),
    )?;
    match found {
        Some(before) if before == digest => return Ok(false),
        Some(_) => {
            let error = Error::conflict("kernel.db.migration_changed");
            return Err(error.arg("slice", slice).arg("name", migration.name));
        }
        None => {}
    }
    tx.batch(&portable_ddl(migration.sql, tx.backend()))?;
    tx.execute(
        "INSERT INTO kernel_migration (slice, name, digest, applied_at) VALUES ($1, $2, $3, $4)",
        params![slice, migration.name, digest, now],
    )?;
    Ok(true)
}

/// All tables' columns, for the test that both databases end up alike.
///
/// # Errors
/// What the database says.
pub fn table_columns(tx: &mut Tx<'_>) -> Result<Vec<Column>> {
    let sql = match tx.backend() {
        Backend::Sqlite => {
            "SELECT m.name AS t, c.name AS n, (c.\"notnull\" = 1 OR c.pk > 0) AS required
             FROM sqlite_schema m, pragma_table_info(m.name) c
             WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' ORDER BY 1, 2"
        }
        Backend::Postgres => {
            "SELECT table_name::text AS t, column_name::text AS n, (is_nullable = 'NO') AS required
             FROM information_schema.columns WHERE table_schema = current_schema() ORDER BY 1, 2"
        }
    };
    let mut columns = tx.query(sql, &[], |row| {
        Ok(Column {
            table: row.get("t")?,
            name: row.get("n")?,
            required: row.get("required")?,
        })
    })?;
    columns.sort();
    Ok(columns)
}
