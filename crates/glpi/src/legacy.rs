//! The XML of OCS and FusionInventory told as the native JSON tells it, so that there is one mapping for both.
//!
//! The older format names some things otherwise (`MACADDR`, `INSTALLDATE`), wraps lists twice (`PORTS/PORT`), and keeps what
//! SNMP says of a device inside `DEVICE`. Values stay text here; the mapping knows which are numbers.

use serde_json::{Map, Value};

/// Names in lists that changed.
const RENAMED: &[(&str, &str, &str)] = &[
    ("networks", "macaddr", "mac"),
    ("softwares", "installdate", "install_date"),
    ("storages", "serialnumber", "serial"),
    ("cpus", "type", "name"),
    ("virtualmachines", "vmid", "uuid"),
];

/// Sections that changed their name.
const MOVED: &[(&str, &str)] = &[
    ("user", "users"),
    ("firewall", "firewalls"),
    ("processors", "cpus"),
    ("video", "videos"),
];

/// A request as native messages: one for each device it tells of, and one without content when it tells of none.
pub fn native(request: Value) -> Vec<Value> {
    let Value::Object(mut request) = request else {
        return Vec::new();
    };
    let query = text(request.remove("query").as_ref()).to_ascii_lowercase();
    let mut content = match request.remove("content") {
        Some(Value::Object(content)) => content,
        _ => Map::new(),
    };
    let devices = list(content.remove("device"));
    let action = match query.as_str() {
        "" if !devices.is_empty() => "netinventory".to_owned(),
        "" => "inventory".to_owned(),
        "snmp" | "snmpquery" => "netinventory".to_owned(),
        _ => query,
    };
    request.insert("action".to_owned(), Value::String(action.clone()));
    if let Some(tag) = tag(content.remove("accountinfo")) {
        request.insert("tag".to_owned(), Value::String(tag));
    }
    if !devices.is_empty() {
        let told = devices.into_iter().filter_map(|device| match device {
            Value::Object(device) => Some(of_device(device, action == "netdiscovery")),
            _ => None,
        });
        return told.map(|content| message(&request, content)).collect();
    }
    vec![message(&request, of_computer(content))]
}

fn message(request: &Map<String, Value>, content: Map<String, Value>) -> Value {
    let mut message = request.clone();
    if !content.is_empty() {
        message.insert("content".to_owned(), Value::Object(content));
    }
    Value::Object(message)
}

fn of_computer(mut content: Map<String, Value>) -> Map<String, Value> {
    for (from, to) in MOVED {
        if let Some(value) = content.remove(*from) {
            content.entry((*to).to_owned()).or_insert(value);
        }
    }
    for (section, from, to) in RENAMED {
        let Some(value) = content.remove(*section) else {
            continue;
        };
        let items = list(Some(value)).into_iter().map(|item| renamed(item, from, to));
        content.insert((*section).to_owned(), items.collect());
    }
    let hardware = content.get("hardware").cloned();
    if !content.contains_key("operatingsystem")
        && let Some(Value::Object(hardware)) = hardware
    {
        let mut system = Map::new();
        for (from, to) in [("osname", "name"), ("osversion", "version"), ("archname", "arch")] {
            if let Some(value) = hardware.get(from) {
                system.insert(to.to_owned(), value.clone());
            }
        }
        if !system.is_empty() {
            content.insert("operatingsystem".to_owned(), Value::Object(system));
        }
    }
    content
}

/// What SNMP said of a device. A discovery says it beside the device's other words, a query inside `INFO`.
fn of_device(mut device: Map<String, Value>, is_discovery: bool) -> Map<String, Value> {
    let mut content = Map::new();
    let mut info = match device.remove("info") {
        Some(Value::Object(info)) => info,
        _ if is_discovery => std::mem::take(&mut device),
        _ => Map::new(),
    };
    for (from, to) in [
        ("comments", "description"),
        ("snmphostname", "name"),
        ("dnshostname", "name"),
        ("netbiosname", "name"),
    ] {
        if let Some(value) = info.remove(from) {
            info.entry(to.to_owned()).or_insert(value);
        }
    }
    let mut addresses = unwrapped(info.remove("ips"), "ip");
    if addresses.is_empty() {
        addresses.extend(info.remove("ip"));
    }
    if !addresses.is_empty() {
        info.insert("ips".to_owned(), Value::Array(addresses));
    }
    if !info.is_empty() {
        content.insert("network_device".to_owned(), Value::Object(info));
    }
    let ports: Vec<Value> = unwrapped(device.remove("ports"), "port")
        .into_iter()
        .map(port)
        .collect();
    if !ports.is_empty() {
        content.insert("network_ports".to_owned(), Value::Array(ports));
    }
    let components = unwrapped(device.remove("components"), "component");
    if !components.is_empty() {
        content.insert("network_components".to_owned(), Value::Array(components));
    }
    content.extend(device);
    content
}

