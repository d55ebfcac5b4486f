//! Every SQL statement about where imported tickets come from.

use std::collections::{BTreeMap, BTreeSet};

use kernel::db::{Tx, Value, each_listed, insert_many, params};
use kernel::error::Result;
use kernel::time::Timestamp;

use super::draft::Stated;

/// Foreign ids asked for in one statement; a fixed number keeps it prepared.
const ASKED: usize = 50;

/// Which of these are here already.
pub fn known(tx: &mut Tx, source: &str, foreign: &[&str]) -> Result<BTreeSet<String>> {
    let places: Vec<String> = (2..ASKED + 2).map(|place| format!("${place}")).collect();
    let sql = format!(
        "SELECT foreign_id FROM desk_import WHERE source = $1 AND foreign_id IN ({})",
        places.join(", ")
    );
    let mut found = BTreeSet::new();
    for part in foreign.chunks(ASKED) {
        let mut values: Vec<Value> = vec![source.into()];
        values.extend((0..ASKED).map(|place| {
            part.get(place)
                .or(part.last())
                .map_or(Value::Null, |id| Value::from(*id))
        }));
        found.extend(tx.query(&sql, &values, |row| row.get::<String>("foreign_id"))?);
    }
    Ok(found)
}

/// Where tickets come from; an id that is here already is a conflict.
pub fn insert(tx: &mut Tx, source: &str, all: &[(i64, String, Stated)], at: Timestamp) -> Result<()> {
    let mut values = Vec::with_capacity(all.len() * 7);
    for (ticket, foreign, stated) in all {
        values.extend_from_slice(params![
            source,
            foreign,
            *ticket,
            stated.met,
            stated.reassignments,
            stated.reopenings,
            at
        ]);
    }
    let sql =
        "INSERT INTO desk_import (source, foreign_id, ticket, met, reassignments, reopenings, at) VALUES";
    insert_many(tx, sql, 7, &values)
}

/// Source and what it stated of a ticket, when it was imported.
pub fn of_tickets(tx: &mut Tx, tickets: &[i64]) -> Result<BTreeMap<i64, (String, Stated)>> {
    let mut found = BTreeMap::new();
    each_listed(tickets, |list, numbers| {
        let sql = format!(
            "SELECT ticket, source, met, reassignments, reopenings FROM desk_import WHERE ticket IN ({list})"
        );
        found.extend(tx.query(&sql, numbers, |row| {
            let stated = Stated {
                met: row.get("met")?,
                reassignments: row.get("reassignments")?,
                reopenings: row.get("reopenings")?,
            };
            Ok((row.get("ticket")?, (row.get("source")?, stated)))
        })?);
        Ok(())
    })?;
    Ok(found)
}
