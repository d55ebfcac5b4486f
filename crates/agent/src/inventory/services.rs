//! Services: what systemd knows where it runs, else the scripts in `/etc/init.d`.

use std::collections::BTreeMap;
use std::time::Duration;

use protocol::inventory::Item;

use super::item::item;
use super::place::Place;

/// One service as it stands now.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Service {
    /// Its name, with `.service` left out.
    pub name: String,
    /// What it says of itself.
    pub description: String,
    /// Whether it runs; unknown where only a script is there.
    pub running: Option<bool>,
    /// The words of the service manager: `active running`, `failed failed`.
    pub state: String,
    /// Whether it starts with the machine: `enabled`, `disabled`, `static`, `masked`.
    pub start: String,
}

impl Service {
    /// Whether it ended in a fault.
    #[must_use]
    pub fn has_failed(&self) -> bool {
        self.state.starts_with("failed")
    }
}

/// All services of the machine.
#[must_use]
pub fn list(place: &Place) -> Vec<Service> {
    if has_systemd(place) {
        let limit = Duration::from_secs(20);
        let plain = ["--type=service", "--all", "--no-pager", "--no-legend", "--plain"];
        let units = place.program("systemctl", &[&["list-units"][..], &plain[..]].concat(), limit);
        let files = place.program(
            "systemctl",
            &[&["list-unit-files"][..], &plain[..]].concat(),
            limit,
        );
        if let Some(units) = units {
            return of_systemd(&units, &files.unwrap_or_default());
        }
    }
    of_scripts(place)
}

/// Whether systemd is the first process of this machine.
#[must_use]
pub fn has_systemd(place: &Place) -> bool {
    place.has("run/systemd/system")
}

fn of_systemd(units: &str, files: &str) -> Vec<Service> {
    let mut found: BTreeMap<String, Service> = BTreeMap::new();
    for line in units.lines() {
        let line = line.trim_start_matches(['●', ' ', '*']);
        let mut words = line.split_whitespace();
        let (Some(unit), Some(loaded), Some(active), Some(sub)) =
            (words.next(), words.next(), words.next(), words.next())
        else {
            continue;
        };
        if loaded == "not-found" {
            continue;
        }
        let name = unit.strip_suffix(".service").unwrap_or(unit).to_owned();
        let service = Service {
            name: name.clone(),
            description: words.collect::<Vec<_>>().join(" "),
            running: Some(active == "active"),
            state: format!("{active} {sub}"),
            start: String::new(),
        };
        found.insert(name, service);
    }
    for line in files.lines() {
        let mut words = line.split_whitespace();
        let (Some(unit), Some(start)) = (words.next(), words.next()) else {
            continue;
        };
        let name = unit.strip_suffix(".service").unwrap_or(unit).to_owned();
        if name.ends_with('@') {
            continue;
        }
        let service = found.entry(name.clone()).or_insert_with(|| Service {
            name,
            running: Some(false),
            state: "inactive dead".to_owned(),
            ..Service::default()
        });
        service.start = start.to_owned();
    }
    found.into_values().collect()
}

/// Scripts, whether a run level starts them, and whether the process of their pid file is there.
fn of_scripts(place: &Place) -> Vec<Service> {
    let mut started: Vec<String> = Vec::new();
    for level in 2..=5 {
        for name in place.names(&format!("etc/rc{level}.d")) {
            if let Some(rest) = name.strip_prefix('S').and_then(|rest| rest.get(2..)) {
                started.push(rest.to_owned());
            }
        }
    }
    place
        .names("etc/init.d")
        .into_iter()
        .filter(|name| !["README", "skeleton", "rc", "rcS"].contains(&name.as_str()))
        .map(|name| {
            let text = place
                .text(&format!("etc/init.d/{name}"), 64 * 1024)
                .unwrap_or_default();
            let running = pid_file(place, &name, &text).map(|pid| place.has(&format!("proc/{pid}/stat")));
            Service {
                description: text
                    .lines()
                    .find_map(|line| line.strip_prefix("# Short-Description:"))
                    .map(|rest| rest.trim().to_owned())
                    .unwrap_or_default(),
                running,
                state: match running {
                    Some(true) => "running".to_owned(),
                    Some(false) => "stopped".to_owned(),
                    None => String::new(),
                },
                start: if started.contains(&name) {
                    "enabled"
                } else {
                    "disabled"
                }
                .to_owned(),
                name,
            }
        })
        .collect()
}

fn pid_file(place: &Place, name: &str, script: &str) -> Option<i64> {
    let named = script
        .lines()
        .find_map(|line| line.trim().strip_prefix("# pidfile:"))
        .map(str::trim)
        .unwrap_or_default();
    let places = [
        named.to_owned(),
        format!("/run/{name}.pid"),
        format!("/run/{name}/{name}.pid"),
    ];
    places
        .iter()
        .filter(|path| !path.is_empty())
        .find_map(|path| place.number(path))
        .filter(|pid| *pid > 0)
}

/// The section.
#[must_use]
pub fn services(place: &Place) -> Vec<Item> {
    list(place)
        .into_iter()
        .map(|service| {
            item(service.name.as_str())
                .text("description", service.description)
                .text("state", service.state)
                .text("start", service.start)
                .bool("running", service.running)
                .done()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn systemd_s_tables_become_services() {
        let units = "ssh.service loaded active running OpenBSD Secure Shell server\n● nginx.service loaded failed failed A web server\nghost.service not-found inactive dead ghost\n";
        let files =
            "ssh.service enabled enabled\ncups.service disabled enabled\ngetty@.service enabled enabled\n";
        let services = of_systemd(units, files);
        let names: Vec<(&str, &str, Option<bool>)> = services
            .iter()
            .map(|service| (service.name.as_str(), service.start.as_str(), service.running))
            .collect();
        assert_eq!(
            names,
            [
                ("cups", "disabled", Some(false)),
                ("nginx", "", Some(false)),
                ("ssh", "enabled", Some(true))
            ]
        );
        assert!(services[1].has_failed());
    }
}
