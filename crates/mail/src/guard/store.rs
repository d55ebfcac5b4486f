//! Every SQL statement about the counting.

use kernel::Result;
use kernel::db::{Tx, params};

pub(super) fn count(tx: &mut Tx<'_>, sender: &str, hour: i64) -> Result<i64> {
    tx.query_one(
        "INSERT INTO mail_sender_rate (sender, hour, count) VALUES ($1, $2, 1)
         ON CONFLICT (sender, hour) DO UPDATE SET count = mail_sender_rate.count + 1 RETURNING count",
        params![sender, hour],
        |row| row.get("count"),
    )
}

pub(super) fn delete_before(tx: &mut Tx<'_>, hour: i64) -> Result<()> {
    tx.execute("DELETE FROM mail_sender_rate WHERE hour < $1", params![hour])?;
    Ok(())
}
