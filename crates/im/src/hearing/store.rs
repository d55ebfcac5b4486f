//! Every SQL statement about what was heard and what was refused.

use kernel::db::{Row, Tx, params};
use kernel::error::Result;
use kernel::time::Timestamp;

use super::refusing::Refused;
use crate::channel::ChannelId;

/// Keeps a mark; false when it is known.
pub fn insert_mark(tx: &mut Tx<'_>, channel: ChannelId, mark: &str, at: Timestamp) -> Result<bool> {
    let written = tx.execute(
        "INSERT INTO im_heard (channel, mark, at) VALUES ($1, $2, $3) ON CONFLICT (channel, mark) DO NOTHING",
        params![channel, mark, at],
    )?;
    Ok(written > 0)
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
