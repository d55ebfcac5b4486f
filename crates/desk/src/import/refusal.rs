//! What an import could not take, and how it went: told row by row, so that it can be mended in the file or the mapping.

use kernel::error::Error;
use kernel::i18n::Locale;
use serde::Serialize;

/// Why a row, and with it its ticket, was not taken.
#[derive(Debug)]
pub struct Refusal {
    /// The line of the file.
    pub line: u64,
    /// The foreign id of the ticket or the address of the person, when it is known.
    pub subject: String,
    /// The field of the mapping.
    pub field: String,
    pub value: String,
    /// What is wrong and what to do.
    pub error: Error,
}

impl Refusal {
    /// The reason in words.
    #[must_use]
    pub fn reason(&self, locale: Locale) -> String {
        match self.error.fields().first() {
            Some(field) => field.message(locale),
            None => self.error.message(locale),
        }
    }
}

/// What came of an import.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    pub rows: u64,
    /// Tickets or people that are new; in a dry run those that would be.
    pub taken: u64,
    /// Those that were here before.
    pub known: u64,
    /// Those that were refused whole.
    pub refused: u64,
    pub people_added: u64,
    pub teams_added: u64,
}

/// How far it is, for a bar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// Bytes of the file.
    Reading { done: u64, of: u64 },
    /// Tickets or people.
    Writing { done: u64, of: u64 },
}

/// Who hears of progress and refusals.
pub trait Witness: Send {
    fn progress(&mut self, progress: Progress);
    fn refused(&mut self, refusal: Refusal);
}
