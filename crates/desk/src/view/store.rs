//! Every SQL statement about the figures.

use std::collections::BTreeMap;
use std::sync::Arc;

use kernel::db::{Row, Tx, params};
use kernel::error::Result;
use kernel::id::{TeamId, UserId};

use super::Key;
use crate::ticket::value::{Priority, State, TicketType};

/// Adds to (or takes from) a row; a row that came to nothing goes away, so that the table stays as small as the queues are.
pub fn add(tx: &mut Tx, key: &Key, by: i64) -> Result<()> {
    let left: i64 = tx.query_one(
        "INSERT INTO desk_count (state, priority, team, assignee, type, overdue, slot, n)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT (state, priority, team, assignee, type, overdue, slot) DO UPDATE SET n = desk_count.n + excluded.n
         RETURNING n",
        params![
            key.state.as_str(),
            key.priority.as_str(),
            text(key.team),
            text(key.assignee),
            key.ticket_type.as_str(),
            key.overdue,
            key.slot,
            by
        ],
        |row| row.get("n"),
    )?;
    if left == 0 {
        tx.execute(
            "DELETE FROM desk_count WHERE state = $1 AND priority = $2 AND team = $3 AND assignee = $4 AND type = $5
             AND overdue = $6 AND slot = $7 AND n = 0",
            params![
                key.state.as_str(),
                key.priority.as_str(),
                text(key.team),
                text(key.assignee),
                key.ticket_type.as_str(),
                key.overdue,
                key.slot
            ],
        )?;
    }
    Ok(())
}

/// All rows but the closed ones, slots together; kept while nothing happens. The open states are named so that the key is
/// walked and not the table.
pub fn not_closed(tx: &mut Tx) -> Result<Arc<Vec<(Key, i64)>>> {
    tx.kept_while_still("desk.not_closed", read_not_closed)
}

fn read_not_closed(tx: &mut Tx) -> Result<Vec<(Key, i64)>> {
    tx.query(
        "SELECT state, priority, team, assignee, type, overdue, CAST(SUM(n) AS BIGINT) AS n FROM desk_count
         WHERE state IN ('new', 'in_progress', 'waiting_requester', 'waiting_supplier', 'waiting_development',
                         'waiting_approval', 'resolved')
         GROUP BY state, priority, team, assignee, type, overdue",
        params![],
        read,
    )
}

fn read(row: &Row) -> Result<(Key, i64)> {
    let key = Key {
        state: State::stored(&row.get::<String>("state")?)?,
        priority: Priority::stored(&row.get::<String>("priority")?)?,
        team: id(&row.get::<String>("team")?)?,
        assignee: id(&row.get::<String>("assignee")?)?,
        ticket_type: TicketType::stored(&row.get::<String>("type")?)?,
        overdue: row.get("overdue")?,
        slot: 0,
    };
    Ok((key, row.get("n")?))
}

/// Primary keys know no NULL: nobody is the empty text.
fn text<T: ToString>(id: Option<T>) -> String {
    id.map(|id| id.to_string()).unwrap_or_default()
}

fn id<T: std::str::FromStr<Err = kernel::error::Error>>(text: &str) -> Result<Option<T>> {
    if text.is_empty() {
        Ok(None)
    } else {
        text.parse().map(Some)
    }
}

/// The same figures counted from the tickets themselves, closed ones included: what the table must always equal.
pub fn scan(tx: &mut Tx) -> Result<BTreeMap<Key, i64>> {
    let rows = tx.query(
        "SELECT state, priority, team, assignee, type, overdue, COUNT(*) AS n FROM desk_ticket
         GROUP BY state, priority, team, assignee, type, overdue",
        params![],
        |row| {
            let team: Option<TeamId> = row.get("team")?;
            let assignee: Option<UserId> = row.get("assignee")?;
            let key = Key {
                state: State::stored(&row.get::<String>("state")?)?,
                priority: Priority::stored(&row.get::<String>("priority")?)?,
                team,
                assignee,
                ticket_type: TicketType::stored(&row.get::<String>("type")?)?,
                overdue: row.get("overdue")?,
                slot: 0,
            };
            Ok((key, row.get::<i64>("n")?))
        },
    )?;
    Ok(rows.into_iter().collect())
}

/// The table as it stands, slots together.
pub fn stored(tx: &mut Tx) -> Result<BTreeMap<Key, i64>> {
    let rows = tx.query(
        "SELECT state, priority, team, assignee, type, overdue, CAST(SUM(n) AS BIGINT) AS n FROM desk_count
         GROUP BY state, priority, team, assignee, type, overdue",
        params![],
        read,
    )?;
    Ok(rows.into_iter().collect())
}

/// Rebuilds the figures and the open work per person from the tickets, after an import or a repair.
pub fn rebuild(tx: &mut Tx) -> Result<()> {
    tx.execute("DELETE FROM desk_count", params![])?;
    tx.execute(
        "INSERT INTO desk_count (state, priority, team, assignee, type, overdue, slot, n)
         SELECT state, priority, COALESCE(team, ''), COALESCE(assignee, ''), type, overdue, number % 8, COUNT(*)
         FROM desk_ticket
         GROUP BY state, priority, COALESCE(team, ''), COALESCE(assignee, ''), type, overdue, number % 8",
        params![],
    )?;
    tx.execute("DELETE FROM desk_load", params![])?;
    tx.execute(
        "INSERT INTO desk_load (person, weight, tickets)
         SELECT assignee,
                CAST(SUM(CASE priority WHEN 'P0' THEN 16 WHEN 'P1' THEN 8 WHEN 'P2' THEN 4 ELSE 2 END * complexity
                    / CASE WHEN state LIKE 'waiting%' THEN 2 ELSE 1 END) AS BIGINT),
                COUNT(*)
         FROM desk_ticket WHERE stage = 0 AND assignee IS NOT NULL GROUP BY assignee",
        params![],
    )?;
    Ok(())
}
