//! Listening ports from `/proc/net`, with the process that holds each.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use protocol::inventory::Item;

use super::item::item;
use super::place::Place;

/// Most processes whose open files are looked through.
const PROCESSES_MOST: usize = 5_000;
/// Most open files of one process that are looked at.
const FILES_MOST: usize = 20_000;

/// A socket that waits for others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listening {
    /// `tcp` or `udp`.
    pub protocol: &'static str,
    /// Where it listens.
    pub address: SocketAddr,
    /// The account it belongs to.
    pub uid: u32,
    /// Who holds it, where that could be seen.
    pub process: Option<(i32, String)>,
    inode: u64,
}

/// Every listening socket.
#[must_use]
pub fn listening(place: &Place) -> Vec<Listening> {
    let mut all = Vec::new();
    for (protocol, file) in [("tcp", "tcp"), ("tcp", "tcp6"), ("udp", "udp"), ("udp", "udp6")] {
        place.each_line(&format!("proc/net/{file}"), |line| {
            all.extend(row(protocol, line))
        });
    }
    let wanted: HashSet<u64> = all.iter().map(|socket| socket.inode).collect();
    let holders = holders(place, &wanted);
    for socket in &mut all {
        socket.process = holders.get(&socket.inode).cloned();
    }
    all
}

/// One row of the kernel's table, when it is a listening one: TCP in state 0A, UDP without a peer.
fn row(protocol: &'static str, line: &str) -> Option<Listening> {
    let fields: Vec<&str> = line.split_whitespace().collect();
    let (local, remote, state) = (fields.get(1)?, fields.get(2)?, fields.get(3)?);
    let waits = if protocol == "tcp" {
        *state == "0A"
    } else {
        remote.ends_with(":0000")
    };
    if !waits {
        return None;
    }
    Some(Listening {
        protocol,
        address: address(local)?,
        uid: fields.get(7)?.parse().ok()?,
        process: None,
        inode: fields.get(9)?.parse().ok()?,
    })
}

/// `0100007F:1F90`: the kernel prints each 32-bit word in the machine's own byte order.
fn address(text: &str) -> Option<SocketAddr> {
    let (host, port) = text.split_once(':')?;
    let port = u16::from_str_radix(port, 16).ok()?;
    if !host.is_ascii() {
        return None;
    }
    let mut bytes = Vec::with_capacity(16);
    for at in (0..host.len()).step_by(8) {
        bytes.extend(u32::from_str_radix(host.get(at..at + 8)?, 16).ok()?.to_ne_bytes());
    }
    let address = match bytes.len() {
        4 => IpAddr::V4(Ipv4Addr::from(<[u8; 4]>::try_from(bytes).ok()?)),
        16 => IpAddr::V6(Ipv6Addr::from(<[u8; 16]>::try_from(bytes).ok()?)),
        _ => return None,
    };
    Some(SocketAddr::new(address, port))
}

fn holders(place: &Place, wanted: &HashSet<u64>) -> HashMap<u64, (i32, String)> {
    let mut holders = HashMap::new();
    if wanted.is_empty() {
        return holders;
    }
    let pids = place
        .names("proc")
        .into_iter()
        .filter_map(|name| name.parse::<i32>().ok());
    for pid in pids.take(PROCESSES_MOST) {
        let Ok(files) = std::fs::read_dir(place.path(&format!("proc/{pid}/fd"))) else {
            continue;
        };
        for file in files.take(FILES_MOST).flatten() {
            let Ok(target) = std::fs::read_link(file.path()) else {
                continue;
            };
            let inode = target
                .to_str()
                .and_then(|target| target.strip_prefix("socket:["))
                .and_then(|rest| rest.strip_suffix(']'))
                .and_then(|inode| inode.parse::<u64>().ok());
            if let Some(inode) = inode.filter(|inode| wanted.contains(inode)) {
                let name = place.line(&format!("proc/{pid}/comm")).unwrap_or_default();
                holders.entry(inode).or_insert((pid, name));
            }
        }
    }
    holders
}

/// The section: a port and protocol once, with all its addresses. Ports that a program opens for one question are left out.
#[must_use]
pub fn ports(place: &Place) -> Vec<Item> {
    let passing = passing_ports(place);
    let mut found: BTreeMap<(String, u16), (Vec<String>, String)> = BTreeMap::new();
    for socket in listening(place) {
        let port = socket.address.port();
        let is_named = socket.process.is_some();
        if socket.protocol == "udp" && passing.contains(&port) && !is_named {
            continue;
        }
        let entry = found.entry((socket.protocol.to_owned(), port)).or_default();
        let address = socket.address.ip().to_string();
        if !entry.0.contains(&address) {
            entry.0.push(address);
        }
        if let Some((_, name)) = socket.process {
            entry.1 = name;
        }
    }
    found
        .into_iter()
        .map(|((protocol, port), (mut addresses, process))| {
            addresses.sort();
            let everywhere = addresses
                .iter()
                .any(|address| address == "0.0.0.0" || address == "::");
            let here_only = addresses
                .iter()
                .all(|address| address.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback()));
            item(format!("{port}/{protocol}"))
                .number("port", i64::from(port))
                .text("protocol", protocol)
                .text("addresses", addresses.join(" "))
                .text("process", process)
                .text(
                    "reach",
                    if everywhere {
                        "everywhere"
                    } else if here_only {
                        "this machine"
                    } else {
                        "some addresses"
                    },
                )
                .done()
        })
        .collect()
}

fn passing_ports(place: &Place) -> std::ops::RangeInclusive<u16> {
    let line = place
        .line("proc/sys/net/ipv4/ip_local_port_range")
        .unwrap_or_default();
    let mut words = line.split_whitespace().filter_map(|word| word.parse().ok());
    words.next().unwrap_or(32_768)..=words.next().unwrap_or(60_999)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kernel_s_table_is_read() {
        let line =
            "0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000 1000 0 4242 1 0 100 0";
        let socket = row("tcp", line).unwrap();
        assert_eq!(
            (socket.address.to_string().as_str(), socket.uid, socket.inode),
            ("127.0.0.1:8080", 1000, 4242)
        );
        assert!(row("tcp", &line.replace(" 0A ", " 01 ")).is_none());
        assert_eq!(
            address("00000000000000000000000001000000:0016")
                .unwrap()
                .to_string(),
            "[::1]:22"
        );
        assert!(address("0100007é:1F90").is_none());
    }

    #[test]
    fn a_port_of_this_very_program_is_found_with_its_name() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let found = listening(&Place::machine());
        let mine = found.iter().find(|socket| socket.address.port() == port).unwrap();
        assert_eq!(
            mine.process.as_ref().unwrap().0,
            i32::try_from(std::process::id()).unwrap()
        );
    }
}
