//! Reading the outside of a certificate: whose, by whom, for which names, until when. It judges nothing: whether a chain
//! holds is decided by the TLS library alone.
//!
//! DER by ITU-T X.690, the structure by RFC 5280. Everything is bounded by the bytes given; what does not fit is no
//! certificate.

use super::when;

/// What a person wants to know of a certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    /// Whom it names: the common name, or all parts where it has none.
    pub subject: String,
    /// Who signed it.
    pub issuer: String,
    /// Its number in hexadecimal.
    pub serial: String,
    /// The names and addresses it is for.
    pub names: Vec<String>,
    /// From when, in seconds since 1970.
    pub not_before: i64,
    /// Until when, in seconds since 1970.
    pub not_after: i64,
}

impl Certificate {
    /// Whole days that are left; negative when it has expired.
    #[must_use]
    pub fn days_left(&self, now: i64) -> i64 {
        (self.not_after - now).div_euclid(86_400)
    }
}

/// The certificates in a PEM text, or the one that the bytes are.
#[must_use]
pub fn read_all(bytes: &[u8], most: usize) -> Vec<Certificate> {
    const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
    const END: &str = "-----END CERTIFICATE-----";
    if bytes.first() == Some(&0x30) {
        return read(bytes).into_iter().collect();
    }
    let text = String::from_utf8_lossy(bytes);
    let mut found = Vec::new();
    for part in text.split(BEGIN).skip(1) {
        let Some((body, _)) = part.split_once(END) else {
            continue;
        };
        let packed: String = body.chars().filter(|sign| !sign.is_whitespace()).collect();
        if let Some(certificate) = data_encoding::BASE64
            .decode(packed.as_bytes())
            .ok()
            .and_then(|der| read(&der))
        {
            found.push(certificate);
        }
        if found.len() >= most {
            break;
        }
    }
    found
}

/// One certificate in DER.
#[must_use]
pub fn read(der: &[u8]) -> Option<Certificate> {
    let (outer, _) = value_of(der, 0x30)?;
    let (mut body, _) = value_of(outer, 0x30)?;
    if body.first() == Some(&0xa0) {
        body = part(body)?.2;
    }
    let (serial, body) = value_of(body, 0x02)?;
    let (_, body) = value_of(body, 0x30)?;
    let (issuer, body) = value_of(body, 0x30)?;
    let (validity, body) = value_of(body, 0x30)?;
    let (subject, body) = value_of(body, 0x30)?;
    let (_, mut body) = value_of(body, 0x30)?;
    let (from, validity) = moment(validity)?;
    let (until, _) = moment(validity)?;
    let mut names = Vec::new();
    while let Some((tag, value, rest)) = part(body) {
        if tag == 0xa3 {
            names = alternative_names(value).unwrap_or_default();
        }
        body = rest;
    }
    let serial: String = serial
        .iter()
        .skip_while(|byte| **byte == 0)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    Some(Certificate {
        subject: name(subject),
        issuer: name(issuer),
        serial,
        names,
        not_before: from,
        not_after: until,
    })
}

/// Tag, value, and rest.
fn part(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (tag, rest) = bytes.split_first()?;
    let (first, rest) = rest.split_first()?;
    let (length, rest) = if *first < 0x80 {
        (usize::from(*first), rest)
    } else {
        let count = usize::from(first & 0x7f);
        if count == 0 || count > 4 {
            return None;
        }
        let (digits, rest) = rest.split_at_checked(count)?;
        (
            digits.iter().fold(0, |sum, digit| sum << 8 | usize::from(*digit)),
            rest,
        )
    };
    let (value, rest) = rest.split_at_checked(length)?;
    Some((*tag, value, rest))
}

fn value_of(bytes: &[u8], wanted: u8) -> Option<(&[u8], &[u8])> {
    let (tag, value, rest) = part(bytes)?;
    (tag == wanted).then_some((value, rest))
}

/// A name as people write it: the common name, else organisation and unit.
fn name(mut bytes: &[u8]) -> String {
    let mut common = None;
    let mut others = Vec::new();
    while let Some((_, set, rest)) = part(bytes) {
        bytes = rest;
        let Some((pair, _)) = value_of(set, 0x30) else {
            continue;
        };
        let Some((kind, pair)) = value_of(pair, 0x06) else {
            continue;
        };
        let Some((tag, value, _)) = part(pair) else {
            continue;
        };
        let text = text(tag, value);
        match kind {
            [0x55, 0x04, 0x03] => common = Some(text),
            [0x55, 0x04, 0x0a | 0x0b] => others.push(text),
            _ => {}
        }
    }
    common.unwrap_or_else(|| others.join(", "))
}

