//! What an agent says: that it is there, or what a device is made of.

use std::collections::{BTreeMap, BTreeSet};

use protocol::inventory::{Content, Item, Report, Section};
use protocol::message::Identity;
use serde_json::{Map, Value};

use crate::mapping::{self, Told};
use crate::{Broken, identity, json, legacy, unpack, xml};

/// How an agent writes, and so how it is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// XML: FusionInventory, OCS, and GLPI agents that speak to such servers.
    Xml,
    /// JSON: the GLPI agent.
    Json,
}

/// What is said.
#[derive(Clone, Debug)]
pub enum What {
    /// An agent of the older sort is there and asks what to do.
    Prolog,
    /// A GLPI agent is there and asks what to do.
    Contact,
    /// What devices are made of. One, unless an agent asked several by SNMP.
    Inventory(Vec<Inventory>),
    /// Something that is not taken, by its name.
    Other(String),
}

/// What somebody said.
#[derive(Clone, Debug)]
pub struct Message {
    /// How it was written.
    pub form: Form,
    /// The agent's name for itself: the host and when it was installed.
    pub agent_id: String,
    /// What is said.
    pub what: What,
}

/// The kinds of devices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A computer.
    Computer,
    /// A switch, router, or controller.
    NetworkEquipment,
    /// A printer.
    Printer,
    /// A phone or tablet.
    Phone,
    /// Something else that answers to SNMP: storage, power.
    Other,
}

/// What one device is made of.
#[derive(Clone, Debug)]
pub struct Inventory {
    /// What kind of device it is.
    pub kind: Kind,
    /// Who it is.
    pub identity: Identity,
    /// The addresses it says it has.
    pub addresses: Vec<String>,
    /// The program that found it out.
    pub agent: String,
    /// The word by which the agent's owner groups devices.
    pub tag: String,
    /// Whether the agent asked another device by SNMP and does not speak of the machine it runs on.
    pub is_asked: bool,
    /// Whether only some sections are told.
    pub is_partial: bool,
    told: Told,
}

/// Reads the body of a request.
///
/// # Errors
/// What is wrong with it.
pub fn read(body: &[u8]) -> Result<Message, Broken> {
    let text = unpack::unpack(body, unpack::UNPACKED_MOST)?;
    drop_blank(&text).map_or(Err(Broken::Empty), |text| match text.as_bytes().first() {
        Some(b'{') => of_json(text),
        Some(b'<') => of_xml(text),
        _ => Err(Broken::Neither),
    })
}

fn drop_blank(text: &str) -> Option<&str> {
    let text = text.trim();
    (!text.is_empty()).then_some(text)
}

fn of_xml(text: &str) -> Result<Message, Broken> {
    let (name, request) = xml::tree(text)?;
    if name != "request" {
        return Err(Broken::Neither);
    }
    let messages = legacy::native(request);
    let Some(first) = messages.first().and_then(Value::as_object) else {
        return Err(Broken::NoInventory);
    };
    let (agent_id, action) = (word(first, "deviceid"), word(first, "action"));
    let what = match action.as_str() {
        "prolog" => What::Prolog,
        _ => inventories(&action, &messages)?,
    };
    Ok(Message {
        form: Form::Xml,
        agent_id,
        what,
    })
}

fn of_json(text: &str) -> Result<Message, Broken> {
    let message = json::tree(text)?;
    let object = message.as_object().ok_or(Broken::Neither)?;
    let agent_id = word(object, "deviceid");
    let action = match (word(object, "action"), word(object, "query")) {
        (action, query) if action.is_empty() && query.is_empty() => "inventory".to_owned(),
        (action, query) if action.is_empty() => query,
        (action, _) => action,
    };
    let what = match action.as_str() {
        "contact" => What::Contact,
        "prolog" => What::Prolog,
        _ => inventories(&action, std::slice::from_ref(&message))?,
    };
    Ok(Message {
        form: Form::Json,
        agent_id,
        what,
    })
}

fn inventories(action: &str, messages: &[Value]) -> Result<What, Broken> {
    if !["inventory", "netinventory", "netdiscovery", "snmp", "snmpquery"].contains(&action) {
        return Ok(What::Other(protocol::text::line(action, 64)));
    }
    let found: Vec<Inventory> = messages
        .iter()
        .filter_map(Value::as_object)
        .filter_map(|message| inventory(message, action))
        .collect();
    match found.is_empty() {
        true => Err(Broken::NoInventory),
        false => Ok(What::Inventory(found)),
    }
}

fn inventory(message: &Map<String, Value>, action: &str) -> Option<Inventory> {
    let content = message.get("content")?.as_object()?;
    let is_partial = match message.get("partial") {
        Some(Value::Bool(is)) => *is,
        Some(Value::String(word)) => ["1", "true", "yes"].contains(&word.as_str()),
        // A discovery sees that a device is there, not what it is made of.
        _ => action == "netdiscovery",
    };
    let device = mapping::Thing::at(content, "network_device");
    let is_asked =
        device.is_some() || ["netinventory", "netdiscovery", "snmp", "snmpquery"].contains(&action);
    // Of an agent that asks others by SNMP, the id is its own.
    let agent_id = if is_asked {
        String::new()
    } else {
        word(message, "deviceid")
    };
    let mut addresses = device.map(|device| device.texts("ips")).unwrap_or_default();
    for interface in mapping::Thing::all(content, "networks") {
        addresses.extend(
            interface
                .text("ipaddress")
                .filter(|address| !address.starts_with("127.")),
        );
    }
    addresses.truncate(32);
    let agent = content
        .get("versionclient")
        .and_then(Value::as_str)
        .unwrap_or_default();
    Some(Inventory {
        kind: identity::kind(&word(message, "itemtype"), content, is_asked),
        identity: identity::identity(&agent_id, content),
        addresses: addresses
            .iter()
            .map(|address| protocol::text::line(address, 64))
            .collect(),
        agent: protocol::text::line(agent, 128),
        tag: word(message, "tag"),
        is_asked,
        is_partial,
        told: mapping::told(content, is_partial),
    })
}

fn word(object: &Map<String, Value>, name: &str) -> String {
    let text = match object.get(name) {
        Some(Value::String(text)) => text.as_str(),
        _ => "",
    };
    let text = protocol::text::line(text, 256);
    match name {
        "action" | "query" => text.to_ascii_lowercase(),
        _ => text,
    }
}

impl Inventory {
    /// The sections of which only a part is told, so that what was there before is needed for a whole one.
    pub fn needs(&self) -> BTreeSet<Section> {
        match self.is_partial {
            true => self.told.sections.keys().copied().collect(),
            false => BTreeSet::new(),
        }
    }

    /// The report as of `at`. `before` holds the items that the device has now, of the sections that [`Inventory::needs`] names:
    /// what a partial inventory does not tell of stays.
    pub fn report(&self, at: i64, before: &BTreeMap<Section, Vec<Item>>) -> Report {
        let sections = self.told.sections.iter().map(|(section, items)| {
            let items = match (
                self.is_partial,
                before.get(section),
                self.told.groups.get(section),
            ) {
                (true, Some(before), Some(groups)) => mapping::completed(*section, items, groups, before),
                _ => items.clone(),
            };
            (*section, Content::of(items))
        });
        Report {
            at,
            full: !self.is_partial,
            sections: sections.collect(),
        }
    }
}
