//! Inventory: what this device is made of, section by section.
//!
//! A collector is a plain function from a [`Place`] to items. Each runs by itself on a thread of its own with a time limit,
//! so one that hangs or breaks costs its own section and no other; a section whose collector did not answer is left out
//! of the report, which leaves it on the server as it was.

mod certificates;
mod disks;
mod hardware;
mod item;
mod network;
mod place;
mod ports;
mod printers;
pub mod program;
mod services;
mod software;
mod system;
pub mod when;
pub mod x509;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::mpsc;
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use protocol::inventory::{Content, Item, Report, Section};

pub use certificates::found as certificates_found;
pub use disks::{Disk, Health, Room, Volume, health as disk_health, list as disks_list, mounted};
pub use network::{Route, addresses, name_servers, routes};
pub use place::Place;
pub use ports::{Listening, listening};
pub use services::{Service, has_systemd, list as services_list};
pub use software::updates;
pub use system::booted;

/// A collector.
type Collect = fn(&Place) -> Vec<Item>;

/// What is collected, and how long each may take.
const COLLECTORS: [(Section, u64, Collect); 17] = [
    (Section::Hardware, 10, hardware::hardware),
    (Section::System, 10, system::system),
    (Section::Processor, 10, hardware::processors),
    (Section::Memory, 15, hardware::memory),
    (Section::Packages, 120, software::packages),
    (Section::Updates, 120, software::updates),
    (Section::Users, 10, system::users),
    (Section::Services, 60, services::services),
    (Section::Ports, 30, ports::ports),
    (Section::Network, 15, network::network),
    (Section::Disks, 120, disks::disks),
    (Section::Volumes, 20, disks::volumes),
    (Section::Printers, 20, printers::printers),
    (Section::Certificates, 60, certificates::certificates),
    (Section::Batteries, 10, hardware::batteries),
    (Section::Monitors, 10, hardware::monitors),
    (Section::Machines, 30, printers::machines),
];

/// Collectors that did not come back yet: they are not started a second time.
static STUCK: Mutex<BTreeSet<Section>> = Mutex::new(BTreeSet::new());

/// Everything, in reports that fit into a message each. Sections whose hash the server already holds are only named,
/// unless `full`. Blocks: call it beside the link, not on it.
#[must_use]
pub fn reports(root: &Path, at: i64, known: &BTreeMap<String, String>, full: bool) -> Vec<Report> {
    let place = if root == Path::new("/") {
        Place::machine()
    } else {
        Place::at(root)
    };
    let sections = collect(&place).into_iter().map(|(section, items)| {
        let content = Content::of(items);
        let is_known = known.get(section.name()) == Some(&content.hash);
        let content = if is_known && !full {
            Content::unchanged(content.hash)
        } else {
            content
        };
        (section, content)
    });
    let report = Report {
        at,
        full,
        sections: sections.collect(),
    };
    report.split(protocol::MESSAGE_MOST - 64 * 1024).0
}

/// All sections that could be collected.
#[must_use]
pub fn collect(place: &Place) -> BTreeMap<Section, Vec<Item>> {
    let mut sections = BTreeMap::new();
    for (section, seconds, collector) in COLLECTORS {
        if let Some(items) = alone(section, Duration::from_secs(seconds), place, collector) {
            sections.insert(section, items);
        }
    }
    slimmed(&mut sections);
    sections
}

/// Runs one collector by itself; none when it hangs or breaks.
fn alone(section: Section, within: Duration, place: &Place, collector: Collect) -> Option<Vec<Item>> {
    if !stuck().insert(section) {
        return None;
    }
    let (sender, receiver) = mpsc::channel();
    let place = place.clone();
    let started = thread::Builder::new()
        .name(format!("inventory-{}", section.name()))
        .spawn(move || {
            let collected = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| collector(&place)));
            stuck().remove(&section);
            // Whoever waited may have given up.
            let _ = sender.send(collected.ok());
        });
    if started.is_err() {
        stuck().remove(&section);
        return None;
    }
    // Late is as good as never.
    receiver.recv_timeout(within).unwrap_or_default()
}

fn stuck() -> std::sync::MutexGuard<'static, BTreeSet<Section>> {
    STUCK.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A machine with thousands of packages says less of each, so that all of them fit into one message.
fn slimmed(sections: &mut BTreeMap<Section, Vec<Item>>) {
    const ROOM: usize = 800 * 1024;
    for items in sections.values_mut() {
        for wordy in ["description", "publisher", "kind", "source", "kilobytes"] {
            let size: usize = items
                .iter()
                .map(|item| serde_json::to_vec(item).map_or(0, |json| json.len()))
                .sum();
            if size <= ROOM {
                break;
            }
            for item in items.iter_mut() {
                item.values.remove(wordy);
            }
        }
    }
}

#[cfg(test)]
mod tests;
