//! What devices say is in them, what changed from one report to the next, and what people entered over it.
//!
//! A section that a report brings replaces that section of the device; one that it does not bring stays, so a partial report erases
//! nothing. Equal contents are kept once, whoever has them. What moves all the time (free room, temperatures) is kept and shown but is no
//! change (`quiet`). What a person entered is laid over it when it is read (`overlay`), never mixed with it.

pub mod ansible;
pub mod forgetting;
mod hardware;
pub mod overlay;
mod quiet;
pub mod store;

use std::collections::BTreeMap;

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::id::UserId;
use kernel::time::Timestamp;
use protocol::inventory::{Content, Item, Kind, Report, Section, diff};
use serde_json::json;

use crate::device::{self, DeviceId, find, note};
use crate::events;

pub use hardware::kind_told;
pub use quiet::is_quiet;

/// Changes of one section that one report can bring into the history.
const CHANGES_MOST: usize = 5_000;
/// Changes on a page of the history.
pub const PIECE: i64 = 200;

/// A section of a device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// Which.
    pub section: Section,
    /// The hash of what is in it.
    pub digest: String,
    /// When the device said so last.
    pub at: Timestamp,
    /// How many items it has.
    pub items: i64,
}

/// A change as it is kept. Values are JSON of an item's values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed {
    /// Its number; 0 before it is kept.
    pub id: i64,
    /// Where.
    pub section: Section,
    /// The key of the item.
    pub item: String,
    /// What happened to it.
    pub kind: Kind,
    /// Its values before.
    pub before: Option<String>,
    /// Its values after.
    pub after: Option<String>,
    /// When the report said so.
    pub at: Timestamp,
}

/// What a person entered over one value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entered {
    /// Where.
    pub section: Section,
    /// The key of the item.
    pub item: String,
    /// The name of the value.
    pub field: String,
    /// What they entered.
    pub value: String,
    /// Who.
    pub by: Option<UserId>,
    /// When.
    pub at: Timestamp,
}

/// What became of a report.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Taken {
    /// How many things changed; the first report of a section changes nothing.
    pub changes: usize,
    /// What the server holds now, by section: the agent need not send what has this hash.
    pub hashes: BTreeMap<String, String>,
    /// Sections said to be unchanged that the server does not hold: they must be sent whole.
    pub missing: Vec<Section>,
}

/// The word of a change in the database.
#[must_use]
pub const fn kind_word(kind: Kind) -> &'static str {
    match kind {
        Kind::Added => "added",
        Kind::Removed => "removed",
        Kind::Changed => "changed",
    }
}

pub(crate) fn kind_of(word: &str) -> Result<Kind> {
    [Kind::Added, Kind::Removed, Kind::Changed]
        .into_iter()
        .find(|kind| kind_word(*kind) == word)
        .ok_or_else(|| Error::internal(format!("unknown change {word:?}")))
}

/// Takes a report into a device. Whether it may speak for the device is the caller's to know.
///
/// # Errors
/// Not found for a device that is not there; the database's.
pub fn take(tx: &mut Tx<'_>, cx: &Cx, id: DeviceId, report: &Report) -> Result<Taken> {
    if device::store::find(tx, id)?.is_some_and(|device| device.source == device::Source::Guest) {
        return Ok(Taken::default());
    }
    tx.lock("fleet.inventory", id)?;
    let now = cx.now();
    let mut held: BTreeMap<Section, Held> = store::sections(tx, id)?
        .into_iter()
        .map(|one| (one.section, one))
        .collect();
    let mut taken = Taken::default();
    let mut counts: BTreeMap<&'static str, usize> = BTreeMap::new();
    let mut is_first = false;
    for (section, content) in report.clone().cleaned().sections {
        match take_section(tx, id, section, content, held.get(&section), now)? {
            Outcome::Missing => taken.missing.push(section),
            Outcome::Same => {}
            Outcome::New {
                held: now_held,
                changes,
            } => {
                is_first |= !held.contains_key(&section);
                if changes > 0 {
                    counts.insert(section.name(), changes);
                    taken.changes += changes;
                }
                held.insert(section, now_held);
            }
        }
    }
    device::store::set_inventory_at(tx, id, now)?;
    if taken.changes > 0 || is_first {
        let data = json!({ "sections": counts, "changes": taken.changes });
        note(tx, cx, id, events::INVENTORY_TAKEN, data, None)?;
    }
    taken.hashes = held
        .into_values()
        .map(|one| (one.section.name().to_owned(), one.digest))
        .collect();
    Ok(taken)
}

enum Outcome {
    /// It was said to be unchanged, but is not held.
    Missing,
    /// It is as it was.
    Same,
    /// It was replaced.
    New { held: Held, changes: usize },
}

