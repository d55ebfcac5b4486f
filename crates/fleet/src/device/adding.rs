//! How a device comes, is admitted, goes, and comes back.

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::id::{TeamId, UserId};
use protocol::key::PublicKey;
use protocol::message::Identity;
use serde_json::json;

use super::{Device, DeviceId, Kind, Source, State, clean, describing, note, store, with_right};
use crate::{MANAGE, events, matching};

/// A device that is not known yet.
#[derive(Clone, Debug)]
pub struct NewDevice {
    /// Its name; the host's when empty.
    pub name: String,
    /// What sort it is.
    pub kind: Kind,
    /// Pending, or admitted at once.
    pub state: State,
    /// What it is known by.
    pub identity: Identity,
    /// Who tells of it.
    pub source: Source,
    /// The team that looks after it.
    pub team: Option<TeamId>,
    /// Who uses it.
    pub owner: Option<UserId>,
    /// The key of its agent.
    pub key: Option<PublicKey>,
    /// The version of its agent.
    pub agent_version: String,
}

impl NewDevice {
    /// One that told of itself.
    #[must_use]
    pub fn told(identity: Identity, source: Source, state: State) -> Self {
        Self {
            name: String::new(),
            kind: Kind::Computer,
            state,
            identity,
            source,
            team: None,
            owner: None,
            key: None,
            agent_version: String::new(),
        }
    }
}

/// Makes a device. Whether it may be made is the caller's to know: enrolment asks its document, intake its token, a page the right.
///
/// # Errors
/// `fleet.device.key_taken` when another device has its key; `fleet.device.name_missing` for one that nothing names.
pub fn create(tx: &mut Tx<'_>, cx: &Cx, new: NewDevice) -> Result<Device> {
    let key = new.key.map(|key| key.to_string());
    if let Some(key) = &key
        && store::by_key(tx, key)?.is_some()
    {
        return Err(Error::conflict("fleet.device.key_taken"));
    }
    let identity = describing::capped(&new.identity);
    let given = clean(&new.name, super::editing::NAME_MAX);
    let name = if given.is_empty() {
        describing::name_of(&identity)
    } else {
        given.clone()
    };
    if name.is_empty() {
        return Err(Error::invalid("fleet.device.name_missing").field("name"));
    }
    let by_person = new.source == Source::Person;
    let device = Device {
        id: cx.new_id(),
        name,
        kind: new.kind,
        state: new.state,
        team: new.team,
        owner: new.owner,
        os: identity.os.clone(),
        os_version: identity.os_version.clone(),
        identity,
        source: new.source,
        agent_key: key,
        agent_version: clean(&new.agent_version, 60),
        seen_at: None,
        address: String::new(),
        inventory_at: None,
        location: String::new(),
        note: String::new(),
        entered: if by_person && !given.is_empty() {
            vec!["name".to_owned(), "kind".to_owned()]
        } else {
            Vec::new()
        },
        created_at: cx.now(),
        retired_at: None,
        merged_into: None,
        version: 1,
    };
    store::insert(tx, &device)?;
    matching::remember(tx, device.id, &device.identity)?;
    note(
        tx,
        cx,
        device.id,
        events::DEVICE_ADDED,
        json!({ "kind": device.kind, "state": device.state, "source": device.source }),
        Some(json!({ "name": device.name })),
    )?;
    Ok(device)
}

/// Says yes to a device that waits. A rule of enrolment may do so as the house itself.
///
/// # Errors
/// `fleet.device.not_pending` for one that does not wait; as [`super::with_right`].
pub fn admit(tx: &mut Tx<'_>, cx: &Cx, id: DeviceId) -> Result<Device> {
    let mut device = with_right(tx, cx, MANAGE, id)?;
    if device.state != State::Pending {
        return Err(Error::conflict("fleet.device.not_pending"));
    }
    device.state = State::Admitted;
    save(tx, &mut device)?;
    let data = json!({ "by_rule": cx.user_id().is_none() });
    note(tx, cx, id, events::DEVICE_ADMITTED, data, None)?;
    Ok(device)
}

/// Takes a device out of use: its agent is sent away and nothing can be done on it. Its history stays.
///
/// # Errors
/// `fleet.device.retired` for one that is already; as [`super::with_right`].
pub fn retire(tx: &mut Tx<'_>, cx: &Cx, id: DeviceId) -> Result<Device> {
    let mut device = with_right(tx, cx, MANAGE, id)?;
    if device.state == State::Retired {
        return Err(Error::conflict("fleet.device.retired"));
    }
    device.state = State::Retired;
    device.retired_at = Some(cx.now());
    save(tx, &mut device)?;
    note(tx, cx, id, events::DEVICE_RETIRED, json!({}), None)?;
    Ok(device)
}

/// Takes a device back into use; its agent must be admitted again.
///
/// # Errors
/// `fleet.device.not_retired` for one in use or one that was merged; as [`super::with_right`].
pub fn restore(tx: &mut Tx<'_>, cx: &Cx, id: DeviceId) -> Result<Device> {
    let mut device = with_right(tx, cx, MANAGE, id)?;
    if device.state != State::Retired || device.merged_into.is_some() || device.source == Source::Guest {
        return Err(Error::conflict("fleet.device.not_retired"));
    }
    device.state = if device.agent_key.is_some() {
        State::Pending
    } else {
        State::Admitted
    };
    device.retired_at = None;
    save(tx, &mut device)?;
    note(tx, cx, id, events::DEVICE_RESTORED, json!({}), None)?;
    Ok(device)
}

/// Writes a device that this transaction read.
pub(crate) fn save(tx: &mut Tx<'_>, device: &mut Device) -> Result<()> {
    if !store::update(tx, device)? {
        return Err(Error::conflict("fleet.device.changed_meanwhile"));
    }
    device.version += 1;
    Ok(())
}
