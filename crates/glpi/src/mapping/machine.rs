//! The machine itself, its system, its memory, and its processors, in the words that our own agent uses.

use protocol::inventory::Item;
use serde_json::{Map, Value};

use super::filling::item;
use super::thing::Thing;

/// Case, board, and firmware.
pub(super) fn hardware(content: &Map<String, Value>) -> Vec<Item> {
    let mut items = Vec::new();
    if let Some(device) = Thing::at(content, "network_device") {
        items.extend(
            item("machine")
                .text("vendor", device.text("manufacturer"))
                .text("model", device.text("model"))
                .text("serial", device.text("serial"))
                .text("asset_tag", device.text("assettag"))
                .text("description", device.text("description"))
                .unless_empty(),
        );
        items.extend(
            item("firmware")
                .text("version", device.text("firmware"))
                .unless_empty(),
        );
        return items;
    }
    let bios = Thing::at(content, "bios");
    let hardware = Thing::at(content, "hardware");
    let of_bios = |name: &str| bios.and_then(|bios| bios.text(name));
    let of_hardware = |name: &str| hardware.and_then(|hardware| hardware.text(name));
    items.extend(
        item("machine")
            .text("vendor", of_bios("smanufacturer"))
            .text("model", of_bios("smodel"))
            .text("sku", of_bios("skunumber"))
            .text("serial", of_bios("ssn"))
            .text("uuid", of_hardware("uuid").map(|uuid| uuid.to_lowercase()))
            .text("asset_tag", of_bios("assettag"))
            .text(
                "chassis",
                of_hardware("chassis_type").map(|chassis| chassis.to_lowercase()),
            )
            .unless_empty(),
    );
    items.extend(
        item("board")
            .text("vendor", of_bios("mmanufacturer"))
            .text("model", of_bios("mmodel"))
            .text("serial", of_bios("msn"))
            .unless_empty(),
    );
    items.extend(
        item("firmware")
            .text("vendor", of_bios("bmanufacturer"))
            .text("version", of_bios("bversion"))
            .text("date", of_bios("bdate"))
            .text("secure_boot", of_bios("secure_boot"))
            .unless_empty(),
    );
    items
}

/// The operating system, and what the network and its people make of the machine. When it last started is left out: that is
/// no change of the machine.
pub(super) fn system(content: &Map<String, Value>) -> Vec<Item> {
    let mut items = Vec::new();
    if let Some(device) = Thing::at(content, "network_device") {
        items.extend(
            item("system")
                .text("host", device.text("name"))
                .text("location", device.text("location"))
                .text("contact", device.text("contact"))
                .text("addresses", Some(device.texts("ips").join(", ")))
                .unless_empty(),
        );
    }
    let hardware = Thing::at(content, "hardware");
    if let Some(system) = Thing::at(content, "operatingsystem") {
        let zone = system
            .inside("timezone")
            .first()
            .and_then(|zone| zone.text("name"));
        items.extend(
            item("system")
                .text("name", system.text("name"))
                .text("full_name", system.text("full_name"))
                .text("version", system.text("version"))
                .text("service_pack", system.text("service_pack"))
                .text("kernel", system.text("kernel_version"))
                .text("architecture", system.text("arch"))
                .text("host", system.text("fqdn"))
                .text("domain", system.text("dns_domain"))
                .text("installed", system.text("install_date"))
                .text("time_zone", zone)
                .text("virtual", hardware.and_then(|hardware| hardware.text("vmsystem")))
                .unless_empty(),
        );
    }
    if let Some(hardware) = hardware {
        items.extend(
            item("host")
                .text("name", hardware.text("name"))
                .text("workgroup", hardware.text("workgroup"))
                .text("gateway", hardware.text("defaultgateway"))
                .text("dns", hardware.text("dns"))
                .text("last_user", hardware.text("lastloggeduser"))
                .text("owner", hardware.text("winowner"))
                .text("company", hardware.text("wincompany"))
                .text("description", hardware.text("description"))
                .unless_empty(),
        );
    }
    let present: Vec<String> = Thing::all(content, "users")
        .into_iter()
        .filter_map(|user| match (user.text("domain"), user.text("login")) {
            (Some(domain), Some(login)) => Some(format!("{domain}\\{login}")),
            (None, login) => login,
            (_, None) => None,
        })
        .collect();
    items.extend(
        item("signed_in")
            .text("users", Some(present.join(", ")))
            .unless_empty(),
    );
    items
}

