//! Keeping the whole: backups that either database can be restored from, and moving from one database to another.
//!
//! There is one way of reading a database and one of loading it, and between them rows in a form that is the same for both
//! ([`canonical`]). A backup puts a file between the two, a move nothing. Which tables there are is found from the
//! migrations and from the database itself, never from a list kept by hand.
//!
//! Reading is one snapshot, so it may happen while a server works. Loading is one transaction, so a load that broke off
//! leaves an empty database. Files are carried by their content and never by a path.
//!
//! It leaves out the search index, which is made anew from the tables, and knows nothing of who may do this: whoever can run
//! the commands has the data folder anyway.

mod archive;
mod backup;
mod canonical;
mod fitting;
mod loading;
mod moving;
mod reading;
mod restore;
mod store;

use serde::{Deserialize, Serialize};

use crate::db::{Applied, Migration, TableColumn};
use crate::error::{Error, Result};
use crate::time::Timestamp;

pub use backup::{LastBackup, Made, backup, last_backup, note_backup};
pub use canonical::TableSum;
pub use moving::{Moved, move_to};
pub use reading::is_file_column;
pub use restore::{Checked, Restored, Target, check, restore};
pub use store::named_files;

/// The program that reads or loads: what it is called by and which tables it knows.
#[derive(Clone, Debug)]
pub struct Program {
    /// Its version.
    pub version: &'static str,
    /// The migrations of every slice, in the order in which they are applied.
    pub migrations: Vec<(&'static str, &'static [Migration])>,
}

/// What is about to come: the tables and where they come from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outline {
    /// The version of the program that read it.
    pub program: String,
    /// When.
    pub made_at: Timestamp,
    /// `sqlite` or `postgres`.
    pub database: String,
    /// The migrations that had run.
    pub migrations: Vec<Applied>,
    /// The tables, by name.
    pub tables: Vec<TableOutline>,
    /// The last seal of the event log.
    pub seal: Option<SealHead>,
}

/// A table of an [`Outline`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableOutline {
    /// Its name.
    pub name: String,
    /// Its columns, by name; rows carry their values in this order.
    pub columns: Vec<TableColumn>,
    /// The key that counts up by itself.
    pub numbered: Option<Numbered>,
}

/// How far a key has counted: a number that was given away once never comes again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Numbered {
    /// The column.
    pub column: String,
    /// The last number given; 0 before the first.
    pub last: i64,
}

/// The head of the chain of seals.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SealHead {
    /// The last block.
    pub block: i64,
    /// Its hash.
    pub hash: String,
}

/// How many files, and how large together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileSum {
    /// How many.
    pub count: u64,
    /// Their bytes together.
    pub bytes: u64,
}

/// Rows on their way, in the order in which they are read.
enum Piece {
    Outline(Box<Outline>),
    Rows(Rows),
    /// What the tables must come to; after the last row.
    Sums(Vec<TableSum>),
    /// Everything else is in its place; what was loaded may count from now on.
    Commit,
}

/// Some rows of one table.
struct Rows {
    /// Its place in the outline.
    table: usize,
    count: u32,
    /// See [`canonical`].
    bytes: Vec<u8>,
    /// Hashes of files that they name.
    files: Vec<String>,
}

/// Pieces that may wait between reading and loading; each is at most a megabyte or one row.
const PIECES_WAITING: usize = 4;
/// Rows of a piece.
const ROWS_AT_MOST: u32 = 1024;

/// The other side has ended; why is its own to say.
const GONE: &str = "kernel.backup.other_side_gone";

fn gone() -> Error {
    Error::unavailable(GONE)
}

/// Of two failures of the two sides, the one that came first in sense: the other side being gone is a consequence.
fn either<A, B>(read: Result<A>, loaded: Result<B>) -> Result<(A, B)> {
    match (read, loaded) {
        (Ok(read), Ok(loaded)) => Ok((read, loaded)),
        (Err(error), Err(other)) => Err(if error.code() == GONE { other } else { error }),
        (Err(error), Ok(_)) | (Ok(_), Err(error)) => Err(error),
    }
}
