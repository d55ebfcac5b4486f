//! Every SQL statement about who is known where, codes, and what is spoken of.

use kernel::db::{Row, Tx, params};
use kernel::error::Result;
use kernel::id::UserId;
use kernel::time::Timestamp;

use super::Connection;
use crate::channel::ChannelId;

fn connection(row: &Row<'_>) -> Result<Connection> {
    Ok(Connection {
        channel: row.get("channel")?,
        external: row.get("external")?,
        person: row.get("person")?,
        told: row.get("told")?,
        since: row.get("since")?,
    })
}

const SELECT: &str = "SELECT channel, external, person, told, since FROM im_person";

/// Who this is.
pub fn find(tx: &mut Tx<'_>, channel: ChannelId, external: &str) -> Result<Option<Connection>> {
    let sql = format!("{SELECT} WHERE channel = $1 AND external = $2");
    tx.query_opt(&sql, params![channel, external], connection)
}

/// Where a person is known.
pub fn of_person(tx: &mut Tx<'_>, person: UserId) -> Result<Vec<Connection>> {
    let sql = format!("{SELECT} WHERE person = $1 ORDER BY channel LIMIT 50");
    tx.query(&sql, params![person], connection)
}

/// How the service of a channel knows a person.
pub fn external_of(tx: &mut Tx<'_>, channel: ChannelId, person: UserId) -> Result<Option<String>> {
    tx.query_opt(
        "SELECT external FROM im_person WHERE person = $1 AND channel = $2",
        params![person, channel],
        |row| row.get("external"),
    )
}

/// Writes who somebody is. On a channel a person is one, and one is a person; gives back who was it before.
pub fn connect(tx: &mut Tx<'_>, new: &Connection) -> Result<Vec<Connection>> {
    let mut before = tx.query(
        &format!("{SELECT} WHERE channel = $1 AND (person = $2 OR external = $3) ORDER BY external LIMIT 2"),
        params![new.channel, new.person, &new.external],
        connection,
    )?;
    tx.execute(
        "DELETE FROM im_person WHERE channel = $1 AND (person = $2 OR external = $3)",
        params![new.channel, new.person, &new.external],
    )?;
    tx.execute(
        "INSERT INTO im_person (channel, external, person, told, since) VALUES ($1, $2, $3, $4, $5)",
        params![new.channel, &new.external, new.person, new.told, new.since],
    )?;
    before.retain(|one| (one.person, &one.external) != (new.person, &new.external));
    Ok(before)
}

/// Writes that a person does not want to be known on a channel by their mail address.
pub fn keep_apart(tx: &mut Tx<'_>, channel: ChannelId, person: UserId) -> Result<()> {
    tx.execute(
        "INSERT INTO im_refused_person (channel, person) VALUES ($1, $2) ON CONFLICT (channel, person) DO NOTHING",
        params![channel, person],
    )?;
    Ok(())
}

/// Whether they do not want that.
pub fn is_kept_apart(tx: &mut Tx<'_>, channel: ChannelId, person: UserId) -> Result<bool> {
    let found = tx.query_opt(
        "SELECT person FROM im_refused_person WHERE channel = $1 AND person = $2",
        params![channel, person],
        |row| row.get::<UserId>("person"),
    )?;
    Ok(found.is_some())
}

/// They have changed their mind.
pub fn let_again(tx: &mut Tx<'_>, channel: ChannelId, person: UserId) -> Result<()> {
    tx.execute(
        "DELETE FROM im_refused_person WHERE channel = $1 AND person = $2",
        params![channel, person],
    )?;
    Ok(())
}

/// Forgets who a person is on a channel; false when nothing was known.
pub fn disconnect(tx: &mut Tx<'_>, channel: ChannelId, person: UserId) -> Result<bool> {
    let gone = tx.execute(
        "DELETE FROM im_person WHERE person = $1 AND channel = $2",
        params![person, channel],
    )?;
    Ok(gone > 0)
}

