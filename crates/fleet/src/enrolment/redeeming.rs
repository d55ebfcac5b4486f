//! How an agent comes in by a document: its token is counted, and the device is placed among those that are known.
//!
//! What a device says of itself proves nothing. Hardware that is known becomes no second device and takes over no first one by
//! itself: it waits as pending, and a person is asked whether the two are one (`matching::merging`).

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Kind as Failure, Result};
use protocol::key::PublicKey;
use protocol::message::{Enrol, Identity};
use serde_json::json;

use super::{Enrolment, Rule, Standing, hash, note, store};
use crate::assist;
use crate::device::{self, Device, NewDevice, Source, State};
use crate::link::events;
use crate::matching::{self, Placed, Why, merging};

/// An agent that nobody knows, holding a key.
#[derive(Clone, Copy, Debug)]
pub struct Newcomer<'a> {
    /// Its key, proved.
    pub key: PublicKey,
    /// Its version.
    pub agent_version: &'a str,
    /// Where it calls from.
    pub address: &'a str,
}

/// Lets a newcomer in by its document; else the code that it is told.
///
/// # Errors
/// The database's.
pub fn redeem(
    tx: &mut Tx<'_>,
    cx: &Cx,
    enrol: &Enrol,
    newcomer: &Newcomer<'_>,
) -> Result<std::result::Result<Device, &'static str>> {
    let Some(id) = store::by_token(tx, &hash(&enrol.token))? else {
        return Ok(Err("enrolment_unknown"));
    };
    // Two agents at once must not use a token that counts once.
    tx.lock("fleet.enrolment", id)?;
    let Some(enrolment) = store::find(tx, id)? else {
        return Ok(Err("enrolment_unknown"));
    };
    match enrolment.standing(cx.now()) {
        Standing::Good => {}
        Standing::Expired => return Ok(Err("enrolment_expired")),
        Standing::UsedUp => return Ok(Err("enrolment_used_up")),
        Standing::Revoked => return Ok(Err("enrolment_revoked")),
    }
    let identity = enrol.identity.cleaned();
    let came = match assist::store::of_enrolment(tx, id)? {
        // Matching is not asked: a guest is nobody's device.
        Some(guest) => assist::connecting::welcome(tx, cx, guest, &enrolment, newcomer, identity)
            .map(|device| (device, "guest")),
        None => place(tx, cx, &enrolment, newcomer, identity),
    };
    let (device, placed) = match came {
        Ok(found) => found,
        Err(error) if error.kind() == Failure::Invalid => return Ok(Err("enrolment_identity")),
        Err(error) => return Err(error),
    };
    store::use_once(tx, id)?;
    store::put_enrolled(tx, device.id, id, cx.now(), newcomer.address)?;
    let data = json!({ "device": device.id, "placed": placed });
    note(tx, cx, id, events::ENROLMENT_USED, data, None)?;
    Ok(Ok(device))
}

/// Answers the device and how it was placed.
fn place(
    tx: &mut Tx<'_>,
    cx: &Cx,
    enrolment: &Enrolment,
    newcomer: &Newcomer<'_>,
    identity: Identity,
) -> Result<(Device, &'static str)> {
    let at_once = enrolment.rule == Rule::Admit;
    match matching::place(tx, cx, &identity, Source::Agent)? {
        // Known from elsewhere and without an agent so far: this is its agent.
        Placed::Known(known)
            if known.agent_key.is_none()
                && known.state == State::Admitted
                && at_once
                && reaches(enrolment, &known) =>
        {
            device::set_key(tx, cx, known.id, &newcomer.key)?;
            // As it stands now: the key is a change of its record.
            let known = device::store::find(tx, known.id)?.ok_or_else(Error::not_found)?;
            let version = newcomer.agent_version;
            let device = device::describe(tx, cx, &known, &identity, Source::Agent, None, version)?;
            Ok((device, "known"))
        }
        Placed::Known(known) => {
            let why = shared(&identity, &known.identity);
            let device = add(tx, cx, enrolment, newcomer, identity, State::Pending)?;
            merging::ask(tx, cx, device.id, known.id, why)?;
            Ok((device, "doubt"))
        }
        Placed::Doubt { with, why } => {
            let device = add(tx, cx, enrolment, newcomer, identity, State::Pending)?;
            merging::ask(tx, cx, device.id, with, why)?;
            Ok((device, "doubt"))
        }
        Placed::New => {
            let state = if at_once { State::Admitted } else { State::Pending };
            add(tx, cx, enrolment, newcomer, identity, state).map(|device| (device, "new"))
        }
    }
}

/// Whoever made a document for one team lets nobody in as a device of another.
fn reaches(enrolment: &Enrolment, known: &Device) -> bool {
    enrolment.team.is_none() || enrolment.team == known.team
}

fn add(
    tx: &mut Tx<'_>,
    cx: &Cx,
    enrolment: &Enrolment,
    newcomer: &Newcomer<'_>,
    identity: Identity,
    state: State,
) -> Result<Device> {
    let new = NewDevice {
        kind: enrolment.kind,
        team: enrolment.team,
        key: Some(newcomer.key),
        agent_version: newcomer.agent_version.to_owned(),
        ..NewDevice::told(identity, Source::Agent, state)
    };
    device::create(tx, cx, new)
}

/// What two that are held to be one have in common, the strongest first.
fn shared(one: &Identity, other: &Identity) -> Why {
    let same = |a: &str, b: &str| !a.is_empty() && a.eq_ignore_ascii_case(b);
    if same(&one.serial, &other.serial) {
        Why::Serial
    } else if same(&one.uuid, &other.uuid) {
        Why::Uuid
    } else if same(&one.machine_id, &other.machine_id) {
        Why::Machine
    } else {
        Why::Mac
    }
}
