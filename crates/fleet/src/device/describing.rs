//! What a device says of itself: capped, and taken over as far as no person entered something else.

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::Result;
use protocol::message::Identity;
use serde_json::json;

use super::{Device, Kind, Source, adding, clean, note};
use crate::{events, matching};

const TEXT_MAX: usize = 200;
const MACS_MOST: usize = 64;

/// An identity as it may be kept, whatever was sent.
#[must_use]
pub fn capped(identity: &Identity) -> Identity {
    let text = |text: &str| clean(text, TEXT_MAX);
    let mut macs: Vec<String> = identity
        .macs
        .iter()
        .take(MACS_MOST)
        .map(|mac| clean(mac, 40).to_lowercase().replace('-', ":"))
        .filter(|mac| !mac.is_empty())
        .collect();
    macs.sort_unstable();
    macs.dedup();
    Identity {
        host: text(&identity.host),
        machine_id: text(&identity.machine_id),
        serial: text(&identity.serial),
        uuid: text(&identity.uuid).to_lowercase(),
        macs,
        vendor: text(&identity.vendor),
        model: text(&identity.model),
        os: text(&identity.os),
        os_version: text(&identity.os_version),
        arch: text(&identity.arch),
    }
}

/// What a device is called when nobody named it: its host, else its serial number, else its model.
#[must_use]
pub fn name_of(identity: &Identity) -> String {
    [&identity.host, &identity.serial, &identity.model]
        .into_iter()
        .find(|text| !text.is_empty())
        .cloned()
        .unwrap_or_default()
}

/// Fills the gaps of what a device says now from what it said before: a partial report takes nothing away.
fn filled(before: &Identity, now: Identity) -> Identity {
    let keep = |now: String, before: &str| if now.is_empty() { before.to_owned() } else { now };
    Identity {
        host: keep(now.host, &before.host),
        machine_id: keep(now.machine_id, &before.machine_id),
        serial: keep(now.serial, &before.serial),
        uuid: keep(now.uuid, &before.uuid),
        macs: if now.macs.is_empty() {
            before.macs.clone()
        } else {
            now.macs
        },
        vendor: keep(now.vendor, &before.vendor),
        model: keep(now.model, &before.model),
        os: keep(now.os, &before.os),
        os_version: keep(now.os_version, &before.os_version),
        arch: keep(now.arch, &before.arch),
    }
}

/// Takes over what a device says of itself. `kind` is what its inventory makes of it, when it says so.
///
/// # Errors
/// The database's.
pub fn describe(
    tx: &mut Tx<'_>,
    cx: &Cx,
    device: &Device,
    identity: &Identity,
    source: Source,
    kind: Option<Kind>,
    agent_version: &str,
) -> Result<Device> {
    // A guest says what it is called when it comes, and nothing after that: it becomes no device of the department.
    if device.source == Source::Guest {
        return Ok(device.clone());
    }
    let mut now = device.clone();
    now.identity = filled(&device.identity, capped(identity));
    if !device.is_entered("name") && !now.identity.host.is_empty() {
        now.name = now.identity.host.clone();
    }
    if let Some(kind) = kind.filter(|_| !device.is_entered("kind")) {
        now.kind = kind;
    }
    now.os.clone_from(&now.identity.os);
    now.os_version.clone_from(&now.identity.os_version);
    // What our own agent says counts for more than what another program says of the same machine.
    if device.source != Source::Agent {
        now.source = source;
    }
    let version = clean(agent_version, 60);
    if !version.is_empty() {
        now.agent_version = version;
    }
    if now == *device {
        return Ok(now);
    }
    adding::save(tx, &mut now)?;
    if now.identity != device.identity {
        matching::remember(tx, now.id, &now.identity)?;
    }
    let fields = changed(device, &now);
    if !fields.is_empty() {
        let personal = (now.name != device.name).then(|| json!({ "name": now.name }));
        note(
            tx,
            cx,
            now.id,
            events::DEVICE_DESCRIBED,
            json!({ "fields": fields }),
            personal,
        )?;
    }
    Ok(now)
}

/// What of a device changed, as words for its history.
fn changed(before: &Device, after: &Device) -> Vec<&'static str> {
    let mut fields = Vec::new();
    let mut look = |differs: bool, field| {
        if differs {
            fields.push(field);
        }
    };
    look(before.name != after.name, "name");
    look(before.kind != after.kind, "kind");
    look(before.system() != after.system(), "os");
    look(before.identity.serial != after.identity.serial, "serial");
    look(before.model() != after.model(), "model");
    look(before.identity.macs != after.identity.macs, "macs");
    look(before.agent_version != after.agent_version, "agent_version");
    fields
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_device_sends_is_cut_to_size() {
        let identity = Identity {
            host: "h\u{0}".repeat(5_000),
            macs: vec!["AA-BB-CC-DD-EE-FF".to_owned(); 1_000],
            ..Identity::default()
        };
        let capped = capped(&identity);
        assert!(capped.host.chars().count() <= TEXT_MAX);
        assert!(!capped.host.contains('\u{0}'));
        assert_eq!(capped.macs, ["aa:bb:cc:dd:ee:ff"]);
    }

    #[test]
    fn a_gap_takes_nothing_away() {
        let before = Identity {
            serial: "S1".to_owned(),
            host: "old".to_owned(),
            ..Identity::default()
        };
        let now = Identity {
            host: "new".to_owned(),
            ..Identity::default()
        };
        let filled = filled(&before, now);
        assert_eq!((filled.serial.as_str(), filled.host.as_str()), ("S1", "new"));
    }
}
