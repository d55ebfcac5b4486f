//! Installed packages with their versions, and the updates that the machine already knows of.

use std::collections::BTreeMap;
use std::time::Duration;

use protocol::inventory::Item;

use super::item::item;
use super::place::Place;

/// Packages of every package system that is found.
#[must_use]
pub fn packages(place: &Place) -> Vec<Item> {
    let mut items = Vec::new();
    dpkg(place, &mut items);
    apk(place, &mut items);
    pacman(place, &mut items);
    if place.has("var/lib/rpm") || place.has("usr/lib/sysimage/rpm") {
        let form = "%{NAME}\t%{EPOCHNUM}:%{VERSION}-%{RELEASE}\t%{ARCH}\t%{VENDOR}\t%{SIZE}\n";
        if let Some(text) = place.program("rpm", &["-qa", "--queryformat", form], Duration::from_secs(60)) {
            items.extend(rpm(&text));
        }
    }
    if let Some(text) = place.program("snap", &["list"], Duration::from_secs(20)) {
        items.extend(snaps(&text));
    }
    items
}

/// Reads `/var/lib/dpkg/status` line by line: it has megabytes, and the agent little memory.
fn dpkg(place: &Place, items: &mut Vec<Item>) {
    let mut paragraph: BTreeMap<&'static str, String> = BTreeMap::new();
    let mut end = |paragraph: &mut BTreeMap<&'static str, String>| {
        let fields = std::mem::take(paragraph);
        let field = |name: &str| fields.get(name).cloned();
        let (Some(name), Some(version)) = (field("Package"), field("Version")) else {
            return;
        };
        if !field("Status").is_some_and(|status| status.ends_with(" installed")) {
            return;
        }
        let architecture = field("Architecture").unwrap_or_default();
        items.push(
            item(format!("{name}:{architecture}"))
                .text("name", name)
                .text("version", version)
                .text("architecture", architecture)
                .text("source", "dpkg")
                .text("kind", field("Section"))
                .text("publisher", field("Maintainer"))
                .text("description", field("Description"))
                .number(
                    "kilobytes",
                    field("Installed-Size").and_then(|size| size.parse().ok()),
                )
                .bool(
                    "held",
                    field("Status")
                        .is_some_and(|status| status.starts_with("hold"))
                        .then_some(true),
                )
                .done(),
        );
    };
    const WANTED: [&str; 8] = [
        "Package",
        "Version",
        "Status",
        "Architecture",
        "Section",
        "Maintainer",
        "Description",
        "Installed-Size",
    ];
    place.each_line("var/lib/dpkg/status", |line| {
        if line.is_empty() {
            end(&mut paragraph);
        } else if let Some((name, value)) = line.split_once(": ")
            && let Some(name) = WANTED.iter().find(|wanted| **wanted == name)
        {
            paragraph.insert(name, value.to_owned());
        }
    });
    end(&mut paragraph);
}

fn apk(place: &Place, items: &mut Vec<Item>) {
    let mut fields: BTreeMap<String, String> = BTreeMap::new();
    let mut end = |fields: &mut BTreeMap<String, String>| {
        let fields = std::mem::take(fields);
        let (Some(name), Some(version)) = (fields.get("P"), fields.get("V")) else {
            return;
        };
        let architecture = fields.get("A").cloned().unwrap_or_default();
        items.push(
            item(format!("{name}:{architecture}"))
                .text("name", name.as_str())
                .text("version", version.as_str())
                .text("architecture", architecture)
                .text("source", "apk")
                .text("description", fields.get("T").cloned())
                .done(),
        );
    };
    place.each_line("lib/apk/db/installed", |line| {
        if line.is_empty() {
            end(&mut fields);
        } else if let Some((name, value)) = line.split_once(':')
            && ["P", "V", "A", "T"].contains(&name)
        {
            fields.insert(name.to_owned(), value.to_owned());
        }
    });
    end(&mut fields);
}

fn pacman(place: &Place, items: &mut Vec<Item>) {
    for folder in place.names("var/lib/pacman/local") {
        let Some(text) = place.text(&format!("var/lib/pacman/local/{folder}/desc"), 64 * 1024) else {
            continue;
        };
        let field = |name: &str| {
            let mut lines = text.lines().skip_while(|line| *line != name);
            lines.next();
            lines.next().map(str::to_owned)
        };
        let (Some(name), Some(version)) = (field("%NAME%"), field("%VERSION%")) else {
            continue;
        };
        let architecture = field("%ARCH%").unwrap_or_default();
        items.push(
            item(format!("{name}:{architecture}"))
                .text("name", name)
                .text("version", version)
                .text("architecture", architecture)
                .text("source", "pacman")
                .text("description", field("%DESC%"))
                .done(),
        );
    }
}

