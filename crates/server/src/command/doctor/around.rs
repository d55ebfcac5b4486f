//! What is around the data: disk, permissions, the address people use, time zones.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use kernel::Locale;
use kernel::config::{Config, DatabaseUrl};
use kernel::i18n::format_size;

use super::finding::Finding;
use crate::command::disk;

/// Less than this is little, and less than this is too little to go on.
const LITTLE: u64 = 2 << 30;
const TOO_LITTLE: u64 = 200 << 20;
/// A zone that every release of the data has, and that has not been in it for ever.
const ZONES: [&str; 3] = ["Asia/Shanghai", "Europe/Berlin", "America/New_York"];

pub fn look(config: &Config, locale: Locale) -> Vec<Finding> {
    let mut found = vec![room(config, locale)];
    found.extend(permissions(config));
    found.push(address(config));
    found.push(zones());
    found
}

fn room(config: &Config, locale: Locale) -> Finding {
    let Some(free) = disk::free(&config.data) else {
        return Finding::warning("disk", "doctor-disk-unknown").with("folder", shown(&config.data));
    };
    let finding = if free < TOO_LITTLE {
        Finding::failed("disk", "doctor-disk-full")
    } else if free < LITTLE {
        Finding::warning("disk", "doctor-disk-low")
    } else {
        Finding::ok("disk", "doctor-disk-ok")
    };
    finding
        .with("free", format_size(free, locale))
        .with("folder", shown(&config.data))
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}

/// The database holds signing keys and the words of everybody.
fn permissions(config: &Config) -> Vec<Finding> {
    let mut places = vec![config.data.clone(), config.files_folder()];
    if let DatabaseUrl::Sqlite(path) = &config.database {
        places.push(path.clone());
    }
    let mut found = Vec::new();
    for place in places {
        let Ok(known) = std::fs::metadata(&place) else {
            continue;
        };
        let mode = known.permissions().mode() & 0o777;
        if mode & 0o077 != 0 {
            found.push(
                Finding::warning("permissions", "doctor-permissions-open")
                    .with("path", shown(&place))
                    .with("mode", format!("{mode:o}")),
            );
        }
    }
    if found.is_empty() {
        found.push(Finding::ok("permissions", "doctor-permissions-ok"));
    }
    found
}

fn address(config: &Config) -> Finding {
    let host = config.base_url.split("://").nth(1).unwrap_or_default();
    let is_here = ["127.0.0.1", "localhost", "[::1]", "0.0.0.0"]
        .iter()
        .any(|name| host.starts_with(name));
    let finding = if is_here {
        Finding::warning("base_url", "doctor-address-local")
    } else if config.base_url.starts_with("https://") {
        Finding::ok("base_url", "doctor-address-ok")
    } else {
        Finding::warning("base_url", "doctor-address-plain")
    };
    finding.with("address", config.base_url.as_str())
}

fn zones() -> Finding {
    let unknown = ZONES.iter().find(|name| jiff::tz::TimeZone::get(name).is_err());
    match unknown {
        None => Finding::ok("time_zones", "doctor-zones-ok"),
        Some(zone) => Finding::failed("time_zones", "doctor-zones-missing").with("zone", *zone),
    }
}
