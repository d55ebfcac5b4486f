//! Devices in the search index: by name, serial number, model, place, hardware address, and who uses them.

use kernel::cx::{Cx, Scope};
use kernel::db::Tx;
use kernel::error::Result;
use kernel::event::Event;
use kernel::search::Document;
use web::SearchSource;

use crate::READ;
use crate::device::{self, Device, DeviceId, State};

/// Devices, for the index.
pub(crate) const SOURCE: SearchSource = SearchSource {
    kinds: &["device"],
    is_translated: false,
    href: |_, key| format!("/devices/{key}"),
    touched,
    load,
    list: device::store::ids_after,
};

/// Held by whoever may see every device.
const ALL: &str = "fleet:all";

/// What a reader holds.
pub(crate) fn rights(cx: &Cx) -> Vec<String> {
    match cx.may(READ) {
        Some(Scope::All) => vec![ALL.to_owned()],
        Some(Scope::Team) => cx
            .team_ids()
            .iter()
            .map(|team| format!("fleet:team:{team}"))
            .collect(),
        Some(Scope::Own) | None => Vec::new(),
    }
}

/// What is in a device is not searched here, only its record.
fn touched(event: &Event) -> Vec<String> {
    let id = device::of_subject(&event.subject).filter(|_| event.kind.starts_with("fleet.device_"));
    id.map(|id| id.to_string()).into_iter().collect()
}

fn load(tx: &mut Tx<'_>, keys: &[String]) -> Result<Vec<Document>> {
    let ids: Vec<DeviceId> = keys.iter().filter_map(|key| key.parse().ok()).collect();
    let devices = device::store::find_many(tx, &ids)?;
    let owners: Vec<_> = devices.iter().filter_map(|device| device.owner).collect();
    let cards = people::user::store::cards(tx, &owners)?;
    Ok(devices
        .into_iter()
        .filter(|device| device.state != State::Retired)
        .map(|device| {
            let owner = device.owner.and_then(|owner| cards.get(&owner));
            document(&device, owner.map_or("", |card| card.name.as_str()))
        })
        .collect())
}

fn document(device: &Device, owner: &str) -> Document {
    let mut rights = vec![ALL.to_owned()];
    rights.extend(device.team.map(|team| format!("fleet:team:{team}")));
    let shown = [
        device.model(),
        device.system(),
        owner.to_owned(),
        device.location.clone(),
        device.identity.serial.clone(),
    ];
    let shown: Vec<String> = shown.into_iter().filter(|text| !text.is_empty()).collect();
    Document {
        kind: "device".to_owned(),
        key: device.id.to_string(),
        title: device.name.clone(),
        body: shown.join(" · "),
        extra: format!(
            "{} {} {}",
            device.identity.host,
            device.identity.macs.join(" "),
            device.note
        ),
        rights,
        time: device.created_at,
        facets: vec![format!("kind:{}", device.kind), format!("state:{}", device.state)],
        ..Document::default()
    }
}
