//! Every SQL statement about the glossary.

use kernel::db::{Row, Tx, params};
use kernel::error::Result;
use kernel::i18n::Locale;
use kernel::id::UserId;
use kernel::time::Timestamp;

use super::{TERMS_MAX, Term};

const COLUMNS: &str = "id, language, term, term_key, plain, version";

fn read(row: &Row) -> Result<Term> {
    let language: String = row.get("language")?;
    Ok(Term {
        id: row.get("id")?,
        language: Locale::parse(&language).unwrap_or_default(),
        term: row.get("term")?,
        key: row.get("term_key")?,
        plain: row.get("plain")?,
        version: row.get("version")?,
    })
}

/// All terms in the order of language and term; the databases sort letters in ways of their own, so it is done here.
pub fn all(tx: &mut Tx) -> Result<Vec<Term>> {
    let sql = format!("SELECT {COLUMNS} FROM desk_term ORDER BY id LIMIT $1");
    let mut found = tx.query(&sql, params![TERMS_MAX * 2], read)?;
    found.sort_by(|one, other| (one.language, &one.key).cmp(&(other.language, &other.key)));
    Ok(found)
}

pub fn load(tx: &mut Tx, id: i64) -> Result<Option<Term>> {
    let sql = format!("SELECT {COLUMNS} FROM desk_term WHERE id = $1");
    tx.query_opt(&sql, params![id], read)
}

pub fn insert(tx: &mut Tx, term: &Term, (at, by): (Timestamp, Option<UserId>)) -> Result<i64> {
    tx.query_one(
        "INSERT INTO desk_term (language, term, term_key, plain, version, by_person, at)
         VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id",
        params![
            term.language.tag(),
            &term.term,
            &term.key,
            &term.plain,
            term.version,
            by,
            at
        ],
        |row| row.get("id"),
    )
}

pub fn update(tx: &mut Tx, term: &Term, (at, by): (Timestamp, Option<UserId>)) -> Result<()> {
    tx.execute(
        "UPDATE desk_term SET language = $1, term = $2, term_key = $3, plain = $4, version = $5, by_person = $6, at = $7
         WHERE id = $8",
        params![
            term.language.tag(),
            &term.term,
            &term.key,
            &term.plain,
            term.version,
            by,
            at,
            term.id
        ],
    )?;
    Ok(())
}

pub fn delete(tx: &mut Tx, id: i64) -> Result<()> {
    tx.execute("DELETE FROM desk_term WHERE id = $1", params![id])?;
    Ok(())
}