/// Forgets everybody on a channel.
pub fn forget_channel(tx: &mut Tx<'_>, channel: ChannelId) -> Result<()> {
    tx.execute("DELETE FROM im_person WHERE channel = $1", params![channel])?;
    tx.execute("DELETE FROM im_talk WHERE channel = $1", params![channel])?;
    tx.execute(
        "DELETE FROM im_refused_person WHERE channel = $1",
        params![channel],
    )?;
    Ok(())
}

/// Whether a person wants to be told on a channel; false when they are not known there.
pub fn set_told(tx: &mut Tx<'_>, channel: ChannelId, person: UserId, told: bool) -> Result<bool> {
    let changed = tx.execute(
        "UPDATE im_person SET told = $3 WHERE person = $1 AND channel = $2",
        params![person, channel, told],
    )?;
    Ok(changed > 0)
}

/// Writes a code's hash; the person's former one is worth nothing from now on.
pub fn set_code(
    tx: &mut Tx<'_>,
    person: UserId,
    hash: &str,
    told: bool,
    expires_at: Timestamp,
) -> Result<()> {
    tx.execute(
        "INSERT INTO im_code (person, digest, told, expires_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (person) DO UPDATE SET digest = $2, told = $3, expires_at = $4",
        params![person, hash, told, expires_at],
    )?;
    Ok(())
}

/// Takes a code: whose it is and whether they want to be told. It is gone then.
pub fn take_code(tx: &mut Tx<'_>, hash: &str, now: Timestamp) -> Result<Option<(UserId, bool)>> {
    // In one statement: of two who say it at once, one takes it.
    tx.query_opt(
        "DELETE FROM im_code WHERE digest = $1 AND expires_at > $2 RETURNING person, told",
        params![hash, now],
        |row| Ok((row.get("person")?, row.get("told")?)),
    )
}

/// Whose a code is.
pub fn owner_of(tx: &mut Tx<'_>, hash: &str, now: Timestamp) -> Result<Option<UserId>> {
    tx.query_opt(
        "SELECT person FROM im_code WHERE digest = $1 AND expires_at > $2",
        params![hash, now],
        |row| row.get("person"),
    )
}

/// Forgets codes that ran out.
pub fn forget_codes(tx: &mut Tx<'_>, now: Timestamp) -> Result<()> {
    tx.execute("DELETE FROM im_code WHERE expires_at <= $1", params![now])?;
    Ok(())
}

/// Notes that a person speaks of a ticket.
pub fn talk(tx: &mut Tx<'_>, channel: ChannelId, person: UserId, ticket: i64, at: Timestamp) -> Result<()> {
    tx.execute(
        "INSERT INTO im_talk (channel, person, ticket, at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (channel, person, ticket) DO UPDATE SET at = $4",
        params![channel, person, ticket, at],
    )?;
    Ok(())
}

/// The tickets that a person spoke of since, or was told of, and when; latest first.
pub fn talks(
    tx: &mut Tx<'_>,
    channel: ChannelId,
    person: UserId,
    since: Timestamp,
) -> Result<Vec<(i64, Timestamp)>> {
    tx.query(
        "SELECT ticket, at FROM im_talk WHERE channel = $1 AND person = $2 AND at >= $3 ORDER BY at DESC, ticket DESC LIMIT 20",
        params![channel, person, since],
        |row| Ok((row.get("ticket")?, row.get("at")?)),
    )
}

/// The channels on which a ticket is spoken of.
pub fn channels_of(tx: &mut Tx<'_>, ticket: i64) -> Result<Vec<ChannelId>> {
    tx.query(
        "SELECT DISTINCT channel FROM im_talk WHERE ticket = $1 LIMIT 50",
        params![ticket],
        |row| row.get("channel"),
    )
}

/// Forgets what was spoken of long ago.
pub fn forget_talks(tx: &mut Tx<'_>, before: Timestamp) -> Result<()> {
    tx.execute("DELETE FROM im_talk WHERE at < $1", params![before])?;
    Ok(())
}
