//! Printers that CUPS knows, and virtual machines and containers that live here.

use std::time::Duration;

use protocol::inventory::Item;

use super::item::{Filling, item};
use super::place::Place;

/// Printers of the print server's own list, or by `lpstat` where that cannot be read.
#[must_use]
pub fn printers(place: &Place) -> Vec<Item> {
    if let Some(text) = place.text("etc/cups/printers.conf", 1024 * 1024) {
        return of_configuration(&text);
    }
    place
        .program("lpstat", &["-v"], Duration::from_secs(10))
        .map(|text| of_lpstat(&text))
        .unwrap_or_default()
}

fn of_configuration(text: &str) -> Vec<Item> {
    let mut items = Vec::new();
    let mut open: Option<Filling> = None;
    for line in text.lines().map(str::trim) {
        if line.starts_with("</") {
            items.extend(open.take().map(Filling::done));
        } else if let Some(rest) = line
            .strip_prefix("<Printer ")
            .or_else(|| line.strip_prefix("<DefaultPrinter "))
        {
            open = Some(
                item(rest.trim_end_matches('>'))
                    .bool("default", line.starts_with("<Default").then_some(true)),
            );
        } else if let Some((name, value)) = line.split_once(' ') {
            open = open.map(|printer| match name {
                "Info" => printer.text("description", value),
                "Location" => printer.text("location", value),
                "MakeModel" => printer.text("model", value),
                "DeviceURI" => printer.text("address", without_password(value)),
                "State" => printer.text("state", value),
                _ => printer,
            });
        }
    }
    items
}

fn of_lpstat(text: &str) -> Vec<Item> {
    text.lines()
        .filter_map(|line| line.strip_prefix("device for ")?.split_once(": "))
        .map(|(name, address)| item(name).text("address", without_password(address)).done())
        .collect()
}

/// `smb://user:secret@server/queue` without what is secret in it.
fn without_password(address: &str) -> String {
    match (address.split_once("://"), address.rsplit_once('@')) {
        (Some((scheme, _)), Some((_, rest))) => format!("{scheme}://{rest}"),
        _ => address.to_owned(),
    }
}

/// Virtual machines of libvirt and containers of LXC, by their definitions.
#[must_use]
pub fn machines(place: &Place) -> Vec<Item> {
    let mut items = Vec::new();
    for name in place.names("etc/libvirt/qemu") {
        if let Some(name) = name.strip_suffix(".xml") {
            let running = place.has(&format!("run/libvirt/qemu/{name}.pid"));
            items.push(
                item(format!("libvirt {name}"))
                    .text("name", name)
                    .text("kind", "libvirt")
                    .bool("running", running)
                    .done(),
            );
        }
    }
    for name in place.names("var/lib/lxc") {
        if place.has(&format!("var/lib/lxc/{name}/config")) {
            items.push(
                item(format!("lxc {name}"))
                    .text("name", name)
                    .text("kind", "lxc")
                    .done(),
            );
        }
    }
    if place.has("run/docker.sock") || place.has("run/podman/podman.sock") {
        let form = "{{.Names}}\t{{.Image}}\t{{.State}}";
        for program in ["docker", "podman"] {
            let Some(text) = place.program(program, &["ps", "-a", "--format", form], Duration::from_secs(10))
            else {
                continue;
            };
            items.extend(containers(program, &text));
            break;
        }
    }
    items
}

fn containers(kind: &str, text: &str) -> Vec<Item> {
    text.lines()
        .filter_map(|line| {
            let fields: Vec<&str> = line.split('\t').collect();
            let [name, image, state] = fields[..] else {
                return None;
            };
            let made = item(format!("{kind} {name}"))
                .text("name", name)
                .text("kind", kind)
                .text("image", image);
            Some(made.bool("running", state == "running").done())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn printers_are_listed_without_their_passwords() {
        let text = "<DefaultPrinter Office>\nInfo Second floor\nDeviceURI smb://anna:secret@print/office\n</DefaultPrinter>\n<Printer Lab>\nMakeModel HP LaserJet\nDeviceURI ipp://10.0.0.9/ipp\n</Printer>\n";
        let items = of_configuration(text);
        let keys: Vec<&str> = items.iter().map(|item| item.key.as_str()).collect();
        assert_eq!(keys, ["Office", "Lab"]);
        assert!(!format!("{items:?}").contains("secret"));
    }
}
