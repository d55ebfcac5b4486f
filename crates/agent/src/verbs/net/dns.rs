//! What a name means: one question to one server, in our own few bytes (RFC 1035), so that the answer is that server's and
//! not what a cache or a hosts file makes of it. What programs of this device get is told beside it.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::{Duration, Instant};

use protocol::verb::DnsKind;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpStream, UdpSocket};
use tokio::time::timeout;

use super::{milliseconds, resolve};
use crate::executing::{Surroundings, Teller};
use crate::inventory::name_servers;
use crate::verbs::failure::{Answer, Failure, done};

const PATIENCE: Duration = Duration::from_secs(3);
const RECORDS_MOST: usize = 100;

/// A record of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Record {
    name: String,
    kind: u16,
    seconds: u32,
    value: String,
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Told {
    code: u8,
    is_cut: bool,
    records: Vec<Record>,
}

/// Asks and tells.
pub async fn check(
    name: &str,
    kind: DnsKind,
    server: Option<&str>,
    teller: &Teller,
    here: &Surroundings,
) -> Answer {
    let question = if kind == DnsKind::Ptr {
        reverse(name)
    } else {
        name.to_owned()
    };
    let servers = match server {
        Some(server) => resolve(server).await?,
        None => name_servers(&super::super::place(here))
            .iter()
            .filter_map(|server| server.parse().ok())
            .collect(),
    };
    if servers.is_empty() {
        return Err(Failure::new("no_server", "this device has no name server"));
    }
    let mut rows = Vec::new();
    let mut found = false;
    for server in servers.into_iter().take(4) {
        let began = Instant::now();
        let told = ask(SocketAddr::new(server, 53), &question, number(kind)).await?;
        let took = milliseconds(began.elapsed());
        let code = told.as_ref().map_or("silent", |told| code_name(told.code));
        let records: Vec<Value> = told.iter().flat_map(|told| &told.records).map(row).collect();
        found |= !records.is_empty();
        teller.out(story(server, code, took, told.as_ref())).await;
        rows.push(
            json!({ "server": server.to_string(), "code": code, "milliseconds": took, "records": records }),
        );
    }
    // A question about a name with its own server says nothing of what programs here get.
    let system = if matches!(kind, DnsKind::A | DnsKind::Aaaa) {
        resolve(name).await.ok()
    } else {
        None
    };
    let system: Option<Vec<String>> = system.map(|list| list.iter().map(IpAddr::to_string).collect());
    done(json!({ "name": question, "found": found, "answers": rows, "system": system }))
}

/// An answer as lines.
fn story(server: IpAddr, code: &str, took: f64, told: Option<&Told>) -> String {
    let records = told.map_or(&[][..], |told| &told.records);
    let mut text = format!("{server}: {code}, {} records, {took} ms\n", records.len());
    for record in records {
        let Record {
            name,
            kind,
            seconds,
            value,
        } = record;
        text.push_str(&format!("  {name} {seconds} {} {value}\n", kind_name(*kind)));
    }
    text
}

/// Whether a name server answers at all, for the health check.
pub async fn is_answering(server: IpAddr) -> bool {
    matches!(ask(SocketAddr::new(server, 53), ".", 2).await, Ok(Some(_)))
}

async fn ask(server: SocketAddr, name: &str, kind: u16) -> Result<Option<Told>, Failure> {
    let id: u16 = rand::random();
    let query = query(id, name, kind).ok_or_else(|| Failure::new("name", format!("{name} is no name")))?;
    for _ in 0..2 {
        if let Ok(Some(told)) = timeout(PATIENCE, over_datagrams(server, &query, id)).await {
            if told.is_cut
                && let Ok(Some(whole)) = timeout(PATIENCE, over_stream(server, &query, id)).await
            {
                return Ok(Some(whole));
            }
            return Ok(Some(told));
        }
    }
    Ok(None)
}

async fn over_datagrams(server: SocketAddr, query: &[u8], id: u16) -> Option<Told> {
    let any = if server.is_ipv4() { "0.0.0.0:0" } else { "[::]:0" };
    let socket = UdpSocket::bind(any).await.ok()?;
    socket.connect(server).await.ok()?;
    socket.send(query).await.ok()?;
    let mut buffer = [0; 4096];
    loop {
        let count = socket.recv(&mut buffer).await.ok()?;
        if let Some(told) = read(&buffer[..count], id, &query[12..]) {
            return Some(told);
        }
    }
}

