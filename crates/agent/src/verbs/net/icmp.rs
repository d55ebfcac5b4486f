//! Echoes (ping) and the hops on the way (trace), by ICMP sockets of our own.
//!
//! The kernel gives anybody a datagram socket for echoes where `ping_group_range` allows it, and root a raw one. Where we
//! get neither, the system's `ping` is asked. Only a raw socket hears of hops.

use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::time::{Duration, Instant};

use rustix::net::{AddressFamily, SocketFlags, SocketType, ipproto, socket_with, sockopt};
use serde_json::json;

use super::{milliseconds, resolve};
use crate::executing::Teller;
use crate::inventory::program;
use crate::verbs::failure::{Answer, Failure, done};

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(2);
/// Between two echoes.
const BETWEEN: Duration = Duration::from_millis(500);
/// Bytes that we send beside the head.
const PAYLOAD: &[u8] = b"mainstay-agent checks the way to this host";

/// A socket for ICMP.
struct Echoes {
    socket: UdpSocket,
    target: IpAddr,
    is_raw: bool,
    id: u16,
}

/// What came back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Back {
    /// The host itself answered.
    Answer,
    /// Somebody on the way says that the packet may go no further.
    Hop(IpAddr),
    /// Somebody on the way says that the host cannot be reached.
    Unreachable(IpAddr),
}

impl Echoes {
    fn open(target: IpAddr, must_be_raw: bool) -> Option<Self> {
        let (family, protocol) = match target {
            IpAddr::V4(_) => (AddressFamily::INET, ipproto::ICMP),
            IpAddr::V6(_) => (AddressFamily::INET6, ipproto::ICMPV6),
        };
        let open = |kind| socket_with(family, kind, SocketFlags::CLOEXEC, Some(protocol)).ok();
        let plain = if must_be_raw {
            None
        } else {
            open(SocketType::DGRAM)
        };
        let is_raw = plain.is_none();
        let socket = UdpSocket::from(plain.or_else(|| open(SocketType::RAW))?);
        // A raw socket hears the echoes of everybody on this machine: ours carry a number of their own.
        let id = rand::random();
        Some(Self {
            socket,
            target,
            is_raw,
            id,
        })
    }

    fn set_hops(&self, hops: u8) -> Option<()> {
        match self.target {
            IpAddr::V4(_) => sockopt::set_ip_ttl(&self.socket, u32::from(hops)).ok(),
            IpAddr::V6(_) => sockopt::set_ipv6_unicast_hops(&self.socket, Some(hops)).ok(),
        }
    }

    /// Sends one echo and waits for what comes of it.
    fn echo(&self, number: u16) -> Option<(Back, IpAddr, Duration)> {
        let began = Instant::now();
        self.socket
            .send_to(
                &packet(self.target, self.id, number),
                SocketAddr::new(self.target, 0),
            )
            .ok()?;
        let mut buffer = [0; 2048];
        loop {
            let left = PATIENCE
                .checked_sub(began.elapsed())
                .filter(|left| !left.is_zero())?;
            self.socket.set_read_timeout(Some(left)).ok()?;
            let (count, from) = self.socket.recv_from(&mut buffer).ok()?;
            let message = buffer.get(..count)?;
            // Raw sockets of IPv4 hand over the head of the packet too.
            let message = if self.is_raw && self.target.is_ipv4() {
                without_head(message)
            } else {
                Some(message)
            };
            let id = self.is_raw.then_some(self.id);
            if let Some(back) = message.and_then(|message| back(message, from.ip(), id, number)) {
                return Some((back, from.ip(), began.elapsed()));
            }
        }
    }
}

fn packet(target: IpAddr, id: u16, number: u16) -> Vec<u8> {
    let mut packet = vec![if target.is_ipv4() { 8 } else { 128 }, 0, 0, 0];
    packet.extend(id.to_be_bytes());
    packet.extend(number.to_be_bytes());
    packet.extend(PAYLOAD);
    // The kernel reckons the sum of version 6 itself.
    if target.is_ipv4() {
        let sum = checksum(&packet).to_be_bytes();
        packet[2..4].copy_from_slice(&sum);
    }
    packet
}

