//! Full-text search in both languages: one tantivy index for each node, fed from the event log.
//!
//! The index is a copy that may be thrown away at any time: it remembers the event up to which it was fed, and
//! whoever feeds it goes on from there, or rebuilds it while the old one still answers. Who may see a document
//! is part of the query itself, never a filter over its results, so counts and order give nothing away either.
//!
//! It deliberately does not know what a ticket is, does not change what was asked (another spelling is offered, not taken),
//! and does not translate beyond the synonyms that the department keeps.
//!
//! | file | about |
//! |---|---|
//! | `analysis` | cutting text into words, the same for documents and questions |
//! | `schema` | which fields a document has in the index |
//! | `question` | reading what somebody typed |
//! | `typed` | filters by typing: `type:incident before:2026-10` |
//! | `meaning` | what each word may stand for, and how near that is |
//! | `synonyms` | words that mean the same to the department |
//! | `sounds` | pinyin of Chinese words, and its initials |
//! | `spelling` | how far a typed word is from a written one |
//! | `guessing` | words of the index that a typed word may stand for |
//! | `allowed` | rights, kinds, filters, and times as part of every query |
//! | `passing` | which documents pass them, kept for each segment |
//! | `asking` | from words somebody typed to ranked hits |
//! | `sighting` | where the words stand in the candidates |
//! | `ranking` | how well a candidate answers |
//! | `meant` | a better spelling of the question |
//! | `excerpt` | titles and snippets with the found words marked |
//! | `feeding` | taking in changes, committing them within a second |
//! | `wish` | asking a running server for a new index |
//! | `generation` | folders on disk, rebuilding, and switching over |
//! | `evaluation` | how good the ranking is, measured with judged queries |

mod allowed;
mod analysis;
mod asking;
mod best;
mod evaluation;
mod excerpt;
mod feeding;
mod generation;
mod guessing;
mod meaning;
mod meant;
mod passing;
mod question;
mod ranking;
mod schema;
mod sighting;
mod sounds;
mod spelling;
mod synonyms;
mod telling;
pub mod typed;
mod wish;

pub use evaluation::{LanguageScore, evaluate, table};
pub use feeding::{Change, Rebuild, Search};
pub use generation::position_in;
pub use wish::{Wish, ask_rebuild, wish_in};

use crate::{Error, Timestamp};

/// One thing that can be found.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    /// What it is: `ticket`, `article`. Together with `key` it names the document.
    pub kind: String,
    /// Its name within the kind, as people write it: `1042`, `CHG-17`. Typing exactly this finds it first.
    pub key: String,
    pub title: String,
    pub body: String,
    /// Words that find it but are not shown: names, tags, device numbers.
    pub extra: String,
    /// Who may see it: whoever holds any of these. A document without rights is found by nobody.
    pub rights: Vec<String>,
    /// When it last changed; among equally good hits the younger comes first.
    pub time: Timestamp,
    /// What typed filters ask for, as `name:value`: `type:incident`, `from:<user id>`. They find nothing by themselves.
    pub facets: Vec<String>,
    /// Multiplies the score: 1 for most things, more for an article that helped many people.
    pub weight: f64,
}

impl Default for Document {
    fn default() -> Document {
        Document {
            kind: String::new(),
            key: String::new(),
            title: String::new(),
            body: String::new(),
            extra: String::new(),
            rights: Vec::new(),
            time: Timestamp::from_millis(0),
            facets: Vec::new(),
            weight: 1.0,
        }
    }
}

/// What somebody asks.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SearchQuery {
    /// The words as typed, in either language or both; "…" keeps words together. The last word may be unfinished.
    pub text: String,
    /// Only these kinds; all kinds when empty.
    pub kinds: Vec<String>,
    /// What the asker holds. Empty finds nothing.
    pub rights: Vec<String>,
    /// How many hits at most.
    pub limit: usize,
    /// Facets a hit must have: any of the first list, and any of the second, and so on.
    pub facets: Vec<Vec<String>>,
    /// Changed at this instant or later.
    pub since: Option<Timestamp>,
    /// Changed before this instant.
    pub until: Option<Timestamp>,
}

/// What was found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Answer {
    /// The best first.
    pub hits: Vec<Hit>,
    /// The question with better-known words in place of unknown ones; it finds more within the asker's rights.
    pub did_you_mean: Option<String>,
}

/// One answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Hit {
    pub kind: String,
    pub key: String,
    pub score: f64,
    /// The title as HTML, escaped, found words in `<mark>`.
    pub title_html: String,
    /// The most telling part of the body as HTML, escaped, found words in `<mark>`.
    pub snippet_html: String,
    pub time: Timestamp,
}

/// The index is beside the data, so trouble with it is never more than "try again".
fn unavailable(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    Error::unavailable("kernel.search.unavailable").caused_by(source)
}

#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_guessing;
