//! What the machine is made of: board and firmware, processors, memory, batteries, screens.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use protocol::inventory::Item;

use super::item::item;
use super::place::Place;

/// Case, board, and firmware as the firmware names them; on ARM the device tree.
#[must_use]
pub fn hardware(place: &Place) -> Vec<Item> {
    let dmi = |name: &str| place.line(&format!("sys/class/dmi/id/{name}"));
    let tree = |name: &str| place.line(&format!("proc/device-tree/{name}"));
    let mut items = Vec::new();
    let machine = item("machine")
        .text("vendor", dmi("sys_vendor"))
        .text("model", dmi("product_name").or_else(|| tree("model")))
        .text("version", dmi("product_version"))
        .text("family", dmi("product_family"))
        .text("sku", dmi("product_sku"))
        .text("serial", dmi("product_serial").or_else(|| tree("serial-number")))
        .text("uuid", dmi("product_uuid").map(|uuid| uuid.to_lowercase()))
        .text("asset_tag", dmi("chassis_asset_tag"))
        .text("chassis", dmi("chassis_type").and_then(|code| chassis(&code)));
    if !machine.is_empty() {
        items.push(machine.done());
    }
    let board = item("board")
        .text("vendor", dmi("board_vendor"))
        .text("model", dmi("board_name"))
        .text("version", dmi("board_version"))
        .text("serial", dmi("board_serial"));
    if !board.is_empty() {
        items.push(board.done());
    }
    let firmware = item("firmware")
        .text("vendor", dmi("bios_vendor"))
        .text("version", dmi("bios_version"))
        .text("date", dmi("bios_date"));
    if !firmware.is_empty() {
        items.push(firmware.bool("uefi", place.has("sys/firmware/efi")).done());
    }
    items
}

/// Chassis types of the SMBIOS reference specification 3.7, table 17.
fn chassis(code: &str) -> Option<String> {
    let name = match code.parse::<u16>().ok()? {
        3 => "desktop",
        4 => "low profile desktop",
        5 => "pizza box",
        6 => "mini tower",
        7 => "tower",
        8 => "portable",
        9 => "laptop",
        10 => "notebook",
        11 => "hand held",
        12 => "docking station",
        13 => "all in one",
        14 => "sub notebook",
        15 => "space saving",
        16 => "lunch box",
        17 => "main server chassis",
        23 => "rack mount",
        24 => "sealed case",
        28 => "blade",
        29 => "blade enclosure",
        30 => "tablet",
        31 => "convertible",
        32 => "detachable",
        35 => "mini computer",
        36 => "stick computer",
        _ => return None,
    };
    Some(name.to_owned())
}

/// One item for each processor package.
#[must_use]
pub fn processors(place: &Place) -> Vec<Item> {
    let mut sockets: BTreeMap<String, Socket> = BTreeMap::new();
    let text = place.text("proc/cpuinfo", 2 * 1024 * 1024).unwrap_or_default();
    for block in text.split("\n\n") {
        let fields: BTreeMap<&str, &str> = block
            .lines()
            .filter_map(|line| line.split_once(':'))
            .map(|(name, value)| (name.trim(), value.trim()))
            .collect();
        if !fields.contains_key("processor") {
            continue;
        }
        let socket = sockets
            .entry((*fields.get("physical id").unwrap_or(&"0")).to_owned())
            .or_default();
        socket.threads += 1;
        if let Some(core) = fields.get("core id") {
            socket.cores.insert((*core).to_owned());
        }
        let name = fields
            .get("model name")
            .or_else(|| fields.get("Model"))
            .or_else(|| fields.get("CPU part"));
        if let Some(name) = name {
            socket.model = (*name).to_owned();
        }
        if let Some(vendor) = fields.get("vendor_id").or_else(|| fields.get("CPU implementer")) {
            socket.vendor = (*vendor).to_owned();
        }
        if let Some(microcode) = fields.get("microcode") {
            socket.microcode = (*microcode).to_owned();
        }
    }
    let fastest = place
        .number("sys/devices/system/cpu/cpu0/cpufreq/cpuinfo_max_freq")
        .map(|khz| khz / 1000);
    sockets
        .into_iter()
        .map(|(name, socket)| {
            item(format!("processor {name}"))
                .text("model", socket.model)
                .text("vendor", socket.vendor)
                .text("microcode", socket.microcode)
                .number("threads", socket.threads)
                .number(
                    "cores",
                    i64::try_from(socket.cores.len()).ok().filter(|cores| *cores > 0),
                )
                .number("mhz_most", fastest)
                .done()
        })
        .collect()
}

