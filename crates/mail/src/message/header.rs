//! The header block: where it ends, its fields unfolded, and values as text.
//!
//! Follows RFC 5322 with its obsolete forms (section 4), and then what is really sent: raw 8-bit values, mbox "From "
//! lines, a missing blank line before the body. Encoded words are left for those who know where they may stand.

use super::charset;

/// A field with its value unfolded (RFC 5322 section 2.2.3) and trimmed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    pub name: String,
    pub value: String,
}

/// The fields of a header block in the order written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Headers {
    fields: Vec<Field>,
}

impl Headers {
    /// The first field of that name, in any letter case.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.all(name).next()
    }

    /// Every field of that name.
    pub fn all<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a str> + use<'a> {
        let name = name.to_owned();
        self.fields
            .iter()
            .filter(move |field| field.name.eq_ignore_ascii_case(&name))
            .map(|field| field.value.as_str())
    }

    pub fn fields(&self) -> &[Field] {
        &self.fields
    }

    pub fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }
}

/// Beyond this many fields a header block is an attack; the rest is skipped but still recognised as header.
const MAX_FIELDS: usize = 2_000;

/// Splits an entity into its header fields and its body. A `root` entity is given more patience than a part.
pub(crate) fn split(raw: &[u8], root: bool) -> (Headers, &[u8]) {
    let mut rest = if root { skip_envelope(raw) } else { raw };
    let mut headers = Headers::default();
    let mut field: Option<(&[u8], Vec<u8>)> = None;
    loop {
        let (line, next) = take_line(rest);
        if line.is_empty() {
            rest = next;
            break;
        }
        if matches!(line[0], b' ' | b'\t') && field.is_some() {
            if let Some((_, value)) = &mut field {
                value.extend_from_slice(line);
            }
        } else if let Some((name, value)) = field_of(line) {
            store(&mut headers, field.take());
            field = Some((name, value.to_vec()));
        } else if !root || !(line.starts_with(b">From ") || field.is_some() && goes_on(next)) {
            // No blank line came before the body: whatever is not a field begins it.
            break;
        }
        rest = next;
        if next.is_empty() {
            break;
        }
    }
    store(&mut headers, field.take());
    (headers, rest)
}

fn store(headers: &mut Headers, field: Option<(&[u8], Vec<u8>)>) {
    let Some((name, value)) = field else { return };
    if headers.fields.len() < MAX_FIELDS {
        headers.fields.push(Field {
            name: String::from_utf8_lossy(name).into_owned(),
            value: charset::decode_undeclared(&value)
                .replace('\r', " ")
                .trim()
                .to_owned(),
        });
    }
}

/// A name of printable ASCII, white space only as RFC 5322 section 4.5 allows it (before the colon), and the colon.
fn field_of(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let colon = line.iter().position(|byte| *byte == b':')?;
    let name = line[..colon].trim_ascii_end();
    let is_name = !name.is_empty() && name.iter().all(|byte| matches!(byte, 33..=126));
    is_name.then_some((name, &line[colon + 1..]))
}

/// mbox separators and blank lines in front of a header that is plainly one.
fn skip_envelope(raw: &[u8]) -> &[u8] {
    let raw = raw.strip_prefix(&[0xEF, 0xBB, 0xBF]).unwrap_or(raw);
    let mut rest = raw;
    loop {
        let (line, next) = take_line(rest);
        if next.is_empty() {
            return raw;
        }
        if !line.trim_ascii().is_empty() {
            let is_separator = line.starts_with(b"From ") || line.starts_with(b">From ");
            return match (is_separator, rest.len() == raw.len()) {
                (true, _) => next,
                (false, true) => raw,
                (false, false) if is_well_known(line) => rest,
                (false, false) => raw,
            };
        }
        rest = next;
    }
}

/// A stray line among fields is skipped only when what follows, down to the blank line, is plainly header.
fn goes_on(mut rest: &[u8]) -> bool {
    let mut known = false;
    for _ in 0..200 {
        let (line, next) = take_line(rest);
        if line.is_empty() {
            return known && !rest.is_empty();
        }
        let folded = matches!(line[0], b' ' | b'\t');
        known |= is_well_known(line);
        if next.is_empty() || (!folded && field_of(line).is_none()) {
            return false;
        }
        rest = next;
    }
    false
}

fn is_well_known(line: &[u8]) -> bool {
    const NAMES: [&str; 16] = [
        "from",
        "to",
        "cc",
        "subject",
        "date",
        "message-id",
        "received",
        "return-path",
        "mime-version",
        "content-type",
        "content-transfer-encoding",
        "reply-to",
        "sender",
        "references",
        "in-reply-to",
        "delivered-to",
    ];
    field_of(line).is_some_and(|(name, _)| {
        NAMES
            .iter()
            .any(|known| name.eq_ignore_ascii_case(known.as_bytes()))
    })
}

/// The next line without its ending, and what follows it.
pub(crate) fn take_line(raw: &[u8]) -> (&[u8], &[u8]) {
    let (line, next) = match raw.iter().position(|byte| *byte == b'\n') {
        Some(end) => (&raw[..end], &raw[end + 1..]),
        None => (raw, &raw[raw.len()..]),
    };
    (line.strip_suffix(b"\r").unwrap_or(line), next)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folded_fields_are_joined_and_the_body_starts_after_the_blank_line() {
        let (headers, body) = split(b"Subject: one\r\n two\r\nX-Empty:\r\n\r\nbody\r\n", true);
        assert_eq!(headers.get("SUBJECT"), Some("one two"));
        assert_eq!(headers.get("x-empty"), Some(""));
        assert_eq!(body, b"body\r\n");
    }

    #[test]
    fn a_stray_line_ends_the_header_unless_known_fields_follow() {
        let (headers, body) = split(b"Subject: a\nstray line\nOther: b\n\nbody", true);
        assert_eq!(
            (headers.get("other"), body),
            (None, &b"stray line\nOther: b\n\nbody"[..])
        );
        let (headers, body) = split(b"Subject: a\nstray line\nTo: b@example.com\n\nbody", true);
        assert_eq!((headers.get("to"), body), (Some("b@example.com"), &b"body"[..]));
    }

    #[test]
    fn raw_chinese_in_a_header_is_read_in_utf8_and_in_gb18030() {
        let (gb, _, _) = encoding_rs::GB18030.encode("Subject: 打印机坏了\n\n");
        assert_eq!(split(&gb, true).0.get("subject"), Some("打印机坏了"));
        assert_eq!(
            split("Subject: 打印机坏了\n\n".as_bytes(), true).0.get("subject"),
            Some("打印机坏了")
        );
        assert_eq!(
            split(b"Subject: caf\xe9 au lait\n\n", true).0.get("subject"),
            Some("café au lait")
        );
    }
}
