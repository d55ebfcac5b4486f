//! What sort of device an inventory speaks of. Pure.

use protocol::inventory::{Report, Section, Value};

use crate::device::Kind;

const SERVERS: &[&str] = &[
    "rack",
    "blade",
    "server",
    "main server",
    "tower server",
    "multi-system",
];
const PHONES: &[&str] = &["hand held", "tablet", "phone", "smartphone"];

/// What sort of device a report speaks of, when its hardware says so.
#[must_use]
pub fn kind_told(report: &Report) -> Option<Kind> {
    let items = report.sections.get(&Section::Hardware)?.items.as_ref()?;
    let chassis = items.iter().find_map(|item| {
        ["chassis", "chassis_type", "form", "type"]
            .into_iter()
            .find_map(|name| item.values.get(name).and_then(Value::text))
    })?;
    let chassis = chassis.to_lowercase();
    let is_one_of = |words: &[&str]| words.iter().any(|word| chassis.contains(word));
    if is_one_of(SERVERS) {
        Some(Kind::Server)
    } else if is_one_of(PHONES) {
        Some(Kind::Phone)
    } else if chassis.contains("printer") {
        Some(Kind::Printer)
    } else if is_one_of(&["switch", "router", "networking", "access point"]) {
        Some(Kind::NetworkEquipment)
    } else if is_one_of(&[
        "laptop",
        "notebook",
        "desktop",
        "tower",
        "mini",
        "portable",
        "all in one",
        "all-in-one",
        "convertible",
    ]) {
        Some(Kind::Computer)
    } else {
        None
    }
}
