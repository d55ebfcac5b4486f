//! Points about memory, processors, and the running system.

use std::time::Duration;

use protocol::health::Verdict;

use super::{Seen, seen, unknown};
use crate::inventory::{Place, booted, has_systemd, services_list, when};
use crate::verbs::{errors_of_the_day, processes};

fn memory(place: &Place, name: &str) -> Option<u64> {
    let text = place.text("proc/meminfo", 64 * 1024)?;
    text.lines()
        .find_map(|line| line.strip_prefix(name))?
        .split_whitespace()
        .next()?
        .parse()
        .ok()
}

pub(super) fn memory_free(place: &Place) -> Seen {
    let (Some(total), Some(available)) = (memory(place, "MemTotal:"), memory(place, "MemAvailable:")) else {
        return unknown("the kernel does not tell");
    };
    let percent = available * 100 / total.max(1);
    let verdict = match percent {
        0..3 => Verdict::Fault,
        3..8 => Verdict::Warning,
        8..15 => Verdict::Notice,
        _ => Verdict::Ok,
    };
    seen(verdict, format!("{percent} %")).with(format!(
        "{} of {} MB can be had",
        available / 1024,
        total / 1024
    ))
}

pub(super) fn memory_swap(place: &Place) -> Seen {
    let (Some(total), Some(free)) = (memory(place, "SwapTotal:"), memory(place, "SwapFree:")) else {
        return unknown("the kernel does not tell");
    };
    if total == 0 {
        return seen(Verdict::Ok, "0 %").with("there is no swap");
    }
    let percent = (total - free.min(total)) * 100 / total;
    let verdict = match percent {
        90.. => Verdict::Warning,
        60.. => Verdict::Notice,
        _ => Verdict::Ok,
    };
    seen(verdict, format!("{percent} %")).with(format!(
        "{} of {} MB used",
        (total - free.min(total)) / 1024,
        total / 1024
    ))
}

pub(super) fn memory_kills(place: &Place) -> Seen {
    let text = place.text("proc/vmstat", 64 * 1024).unwrap_or_default();
    let count = text
        .lines()
        .find_map(|line| line.strip_prefix("oom_kill "))
        .and_then(|count| count.parse::<u64>().ok());
    match count {
        None => unknown("the kernel does not count them"),
        Some(0) => seen(Verdict::Ok, "0"),
        Some(count) => seen(Verdict::Warning, count.to_string())
            .with("processes ended for want of memory since the start"),
    }
}

pub(super) fn load(place: &Place) -> Seen {
    let Some(text) = place.line("proc/loadavg") else {
        return unknown("the kernel does not tell");
    };
    let averages: Vec<f64> = text
        .split_whitespace()
        .take(3)
        .filter_map(|word| word.parse().ok())
        .collect();
    let [_, five, fifteen] = averages[..] else {
        return unknown("the kernel does not tell");
    };
    let names = place.names("sys/devices/system/cpu");
    let count = names
        .iter()
        .filter(|name| {
            name.strip_prefix("cpu")
                .is_some_and(|rest| rest.parse::<u16>().is_ok())
        })
        .count();
    let count = u32::try_from(count.max(1)).unwrap_or(1);
    let each = five.min(fifteen) / f64::from(count);
    let verdict = match each {
        each if each >= 4.0 => Verdict::Warning,
        each if each >= 1.5 => Verdict::Notice,
        _ => Verdict::Ok,
    };
    seen(verdict, format!("{five:.2}")).with(format!("{count} processors; 15 minutes: {fifteen:.2}"))
}

pub(super) fn temperature(place: &Place) -> Seen {
    let zones = place
        .names("sys/class/thermal")
        .into_iter()
        .filter(|name| name.starts_with("thermal_zone"));
    let mut hottest: Option<i64> = zones
        .filter_map(|zone| place.number(&format!("sys/class/thermal/{zone}/temp")))
        .max();
    for sensor in place.names("sys/class/hwmon") {
        let kind = place
            .line(&format!("sys/class/hwmon/{sensor}/name"))
            .unwrap_or_default();
        if ["coretemp", "k10temp", "zenpower", "cpu_thermal"].contains(&kind.as_str()) {
            hottest = hottest.max(place.number(&format!("sys/class/hwmon/{sensor}/temp1_input")));
        }
    }
    let Some(celsius) = hottest
        .map(|thousandths| thousandths / 1000)
        .filter(|celsius| (-40..200).contains(celsius))
    else {
        return unknown("no sensor tells");
    };
    let verdict = match celsius {
        98.. => Verdict::Fault,
        90.. => Verdict::Warning,
        80.. => Verdict::Notice,
        _ => Verdict::Ok,
    };
    seen(verdict, format!("{celsius} °C"))
}

pub(super) fn restart_needed(place: &Place) -> Seen {
    if place.has("run/reboot-required") || place.has("var/run/reboot-required") {
        let packages = place
            .text("run/reboot-required.pkgs", 16 * 1024)
            .unwrap_or_default();
        let names: Vec<&str> = packages.lines().take(20).collect();
        return seen(Verdict::Warning, "yes").with(names.join(", "));
    }
    let (Some(running), Some(since)) = (place.line("proc/sys/kernel/osrelease"), booted(place)) else {
        return unknown("the kernel does not tell");
    };
    let newer = place
        .names("boot")
        .into_iter()
        .filter_map(|name| Some(name.strip_prefix("vmlinuz-")?.to_owned()))
        .find(|release| {
            let written = std::fs::metadata(place.path(&format!("boot/vmlinuz-{release}")))
                .and_then(|told| told.modified());
            let written = written
                .ok()
                .and_then(|at| at.duration_since(std::time::UNIX_EPOCH).ok());
            *release != running
                && written.is_some_and(|at| i64::try_from(at.as_secs()).is_ok_and(|at| at > since))
        });
    match newer {
        Some(release) => seen(Verdict::Notice, "yes").with(format!("kernel {release} waits, {running} runs")),
        None => seen(Verdict::Ok, "no"),
    }
}

