//! From the inventory of a device to the patches that it reports.
//!
//! What a device reports is compared with what is kept of it, and only the difference is written, in one transaction together with the
//! counts. So it may come twice, late, or for no reason, and changes nothing then.

use std::collections::BTreeMap;

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::Result;
use protocol::inventory::{Item, Section, Value};
use protocol::verb::PackageWanted;

use super::store::{self, Reported};
use super::{Patch, PatchId, State, ruling};
use crate::device::{self, DeviceId, clean};
use crate::inventory;

/// Updates of one device that count; a machine that was switched off for a year has some hundreds.
pub const UPDATES_MOST: usize = 2_000;
/// Letters of the version that is installed.
const INSTALLED_MOST: usize = 128;
/// The package manager whose packages can be rolled out.
const APT: &str = "apt";

/// A package and the version that is offered.
type Key = (String, String);

/// What a device says of an update.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Offered {
    /// The version that it has; empty when the update would bring the package anew.
    installed: String,
    is_security: bool,
}

/// Brings what is kept of a device into line with what it reports. A device that is not in use, or waits to be admitted, reports nothing.
///
/// # Errors
/// The database's.
pub fn sync(tx: &mut Tx<'_>, cx: &Cx, id: DeviceId) -> Result<()> {
    tx.lock("fleet.patches_of", id)?;
    let is_admitted =
        device::store::find(tx, id)?.is_some_and(|device| device.state == device::State::Admitted);
    let mut offered = if is_admitted {
        offered(&inventory::items(tx, id, Section::Updates)?)
    } else {
        BTreeMap::new()
    };
    let (mut gone, mut raised) = (Vec::new(), Vec::new());
    for held in store::of_device(tx, id)? {
        match offered.remove(&(held.name, held.version)) {
            None => gone.push(held.patch),
            Some(now) => {
                if now.installed != held.installed {
                    store::set_installed(tx, held.patch, id, &now.installed)?;
                }
                if now.is_security && !held.is_security {
                    raised.push(held.patch);
                }
            }
        }
    }
    store::take_away(tx, id, &gone, cx.now())?;
    let mut changed = add(tx, cx, id, offered, &mut raised)?;
    store::raise(tx, &raised)?;
    changed.extend(raised);
    ruling::decide(tx, cx, &changed)
}

/// Writes what a device reports that it did not report before. Answers the patches that nobody had seen yet; those that turned out to
/// close a hole are added to `raised`.
fn add(
    tx: &mut Tx<'_>,
    cx: &Cx,
    id: DeviceId,
    offered: BTreeMap<Key, Offered>,
    raised: &mut Vec<PatchId>,
) -> Result<Vec<PatchId>> {
    let wanted: Vec<(&str, &str)> = offered
        .keys()
        .map(|(name, version)| (name.as_str(), version.as_str()))
        .collect();
    let known: BTreeMap<Key, (PatchId, bool)> = store::known(tx, &wanted)?
        .into_iter()
        .map(|one| ((one.name, one.version), (one.id, one.is_security)))
        .collect();
    let (mut fresh, mut reported) = (Vec::new(), Vec::with_capacity(offered.len()));
    for (key, one) in offered {
        let patch = match known.get(&key) {
            Some((patch, was_security)) => {
                if one.is_security && !was_security {
                    raised.push(*patch);
                }
                *patch
            }
            None => {
                let patch = first_seen(cx, key, one.is_security);
                let id = patch.id;
                fresh.push(patch);
                id
            }
        };
        reported.push(Reported {
            patch,
            installed: one.installed,
        });
    }
    store::insert(tx, &fresh)?;
    store::add(tx, id, &reported)?;
    Ok(fresh.into_iter().map(|patch| patch.id).collect())
}

fn first_seen(cx: &Cx, (name, version): Key, is_security: bool) -> Patch {
    Patch {
        id: cx.new_id(),
        name,
        version,
        is_security,
        first_seen_at: cx.now(),
        state: State::Waiting,
        decided_by: None,
        decided_name: String::new(),
        decided_at: None,
        rule: None,
        note: String::new(),
        devices: 0,
        gone_at: None,
    }
}

/// The updates of a section that can be rolled out, each once. A name or a version that no package can have is passed over: it would
/// come back as a line of a form and as a filter.
fn offered(items: &[Item]) -> BTreeMap<Key, Offered> {
    let mut offered: BTreeMap<Key, Offered> = BTreeMap::new();
    for item in items {
        let text = |name: &str| item.values.get(name).and_then(Value::text).unwrap_or_default();
        let wanted = PackageWanted {
            name: text("name").to_owned(),
            version: text("version").to_owned(),
        };
        if text("source") != APT || !wanted.is_well_formed() {
            continue;
        }
        let is_security = item.values.get("security") == Some(&Value::Bool(true));
        let key = (wanted.name, wanted.version);
        if let Some(twin) = offered.get_mut(&key) {
            twin.is_security |= is_security;
        } else if offered.len() < UPDATES_MOST {
            let installed = clean(text("installed"), INSTALLED_MOST);
            offered.insert(
                key,
                Offered {
                    installed,
                    is_security,
                },
            );
        }
    }
    offered
}

#[cfg(test)]
mod tests {
    use super::*;

    fn update(name: &str, version: &str) -> Item {
        Item::new(format!("{name}:amd64"))
            .with("name", name)
            .with("version", version)
            .with("source", APT)
    }

    #[test]
    fn only_what_can_be_rolled_out_counts() {
        let items = [
            update("openssl", "3.0.17-1~deb12u2").with("installed", "3.0.16-1"),
            update("libssl3:i386", "3.0.17-1~deb12u2").with("security", true),
            update("kernel", "5.14").with("source", "dnf"),
            update("no-source", "1").with("source", ""),
            update("Upper Case", "1"),
            update("curl, owner:me", "1"),
            update("curl", "1 2"),
            update("curl", ""),
        ];
        let offered = offered(&items);
        let names: Vec<&str> = offered.keys().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["libssl3:i386", "openssl"]);
        let openssl = &offered[&("openssl".to_owned(), "3.0.17-1~deb12u2".to_owned())];
        assert_eq!(
            (openssl.installed.as_str(), openssl.is_security),
            ("3.0.16-1", false)
        );
    }

    #[test]
    fn an_update_that_is_said_twice_counts_once_and_closes_a_hole_if_one_says_so() {
        let twice = [
            update("curl", "8.5"),
            update("curl", "8.5").with("security", true),
        ];
        let offered = offered(&twice);
        assert_eq!(offered.len(), 1);
        assert!(offered.values().all(|one| one.is_security));
    }

    #[test]
    fn a_device_that_says_too_much_is_cut_short() {
        let items: Vec<Item> = (0..UPDATES_MOST + 5)
            .map(|number| update(&format!("pack-{number}"), "1"))
            .collect();
        assert_eq!(offered(&items).len(), UPDATES_MOST);
    }
}
