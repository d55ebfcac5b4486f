//! Every SQL statement about what devices hold, what changed, and what people entered.

use kernel::db::{Row, Tx, Value, insert_many, params};
use kernel::error::Result;
use kernel::id::UserId;
use kernel::time::Timestamp;
use protocol::inventory::Section;

use super::{Changed, Entered, Held};
use crate::device::DeviceId;

fn section(word: &str) -> Result<Section> {
    Section::named(word).ok_or_else(|| kernel::Error::internal(format!("unknown section {word:?}")))
}

/// The sections of a device.
pub fn sections(tx: &mut Tx<'_>, id: DeviceId) -> Result<Vec<Held>> {
    tx.query(
        "SELECT s.section, s.digest, s.at, c.items FROM fleet_section s JOIN fleet_content c ON c.digest = s.digest
         WHERE s.device = $1 ORDER BY s.section",
        params![id],
        |row| {
            Ok(Held {
                section: section(&row.get::<String>("section")?)?,
                digest: row.get("digest")?,
                at: row.get("at")?,
                items: row.get("items")?,
            })
        },
    )
}

/// What a section of a device holds, as JSON; none when it has no such section.
pub fn body(tx: &mut Tx<'_>, id: DeviceId, section: Section) -> Result<Option<String>> {
    tx.query_opt(
        "SELECT c.body FROM fleet_section s JOIN fleet_content c ON c.digest = s.digest
         WHERE s.device = $1 AND s.section = $2",
        params![id, section.name()],
        |row| row.get("body"),
    )
}

/// Several sections in one statement.
pub fn bodies(tx: &mut Tx<'_>, id: DeviceId, wanted: &[Section]) -> Result<Vec<(Section, String)>> {
    let mut values: Vec<Value> = vec![id.into()];
    values.extend(wanted.iter().map(|one| Value::from(one.name())));
    let places: Vec<String> = (2..=values.len()).map(|place| format!("${place}")).collect();
    if places.is_empty() {
        return Ok(Vec::new());
    }
    tx.query(
        &format!(
            "SELECT s.section, c.body FROM fleet_section s JOIN fleet_content c ON c.digest = s.digest
             WHERE s.device = $1 AND s.section IN ({})",
            places.join(", ")
        ),
        &values,
        |row| Ok((section(&row.get::<String>("section")?)?, row.get("body")?)),
    )
}

/// Keeps a content; one that is there is only said to be fresh.
pub fn put_content(tx: &mut Tx<'_>, digest: &str, items: usize, body: &str, at: Timestamp) -> Result<()> {
    tx.execute(
        "INSERT INTO fleet_content (digest, items, body, used_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (digest) DO UPDATE SET used_at = excluded.used_at",
        params![digest, items, body, at],
    )?;
    Ok(())
}

/// Says which content a section has.
pub fn put_section(
    tx: &mut Tx<'_>,
    id: DeviceId,
    section: Section,
    digest: &str,
    at: Timestamp,
) -> Result<()> {
    tx.execute(
        "INSERT INTO fleet_section (device, section, digest, at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (device, section) DO UPDATE SET digest = excluded.digest, at = excluded.at",
        params![id, section.name(), digest, at],
    )?;
    Ok(())
}

/// Writes what changed on a device at one time.
pub fn add_changes(tx: &mut Tx<'_>, id: DeviceId, changes: &[Changed]) -> Result<()> {
    let mut rows: Vec<Value> = Vec::with_capacity(changes.len() * 7);
    for change in changes {
        rows.extend([
            id.into(),
            change.section.name().into(),
            change.item.as_str().into(),
            super::kind_word(change.kind).into(),
            change.before.clone().into(),
            change.after.clone().into(),
            change.at.into(),
        ]);
    }
    insert_many(
        tx,
        "INSERT INTO fleet_change (device, section, item, kind, before, after, at) VALUES",
        7,
        &rows,
    )
}

fn changed(row: &Row<'_>) -> Result<Changed> {
    let kind: String = row.get("kind")?;
    Ok(Changed {
        id: row.get("id")?,
        section: section(&row.get::<String>("section")?)?,
        item: row.get("item")?,
        kind: super::kind_of(&kind)?,
        before: row.get("before")?,
        after: row.get("after")?,
        at: row.get("at")?,
    })
}

