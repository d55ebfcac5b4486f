//! Moving from one database to an empty other one: reading and loading at the same time, without a file between them.
//!
//! Files and settings stay where they are. The old database is left as it was.

use crossbeam_channel::bounded;

use crate::db::Db;
use crate::error::Result;
use crate::time::Timestamp;

use super::{PIECES_WAITING, Piece, Program, TableSum, either, gone, loading, reading};

/// What was moved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moved {
    /// What each table came to, read again from the new database.
    pub tables: Vec<TableSum>,
}

impl Moved {
    /// The rows of all tables.
    pub fn rows(&self) -> u64 {
        self.tables.iter().map(|table| table.rows).sum()
    }
}

/// Moves everything. Both databases must be opened alone, so that nothing is written that does not come along.
///
/// # Errors
/// `kernel.backup.target_not_empty`; else what the databases say, and then the new one is empty again.
pub async fn move_to(from: &Db, to: &Db, program: &Program, now: Timestamp) -> Result<Moved> {
    to.read(loading::require_empty).await?;
    let (sender, receiver) = bounded(PIECES_WAITING);
    let (reader, loader) = (program.clone(), program.clone());
    let reading = from.read(move |tx| {
        reading::stream(tx, &reader, now, &sender)?;
        sender.send(Piece::Commit).map_err(|_| gone())
    });
    let loading = to.write(move |tx| loading::load(tx, &loader, &receiver));
    let (read, loaded) = tokio::join!(reading, loading);
    either(read, loaded).map(|((), tables)| Moved { tables })
}
