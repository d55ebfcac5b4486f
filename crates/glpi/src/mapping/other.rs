//! Cards, sensors, cartridges, firewalls and whatever else has no words of its own here. Everything an object says is kept, as
//! text, save what is secret or changes by itself.

use protocol::inventory::{Item, Section};
use serde_json::{Map, Value};

use super::filling::item;
use super::thing::Thing;

/// Part of a message, where its things go, what they are called, and by which of their fields. Things of a part that has a
/// section to itself need no word before their name.
const PARTS: &[(&str, Section, &str, &[&str])] = &[
    (
        "controllers",
        Section::Controllers,
        "",
        &["pcislot", "name", "caption"],
    ),
    (
        "usbdevices",
        Section::Usb,
        "",
        &["name", "caption", "manufacturer", "serial"],
    ),
    ("videos", Section::Graphics, "", &["name", "chipset"]),
    ("sounds", Section::Sounds, "", &["name", "description"]),
    ("inputs", Section::Inputs, "", &["name", "caption", "description"]),
    ("ports", Section::Connectors, "", &["name", "caption", "type"]),
    (
        "slots",
        Section::Slots,
        "",
        &["name", "designation", "description"],
    ),
    ("modems", Section::Modems, "modem", &["name", "model"]),
    ("simcards", Section::Modems, "sim", &["iccid", "serial"]),
    (
        "cameras",
        Section::Cameras,
        "",
        &["designation", "model", "lensfacing"],
    ),
    ("antivirus", Section::Protection, "antivirus", &["name", "guid"]),
    (
        "firewalls",
        Section::Protection,
        "firewall",
        &["profile", "description"],
    ),
    (
        "licenseinfos",
        Section::Licences,
        "",
        &["name", "fullname", "productid"],
    ),
    ("remote_mgmt", Section::Remote, "", &["type"]),
    ("cartridges", Section::Supplies, "cartridge", &["name"]),
    ("consumables", Section::Supplies, "consumable", &["type"]),
    ("sensors", Section::Other, "sensor", &["name"]),
    (
        "powersupplies",
        Section::Other,
        "power",
        &["name", "serialnumber", "model"],
    ),
    ("firmwares", Section::Other, "firmware", &["name", "description"]),
    (
        "network_components",
        Section::Other,
        "component",
        &["index", "name", "serial"],
    ),
    ("pagecounters", Section::Other, "pages", &[]),
];

/// Keys of licences and cards are worth money or belong to a person; pictures of screens are long.
const LEFT_OUT: &[&str] = &["key", "subscriber_id", "base64", "uuencode", "expiration"];

/// What one part of a message tells: its section, what its things are called, and the things.
pub(super) struct Part {
    pub section: Section,
    pub called: &'static str,
    pub items: Vec<Item>,
}

/// The parts that the message has.
pub(super) fn parts(content: &Map<String, Value>) -> Vec<Part> {
    let told = PARTS.iter().filter(|(name, ..)| content.contains_key(*name));
    told.map(|(name, section, called, named_by)| Part {
        section: *section,
        called,
        items: Thing::all(content, name)
            .into_iter()
            .filter_map(|thing| read(thing, called, named_by))
            .collect(),
    })
    .collect()
}

fn read(thing: Thing<'_>, called: &str, named_by: &[&str]) -> Option<Item> {
    let mut words: Vec<String> = thing.either(named_by).into_iter().collect();
    if called == "consumable" {
        words.extend(thing.text("color"));
    }
    let name = words.join(" ");
    let key = match (called, name.as_str()) {
        ("", "") => "?".to_owned(),
        ("", _) => name,
        (_, "") => called.to_owned(),
        _ => format!("{called}: {name}"),
    };
    let mut filling = item(key);
    for (name, text) in thing.everything().filter(|(name, _)| !LEFT_OUT.contains(name)) {
        filling = filling.text(name, Some(text));
    }
    filling.unless_empty()
}
