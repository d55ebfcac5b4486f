//! `application/x-www-form-urlencoded` (WHATWG URL, section 5): pairs out of a body or query, and back.
//!
//! Small enough to own, and the CSRF check needs the pairs before any handler's type is known. It never fails:
//! what is not a valid escape stays as typed, and bytes that are not UTF-8 become the replacement character.

/// The pairs of a body or query, in order, decoded.
pub fn parse(bytes: &[u8]) -> Vec<(String, String)> {
    pairs(bytes).collect()
}

/// The same one after another: a body of two megabytes can hold a million pairs, and not every reader wants them all.
pub(crate) fn pairs(bytes: &[u8]) -> impl Iterator<Item = (String, String)> {
    bytes
        .split(|byte| *byte == b'&')
        .filter(|piece| !piece.is_empty())
        .map(|piece| {
            let mut halves = piece.splitn(2, |byte| *byte == b'=');
            let name = halves.next().unwrap_or_default();
            let value = halves.next().unwrap_or_default();
            (decode(name), decode(value))
        })
}

/// Encodes one value for use in a query.
pub fn encode(text: &str) -> String {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => out.push(char::from(byte)),
            _ => {
                out.push('%');
                out.push(char::from(HEX[usize::from(byte >> 4)]));
                out.push(char::from(HEX[usize::from(byte & 15)]));
            }
        }
    }
    out
}

/// Joins pairs into a body.
pub fn join(pairs: &[(&str, &str)]) -> String {
    let encoded: Vec<String> = pairs
        .iter()
        .map(|(name, value)| format!("{}={}", encode(name), encode(value)))
        .collect();
    encoded.join("&")
}

fn decode(bytes: &[u8]) -> String {
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some((&byte, tail)) = rest.split_first() {
        rest = tail;
        match byte {
            b'+' => out.push(b' '),
            b'%' => match escape(tail) {
                Some(value) => {
                    out.push(value);
                    rest = &tail[2..];
                }
                None => out.push(b'%'),
            },
            _ => out.push(byte),
        }
    }
    String::from_utf8(out).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

fn escape(bytes: &[u8]) -> Option<u8> {
    let high = char::from(*bytes.first()?).to_digit(16)?;
    let low = char::from(*bytes.get(1)?).to_digit(16)?;
    u8::try_from(high * 16 + low).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_joined_is_parsed_again() {
        let pairs = [
            ("title", "打印机 & 网络=坏了"),
            ("empty", ""),
            ("plus", "1+1 %41"),
        ];
        let parsed = parse(join(&pairs).as_bytes());
        let expected: Vec<(String, String)> = pairs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        assert_eq!(parsed, expected);
    }

    #[test]
    fn a_broken_escape_stays_as_typed() {
        assert_eq!(
            parse(b"a=100%&b=%zz&c"),
            [
                ("a".to_owned(), "100%".to_owned()),
                ("b".to_owned(), "%zz".to_owned()),
                ("c".to_owned(), String::new())
            ]
        );
    }
}
