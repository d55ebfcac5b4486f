//! Disks with their health, and the volumes on them.

use std::time::Duration;

use protocol::inventory::Item;

use super::item::item;
use super::place::Place;

/// Most disks whose health is asked for: each costs a program.
const ASKED_MOST: usize = 24;

/// What a disk says of itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Health {
    /// Whether its own test passed.
    pub passed: Option<bool>,
    /// Degrees Celsius.
    pub celsius: Option<i64>,
    /// Hours under power.
    pub hours: Option<i64>,
    /// How much of its life is used, in percent.
    pub used_percent: Option<i64>,
    /// Sectors it had to replace, or media errors.
    pub bad: Option<i64>,
    /// Sectors it could not read and has not replaced.
    pub pending: Option<i64>,
}

/// A disk as the kernel lists it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Disk {
    /// `sda`, `nvme0n1`.
    pub name: String,
    /// Model, as far as known.
    pub model: String,
    /// Vendor, as far as known.
    pub vendor: String,
    /// Serial, as far as known.
    pub serial: String,
    /// Firmware, as far as known.
    pub firmware: String,
    /// Size in bytes.
    pub bytes: i64,
    /// `ssd`, `hard disk`, `virtual`.
    pub kind: String,
    /// Whether it can be pulled out.
    pub removable: bool,
}

/// The whole disks of the machine; what is only a layer or memory is left out.
#[must_use]
pub fn list(place: &Place) -> Vec<Disk> {
    let passing = ["loop", "ram", "zram", "dm-", "md", "sr", "fd", "nbd"];
    let names = place
        .names("sys/block")
        .into_iter()
        .filter(|name| !passing.iter().any(|start| name.starts_with(start)));
    let mut disks = Vec::new();
    for name in names {
        let value = |field: &str| place.line(&format!("sys/block/{name}/{field}"));
        let number = |field: &str| place.number(&format!("sys/block/{name}/{field}"));
        let bytes = number("size").unwrap_or_default().saturating_mul(512);
        if bytes == 0 {
            continue;
        }
        let kind = match number("queue/rotational") {
            _ if name.starts_with("vd") || name.starts_with("xvd") => "virtual",
            Some(0) => "ssd",
            Some(_) => "hard disk",
            None => "",
        };
        disks.push(Disk {
            model: value("device/model").unwrap_or_default(),
            vendor: value("device/vendor")
                .filter(|vendor| !vendor.starts_with("0x"))
                .unwrap_or_default(),
            serial: value("device/serial")
                .or_else(|| value("serial"))
                .unwrap_or_default(),
            firmware: value("device/firmware_rev")
                .or_else(|| value("device/rev"))
                .unwrap_or_default(),
            bytes,
            kind: kind.to_owned(),
            removable: number("removable") == Some(1),
            name,
        });
    }
    disks
}

/// The health of a disk by `smartctl`, where it is installed and we may ask.
#[must_use]
pub fn health(place: &Place, disk: &Disk) -> Option<Health> {
    if disk.kind == "virtual" {
        return None;
    }
    // A disk that sleeps is not woken for its statistics.
    let arguments = [
        "-j",
        "-n",
        "standby",
        "-i",
        "-H",
        "-A",
        &format!("/dev/{}", disk.name),
    ];
    health_of(&place.program("smartctl", &arguments, Duration::from_secs(15))?)
}

fn health_of(text: &str) -> Option<Health> {
    let told: serde_json::Value = serde_json::from_str(text).ok()?;
    let number = |path: &str| told.pointer(path).and_then(serde_json::Value::as_i64);
    let attribute = |id: i64| {
        let table = told.pointer("/ata_smart_attributes/table")?.as_array()?;
        table
            .iter()
            .find(|row| row["id"].as_i64() == Some(id))?
            .pointer("/raw/value")?
            .as_i64()
    };
    let health = Health {
        passed: told
            .pointer("/smart_status/passed")
            .and_then(serde_json::Value::as_bool),
        celsius: number("/temperature/current"),
        hours: number("/power_on_time/hours"),
        used_percent: number("/nvme_smart_health_information_log/percentage_used"),
        bad: attribute(5).or_else(|| number("/nvme_smart_health_information_log/media_errors")),
        pending: attribute(197),
    };
    (health != Health::default()).then_some(health)
}

/// The section.
#[must_use]
pub fn disks(place: &Place) -> Vec<Item> {
    list(place)
        .iter()
        .enumerate()
        .map(|(at, disk)| {
            let health = if at < ASKED_MOST {
                health(place, disk)
            } else {
                None
            }
            .unwrap_or_default();
            let serial = Some(disk.serial.as_str()).filter(|serial| !serial.is_empty());
            item(serial.map_or_else(
                || disk.name.clone(),
                |serial| format!("{} {serial}", disk.model).trim().to_owned(),
            ))
            .text("name", disk.name.as_str())
            .text("vendor", disk.vendor.as_str())
            .text("model", disk.model.as_str())
            .text("serial", disk.serial.as_str())
            .text("firmware", disk.firmware.as_str())
            .text("kind", disk.kind.as_str())
            .number("bytes", disk.bytes)
            .bool("removable", disk.removable.then_some(true))
            .text(
                "health",
                health
                    .passed
                    .map(|passed| if passed { "passed" } else { "failed" }),
            )
            .number("power_on_hours", health.hours)
            .number("life_used_percent", health.used_percent)
            .number("bad_sectors", health.bad)
            .number("pending_sectors", health.pending)
            .done()
        })
        .collect()
}

