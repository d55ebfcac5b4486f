//! Counting attributes of tags before an HTML parser sees them.
//!
//! A parser compares each attribute of a tag with all before it, so a mail with one tag of a hundred thousand attributes
//! would keep it busy for minutes. What is a tag depends on what stands around it (comments, scripts, quoted values),
//! which only the parser knows; so every place where one could begin is looked at. Attributes themselves are read as the
//! standard says (WHATWG HTML, 13.2.5.32 to 13.2.5.40), for else a quoted `>` would hide some.

/// No mail program writes tags with nearly as many.
const MAX_ATTRIBUTES: usize = 300;
/// Places where tags could begin may lie within each other; looking at all of them takes no longer than this many times
/// the document's length. Ordinary ones are looked at about once.
const MAX_LOOKS: usize = 8;

/// Whether a tag may have more attributes than anybody needs.
pub(crate) fn are_too_many(html: &str) -> bool {
    let bytes = html.as_bytes();
    let mut budget = bytes.len().saturating_mul(MAX_LOOKS).saturating_add(64 * 1024);
    for (start, _) in html.match_indices('<') {
        let name = start + 1 + usize::from(bytes.get(start + 1) == Some(&b'/'));
        if !bytes.get(name).is_some_and(u8::is_ascii_alphabetic) {
            continue;
        }
        let tag = Tag::read(&bytes[name..]);
        if tag.attributes > MAX_ATTRIBUTES || tag.length > budget {
            return true;
        }
        budget -= tag.length;
    }
    false
}

struct Tag {
    attributes: usize,
    length: usize,
}

impl Tag {
    /// Reads from the name on, up to the end of the tag or one attribute too many.
    fn read(bytes: &[u8]) -> Tag {
        let mut at = skip(bytes, 0, |byte| !is_blank(byte) && byte != b'/' && byte != b'>');
        let mut attributes = 0;
        while attributes <= MAX_ATTRIBUTES {
            at = skip(bytes, at, |byte| is_blank(byte) || byte == b'/');
            if bytes.get(at).is_none_or(|byte| *byte == b'>') {
                break;
            }
            attributes += 1;
            // A name may begin with `=`, but not go on with it.
            at = skip(bytes, at + 1, |byte| {
                !is_blank(byte) && !matches!(byte, b'/' | b'>' | b'=')
            });
            at = value(bytes, skip(bytes, at, is_blank));
        }
        Tag {
            attributes,
            length: at,
        }
    }
}

/// Behind the value that may begin here.
fn value(bytes: &[u8], at: usize) -> usize {
    if bytes.get(at) != Some(&b'=') {
        return at;
    }
    let at = skip(bytes, at + 1, is_blank);
    match bytes.get(at) {
        Some(quote @ (b'"' | b'\'')) => {
            let end = skip(bytes, at + 1, |byte| byte != *quote);
            (end + 1).min(bytes.len())
        }
        _ => skip(bytes, at, |byte| !is_blank(byte) && byte != b'>'),
    }
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b'\t' | b'\n' | 0x0C | b'\r' | b' ')
}

fn skip(bytes: &[u8], from: usize, goes_on: impl Fn(u8) -> bool) -> usize {
    let rest = bytes.get(from..).unwrap_or_default();
    let length = rest.iter().position(|byte| !goes_on(*byte)).unwrap_or(rest.len());
    from.min(bytes.len()) + length
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attributes(count: usize, write: impl Fn(usize) -> String) -> String {
        (0..count).map(write).collect()
    }

    #[test]
    fn ordinary_markup_passes_however_much_there_is() {
        let row =
            r#"<td style="a: b > c" class='x' nowrap align=left><a href="https://x.y/?a=1&b=2">t</a></td>"#;
        assert!(!are_too_many(&row.repeat(20_000)));
        assert!(!are_too_many("a < b, b > c; 1 <2 and </ nothing"));
        assert!(!are_too_many(&"<p>".repeat(100_000)));
        assert!(!are_too_many(""));
    }

    #[test]
    fn a_tag_with_very_many_is_found_wherever_it_hides() {
        let plain = attributes(400, |number| format!("a{number} "));
        let quoted = attributes(400, |number| format!("a{number}='>' "));
        let slashed = attributes(400, |number| format!("a{number}=\"<\"/"));
        for (before, within) in [
            ("<p ", &plain),
            ("</p ", &plain),
            ("<p/", &slashed),
            ("<p ", &quoted),
            ("<style><b c=\"</style><p ", &plain),
            ("<!-- <b c='--><p ", &quoted),
            ("<p x=\"<i ", &plain),
        ] {
            assert!(are_too_many(&format!("{before}{within}>text")), "{before}");
        }
    }

    #[test]
    fn looking_itself_takes_no_time() {
        let begun = std::time::Instant::now();
        let _judged = are_too_many(&"<p a=\"".repeat(700_000));
        let _judged = are_too_many(&format!("{}{}", "<a".repeat(1_000), "x".repeat(3_000_000)));
        assert!(begun.elapsed().as_secs() < 5);
    }
}
