//! A guest comes in: a device of its own, whatever hardware it runs on.

use data_encoding::HEXLOWER;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::link;
use protocol::key::PublicKey;
use protocol::message::Identity;
use sha2::{Digest as _, Sha256};

use super::{Assist, State, events, note, store};
use crate::device::{self, Device, NewDevice, Source};
use crate::enrolment::{Enrolment, Newcomer};

/// Makes the device of a guest. It is asked nothing of its hardware and is no device that is known: of what it says, only the host's
/// name and the system are kept.
///
/// # Errors
/// `fleet.device.key_taken` when another device has its key.
pub(crate) fn welcome(
    tx: &mut Tx<'_>,
    cx: &Cx,
    mut assist: Assist,
    enrolment: &Enrolment,
    newcomer: &Newcomer<'_>,
    said: Identity,
) -> Result<Device> {
    tx.lock("fleet.assist", assist.id)?;
    if assist.state != State::Fetched {
        return Err(Error::conflict("fleet.assist.over"));
    }
    let name = format!("{} (guest)", device::clean(&said.host, 80));
    let identity = Identity {
        host: said.host,
        os: said.os,
        os_version: said.os_version,
        arch: said.arch,
        ..Identity::default()
    };
    let new = NewDevice {
        name: name.trim().to_owned(),
        kind: enrolment.kind,
        team: enrolment.team,
        key: Some(newcomer.key),
        agent_version: newcomer.agent_version.to_owned(),
        ..NewDevice::told(identity, Source::Guest, device::State::Admitted)
    };
    let device = device::create(tx, cx, new)?;
    assist.state = State::Connected;
    assist.device = Some(device.id);
    assist.key_hash = Some(hash(&newcomer.key));
    assist.connected_at = Some(cx.now());
    store::update(tx, &assist)?;
    link::add(
        tx,
        cx,
        &desk::ticket::subject(assist.ticket),
        &device.subject(),
        device::of_ticket::ON_DEVICE,
    )?;
    note(
        tx,
        cx,
        &assist,
        events::CONNECTED,
        Some("fleet-line-assist-connected"),
    )?;
    Ok(device)
}

/// Whether a key was a guest's whose help is over.
pub(crate) fn was_guest(tx: &mut Tx<'_>, key: &PublicKey) -> Result<bool> {
    let found = store::of_key(tx, &hash(key))?;
    Ok(found.is_some_and(|assist| assist.is_over()))
}

fn hash(key: &PublicKey) -> String {
    HEXLOWER.encode(&Sha256::digest(key.to_string().as_bytes()))
}
