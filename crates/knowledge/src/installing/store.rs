//! Every SQL statement about bringing in what ships: many rows with each.

use kernel::Locale;
use kernel::db::{Tx, Value, insert_many, insert_many_numbered, params};
use kernel::error::Result;
use kernel::time::Timestamp;

use super::SOURCE;
use crate::article::{Number, State};
use crate::content::Shipped;
use crate::guide::Definition;
use crate::space::Space;
use crate::text::Words;
use crate::worth::worth;

/// The published words of an article in a language.
pub(super) struct NewText {
    pub article: Number,
    pub locale: Locale,
    pub is_original: bool,
    pub words: Words,
}

/// What came in before, by name.
pub(super) fn shipped(tx: &mut Tx) -> Result<Vec<(String, Number)>> {
    tx.query(
        "SELECT foreign_id, number FROM knowledge_article WHERE source = $1 AND foreign_id IS NOT NULL",
        params![SOURCE],
        |row| Ok((row.get("foreign_id")?, row.get("number")?)),
    )
}

pub(super) fn insert_spaces(tx: &mut Tx, spaces: &[Space]) -> Result<()> {
    for space in spaces {
        // One that the department made under the same name is theirs.
        tx.execute(
            "INSERT INTO knowledge_space (id, title_en, title_zh, icon, parent, place) VALUES ($1, $2, $3, $4, NULL, $5)
             ON CONFLICT (id) DO NOTHING",
            params![&space.id, &space.title_en, &space.title_zh, &space.icon, space.place],
        )?;
    }
    Ok(())
}

pub(super) fn insert_articles(tx: &mut Tx, new: &[(Shipped, bool)], at: Timestamp) -> Result<Vec<Number>> {
    const WIDTH: usize = 21;
    let fresh = worth(0, 0, 0, 0, 0.0);
    let mut values: Vec<Value> = Vec::with_capacity(new.len() * WIDTH);
    for (place, (one, is_template)) in (1_i64..).zip(new) {
        let original = one.texts.first().map_or(Locale::En, |(locale, _)| *locale);
        values.extend_from_slice(params![
            one.kind.as_str(),
            one.space,
            place,
            one.category,
            State::Published.as_str(),
            serde_json::to_string(&[one.audience])?,
            original.tag(),
            *is_template,
            SOURCE,
            one.slug,
            at,
            at,
            at,
            0_i64,
            0_i64,
            0_i64,
            0_i64,
            0_i64,
            fresh,
            1_i64,
            Option::<i64>::None
        ]);
    }
    insert_many_numbered(
        tx,
        "INSERT INTO knowledge_article (kind, space, place, category, state, audience, original, is_template, source,
             foreign_id, created_at, updated_at, published_at, solved, unsolved, tickets_solved, tickets_unsolved, reads,
             worth, version, parent) VALUES",
        "number",
        WIDTH,
        &values,
    )
}

pub(super) fn insert_texts(tx: &mut Tx, texts: &[NewText], at: Timestamp) -> Result<()> {
    const TEXT: usize = 9;
    const VERSION: usize = 10;
    let mut published: Vec<Value> = Vec::with_capacity(texts.len() * TEXT);
    let mut versions: Vec<Value> = Vec::with_capacity(texts.len() * VERSION);
    for text in texts {
        let (tag, words) = (text.locale.tag(), &text.words);
        let tags = words.tags.join(", ");
        published.extend_from_slice(params![
            text.article,
            tag,
            &words.title,
            &words.summary,
            &tags,
            &words.body,
            1_i64,
            (!text.is_original).then_some(1_i64),
            at
        ]);
        versions.extend_from_slice(params![
            text.article,
            tag,
            1_i64,
            &words.title,
            &words.summary,
            &tags,
            &words.body,
            "",
            true,
            at
        ]);
    }
    insert_many(
        tx,
        "INSERT INTO knowledge_text (article, locale, title, summary, tags, body, version, original_version, updated_at)
         VALUES",
        TEXT,
        &published,
    )?;
    insert_many(
        tx,
        "INSERT INTO knowledge_version (article, locale, version, title, summary, tags, body, note, published, at) VALUES",
        VERSION,
        &versions,
    )
}

pub(super) fn insert_guides(tx: &mut Tx, new: &[(i64, (String, Definition))]) -> Result<()> {
    for (place, (key, definition)) in new {
        tx.execute(
            "INSERT INTO knowledge_guide (id, place, enabled, definition, version) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (id) DO NOTHING",
            params![key, *place, true, serde_json::to_string(definition)?, 1_i64],
        )?;
    }
    Ok(())
}

pub(super) fn insert_synonyms(tx: &mut Tx, groups: &[Vec<String>]) -> Result<()> {
    let mut values: Vec<Value> = Vec::with_capacity(groups.len());
    for group in groups {
        values.push(Value::from(serde_json::to_string(group)?));
    }
    insert_many(tx, "INSERT INTO knowledge_synonym (words) VALUES", 1, &values)
}
