//! From the sections of a message to the sections of a report.
//!
//! The names of items and values are those of our own agent, so that a device which changes from one to the other keeps its
//! history. What changes by itself (counters, times, addresses seen behind a port), what is secret (environments, licence
//! keys), and what nobody asks an inventory for (processes) is left out.

mod filling;
mod machine;
mod network;
mod other;
mod partial;
mod software;
mod thing;

use std::collections::{BTreeMap, BTreeSet};

use protocol::inventory::{Item, KEY_MOST, Section};
use protocol::text::line;
use serde_json::{Map, Value};

pub use partial::completed;
pub(crate) use thing::Thing;

type Reader = fn(&Map<String, Value>) -> Vec<Item>;

/// Which sections of a message make which section of a report.
const SECTIONS: &[(Section, &[&str], Reader)] = &[
    (
        Section::Hardware,
        &["bios", "hardware", "network_device"],
        machine::hardware,
    ),
    (
        Section::System,
        &["operatingsystem", "hardware", "users", "network_device"],
        machine::system,
    ),
    (Section::Processor, &["cpus"], machine::processors),
    (
        Section::Memory,
        &["memories", "hardware", "network_device"],
        machine::memory,
    ),
    (Section::Batteries, &["batteries"], machine::batteries),
    (Section::Monitors, &["monitors"], machine::monitors),
    (Section::Packages, &["softwares"], software::packages),
    (Section::Users, &["local_users"], software::users),
    (Section::Printers, &["printers"], software::printers),
    (Section::Machines, &["virtualmachines"], software::machines),
    (Section::Databases, &["databases_services"], software::databases),
    (Section::Network, &["networks", "network_ports"], network::network),
    (Section::Disks, &["storages"], network::disks),
    (Section::Volumes, VOLUMES, network::volumes),
];

const VOLUMES: &[&str] = &["drives", "volume_groups", "physical_volumes", "logical_volumes"];

/// Of these, a whole inventory that names none says that there are none. Of the others it says that the agent was told not to
/// look: no computer is without packages.
const MAY_BE_NONE: &[Section] = &[
    Section::Batteries,
    Section::Monitors,
    Section::Printers,
    Section::Machines,
];

/// Room for a number behind a key.
const NUMBER_MOST: usize = 8;

/// What a message tells.
#[derive(Clone, Debug, Default)]
pub(crate) struct Told {
    /// The items of each section that it tells of.
    pub sections: BTreeMap<Section, Vec<Item>>,
    /// The groups of items that it tells of, in sections that several parts of a message make.
    pub groups: BTreeMap<Section, BTreeSet<String>>,
}

/// The sections that a message tells of.
pub(crate) fn told(content: &Map<String, Value>, is_partial: bool) -> Told {
    let mut told = Told::default();
    for (section, from, read) in SECTIONS {
        let is_told = from.iter().any(|name| content.contains_key(*name));
        let is_none = !is_partial && content.contains_key("hardware") && MAY_BE_NONE.contains(section);
        if !is_told && !is_none {
            continue;
        }
        let items = read(content);
        // A message about something else names the machine in passing; that says nothing of its memory.
        if items.is_empty() && matches!(section, Section::Hardware | Section::System | Section::Memory) {
            continue;
        }
        told.groups
            .insert(*section, partial::groups(*section, from, content, &items));
        told.sections.insert(*section, items);
    }
    for part in other::parts(content) {
        told.groups
            .entry(part.section)
            .or_default()
            .insert(part.called.to_owned());
        told.sections.entry(part.section).or_default().extend(part.items);
    }
    for items in told.sections.values_mut() {
        distinct(items);
    }
    told
}

/// Things of one name are numbered, in the order in which they came, so that none is lost.
fn distinct(items: &mut [Item]) {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for item in items {
        item.key = line(&item.key, KEY_MOST - NUMBER_MOST);
        let count = seen.entry(item.key.clone()).or_default();
        *count += 1;
        if *count > 1 {
            item.key = format!("{} #{count}", item.key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_things_of_one_name_are_three() {
        let item = |key: &str| filling::item(key).done();
        let mut items = vec![item("Hub"), item("Hub"), item("Mouse"), item("Hub")];
        distinct(&mut items);
        let keys: Vec<&str> = items.iter().map(|item| item.key.as_str()).collect();
        assert_eq!(keys, ["Hub", "Hub #2", "Mouse", "Hub #3"]);
    }
}
