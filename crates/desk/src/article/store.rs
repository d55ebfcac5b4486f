//! Every SQL statement about articles and their attachments.

use std::collections::{BTreeMap, HashMap};

use kernel::db::{Row, Tx, Value, each_listed, params};
use kernel::error::Result;

use super::{Article, ArticleKind, Attachment};
use crate::ticket::attaching::NewAttachment;
use crate::ticket::value::Voice;

const COLUMNS: &str =
    "id, ticket, kind, public, voice, author, body, body_html, quoted, message_id, minutes, at";

fn read(row: &Row) -> Result<Article> {
    Ok(Article {
        id: row.get("id")?,
        ticket: row.get("ticket")?,
        kind: ArticleKind::stored(&row.get::<String>("kind")?)?,
        public: row.get("public")?,
        voice: Voice::stored(&row.get::<String>("voice")?)?,
        author: row.get("author")?,
        body: row.get("body")?,
        body_html: row.get("body_html")?,
        quoted: row.get("quoted")?,
        message_id: row.get("message_id")?,
        minutes: row.get("minutes")?,
        at: row.get("at")?,
        attachments: Vec::new(),
    })
}

/// Writes an article; the database gives the id.
pub fn insert(tx: &mut Tx, article: &Article) -> Result<i64> {
    tx.query_one(
        "INSERT INTO desk_article (ticket, kind, public, voice, author, body, body_html, quoted, message_id, minutes, at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) RETURNING id",
        params![
            article.ticket,
            article.kind.as_str(),
            article.public,
            article.voice.as_str(),
            article.author,
            &article.body,
            &article.body_html,
            &article.quoted,
            &article.message_id,
            article.minutes,
            article.at
        ],
        |row| row.get("id"),
    )
}

/// The latest articles of a ticket, oldest first, with their attachments.
pub fn latest(tx: &mut Tx, ticket: i64, only_public: bool, before: i64, limit: i64) -> Result<Vec<Article>> {
    let public = if only_public { " AND public" } else { "" };
    let sql = format!(
        "SELECT {COLUMNS} FROM desk_article WHERE ticket = $1 AND id < $2{public} ORDER BY id DESC LIMIT $3"
    );
    let mut articles = tx.query(&sql, params![ticket, before, limit], read)?;
    articles.reverse();
    if !articles.is_empty() {
        let mut found: HashMap<i64, Vec<Attachment>> = HashMap::new();
        for attachment in attachments(tx, ticket)? {
            found.entry(attachment.article).or_default().push(attachment);
        }
        for article in &mut articles {
            article.attachments = found.remove(&article.id).unwrap_or_default();
        }
    }
    Ok(articles)
}

/// As [`latest`], of several tickets in one line, notes and all.
pub fn latest_of(tx: &mut Tx, tickets: &[i64], before: i64, limit: i64) -> Result<Vec<Article>> {
    let places: Vec<String> = (1..=tickets.len()).map(|place| format!("${place}")).collect();
    let mut values: Vec<Value> = tickets.iter().map(Value::from).collect();
    values.extend([Value::from(before), Value::from(limit)]);
    let sql = format!(
        "SELECT {COLUMNS} FROM desk_article WHERE ticket IN ({}) AND id < ${} ORDER BY id DESC LIMIT ${}",
        places.join(", "),
        tickets.len() + 1,
        tickets.len() + 2
    );
    let mut articles = tx.query(&sql, &values, read)?;
    articles.reverse();
    let mut found: HashMap<i64, Vec<Attachment>> = HashMap::new();
    for ticket in tickets {
        for attachment in attachments(tx, *ticket)? {
            found.entry(attachment.article).or_default().push(attachment);
        }
    }
    for article in &mut articles {
        article.attachments = found.remove(&article.id).unwrap_or_default();
    }
    Ok(articles)
}

/// What the desk wrote last on a ticket, newest first: the stuff of an automatic hand-off.
pub fn latest_of_staff(tx: &mut Tx, ticket: i64, limit: i64) -> Result<Vec<String>> {
    tx.query(
        "SELECT body FROM desk_article WHERE ticket = $1 AND voice = 'staff' ORDER BY id DESC LIMIT $2",
        params![ticket, limit],
        |row| row.get("body"),
    )
}

pub fn load(tx: &mut Tx, id: i64) -> Result<Option<Article>> {
    tx.query_opt(
        &format!("SELECT {COLUMNS} FROM desk_article WHERE id = $1"),
        params![id],
        read,
    )
}

