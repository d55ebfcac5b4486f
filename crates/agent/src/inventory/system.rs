//! The operating system and its users.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use protocol::inventory::Item;

use super::item::item;
use super::place::Place;

/// Name, release, kernel, time zone, and what kind of container or virtual machine this is.
#[must_use]
pub fn system(place: &Place) -> Vec<Item> {
    let release = release(place);
    let field = |name: &str| release.get(name).cloned();
    let host = place
        .line("proc/sys/kernel/hostname")
        .or_else(|| place.line("etc/hostname"));
    let zone = place.line("etc/timezone").or_else(|| zone_link(place));
    vec![
        item("system")
            .text("name", field("NAME").unwrap_or_else(|| "Linux".to_owned()))
            .text("full_name", field("PRETTY_NAME"))
            .text("id", field("ID"))
            .text("version", field("VERSION_ID"))
            .text("codename", field("VERSION_CODENAME"))
            .text("kernel", place.line("proc/sys/kernel/osrelease"))
            .text("architecture", std::env::consts::ARCH)
            .text("host", host)
            .text("domain", domain(place))
            .text("machine_id", place.line("etc/machine-id"))
            .text("time_zone", zone)
            .text("booted_at", booted(place).map(super::when::minute))
            .text(
                "boot_id",
                place
                    .line("proc/sys/kernel/random/boot_id")
                    .map(|id| id.chars().take(8).collect::<String>()),
            )
            .text("virtual", virtual_kind(place))
            .bool("systemd", place.has("run/systemd/system"))
            .bool(
                "reboot_required",
                place.has("var/run/reboot-required") || place.has("run/reboot-required"),
            )
            .done(),
    ]
}

/// `os-release` as a table.
#[must_use]
pub fn release(place: &Place) -> BTreeMap<String, String> {
    let text = place
        .text("etc/os-release", 64 * 1024)
        .or_else(|| place.text("usr/lib/os-release", 64 * 1024));
    text.unwrap_or_default()
        .lines()
        .filter_map(|line| line.split_once('='))
        .map(|(name, value)| {
            (
                name.trim().to_owned(),
                value.trim().trim_matches(['"', '\'']).to_owned(),
            )
        })
        .collect()
}

/// When the kernel started, in seconds since 1970.
#[must_use]
pub fn booted(place: &Place) -> Option<i64> {
    let text = place.text("proc/stat", 1024 * 1024)?;
    text.lines()
        .find_map(|line| line.strip_prefix("btime "))?
        .trim()
        .parse()
        .ok()
}

fn zone_link(place: &Place) -> Option<String> {
    let target = std::fs::read_link(place.path("etc/localtime")).ok()?;
    let target = target.to_str()?;
    Some(target.split_once("zoneinfo/")?.1.to_owned())
}

fn domain(place: &Place) -> Option<String> {
    let text = place.text("etc/resolv.conf", 64 * 1024)?;
    text.lines()
        .filter_map(|line| {
            line.strip_prefix("domain ")
                .or_else(|| line.strip_prefix("search "))
        })
        .find_map(|rest| rest.split_whitespace().next().map(str::to_owned))
}

fn virtual_kind(place: &Place) -> Option<String> {
    if let Some(kind) = place.line("run/systemd/container") {
        return Some(kind);
    }
    if place.has(".dockerenv") {
        return Some("docker".to_owned());
    }
    let kind = place.program("systemd-detect-virt", &[], Duration::from_secs(5))?;
    let kind = kind.trim();
    (!kind.is_empty() && kind != "none").then(|| kind.to_owned())
}

/// Accounts that can be used or own something: people, and services that may sign in. Never a password's hash.
#[must_use]
pub fn users(place: &Place) -> Vec<Item> {
    let shadow = place.text("etc/shadow", 1024 * 1024).unwrap_or_default();
    let states: BTreeMap<&str, &str> = shadow
        .lines()
        .filter_map(|line| line.split_once(':'))
        .map(|(name, rest)| (name, password_state(rest.split(':').next().unwrap_or_default())))
        .collect();
    let groups = groups(place);
    let mut items = Vec::new();
    for line in place
        .text("etc/passwd", 4 * 1024 * 1024)
        .unwrap_or_default()
        .lines()
    {
        let fields: Vec<&str> = line.split(':').collect();
        let [name, _, uid, gid, gecos, home, shell] = fields[..] else {
            continue;
        };
        let Ok(uid) = uid.parse::<i64>() else { continue };
        let of_user = groups.members.get(name).cloned().unwrap_or_default();
        let first = groups.names.get(gid).cloned().unwrap_or_else(|| gid.to_owned());
        let all: BTreeSet<String> = of_user.into_iter().chain([first]).collect();
        let may_sign_in =
            !(shell.ends_with("/nologin") || shell.ends_with("/false") || shell.ends_with("/sync"));
        let administrator = uid == 0
            || all
                .iter()
                .any(|group| ["sudo", "wheel", "admin"].contains(&group.as_str()));
        items.push(
            item(name)
                .number("uid", uid)
                .text("full_name", gecos.split(',').next())
                .text("home", home)
                .text("shell", shell)
                .text("groups", all.into_iter().collect::<Vec<_>>().join(" "))
                .bool("may_sign_in", may_sign_in)
                .bool("administrator", administrator)
                .text("password", states.get(name).copied())
                .number("ssh_keys", ssh_keys(place, home))
                .done(),
        );
    }
    items
}

fn password_state(field: &str) -> &'static str {
    if field.is_empty() {
        "empty"
    } else if field.starts_with(['!', '*']) {
        "locked"
    } else {
        "set"
    }
}

fn ssh_keys(place: &Place, home: &str) -> Option<i64> {
    let text = place.text(&format!("{home}/.ssh/authorized_keys"), 1024 * 1024)?;
    let keys = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .count();
    i64::try_from(keys).ok()
}

struct Groups {
    names: BTreeMap<String, String>,
    members: BTreeMap<String, BTreeSet<String>>,
}

fn groups(place: &Place) -> Groups {
    let mut groups = Groups {
        names: BTreeMap::new(),
        members: BTreeMap::new(),
    };
    for line in place
        .text("etc/group", 4 * 1024 * 1024)
        .unwrap_or_default()
        .lines()
    {
        let fields: Vec<&str> = line.split(':').collect();
        let [name, _, gid, members] = fields[..] else {
            continue;
        };
        groups.names.insert(gid.to_owned(), name.to_owned());
        for member in members.split(',').filter(|member| !member.is_empty()) {
            groups
                .members
                .entry(member.to_owned())
                .or_default()
                .insert(name.to_owned());
        }
    }
    groups
}
