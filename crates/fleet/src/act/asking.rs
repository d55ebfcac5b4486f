//! Asking: who may ask what of which device, for which ticket.
//!
//! An act is born from a ticket that is open and that the asker may see, on a device that is admitted and in the asker's reach,
//! with the right that its danger asks for. More than [`ALONE_MOST`] devices wait for a second person. The signer and the agent judge again, each by a
//! policy of its own.

use std::collections::BTreeSet;

use desk::ticket::{self, Stage, access};
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::event::{self, New};
use kernel::id::{Id, UserId};
use kernel::link;
use protocol::verb::{Danger, Unfit, Verb};
use serde_json::json;

use super::store::{self, Transfer};
use super::{Act, ActId, State, danger_word, events, right_for, stopping};
use crate::assist;
use crate::device::{self, Device, DeviceId};
use crate::rollout::RolloutId;
use crate::script;

/// On more devices than this nobody acts alone: at once, or within an hour where something is changed.
pub const ALONE_MOST: usize = 25;
/// Devices of one asking.
pub const DEVICES_MOST: usize = 1_000;
/// Acts of a device that are not over.
pub(crate) const OPEN_MOST: i64 = 16;
/// Terminals of a device at a time.
const TERMINALS_MOST: i64 = 3;
/// Screens of a device at a time: whoever sits there is asked for each, and sees one sign.
const SCREENS_MOST: i64 = 1;
/// A device has so long to take an act up.
pub(super) const PICK_UP_SECONDS: i64 = 15 * 60;
const HOUR_SECONDS: i64 = 3_600;
/// What waits for a second person waits so long.
pub(super) const HELD_SECONDS: i64 = 24 * HOUR_SECONDS;

/// Asks something of a device.
///
/// # Errors
/// 404 for a device or ticket that one may not see, 403 without the right, 409 when the ticket is not open, the device is not admitted,
/// too much goes on there, everything is stopped, or a script is not the reviewed one of the library, 422 for what no verb may hold.
pub fn ask(tx: &mut Tx<'_>, cx: &Cx, device: DeviceId, subject: &str, verb: Verb) -> Result<ActId> {
    let asked = ask_many(tx, cx, &[device], subject, verb)?;
    asked.first().map(|act| act.id).ok_or_else(Error::not_found)
}

/// Asks the same of several devices.
///
/// # Errors
/// As [`ask`]; nothing is asked of any when one is refused.
pub fn ask_many(
    tx: &mut Tx<'_>,
    cx: &Cx,
    devices: &[DeviceId],
    subject: &str,
    verb: Verb,
) -> Result<Vec<Act>> {
    ask_with(tx, cx, devices, subject, verb, None)
}

/// [`ask_many`] with the file that a verb moves.
///
/// # Errors
/// As [`ask`].
pub fn ask_with(
    tx: &mut Tx<'_>,
    cx: &Cx,
    devices: &[DeviceId],
    subject: &str,
    verb: Verb,
    file: Option<Moving>,
) -> Result<Vec<Act>> {
    let right = right_for(verb.danger());
    cx.require(right)?;
    let identity = cx.identity().ok_or_else(Error::unauthenticated)?;
    let number = open_ticket(tx, cx, subject)?;
    if stopping::is_stopped(tx)? {
        return Err(Error::conflict("fleet.stopped"));
    }
    let body = verb.write().map_err(|unfit| malformed(&unfit))?;
    if !script::is_of_library(tx, &verb)? {
        return Err(Error::conflict("fleet.script_not_reviewed"));
    }
    // What was not tried out before and has no way back is not done to a device: a rollout of one device sees to both.
    if matches!(verb, Verb::Package { .. }) && verb.danger() != Danger::View {
        return Err(Error::conflict("fleet.package_by_rollout"));
    }
    // What a bundle is, is ours to say: whoever could name one would have any stored file sent.
    if matches!(verb, Verb::AgentUpdate { .. }) {
        return Err(Error::conflict("fleet.agent_by_rollout"));
    }
    // Two askings of one person are counted one after the other.
    tx.lock("fleet.asking", identity.user)?;
    let devices: BTreeSet<DeviceId> = devices.iter().copied().collect();
    if devices.is_empty() || devices.len() > DEVICES_MOST {
        return Err(Error::invalid("fleet.devices_most")
            .field("devices")
            .arg("most", DEVICES_MOST));
    }
    let is_held = needs_second_person(tx, cx, &devices, verb.danger())?;
    let making = Making {
        ticket: number,
        person: identity.user,
        person_name: identity.name.clone(),
        batch: cx.new_id::<super::ActMark>().to_string(),
        fan_out: i64::try_from(devices.len()).unwrap_or(i64::MAX),
        approved_by: None,
        rollout: None,
        is_held,
    };
    let mut asked = Vec::with_capacity(devices.len());
    for id in &devices {
        let device = reachable(tx, cx, *id, right, &verb)?;
        assist::check(tx, &device, number, matches!(verb, Verb::Screen { .. }))?;
        let act = making.act(cx, *id, &verb, body.clone());
        store::insert(tx, &act)?;
        if let Some(transfer) = transfer_of(&act, &verb, file.as_ref()) {
            store::insert_transfer(tx, &transfer)?;
        }
        link::add(
            tx,
            cx,
            &ticket::subject(number),
            &device.subject(),
            device::of_ticket::ON_DEVICE,
        )?;
        tell(tx, cx, &act)?;
        asked.push(act);
    }
    Ok(asked)
}

