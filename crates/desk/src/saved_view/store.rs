//! Every SQL statement about saved views and the rails they stand in.

use std::fmt::Write as _;

use kernel::db::{Row, Tx, Value, params};
use kernel::error::{Error, Result};
use kernel::id::{TeamId, UserId};

use super::{Audience, Reader, SavedView, ViewId};

const COLUMNS: &str = "v.id, v.owner, v.name, v.audience, v.definition, v.updated_at, f.place";
/// More than anybody reads; a view beyond it is found by its address.
const LIST_MOST: i64 = 500;

/// The condition under which a reader may use a view; `$1` is the reader.
fn usable(reader: &Reader, values: &mut Vec<Value>) -> String {
    let mut sql = String::from("(v.owner = $1 OR v.audience = 'all'");
    if !reader.teams.is_empty() {
        sql.push_str(" OR v.id IN (SELECT view FROM desk_saved_view_team WHERE team IN (");
        for (index, team) in reader.teams.iter().enumerate() {
            values.push(Value::from(*team));
            // Writing to a String cannot fail.
            let _ = write!(sql, "{}${}", if index > 0 { ", " } else { "" }, values.len());
        }
        sql.push_str("))");
    }
    sql.push(')');
    sql
}

pub fn list(tx: &mut Tx, reader: &Reader) -> Result<Vec<SavedView>> {
    let mut values = vec![Value::from(reader.person)];
    let usable = usable(reader, &mut values);
    let sql = format!(
        "SELECT {COLUMNS} FROM desk_saved_view v
         LEFT JOIN desk_view_favourite f ON f.view = v.id AND f.person = $1
         WHERE {usable} ORDER BY v.name, v.id LIMIT {LIST_MOST}"
    );
    tx.query(&sql, &values, read)
}

pub fn favourites(tx: &mut Tx, reader: &Reader, limit: i64) -> Result<Vec<SavedView>> {
    let mut values = vec![Value::from(reader.person)];
    let usable = usable(reader, &mut values);
    let sql = format!(
        "SELECT {COLUMNS} FROM desk_view_favourite f JOIN desk_saved_view v ON v.id = f.view
         WHERE f.person = $1 AND {usable} ORDER BY f.place, v.id LIMIT {limit}"
    );
    tx.query(&sql, &values, read)
}

pub fn load(tx: &mut Tx, reader: &Reader, id: ViewId) -> Result<Option<SavedView>> {
    let mut values = vec![Value::from(reader.person), Value::from(id)];
    let usable = usable(reader, &mut values);
    let sql = format!(
        "SELECT {COLUMNS} FROM desk_saved_view v
         LEFT JOIN desk_view_favourite f ON f.view = v.id AND f.person = $1
         WHERE v.id = $2 AND {usable}"
    );
    tx.query_opt(&sql, &values, read)
}

fn read(row: &Row) -> Result<SavedView> {
    let place: Option<i64> = row.get("place")?;
    Ok(SavedView {
        id: row.get("id")?,
        owner: row.get("owner")?,
        name: row.get("name")?,
        audience: Audience::stored(&row.get::<String>("audience")?)?,
        definition: serde_json::from_str(&row.get::<String>("definition")?)?,
        updated_at: row.get("updated_at")?,
        is_favourite: place.is_some(),
    })
}

pub fn count_of(tx: &mut Tx, owner: UserId) -> Result<i64> {
    tx.query_one(
        "SELECT COUNT(*) AS n FROM desk_saved_view WHERE owner = $1",
        params![owner],
        |row| row.get("n"),
    )
}

pub fn insert(tx: &mut Tx, view: &SavedView, teams: &[TeamId]) -> Result<()> {
    tx.execute(
        "INSERT INTO desk_saved_view (id, owner, name, audience, definition, updated_at) VALUES ($1, $2, $3, $4, $5, $6)",
        params![
            view.id,
            view.owner,
            &view.name,
            view.audience.as_str(),
            serde_json::to_string(&view.definition)?,
            view.updated_at
        ],
    )?;
    share(tx, view, teams)
}

pub fn update(tx: &mut Tx, view: &SavedView, teams: &[TeamId]) -> Result<()> {
    let changed = tx.execute(
        "UPDATE desk_saved_view SET name = $2, audience = $3, definition = $4, updated_at = $5 WHERE id = $1",
        params![
            view.id,
            &view.name,
            view.audience.as_str(),
            serde_json::to_string(&view.definition)?,
            view.updated_at
        ],
    )?;
    if changed == 0 {
        return Err(Error::not_found());
    }
    tx.execute(
        "DELETE FROM desk_saved_view_team WHERE view = $1",
        params![view.id],
    )?;
    share(tx, view, teams)
}

fn share(tx: &mut Tx, view: &SavedView, teams: &[TeamId]) -> Result<()> {
    for team in teams.iter().filter(|_| view.audience == Audience::Teams) {
        tx.execute(
            "INSERT INTO desk_saved_view_team (view, team) VALUES ($1, $2) ON CONFLICT DO NOTHING",
            params![view.id, *team],
        )?;
    }
    Ok(())
}

/// The teams that a view is shared with.
pub fn teams_of(tx: &mut Tx, id: ViewId) -> Result<Vec<TeamId>> {
    tx.query(
        "SELECT team FROM desk_saved_view_team WHERE view = $1 ORDER BY team",
        params![id],
        |row| row.get("team"),
    )
}

pub fn delete(tx: &mut Tx, id: ViewId) -> Result<()> {
    for sql in [
        "DELETE FROM desk_view_favourite WHERE view = $1",
        "DELETE FROM desk_saved_view_team WHERE view = $1",
        "DELETE FROM desk_saved_view WHERE id = $1",
    ] {
        tx.execute(sql, params![id])?;
    }
    Ok(())
}

/// Behind the others.
pub fn add_favourite(tx: &mut Tx, person: UserId, view: ViewId) -> Result<()> {
    tx.execute(
        "INSERT INTO desk_view_favourite (person, view, place)
         SELECT $1, $2, COALESCE(MAX(place), 0) + 1 FROM desk_view_favourite WHERE person = $1
         ON CONFLICT DO NOTHING",
        params![person, view],
    )?;
    Ok(())
}

pub fn remove_favourite(tx: &mut Tx, person: UserId, view: ViewId) -> Result<()> {
    tx.execute(
        "DELETE FROM desk_view_favourite WHERE person = $1 AND view = $2",
        params![person, view],
    )?;
    Ok(())
}

pub fn order_favourites(tx: &mut Tx, person: UserId, order: &[ViewId]) -> Result<()> {
    for (place, view) in (1_i64..).zip(order) {
        tx.execute(
            "UPDATE desk_view_favourite SET place = $3 WHERE person = $1 AND view = $2",
            params![person, *view, place],
        )?;
    }
    Ok(())
}