/// The ticket and article that a mail of this Message-ID became or was sent as.
pub fn by_message_id(tx: &mut Tx, message_id: &str) -> Result<Option<(i64, i64)>> {
    tx.query_opt(
        "SELECT ticket, id FROM desk_article WHERE message_id = $1",
        params![message_id],
        |row| Ok((row.get("ticket")?, row.get("id")?)),
    )
}

/// Notes under which Message-ID an article was sent, so that answers find the way back.
pub fn set_message_id(tx: &mut Tx, article: i64, message_id: &str) -> Result<()> {
    tx.execute(
        "UPDATE desk_article SET message_id = $1 WHERE id = $2",
        params![message_id, article],
    )?;
    Ok(())
}

fn read_attachment(row: &Row) -> Result<Attachment> {
    Ok(Attachment {
        id: row.get("id")?,
        article: row.get("article")?,
        ticket: row.get("ticket")?,
        hash: row.get("hash")?,
        name: row.get("name")?,
        media_type: row.get("media_type")?,
        size: row.get("size")?,
        content_id: row.get("content_id")?,
    })
}

pub fn insert_attachment(tx: &mut Tx, ticket: i64, article: i64, new: &NewAttachment) -> Result<i64> {
    tx.query_one(
        "INSERT INTO desk_attachment (article, ticket, hash, name, media_type, size, content_id)
         VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id",
        params![
            article,
            ticket,
            &new.hash,
            &new.name,
            &new.media_type,
            new.size,
            &new.content_id
        ],
        |row| row.get("id"),
    )
}

pub fn attachments(tx: &mut Tx, ticket: i64) -> Result<Vec<Attachment>> {
    tx.query(
        "SELECT id, article, ticket, hash, name, media_type, size, content_id FROM desk_attachment
         WHERE ticket = $1 ORDER BY article, id LIMIT 2000",
        params![ticket],
        read_attachment,
    )
}

pub fn attachment(tx: &mut Tx, id: i64) -> Result<Option<Attachment>> {
    tx.query_opt(
        "SELECT id, article, ticket, hash, name, media_type, size, content_id FROM desk_attachment WHERE id = $1",
        params![id],
        read_attachment,
    )
}

/// The public and the internal words of a ticket.
#[derive(Debug, Default)]
pub struct Words {
    pub public: Vec<String>,
    pub internal: Vec<String>,
}

/// Those of these tickets that hold a file.
pub fn with_attachments(tx: &mut Tx, tickets: &[i64]) -> Result<Vec<i64>> {
    let mut found = Vec::new();
    each_listed(tickets, |list, numbers| {
        let most = numbers.len();
        let sql =
            format!("SELECT DISTINCT ticket FROM desk_attachment WHERE ticket IN ({list}) LIMIT {most}");
        found.extend(tx.query(&sql, numbers, |row| row.get::<i64>("ticket"))?);
        Ok(())
    })?;
    Ok(found)
}

/// Articles of one ticket that an index entry takes in.
const WORDS_OF_ARTICLES: usize = 1000;

/// The words of these tickets by their numbers, for the search index; bounded, for an index entry is.
pub fn words(tx: &mut Tx, tickets: &[i64]) -> Result<BTreeMap<i64, Words>> {
    let mut found: BTreeMap<i64, Words> = BTreeMap::new();
    each_listed(tickets, |list, numbers| {
        let most = WORDS_OF_ARTICLES * numbers.len();
        let sql = format!(
            "SELECT ticket, public, body FROM desk_article WHERE ticket IN ({list}) ORDER BY ticket, id LIMIT {most}"
        );
        tx.query(&sql, numbers, |row| {
            let of = found.entry(row.get("ticket")?).or_default();
            let is_public = row.get("public")?;
            if of.public.len() + of.internal.len() < WORDS_OF_ARTICLES {
                let words = if is_public {
                    &mut of.public
                } else {
                    &mut of.internal
                };
                words.push(row.get("body")?);
            }
            Ok(())
        })
        .map(drop)
    })?;
    Ok(found)
}

/// Gives an article that was taken over its HTML, cleaned before.
pub fn set_html(tx: &mut Tx, article: i64, html: &str) -> Result<()> {
    tx.execute(
        "UPDATE desk_article SET body_html = $1 WHERE id = $2",
        params![html, article],
    )?;
    Ok(())
}
