//! Message identifiers as Message-ID, In-Reply-To and References write them (RFC 5322 section 3.6.4).

/// Beyond this many a References field is noise; the first (the root) and the last ones matter.
const MAX_IDS: usize = 500;

/// All identifiers in the value, without brackets. Old In-Reply-To phrases and comments are passed over.
pub fn all(value: &str) -> Vec<String> {
    let mut ids: Vec<String> = Vec::new();
    let mut rest = value;
    while let Some(start) = rest.find('<') {
        let inner = &rest[start + 1..];
        let Some(end) = inner.find('>') else { break };
        // `<a<b@c>`: the id begins at the last bracket.
        let id: String = inner[..end]
            .rsplit('<')
            .next()
            .unwrap_or_default()
            .split_whitespace()
            .collect();
        if !id.is_empty() {
            ids.push(id);
        }
        rest = &inner[end + 1..];
    }
    if ids.is_empty() {
        ids = value
            .split([' ', '\t', ','])
            .filter(|word| word.contains('@'))
            .map(|word| word.trim_matches(['<', '>', '"']).to_owned())
            .collect();
    }
    ids.truncate(MAX_IDS);
    ids
}

/// The first identifier; text without brackets or `@` is taken as it stands.
pub fn first(value: &str) -> Option<String> {
    all(value)
        .into_iter()
        .next()
        .or_else(|| Some(value.trim().to_owned()).filter(|text| !text.is_empty() && !text.contains(' ')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_found_in_old_and_broken_fields() {
        assert_eq!(all("<a@b> <c@d>\t(comment) <e@f>"), ["a@b", "c@d", "e@f"]);
        assert_eq!(all("Your message of \"Mon\" <a@b>"), ["a@b"]);
        assert_eq!(all("a@b, c@d"), ["a@b", "c@d"]);
        assert_eq!(all("<a\r\n b@c>"), ["ab@c"]);
        assert_eq!(first("local-id").as_deref(), Some("local-id"));
        assert_eq!(first(""), None);
    }
}