/// RFC 1071.
fn checksum(bytes: &[u8]) -> u16 {
    let mut sum: u32 = 0;
    for pair in bytes.chunks(2) {
        sum += u32::from(u16::from_be_bytes([pair[0], pair.get(1).copied().unwrap_or(0)]));
    }
    while sum >> 16 != 0 {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    !u16::try_from(sum).unwrap_or(0)
}

fn without_head(packet: &[u8]) -> Option<&[u8]> {
    packet.get(usize::from(packet.first()? & 15) * 4..)
}

/// What a message means for the echo of this number; none when it is about something else.
fn back(message: &[u8], from: IpAddr, id: Option<u16>, number: u16) -> Option<Back> {
    let word =
        |message: &[u8], at: usize| Some(u16::from_be_bytes([*message.get(at)?, *message.get(at + 1)?]));
    let is_ours =
        |echo: &[u8]| id.is_none_or(|id| word(echo, 4) == Some(id)) && word(echo, 6) == Some(number);
    let kind = *message.first()?;
    match (from, kind) {
        (IpAddr::V4(_), 0) | (IpAddr::V6(_), 129) => is_ours(message).then_some(Back::Answer),
        (IpAddr::V4(_), 3 | 11) => {
            let echo = without_head(message.get(8..)?)?;
            let back = if kind == 11 {
                Back::Hop(from)
            } else {
                Back::Unreachable(from)
            };
            is_ours(echo).then_some(back)
        }
        (IpAddr::V6(_), 1 | 3) => {
            let echo = message.get(48..)?;
            let back = if kind == 3 {
                Back::Hop(from)
            } else {
                Back::Unreachable(from)
            };
            is_ours(echo).then_some(back)
        }
        _ => None,
    }
}

/// One answer within the time, for the health check. None where no echo can be sent.
#[must_use]
pub fn answers(target: IpAddr) -> Option<bool> {
    let echoes = Echoes::open(target, false)?;
    Some((0..2).any(|number| matches!(echoes.echo(number), Some((Back::Answer, ..)))))
}

/// Sends so many echoes and tells of each.
pub async fn ping(host: &str, count: u32, teller: &Teller) -> Answer {
    let target = resolve(host).await?[0];
    if Echoes::open(target, false).is_none() {
        return ping_by_program(target, count, teller).await;
    }
    let mut times: Vec<f64> = Vec::new();
    let mut sent = 0;
    for number in 0..count {
        let number = u16::try_from(number).unwrap_or_default();
        let answer = super::super::blocking(move || {
            Echoes::open(target, false).and_then(|echoes| echoes.echo(number))
        })
        .await?;
        sent += 1;
        match answer {
            Some((Back::Answer, from, time)) => {
                times.push(milliseconds(time));
                teller.out(format!("{from}: {} ms\n", milliseconds(time))).await;
            }
            Some((Back::Hop(from) | Back::Unreachable(from), ..)) => {
                teller
                    .out(format!("{from} says: {target} cannot be reached\n"))
                    .await;
            }
            None => teller.out(format!("{target}: no answer\n")).await,
        }
        if number as u32 + 1 < count {
            tokio::select! {
                () = tokio::time::sleep(BETWEEN) => {}
                () = teller.cancelled() => break,
            }
        }
    }
    done(summary(host, target, sent, &times))
}

fn summary(host: &str, target: IpAddr, sent: u32, times: &[f64]) -> serde_json::Value {
    let received = u32::try_from(times.len()).unwrap_or_default();
    let mean = if times.is_empty() {
        None
    } else {
        Some((times.iter().sum::<f64>() / f64::from(received) * 10.0).round() / 10.0)
    };
    json!({
        "host": host,
        "address": target.to_string(),
        "sent": sent,
        "received": received,
        "lost_percent": (sent - received.min(sent)) * 100 / sent.max(1),
        "least": times.iter().copied().reduce(f64::min),
        "mean": mean,
        "most": times.iter().copied().reduce(f64::max),
    })
}

async fn ping_by_program(target: IpAddr, count: u32, teller: &Teller) -> Answer {
    let within = Duration::from_secs(u64::from(count) * 2 + 10);
    let ran = super::super::blocking(move || {
        program::run(
            "ping",
            &["-n", "-c", &count.to_string(), "-W", "2", &target.to_string()],
            within,
            64 * 1024,
        )
    });
    let ran = ran.await?.map_err(|error| {
        Failure::new(
            "not_permitted",
            format!("no echoes may be sent, and ping is {error}"),
        )
    })?;
    teller.out(ran.out.as_str()).await;
    let times: Vec<f64> = ran
        .out
        .lines()
        .filter_map(|line| {
            line.split_once("time=")?
                .1
                .split_whitespace()
                .next()?
                .parse()
                .ok()
        })
        .collect();
    done(summary(&target.to_string(), target, count, &times))
}

/// One hop on the way: its number, who answered, and after how long.
pub type Hop = (u8, Option<IpAddr>, Option<Duration>);

/// The hops to a host, at most so many; none where we may not listen for them. Blocks.
#[must_use]
pub fn trace(target: IpAddr, most: u8, is_cancelled: &dyn Fn() -> bool) -> Option<Vec<Hop>> {
    let echoes = Echoes::open(target, true)?;
    let mut hops: Vec<Hop> = Vec::new();
    for number in 1..=most {
        echoes.set_hops(number)?;
        let answer = echoes.echo(u16::from(number));
        hops.push((
            number,
            answer.map(|(_, from, _)| from),
            answer.map(|(_, _, time)| time),
        ));
        let silent = hops
            .iter()
            .rev()
            .take_while(|(_, from, _)| from.is_none())
            .count();
        let is_over = matches!(answer, Some((Back::Answer | Back::Unreachable(_), ..)));
        if is_over || silent >= 5 || is_cancelled() {
            break;
        }
    }
    Some(hops)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_answers_an_echo_where_one_may_be_sent() {
        let here: IpAddr = "127.0.0.1".parse().unwrap();
        if Echoes::open(here, false).is_some() {
            assert_eq!(answers(here), Some(true));
        }
        if let Some(hops) = trace(here, 5, &|| false) {
            assert_eq!((hops.len(), hops[0].1), (1, Some(here)));
        }
    }

    #[test]
    fn echoes_of_others_and_broken_messages_are_passed_over() {
        let four: IpAddr = "10.0.0.1".parse().unwrap();
        let mut answer = packet(four, 7, 3);
        answer[0] = 0;
        assert_eq!(back(&answer, four, Some(7), 3), Some(Back::Answer));
        assert_eq!(back(&answer, four, Some(8), 3), None);
        assert_eq!(back(&answer, four, None, 4), None);
        let mut exceeded = vec![11, 0, 0, 0, 0, 0, 0, 0];
        exceeded.extend([0x45; 20]);
        exceeded.extend(packet(four, 7, 3));
        assert_eq!(back(&exceeded, four, Some(7), 3), Some(Back::Hop(four)));
        for end in 0..exceeded.len().min(36) {
            assert_eq!(back(&exceeded[..end], four, Some(7), 3), None);
        }
    }
}