#[derive(Default)]
struct Socket {
    model: String,
    vendor: String,
    microcode: String,
    threads: i64,
    cores: BTreeSet<String>,
}

/// Memory as a whole, and each module where the firmware tells.
#[must_use]
pub fn memory(place: &Place) -> Vec<Item> {
    let text = place.text("proc/meminfo", 64 * 1024).unwrap_or_default();
    let megabytes = |name: &str| -> Option<i64> {
        let line = text.lines().find(|line| line.starts_with(name))?;
        Some(line.split_whitespace().nth(1)?.parse::<i64>().ok()? / 1024)
    };
    let mut items = Vec::new();
    if let Some(total) = megabytes("MemTotal:") {
        items.push(item("memory").number("megabytes", total).done());
    }
    if let Some(swap) = megabytes("SwapTotal:") {
        items.push(item("swap").number("megabytes", swap).done());
    }
    if let Some(text) = place.program("dmidecode", &["-t", "17"], Duration::from_secs(10)) {
        items.extend(modules(&text));
    }
    items
}

/// The modules in what `dmidecode -t 17` prints.
fn modules(text: &str) -> Vec<Item> {
    let mut items = Vec::new();
    for block in text.split("\n\n").filter(|block| block.contains("Memory Device")) {
        let field = |name: &str| {
            block
                .lines()
                .filter_map(|line| line.trim().split_once(": "))
                .find(|(key, _)| *key == name)
                .map(|(_, value)| value.trim())
        };
        let Some(size) = field("Size").and_then(size_in_megabytes) else {
            continue;
        };
        let slot = field("Locator").unwrap_or("?");
        let bank = field("Bank Locator").unwrap_or("");
        items.push(
            item(format!("module {slot} {bank}").trim_end())
                .number("megabytes", size)
                .text("kind", field("Type"))
                .text("speed", field("Speed"))
                .text("vendor", field("Manufacturer"))
                .text("part", field("Part Number"))
                .text("serial", field("Serial Number"))
                .done(),
        );
    }
    items
}

fn size_in_megabytes(text: &str) -> Option<i64> {
    let (number, unit) = text.split_once(' ')?;
    let number: i64 = number.parse().ok()?;
    match unit {
        "kB" => Some(number / 1024),
        "MB" => Some(number),
        "GB" => Some(number * 1024),
        "TB" => Some(number * 1024 * 1024),
        _ => None,
    }
}

/// Batteries with the wear that their own electronics report. The charge of this minute is not inventory.
#[must_use]
pub fn batteries(place: &Place) -> Vec<Item> {
    let folder = "sys/class/power_supply";
    let mut items = Vec::new();
    for name in place.names(folder) {
        let value = |field: &str| place.line(&format!("{folder}/{name}/{field}"));
        let number = |field: &str| place.number(&format!("{folder}/{name}/{field}"));
        if value("type").as_deref() != Some("Battery") || value("scope").as_deref() == Some("Device") {
            continue;
        }
        let full = number("energy_full").or_else(|| number("charge_full"));
        let designed = number("energy_full_design").or_else(|| number("charge_full_design"));
        let health = full.zip(designed).filter(|(_, designed)| *designed > 0);
        items.push(
            item(name.as_str())
                .text("vendor", value("manufacturer"))
                .text("model", value("model_name"))
                .text("serial", value("serial_number"))
                .text("technology", value("technology"))
                .number("cycles", number("cycle_count"))
                .number(
                    "health_percent",
                    health.map(|(full, designed)| full.saturating_mul(100) / designed),
                )
                .done(),
        );
    }
    items
}

