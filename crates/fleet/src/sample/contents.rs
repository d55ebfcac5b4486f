//! What the devices of the demo are made of. Pure: the same place and week always give the same.

use kernel::time::Timestamp;
use protocol::inventory::{Content, Item, Report, Section};
use protocol::message::Identity;

use super::COMPUTERS;
use crate::device::Kind;

/// Devices that nobody carries.
pub(super) const OTHERS: &[(&str, Kind)] = &[
    ("files-01", Kind::Server),
    ("mail-02", Kind::Server),
    ("build-03", Kind::Server),
    ("kingfisher", Kind::Printer),
    ("switch-3-east", Kind::NetworkEquipment),
];

const MODELS: &[(&str, &str)] = &[
    ("LENOVO", "ThinkPad T14 Gen 4"),
    ("Dell Inc.", "Latitude 7440"),
    ("HP", "HP EliteBook 840 G10"),
    ("LENOVO", "ThinkCentre M90q Gen 4"),
];

/// Name, version now, version before, and in which week the one became the other (none when it never did).
const PACKAGES: &[(&str, &str, &str, i64)] = &[
    ("bash", "5.2.21-2ubuntu4", "5.2.21-2ubuntu4", -1),
    ("openssl", "3.0.13-0ubuntu3.5", "3.0.13-0ubuntu3.4", 3),
    ("libssl3t64", "3.0.13-0ubuntu3.5", "3.0.13-0ubuntu3.4", 3),
    ("openssh-client", "1:9.6p1-3ubuntu13.11", "1:9.6p1-3ubuntu13.9", 5),
    ("firefox", "140.0.4", "139.0.1", 6),
    ("thunderbird", "140.1.0", "128.11.1", 8),
    (
        "libreoffice-core",
        "4:24.2.7-0ubuntu0.24.04.4",
        "4:24.2.7-0ubuntu0.24.04.3",
        7,
    ),
    ("cups", "2.4.7-1.2ubuntu7.4", "2.4.7-1.2ubuntu7.3", 9),
    ("network-manager", "1.46.0-1ubuntu2.2", "1.46.0-1ubuntu2.1", 10),
    ("wpasupplicant", "2:2.10-21ubuntu0.2", "2:2.10-21ubuntu0.1", 10),
    ("systemd", "255.4-1ubuntu8.10", "255.4-1ubuntu8.8", 4),
    ("linux-image-generic", "6.8.0-71.71", "6.8.0-64.67", 7),
    (
        "linux-firmware",
        "20240318.git3b128b60-0ubuntu2.14",
        "20240318.git3b128b60-0ubuntu2.12",
        7,
    ),
    ("python3", "3.12.3-0ubuntu2", "3.12.3-0ubuntu2", -1),
    ("git", "1:2.43.0-1ubuntu7.3", "1:2.43.0-1ubuntu7.2", 2),
    ("curl", "8.5.0-2ubuntu10.6", "8.5.0-2ubuntu10.6", -1),
    ("ca-certificates", "20240203", "20240203", -1),
    ("openvpn", "2.6.12-0ubuntu0.24.04.3", "2.6.12-0ubuntu0.24.04.1", 9),
    ("zoom", "6.5.3.2773", "6.4.13.2309", 8),
    ("code", "1.102.3", "1.101.2", 11),
    ("fcitx5", "5.1.7-1build3", "5.1.7-1build3", -1),
    (
        "fonts-noto-cjk",
        "1:20230817+repack1-3",
        "1:20230817+repack1-3",
        -1,
    ),
];

/// What those are made of.
const OTHER_MODELS: &[(&str, &str)] = &[
    ("Dell Inc.", "PowerEdge R660"),
    ("Supermicro", "SYS-121H"),
    ("Dell Inc.", "PowerEdge R760"),
    ("HP", "HP LaserJet Enterprise M612"),
    ("Huawei", "CloudEngine S5735-L48T4X"),
];

/// Where computers stand.
pub(super) fn location(place: usize) -> &'static str {
    const PLACES: &[&str] = &["3F East", "3F West", "2F Sales", "1F Reception", "5F Finance"];
    PLACES[place % PLACES.len()]
}

/// Maker and model of a place.
fn model(place: usize) -> (&'static str, &'static str) {
    place
        .checked_sub(COMPUTERS)
        .and_then(|other| OTHER_MODELS.get(other).copied())
        .unwrap_or(MODELS[place % MODELS.len()])
}

/// By what a device is known.
pub(super) fn identity(place: usize, host: &str) -> Identity {
    let (vendor, model) = model(place);
    // The printer and the switch run something of their own.
    let is_closed = place == COMPUTERS + 3 || place == COMPUTERS + 4;
    Identity {
        host: host.to_lowercase().replace(' ', "-"),
        machine_id: format!("{:032x}", 0x5eed_0000_u64 + place as u64),
        serial: format!("PF{:06}", 310_400 + place * 37),
        uuid: format!(
            "4c4c4544-0042-3010-8043-{:012x}",
            0xc0_4f37_u64 + place as u64 * 977
        ),
        macs: vec![format!("3c:22:fb:10:{:02x}:{:02x}", place / 8, place * 5 % 256)],
        vendor: vendor.to_owned(),
        model: model.to_owned(),
        os: if is_closed { "" } else { "Ubuntu" }.to_owned(),
        os_version: if is_closed { "" } else { "24.04" }.to_owned(),
        arch: if is_closed { "" } else { "x86_64" }.to_owned(),
    }
}