fn text(tag: u8, value: &[u8]) -> String {
    if tag == 0x1e {
        let units: Vec<u16> = value
            .as_chunks::<2>()
            .0
            .iter()
            .map(|pair| u16::from_be_bytes(*pair))
            .collect();
        return String::from_utf16_lossy(&units);
    }
    String::from_utf8_lossy(value).into_owned()
}

/// UTCTime or GeneralizedTime, both in UTC as RFC 5280 demands.
fn moment(bytes: &[u8]) -> Option<(i64, &[u8])> {
    let (tag, value, rest) = part(bytes)?;
    let text = std::str::from_utf8(value).ok()?.strip_suffix('Z')?;
    if !text.bytes().all(|sign| sign.is_ascii_digit()) {
        return None;
    }
    let (year, text) = match tag {
        0x17 => {
            let short: i64 = text.get(..2)?.parse().ok()?;
            (
                if short < 50 { 2000 + short } else { 1900 + short },
                text.get(2..)?,
            )
        }
        0x18 => (text.get(..4)?.parse().ok()?, text.get(4..)?),
        _ => return None,
    };
    let two = |at: usize| text.get(at..at + 2)?.parse::<i64>().ok();
    Some((
        when::seconds(year, two(0)?, two(2)?, two(4)?, two(6)?, two(8).unwrap_or(0)),
        rest,
    ))
}

/// The extension 2.5.29.17 among all of them.
fn alternative_names(bytes: &[u8]) -> Option<Vec<String>> {
    let (mut extensions, _) = value_of(bytes, 0x30)?;
    while let Some((_, extension, rest)) = part(extensions) {
        extensions = rest;
        let (kind, mut extension) = value_of(extension, 0x06)?;
        if kind != [0x55, 0x1d, 0x11] {
            continue;
        }
        if let Some((_, after)) = value_of(extension, 0x01) {
            extension = after;
        }
        let (value, _) = value_of(extension, 0x04)?;
        let (mut list, _) = value_of(value, 0x30)?;
        let mut names = Vec::new();
        while let Some((tag, value, rest)) = part(list) {
            list = rest;
            match (tag, value) {
                (0x82, name) => names.push(String::from_utf8_lossy(name).into_owned()),
                (0x87, &[a, b, c, d]) => names.push(std::net::Ipv4Addr::new(a, b, c, d).to_string()),
                (0x87, long) => {
                    if let Ok(bytes) = <[u8; 16]>::try_from(long) {
                        names.push(std::net::Ipv6Addr::from(bytes).to_string());
                    }
                }
                _ => {}
            }
            if names.len() >= 200 {
                break;
            }
        }
        return Some(names);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::program;
    use std::time::Duration;

    #[test]
    fn a_fresh_certificate_is_read_and_no_cut_of_it_breaks_the_reader() {
        let folder = tempfile::tempdir().unwrap();
        let (key, file) = (folder.path().join("key"), folder.path().join("cert"));
        let made = program::run(
            "openssl",
            &[
                "req",
                "-x509",
                "-newkey",
                "rsa:2048",
                "-nodes",
                "-days",
                "30",
                "-subj",
                "/O=Example/CN=printer.example.org",
                "-addext",
                "subjectAltName=DNS:printer.example.org,IP:10.0.0.9",
                "-keyout",
                key.to_str().unwrap(),
                "-out",
                file.to_str().unwrap(),
            ],
            Duration::from_secs(30),
            1000,
        );
        if made != Err(program::Failure::Absent) {
            assert_eq!(made.unwrap().code, Some(0));
            let bytes = std::fs::read(&file).unwrap();
            let found = read_all(&bytes, 10);
            let [certificate] = &found[..] else {
                panic!("one certificate")
            };
            assert_eq!(certificate.subject, "printer.example.org");
            assert_eq!(certificate.names, ["printer.example.org", "10.0.0.9"]);
            assert!((28..=30).contains(&certificate.days_left(when::now())));
            let text = String::from_utf8(bytes).unwrap();
            let body: String = text.lines().filter(|line| !line.starts_with("---")).collect();
            let der = data_encoding::BASE64.decode(body.as_bytes()).unwrap();
            for end in 0..der.len() {
                assert_eq!(read(&der[..end]), None);
            }
        }
    }
}
