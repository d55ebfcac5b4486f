//! What is installed, who may use it, and the machines and databases inside.

use std::collections::BTreeMap;

use protocol::inventory::Item;
use serde_json::{Map, Value};

use super::filling::item;
use super::thing::Thing;

/// Installed packages. Several versions of a kernel stand side by side; then the version is in the key, as our own agent
/// does it. What depends on the package alone (its category, its description) is left out: another version of a foreign
/// agent says more or less about it, and every package would seem to change.
pub(super) fn packages(content: &Map<String, Value>) -> Vec<Item> {
    let packages = Thing::all(content, "softwares");
    let name_of = |package: Thing<'_>| {
        let name = package.either(&["name", "guid"])?;
        let user = package
            .either(&["username", "userid"])
            .filter(|_| package.text("from").as_deref() == Some("registry"));
        let inside = package
            .text("arch")
            .or_else(|| package.text("from"))
            .unwrap_or_default();
        Some(match user {
            Some(user) => format!("{name}:{inside}:{user}"),
            None => format!("{name}:{inside}"),
        })
    };
    let mut versions: BTreeMap<String, usize> = BTreeMap::new();
    for name in packages.iter().filter_map(|package| name_of(*package)) {
        *versions.entry(name).or_default() += 1;
    }
    let read = |package: Thing<'_>| {
        let name = name_of(package)?;
        let version = package.text("version");
        let key = match (&version, versions.get(&name)) {
            (Some(version), Some(2..)) => format!("{name}:{version}"),
            _ => name,
        };
        let source = package.text("from").map(|from| match from.as_str() {
            "deb" => "dpkg".to_owned(),
            _ => from,
        });
        Some(
            item(key)
                .text("name", package.either(&["name", "guid"]))
                .text("version", version)
                .text("architecture", package.text("arch"))
                .text("source", source)
                .text("publisher", package.text("publisher"))
                .text("installed", package.text("install_date"))
                .text("user", package.either(&["username", "userid"]))
                .number("kilobytes", package.number("filesize").map(|bytes| bytes / 1024))
                .done(),
        )
    };
    packages.into_iter().filter_map(read).collect()
}

/// The accounts on the machine.
pub(super) fn users(content: &Map<String, Value>) -> Vec<Item> {
    let mut groups: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for group in Thing::all(content, "local_groups") {
        let Some(name) = group.text("name") else { continue };
        for member in group.texts("members").into_iter().chain(group.texts("member")) {
            groups.entry(member).or_default().push(name.clone());
        }
    }
    let read = |user: Thing<'_>| {
        let login = user.either(&["login", "name", "id"])?;
        // The comment of an account holds rooms and telephones behind the name.
        let full_name = user
            .text("name")
            .and_then(|name| Some(name.split(',').next()?.to_owned()));
        let of = groups.get(&login).map(|groups| groups.join(" "));
        Some(
            item(login)
                .number("uid", user.number("id"))
                .text("full_name", full_name)
                .text("home", user.text("home"))
                .text("shell", user.text("shell"))
                .text("groups", of)
                .done(),
        )
    };
    Thing::all(content, "local_users")
        .into_iter()
        .filter_map(read)
        .collect()
}

/// Printers that the computer prints on.
pub(super) fn printers(content: &Map<String, Value>) -> Vec<Item> {
    let read = |printer: Thing<'_>| {
        Some(
            item(printer.text("name")?)
                .text("driver", printer.text("driver"))
                .text("description", printer.text("description"))
                .text("port", printer.text("port"))
                .text("serial", printer.text("serial"))
                .text("server", printer.text("servername"))
                .flag("network", printer.flag("network"))
                .flag("shared", printer.flag("shared"))
                .done(),
        )
    };
    Thing::all(content, "printers")
        .into_iter()
        .filter_map(read)
        .collect()
}

/// Virtual machines on this one.
pub(super) fn machines(content: &Map<String, Value>) -> Vec<Item> {
    let read = |machine: Thing<'_>| {
        Some(
            item(machine.either(&["name", "uuid"])?)
                .text("kind", machine.either(&["vmtype", "subsystem"]))
                .text("uuid", machine.text("uuid").map(|uuid| uuid.to_lowercase()))
                .text("state", machine.text("status"))
                .text("image", machine.text("image"))
                .text("owner", machine.text("owner"))
                .text("mac", machine.text("mac"))
                .number("processors", machine.number("vcpu"))
                .number("megabytes", machine.number("memory"))
                .done(),
        )
    };
    Thing::all(content, "virtualmachines")
        .into_iter()
        .filter_map(read)
        .collect()
}

/// Database servers, and the databases in them.
pub(super) fn databases(content: &Map<String, Value>) -> Vec<Item> {
    let mut items = Vec::new();
    for server in Thing::all(content, "databases_services") {
        let Some(name) = server.either(&["name", "type"]) else {
            continue;
        };
        let key = match server.text("port") {
            Some(port) => format!("{name}:{port}"),
            None => name,
        };
        items.push(
            item(key.as_str())
                .text("kind", server.text("type"))
                .text("version", server.text("version"))
                .text("vendor", server.text("manufacturer"))
                .text("path", server.text("path"))
                .number("port", server.number("port"))
                .flag("active", server.flag("is_active"))
                .text("last_backup", server.text("last_backup_date"))
                .done(),
        );
        for database in server.inside("databases") {
            let Some(name) = database.text("name") else {
                continue;
            };
            items.push(
                item(format!("{key} / {name}"))
                    .number("megabytes", database.number("size"))
                    .flag("active", database.flag("is_active"))
                    .text("created", database.text("creation_date"))
                    .text("last_backup", database.text("last_backup_date"))
                    .done(),
            );
        }
    }
    items
}
