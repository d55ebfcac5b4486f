//! The global stop: one key that ends everything on all devices and lets nothing begin.
//!
//! It is a setting, so that it holds for every node from its commit on; the nodes hear of it and tell their devices, and a device
//! that comes later is told when it comes. Whoever stops needs no second person; neither does who lifts it, for nothing starts again
//! by itself.

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::event::{self, New};
use kernel::id::UserId;
use kernel::setting;
use kernel::time::Timestamp;
use protocol::message::Outcome;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{State, cancelling, ending, events, store};
use crate::{APPROVE, READ};

const NAME: &str = "fleet.stop";
const REASON_MOST: usize = 500;
/// Acts that are ended in one go; what is left is ended by the devices themselves.
const ACTS_MOST: i64 = 5_000;

/// That everything is stopped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stop {
    /// By whom.
    pub by: Option<UserId>,
    /// Since when.
    pub at: Timestamp,
    /// Why.
    pub reason: String,
}

/// The stop, when there is one.
///
/// # Errors
/// 403 without the right to see devices.
pub fn present(tx: &mut Tx<'_>, cx: &Cx) -> Result<Option<Stop>> {
    cx.require(READ)?;
    setting::get(tx, NAME)
}

/// Whether everything is stopped.
///
/// # Errors
/// The database's.
pub fn is_stopped(tx: &mut Tx<'_>) -> Result<bool> {
    Ok(setting::get::<Stop>(tx, NAME)?.is_some())
}

/// Stops everything.
///
/// # Errors
/// 403 without the right, 422 without a reason.
pub fn stop(tx: &mut Tx<'_>, cx: &Cx, reason: &str) -> Result<()> {
    cx.require(APPROVE)?;
    let reason: String = reason
        .trim()
        .chars()
        .filter(|letter| !letter.is_control())
        .take(REASON_MOST)
        .collect();
    if reason.is_empty() {
        return Err(Error::invalid("fleet.stop_reason").field("reason"));
    }
    tx.lock("fleet.stop", "all")?;
    if is_stopped(tx)? {
        return Ok(());
    }
    let stop = Stop {
        by: cx.user_id(),
        at: cx.now(),
        reason: reason.clone(),
    };
    setting::put(tx, cx, NAME, &stop)?;
    for open in store::all_open(tx, ACTS_MOST)? {
        tx.lock("fleet.act", open.id)?;
        let Some(mut act) = store::find(tx, open.id)?.filter(|act| !act.state.is_over()) else {
            continue;
        };
        if matches!(act.state, State::Held | State::Asked) {
            ending::settle(
                tx,
                cx,
                &mut act,
                Outcome::Refused {
                    code: "stopped".to_owned(),
                },
            )?;
        } else {
            cancelling::begin(tx, cx, &mut act)?;
        }
    }
    tell(tx, cx, events::STOPPED, Some(json!({ "reason": reason })))
}

/// Lifts the stop. What was ended stays so.
///
/// # Errors
/// 403 without the right.
pub fn release(tx: &mut Tx<'_>, cx: &Cx) -> Result<()> {
    cx.require(APPROVE)?;
    tx.lock("fleet.stop", "all")?;
    if !is_stopped(tx)? {
        return Ok(());
    }
    setting::clear(tx, cx, NAME)?;
    tell(tx, cx, events::RELEASED, None)
}

fn tell(tx: &mut Tx<'_>, cx: &Cx, kind: &'static str, personal: Option<serde_json::Value>) -> Result<()> {
    let new = New {
        kind,
        subject: "fleet:stop".to_owned(),
        data: json!({}),
        personal,
    };
    event::append(tx, cx, new).map(drop)
}
