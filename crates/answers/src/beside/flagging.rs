//! "Should be an article": somebody says that the solution of a ticket is worth writing down.

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::time::Timestamp;
use knowledge::Number;
use serde_json::json;

use super::{store, using};
use crate::events;

/// Longest note.
pub const NOTE_MAX: usize = 500;

/// A ticket whose solution should be written down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flag {
    /// The ticket.
    pub ticket: i64,
    /// What should be in it.
    pub note: String,
    /// Who said so: `user:ID`.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// The draft that was made of it.
    pub article: Option<Number>,
    /// When it was made, or given up.
    pub settled_at: Option<Timestamp>,
}

impl Flag {
    /// Whether it still waits for somebody.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        self.settled_at.is_none()
    }
}

/// Flags a ticket; a flag that is there gets the new note.
///
/// # Errors
/// 403, 404, 422 for a note that is too long.
pub fn flag(tx: &mut Tx<'_>, cx: &Cx, ticket: i64, note: &str) -> Result<()> {
    using::see(tx, cx, ticket)?;
    let note = note
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .replace('\0', "");
    if note.chars().count() > NOTE_MAX {
        return Err(Error::invalid("answers.note_too_long")
            .field("note")
            .arg("max", NOTE_MAX));
    }
    let before = store::flag(tx, ticket)?;
    if before.is_some_and(|flag| flag.is_open() && flag.note == note) {
        return Ok(());
    }
    store::put_flag(tx, ticket, &note, &cx.actor.key(), cx.now())?;
    let personal = (!note.is_empty()).then(|| json!({ "note": note }));
    using::tell(tx, cx, ticket, events::FLAGGED, json!({}), personal)
}

/// Takes the flag away: nobody will write it.
///
/// # Errors
/// 403, 404.
pub fn unflag(tx: &mut Tx<'_>, cx: &Cx, ticket: i64) -> Result<()> {
    using::see(tx, cx, ticket)?;
    if store::flag(tx, ticket)?.is_none_or(|flag| !flag.is_open()) {
        return Ok(());
    }
    store::settle_flag(tx, ticket, None, cx.now())?;
    using::tell(tx, cx, ticket, events::UNFLAGGED, json!({}), None)
}

/// Flags that wait, the oldest first. The caller has checked the reader's rights on each ticket, or shows numbers only.
///
/// # Errors
/// The database's.
pub fn open(tx: &mut Tx<'_>, limit: i64) -> Result<Vec<Flag>> {
    store::open_flags(tx, limit)
}
