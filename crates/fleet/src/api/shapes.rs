//! How a device is written in the JSON interface.

use kernel::time::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::device::{Device, Kind, Source, State};

/// A device.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Device)]
pub(crate) struct DeviceJson {
    /// Identifier.
    id: String,
    /// As people call it.
    name: String,
    /// What sort it is.
    kind: Kind,
    /// How far it has come.
    state: State,
    /// Who told of it.
    source: Source,
    /// Who uses it.
    owner: Option<String>,
    /// The team that looks after it.
    team: Option<String>,
    /// Where it stands.
    location: String,
    /// What people should know.
    note: String,
    /// As it calls itself.
    host: String,
    /// Who made it.
    vendor: String,
    /// What it is called by its maker.
    model: String,
    /// The serial number.
    serial: String,
    /// The UUID of the board.
    uuid: String,
    /// The addresses of its network cards.
    macs: Vec<String>,
    /// The operating system.
    os: String,
    /// Its version.
    os_version: String,
    /// The architecture.
    arch: String,
    /// From where it was last heard of.
    address: String,
    /// The version of its agent; empty without one of ours.
    agent_version: String,
    /// Whether it is heard of now.
    is_online: bool,
    /// When it was last heard of.
    #[schema(value_type = Option<String>, format = DateTime)]
    seen_at: Option<Timestamp>,
    /// When it last told what is in it.
    #[schema(value_type = Option<String>, format = DateTime)]
    inventory_at: Option<Timestamp>,
    /// When it was first known.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// The device that it turned out to be.
    merged_into: Option<String>,
    /// Pass it back when changing the device.
    version: i64,
}

impl DeviceJson {
    pub(super) fn of(device: Device, now: Timestamp) -> Self {
        let is_online = device.is_online(now) && device.state != State::Retired;
        Self {
            id: device.id.to_string(),
            name: device.name,
            kind: device.kind,
            state: device.state,
            source: device.source,
            owner: device.owner.map(|id| id.to_string()),
            team: device.team.map(|id| id.to_string()),
            location: device.location,
            note: device.note,
            host: device.identity.host,
            vendor: device.identity.vendor,
            model: device.identity.model,
            serial: device.identity.serial,
            uuid: device.identity.uuid,
            macs: device.identity.macs,
            os: device.os,
            os_version: device.os_version,
            arch: device.identity.arch,
            address: device.address,
            agent_version: device.agent_version,
            is_online,
            seen_at: device.seen_at,
            inventory_at: device.inventory_at,
            created_at: device.created_at,
            merged_into: device.merged_into.map(|id| id.to_string()),
            version: device.version,
        }
    }
}