fn port(port: Value) -> Value {
    let Value::Object(mut port) = port else {
        return port;
    };
    for (outer, inner) in [
        ("ips", "ip"),
        ("vlans", "vlan"),
        ("aggregate", "port"),
        ("connections", "connection"),
    ] {
        // The mark that connections were told by the neighbours themselves stands inside the list.
        if outer == "connections"
            && let Some(mark) = port
                .get("connections")
                .and_then(|inside| inside.get("cdp"))
                .cloned()
        {
            port.insert("lldp".to_owned(), mark);
        }
        let list = unwrapped(port.remove(outer), inner);
        if !list.is_empty() {
            port.insert(outer.to_owned(), Value::Array(list));
        }
    }
    Value::Object(port)
}

fn renamed(item: Value, from: &str, to: &str) -> Value {
    let Value::Object(mut item) = item else {
        return item;
    };
    if let Some(value) = item.remove(from) {
        item.entry(to.to_owned()).or_insert(value);
    }
    Value::Object(item)
}

fn unwrapped(outer: Option<Value>, inner: &str) -> Vec<Value> {
    match outer {
        Some(Value::Object(mut outer)) => list(outer.remove(inner)),
        _ => Vec::new(),
    }
}

/// One, several, or none.
pub(crate) fn list(value: Option<Value>) -> Vec<Value> {
    match value {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::Array(list)) => list,
        Some(single) => vec![single],
    }
}

fn tag(account: Option<Value>) -> Option<String> {
    list(account).iter().find_map(|entry| {
        let is_tag = text(entry.get("keyname")).eq_ignore_ascii_case("tag");
        let value = text(entry.get("keyvalue"));
        (is_tag && !value.is_empty()).then(|| value.to_owned())
    })
}

fn text(value: Option<&Value>) -> &str {
    value.and_then(Value::as_str).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_old_computer_is_told_in_the_new_words() {
        let request = json!({"query": "INVENTORY", "deviceid": "pc-1", "content": {
            "accountinfo": {"keyname": "TAG", "keyvalue": "lab"},
            "networks": {"macaddr": "aa:bb", "description": "eth0"},
            "softwares": [{"name": "bash", "installdate": "2020-01-01"}],
            "hardware": {"osname": "Debian", "name": "pc"},
            "user": {"login": "lin"}
        }});
        let told = native(request);
        assert_eq!(told.len(), 1);
        assert_eq!(told[0]["action"], "inventory");
        assert_eq!(told[0]["tag"], "lab");
        assert_eq!(
            told[0]["content"]["networks"],
            json!([{"mac": "aa:bb", "description": "eth0"}])
        );
        assert_eq!(told[0]["content"]["softwares"][0]["install_date"], "2020-01-01");
        assert_eq!(told[0]["content"]["operatingsystem"], json!({"name": "Debian"}));
        assert_eq!(told[0]["content"]["users"], json!({"login": "lin"}));
    }

    #[test]
    fn two_switches_in_one_request_are_two() {
        let request = json!({"query": "SNMPQUERY", "deviceid": "agent", "content": {"device": [
            {"info": {"name": "a", "ips": {"ip": ["10.0.0.1", "10.0.0.2"]}},
             "ports": {"port": [{"ifname": "1", "vlans": {"vlan": {"number": "7"}}}, {"ifname": "2"}]}},
            {"info": {"name": "b"}}
        ]}});
        let told = native(request);
        assert_eq!(told.len(), 2);
        assert_eq!(told[0]["action"], "netinventory");
        assert_eq!(
            told[0]["content"]["network_device"]["ips"],
            json!(["10.0.0.1", "10.0.0.2"])
        );
        assert_eq!(
            told[0]["content"]["network_ports"][0]["vlans"],
            json!([{"number": "7"}])
        );
        assert_eq!(told[1]["content"]["network_device"]["name"], "b");
    }
}