fn take_section(
    tx: &mut Tx<'_>,
    id: DeviceId,
    section: Section,
    content: Content,
    held: Option<&Held>,
    now: Timestamp,
) -> Result<Outcome> {
    let is_same = held.is_some_and(|held| held.digest == content.hash);
    if is_same {
        store::put_section(tx, id, section, &content.hash, now)?;
        return Ok(Outcome::Same);
    }
    let Some(items) = content.items else {
        return Ok(Outcome::Missing);
    };
    let mut changes = Vec::new();
    if held.is_some() {
        let before = read(store::body(tx, id, section)?.as_deref())?;
        changes = changes_of(section, &before, &items, now)?;
        store::add_changes(tx, id, &changes)?;
    }
    store::put_content(
        tx,
        &content.hash,
        items.len(),
        &serde_json::to_string(&items)?,
        now,
    )?;
    store::put_section(tx, id, section, &content.hash, now)?;
    Ok(Outcome::New {
        held: Held {
            section,
            digest: content.hash,
            at: now,
            items: i64::try_from(items.len()).unwrap_or(i64::MAX),
        },
        changes: changes.len(),
    })
}

fn read(body: Option<&str>) -> Result<Vec<Item>> {
    Ok(body.map(serde_json::from_str).transpose()?.unwrap_or_default())
}

/// What of a section is worth a line in the history.
fn changes_of(section: Section, before: &[Item], after: &[Item], at: Timestamp) -> Result<Vec<Changed>> {
    let values = |item: Option<&Item>| -> Result<Option<String>> {
        Ok(item.map(|item| serde_json::to_string(&item.values)).transpose()?)
    };
    let told = diff(&quiet::without(section, before), &quiet::without(section, after));
    told.into_iter()
        .take(CHANGES_MOST)
        .map(|change| {
            Ok(Changed {
                id: 0,
                section,
                before: values(change.before.as_ref())?,
                after: values(change.after.as_ref())?,
                item: change.key,
                kind: change.kind,
                at,
            })
        })
        .collect()
}

/// What the server holds of a device, by section: for greeting its agent.
///
/// # Errors
/// The database's.
pub fn hashes(tx: &mut Tx<'_>, id: DeviceId) -> Result<BTreeMap<String, String>> {
    Ok(store::sections(tx, id)?
        .into_iter()
        .map(|one| (one.section.name().to_owned(), one.digest))
        .collect())
}

/// The sections of a device, in the order in which they are shown.
///
/// # Errors
/// The database's.
pub fn sections(tx: &mut Tx<'_>, id: DeviceId) -> Result<Vec<Held>> {
    let mut held = store::sections(tx, id)?;
    held.sort_by_key(|one| one.section);
    Ok(held)
}

/// What a section of a device holds, as the device said it.
///
/// # Errors
/// The database's.
pub fn items(tx: &mut Tx<'_>, id: DeviceId, section: Section) -> Result<Vec<Item>> {
    read(store::body(tx, id, section)?.as_deref())
}

/// Several sections of a device, as the device said them.
///
/// # Errors
/// The database's.
pub fn items_of(tx: &mut Tx<'_>, id: DeviceId, wanted: &[Section]) -> Result<BTreeMap<Section, Vec<Item>>> {
    store::bodies(tx, id, wanted)?
        .into_iter()
        .map(|(section, body)| Ok((section, read(Some(&body))?)))
        .collect()
}

/// What of a device's history is asked for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Asked {
    /// From this instant on.
    pub since: Option<Timestamp>,
    /// Before this instant.
    pub until: Option<Timestamp>,
    /// Only this section.
    pub section: Option<Section>,
    /// Where the page before it ended.
    pub before: Option<(Timestamp, i64)>,
}

/// What changed on a device that the reader may see, the latest first, at most [`PIECE`].
///
/// # Errors
/// As [`device::find`].
pub fn changes(tx: &mut Tx<'_>, cx: &Cx, id: DeviceId, asked: &Asked) -> Result<Vec<Changed>> {
    find(tx, cx, id)?;
    store::changes(
        tx,
        id,
        asked.since.unwrap_or_default(),
        asked.until.unwrap_or_else(|| cx.now().add_millis(1)),
        asked.section,
        asked.before,
        PIECE,
    )
}

/// Where the next page of a history begins; none when this one is the last.
#[must_use]
pub fn place_after(changes: &[Changed]) -> Option<String> {
    let is_full = i64::try_from(changes.len()).unwrap_or(0) >= PIECE;
    let last = changes.last().filter(|_| is_full)?;
    Some(format!("{}.{}", last.at.millis(), last.id))
}

/// Reads [`place_after`] back; nothing for an empty text.
///
/// # Errors
/// `fleet.cursor_malformed`.
pub fn place_of(text: &str) -> Result<Option<(Timestamp, i64)>> {
    if text.is_empty() {
        return Ok(None);
    }
    let read = text
        .split_once('.')
        .and_then(|(at, number)| Some((Timestamp::from_millis(at.parse().ok()?), number.parse().ok()?)));
    read.map(Some)
        .ok_or_else(|| Error::invalid("fleet.cursor_malformed").field("cursor"))
}

/// Gives everything a device told to the device that it turned out to be.
///
/// # Errors
/// The database's.
pub(crate) fn hand_over(tx: &mut Tx<'_>, from: DeviceId, to: DeviceId) -> Result<()> {
    store::hand_over(tx, from, to)
}
