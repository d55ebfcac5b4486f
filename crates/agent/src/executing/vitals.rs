//! What a beat carries: cheap to measure, read from the kernel's own files and nothing else.

use super::Surroundings;
use protocol::message::{Beat, DiskUse};
use std::collections::BTreeSet;
use std::fs;

/// Measures, and remembers what was busy last time: how busy the processors were is a difference.
#[derive(Debug, Default)]
pub struct Vitals {
    before: Option<(u64, u64)>,
    /// Processes of ours beside this one.
    pub beside: BTreeSet<u32>,
}

impl Vitals {
    /// A beat, now.
    pub fn beat(&mut self, surroundings: &Surroundings, at: i64, spool: u64) -> Beat {
        let read = |path: &str| fs::read_to_string(surroundings.path(path)).unwrap_or_default();
        let memory = read("/proc/meminfo");
        let total = kilobytes(&memory, "MemTotal:");
        let available = kilobytes(&memory, "MemAvailable:");
        let cpu = self.busy(&read("/proc/stat"));
        let beside = self.beside.iter().map(|id| format!("/proc/{id}/status"));
        let ours = beside.chain(["/proc/self/status".to_owned()]);
        let beat = Beat {
            at,
            uptime: first(&read("/proc/uptime")) as u64,
            load: first(&read("/proc/loadavg")) as f32,
            cpu,
            memory_used: total.saturating_sub(available),
            memory_total: total,
            disks: disks(&read("/proc/self/mounts")),
            rss: ours.map(|path| kilobytes(&read(&path), "VmRSS:")).sum(),
            spool,
        };
        beat.cleaned()
    }

    fn busy(&mut self, stat: &str) -> f32 {
        let mut numbers = stat.lines().next().unwrap_or_default().split_whitespace().skip(1);
        let times: Vec<u64> = numbers
            .by_ref()
            .take(8)
            .filter_map(|one| one.parse().ok())
            .collect();
        let all: u64 = times.iter().sum();
        let idle: u64 = times.iter().skip(3).take(2).sum();
        let (all_before, idle_before) = self.before.replace((all, idle)).unwrap_or((0, 0));
        let all = all.saturating_sub(all_before);
        let idle = idle.saturating_sub(idle_before);
        if all == 0 {
            0.0
        } else {
            all.saturating_sub(idle) as f32 * 100.0 / all as f32
        }
    }
}

fn first(text: &str) -> f64 {
    let word = text.split_whitespace().next();
    word.and_then(|word| word.parse().ok()).unwrap_or_default()
}

fn kilobytes(text: &str, name: &str) -> u64 {
    let line = text.lines().find_map(|line| line.strip_prefix(name));
    let number = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    number.unwrap_or_default() * 1024
}

/// File systems on a device of their own, each device once.
#[cfg(unix)]
fn disks(mounts: &str) -> Vec<DiskUse> {
    let mut seen = BTreeSet::new();
    let mut disks = Vec::new();
    for line in mounts.lines() {
        let mut words = line.split_whitespace();
        let (Some(device), Some(mount), Some(kind)) = (words.next(), words.next(), words.next()) else {
            continue;
        };
        let is_own = device.starts_with("/dev/") || matches!(kind, "zfs" | "btrfs" | "overlay");
        // What is mounted from elsewhere may hang when it is asked.
        if !is_own || kind == "squashfs" || !seen.insert(device.to_owned()) {
            continue;
        }
        let mount = mount.replace("\\040", " ");
        if let Ok(is) = rustix::fs::statvfs(mount.as_str()) {
            let total = is.f_blocks.saturating_mul(is.f_frsize);
            let free = is.f_bfree.saturating_mul(is.f_frsize);
            disks.push(DiskUse {
                mount,
                used: total.saturating_sub(free),
                total,
            });
        }
    }
    disks
}

/// Not yet run there.
#[cfg(not(unix))]
fn disks(_mounts: &str) -> Vec<DiskUse> {
    Vec::new()
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn a_beat_says_how_this_machine_is() {
        let mut vitals = Vitals::default();
        let here = Surroundings::new("/tmp/home");
        vitals.beat(&here, 1, 0);
        let beat = vitals.beat(&here, 2, 7);
        assert!(beat.uptime > 0 && beat.memory_total > beat.memory_used);
        assert!(beat.rss > 0 && beat.cpu <= 100.0);
        assert_eq!((beat.at, beat.spool), (2, 7));
    }
}
