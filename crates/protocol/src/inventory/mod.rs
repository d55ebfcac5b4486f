//! Inventory: what a device is made of, in sections of items.
//!
//! A section present in a report replaces that section; one that is absent is left as it was. A section whose items are
//! absent is unchanged since the hash it names. Both sides clean before they hash, so that both come to the same hash.

mod cleaning;
mod difference;
mod hashing;
mod value;

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Deserializer, MapAccess, Visitor};
use serde::{Deserialize, Serialize};

pub use difference::{Change, Kind, apply, diff};
pub use hashing::hash;
pub use value::Value;

use crate::strict;

/// How many items a section may have.
pub const ITEMS_MOST: usize = 20_000;
/// How many bytes a text may have.
pub const TEXT_MOST: usize = 4096;
/// How many bytes the key of an item or the name of a value may have.
pub const KEY_MOST: usize = 256;
/// How many values an item may have.
pub const VALUES_MOST: usize = 40;

/// What an agent reports.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// When, by the device's clock, in milliseconds.
    pub at: i64,
    /// Whether the agent looked at everything this time. It erases nothing.
    pub full: bool,
    /// What it found. Sections that this version does not know are passed over.
    #[serde(deserialize_with = "sections")]
    pub sections: BTreeMap<Section, Content>,
}

/// One section of a report.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Content {
    /// The [`hash`] of its items.
    pub hash: String,
    /// The items; absent: unchanged since this hash.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub items: Option<Vec<Item>>,
}

/// One thing in a section.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Item {
    /// Names the thing within its section: package and architecture, port and protocol.
    pub key: String,
    /// What is known of it.
    #[serde(default, deserialize_with = "strict::map")]
    pub values: BTreeMap<String, Value>,
}

impl Item {
    /// A thing of this key, of which nothing is known yet.
    pub fn new(key: impl Into<String>) -> Self {
        Self {
            key: key.into(),
            values: BTreeMap::new(),
        }
    }

    /// The same with one value more.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.values.insert(name.to_owned(), value.into());
        self
    }
}

/// A part of an inventory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Section {
    /// Maker, model, serial number, chassis, firmware.
    Hardware,
    /// The operating system.
    System,
    /// Processors.
    Processor,
    /// Memory modules.
    Memory,
    /// Installed packages and programs.
    Packages,
    /// Updates to be had.
    Updates,
    /// Accounts.
    Users,
    /// Services.
    Services,
    /// Listening ports.
    Ports,
    /// Network cards.
    Network,
    /// Disks and their health.
    Disks,
    /// File systems.
    Volumes,
    /// Printers.
    Printers,
    /// Certificates.
    Certificates,
    /// Batteries.
    Batteries,
    /// Virtual machines and containers.
    Machines,
    /// Databases.
    Databases,
    /// Monitors.
    Monitors,
    /// Graphics cards.
    Graphics,
    /// Sound cards.
    Sounds,
    /// Keyboards and pointers.
    Inputs,
    /// Things at the USB.
    Usb,
    /// Controllers.
    Controllers,
    /// Slots of the board.
    Slots,
    /// Ports of the board.
    Connectors,
    /// Modems and SIM cards.
    Modems,
    /// Cameras.
    Cameras,
    /// Protection against malware, firewalls.
    Protection,
    /// Licences.
    Licences,
    /// Tools for remote help.
    Remote,
    /// Cartridges and toner.
    Supplies,
    /// What has no place elsewhere.
    Other,
}

impl Section {
    /// All sections, in the order in which they are shown.
    pub const ALL: [Self; 32] = [
        Self::Hardware,
        Self::System,
        Self::Processor,
        Self::Memory,
        Self::Packages,
        Self::Updates,
        Self::Users,
        Self::Services,
        Self::Ports,
        Self::Network,
        Self::Disks,
        Self::Volumes,
        Self::Printers,
        Self::Certificates,
        Self::Batteries,
        Self::Machines,
        Self::Databases,
        Self::Monitors,
        Self::Graphics,
        Self::Sounds,
        Self::Inputs,
        Self::Usb,
        Self::Controllers,
        Self::Slots,
        Self::Connectors,
        Self::Modems,
        Self::Cameras,
        Self::Protection,
        Self::Licences,
        Self::Remote,
        Self::Supplies,
        Self::Other,
    ];

    /// Its stable name, as in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Hardware => "hardware",
            Self::System => "system",
            Self::Processor => "processor",
            Self::Memory => "memory",
            Self::Packages => "packages",
            Self::Updates => "updates",
            Self::Users => "users",
            Self::Services => "services",
            Self::Ports => "ports",
            Self::Network => "network",
            Self::Disks => "disks",
            Self::Volumes => "volumes",
            Self::Printers => "printers",
            Self::Certificates => "certificates",
            Self::Batteries => "batteries",
            Self::Machines => "machines",
            Self::Databases => "databases",
            Self::Monitors => "monitors",
            Self::Graphics => "graphics",
            Self::Sounds => "sounds",
            Self::Inputs => "inputs",
            Self::Usb => "usb",
            Self::Controllers => "controllers",
            Self::Slots => "slots",
            Self::Connectors => "connectors",
            Self::Modems => "modems",
            Self::Cameras => "cameras",
            Self::Protection => "protection",
            Self::Licences => "licences",
            Self::Remote => "remote",
            Self::Supplies => "supplies",
            Self::Other => "other",
        }
    }

    /// The section of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|section| section.name() == name)
    }
}

/// Reads sections: unknown ones are passed over, a section that stands twice is an error.
fn sections<'de, D: Deserializer<'de>>(from: D) -> Result<BTreeMap<Section, Content>, D::Error> {
    struct Known;

    impl<'de> Visitor<'de> for Known {
        type Value = BTreeMap<Section, Content>;

        fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
            out.write_str("sections by name")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut from: A) -> Result<Self::Value, A::Error> {
            let mut read = BTreeMap::new();
            while let Some(name) = from.next_key::<String>()? {
                let Some(section) = Section::named(&name) else {
                    from.next_value::<serde::de::IgnoredAny>()?;
                    continue;
                };
                if read.insert(section, from.next_value()?).is_some() {
                    return Err(serde::de::Error::custom("a section stands twice"));
                }
            }
            Ok(read)
        }
    }

    from.deserialize_map(Known)
}
