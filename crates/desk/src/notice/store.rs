//! Every SQL statement about templates, addresses that cannot be reached, and daily notices; and the thread of a ticket.

use kernel::db::{Tx, params};
use kernel::error::Result;
use kernel::i18n::Locale;
use kernel::id::UserId;
use kernel::time::Timestamp;

use super::Notice;
use super::template::Template;

/// What was made of a template; none when the shipped one holds.
pub(super) fn template(tx: &mut Tx, notice: Notice, locale: Locale) -> Result<Option<Template>> {
    tx.query_opt(
        "SELECT subject, body FROM desk_template WHERE notice = $1 AND locale = $2",
        params![notice.as_str(), locale.tag()],
        |row| {
            Ok(Template {
                subject: row.get("subject")?,
                body: row.get("body")?,
            })
        },
    )
}

/// Which templates were changed, as pairs of notice and locale.
pub(super) fn changed(tx: &mut Tx) -> Result<Vec<(String, String)>> {
    tx.query(
        "SELECT notice, locale FROM desk_template ORDER BY notice, locale LIMIT 200",
        params![],
        |row| Ok((row.get("notice")?, row.get("locale")?)),
    )
}

pub(super) fn save_template(
    tx: &mut Tx,
    notice: Notice,
    locale: Locale,
    template: &Template,
    (at, by): (Timestamp, Option<UserId>),
) -> Result<()> {
    tx.execute(
        "INSERT INTO desk_template (notice, locale, subject, body, at, by_person) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (notice, locale) DO UPDATE SET subject = excluded.subject, body = excluded.body,
         at = excluded.at, by_person = excluded.by_person",
        params![notice.as_str(), locale.tag(), &template.subject, &template.body, at, by],
    )?;
    Ok(())
}

/// Takes back what was made of a template; gives back whether there was something.
pub(super) fn delete_template(tx: &mut Tx, notice: Notice, locale: Locale) -> Result<bool> {
    let sql = "DELETE FROM desk_template WHERE notice = $1 AND locale = $2";
    Ok(tx.execute(sql, params![notice.as_str(), locale.tag()])? > 0)
}

/// Notes that letters to an address come back; `false` when this event said so before.
pub(super) fn insert_unreachable(tx: &mut Tx, email: &str, event: i64, at: Timestamp) -> Result<bool> {
    let sql = "INSERT INTO desk_unreachable (email, event, at) VALUES ($1, $2, $3) ON CONFLICT (email, event) DO NOTHING";
    Ok(tx.execute(sql, params![email, event, at])? > 0)
}

pub(super) fn is_unreachable(tx: &mut Tx, email: &str) -> Result<bool> {
    let sql = "SELECT 1 AS one FROM desk_unreachable WHERE email = $1 LIMIT 1";
    Ok(tx.query_opt(sql, params![email], |_| Ok(()))?.is_some())
}

/// Mail came from the address, so it lives.
pub(crate) fn forget_unreachable(tx: &mut Tx, email: &str) -> Result<()> {
    tx.execute("DELETE FROM desk_unreachable WHERE email = $1", params![email])?;
    Ok(())
}

/// Claims a day for a daily notice; `false` when it was written already.
pub(super) fn claim_day(tx: &mut Tx, name: &str, day: &str) -> Result<bool> {
    let changed = tx.execute(
        "INSERT INTO desk_notice_day (name, day) VALUES ($1, $2)
         ON CONFLICT (name) DO UPDATE SET day = excluded.day WHERE desk_notice_day.day < excluded.day",
        params![name, day],
    )?;
    Ok(changed > 0)
}

/// The Message-IDs of what was publicly said by mail on a ticket, oldest of the latest first.
pub(super) fn thread(tx: &mut Tx, number: i64, limit: i64) -> Result<Vec<String>> {
    let mut found: Vec<String> = tx.query(
        "SELECT message_id FROM desk_article WHERE ticket = $1 AND public AND message_id IS NOT NULL
         ORDER BY id DESC LIMIT $2",
        params![number, limit],
        |row| row.get("message_id"),
    )?;
    found.reverse();
    Ok(found)
}

/// The words a ticket began with.
pub(super) fn first_words(tx: &mut Tx, number: i64) -> Result<Option<String>> {
    tx.query_opt(
        "SELECT body FROM desk_article WHERE ticket = $1 ORDER BY id LIMIT 1",
        params![number],
        |row| row.get("body"),
    )
}
