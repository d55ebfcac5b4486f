//! Interfaces with their addresses, routes, and name servers.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, Ipv6Addr};

use protocol::inventory::Item;

use super::item::item;
use super::place::Place;

/// A way out of the machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// `0.0.0.0/0`, `10.1.0.0/16`.
    pub network: String,
    /// The next hop; empty where the network is at hand.
    pub gateway: String,
    /// The interface.
    pub interface: String,
    /// Smaller goes first.
    pub metric: u32,
}

impl Route {
    /// Whether everything without a better way goes here.
    #[must_use]
    pub fn is_default(&self) -> bool {
        self.network.ends_with("/0")
    }
}

/// The section.
#[must_use]
pub fn network(place: &Place) -> Vec<Item> {
    let mut items = interfaces(place);
    for route in routes(place) {
        let to = if route.is_default() {
            "default"
        } else {
            route.network.as_str()
        };
        items.push(
            item(format!("route {} {}", route.network, route.interface))
                .text("to", to)
                .text("gateway", route.gateway)
                .text("interface", route.interface)
                .number("metric", i64::from(route.metric))
                .done(),
        );
    }
    let servers = name_servers(place);
    if !servers.is_empty() {
        items.push(item("dns").text("servers", servers.join(" ")).done());
    }
    items
}

fn interfaces(place: &Place) -> Vec<Item> {
    let addresses = addresses(place);
    let mut items = Vec::new();
    for name in place.names("sys/class/net") {
        // What containers come and go with would fill the history.
        if name == "lo" || name.starts_with("veth") {
            continue;
        }
        let value = |field: &str| place.line(&format!("sys/class/net/{name}/{field}"));
        let number = |field: &str| value(field).and_then(|text| text.parse::<i64>().ok());
        let driver = std::fs::read_link(place.path(&format!("sys/class/net/{name}/device/driver"))).ok();
        let driver = driver.and_then(|path| Some(path.file_name()?.to_str()?.to_owned()));
        let kind = if place.has(&format!("sys/class/net/{name}/wireless")) {
            "wireless"
        } else if place.has(&format!("sys/class/net/{name}/bridge")) {
            "bridge"
        } else if place.has(&format!("sys/class/net/{name}/bonding")) {
            "bond"
        } else if place.has(&format!("sys/class/net/{name}/device")) {
            "wired"
        } else {
            "virtual"
        };
        items.push(
            item(name.as_str())
                .text("kind", kind)
                .text("mac", value("address"))
                .text("state", value("operstate"))
                .number("mtu", number("mtu"))
                .number("megabits", number("speed").filter(|speed| *speed > 0))
                .text("duplex", value("duplex").filter(|duplex| duplex != "unknown"))
                .text("driver", driver)
                .text("addresses", addresses.get(&name).map(|list| list.join(" ")))
                .done(),
        );
    }
    items
}

/// The addresses of each interface, without those that the system makes up for a while (link-local of IPv6).
#[must_use]
pub fn addresses(place: &Place) -> BTreeMap<String, Vec<String>> {
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    if !place.is_machine() {
        return found;
    }
    let Ok(networks) = sysinfo::Networks::new_with_refreshed_list() else {
        return found;
    };
    for (name, network) in networks.iter() {
        let mut list: Vec<String> = network
            .ip_networks()
            .iter()
            .filter(|network| match network.addr {
                std::net::IpAddr::V6(address) => address.segments()[0] & 0xffc0 != 0xfe80,
                std::net::IpAddr::V4(_) => true,
            })
            .map(|network| format!("{}/{}", network.addr, network.prefix))
            .collect();
        list.sort();
        found.insert(name.to_string_lossy().into_owned(), list);
    }
    found
}

