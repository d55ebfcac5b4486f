//! Interfaces of a computer, ports of a switch, disks and what is on them.

use std::collections::BTreeMap;

use protocol::inventory::Item;
use serde_json::{Map, Value};

use super::filling::item;
use super::thing::Thing;

/// Interfaces of a computer, and ports of network equipment. Counters are left out: they count on every minute.
pub(super) fn network(content: &Map<String, Value>) -> Vec<Item> {
    let mut items = interfaces(content);
    items.extend(
        Thing::all(content, "network_ports")
            .into_iter()
            .enumerate()
            .map(port),
    );
    items
}

/// One item for each interface; agents name it again for each of its addresses.
fn interfaces(content: &Map<String, Value>) -> Vec<Item> {
    let mut named: BTreeMap<String, Vec<Thing<'_>>> = BTreeMap::new();
    for interface in Thing::all(content, "networks") {
        let Some(name) = interface.either(&["description", "mac", "model"]) else {
            continue;
        };
        // The loopback says nothing, and the ends of containers come and go.
        if name != "lo" && !name.starts_with("veth") {
            named.entry(name).or_default().push(interface);
        }
    }
    let read = |(name, entries): (String, Vec<Thing<'_>>)| {
        let first = |field: &str| entries.iter().find_map(|entry| entry.text(field));
        let mut addresses: Vec<String> = entries
            .iter()
            .flat_map(|entry| {
                entry
                    .texts("ipaddress")
                    .into_iter()
                    .chain(entry.texts("ipaddress6"))
            })
            .flat_map(|text| {
                text.split(['/', ','])
                    .map(|part| part.trim().to_owned())
                    .collect::<Vec<_>>()
            })
            .filter(|address| !address.to_lowercase().starts_with("fe80") && !address.is_empty())
            .collect();
        addresses.sort();
        addresses.dedup();
        let speed = entries.iter().find_map(|entry| entry.number("speed"));
        item(name)
            .text("kind", first("type"))
            .text("mac", first("mac").map(|mac| mac.to_lowercase()))
            .text("state", first("status").map(|state| state.to_lowercase()))
            .text("addresses", Some(addresses.join(" ")))
            .text("gateway", first("ipgateway"))
            .text("dhcp_server", first("ipdhcp"))
            .text("driver", first("driver"))
            .text("model", first("model"))
            .text("wifi", first("wifi_ssid"))
            .number("mtu", entries.iter().find_map(|entry| entry.number("mtu")))
            .number("megabits", speed.filter(|speed| *speed > 0))
            .flag(
                "virtual",
                entries.iter().find_map(|entry| entry.flag("virtualdev")),
            )
            .done()
    };
    named.into_iter().map(read).collect()
}

