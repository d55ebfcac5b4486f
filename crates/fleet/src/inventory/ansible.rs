//! The devices as a dynamic inventory of Ansible: the JSON that an inventory script prints for `--list` and `--host`
//! (<https://docs.ansible.com/ansible/latest/dev_guide/developing_inventory.html>).
//!
//! A host is a device in use, by its name; of several with one name, the later ones carry the end of their id. Groups are made of what
//! devices are: `kind_server`, `os_debian`, `team_网络组`, `place_berlin`, `online`.

use std::collections::{BTreeMap, BTreeSet};

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::id::TeamId;
use kernel::time::Timestamp;
use serde_json::{Map, Value, json};

use crate::device::{Device, State, listing, store};

/// Devices that are read at once.
const PAGE: i64 = 500;

/// All hosts with their groups and variables, of the devices that a typed filter finds (`kind:server os:debian`); of all when it is
/// empty.
///
/// # Errors
/// Forbidden without the right to see devices; a filter whose value means nothing.
pub fn list(tx: &mut Tx<'_>, cx: &Cx, query: &str) -> Result<Value> {
    let mut filter = listing::read(tx, cx, query)?;
    if let Some(unknown) = filter.unknown.first() {
        return Err(Error::invalid("fleet.filter_unknown")
            .field("query")
            .arg("filter", unknown.clone()));
    }
    filter.is_own = true;
    if filter.states.is_empty() {
        filter.states.push(State::Admitted);
    }
    let teams: BTreeMap<TeamId, String> = people::team::store::list(tx)?
        .into_iter()
        .map(|team| (team.id, team.name))
        .collect();
    let mut devices = Vec::new();
    let mut after = None;
    loop {
        let page = listing::list(tx, cx, &filter, after.as_ref(), PAGE)?;
        after = page.last().map(|last| (store::name_key(&last.name), last.id));
        let is_last = page.len() < usize::try_from(PAGE).unwrap_or_default();
        devices.extend(page);
        if is_last {
            return Ok(written(&devices, &teams, cx.now()));
        }
    }
}

/// The variables of one host; those of no host are none, as Ansible asks.
///
/// # Errors
/// As [`list`].
pub fn host(tx: &mut Tx<'_>, cx: &Cx, name: &str) -> Result<Value> {
    let mut all = list(tx, cx, "")?;
    Ok(all["_meta"]["hostvars"]
        .get_mut(name)
        .map_or_else(|| json!({}), Value::take))
}

/// Names that belong to one host each, in the order of the devices.
fn names(devices: &[Device]) -> Vec<String> {
    let mut taken = BTreeSet::new();
    let name = |device: &Device| {
        let plain: String = device
            .name
            .trim()
            .chars()
            .map(|letter| if is_of_names(letter) { letter } else { '-' })
            .collect();
        let id = device.id.to_string();
        let whole = if plain.is_empty() {
            id
        } else if taken.contains(&plain) {
            format!("{plain}-{}", id.get(id.len() - 8..).unwrap_or(&id))
        } else {
            plain
        };
        taken.insert(whole.clone());
        whole
    };
    devices.iter().map(name).collect()
}

/// Whether a letter may stand in a host's name: patterns of hosts give the others a meaning.
fn is_of_names(letter: char) -> bool {
    letter.is_alphanumeric() || matches!(letter, '.' | '-' | '_')
}

/// A name that a group may have: letters, digits, and underscores.
fn group(prefix: &str, value: &str) -> Option<String> {
    let value = value.trim().to_lowercase();
    let letters = value
        .chars()
        .map(|letter| if letter.is_alphanumeric() { letter } else { '_' });
    (!value.is_empty()).then(|| format!("{prefix}_{}", letters.collect::<String>()))
}

fn written(devices: &[Device], teams: &BTreeMap<TeamId, String>, now: Timestamp) -> Value {
    let mut groups: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut variables = Map::new();
    for (device, name) in devices.iter().zip(names(devices)) {
        let team = device.team.and_then(|team| teams.get(&team));
        let of = [
            group("kind", device.kind.as_str()),
            group("os", &device.os),
            group("place", &device.location),
            team.and_then(|team| group("team", team)),
            device.is_online(now).then(|| "online".to_owned()),
        ];
        for group in of.into_iter().flatten() {
            groups.entry(group).or_default().push(name.clone());
        }
        variables.insert(name, told(device, team, now));
    }
    let mut whole: Map<String, Value> = groups
        .into_iter()
        .map(|(group, hosts)| (group, json!({ "hosts": hosts })))
        .collect();
    let hosts: Vec<&String> = variables.keys().collect();
    whole.insert("mainstay".to_owned(), json!({ "hosts": hosts }));
    whole.insert("_meta".to_owned(), json!({ "hostvars": variables }));
    Value::Object(whole)
}

/// What is known of a device. Text of a device is marked unsafe, so that Ansible never reads it as a template.
fn told(device: &Device, team: Option<&String>, now: Timestamp) -> Value {
    let safe = |text: &str| json!({ "__ansible_unsafe": text });
    let mut known = Map::new();
    known.insert("mainstay_id".to_owned(), json!(device.id.to_string()));
    known.insert("mainstay_kind".to_owned(), json!(device.kind.as_str()));
    known.insert("mainstay_online".to_owned(), json!(device.is_online(now)));
    let address: Option<std::net::IpAddr> = device.address.parse().ok();
    if let Some(address) = address.filter(|address| !address.is_loopback()) {
        known.insert("ansible_host".to_owned(), json!(address.to_string()));
    }
    let texts = [
        ("mainstay_name", device.name.as_str()),
        ("mainstay_os", &device.os),
        ("mainstay_os_version", &device.os_version),
        ("mainstay_model", &device.model()),
        ("mainstay_serial", &device.identity.serial),
        ("mainstay_place", &device.location),
        ("mainstay_team", team.map_or("", String::as_str)),
    ];
    for (name, text) in texts.into_iter().filter(|(_, text)| !text.is_empty()) {
        known.insert(name.to_owned(), safe(text));
    }
    Value::Object(known)
}
