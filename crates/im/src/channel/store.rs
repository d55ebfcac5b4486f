//! Every SQL statement about channels.

use std::collections::BTreeMap;

use kernel::db::{Row, Tx, params};
use kernel::error::{Error, Result};
use kernel::i18n::Locale;
use kernel::time::Timestamp;

use super::{ChannelId, known};
use crate::service::Kind;

/// A channel as its row is: secrets sealed.
#[derive(Debug, Clone)]
pub struct Stored {
    /// Which.
    pub id: ChannelId,
    /// Grows with each change.
    pub version: i64,
    /// What it is called.
    pub name: String,
    /// The service.
    pub service: Kind,
    /// The language.
    pub locale: Locale,
    /// Whether anything is heard and said.
    pub enabled: bool,
    /// Settings, secret ones sealed.
    pub settings: BTreeMap<String, String>,
    /// The access token, sealed.
    pub token: Option<(String, Timestamp)>,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// How the way to its service is.
    pub way: Way,
}

/// How the way to a service is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Way {
    /// Until when a job sends by it.
    pub busy_until: Option<Timestamp>,
    /// Since when the service has answered nothing.
    pub failing_since: Option<Timestamp>,
    /// Until when it is left alone because of that.
    pub rests_until: Option<Timestamp>,
}

const SELECT: &str =
    "SELECT id, name, service, locale, enabled, settings, token, token_until, version, updated_at, busy_until,
                      failing_since, rests_until FROM im_channel WHERE removed_at IS NULL";

fn stored(row: &Row<'_>) -> Result<Stored> {
    let (service, locale): (String, String) = (row.get("service")?, row.get("locale")?);
    let settings: serde_json::Value = row.get("settings")?;
    let (token, until): (Option<String>, Option<Timestamp>) = (row.get("token")?, row.get("token_until")?);
    Ok(Stored {
        id: row.get("id")?,
        version: row.get("version")?,
        name: row.get("name")?,
        service: known(&service)?,
        locale: Locale::parse(&locale).ok_or_else(|| Error::internal("a channel without a language"))?,
        enabled: row.get("enabled")?,
        settings: serde_json::from_value(settings)?,
        token: token.zip(until),
        updated_at: row.get("updated_at")?,
        way: Way {
            busy_until: row.get("busy_until")?,
            failing_since: row.get("failing_since")?,
            rests_until: row.get("rests_until")?,
        },
    })
}

/// All of them, by name; there are never more than [`super::keeping::MOST`].
pub fn list(tx: &mut Tx<'_>) -> Result<Vec<Stored>> {
    let sql = format!("{SELECT} ORDER BY name, id LIMIT $1");
    tx.query(&sql, params![super::keeping::MOST], stored)
}

/// Whether there is any that people can write to.
pub fn is_any_enabled(tx: &mut Tx<'_>) -> Result<bool> {
    Ok(list(tx)?.iter().any(|channel| channel.enabled))
}

/// One, unless it was removed.
pub fn find(tx: &mut Tx<'_>, id: ChannelId) -> Result<Option<Stored>> {
    tx.query_opt(&format!("{SELECT} AND id = $1"), params![id], stored)
}

/// One that must be there.
pub fn load(tx: &mut Tx<'_>, id: ChannelId) -> Result<Stored> {
    find(tx, id)?.ok_or_else(Error::not_found)
}

/// Writes a new one.
pub fn insert(tx: &mut Tx<'_>, channel: &Stored) -> Result<()> {
    tx.execute(
        "INSERT INTO im_channel (id, name, service, locale, enabled, settings, version, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        params![
            channel.id,
            &channel.name,
            channel.service.name(),
            channel.locale.tag(),
            channel.enabled,
            serde_json::to_string(&channel.settings)?,
            channel.version,
            channel.updated_at
        ],
    )?;
    Ok(())
}

/// Writes one that was changed, unless it was removed meanwhile. Its access token and how the way to its service was may belong to
/// other settings: both are forgotten.
pub fn update(tx: &mut Tx<'_>, channel: &Stored) -> Result<()> {
    tx.execute(
        "UPDATE im_channel SET name = $2, locale = $3, enabled = $4, settings = $5, token = NULL, token_until = NULL,
             failing_since = NULL, rests_until = NULL, version = $6, updated_at = $7 WHERE id = $1 AND removed_at IS NULL",
        params![
            channel.id,
            &channel.name,
            channel.locale.tag(),
            channel.enabled,
            serde_json::to_string(&channel.settings)?,
            channel.version,
            channel.updated_at
        ],
    )?;
    Ok(())
}

/// Keeps an access token for settings of this version.
pub fn set_token(tx: &mut Tx<'_>, id: ChannelId, version: i64, token: &str, until: Timestamp) -> Result<()> {
    tx.execute(
        "UPDATE im_channel SET token = $3, token_until = $4 WHERE id = $1 AND version = $2",
        params![id, version, token, until],
    )?;
    Ok(())
}

/// Says until when a job sends by it.
pub fn set_busy(tx: &mut Tx<'_>, id: ChannelId, until: Option<Timestamp>) -> Result<()> {
    tx.execute(
        "UPDATE im_channel SET busy_until = $2 WHERE id = $1",
        params![id, until],
    )?;
    Ok(())
}

/// Says since when its service answers nothing, and until when it is left alone.
pub fn set_failing(
    tx: &mut Tx<'_>,
    id: ChannelId,
    since: Option<Timestamp>,
    rests_until: Option<Timestamp>,
) -> Result<()> {
    tx.execute(
        "UPDATE im_channel SET failing_since = $2, rests_until = $3 WHERE id = $1",
        params![id, since, rests_until],
    )?;
    Ok(())
}

/// Forgets the access token.
pub fn clear_token(tx: &mut Tx<'_>, id: ChannelId) -> Result<()> {
    tx.execute(
        "UPDATE im_channel SET token = NULL, token_until = NULL WHERE id = $1",
        params![id],
    )?;
    Ok(())
}

/// Takes one out of all lists; its secrets go with it.
pub fn remove(tx: &mut Tx<'_>, id: ChannelId, at: Timestamp) -> Result<()> {
    tx.execute(
        "UPDATE im_channel SET removed_at = $2, enabled = $3, settings = '{}', token = NULL, token_until = NULL WHERE id = $1",
        params![id, at, false],
    )?;
    Ok(())
}