fn port((place, port): (usize, Thing<'_>)) -> Item {
    let name = port.either(&["ifname", "ifdescr"]);
    let number = port.text("ifnumber").unwrap_or_else(|| place.to_string());
    let key = match &name {
        Some(name) => format!("port {number} {name}"),
        None => format!("port {number}"),
    };
    let networks: Vec<String> = port
        .inside("vlans")
        .into_iter()
        .filter_map(|vlan| match (vlan.either(&["number", "id"]), vlan.text("name")) {
            (Some(number), Some(name)) => Some(format!("{number} {name}")),
            (number, name) => number.or(name),
        })
        .collect();
    // What a neighbour says of itself stays true; the addresses seen behind a port come and go.
    let neighbours: Vec<String> = port
        .inside("connections")
        .into_iter()
        .filter_map(|neighbour| {
            let name = neighbour.either(&["sysname", "ip"])?;
            Some(match neighbour.text("ifdescr") {
                Some(port) => format!("{name} {port}"),
                None => name,
            })
        })
        .collect();
    item(key)
        .text("description", port.text("ifdescr"))
        .text("alias", port.text("ifalias"))
        .text("mac", port.text("mac").map(|mac| mac.to_lowercase()))
        .text("state", port.number("ifstatus").map(state))
        .text("allowed", port.number("ifinternalstatus").map(state))
        .text("addresses", Some(port.texts("ips").join(" ")))
        .text("vlans", Some(networks.join(", ")))
        .text("neighbours", Some(neighbours.join(", ")))
        .text("duplex", port.number("ifportduplex").and_then(duplex))
        .number("mtu", port.number("ifmtu"))
        .number("megabits", port.number("ifspeed").map(|bits| bits / 1_000_000))
        .flag("trunk", port.flag("trunk"))
        .done()
}

/// RFC 2863, `ifOperStatus`.
fn state(code: i64) -> String {
    match code {
        1 => "up",
        2 => "down",
        3 => "testing",
        5 => "dormant",
        6 => "not present",
        7 => "lower layer down",
        _ => "unknown",
    }
    .to_owned()
}

/// RFC 3635, `dot3StatsDuplexStatus`.
fn duplex(code: i64) -> Option<String> {
    match code {
        2 => Some("half".to_owned()),
        3 => Some("full".to_owned()),
        _ => None,
    }
}

/// Disks as hardware. Agents count in megabytes of the trade.
pub(super) fn disks(content: &Map<String, Value>) -> Vec<Item> {
    let read = |disk: Thing<'_>| {
        let model = disk.either(&["model", "name", "description"])?;
        let key = match (disk.text("serial"), disk.text("name")) {
            (Some(serial), _) => format!("{model} {serial}"),
            (None, Some(name)) => name,
            (None, None) => model.clone(),
        };
        Some(
            item(key)
                .text("name", disk.text("name"))
                .text("vendor", disk.text("manufacturer"))
                .text("model", Some(model))
                .text("serial", disk.text("serial"))
                .text("firmware", disk.text("firmware"))
                .text("kind", disk.text("type"))
                .text("bus", disk.text("interface"))
                .number(
                    "bytes",
                    disk.number("disksize")
                        .and_then(|size| size.checked_mul(1_000_000)),
                )
                .done(),
        )
    };
    Thing::all(content, "storages")
        .into_iter()
        .filter_map(read)
        .collect()
}

/// File systems, and the volume groups under them.
pub(super) fn volumes(content: &Map<String, Value>) -> Vec<Item> {
    let mut items: Vec<Item> = Thing::all(content, "drives")
        .into_iter()
        .enumerate()
        .map(drive)
        .collect();
    for group in Thing::all(content, "volume_groups") {
        items.push(
            item(format!(
                "{LVM}group {}",
                group.either(&["vg_name", "vg_uuid"]).unwrap_or_default()
            ))
            .number("bytes", bytes(group.number("size")))
            .number("free_bytes", bytes(group.number("free")))
            .number("disks", group.number("pv_count"))
            .number("volumes", group.number("lv_count"))
            .done(),
        );
    }
    for disk in Thing::all(content, "physical_volumes") {
        items.push(
            item(format!(
                "{LVM}disk {}",
                disk.either(&["device", "pv_uuid"]).unwrap_or_default()
            ))
            .text("format", disk.text("format"))
            .number("bytes", bytes(disk.number("size")))
            .done(),
        );
    }
    for volume in Thing::all(content, "logical_volumes") {
        items.push(
            item(format!(
                "{LVM}volume {}",
                volume.either(&["lv_name", "lv_uuid"]).unwrap_or_default()
            ))
            .number("bytes", bytes(volume.number("size")))
            .number("pieces", volume.number("seg_count"))
            .done(),
        );
    }
    items
}

/// What stands before the keys of volume management.
pub(super) const LVM: &str = "LVM ";

fn drive((place, drive): (usize, Thing<'_>)) -> Item {
    let path = drive.either(&["letter", "type", "volumn", "label"]);
    let total = drive.number("total").filter(|total| *total > 0);
    let free = drive.number("free");
    // In steps of five: a disk that fills slowly is no change of every day.
    let used = total.zip(free).map(|(total, free)| {
        let percent = total.saturating_sub(free).saturating_mul(100) / total;
        percent / 5 * 5
    });
    let encrypted = drive
        .text("encrypt_status")
        .map(|status| status.eq_ignore_ascii_case("yes"));
    item(path.unwrap_or_else(|| format!("volume {place}")))
        .text("source", drive.text("volumn"))
        .text("format", drive.text("filesystem"))
        .text("label", drive.text("label"))
        .text("serial", drive.text("serial"))
        .text("encryption", drive.text("encrypt_name"))
        .flag("encrypted", encrypted)
        .number("bytes", bytes(total))
        .number("used_percent", used)
        .done()
}

fn bytes(megabytes: Option<i64>) -> Option<i64> {
    megabytes.and_then(|megabytes| megabytes.checked_mul(1024 * 1024))
}
