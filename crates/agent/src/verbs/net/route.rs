//! Which way packets to a host take: the route of this device, the address it sends from, and the hops after it.

use std::net::{IpAddr, SocketAddr, UdpSocket};

use serde_json::json;

use super::{icmp, milliseconds, resolve};
use crate::executing::{Surroundings, Teller};
use crate::inventory::{Route, routes};
use crate::verbs::failure::{Answer, done};

/// Most hops that are asked for.
const HOPS_MOST: u8 = 30;

/// Tells the way to a host.
pub async fn check(host: &str, teller: &Teller, here: &Surroundings) -> Answer {
    let target = resolve(host).await?[0];
    let routes = routes(&super::super::place(here));
    let source = source(target);
    // What is this device's own never leaves it, whatever the table of routes says.
    let is_own = target.is_loopback() || source == Some(target);
    let route = choose(&routes, target).filter(|_| !is_own);
    if is_own {
        teller.out(format!("{target} is this device itself\n")).await;
    } else if let Some(route) = route {
        let by = if route.gateway.is_empty() {
            "directly"
        } else {
            route.gateway.as_str()
        };
        teller
            .out(format!("{target} by {} over {by}\n", route.interface))
            .await;
    } else {
        teller.out(format!("{target}: no route\n")).await;
    }
    let asking = teller.clone();
    let hops =
        super::super::blocking(move || icmp::trace(target, HOPS_MOST, &|| asking.is_cancelled())).await?;
    if hops.is_none() {
        teller
            .note("this agent may not listen for hops: only the device's own route is known")
            .await;
    }
    let mut rows = Vec::new();
    for (number, from, time) in hops.into_iter().flatten() {
        let who = from.map_or_else(|| "*".to_owned(), |from| from.to_string());
        let took = time.map(milliseconds);
        let shown = took.map(|took| format!(" {took} ms")).unwrap_or_default();
        teller.out(format!("{number:>2}  {who}{shown}\n")).await;
        rows.push(
            json!({ "hop": number, "address": from.map(|from| from.to_string()), "milliseconds": took }),
        );
    }
    done(json!({
        "host": host,
        "address": target.to_string(),
        "interface": route.map(|route| route.interface.as_str()),
        "gateway": route.map(|route| route.gateway.as_str()),
        "source": source.map(|source| source.to_string()),
        "reached": rows.last().is_some_and(|row| row["address"] == target.to_string()),
        "hops": rows,
    }))
}

/// The address that packets to this target leave from. Nothing is sent.
#[must_use]
pub fn source(target: IpAddr) -> Option<IpAddr> {
    let any = if target.is_ipv4() { "0.0.0.0:0" } else { "[::]:0" };
    let socket = UdpSocket::bind(any).ok()?;
    socket.connect(SocketAddr::new(target, 9)).ok()?;
    Some(socket.local_addr().ok()?.ip())
}

/// The narrowest route that fits, and of equal ones the cheapest.
fn choose(routes: &[Route], target: IpAddr) -> Option<&Route> {
    let fitting = routes
        .iter()
        .filter_map(|route| Some((fits(&route.network, target)?, route)));
    fitting
        .max_by_key(|(bits, route)| (*bits, std::cmp::Reverse(route.metric)))
        .map(|(_, route)| route)
}

/// How many bits of the network fit, when all do.
fn fits(network: &str, target: IpAddr) -> Option<u32> {
    let (address, bits) = network.split_once('/')?;
    let bits: u32 = bits.parse().ok()?;
    let same = match (address.parse().ok()?, target) {
        (IpAddr::V4(one), IpAddr::V4(two)) => {
            bits <= 32
                && (u32::from(one) ^ u32::from(two))
                    .checked_shr(32 - bits)
                    .unwrap_or(0)
                    == 0
        }
        (IpAddr::V6(one), IpAddr::V6(two)) => {
            bits <= 128
                && (u128::from(one) ^ u128::from(two))
                    .checked_shr(128 - bits)
                    .unwrap_or(0)
                    == 0
        }
        _ => false,
    };
    same.then_some(bits)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn route(network: &str, interface: &str, metric: u32) -> Route {
        Route {
            network: network.to_owned(),
            gateway: String::new(),
            interface: interface.to_owned(),
            metric,
        }
    }

    #[tokio::test]
    async fn packets_to_the_device_itself_take_no_gateway() {
        let (teller, _told) = Teller::aside("route");
        let outcome = check("127.0.0.1", &teller, &Surroundings::new("/"))
            .await
            .unwrap();
        let protocol::message::Outcome::Done { summary, .. } = outcome else {
            panic!("{outcome:?}")
        };
        assert_eq!(summary["gateway"], serde_json::Value::Null);
        assert_eq!(summary["source"], "127.0.0.1");
    }

    #[test]
    fn the_narrowest_and_then_the_cheapest_route_is_taken() {
        let routes = [
            route("0.0.0.0/0", "dear", 200),
            route("0.0.0.0/0", "cheap", 100),
            route("10.0.0.0/8", "vpn", 50),
            route("10.1.0.0/16", "lan", 50),
            route("fd00::/8", "six", 1),
        ];
        let chosen =
            |target: &str| choose(&routes, target.parse().unwrap()).map(|route| route.interface.as_str());
        assert_eq!(chosen("8.8.8.8"), Some("cheap"));
        assert_eq!(chosen("10.2.0.1"), Some("vpn"));
        assert_eq!(chosen("10.1.0.1"), Some("lan"));
        assert_eq!(chosen("fd00::1"), Some("six"));
        assert_eq!(chosen("2001:db8::1"), None);
    }
}