/// What `rpm -qa` printed in the form above. Several versions of a kernel stand side by side, so the version is in the key there.
fn rpm(text: &str) -> Vec<Item> {
    let mut count: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    let rows: Vec<Vec<&str>> = text.lines().map(|line| line.split('\t').collect()).collect();
    for row in &rows {
        if let [name, _, architecture, ..] = row[..] {
            *count.entry((name, architecture)).or_default() += 1;
        }
    }
    let mut items = Vec::new();
    for row in &rows {
        let [name, version, architecture, vendor, size] = row[..] else {
            continue;
        };
        let version = version.strip_prefix("0:").unwrap_or(version);
        let several = count.get(&(name, architecture)).is_some_and(|count| *count > 1);
        let key = if several {
            format!("{name}:{architecture}:{version}")
        } else {
            format!("{name}:{architecture}")
        };
        items.push(
            item(key)
                .text("name", name)
                .text("version", version)
                .text("architecture", architecture)
                .text("source", "rpm")
                .text("publisher", (vendor != "(none)").then_some(vendor))
                .number("kilobytes", size.parse::<i64>().ok().map(|bytes| bytes / 1024))
                .done(),
        );
    }
    items
}

fn snaps(text: &str) -> Vec<Item> {
    text.lines()
        .skip(1)
        .filter_map(|line| {
            let words: Vec<&str> = line.split_whitespace().collect();
            let [name, version, revision, _, publisher, ..] = words[..] else {
                return None;
            };
            let made = item(format!("{name}:snap"))
                .text("name", name)
                .text("version", version);
            Some(
                made.text("revision", revision)
                    .text("publisher", publisher)
                    .text("source", "snap")
                    .done(),
            )
        })
        .collect()
}

/// Updates by the lists that lie on the machine; nothing is fetched.
#[must_use]
pub fn updates(place: &Place) -> Vec<Item> {
    let limit = Duration::from_secs(60);
    if place.has("var/lib/dpkg/status")
        && let Some(text) = place.program(
            "apt-get",
            &["-s", "-q", "-o", "Debug::NoLocking=1", "dist-upgrade"],
            limit,
        )
    {
        return apt(&text);
    }
    for program in ["dnf", "yum"] {
        if let Some(text) = place.program(program, &["-q", "-C", "check-update"], limit) {
            return dnf(&text);
        }
    }
    Vec::new()
}

/// Lines `Inst openssl [1.1] (1.2 Debian-Security:12/stable-security [amd64])` of a simulated upgrade.
fn apt(text: &str) -> Vec<Item> {
    text.lines()
        .filter_map(|line| {
            let rest = line.strip_prefix("Inst ")?;
            let (name, rest) = rest.split_once(' ')?;
            let (old, rest) = match rest.strip_prefix('[') {
                Some(rest) => rest.split_once("] ").map(|(old, rest)| (Some(old), rest))?,
                None => (None, rest),
            };
            let inside = rest.strip_prefix('(')?.split(')').next()?;
            let (new, origin) = inside.split_once(' ')?;
            let (origin, architecture) = origin.rsplit_once(" [").unwrap_or((origin, ""));
            let security = origin.to_lowercase().contains("security");
            Some(
                item(format!("{name}:{}", architecture.trim_end_matches(']')))
                    .text("name", name)
                    .text("installed", old)
                    .text("version", new)
                    .text("origin", origin)
                    .text("source", "apt")
                    .bool("security", security)
                    .done(),
            )
        })
        .collect()
}

fn dnf(text: &str) -> Vec<Item> {
    text.lines()
        .take_while(|line| !line.starts_with("Obsoleting"))
        .filter_map(|line| {
            let words: Vec<&str> = line.split_whitespace().collect();
            let [package, version, origin] = words[..] else {
                return None;
            };
            let (name, architecture) = package.rsplit_once('.')?;
            let made = item(format!("{name}:{architecture}"))
                .text("name", name)
                .text("version", version);
            Some(
                made.text("origin", origin)
                    .text("source", "dnf")
                    .bool("security", origin.contains("security"))
                    .done(),
            )
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_simulated_upgrade_names_old_new_and_security() {
        let text = "Inst openssl [3.0.1] (3.0.2 Debian-Security:12/stable-security [amd64]) []\nConf openssl (3.0.2)\nInst linux-image-6.1 (6.1.9 Debian:12/stable [amd64])\n";
        let items = apt(text);
        assert_eq!(items.len(), 2);
        assert_eq!(items[0].key, "openssl:amd64");
        assert_eq!(items[0].values.len(), 6);
        assert_eq!(items[0].values["source"].text(), Some("apt"));
        assert_eq!(items[1].values.len(), 5);
    }

    #[test]
    fn two_kernels_are_two_packages() {
        let items = rpm(
            "kernel\t0:5.14-1\tx86_64\tRed Hat\t1000\nkernel\t0:5.14-2\tx86_64\tRed Hat\t1000\nbash\t1:5.1-6\tx86_64\t(none)\t2048\n",
        );
        let keys: Vec<&str> = items.iter().map(|item| item.key.as_str()).collect();
        assert_eq!(
            keys,
            ["kernel:x86_64:5.14-1", "kernel:x86_64:5.14-2", "bash:x86_64"]
        );
    }
}
