//! Two records that may be one device: the question, and what a person answers.
//!
//! Merging keeps the older record with its id, name, tickets, and history, and gives it the agent, inventory, and history of the newer one,
//! which goes out of use and says where it went. No id is used again.

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::id::{Id, UserId};
use kernel::link;
use kernel::time::Timestamp;
use serde_json::json;

use super::{Why, store};
use crate::device::{self, Device, DeviceId, State, note, subject};
use crate::{MANAGE, events, inventory};

/// A doubt's identifier.
pub type DoubtId = Id<Doubt>;

/// Two devices that may be one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Doubt {
    /// Identifier.
    pub id: DoubtId,
    /// The one that came forward.
    pub device: DeviceId,
    /// The one that was known.
    pub other: DeviceId,
    /// What speaks for it.
    pub why: Why,
    /// When the question came up.
    pub at: Timestamp,
    /// How far it is.
    pub state: DoubtState,
    /// Who decided.
    pub by: Option<UserId>,
    /// When.
    pub decided_at: Option<Timestamp>,
}

/// How far a doubt is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DoubtState {
    /// It waits for somebody.
    Open,
    /// They are one.
    Merged,
    /// They are two.
    Apart,
}

impl DoubtState {
    /// The word in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Merged => "merged",
            Self::Apart => "apart",
        }
    }

    /// Reads [`DoubtState::as_str`] back.
    #[must_use]
    pub fn known(word: &str) -> Option<Self> {
        [Self::Open, Self::Merged, Self::Apart]
            .into_iter()
            .find(|one| one.as_str() == word)
    }
}

/// Asks whether two devices are one. What was asked before is not asked again.
///
/// # Errors
/// The database's.
pub fn ask(tx: &mut Tx<'_>, cx: &Cx, device: DeviceId, other: DeviceId, why: Why) -> Result<()> {
    if device == other || !store::between(tx, device, other)?.is_empty() {
        return Ok(());
    }
    let doubt = Doubt {
        id: cx.new_id(),
        device,
        other,
        why,
        at: cx.now(),
        state: DoubtState::Open,
        by: None,
        decided_at: None,
    };
    store::insert(tx, &doubt)?;
    let data = json!({ "with": other, "why": why });
    note(tx, cx, device, events::MERGE_PROPOSED, data, None)
}

/// A doubt with its two devices, the newcomer first.
#[derive(Clone, Debug)]
pub struct Question {
    /// The doubt.
    pub doubt: Doubt,
    /// The one that came forward.
    pub device: Device,
    /// The one that was known.
    pub other: Device,
}

/// What waits for a decision, as far as the reader may decide it.
///
/// # Errors
/// Forbidden without the right.
pub fn waiting(tx: &mut Tx<'_>, cx: &Cx) -> Result<Vec<Question>> {
    const MOST: i64 = 100;
    cx.require(MANAGE)?;
    let doubts = store::open(tx, MOST)?;
    let ids: Vec<DeviceId> = doubts.iter().flat_map(|one| [one.device, one.other]).collect();
    let devices = device::store::find_many(tx, &ids)?;
    let named = |id: DeviceId| {
        let found = devices.iter().find(|device| device.id == id);
        found.filter(|device| device::may(cx, MANAGE, device)).cloned()
    };
    Ok(doubts
        .into_iter()
        .filter_map(|doubt| {
            Some(Question {
                device: named(doubt.device)?,
                other: named(doubt.other)?,
                doubt,
            })
        })
        .collect())
}

fn load(tx: &mut Tx<'_>, cx: &Cx, id: DoubtId) -> Result<Question> {
    cx.require(MANAGE)?;
    let doubt = store::find(tx, id)?.ok_or_else(Error::not_found)?;
    let device = device::with_right(tx, cx, MANAGE, doubt.device)?;
    let other = device::with_right(tx, cx, MANAGE, doubt.other)?;
    if doubt.state != DoubtState::Open {
        return Err(Error::conflict("fleet.merge.decided"));
    }
    Ok(Question { doubt, device, other })
}

/// They are two.
///
/// # Errors
/// `fleet.merge.decided`; as [`device::with_right`].
pub fn keep_apart(tx: &mut Tx<'_>, cx: &Cx, id: DoubtId) -> Result<()> {
    tx.lock("fleet.merge", "all")?;
    let question = load(tx, cx, id)?;
    store::decide(tx, id, DoubtState::Apart, cx.user_id(), cx.now())?;
    let data = json!({ "with": question.other.id });
    note(tx, cx, question.device.id, events::MERGE_REFUSED, data, None)
}

/// They are one: the known device takes over what the newcomer brought.
///
/// # Errors
/// `fleet.merge.decided`; as [`device::with_right`].
pub fn merge(tx: &mut Tx<'_>, cx: &Cx, id: DoubtId) -> Result<DeviceId> {
    tx.lock("fleet.merge", "all")?;
    let question = load(tx, cx, id)?;
    let (kept, gone) = (question.other, question.device);
    store::decide(tx, id, DoubtState::Merged, cx.user_id(), cx.now())?;
    unite(tx, cx, kept, gone)
}

fn unite(tx: &mut Tx<'_>, cx: &Cx, kept: Device, gone: Device) -> Result<DeviceId> {
    let (kept_id, gone_id) = (kept.id, gone.id);
    inventory::hand_over(tx, gone_id, kept_id)?;
    let newest = gone.agent_key.clone();
    device::store::set_key(tx, gone_id, None)?;
    let mut leaving = device::store::find(tx, gone_id)?.ok_or_else(Error::not_found)?;
    leaving.state = State::Retired;
    leaving.retired_at = Some(cx.now());
    leaving.merged_into = Some(kept_id);
    device::adding::save(tx, &mut leaving)?;
    store::put(tx, gone_id, &[])?;
    let mut staying = device::describe(
        tx,
        cx,
        &kept,
        &gone.identity,
        gone.source,
        None,
        &gone.agent_version,
    )?;
    if let Some(key) = newest {
        device::store::set_key(tx, kept_id, Some(&key))?;
        staying.version += 1;
    }
    if staying.owner.is_none() {
        staying.owner = gone.owner;
    }
    if staying.team.is_none() {
        staying.team = gone.team;
    }
    if staying.state == State::Retired {
        staying.state = gone.state;
        staying.retired_at = None;
    }
    device::adding::save(tx, &mut staying)?;
    store::settle_of(tx, gone_id, cx.user_id(), cx.now())?;
    for found in link::of(tx, &subject(gone_id), 200)? {
        if found.to == subject(gone_id) {
            link::add(tx, cx, &found.from, &subject(kept_id), &found.kind)?;
        }
    }
    note(
        tx,
        cx,
        gone_id,
        events::DEVICE_RETIRED,
        json!({ "merged_into": kept_id }),
        None,
    )?;
    note(
        tx,
        cx,
        kept_id,
        events::DEVICE_MERGED,
        json!({ "from": gone_id }),
        None,
    )?;
    Ok(kept_id)
}