/// A mounted volume.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Volume {
    /// Where it is mounted.
    pub path: String,
    /// What is mounted: `/dev/sda1`, `server:/share`.
    pub source: String,
    /// `ext4`, `xfs`, `nfs4`.
    pub format: String,
    /// Whether nothing can be written.
    pub read_only: bool,
    /// Room in bytes; none where nobody answered.
    pub room: Option<Room>,
}

/// How full a volume is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Room {
    /// Size in bytes.
    pub total: u64,
    /// What an ordinary program can still write.
    pub free: u64,
    /// Files it can hold; 0 where it does not count them.
    pub files: u64,
    /// Files that can still be made.
    pub files_free: u64,
}

impl Room {
    /// How full, in percent of what an ordinary program can use.
    #[must_use]
    pub fn used_percent(&self) -> u64 {
        percent(self.total, self.free)
    }

    /// How many of the files it can hold are taken, in percent.
    #[must_use]
    pub fn files_used_percent(&self) -> u64 {
        percent(self.files, self.files_free)
    }
}

fn percent(total: u64, free: u64) -> u64 {
    let free = free.min(total).saturating_mul(100).checked_div(total);
    free.map_or(0, |free| 100 - free)
}

const REAL: [&str; 21] = [
    "ext2", "ext3", "ext4", "xfs", "btrfs", "zfs", "f2fs", "jfs", "reiserfs", "bcachefs", "vfat", "exfat",
    "ntfs", "ntfs3", "fuseblk", "iso9660", "udf", "erofs", "apfs", "hfsplus", "overlay",
];
const FAR: [&str; 8] = [
    "nfs",
    "nfs4",
    "cifs",
    "smb3",
    "ceph",
    "glusterfs",
    "fuse.sshfs",
    "9p",
];

/// The volumes that hold somebody's data. What is far away is listed, but not asked: a dead server would hold us up.
#[must_use]
pub fn mounted(place: &Place) -> Vec<Volume> {
    let mut volumes: Vec<Volume> = Vec::new();
    place.each_line("proc/mounts", |line| {
        let fields: Vec<&str> = line.split(' ').collect();
        let [source, path, format, options, ..] = fields[..] else {
            return;
        };
        let far = FAR.contains(&format);
        // Each container image brings an overlay of its own; only the one this machine stands on is a volume.
        let inner = format == "overlay" && path != "/";
        if (!far && !REAL.contains(&format)) || inner || path.starts_with("/snap/") || volumes.len() >= 500 {
            return;
        }
        let path = unescaped(path);
        let twice = volumes
            .iter()
            .any(|volume| volume.source == source && !far && format != "btrfs");
        if twice || volumes.iter().any(|volume| volume.path == path) {
            return;
        }
        let room = if far { None } else { room(place, &path) };
        let read_only = options.split(',').any(|option| option == "ro");
        volumes.push(Volume {
            path,
            source: unescaped(source),
            format: format.to_owned(),
            read_only,
            room,
        });
    });
    volumes
}

fn room(place: &Place, path: &str) -> Option<Room> {
    if !place.is_machine() {
        return None;
    }
    let told = rustix::fs::statvfs(place.path(path)).ok()?;
    Some(Room {
        total: told.f_blocks.saturating_mul(told.f_frsize),
        free: told.f_bavail.saturating_mul(told.f_frsize),
        files: told.f_files,
        files_free: told.f_favail,
    })
}

/// The kernel writes a space in a path as `\040`.
fn unescaped(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let code = (bytes[at] == b'\\').then(|| text.get(at + 1..at + 4)).flatten();
        if let Some(byte) = code.and_then(|code| u8::from_str_radix(code, 8).ok()) {
            out.push(byte);
            at += 4;
        } else {
            out.push(bytes[at]);
            at += 1;
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// The section.
#[must_use]
pub fn volumes(place: &Place) -> Vec<Item> {
    mounted(place)
        .into_iter()
        .map(|volume| {
            let whole = |bytes: u64| i64::try_from(bytes).ok();
            item(volume.path)
                .text("source", volume.source)
                .text("format", volume.format)
                .bool("read_only", volume.read_only)
                .number("bytes", volume.room.and_then(|room| whole(room.total)))
                .number("free_bytes", volume.room.and_then(|room| whole(room.free)))
                .number(
                    "used_percent",
                    volume.room.and_then(|room| whole(room.used_percent())),
                )
                .done()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_disk_tells_of_its_health_is_read() {
        let ata = r#"{"smart_status":{"passed":false},"temperature":{"current":41},"power_on_time":{"hours":30211},
            "ata_smart_attributes":{"table":[{"id":5,"raw":{"value":12}},{"id":197,"raw":{"value":3}}]}}"#;
        let health = health_of(ata).unwrap();
        assert_eq!(
            (health.passed, health.bad, health.pending),
            (Some(false), Some(12), Some(3))
        );
        assert_eq!(health_of("{}"), None);
        assert_eq!(health_of("Permission denied"), None);
    }

    #[test]
    fn a_path_with_a_space_is_itself_again() {
        assert_eq!(unescaped("/media/My\\040Disk"), "/media/My Disk");
        assert_eq!(unescaped("/a\\"), "/a\\");
        assert_eq!(unescaped("/中\\04é"), "/中\\04é");
    }
}