/// What acts that are asked in one go have in common.
pub(crate) struct Making {
    /// For which ticket.
    pub ticket: i64,
    /// Who asks.
    pub person: UserId,
    /// What they are called.
    pub person_name: String,
    /// What they are asked in.
    pub batch: String,
    /// On so many devices.
    pub fan_out: i64,
    /// Who agreed already.
    pub approved_by: Option<UserId>,
    /// What they are part of.
    pub rollout: Option<RolloutId>,
    /// Whether a second person must agree first.
    pub is_held: bool,
}

impl Making {
    /// The act on one device.
    pub fn act(&self, cx: &Cx, device: DeviceId, verb: &Verb, body: String) -> Act {
        let (state, seconds) = if self.is_held {
            (State::Held, HELD_SECONDS)
        } else {
            (State::Asked, PICK_UP_SECONDS)
        };
        Act {
            id: cx.new_id(),
            device,
            ticket: self.ticket,
            person: self.person,
            person_name: self.person_name.clone(),
            verb: verb.name().to_owned(),
            danger: danger_word(verb.danger()).to_owned(),
            body,
            state,
            batch: self.batch.clone(),
            fan_out: self.fan_out,
            approved_by: self.approved_by,
            rollout: self.rollout,
            node: None,
            epoch: None,
            asked_at: cx.now(),
            due_at: cx.now().add_secs(seconds),
            sent_at: None,
            ended_at: None,
            cancel_at: None,
            outcome: None,
            bytes: 0,
            is_cut: false,
            hash: None,
        }
    }
}

/// The file behind an act that moves one.
#[derive(Debug, Clone)]
pub struct Moving {
    /// What it is called.
    pub name: String,
    /// The content that is to be put; none for one that is fetched.
    pub hash: Option<String>,
    /// The act that began with it.
    pub continues: Option<ActId>,
}

fn transfer_of(act: &Act, verb: &Verb, file: Option<&Moving>) -> Option<Transfer> {
    let (is_get, path, start) = match verb {
        Verb::FileGet { path, offset } => (true, path, *offset),
        Verb::FilePut { path, offset, .. } => (false, path, *offset),
        _ => return None,
    };
    let last = path.rsplit(['/', '\\']).next().unwrap_or_default();
    let start = i64::try_from(start).unwrap_or(i64::MAX);
    Some(Transfer {
        act: act.id,
        is_get,
        name: file.map_or(last, |file| file.name.as_str()).to_owned(),
        path: path.clone(),
        continues: file.and_then(|file| file.continues),
        start_at: start,
        moved: start,
        hash: file.and_then(|file| file.hash.clone()),
    })
}