/// Screens by what they say of themselves (EDID).
#[must_use]
pub fn monitors(place: &Place) -> Vec<Item> {
    let folder = "sys/class/drm";
    let mut items = Vec::new();
    for name in place.names(folder) {
        let Some(edid) = place.bytes(&format!("{folder}/{name}/edid"), 512) else {
            continue;
        };
        if let Some(screen) = edid_of(&edid) {
            items.push(
                item(name)
                    .text("vendor", screen.maker)
                    .text("model", screen.model.unwrap_or(screen.code))
                    .text("serial", screen.serial)
                    .number("year", screen.year)
                    .done(),
            );
        }
    }
    items
}

/// What a screen says of itself.
#[derive(Debug, PartialEq, Eq)]
struct Screen {
    maker: String,
    code: String,
    serial: Option<String>,
    year: i64,
    model: Option<String>,
}

/// Reads VESA E-EDID 1.4, the first 128 bytes.
fn edid_of(edid: &[u8]) -> Option<Screen> {
    let edid = edid.get(..128)?;
    if !edid.starts_with(&[0, 255, 255, 255, 255, 255, 255, 0]) {
        return None;
    }
    let packed = u16::from_be_bytes([edid[8], edid[9]]);
    let letter =
        |shift: u16| char::from(b'A' - 1 + u8::try_from((packed >> shift) & 31).unwrap_or(1).clamp(1, 26));
    let maker: String = [letter(10), letter(5), letter(0)].iter().collect();
    let code = format!("{:04x}", u16::from_le_bytes([edid[10], edid[11]]));
    let text = |kind: u8| {
        edid[54..126]
            .chunks_exact(18)
            .find(|block| block[..3] == [0, 0, 0] && block[3] == kind)
            .map(|block| {
                String::from_utf8_lossy(&block[5..])
                    .split('\n')
                    .next()
                    .unwrap_or_default()
                    .trim()
                    .to_owned()
            })
    };
    let number = u32::from_le_bytes([edid[12], edid[13], edid[14], edid[15]]);
    let serial = text(0xff).or_else(|| (number != 0).then(|| number.to_string()));
    Some(Screen {
        maker,
        code,
        serial,
        year: 1990 + i64::from(edid[17]),
        model: text(0xfc),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_modules_are_read_and_empty_slots_left_out() {
        let text = "Handle 0x1\nMemory Device\n\tSize: 16 GB\n\tLocator: DIMM A\n\tBank Locator: BANK 0\n\tType: DDR5\n\tSerial Number: 1\n\nHandle 0x2\nMemory Device\n\tSize: No Module Installed\n\tLocator: DIMM B\n";
        let items = modules(text);
        assert_eq!(items.len(), 1);
        assert_eq!(items[0].key, "module DIMM A BANK 0");
    }

    #[test]
    fn a_screen_names_itself() {
        let mut edid = vec![0u8; 128];
        edid[..8].copy_from_slice(&[0, 255, 255, 255, 255, 255, 255, 0]);
        edid[8..12].copy_from_slice(&[0x10, 0xac, 0x34, 0x12]);
        edid[17] = 33;
        edid[57] = 0xfc;
        edid[59..69].copy_from_slice(b"DELL U2723");
        edid[69] = b'\n';
        let screen = edid_of(&edid).unwrap();
        assert_eq!(
            (screen.maker.as_str(), screen.code.as_str(), screen.year),
            ("DEL", "1234", 2023)
        );
        assert_eq!(
            (screen.serial, screen.model.as_deref()),
            (None, Some("DELL U2723"))
        );
        assert!(edid_of(&edid[..100]).is_none());
    }
}