fn packages(place: usize, week: i64, driver_is_new: bool) -> Vec<Item> {
    let mut items: Vec<Item> = PACKAGES
        .iter()
        .enumerate()
        .filter(|(number, _)| !(number + place).is_multiple_of(11))
        .map(|(_, (name, now, before, since))| {
            let is_new = *since >= 0 && week >= *since;
            Item::new(format!("{name}:amd64"))
                .with("name", *name)
                .with("version", if is_new { *now } else { *before })
                .with("architecture", "amd64")
                .with("source", "dpkg")
        })
        .collect();
    let driver = if driver_is_new { "575.64.03" } else { "570.169" };
    items.push(
        Item::new("nvidia-driver:amd64")
            .with("name", "nvidia-driver")
            .with("version", driver)
            .with("architecture", "amd64")
            .with("source", "dpkg"),
    );
    items
}

fn updates(place: usize) -> Vec<Item> {
    let offered = [
        ("sudo", "1.9.15p5-3ubuntu5", "1.9.15p5-3ubuntu5.24.04.1", true),
        (
            "tzdata",
            "2024b-0ubuntu0.24.04.1",
            "2025b-0ubuntu0.24.04.1",
            false,
        ),
    ];
    offered
        .into_iter()
        .filter(|_| place.is_multiple_of(3))
        .map(|(name, installed, version, is_security)| {
            Item::new(format!("{name}:amd64"))
                .with("name", name)
                .with("installed", installed)
                .with("version", version)
                .with("source", "apt")
                .with("security", is_security)
        })
        .collect()
}

/// What a computer says in a week; with a new graphics driver when it went wrong.
pub(super) fn report(place: usize, week: i64, at: Timestamp, driver_is_new: bool) -> Report {
    let (vendor, model) = model(place);
    let known = identity(place, "x");
    let sections = [
        (
            Section::Hardware,
            vec![
                Item::new("machine")
                    .with("vendor", vendor)
                    .with("model", model)
                    .with("serial", known.serial.as_str())
                    .with("uuid", known.uuid.as_str())
                    .with(
                        "chassis",
                        if place >= COMPUTERS {
                            "rack mount"
                        } else {
                            "notebook"
                        },
                    ),
                Item::new("firmware")
                    .with("vendor", vendor)
                    .with("version", if week >= 6 { "1.27" } else { "1.24" })
                    .with("uefi", true),
            ],
        ),
        (
            Section::System,
            vec![
                Item::new("system")
                    .with("name", "Ubuntu")
                    .with("full_name", "Ubuntu 24.04.2 LTS")
                    .with("version", "24.04")
                    .with(
                        "kernel",
                        if week >= 7 {
                            "6.8.0-71-generic"
                        } else {
                            "6.8.0-64-generic"
                        },
                    )
                    .with("architecture", "x86_64")
                    .with("time_zone", "Asia/Shanghai")
                    .with("reboot_required", place % 7 == 3),
            ],
        ),
        (
            Section::Processor,
            vec![
                Item::new("processor 0")
                    .with("model", "13th Gen Intel Core i7-1365U")
                    .with("cores", 10)
                    .with("threads", 12)
                    .with("mhz_most", 5200),
            ],
        ),
        (
            Section::Memory,
            vec![Item::new("memory").with(
                "megabytes",
                if place % 4 == 1 && week >= 5 {
                    32_768
                } else {
                    16_384
                },
            )],
        ),
        (
            Section::Disks,
            vec![
                Item::new(format!("Samsung PM9A1 S6{place:04}"))
                    .with("name", "nvme0n1")
                    .with("model", "Samsung PM9A1")
                    .with("kind", "ssd")
                    .with("bytes", 512_110_190_592_i64)
                    .with(
                        "health",
                        if place == 7 && week >= 10 {
                            "failed"
                        } else {
                            "passed"
                        },
                    )
                    .with("power_on_hours", 2_000 + week * 60),
            ],
        ),
        (
            Section::Network,
            vec![
                Item::new("wlp0s20f3")
                    .with("kind", "wireless")
                    .with("mac", known.macs[0].as_str())
                    .with("state", "up")
                    .with("addresses", format!("10.20.1.{}/24", 20 + place)),
            ],
        ),
        (Section::Packages, packages(place, week, driver_is_new)),
        (Section::Updates, updates(place)),
        (
            Section::Services,
            ["cups", "NetworkManager", "ssh", "systemd-resolved"]
                .into_iter()
                .map(|name| {
                    let failed = name == "cups" && place == 2 && week >= 9;
                    Item::new(format!("{name}.service"))
                        .with("state", if failed { "failed" } else { "running" })
                        .with("start", "enabled")
                })
                .collect(),
        ),
        (
            Section::Ports,
            vec![
                Item::new("22/tcp")
                    .with("address", "0.0.0.0")
                    .with("program", "sshd"),
            ],
        ),
    ];
    Report {
        at: at.millis(),
        full: true,
        sections: sections
            .into_iter()
            .map(|(section, items)| (section, Content::of(items)))
            .collect(),
    }
}

/// What a printer or a switch says.
pub(super) fn small(host: &str, at: Timestamp) -> Report {
    let items = vec![Item::new("machine").with("description", format!("{host}, third floor east"))];
    Report {
        at: at.millis(),
        full: true,
        sections: [(Section::Hardware, Content::of(items))].into_iter().collect(),
    }
}
