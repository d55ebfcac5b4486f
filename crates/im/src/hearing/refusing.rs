//! Writing down what was refused: who knocked, why they were not let in. A flood of it stays a few lines an hour.

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::Result;
use kernel::event::{self, New};
use kernel::time::Timestamp;
use serde_json::json;

use super::store;
use crate::CHANNELS;
use crate::channel::{ChannelId, keeping};
use crate::events;
use crate::service::Refusal;

/// Lines of an hour; who comes after them is counted together.
const LINES_MOST: i64 = 100;
const HOUR_SECONDS: i64 = 3_600;
/// Refused requests are kept for so long.
pub(crate) const KEPT_HOURS: i64 = 30 * 24;

/// Requests that were refused in an hour.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// Why: [`Refusal::as_str`].
    pub reason: String,
    /// From where; `…` for many.
    pub address: String,
    /// How often.
    pub times: i64,
    /// The last of them.
    pub last_at: Timestamp,
}

impl Refused {
    /// The text that tells why.
    #[must_use]
    pub fn text_key(&self) -> String {
        format!("im-refused-{}", self.reason)
    }
}

/// The hour of an instant.
pub(crate) const fn hour(at: Timestamp) -> i64 {
    at.secs().div_euclid(HOUR_SECONDS)
}

/// Writes a refusal down, and an event for the first of its kind in the hour.
pub fn note(tx: &mut Tx<'_>, cx: &Cx, channel: ChannelId, refusal: Refusal, address: &str) -> Result<()> {
    let (now, reason) = (cx.now(), refusal.as_str());
    let hour = hour(now);
    let is_known = store::is_known(tx, channel, hour, reason, address)?;
    let has_room = is_known || store::lines(tx, channel, hour)? < LINES_MOST;
    let address = if has_room { address } else { "…" };
    store::count(tx, channel, hour, (reason, address), now)?;
    if is_known || !has_room {
        return Ok(());
    }
    let new = New {
        kind: events::REQUEST_REFUSED,
        subject: keeping::subject(channel),
        data: json!({ "reason": reason }),
        personal: Some(json!({ "address": address })),
    };
    event::append(tx, cx, new).map(drop)
}

/// What was refused, latest first.
pub fn list(tx: &mut Tx<'_>, cx: &Cx, channel: ChannelId, limit: i64) -> Result<Vec<Refused>> {
    cx.require(CHANNELS)?;
    store::refused(tx, channel, limit)
}
