//! Points about disks and file systems.

use protocol::health::Verdict;

use super::{Seen, seen, unknown};
use crate::inventory::{Place, Room, Volume, disk_health, disks_list, mounted};

/// Kinds of volumes that are full by nature.
const FULL_BY_NATURE: [&str; 3] = ["iso9660", "udf", "erofs"];

pub(super) fn space(place: &Place) -> Seen {
    fullest(
        place,
        |room| room.used_percent(),
        |percent, room| match percent {
            97.. => Verdict::Fault,
            // On a large disk five percent are still many gigabytes.
            90.. if room.free < 20 << 30 => Verdict::Warning,
            85.. if room.free < 20 << 30 => Verdict::Notice,
            _ => Verdict::Ok,
        },
    )
}

pub(super) fn inodes(place: &Place) -> Seen {
    fullest(
        place,
        |room| room.files_used_percent(),
        |percent, _| match percent {
            97.. => Verdict::Fault,
            90.. => Verdict::Warning,
            80.. => Verdict::Notice,
            _ => Verdict::Ok,
        },
    )
}

/// The verdict on the worst volume, and all that are not well by name.
fn fullest(place: &Place, used: impl Fn(&Room) -> u64, judge: impl Fn(u64, &Room) -> Verdict) -> Seen {
    let volumes: Vec<(Volume, Room)> = mounted(place)
        .into_iter()
        .filter(|volume| !FULL_BY_NATURE.contains(&volume.format.as_str()))
        .filter_map(|volume| volume.room.map(|room| (volume, room)))
        .collect();
    let judged: Vec<(u64, Verdict, &str)> = volumes
        .iter()
        .map(|(volume, room)| (used(room), judge(used(room), room), volume.path.as_str()))
        .collect();
    let Some(worst) = judged
        .iter()
        .max_by_key(|(percent, verdict, _)| (*verdict, *percent))
    else {
        return unknown("no volume told its room");
    };
    let bad: Vec<String> = judged
        .iter()
        .filter(|(_, verdict, _)| *verdict != Verdict::Ok)
        .map(|(percent, _, path)| format!("{path} {percent} %"))
        .collect();
    let detail = if bad.is_empty() {
        worst.2.to_owned()
    } else {
        bad.join(", ")
    };
    seen(worst.1, format!("{} %", worst.0)).with(detail)
}

pub(super) fn health(place: &Place) -> Seen {
    let disks = disks_list(place);
    let told: Vec<_> = disks
        .iter()
        .filter_map(|disk| disk_health(place, disk).map(|health| (disk, health)))
        .collect();
    if told.is_empty() {
        return unknown("no disk told of its health (virtual disks have none; others need smartctl)");
    }
    let mut worst = Verdict::Ok;
    let mut words = Vec::new();
    for (disk, health) in &told {
        let mut note = |verdict: Verdict, word: String| {
            worst = worst.max(verdict);
            words.push(format!("{}: {word}", disk.name));
        };
        if health.passed == Some(false) {
            note(Verdict::Fault, "its own test failed".to_owned());
        }
        if let Some(count) = health.pending.filter(|count| *count > 0) {
            note(Verdict::Warning, format!("{count} sectors cannot be read"));
        }
        if let Some(count) = health.bad.filter(|count| *count > 0) {
            note(
                if count > 50 {
                    Verdict::Warning
                } else {
                    Verdict::Notice
                },
                format!("{count} sectors replaced"),
            );
        }
        if let Some(percent) = health.used_percent.filter(|percent| *percent >= 80) {
            note(
                if percent >= 95 {
                    Verdict::Warning
                } else {
                    Verdict::Notice
                },
                format!("{percent} % of its life used"),
            );
        }
        if let Some(celsius) = health.celsius.filter(|celsius| *celsius >= 60) {
            note(Verdict::Warning, format!("{celsius} °C"));
        }
    }
    seen(worst, format!("{} of {}", told.len(), disks.len())).with(words.join(", "))
}

/// A system's own volume that the kernel set to read-only usually means that its disk breaks.
pub(super) fn read_only(place: &Place) -> Seen {
    let usually_read_only = ["iso9660", "udf", "erofs", "squashfs"];
    let volumes = mounted(place);
    if volumes.is_empty() {
        return unknown("no volume is known");
    }
    let meant: Vec<String> = place
        .text("etc/fstab", 256 * 1024)
        .unwrap_or_default()
        .lines()
        .filter(|line| !line.trim_start().starts_with('#'))
        .filter_map(|line| {
            let fields: Vec<&str> = line.split_whitespace().collect();
            let is_meant = fields.get(3)?.split(',').any(|option| option == "ro");
            is_meant
                .then(|| fields.get(1).map(|path| (*path).to_owned()))
                .flatten()
        })
        .collect();
    let bad: Vec<&str> = volumes
        .iter()
        .filter(|volume| volume.read_only && !usually_read_only.contains(&volume.format.as_str()))
        .map(|volume| volume.path.as_str())
        .filter(|path| !meant.iter().any(|meant| meant == path))
        .collect();
    if bad.is_empty() {
        return seen(Verdict::Ok, "0");
    }
    let core = ["/", "/var", "/home", "/usr", "/boot"];
    let verdict = if bad.iter().any(|path| core.contains(path)) {
        Verdict::Fault
    } else {
        Verdict::Notice
    };
    seen(verdict, bad.len().to_string()).with(bad.join(", "))
}