/// The kernel's main routes of both families.
#[must_use]
pub fn routes(place: &Place) -> Vec<Route> {
    let mut routes: Vec<Route> = Vec::new();
    place.each_line("proc/net/route", |line| routes.extend(route4(line)));
    place.each_line("proc/net/ipv6_route", |line| routes.extend(route6(line)));
    routes.sort_by(|one, other| {
        (&one.network, one.metric, &one.interface).cmp(&(&other.network, other.metric, &other.interface))
    });
    routes.dedup();
    routes.truncate(2_000);
    routes
}

fn route4(line: &str) -> Option<Route> {
    let fields: Vec<&str> = line.split_whitespace().collect();
    let [interface, to, gateway, flags, _, _, metric, mask, ..] = fields[..] else {
        return None;
    };
    let word = |text: &str| {
        u32::from_str_radix(text, 16)
            .ok()
            .map(|word| Ipv4Addr::from(word.to_ne_bytes()))
    };
    if u32::from_str_radix(flags, 16).ok()? & 1 == 0 {
        return None;
    }
    let gateway = word(gateway)?;
    Some(Route {
        network: format!("{}/{}", word(to)?, u32::from(word(mask)?).count_ones()),
        gateway: if gateway.is_unspecified() {
            String::new()
        } else {
            gateway.to_string()
        },
        interface: interface.to_owned(),
        metric: metric.parse().ok()?,
    })
}

fn route6(line: &str) -> Option<Route> {
    let fields: Vec<&str> = line.split_whitespace().collect();
    let [to, bits, _, _, gateway, metric, _, _, flags, interface] = fields[..] else {
        return None;
    };
    let address = |text: &str| u128::from_str_radix(text, 16).ok().map(Ipv6Addr::from);
    let to = address(to)?;
    let flags = u32::from_str_radix(flags, 16).ok()?;
    // Up, and neither rejecting, nor an address of our own, nor one made of a neighbour's.
    if flags & 1 == 0 || flags & 0x200 != 0 || flags & 0x8000_0000 != 0 || interface == "lo" {
        return None;
    }
    if to.is_multicast() || to.segments()[0] & 0xffc0 == 0xfe80 {
        return None;
    }
    let gateway = address(gateway)?;
    Some(Route {
        network: format!("{to}/{}", u8::from_str_radix(bits, 16).ok()?),
        gateway: if gateway.is_unspecified() {
            String::new()
        } else {
            gateway.to_string()
        },
        interface: interface.to_owned(),
        metric: u32::from_str_radix(metric, 16).ok()?,
    })
}

/// The name servers that programs of this machine ask. Behind the local stub of systemd the true ones are named.
#[must_use]
pub fn name_servers(place: &Place) -> Vec<String> {
    let read = |path: &str| -> Vec<String> {
        let text = place.text(path, 64 * 1024).unwrap_or_default();
        let servers = text
            .lines()
            .filter_map(|line| line.trim().strip_prefix("nameserver"));
        servers
            .filter_map(|rest| rest.split_whitespace().next())
            .map(str::to_owned)
            .take(8)
            .collect()
    };
    let servers = read("etc/resolv.conf");
    if servers == ["127.0.0.53"] {
        let real = read("run/systemd/resolve/resolv.conf");
        if !real.is_empty() {
            return real;
        }
    }
    servers
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn routes_of_both_families_are_read() {
        let default = route4("eth0\t00000000\t0100A8C0\t0003\t0\t0\t100\t00000000\t0\t0\t0").unwrap();
        assert!(default.is_default());
        assert_eq!((default.gateway.as_str(), default.metric), ("192.168.0.1", 100));
        let near = route4("eth0 0000A8C0 00000000 0001 0 0 0 00FFFFFF 0 0 0").unwrap();
        assert_eq!(
            (near.network.as_str(), near.gateway.as_str()),
            ("192.168.0.0/24", "")
        );
        let six = "00000000000000000000000000000000 00 00000000000000000000000000000000 00 fd000000000000000000000000000001 00000400 00000003 00000000 00000003     eth0";
        assert_eq!(route6(six).unwrap().gateway, "fd00::1");
        assert!(route4("Iface Destination Gateway Flags RefCnt Use Metric Mask MTU").is_none());
    }
}
