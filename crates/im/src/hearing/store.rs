//! Every SQL statement about what was heard and what was refused.

use kernel::db::{Row, Tx, params};
use kernel::error::Result;
use kernel::time::Timestamp;

use super::introducing::UnheededId;
use super::refusing::Refused;
use crate::channel::ChannelId;
use crate::service::Heard;

/// Keeps a mark; false when it is known.
pub fn insert_mark(tx: &mut Tx<'_>, channel: ChannelId, mark: &str, at: Timestamp) -> Result<bool> {
    let written = tx.execute(
        "INSERT INTO im_heard (channel, mark, at) VALUES ($1, $2, $3) ON CONFLICT (channel, mark) DO NOTHING",
        params![channel, mark, at],
    )?;
    Ok(written > 0)
}

/// Whether a mark is known.
pub fn is_marked(tx: &mut Tx<'_>, channel: ChannelId, mark: &str) -> Result<bool> {
    let found = tx.query_opt(
        "SELECT at FROM im_heard WHERE channel = $1 AND mark = $2",
        params![channel, mark],
        |row| row.get::<Timestamp>("at"),
    )?;
    Ok(found.is_some())
}

/// Keeps what somebody said whom the service is asked after.
pub fn insert_unheeded(
    tx: &mut Tx<'_>,
    id: UnheededId,
    channel: ChannelId,
    heard: &Heard,
    at: Timestamp,
) -> Result<()> {
    tx.execute(
        "INSERT INTO im_unheeded (id, channel, external, heard, created_at) VALUES ($1, $2, $3, $4, $5)",
        params![id, channel, &heard.who, serde_json::to_string(heard)?, at],
    )?;
    Ok(())
}

/// What somebody said first of all that is not yet heeded, and when.
pub fn first_unheeded(
    tx: &mut Tx<'_>,
    channel: ChannelId,
    external: &str,
) -> Result<Option<(UnheededId, Heard, Timestamp)>> {
    tx.query_opt(
        "SELECT id, heard, created_at FROM im_unheeded WHERE channel = $1 AND external = $2 ORDER BY id LIMIT 1",
        params![channel, external],
        |row| {
            let heard: serde_json::Value = row.get("heard")?;
            Ok((row.get("id")?, serde_json::from_value(heard)?, row.get("created_at")?))
        },
    )
}

/// Takes it, to be heeded now; false when another job has it.
pub fn take_unheeded(tx: &mut Tx<'_>, id: UnheededId) -> Result<bool> {
    let gone = tx.execute("DELETE FROM im_unheeded WHERE id = $1", params![id])?;
    Ok(gone > 0)
}

/// Forgets what was said on a channel and not heeded.
pub fn forget_unheeded_of_channel(tx: &mut Tx<'_>, channel: ChannelId) -> Result<()> {
    tx.execute("DELETE FROM im_unheeded WHERE channel = $1", params![channel])?;
    Ok(())
}

/// Forgets what was said before this instant and never heeded.
pub fn forget_unheeded(tx: &mut Tx<'_>, before: Timestamp) -> Result<()> {
    tx.execute("DELETE FROM im_unheeded WHERE created_at < $1", params![before])?;
    Ok(())
}

/// Forgets marks of before, a piece of them; gives back how many.
pub fn forget_marks(tx: &mut Tx<'_>, before: Timestamp, piece: i64) -> Result<u64> {
    tx.execute(
        "DELETE FROM im_heard WHERE (channel, mark) IN (SELECT channel, mark FROM im_heard WHERE at < $1 ORDER BY at LIMIT $2)",
        params![before, piece],
    )
}

/// Whether somebody from there was refused for this reason in this hour.
pub fn is_known(tx: &mut Tx<'_>, channel: ChannelId, hour: i64, reason: &str, address: &str) -> Result<bool> {
    let found = tx.query_opt(
        "SELECT times FROM im_refusal WHERE channel = $1 AND hour = $2 AND reason = $3 AND address = $4",
        params![channel, hour, reason, address],
        |row| row.get::<i64>("times"),
    )?;
    Ok(found.is_some())
}

/// How many lines an hour has.
pub fn lines(tx: &mut Tx<'_>, channel: ChannelId, hour: i64) -> Result<i64> {
    tx.query_one(
        "SELECT COUNT(*) AS n FROM im_refusal WHERE channel = $1 AND hour = $2",
        params![channel, hour],
        |row| row.get("n"),
    )
}

/// Counts a refused request.
pub fn count(
    tx: &mut Tx<'_>,
    channel: ChannelId,
    hour: i64,
    (reason, address): (&str, &str),
    at: Timestamp,
) -> Result<()> {
    tx.execute(
        "INSERT INTO im_refusal (channel, hour, reason, address, times, last_at) VALUES ($1, $2, $3, $4, 1, $5)
         ON CONFLICT (channel, hour, reason, address) DO UPDATE SET times = im_refusal.times + 1, last_at = $5",
        params![channel, hour, reason, address, at],
    )?;
    Ok(())
}

/// What was refused, latest hours first.
pub fn refused(tx: &mut Tx<'_>, channel: ChannelId, limit: i64) -> Result<Vec<Refused>> {
    tx.query(
        "SELECT reason, address, times, last_at FROM im_refusal WHERE channel = $1
         ORDER BY hour DESC, reason, address LIMIT $2",
        params![channel, limit],
        |row: &Row<'_>| {
            Ok(Refused {
                reason: row.get("reason")?,
                address: row.get("address")?,
                times: row.get("times")?,
                last_at: row.get("last_at")?,
            })
        },
    )
}

/// Forgets what was refused before an hour.
pub fn forget_refused(tx: &mut Tx<'_>, before_hour: i64) -> Result<()> {
    tx.execute("DELETE FROM im_refusal WHERE hour < $1", params![before_hour])?;
    Ok(())
}
