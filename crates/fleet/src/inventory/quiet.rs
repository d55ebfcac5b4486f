//! What moves all the time and tells nobody anything as history: kept and shown, but no change. Pure.

use protocol::inventory::{Item, Section};

/// Values that are quiet wherever they stand.
const EVERYWHERE: &[&str] = &[
    "free",
    "free_bytes",
    "free_mb",
    "used",
    "used_bytes",
    "used_percent",
    "usage",
    "percent",
    "available",
    "available_bytes",
    "uptime",
    "uptime_seconds",
    "boot",
    "booted_at",
    "temperature",
    "power_on_hours",
    "power_cycles",
    "read_bytes",
    "written_bytes",
    "received_bytes",
    "sent_bytes",
    "last_login",
    "last_seen",
    "logged_in",
    "pid",
    "main_pid",
    "charge",
    "cycles",
    "energy_now",
    "age_days",
    "days_left",
    "speed_now",
    "clock_now",
    "load",
    "lease_until",
    "status_text",
    "since",
    "started_at",
    "memory_used",
    "swap_used",
    "used_memory",
    "now",
];

/// Whether a value moves all the time.
#[must_use]
pub fn is_quiet(section: Section, name: &str) -> bool {
    EVERYWHERE.contains(&name)
        || (section == Section::Supplies && name == "level")
        || (section == Section::Processor && name == "speed")
}

/// Items without what is quiet.
pub(super) fn without(section: Section, items: &[Item]) -> Vec<Item> {
    items
        .iter()
        .map(|item| Item {
            key: item.key.clone(),
            values: item
                .values
                .iter()
                .filter(|(name, _)| !is_quiet(section, name))
                .map(|(name, value)| (name.clone(), value.clone()))
                .collect(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn free_room_is_no_history() {
        let items = [Item::new("/").with("free", 5_i64).with("size", 10_i64)];
        let kept = without(Section::Volumes, &items);
        assert_eq!(kept[0].values.keys().collect::<Vec<_>>(), ["size"]);
    }
}