pub(super) fn failed_services(place: &Place) -> Seen {
    let services = services_list(place);
    if services.is_empty() {
        return unknown("no service is known");
    }
    let failed: Vec<&str> = if has_systemd(place) {
        services
            .iter()
            .filter(|service| service.has_failed())
            .map(|service| service.name.as_str())
            .collect()
    } else if services.iter().all(|service| service.running.is_none()) {
        return unknown("no service manager runs here");
    } else {
        // Where only scripts are, a service that should run and left its number behind has died.
        let died = services
            .iter()
            .filter(|service| service.start == "enabled" && service.running == Some(false));
        died.map(|service| service.name.as_str()).collect()
    };
    let verdict = if failed.is_empty() {
        Verdict::Ok
    } else {
        Verdict::Warning
    };
    seen(verdict, failed.len().to_string())
        .with(failed.iter().take(20).copied().collect::<Vec<_>>().join(", "))
}

pub(super) fn log_errors(place: &Place) -> Seen {
    match errors_of_the_day(place) {
        None => unknown("no journal and no system log can be read"),
        Some(count) => {
            let verdict = match count {
                500.. => Verdict::Warning,
                50.. => Verdict::Notice,
                _ => Verdict::Ok,
            };
            seen(verdict, count.to_string()).with("errors in the last day")
        }
    }
}

/// What crashed programs and kernels left behind in the last week.
pub(super) fn crashes(place: &Place) -> Seen {
    let week = Duration::from_secs(7 * 86_400);
    let mut found = Vec::new();
    for folder in [
        "var/lib/systemd/coredump",
        "var/crash",
        "var/lib/systemd/pstore",
        "sys/fs/pstore",
    ] {
        for name in place.names(folder) {
            let told =
                std::fs::metadata(place.path(&format!("{folder}/{name}"))).and_then(|told| told.modified());
            if told.is_ok_and(|at| at.elapsed().is_ok_and(|age| age < week)) && !name.starts_with('.') {
                found.push((folder.ends_with("pstore"), name));
            }
        }
    }
    let verdict = match (found.iter().any(|(is_kernel, _)| *is_kernel), found.len()) {
        (_, 0) => Verdict::Ok,
        (true, _) => Verdict::Fault,
        (false, 1..=2) => Verdict::Notice,
        (false, _) => Verdict::Warning,
    };
    let names: Vec<&str> = found.iter().take(10).map(|(_, name)| name.as_str()).collect();
    seen(verdict, found.len().to_string()).with(names.join(", "))
}

/// Whether somebody keeps the clock right.
pub(super) fn clock(place: &Place) -> Seen {
    if has_systemd(place)
        && let Some(text) = place.program(
            "timedatectl",
            &["show", "--property=NTPSynchronized"],
            Duration::from_secs(10),
        )
    {
        let is_kept = text.trim().ends_with("=yes");
        return seen(
            if is_kept { Verdict::Ok } else { Verdict::Warning },
            if is_kept {
                "synchronized"
            } else {
                "not synchronized"
            },
        );
    }
    if let Some(text) = place.program("chronyc", &["-n", "tracking"], Duration::from_secs(10)) {
        let is_kept = text.contains("Leap status     : Normal");
        return seen(
            if is_kept { Verdict::Ok } else { Verdict::Warning },
            if is_kept {
                "synchronized"
            } else {
                "not synchronized"
            },
        );
    }
    // A clock that stands before this program was written is wrong whoever keeps it.
    if place.is_machine() && when::now() < when::seconds(2026, 1, 1, 0, 0, 0) {
        return seen(Verdict::Fault, when::minute(when::now()));
    }
    unknown("nobody here tells whether the clock is kept")
}

/// Processes that wait for a device without end, or have ended without anybody noticing.
pub(super) fn stuck_processes(place: &Place) -> Seen {
    let waiting = |place: &Place| -> Vec<(i32, u64)> {
        let all = processes(place)
            .into_iter()
            .filter(|process| process.state == 'D' && process.kilobytes > 0);
        all.map(|process| (process.pid, process.start)).collect()
    };
    let before = waiting(place);
    if place.is_machine() && !before.is_empty() {
        std::thread::sleep(Duration::from_secs(2));
    }
    let all = processes(place);
    if all.is_empty() {
        return unknown("no process is known");
    }
    let stuck: Vec<String> = all
        .iter()
        .filter(|process| process.state == 'D' && before.contains(&(process.pid, process.start)))
        .map(|process| format!("{} ({})", process.name, process.pid))
        .collect();
    let ended = all.iter().filter(|process| process.state == 'Z').count();
    let verdict = match (stuck.len(), ended) {
        (5.., _) => Verdict::Fault,
        (1.., _) => Verdict::Warning,
        (0, 20..) => Verdict::Notice,
        _ => Verdict::Ok,
    };
    let detail = stuck.iter().take(10).cloned().collect::<Vec<_>>().join(", ");
    let detail = if ended > 0 {
        format!("{detail} {ended} ended and not fetched")
            .trim()
            .to_owned()
    } else {
        detail
    };
    seen(verdict, stuck.len().to_string()).with(detail)
}