pub(super) fn processors(content: &Map<String, Value>) -> Vec<Item> {
    let processors = Thing::all(content, "cpus").into_iter().enumerate();
    let read = |(place, processor): (usize, Thing<'_>)| {
        item(format!("processor {place}"))
            .text("model", processor.either(&["name", "familyname"]))
            .text("vendor", processor.text("manufacturer"))
            .text("serial", processor.text("serial"))
            .text("architecture", processor.text("arch"))
            .number("cores", processor.number("core"))
            .number("threads", processor.number("thread"))
            .number("mhz_most", processor.number("speed"))
            .done()
    };
    processors.map(read).collect()
}

/// Memory as a whole, and each module; empty slots are left out.
pub(super) fn memory(content: &Map<String, Value>) -> Vec<Item> {
    let mut items = Vec::new();
    let whole = Thing::at(content, "hardware");
    let of_device = Thing::at(content, "network_device").and_then(|device| device.number("ram"));
    let total = whole.and_then(|whole| whole.number("memory")).or(of_device);
    items.extend(item("memory").number("megabytes", total).unless_empty());
    let swap = whole.and_then(|whole| whole.number("swap"));
    items.extend(item("swap").number("megabytes", swap).unless_empty());
    for (place, module) in Thing::all(content, "memories").into_iter().enumerate() {
        let Some(size) = module.number("capacity").filter(|size| *size > 0) else {
            continue;
        };
        let slot = module.text("numslots").or_else(|| module.text("caption"));
        items.push(
            item(format!("module {}", slot.unwrap_or_else(|| place.to_string())))
                .number("megabytes", Some(size))
                .text("slot", module.text("caption"))
                .text("kind", module.text("type"))
                .text("speed", module.text("speed"))
                .text("vendor", module.text("manufacturer"))
                .text("part", module.text("model"))
                .text("serial", module.text("serialnumber"))
                .done(),
        );
    }
    items
}

pub(super) fn batteries(content: &Map<String, Value>) -> Vec<Item> {
    let batteries = Thing::all(content, "batteries").into_iter().enumerate();
    let read = |(place, battery): (usize, Thing<'_>)| {
        let designed = battery.number("capacity").filter(|designed| *designed > 0);
        let health = battery.number("real_capacity").zip(designed);
        item(battery.text("name").unwrap_or_else(|| format!("battery {place}")))
            .text("vendor", battery.text("manufacturer"))
            .text("serial", battery.text("serial"))
            .text("technology", battery.text("chemistry"))
            .text("made", battery.text("date"))
            .text("capacity", battery.text("capacity"))
            .number(
                "health_percent",
                health.map(|(real, designed)| real.saturating_mul(100) / designed),
            )
            .done()
    };
    batteries.map(read).collect()
}

pub(super) fn monitors(content: &Map<String, Value>) -> Vec<Item> {
    let monitors = Thing::all(content, "monitors").into_iter().enumerate();
    let read = |(place, monitor): (usize, Thing<'_>)| {
        let model = monitor.either(&["caption", "name"]);
        let serial = monitor.either(&["serial", "altserial"]);
        let key = match (&model, &serial) {
            (None, None) => format!("monitor {place}"),
            (model, serial) => [model.as_deref(), serial.as_deref()]
                .into_iter()
                .flatten()
                .collect::<Vec<_>>()
                .join(" "),
        };
        item(key)
            .text("vendor", monitor.text("manufacturer"))
            .text("model", model)
            .text("serial", serial)
            .text("made", monitor.text("description"))
            .text("port", monitor.text("port"))
            .done()
    };
    monitors.map(read).collect()
}