async fn over_stream(server: SocketAddr, query: &[u8], id: u16) -> Option<Told> {
    let mut stream = TcpStream::connect(server).await.ok()?;
    stream
        .write_all(&u16::try_from(query.len()).ok()?.to_be_bytes())
        .await
        .ok()?;
    stream.write_all(query).await.ok()?;
    let size = stream.read_u16().await.ok()?;
    let mut answer = vec![0; usize::from(size)];
    stream.read_exact(&mut answer).await.ok()?;
    read(&answer, id, &query[12..])
}

fn query(id: u16, name: &str, kind: u16) -> Option<Vec<u8>> {
    let mut bytes = id.to_be_bytes().to_vec();
    // Recursion is wanted; one question.
    bytes.extend([1, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
    for label in name.trim_end_matches('.').split('.').filter(|_| name != ".") {
        let size = u8::try_from(label.len())
            .ok()
            .filter(|size| (1..=63).contains(size))?;
        if !label.is_ascii() {
            return None;
        }
        bytes.push(size);
        bytes.extend(label.as_bytes());
    }
    bytes.push(0);
    bytes.extend(kind.to_be_bytes());
    bytes.extend([0, 1]);
    (bytes.len() <= 12 + 255 + 4).then_some(bytes)
}

/// Reads an answer to exactly this question; anything else is none.
fn read(message: &[u8], id: u16, question: &[u8]) -> Option<Told> {
    let word = |at: usize| Some(u16::from_be_bytes([*message.get(at)?, *message.get(at + 1)?]));
    let is_answer = message.get(2)? & 0x80 != 0;
    let same = message
        .get(12..12 + question.len())?
        .eq_ignore_ascii_case(question);
    if word(0)? != id || !is_answer || word(4)? != 1 || !same {
        return None;
    }
    let mut told = Told {
        code: message.get(3)? & 15,
        is_cut: message.get(2)? & 2 != 0,
        records: Vec::new(),
    };
    let mut at = 12 + question.len();
    for _ in 0..usize::from(word(6)?).min(RECORDS_MOST) {
        let Some((name, after)) = name_at(message, at) else {
            break;
        };
        let (Some(kind), Some(high), Some(low), Some(size)) =
            (word(after), word(after + 4), word(after + 6), word(after + 8))
        else {
            break;
        };
        let start = after + 10;
        let end = start + usize::from(size);
        if end > message.len() {
            break;
        }
        let value = value(message, start, end, kind).unwrap_or_default();
        told.records.push(Record {
            name,
            kind,
            seconds: u32::from(high) << 16 | u32::from(low),
            value,
        });
        at = end;
    }
    Some(told)
}

fn value(message: &[u8], start: usize, end: usize, kind: u16) -> Option<String> {
    let bytes = message.get(start..end)?;
    let word = |at: usize| Some(u16::from_be_bytes([*bytes.get(at)?, *bytes.get(at + 1)?]));
    Some(match kind {
        1 => Ipv4Addr::from(<[u8; 4]>::try_from(bytes).ok()?).to_string(),
        28 => Ipv6Addr::from(<[u8; 16]>::try_from(bytes).ok()?).to_string(),
        2 | 5 | 12 => name_at(message, start)?.0,
        15 => format!("{} {}", word(0)?, name_at(message, start + 2)?.0),
        33 => format!(
            "{} {} {} {}",
            word(0)?,
            word(2)?,
            word(4)?,
            name_at(message, start + 6)?.0
        ),
        16 => {
            let (mut text, mut at) = (String::new(), 0);
            while let Some(size) = bytes.get(at).map(|size| usize::from(*size)) {
                text.push_str(&String::from_utf8_lossy(bytes.get(at + 1..at + 1 + size)?));
                at += 1 + size;
            }
            text.chars().filter(|sign| !sign.is_control()).collect()
        }
        _ => data_encoding::HEXLOWER.encode(bytes),
    })
}

/// A name and where it ends. Pointers may only lead back, so that no circle holds us.
fn name_at(message: &[u8], start: usize) -> Option<(String, usize)> {
    let mut labels = Vec::new();
    let (mut at, mut after, mut limit) = (start, None, start);
    loop {
        let size = usize::from(*message.get(at)?);
        match size {
            0 => break,
            1..=63 => {
                let label = message.get(at + 1..at + 1 + size)?;
                let shown: String = String::from_utf8_lossy(label)
                    .chars()
                    .filter(|sign| !sign.is_control())
                    .collect();
                labels.push(shown);
                at += 1 + size;
            }
            192.. => {
                let target = (size & 63) << 8 | usize::from(*message.get(at + 1)?);
                after.get_or_insert(at + 2);
                if target >= limit {
                    return None;
                }
                (at, limit) = (target, target);
            }
            _ => return None,
        }
        if labels.len() > 128 {
            return None;
        }
    }
    let name = if labels.is_empty() {
        ".".to_owned()
    } else {
        labels.join(".")
    };
    Some((name, after.unwrap_or(at + 1)))
}

/// The name under which an address is asked for.
fn reverse(name: &str) -> String {
    match name.parse() {
        Ok(IpAddr::V4(address)) => {
            let [a, b, c, d] = address.octets();
            format!("{d}.{c}.{b}.{a}.in-addr.arpa")
        }
        Ok(IpAddr::V6(address)) => {
            let digits = format!("{:032x}", u128::from(address));
            let labels: Vec<String> = digits.chars().rev().map(String::from).collect();
            format!("{}.ip6.arpa", labels.join("."))
        }
        Err(_) => name.to_owned(),
    }
}

fn row(record: &Record) -> Value {
    json!({ "name": record.name, "kind": kind_name(record.kind), "seconds": record.seconds, "value": record.value })
}

fn number(kind: DnsKind) -> u16 {
    match kind {
        DnsKind::A => 1,
        DnsKind::Ns => 2,
        DnsKind::Cname => 5,
        DnsKind::Ptr => 12,
        DnsKind::Mx => 15,
        DnsKind::Txt => 16,
        DnsKind::Aaaa => 28,
        DnsKind::Srv => 33,
    }
}

fn kind_name(kind: u16) -> String {
    let name = match kind {
        1 => "A",
        2 => "NS",
        5 => "CNAME",
        6 => "SOA",
        12 => "PTR",
        15 => "MX",
        16 => "TXT",
        28 => "AAAA",
        33 => "SRV",
        _ => return kind.to_string(),
    };
    name.to_owned()
}

fn code_name(code: u8) -> &'static str {
    match code {
        0 => "ok",
        1 => "format error",
        2 => "server failure",
        3 => "no such name",
        4 => "not implemented",
        5 => "refused",
        _ => "other error",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(id: u16, question: &[u8], records: &[u8], count: u8) -> Vec<u8> {
        let mut bytes = id.to_be_bytes().to_vec();
        bytes.extend([0x81, 0x80, 0, 1, 0, count, 0, 0, 0, 0]);
        bytes.extend(question);
        bytes.extend(records);
        bytes
    }

    #[test]
    fn an_answer_with_a_shortened_name_is_read() {
        let query = query(7, "mail.example.org", 15).unwrap();
        let mut record = vec![0xc0, 12, 0, 15, 0, 1, 0, 0, 1, 44, 0, 7, 0, 10, 2, b'm', b'x'];
        record.extend([0xc0, 17]);
        let message = answer(7, &query[12..], &record, 1);
        let told = read(&message, 7, &query[12..]).unwrap();
        assert_eq!(told.records[0].value, "10 mx.example.org");
        assert_eq!(told.records[0].seconds, 300);
        assert!(read(&message, 8, &query[12..]).is_none());
        for end in 0..message.len() {
            let _ = read(&message[..end], 7, &query[12..]);
        }
    }

    #[test]
    fn a_circle_of_pointers_ends() {
        let mut message = vec![0; 12];
        message.extend([0xc0, 14, 0xc0, 12]);
        assert_eq!(name_at(&message, 12), None);
        assert_eq!(name_at(&message, 14), None);
    }

    #[test]
    fn an_address_is_asked_for_backwards() {
        assert_eq!(reverse("192.0.2.1"), "1.2.0.192.in-addr.arpa");
        assert!(reverse("2001:db8::1").starts_with("1.0.0.0."));
        assert!(query(1, &"a".repeat(64), 1).is_none());
        assert!(query(1, "中.example", 1).is_none());
    }

    #[tokio::test]
    async fn a_server_is_asked_over_the_wire() {
        let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let server = socket.local_addr().unwrap();
        tokio::spawn(async move {
            let mut buffer = [0; 512];
            let (count, from) = socket.recv_from(&mut buffer).await.unwrap();
            let id = u16::from_be_bytes([buffer[0], buffer[1]]);
            let record = [0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 192, 0, 2, 9];
            // A forged answer with another number comes first.
            socket
                .send_to(&answer(id ^ 1, &buffer[12..count], &record, 1), from)
                .await
                .unwrap();
            socket
                .send_to(&answer(id, &buffer[12..count], &record, 1), from)
                .await
                .unwrap();
        });
        let told = ask(server, "printer.example.org", 1).await.unwrap().unwrap();
        assert_eq!(told.records[0].value, "192.0.2.9");
    }
}
