//! Every SQL statement about the work list.

use kernel::Locale;
use kernel::db::{Row, Tx, Value, each_listed, params};
use kernel::error::{Error, Result};
use kernel::id::UserId;
use kernel::time::Timestamp;

use super::finding::Found;
use super::{About, Filter, Gap, Kind, State};

const COLUMNS: &str =
    "id, kind, key, title, locale, weight, about, state, owner, article, reason, first_at, seen_at,
    settled_at";

fn read(row: &Row) -> Result<Gap> {
    let damaged = |what: &str| Error::internal(format!("unknown {what} of a gap in the database"));
    let about: String = row.get("about")?;
    let locale: String = row.get("locale")?;
    Ok(Gap {
        id: row.get("id")?,
        kind: Kind::parse(&row.get::<String>("kind")?).ok_or_else(|| damaged("kind"))?,
        key: row.get("key")?,
        title: row.get("title")?,
        locale: Locale::parse(&locale).unwrap_or_default(),
        weight: row.get("weight")?,
        about: serde_json::from_str::<About>(&about)?,
        state: State::parse(&row.get::<String>("state")?).ok_or_else(|| damaged("state"))?,
        owner: row.get("owner")?,
        article: row.get("article")?,
        reason: row.get("reason")?,
        first_at: row.get("first_at")?,
        seen_at: row.get("seen_at")?,
        settled_at: row.get("settled_at")?,
    })
}

/// One line.
pub fn find(tx: &mut Tx<'_>, id: i64) -> Result<Option<Gap>> {
    tx.query_opt(
        &format!("SELECT {COLUMNS} FROM answers_gap WHERE id = $1"),
        params![id],
        read,
    )
}

/// Lines of these kinds, the heaviest first.
pub fn list(
    tx: &mut Tx<'_>,
    filter: &Filter,
    kinds: &[Kind],
    offset: usize,
    limit: usize,
) -> Result<Vec<Gap>> {
    let mut values: Vec<Value> = params![
        filter.state.as_str(),
        i64::try_from(limit).unwrap_or(i64::MAX),
        i64::try_from(offset).unwrap_or(i64::MAX)
    ]
    .to_vec();
    let mut owned = "";
    if let Some(owner) = filter.owner {
        values.push(Value::from(owner));
        owned = " AND owner = $4";
    }
    let places: Vec<String> = kinds
        .iter()
        .map(|kind| {
            values.push(Value::from(kind.as_str()));
            format!("${}", values.len())
        })
        .collect();
    let sql = format!(
        "SELECT {COLUMNS} FROM answers_gap WHERE state = $1{owned} AND kind IN ({})
         ORDER BY weight DESC, id LIMIT $2 OFFSET $3",
        places.join(", ")
    );
    tx.query(&sql, &values, read)
}

/// How many lines of each kind stand in a state.
pub fn counts(tx: &mut Tx<'_>, state: State) -> Result<Vec<(Kind, i64)>> {
    let rows = tx.query(
        "SELECT kind, COUNT(*) AS n FROM answers_gap WHERE state = $1 GROUP BY kind ORDER BY kind LIMIT 20",
        params![state.as_str()],
        |row| Ok((row.get::<String>("kind")?, row.get::<i64>("n")?)),
    )?;
    Ok(rows
        .into_iter()
        .filter_map(|(kind, count)| Some((Kind::parse(&kind)?, count)))
        .collect())
}

/// Keeps what was found. A line that went comes back; one that a person settled stays as it is.
pub fn put(tx: &mut Tx<'_>, found: &Found, now: Timestamp) -> Result<()> {
    tx.execute(
        "INSERT INTO answers_gap (kind, key, title, locale, weight, about, state, owner, article, reason, first_at,
             seen_at, settled_by, settled_at)
         VALUES ($1, $2, $3, $4, $5, $6, 'open', NULL, NULL, '', $7, $7, NULL, NULL)
         ON CONFLICT (kind, key) DO UPDATE SET title = excluded.title, weight = excluded.weight,
             about = excluded.about, seen_at = excluded.seen_at,
             state = CASE WHEN answers_gap.state = 'gone' THEN 'open' ELSE answers_gap.state END",
        params![
            found.kind.as_str(),
            &found.key,
            &found.title,
            found.locale.tag(),
            found.weight,
            serde_json::to_string(&found.about)?,
            now
        ],
    )?;
    Ok(())
}

/// Forgets lines that went and were not found since.
pub fn forget_gone(tx: &mut Tx<'_>, seen_before: Timestamp) -> Result<()> {
    tx.execute(
        "DELETE FROM answers_gap WHERE seen_at < $1 AND state = 'gone'",
        params![seen_before],
    )?;
    Ok(())
}

/// Open lines and drafts that were not found any more go.
pub fn let_go(tx: &mut Tx<'_>, seen_before: Timestamp) -> Result<()> {
    tx.execute(
        "UPDATE answers_gap SET state = 'gone' WHERE seen_at < $1 AND state IN ('open', 'drafted')",
        params![seen_before],
    )?;
    Ok(())
}

/// Gives a line to somebody, or to nobody.
pub fn set_owner(tx: &mut Tx<'_>, id: i64, owner: Option<UserId>) -> Result<()> {
    tx.execute(
        "UPDATE answers_gap SET owner = $2 WHERE id = $1",
        params![id, owner],
    )?;
    Ok(())
}

/// What a person decided about a line.
pub fn set_state(
    tx: &mut Tx<'_>,
    id: i64,
    (state, reason, article): (State, &str, Option<i64>),
    by: Option<UserId>,
    now: Timestamp,
) -> Result<()> {
    let settled = (state != State::Open).then_some(now);
    tx.execute(
        "UPDATE answers_gap SET state = $2, reason = $3, article = $4, settled_by = $5, settled_at = $6 WHERE id = $1",
        params![id, state.as_str(), reason, article, by, settled],
    )?;
    Ok(())
}

/// Those of these tickets in which an article was used.
pub fn covered_among(tx: &mut Tx<'_>, tickets: &[i64]) -> Result<Vec<i64>> {
    let mut found = Vec::new();
    each_listed(tickets, |places, values| {
        let sql = format!("SELECT DISTINCT ticket FROM answers_use WHERE ticket IN ({places})");
        found.extend(tx.query(&sql, values, |row| row.get::<i64>("ticket"))?);
        Ok(())
    })?;
    Ok(found)
}
