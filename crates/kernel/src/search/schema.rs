//! The fields of a document in the index.
//!
//! All words stand in one field, those of the title three times: that is BM25F with a title weight of three, and
//! it keeps a question for two words an intersection of two lists, which tantivy can cut short. The title stands
//! first and once before the body, so that a word's place says how early a text speaks of it. Kinds and rights
//! carry frequencies nobody needs, so that filters can be intersected cheaply.

use tantivy::schema::{
    FAST, Field, IndexRecordOption, STORED, Schema, TextFieldIndexing, TextOptions, Value,
};
use tantivy::{Index, TantivyDocument, Term};

use super::{Document, analysis, sounds};
use crate::Timestamp;

/// Part of the folder's name: an index of another version is thrown away and fed anew.
pub(super) const VERSION: u32 = 2;

const TITLE_WEIGHT: usize = 3;
/// How much of a body is indexed: a pasted log of megabytes helps nobody find the ticket.
const INDEXED_BYTES: usize = 256 * 1024;
/// How much of the extra words is kept by sound.
const HEARD_BYTES: usize = 1024;
/// How much of a body is kept for snippets.
const SHOWN_BYTES: usize = 4 * 1024;

#[derive(Clone, Copy)]
pub(super) struct Fields {
    /// `kind:key`, the identity.
    pub id: Field,
    pub kind: Field,
    /// The key in lower case, for typing a number.
    pub key: Field,
    pub rights: Field,
    /// Stemmed words of everything.
    pub text: Field,
    /// The same words unstemmed: a dictionary to complete unfinished words from, never searched itself.
    pub dictionary: Field,
    /// From sound to word, of titles and extra words: a dictionary, never searched itself.
    pub sounds: Field,
    /// What typed filters ask for: `type:incident`.
    pub facets: Field,
    pub title: Field,
    pub body: Field,
    pub time: Field,
    pub weight: Field,
}

pub(super) fn build() -> (Schema, Fields) {
    let exact = |record| {
        let indexing = TextFieldIndexing::default()
            .set_tokenizer("raw")
            .set_fieldnorms(false)
            .set_index_option(record);
        TextOptions::default().set_indexing_options(indexing)
    };
    let words = |tokenizer, record, norms| {
        let indexing = TextFieldIndexing::default()
            .set_tokenizer(tokenizer)
            .set_fieldnorms(norms)
            .set_index_option(record);
        TextOptions::default().set_indexing_options(indexing)
    };
    let mut builder = Schema::builder();
    let fields = Fields {
        id: builder.add_text_field("id", exact(IndexRecordOption::Basic)),
        kind: builder.add_text_field("kind", exact(IndexRecordOption::WithFreqs).set_stored()),
        key: builder.add_text_field("key", exact(IndexRecordOption::Basic).set_stored()),
        rights: builder.add_text_field("rights", exact(IndexRecordOption::WithFreqs)),
        text: builder.add_text_field(
            "text",
            words("stems", IndexRecordOption::WithFreqsAndPositions, true),
        ),
        dictionary: builder.add_text_field("dictionary", words("plain", IndexRecordOption::Basic, false)),
        sounds: builder.add_text_field("sounds", exact(IndexRecordOption::Basic)),
        facets: builder.add_text_field("facets", exact(IndexRecordOption::WithFreqs)),
        title: builder.add_text_field("title", STORED),
        body: builder.add_text_field("body", STORED),
        time: builder.add_i64_field("time", FAST),
        weight: builder.add_f64_field("weight", FAST),
    };
    (builder.build(), fields)
}

/// Tells an index how to cut words; needed after every opening.
pub(super) fn register_analyzers(index: &Index) {
    index
        .tokenizers()
        .register("stems", analysis::stemming_analyzer());
    index.tokenizers().register("plain", analysis::plain_analyzer());
}

impl Fields {
    pub fn identity(&self, kind: &str, key: &str) -> Term {
        Term::from_field_text(self.id, &format!("{kind}:{key}"))
    }

    pub fn document(&self, document: &Document) -> TantivyDocument {
        let mut stored = TantivyDocument::default();
        stored.add_text(self.id, format!("{}:{}", document.kind, document.key));
        stored.add_text(self.kind, &document.kind);
        stored.add_text(self.key, &document.key);
        let lower = document.key.to_lowercase();
        if lower != document.key {
            stored.add_text(self.key, lower);
        }
        for right in &document.rights {
            stored.add_text(self.rights, right);
        }
        let body = shorten(&document.body, INDEXED_BYTES);
        for text in [&document.title, body, &document.extra] {
            stored.add_text(self.text, text);
        }
        for _ in 1..TITLE_WEIGHT {
            stored.add_text(self.text, &document.title);
        }
        for text in [&document.title, body, &document.extra] {
            stored.add_text(self.dictionary, text);
        }
        let mut heard = sounds::entries(&document.title);
        heard.extend(sounds::entries(shorten(&document.extra, HEARD_BYTES)));
        for entry in heard {
            stored.add_text(self.sounds, entry);
        }
        for facet in &document.facets {
            stored.add_text(self.facets, facet);
        }
        stored.add_text(self.title, &document.title);
        stored.add_text(self.body, shorten(&document.body, SHOWN_BYTES));
        stored.add_i64(self.time, document.time.millis());
        stored.add_f64(self.weight, document.weight);
        stored
    }

    /// A stored text of a found document.
    pub fn stored<'a>(&self, document: &'a TantivyDocument, field: Field) -> &'a str {
        document
            .get_first(field)
            .and_then(|value| value.as_str())
            .unwrap_or_default()
    }
}

pub(super) fn instant(millis: Option<i64>) -> Timestamp {
    Timestamp::from_millis(millis.unwrap_or_default())
}

fn shorten(text: &str, bytes: usize) -> &str {
    let mut end = text.len().min(bytes);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}
