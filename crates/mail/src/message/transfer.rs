//! Content-Transfer-Encodings (RFC 2045 section 6) and uuencode: bytes as sent to bytes as meant.
//!
//! Damage is passed over, never refused: a picture with three broken pixels is better than no picture.

use std::borrow::Cow;

/// Decodes a body by the value of its Content-Transfer-Encoding field.
pub(crate) fn decode<'a>(body: &'a [u8], encoding: Option<&str>) -> Cow<'a, [u8]> {
    let encoding = encoding.unwrap_or_default().trim();
    let encoding = encoding.split([';', ' ', '(', '\t']).next().unwrap_or_default();
    match encoding.trim_matches('"').to_ascii_lowercase().as_str() {
        "base64" => Cow::Owned(base64(body)),
        "quoted-printable" => Cow::Owned(quoted_printable(body)),
        "x-uuencode" | "x-uue" | "uuencode" | "uue" => {
            uuencoded(body).map_or(Cow::Borrowed(body), Cow::Owned)
        }
        // RFC 2045 section 6.4: an unknown encoding makes the part opaque; its bytes are kept as they came.
        _ => Cow::Borrowed(body),
    }
}

/// Base64 with everything outside the alphabet ignored; `=` ends the data (RFC 2045 section 6.8).
pub(crate) fn base64(body: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(body.len() / 4 * 3 + 3);
    let (mut bits, mut held) = (0_u32, 0_u8);
    for byte in body {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            // A stray `=` between groups is noise; behind half a group it is the end.
            b'=' if held >= 2 => break,
            _ => continue,
        };
        bits = bits << 6 | u32::from(value);
        held += 1;
        if held == 4 {
            bytes.extend_from_slice(&bits.to_be_bytes()[1..]);
            (bits, held) = (0, 0);
        }
    }
    match held {
        2 => bytes.push((bits >> 4) as u8),
        3 => bytes.extend_from_slice(&((bits >> 2) as u16).to_be_bytes()),
        _ => {}
    }
    bytes
}

fn quoted_printable(body: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(body.len());
    for line in body.split_inclusive(|byte| *byte == b'\n') {
        let content_end = line.len() - line_ending(line);
        let (content, ending) = line.split_at(content_end);
        // RFC 2045 section 6.7 rule 3: white space at a line's end was added on the way and is not data.
        let content = trim_blank_end(content);
        let is_soft = content.last() == Some(&b'=');
        let content = if is_soft {
            &content[..content.len() - 1]
        } else {
            content
        };
        let mut at = 0;
        while at < content.len() {
            match (content[at], hex_pair(content.get(at + 1), content.get(at + 2))) {
                (b'=', Some(byte)) => {
                    bytes.push(byte);
                    at += 3;
                }
                (byte, _) => {
                    bytes.push(byte);
                    at += 1;
                }
            }
        }
        if !is_soft {
            bytes.extend_from_slice(ending);
        }
    }
    bytes
}

fn line_ending(line: &[u8]) -> usize {
    if line.ends_with(b"\r\n") {
        2
    } else {
        usize::from(line.ends_with(b"\n"))
    }
}

fn trim_blank_end(line: &[u8]) -> &[u8] {
    let blanks = line
        .iter()
        .rev()
        .take_while(|byte| matches!(byte, b' ' | b'\t'))
        .count();
    &line[..line.len() - blanks]
}

/// The byte written as two hexadecimal digits, in either case.
pub(crate) fn hex_pair(high: Option<&u8>, low: Option<&u8>) -> Option<u8> {
    let digit = |byte: &u8| char::from(*byte).to_digit(16);
    Some((digit(high?)? * 16 + digit(low?)?) as u8)
}

fn uuencoded(body: &[u8]) -> Option<Vec<u8>> {
    let mut lines = body
        .split(|byte| *byte == b'\n')
        .skip_while(|line| !line.starts_with(b"begin "));
    lines.next()?;
    let mut bytes = Vec::with_capacity(body.len() / 4 * 3);
    for line in lines {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line == b"end" {
            break;
        }
        let Some((&length, data)) = line.split_first() else {
            continue;
        };
        let length = usize::from(length.wrapping_sub(b' ') & 63);
        let start = bytes.len();
        for group in data.chunks(4) {
            let value = |at: usize| u32::from(group.get(at).map_or(0, |byte| byte.wrapping_sub(b' ') & 63));
            let bits = value(0) << 18 | value(1) << 12 | value(2) << 6 | value(3);
            bytes.extend_from_slice(&bits.to_be_bytes()[1..]);
        }
        bytes.truncate(start + length.min(bytes.len() - start));
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_survives_noise_and_missing_padding() {
        assert_eq!(base64(b"aGVs bG8=\r\n"), b"hello");
        assert_eq!(base64(b"aGVsbG8"), b"hello");
        assert_eq!(base64(b"aGVsbG8=\r\n____ list footer"), b"hello");
        assert_eq!(base64(b"!!!"), b"");
    }

    #[test]
    fn quoted_printable_follows_the_rules_and_forgives() {
        assert_eq!(quoted_printable(b"a=20b=\r\nc  \r\n=ZZ=3d"), b"a bc\r\n=ZZ=");
        assert_eq!(quoted_printable(b"soft= \nbreak"), b"softbreak");
        assert_eq!(quoted_printable(b"end="), b"end");
    }

    #[test]
    fn uuencoded_bodies_are_decoded() {
        let body = b"begin 644 cat.txt\n#0V%T\n`\nend\n";
        assert_eq!(decode(body, Some("x-uuencode")).as_ref(), b"Cat");
    }
}