/// What a verb may not hold, said of its field.
pub(crate) fn malformed(unfit: &Unfit) -> Error {
    match unfit {
        Unfit::Field(field) => Error::invalid("fleet.verb_field").field(*field),
        Unfit::Large | Unfit::Json => Error::invalid("fleet.verb_malformed").field("verb"),
    }
}

/// The number of the ticket, when it is open and the actor works on it.
pub(crate) fn open_ticket(tx: &mut Tx<'_>, cx: &Cx, subject: &str) -> Result<i64> {
    let number: i64 = subject
        .strip_prefix("ticket:")
        .and_then(|number| number.parse().ok())
        .ok_or_else(|| Error::invalid("fleet.ticket_missing").field("ticket"))?;
    let view = ticket::load(tx, cx, number)?;
    // Whoever reported a ticket does not act on devices by it.
    if !view.internal {
        return Err(Error::forbidden().arg("permission", access::INTERNAL));
    }
    if view.ticket.state.stage() != Stage::Open {
        return Err(Error::conflict("fleet.ticket_not_open").arg("number", number));
    }
    Ok(number)
}

fn reachable(tx: &mut Tx<'_>, cx: &Cx, id: DeviceId, right: &str, verb: &Verb) -> Result<Device> {
    let device = device::with_right(tx, cx, right, id)?;
    if device.state != device::State::Admitted {
        return Err(Error::conflict("fleet.device_not_admitted").arg("name", device.name));
    }
    if device.agent_key.is_none() {
        return Err(Error::conflict("fleet.device_no_agent").arg("name", device.name));
    }
    let of_verb = |tx: &mut Tx<'_>, name| store::count_open_of_device(tx, id, Some(name));
    let too_many_sessions = match verb {
        Verb::Terminal { .. } => of_verb(tx, verb.name())? >= TERMINALS_MOST,
        Verb::Screen { .. } => of_verb(tx, "screen.view")? + of_verb(tx, "screen.control")? >= SCREENS_MOST,
        _ => false,
    };
    if too_many_sessions || store::count_open_of_device(tx, id, None)? >= OPEN_MOST {
        return Err(Error::conflict("fleet.device_busy").arg("name", device.name));
    }
    Ok(device)
}

/// Many devices at once, or one after the other where something is changed: the sum is what counts.
fn needs_second_person(
    tx: &mut Tx<'_>,
    cx: &Cx,
    devices: &BTreeSet<DeviceId>,
    danger: Danger,
) -> Result<bool> {
    if devices.len() > ALONE_MOST {
        return Ok(true);
    }
    let Some(person) = cx.user_id().filter(|_| danger != Danger::View) else {
        return Ok(false);
    };
    let mut touched = touched(tx, cx, person)?;
    touched.extend(devices);
    Ok(touched.len() > ALONE_MOST)
}

/// Whether a person has changed something on too many devices of late for one more without a second person.
pub(crate) fn touches_too_many(tx: &mut Tx<'_>, cx: &Cx, person: UserId, device: DeviceId) -> Result<bool> {
    let mut touched = touched(tx, cx, person)?;
    touched.insert(device);
    Ok(touched.len() > ALONE_MOST)
}

fn touched(tx: &mut Tx<'_>, cx: &Cx, person: UserId) -> Result<BTreeSet<DeviceId>> {
    let since = cx.now().add_secs(-HOUR_SECONDS);
    Ok(store::touched_alone(tx, person, since)?.into_iter().collect())
}

pub(crate) fn tell(tx: &mut Tx<'_>, cx: &Cx, act: &Act) -> Result<()> {
    let new = New {
        kind: events::ASKED,
        subject: device::subject(act.device),
        data: json!({
            "act": act.id.to_string(), "device": act.device.to_string(), "ticket": act.ticket, "verb": act.verb,
            "danger": act.danger, "held": act.state == State::Held, "batch": act.batch,
        }),
        personal: None,
    };
    event::append(tx, cx, new).map(drop)
}

/// An act's id in what a device or an event says.
#[must_use]
pub(crate) fn id_of(text: &str) -> Option<ActId> {
    text.parse::<Id<super::ActMark>>().ok()
}
