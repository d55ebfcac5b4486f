//! Who a device is, by what agents and SNMP say of it.

use protocol::message::Identity;
use serde_json::{Map, Value};

use crate::Kind;
use crate::mapping::Thing;

/// What kind of device it is: as the message says, else as SNMP says, else a computer.
pub(crate) fn kind(item_type: &str, content: &Map<String, Value>, is_asked: bool) -> Kind {
    let device = Thing::at(content, "network_device");
    let by_snmp = device.and_then(|device| device.text("type")).unwrap_or_default();
    for word in [item_type, by_snmp.as_str()] {
        match word.to_lowercase().as_str() {
            "computer" => return Kind::Computer,
            "networkequipment" | "networking" => return Kind::NetworkEquipment,
            "printer" => return Kind::Printer,
            "phone" => return Kind::Phone,
            "unmanaged" | "" => {}
            _ => return Kind::Other,
        }
    }
    match is_asked {
        true => Kind::Other,
        false => Kind::Computer,
    }
}

/// Who it is. The id that an agent gives itself is no part of it: it is made anew with each installation.
pub(crate) fn identity(device_id: &str, content: &Map<String, Value>) -> Identity {
    let identity = match Thing::at(content, "network_device") {
        Some(device) => of_device(device, content),
        None => of_computer(device_id, content),
    };
    identity.cleaned()
}

fn of_computer(device_id: &str, content: &Map<String, Value>) -> Identity {
    let bios = Thing::at(content, "bios");
    let hardware = Thing::at(content, "hardware");
    let system = Thing::at(content, "operatingsystem");
    let of = |thing: Option<Thing<'_>>, names: &[&str]| {
        thing.and_then(|thing| thing.either(names)).unwrap_or_default()
    };
    let mut identity = Identity {
        host: of(hardware, &["name"]),
        serial: of(bios, &["ssn", "enclosureserial"]),
        uuid: of(hardware, &["uuid"]).to_lowercase(),
        macs: macs(content),
        vendor: of(bios, &["smanufacturer", "mmanufacturer", "bmanufacturer"]),
        model: of(bios, &["smodel", "mmodel"]),
        os: of(system, &["name", "full_name", "kernel_name"]),
        os_version: of(system, &["version"]),
        arch: of(system, &["arch"]),
        ..Identity::default()
    };
    if identity.host.is_empty() {
        identity.host = of(system, &["fqdn"]);
    }
    if identity.host.is_empty() {
        device_id.clone_into(&mut identity.host);
    }
    identity
}

fn of_device(device: Thing<'_>, content: &Map<String, Value>) -> Identity {
    let text = |name: &str| device.text(name).unwrap_or_default();
    let mut macs: Vec<String> = device
        .texts("mac")
        .iter()
        .filter_map(|mac| hardware_address(mac))
        .collect();
    if macs.is_empty() {
        macs = Thing::all(content, "network_ports")
            .into_iter()
            .filter_map(|port| hardware_address(&port.text("mac")?))
            .take(1)
            .collect();
    }
    let mut host = device.either(&["name", "model"]).unwrap_or_default();
    if host.is_empty() {
        host = device.texts("ips").into_iter().next().unwrap_or_default();
    }
    Identity {
        host,
        serial: text("serial"),
        macs,
        vendor: text("manufacturer"),
        model: text("model"),
        os_version: text("firmware"),
        ..Identity::default()
    }
}

/// The addresses of cards, not of bridges and tunnels, which many machines have alike.
fn macs(content: &Map<String, Value>) -> Vec<String> {
    let mut macs = Vec::new();
    for interface in Thing::all(content, "networks") {
        let is_virtual = interface.flag("virtualdev").unwrap_or(false);
        let kind = interface.text("type").unwrap_or_default().to_lowercase();
        if is_virtual || ["loopback", "bridge", "alias", "dialup"].contains(&kind.as_str()) {
            continue;
        }
        if let Some(mac) = interface.text("mac").as_deref().and_then(hardware_address)
            && !macs.contains(&mac)
        {
            macs.push(mac);
        }
    }
    macs
}

/// Six bytes, not all zero and not to everybody.
fn hardware_address(text: &str) -> Option<String> {
    let digits: String = text
        .chars()
        .filter(char::is_ascii_hexdigit)
        .collect::<String>()
        .to_lowercase();
    let said = text
        .chars()
        .all(|sign| sign.is_ascii_hexdigit() || [':', '-', '.'].contains(&sign));
    if !said || digits.len() != 12 || ["000000000000", "ffffffffffff"].contains(&digits.as_str()) {
        return None;
    }
    let pairs: Vec<&str> = (0..6).filter_map(|at| digits.get(at * 2..at * 2 + 2)).collect();
    Some(pairs.join(":"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn addresses_are_written_one_way() {
        assert_eq!(
            hardware_address("AA-BB-CC-00-11-22").as_deref(),
            Some("aa:bb:cc:00:11:22")
        );
        assert_eq!(
            hardware_address("b53d:dc:44:af:e9").as_deref(),
            Some("b5:3d:dc:44:af:e9")
        );
        assert_eq!(hardware_address("00:00:00:00:00:00"), None);
        assert_eq!(hardware_address("d5:c9:gh:81:cf:80"), None);
    }

    #[test]
    fn what_names_nothing_is_named_by_the_agent_s_id() {
        let bare = json!({"hardware": {"uuid": "ABC"}});
        let identity = identity("box-2020", bare.as_object().unwrap());
        assert_eq!(
            (identity.host.as_str(), identity.uuid.as_str()),
            ("box-2020", "abc")
        );
    }
}
