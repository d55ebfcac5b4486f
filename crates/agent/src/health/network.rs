//! Points about the network.

use std::net::IpAddr;
use std::time::{Duration, Instant};

use protocol::health::Verdict;
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::{Look, Seen, seen, unknown};
use crate::inventory::{Place, addresses, name_servers, routes};
use crate::verbs::net::{dns as asking, icmp, milliseconds};

pub(super) fn address(place: &Place) -> Seen {
    let all = addresses(place);
    if all.is_empty() {
        return unknown("no network card is known");
    }
    let mut found: Vec<String> = Vec::new();
    let mut made_up = false;
    for (name, list) in &all {
        if name == "lo" || name.starts_with("docker") || name.starts_with("br-") || name.starts_with("virbr")
        {
            continue;
        }
        for address in list {
            made_up |= address.starts_with("169.254.");
            found.push(format!("{name} {address}"));
        }
    }
    match (found.len(), made_up) {
        (0, _) => seen(Verdict::Fault, "0"),
        (count, true) => seen(Verdict::Warning, count.to_string()).with(found.join(", ")),
        (count, false) => seen(Verdict::Ok, count.to_string())
            .with(found.into_iter().take(8).collect::<Vec<_>>().join(", ")),
    }
}

pub(super) fn gateway(place: &Place) -> Seen {
    let default: Vec<_> = routes(place)
        .into_iter()
        .filter(|route| route.is_default() && !route.gateway.is_empty())
        .collect();
    let Some(route) = default.iter().min_by_key(|route| route.metric) else {
        return seen(Verdict::Warning, "none").with("there is no way out of this network");
    };
    let Ok(address) = route.gateway.parse::<IpAddr>() else {
        return unknown("the gateway's address cannot be read");
    };
    if place.is_machine() && icmp::answers(address) == Some(true) {
        return seen(Verdict::Ok, route.gateway.as_str());
    }
    // Many gateways do not answer echoes; one that answered for its address is there.
    let neighbours = place.text("proc/net/arp", 256 * 1024).unwrap_or_default();
    let is_neighbour = neighbours.lines().any(|line| {
        let fields: Vec<&str> = line.split_whitespace().collect();
        fields.first() == Some(&route.gateway.as_str()) && fields.get(2) == Some(&"0x2")
    });
    if is_neighbour {
        return seen(Verdict::Ok, route.gateway.as_str()).with("does not answer echoes, but is there");
    }
    seen(Verdict::Warning, route.gateway.as_str()).with("does not answer")
}

pub(super) async fn dns(look: &Look) -> Seen {
    let servers = name_servers(&look.place);
    if servers.is_empty() {
        return seen(Verdict::Warning, "0").with("no name server is set");
    }
    if !look.place.is_machine() {
        return unknown("not asked from here");
    }
    let mut silent = Vec::new();
    for server in servers.iter().take(4) {
        let answers = match server.parse() {
            Ok(address) => asking::is_answering(address).await,
            Err(_) => false,
        };
        if !answers {
            silent.push(server.as_str());
        }
    }
    let asked = servers.len().min(4);
    let value = format!("{} of {asked}", asked - silent.len());
    let detail = if silent.is_empty() {
        servers.join(", ")
    } else {
        format!("no answer from {}", silent.join(", "))
    };
    let verdict = match silent.len() {
        0 => Verdict::Ok,
        count if count == asked => Verdict::Fault,
        _ => Verdict::Warning,
    };
    seen(verdict, value).with(detail)
}

pub(super) async fn server(look: &Look) -> Seen {
    let Some((host, port)) = &look.server else {
        return unknown("this agent does not know its server's address");
    };
    let began = Instant::now();
    match timeout(
        Duration::from_secs(10),
        TcpStream::connect((host.as_str(), *port)),
    )
    .await
    {
        Ok(Ok(_)) => {
            let took = began.elapsed();
            let verdict = if took > Duration::from_secs(2) {
                Verdict::Notice
            } else {
                Verdict::Ok
            };
            seen(verdict, format!("{} ms", milliseconds(took))).with(format!("{host}:{port}"))
        }
        Ok(Err(error)) => seen(Verdict::Fault, "unreachable").with(format!("{host}:{port}: {error}")),
        Err(_) => seen(Verdict::Fault, "silent").with(format!("{host}:{port}")),
    }
}

pub(super) fn errors(place: &Place) -> Seen {
    let mut worst = (0, Vec::new());
    let mut cards = 0;
    for name in place
        .names("sys/class/net")
        .into_iter()
        .filter(|name| name != "lo")
    {
        let number = |field: &str| {
            place
                .number(&format!("sys/class/net/{name}/statistics/{field}"))
                .unwrap_or(0)
        };
        let packets = number("rx_packets") + number("tx_packets");
        let bad = number("rx_errors") + number("tx_errors") + number("collisions");
        cards += 1;
        // In hundred-thousandths, and never judged by a handful.
        let share = if bad < 20 {
            0
        } else {
            bad.saturating_mul(100_000) / packets.max(1)
        };
        if share > 0 {
            worst.1.push(format!("{name}: {bad} of {packets}"));
        }
        worst.0 = worst.0.max(share);
    }
    if cards == 0 {
        return unknown("no network card is known");
    }
    let verdict = match worst.0 {
        1_000.. => Verdict::Warning,
        10.. => Verdict::Notice,
        _ => Verdict::Ok,
    };
    seen(verdict, worst.1.len().to_string()).with(worst.1.join(", "))
}