/// What changed on a device within a time, the latest first; `before` is where a page of it went on.
pub fn changes(
    tx: &mut Tx<'_>,
    id: DeviceId,
    since: Timestamp,
    until: Timestamp,
    wanted: Option<Section>,
    before: Option<(Timestamp, i64)>,
    limit: i64,
) -> Result<Vec<Changed>> {
    let mut values: Vec<Value> = vec![id.into(), since.into(), until.into(), limit.into()];
    let mut finer = String::new();
    if let Some(section) = wanted {
        values.push(section.name().into());
        finer.push_str(" AND section = $5");
    }
    if let Some((at, number)) = before {
        let place = values.len() + 1;
        values.push(at.into());
        values.push(number.into());
        finer.push_str(&format!(
            " AND (at < ${place} OR (at = ${place} AND id < ${}))",
            place + 1
        ));
    }
    tx.query(
        &format!(
            "SELECT id, section, item, kind, before, after, at FROM fleet_change
             WHERE device = $1 AND at >= $2 AND at < $3{finer} ORDER BY at DESC, id DESC LIMIT $4"
        ),
        &values,
        changed,
    )
}

/// What people entered over what a device says.
pub fn entered(tx: &mut Tx<'_>, id: DeviceId) -> Result<Vec<Entered>> {
    tx.query(
        "SELECT section, item, field, value, by_person, at FROM fleet_overlay WHERE device = $1
         ORDER BY section, item, field LIMIT 500",
        params![id],
        |row| {
            Ok(Entered {
                section: section(&row.get::<String>("section")?)?,
                item: row.get("item")?,
                field: row.get("field")?,
                value: row.get("value")?,
                by: row.get("by_person")?,
                at: row.get("at")?,
            })
        },
    )
}

/// Writes what a person entered.
pub fn enter(
    tx: &mut Tx<'_>,
    id: DeviceId,
    place: (Section, &str, &str),
    value: &str,
    by: Option<UserId>,
    at: Timestamp,
) -> Result<()> {
    let (section, item, field) = place;
    tx.execute(
        "INSERT INTO fleet_overlay (device, section, item, field, value, by_person, at) VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (device, section, item, field) DO UPDATE SET value = excluded.value, by_person = excluded.by_person,
             at = excluded.at",
        params![id, section.name(), item, field, value, by, at],
    )?;
    Ok(())
}

/// Takes away what a person entered; false when nothing was there.
pub fn withdraw(tx: &mut Tx<'_>, id: DeviceId, place: (Section, &str, &str)) -> Result<bool> {
    let (section, item, field) = place;
    let rows = tx.execute(
        "DELETE FROM fleet_overlay WHERE device = $1 AND section = $2 AND item = $3 AND field = $4",
        params![id, section.name(), item, field],
    )?;
    Ok(rows > 0)
}

/// Gives sections, history, and what people entered to another device. Where both have a section the later one stays; what a
/// person entered on the device that stays is not overwritten.
pub fn hand_over(tx: &mut Tx<'_>, from: DeviceId, to: DeviceId) -> Result<()> {
    let pair = params![from, to];
    tx.execute(
        "INSERT INTO fleet_section (device, section, digest, at)
         SELECT $2, section, digest, at FROM fleet_section WHERE device = $1
         ON CONFLICT (device, section) DO UPDATE SET digest = excluded.digest, at = excluded.at
         WHERE fleet_section.at < excluded.at",
        pair,
    )?;
    tx.execute(
        "INSERT INTO fleet_overlay (device, section, item, field, value, by_person, at)
         SELECT $2, section, item, field, value, by_person, at FROM fleet_overlay WHERE device = $1
         ON CONFLICT (device, section, item, field) DO NOTHING",
        pair,
    )?;
    tx.execute("UPDATE fleet_change SET device = $2 WHERE device = $1", pair)?;
    tx.execute(
        "UPDATE fleet_device SET inventory_at = (SELECT MAX(at) FROM fleet_section WHERE device = $2)
         WHERE id = $2 AND $1 <> $2",
        pair,
    )?;
    for table in ["fleet_section", "fleet_overlay", "fleet_beat", "fleet_seen"] {
        tx.execute(&format!("DELETE FROM {table} WHERE device = $1"), params![from])?;
    }
    Ok(())
}

/// Forgets changes of before an instant.
pub fn forget_changes(tx: &mut Tx<'_>, before: Timestamp) -> Result<u64> {
    tx.execute("DELETE FROM fleet_change WHERE at < $1", params![before])
}

/// Clears away contents that no device has and that nobody used since an instant.
pub fn forget_contents(tx: &mut Tx<'_>, unused_since: Timestamp) -> Result<u64> {
    tx.execute(
        "DELETE FROM fleet_content WHERE used_at < $1
         AND NOT EXISTS (SELECT 1 FROM fleet_section WHERE fleet_section.digest = fleet_content.digest)",
        params![unused_since],
    )
}
