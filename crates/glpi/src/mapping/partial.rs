//! Partial inventories: what they do not tell of stays as it was, also within a section.
//!
//! A report replaces whole sections, but some of our sections are made of several parts of a message: a partial inventory of
//! drives says nothing of volume groups. Items of such a section belong to groups, which their keys tell.

use std::collections::{BTreeMap, BTreeSet};

use protocol::inventory::{Item, Section};
use serde_json::{Map, Value};

use super::network::LVM;

/// The group of an item.
fn group(section: Section, key: &str) -> &str {
    let first_word = key.split(' ').next().unwrap_or(key);
    match section {
        Section::Hardware | Section::System | Section::Memory => first_word,
        Section::Volumes => match key.strip_prefix(LVM) {
            Some(rest) => rest.split(' ').next().unwrap_or(rest),
            None => "drive",
        },
        Section::Modems | Section::Protection | Section::Supplies | Section::Other => {
            key.split_once(':').map_or(first_word, |(called, _)| called)
        }
        _ => "",
    }
}

/// The groups that a message tells of: those of its items, and those that it says are empty.
pub(super) fn groups(
    section: Section,
    from: &[&str],
    content: &Map<String, Value>,
    items: &[Item],
) -> BTreeSet<String> {
    let mut groups: BTreeSet<String> = items
        .iter()
        .map(|item| group(section, &item.key).to_owned())
        .collect();
    let named = |part: &str| match (section, part) {
        (Section::Memory, "memories") => Some("module"),
        (Section::System, "users") => Some("signed_in"),
        (Section::Volumes, "drives") => Some("drive"),
        (Section::Volumes, "volume_groups") => Some("group"),
        (Section::Volumes, "physical_volumes") => Some("disk"),
        (Section::Volumes, "logical_volumes") => Some("volume"),
        _ => None,
    };
    let told = from.iter().filter(|part| content.contains_key(**part));
    groups.extend(told.filter_map(|part| named(part)).map(str::to_owned));
    groups
}

/// The items of a section as a partial inventory leaves them: those of the groups it tells of are its own, the others stay.
pub fn completed(section: Section, told: &[Item], groups: &BTreeSet<String>, before: &[Item]) -> Vec<Item> {
    let stays = before
        .iter()
        .filter(|item| !group(section, &item.key).is_empty() && !groups.contains(group(section, &item.key)));
    let mut items: BTreeMap<&str, &Item> = stays.map(|item| (item.key.as_str(), item)).collect();
    items.extend(told.iter().map(|item| (item.key.as_str(), item)));
    items.into_values().cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::super::filling::item;
    use super::*;

    fn keys(items: &[Item]) -> Vec<&str> {
        items.iter().map(|item| item.key.as_str()).collect()
    }

    #[test]
    fn drives_say_nothing_of_volume_groups_and_cards_nothing_of_sensors() {
        let before = [
            item("/").done(),
            item("/old").done(),
            item("LVM group main").done(),
        ];
        let told = [item("/").done(), item("/new").done()];
        let groups = BTreeSet::from(["drive".to_owned()]);
        let after = completed(Section::Volumes, &told, &groups, &before);
        assert_eq!(keys(&after), ["/", "/new", "LVM group main"]);

        let before = [
            item("power: Left").done(),
            item("sensor: Light").done(),
            item("pages").done(),
        ];
        let groups = BTreeSet::from(["power".to_owned()]);
        let after = completed(Section::Other, &[], &groups, &before);
        assert_eq!(keys(&after), ["pages", "sensor: Light"]);
    }

    #[test]
    fn a_section_of_one_part_is_replaced_whole() {
        let before = [item("bash:amd64").done()];
        let told = [item("zsh:amd64").done()];
        let groups = BTreeSet::from([String::new()]);
        assert_eq!(
            keys(&completed(Section::Packages, &told, &groups, &before)),
            ["zsh:amd64"]
        );
    }
}
