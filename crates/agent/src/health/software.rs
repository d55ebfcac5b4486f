//! Points about what is installed, about safety, and about power.

use protocol::health::Verdict;

use super::{Seen, seen, unknown};
use crate::inventory::{Place, certificates_found, updates, when};

/// Packages that were begun and not finished.
pub(super) fn broken(place: &Place) -> Seen {
    if !place.has("var/lib/dpkg/status") {
        return if place.has("var/lib/rpm") || place.has("usr/lib/sysimage/rpm") {
            unknown("not looked at for this package system")
        } else {
            unknown("no package system is known")
        };
    }
    let (mut name, mut bad) = (String::new(), Vec::new());
    place.each_line("var/lib/dpkg/status", |line| {
        if let Some(package) = line.strip_prefix("Package: ") {
            package.clone_into(&mut name);
        } else if let Some(status) = line.strip_prefix("Status: ") {
            let words: Vec<&str> = status.split(' ').collect();
            let fine = [
                "installed",
                "config-files",
                "not-installed",
                "triggers-pending",
                "triggers-awaited",
            ];
            let is_bad =
                words.get(1) == Some(&"reinstreq") || words.get(2).is_some_and(|state| !fine.contains(state));
            if is_bad {
                bad.push(name.clone());
            }
        }
    });
    let verdict = if bad.is_empty() {
        Verdict::Ok
    } else {
        Verdict::Warning
    };
    seen(verdict, bad.len().to_string()).with(bad.into_iter().take(20).collect::<Vec<_>>().join(", "))
}

pub(super) fn security_updates(place: &Place) -> Seen {
    if !place.is_machine() {
        return unknown("not asked from here");
    }
    let all = updates(place);
    let security: Vec<&str> = all
        .iter()
        .filter(|item| item.values.get("security") == Some(&true.into()))
        .filter_map(|item| item.values.get("name")?.text())
        .collect();
    let verdict = match security.len() {
        0 => Verdict::Ok,
        1..=10 => Verdict::Notice,
        _ => Verdict::Warning,
    };
    let names = security.iter().take(15).copied().collect::<Vec<_>>().join(", ");
    seen(verdict, security.len().to_string()).with(
        format!("{names} ({} updates in all)", all.len())
            .trim()
            .to_owned(),
    )
}

pub(super) fn certificates(place: &Place) -> Seen {
    let now = when::now();
    let found = certificates_found(place);
    let mut worst = Verdict::Ok;
    let mut words = Vec::new();
    for one in &found {
        let days = one.certificate.days_left(now);
        let verdict = match days {
            ..0 => Verdict::Warning,
            0..14 => Verdict::Warning,
            14..30 => Verdict::Notice,
            _ => continue,
        };
        worst = worst.max(verdict);
        let left = if days < 0 {
            format!("expired {} days ago", -days)
        } else {
            format!("{days} days left")
        };
        words.push(format!("{} ({}): {left}", one.certificate.subject, one.path));
    }
    words.truncate(10);
    seen(worst, format!("{} of {}", words.len(), found.len())).with(words.join(", "))
}

/// Sign-ins that failed in the last day, by the system's own record of them (`btmp`), else by its log.
pub(super) fn failed_sign_ins(place: &Place) -> Seen {
    let since = when::now() - 86_400;
    let count = if let Some(bytes) = place.bytes("var/log/btmp", 32 * 1024 * 1024) {
        failed_in_record(&bytes, since)
    } else if let Some(text) = ["var/log/auth.log", "var/log/secure"]
        .iter()
        .find_map(|path| place.text(path, 16 * 1024 * 1024))
    {
        text.lines()
            .filter(|line| line.contains("Failed password") || line.contains("authentication failure"))
            .count()
    } else {
        return unknown("no record of failed sign-ins can be read");
    };
    let verdict = match count {
        1_000.. => Verdict::Warning,
        50.. => Verdict::Notice,
        _ => Verdict::Ok,
    };
    seen(verdict, count.to_string()).with("in the last day")
}

/// Records of 384 bytes with the time at 340, on every Linux whose C library kept that form.
fn failed_in_record(bytes: &[u8], since: i64) -> usize {
    let times = bytes.chunks_exact(384).filter_map(|record| {
        let time: [u8; 4] = record.get(340..344)?.try_into().ok()?;
        Some(i64::from(u32::from_ne_bytes(time)))
    });
    times.filter(|at| *at >= since).count()
}

pub(super) fn battery(place: &Place) -> Seen {
    let folder = "sys/class/power_supply";
    let mut worst: Option<(i64, String)> = None;
    for name in place.names(folder) {
        let line = |field: &str| place.line(&format!("{folder}/{name}/{field}"));
        let number = |field: &str| place.number(&format!("{folder}/{name}/{field}"));
        if line("type").as_deref() != Some("Battery") || line("scope").as_deref() == Some("Device") {
            continue;
        }
        let full = number("energy_full").or_else(|| number("charge_full"));
        let designed = number("energy_full_design")
            .or_else(|| number("charge_full_design"))
            .filter(|full| *full > 0);
        let Some(health) = full
            .zip(designed)
            .map(|(full, designed)| full.saturating_mul(100) / designed)
        else {
            continue;
        };
        let charge = number("capacity")
            .map(|percent| format!(", charged {percent} %"))
            .unwrap_or_default();
        if worst.as_ref().is_none_or(|(least, _)| health < *least) {
            worst = Some((health, format!("{name}{charge}")));
        }
    }
    let Some((health, detail)) = worst else {
        return seen(Verdict::Ok, "none").with("there is no battery");
    };
    let verdict = match health {
        ..40 => Verdict::Warning,
        40..65 => Verdict::Notice,
        _ => Verdict::Ok,
    };
    seen(verdict, format!("{health} %")).with(detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_failed_sign_ins_of_the_day_count() {
        let mut bytes = Vec::new();
        for at in [100_u32, 200, 300] {
            let mut record = vec![0; 384];
            record[340..344].copy_from_slice(&at.to_ne_bytes());
            bytes.extend(record);
        }
        bytes.extend([0; 100]);
        assert_eq!(failed_in_record(&bytes, 200), 2);
    }
}
